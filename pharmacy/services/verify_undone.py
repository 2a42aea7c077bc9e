"""Checks of what was undone and recorded anew: one of a kind stands, and the rest nets to zero."""

from pharmacy.services.verify_check import Query

_INVOICES = "SELECT count(*) FROM supplier_invoice"

UNDONE_QUERIES = (
    # An invoice is undone with its voucher, with its claim's decision, and never while it is paid.
    Query(
        "undone_invoices",
        _INVOICES,
        """
        SELECT 'supplier_invoice ' || i.id AS row_name, i.number, r.voucher_id AS undone_by,
               v.id AS reversal, COALESCE(y.paid, 0) AS paid
        FROM supplier_invoice i
        LEFT JOIN invoice_reversal r ON r.invoice_id = i.id
        LEFT JOIN claim_decision d ON d.claim_id = i.claim_id AND d.attempt = i.claim_attempt
        LEFT JOIN claim_reversal c ON c.claim_id = d.claim_id AND c.attempt = d.attempt
        LEFT JOIN voucher v ON v.reverses_id = COALESCE(i.voucher_id, d.voucher_id)
        LEFT JOIN (SELECT p.invoice_id, SUM(p.amount) AS paid
                   FROM invoice_payment p
                   LEFT JOIN voucher u ON u.reverses_id = p.voucher_id
                   WHERE u.id IS NULL GROUP BY p.invoice_id) y ON y.invoice_id = i.id
        WHERE COALESCE(v.id, 0) <> COALESCE(r.voucher_id, 0)
           OR (r.invoice_id IS NULL AND (v.id IS NOT NULL OR c.claim_id IS NOT NULL))
           OR (r.invoice_id IS NOT NULL
               AND (COALESCE(y.paid, 0) <> 0 OR (i.claim_id IS NOT NULL AND c.claim_id IS NULL)
                    OR (COALESCE(i.voucher_id, d.voucher_id) IS NOT NULL AND v.id IS NULL)))
        ORDER BY i.id
        """,
    ),
    # A claim is decided anew only after the decision before was undone, with what it owed.
    Query(
        "undone_decisions",
        "SELECT count(*) FROM claim_decision",
        """
        SELECT 'claim ' || d.claim_id AS row_name, d.attempt, c.voucher_id AS undone_by,
               v.id AS reversal
        FROM claim_decision d
        LEFT JOIN claim_reversal c ON c.claim_id = d.claim_id AND c.attempt = d.attempt
        LEFT JOIN voucher v ON v.reverses_id = d.voucher_id
        LEFT JOIN claim_decision n ON n.claim_id = d.claim_id AND n.attempt = d.attempt + 1
        WHERE COALESCE(v.id, 0) <> COALESCE(c.voucher_id, 0)
           OR (c.claim_id IS NOT NULL AND d.voucher_id IS NOT NULL AND v.id IS NULL)
           OR (c.claim_id IS NULL AND n.claim_id IS NOT NULL)
        ORDER BY d.claim_id, d.attempt
        """,
    ),
    Query(
        "matched_once",
        "SELECT count(*) FROM invoice_receipt",
        """
        SELECT 'voucher ' || m.voucher_id AS row_name, COUNT(*) AS invoices
        FROM invoice_receipt m
        LEFT JOIN invoice_reversal r ON r.invoice_id = m.invoice_id
        WHERE r.invoice_id IS NULL
        GROUP BY m.voucher_id HAVING COUNT(*) > 1
        ORDER BY m.voucher_id
        """,
    ),
    Query(
        "numbered_once",
        _INVOICES,
        """
        SELECT 'supplier_invoice ' || MAX(i.id) AS row_name, i.number, COUNT(*) AS times
        FROM supplier_invoice i
        LEFT JOIN invoice_reversal r ON r.invoice_id = i.id
        WHERE r.invoice_id IS NULL
        GROUP BY i.supplier_id, i.number HAVING COUNT(*) > 1
        ORDER BY MAX(i.id)
        """,
    ),
)
