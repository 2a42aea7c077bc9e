"""Checks of drawers and claims: what was counted or decided is what was posted."""

from pharmacy.services.verify_check import Query

CLAIM_QUERIES = (
    Query(
        "cash_counts",
        "SELECT count(*) FROM voucher WHERE kind = 'cash_count'",
        """
        SELECT 'cash_count ' || v.id AS row_name, c.counted, c.expected, c.difference,
               COALESCE(n.pieces, 0) AS pieces, COALESCE(p.cash, 0) AS cash,
               COALESCE(p.citizen, 0) AS citizen, COALESCE(p.differences, 0) AS differences
        FROM voucher v
        LEFT JOIN cash_count c ON c.voucher_id = v.id
        LEFT JOIN (SELECT voucher_id, SUM(denomination * pieces) AS pieces
                   FROM cash_piece GROUP BY voucher_id) n ON n.voucher_id = v.id
        LEFT JOIN (SELECT voucher_id,
                          SUM(CASE account WHEN 'cash' THEN amount ELSE 0 END) AS cash,
                          SUM(CASE account WHEN 'citizen_cash' THEN amount ELSE 0 END) AS citizen,
                          SUM(CASE account WHEN 'cash_differences' THEN amount ELSE 0 END)
                              AS differences
                   FROM posting GROUP BY voucher_id) p ON p.voucher_id = v.id
        WHERE (v.kind = 'cash_count' OR c.voucher_id IS NOT NULL)
          AND (c.voucher_id IS NULL OR v.kind <> 'cash_count'
               OR c.counted <> COALESCE(n.pieces, 0) OR c.counted <> COALESCE(p.cash, 0)
               OR c.expected <> -COALESCE(p.citizen, 0)
               OR c.difference <> -COALESCE(p.differences, 0)
               OR c.cashier_id <> v.posted_by OR c.received_by = c.cashier_id)
        ORDER BY v.id
        """,
    ),
    # The postings between two counts, the second with them, leave nothing in the drawer.
    Query(
        "drawers_emptied",
        "SELECT count(*) FROM cash_count",
        """
        WITH placed AS (
            SELECT id, site_id, kind,
                   COALESCE(SUM(CASE kind WHEN 'cash_count' THEN 1 ELSE 0 END) OVER (
                       PARTITION BY site_id ORDER BY sequence
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS shift
            FROM voucher)
        SELECT 'cash_count ' || ended.id AS row_name, p.fund_id AS fund, SUM(p.amount) AS amount
        FROM posting p
        JOIN placed ON placed.id = p.voucher_id
        JOIN placed ended ON ended.kind = 'cash_count' AND ended.site_id = placed.site_id
                         AND ended.shift = placed.shift
        WHERE p.account = 'citizen_cash'
        GROUP BY ended.id, p.fund_id HAVING SUM(p.amount) <> 0
        ORDER BY ended.id, p.fund_id
        """,
    ),
)
