"""Checks of what is owed: documents of money, invoices and payments say what the ledger says."""

from pharmacy.services.verify_check import Query

_INVOICES = "SELECT count(*) FROM supplier_invoice"

PAYABLES_QUERIES = (
    # Money that came or went: its document and its entries say the same.
    Query(
        "money_posted",
        "SELECT count(*) FROM money_voucher",
        """
        SELECT 'voucher ' || v.id AS row_name, m.amount, p.cash, p.against, p.entries
        FROM voucher v
        LEFT JOIN money_voucher m ON m.voucher_id = v.id
        LEFT JOIN (
            SELECT q.voucher_id, COUNT(*) AS entries,
                   SUM(CASE WHEN q.account = 'cash' AND q.fund_id = d.fund_id
                            THEN q.amount ELSE 0 END) AS cash,
                   SUM(CASE WHEN q.account = d.account AND q.fund_id = d.fund_id
                            THEN -q.amount ELSE 0 END) AS against
            FROM posting q JOIN money_voucher d ON d.voucher_id = q.voucher_id
            GROUP BY q.voucher_id) p ON p.voucher_id = v.id
        WHERE (v.kind IN ('fund_receipt', 'payment')) <> (m.voucher_id IS NOT NULL)
           OR (m.voucher_id IS NOT NULL AND (p.voucher_id IS NULL OR p.entries <> 2
               OR p.cash <> CASE v.kind WHEN 'payment' THEN -m.amount ELSE m.amount END
               OR p.against <> p.cash))
        ORDER BY v.id
        """,
    ),
    # An invoice: what it differs by from its receipts is what was posted, to its own supplier. The
    # receipts of one that was undone may have been undone since.
    Query(
        "invoice_difference",
        _INVOICES,
        """
        SELECT 'supplier_invoice ' || i.id AS row_name, i.amount, i.difference, r.received, p.posted
        FROM supplier_invoice i
        LEFT JOIN (
            SELECT m.invoice_id, SUM(-q.amount) AS received,
                   SUM(CASE WHEN v.supplier_id = x.supplier_id AND q.fund_id = x.fund_id
                            THEN 0 ELSE 1 END) AS strangers
            FROM invoice_receipt m
            JOIN supplier_invoice x ON x.id = m.invoice_id
            JOIN voucher v ON v.id = m.voucher_id OR v.reverses_id = m.voucher_id
            JOIN posting q ON q.voucher_id = v.id AND q.account = 'payables'
            GROUP BY m.invoice_id) r ON r.invoice_id = i.id
        LEFT JOIN (
            SELECT q.voucher_id, SUM(-q.amount) AS posted
            FROM posting q WHERE q.account = 'payables' GROUP BY q.voucher_id
            ) p ON p.voucher_id = i.voucher_id
        LEFT JOIN voucher d ON d.id = i.voucher_id
        LEFT JOIN claim_decision c ON c.claim_id = i.claim_id AND c.attempt = i.claim_attempt
        LEFT JOIN invoice_reversal u ON u.invoice_id = i.id
        WHERE COALESCE(p.posted, 0) <> i.difference
           OR (i.claim_id IS NULL AND u.invoice_id IS NULL
               AND (r.received IS NULL OR r.strangers > 0 OR i.amount - r.received <> i.difference))
           OR (i.claim_id IS NOT NULL
               AND (r.received IS NOT NULL OR c.accepted <> i.amount OR i.difference <> 0))
           OR (d.id IS NOT NULL AND (d.kind <> 'supplier_invoice'
               OR d.supplier_id <> i.supplier_id))
        ORDER BY i.id
        """,
    ),
    Query(
        "invoice_voucher",
        "SELECT count(*) FROM voucher WHERE kind = 'supplier_invoice'",
        """
        SELECT 'voucher ' || v.id AS row_name, v.document_reference
        FROM voucher v
        LEFT JOIN supplier_invoice i ON i.voucher_id = v.id AND i.number = v.document_reference
        WHERE v.kind = 'supplier_invoice' AND i.id IS NULL
        ORDER BY v.id
        """,
    ),
    # A payment of invoices pays nothing else; no invoice is paid beyond its amount.
    Query(
        "invoice_payments",
        "SELECT count(*) FROM invoice_payment",
        """
        SELECT 'voucher ' || y.voucher_id AS row_name, y.paid, m.amount
        FROM (SELECT p.voucher_id, SUM(p.amount) AS paid, MIN(i.supplier_id) AS supplier_id,
                     MIN(i.fund_id) AS fund_id, COUNT(DISTINCT i.supplier_id) AS suppliers,
                     COUNT(DISTINCT i.fund_id) AS funds
              FROM invoice_payment p JOIN supplier_invoice i ON i.id = p.invoice_id
              GROUP BY p.voucher_id) y
        JOIN voucher v ON v.id = y.voucher_id
        JOIN money_voucher m ON m.voucher_id = y.voucher_id
        WHERE y.paid <> m.amount OR m.account <> 'payables' OR v.kind <> 'payment'
           OR y.suppliers > 1 OR y.funds > 1 OR y.fund_id <> m.fund_id
           OR COALESCE(v.supplier_id, 0) <> y.supplier_id
        ORDER BY y.voucher_id
        """,
    ),
    Query(
        "invoice_paid",
        _INVOICES,
        """
        SELECT 'supplier_invoice ' || i.id AS row_name, i.amount, SUM(p.amount) AS paid
        FROM supplier_invoice i
        JOIN invoice_payment p ON p.invoice_id = i.id
        LEFT JOIN voucher u ON u.reverses_id = p.voucher_id
        WHERE u.id IS NULL
        GROUP BY i.id, i.amount HAVING SUM(p.amount) > i.amount
        ORDER BY i.id
        """,
    ),
    # What each supplier is owed: the ledger's account, and the documents one by one.
    Query(
        "payables",
        "SELECT count(*) FROM supplier",
        """
        SELECT 'supplier ' || supplier_id AS row_name, SUM(posted) AS posted, SUM(told) AS told
        FROM (SELECT COALESCE(v.supplier_id, 0) AS supplier_id, -q.amount AS posted, 0 AS told
              FROM posting q JOIN voucher v ON v.id = q.voucher_id WHERE q.account = 'payables'
              UNION ALL
              SELECT COALESCE(v.supplier_id, 0), 0, m.value
              FROM stock_movement m
              JOIN voucher v ON v.id = m.voucher_id
              LEFT JOIN voucher f ON f.id = v.reverses_id
              JOIN batch b ON b.id = m.batch_id
              JOIN fund x ON x.id = b.fund_id
              WHERE COALESCE(f.kind, v.kind) IN ('goods_receipt', 'return_to_supplier')
                AND x.kind <> 'gift_in_kind'
              UNION ALL
              SELECT i.supplier_id, 0, i.difference FROM supplier_invoice i
              LEFT JOIN invoice_reversal r ON r.invoice_id = i.id WHERE r.invoice_id IS NULL
              UNION ALL
              SELECT COALESCE(v.supplier_id, 0), 0, c.accepted
              FROM claim_decision c JOIN voucher v ON v.id = c.voucher_id
              LEFT JOIN claim_reversal r ON r.claim_id = c.claim_id AND r.attempt = c.attempt
              WHERE r.claim_id IS NULL
              UNION ALL
              SELECT COALESCE(v.supplier_id, 0), 0,
                     CASE v.kind WHEN 'payment' THEN -d.amount ELSE d.amount END
              FROM money_voucher d
              JOIN voucher v ON v.id = d.voucher_id
              LEFT JOIN voucher u ON u.reverses_id = v.id
              WHERE d.account = 'payables' AND u.id IS NULL) books
        GROUP BY supplier_id HAVING SUM(posted) <> SUM(told)
        ORDER BY supplier_id
        """,
    ),
)
