"""Checks of documents: numbers and sequences without gaps, reversals, closed months."""

from pharmacy.services.verify_check import Query

_VOUCHERS = "SELECT count(*) FROM voucher"
_REVERSALS = "SELECT count(*) FROM voucher WHERE reverses_id IS NOT NULL"

DOCUMENT_QUERIES = (
    Query(
        "numbers",
        _VOUCHERS,
        """
        SELECT 'voucher ' || id AS row_name, kind, fiscal_year, number, before
        FROM (SELECT id, kind, fiscal_year, number,
                     COALESCE(LAG(number) OVER (PARTITION BY site_id, kind, fiscal_year
                                                ORDER BY number), 0) AS before
              FROM voucher) numbered
        WHERE number <> before + 1
        ORDER BY id
        """,
    ),
    Query(
        "series",
        "SELECT count(*) FROM voucher_series",
        """
        SELECT 'voucher_series ' || site_id || ' ' || kind || ' ' || fiscal_year AS row_name,
               SUM(last_number) AS last_number, SUM(highest) AS highest
        FROM (SELECT site_id, kind, fiscal_year, last_number, 0 AS highest FROM voucher_series
              UNION ALL
              SELECT site_id, kind, fiscal_year, 0, MAX(number) FROM voucher
              GROUP BY site_id, kind, fiscal_year) books
        GROUP BY site_id, kind, fiscal_year HAVING SUM(last_number) <> SUM(highest)
        ORDER BY site_id, kind, fiscal_year
        """,
    ),
    Query(
        "sequence",
        _VOUCHERS,
        """
        SELECT 'voucher ' || id AS row_name, site_id AS site, sequence, before
        FROM (SELECT id, site_id, sequence,
                     COALESCE(LAG(sequence) OVER (PARTITION BY site_id ORDER BY sequence), 0)
                         AS before
              FROM voucher) ordered
        WHERE sequence <> before + 1
        ORDER BY id
        """,
    ),
    Query(
        "chain_head",
        "SELECT count(*) FROM site_chain",
        """
        SELECT 'site_chain ' || s.id AS row_name, c.sequence, v.sequence AS last_sequence
        FROM site s
        LEFT JOIN site_chain c ON c.site_id = s.id
        LEFT JOIN voucher v ON v.site_id = s.id AND v.sequence = (
            SELECT MAX(l.sequence) FROM voucher l WHERE l.site_id = s.id)
        WHERE COALESCE(c.sequence, 0) <> COALESCE(v.sequence, 0)
           OR (v.id IS NOT NULL AND (c.seal IS NULL OR c.seal <> v.seal))
        ORDER BY s.id
        """,
    ),
    Query(
        "reversal",
        _REVERSALS,
        """
        SELECT 'voucher ' || v.id AS row_name, v.reverses_id AS reverses, f.kind
        FROM voucher v LEFT JOIN voucher f ON f.id = v.reverses_id
        WHERE (v.kind = 'reversal') <> (v.reverses_id IS NOT NULL)
           OR (v.kind = 'reversal' AND (f.id IS NULL OR f.kind = 'reversal'
               OR f.site_id <> v.site_id OR f.sequence >= v.sequence
               OR COALESCE(f.request_id, 0) <> COALESCE(v.request_id, 0)))
        ORDER BY v.id
        """,
    ),
    Query(
        "reversed_movement",
        "SELECT count(*) FROM stock_movement WHERE reverses_id IS NOT NULL",
        """
        SELECT 'stock_movement ' || m.id AS row_name, m.reverses_id AS reverses, m.quantity, m.value
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id
        LEFT JOIN stock_movement o ON o.id = m.reverses_id
        WHERE (v.kind = 'reversal') <> (m.reverses_id IS NOT NULL)
           OR (m.reverses_id IS NOT NULL AND (o.id IS NULL OR o.voucher_id <> v.reverses_id
               OR o.line_no <> m.line_no OR o.batch_id <> m.batch_id
               OR o.quantity <> -m.quantity OR o.value <> -m.value))
        ORDER BY m.id
        """,
    ),
    Query(
        "reversed_posting",
        "SELECT count(*) FROM posting WHERE reverses_id IS NOT NULL",
        """
        SELECT 'posting ' || p.id AS row_name, p.reverses_id AS reverses, p.account, p.amount
        FROM posting p
        JOIN voucher v ON v.id = p.voucher_id
        LEFT JOIN posting o ON o.id = p.reverses_id
        WHERE (v.kind = 'reversal') <> (p.reverses_id IS NOT NULL)
           OR (p.reverses_id IS NOT NULL AND (o.id IS NULL OR o.voucher_id <> v.reverses_id
               OR o.line_no <> p.line_no OR o.account <> p.account OR o.fund_id <> p.fund_id
               OR o.amount <> -p.amount))
        ORDER BY p.id
        """,
    ),
    # What is only ever undone whole comes to nothing with its reversal, account by account.
    Query(
        "reversed_whole",
        _REVERSALS,
        """
        SELECT 'voucher ' || f.id AS row_name, p.account, p.fund_id AS fund, SUM(p.amount) AS amount
        FROM (SELECT v.reverses_id, q.account, q.fund_id, q.amount
              FROM voucher v JOIN posting q ON q.voucher_id = v.id
              WHERE v.reverses_id IS NOT NULL
              UNION ALL
              SELECT v.reverses_id, q.account, q.fund_id, q.amount
              FROM voucher v JOIN posting q ON q.voucher_id = v.reverses_id) p
        JOIN voucher f ON f.id = p.reverses_id
        WHERE f.kind IN ('fund_receipt', 'payment', 'supplier_invoice', 'claim', 'cash_count')
        GROUP BY f.id, p.account, p.fund_id HAVING SUM(p.amount) <> 0
        ORDER BY f.id, p.account, p.fund_id
        """,
    ),
    Query(
        "reversed_line",
        "SELECT count(*) FROM dispensing_line WHERE reverses_line_id IS NOT NULL",
        """
        SELECT 'dispensing_line ' || l.id AS row_name, l.reverses_line_id AS reverses, l.quantity,
               l.cost
        FROM dispensing_line l
        JOIN voucher v ON v.id = l.voucher_id
        LEFT JOIN dispensing_line o ON o.id = l.reverses_line_id
        WHERE (v.kind = 'reversal') <> (l.reverses_line_id IS NOT NULL)
           OR l.business_date <> v.business_date
           OR (l.reverses_line_id IS NULL AND l.dispensing_id <> l.voucher_id)
           OR (l.reverses_line_id IS NOT NULL AND (o.id IS NULL OR o.voucher_id <> v.reverses_id
               OR l.dispensing_id <> v.reverses_id OR o.approval_item_id <> l.approval_item_id
               OR o.beneficiary_id <> l.beneficiary_id OR o.quantity <> -l.quantity
               OR o.cost <> -l.cost OR o.state_share <> -l.state_share
               OR o.donor_share <> -l.donor_share OR o.citizen_share <> -l.citizen_share))
        ORDER BY l.id
        """,
    ),
    Query(
        "reversed_once",
        _REVERSALS,
        """
        SELECT 'stock_movement ' || reverses_id AS row_name, COUNT(*) AS times
        FROM stock_movement WHERE reverses_id IS NOT NULL
        GROUP BY reverses_id HAVING COUNT(*) > 1
        ORDER BY reverses_id
        """,
    ),
    Query(
        "closing_recorded",
        "SELECT count(*) FROM closed_period",
        """
        SELECT 'closed_period ' || month AS row_name, SUM(closed) AS closed, SUM(audited) AS audited
        FROM (SELECT month, 1 AS closed, 0 AS audited FROM closed_period
              UNION ALL
              SELECT noun_id AS month, 0, 1 FROM audit_event
              WHERE noun = 'period' AND action = 'close') books
        GROUP BY month HAVING SUM(closed) <> SUM(audited)
        ORDER BY month
        """,
    ),
)
