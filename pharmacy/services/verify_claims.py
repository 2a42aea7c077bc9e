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
    # The postings between two counts, the second with them, leave nothing in the drawer; a count
    # that was undone is none of the two.
    Query(
        "drawers_emptied",
        "SELECT count(*) FROM cash_count",
        """
        WITH standing AS (
            SELECT v.id, v.site_id, v.sequence,
                   CASE WHEN v.kind = 'cash_count' AND u.reverses_id IS NULL THEN 1 ELSE 0 END
                       AS counts
            FROM voucher v
            LEFT JOIN (SELECT DISTINCT reverses_id FROM voucher) u ON u.reverses_id = v.id),
        placed AS (
            SELECT id, site_id, counts,
                   COALESCE(SUM(counts) OVER (
                       PARTITION BY site_id ORDER BY sequence
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS shift
            FROM standing)
        SELECT 'cash_count ' || ended.id AS row_name, p.fund_id AS fund, SUM(p.amount) AS amount
        FROM posting p
        JOIN placed ON placed.id = p.voucher_id
        JOIN placed ended ON ended.counts = 1 AND ended.site_id = placed.site_id
                         AND ended.shift = placed.shift
        WHERE p.account = 'citizen_cash'
        GROUP BY ended.id, p.fund_id HAVING SUM(p.amount) <> 0
        ORDER BY ended.id, p.fund_id
        """,
    ),
    # Paper, decision, lines, voucher and invoice of a claim say the same money.
    Query(
        "claims",
        "SELECT count(*) FROM claim",
        """
        SELECT 'claim ' || c.id AS row_name, c.claimed, COALESCE(l.amount, 0) AS lines,
               d.accepted, COALESCE(x.accepted, 0) AS decided, COALESCE(p.cost, 0) AS cost,
               COALESCE(p.owed, 0) AS owed, COALESCE(i.amount, 0) AS invoiced
        FROM claim c
        LEFT JOIN claim_decision d ON d.claim_id = c.id
        LEFT JOIN (SELECT claim_id, COUNT(*) AS lines, SUM(amount) AS amount
                   FROM claim_line GROUP BY claim_id) l ON l.claim_id = c.id
        LEFT JOIN (SELECT claim_id, attempt, COUNT(*) AS lines, SUM(accepted) AS accepted
                   FROM claim_line_decision GROUP BY claim_id, attempt) x
               ON x.claim_id = c.id AND (d.attempt IS NULL OR x.attempt = d.attempt)
        LEFT JOIN (SELECT voucher_id,
                          SUM(CASE account WHEN 'cost_claims' THEN amount ELSE 0 END) AS cost,
                          -SUM(CASE account WHEN 'payables' THEN amount ELSE 0 END) AS owed
                   FROM posting GROUP BY voucher_id) p ON p.voucher_id = d.voucher_id
        LEFT JOIN voucher v ON v.id = d.voucher_id
        LEFT JOIN supplier_invoice i ON i.claim_id = c.id
                                    AND (d.attempt IS NULL OR i.claim_attempt = d.attempt)
        WHERE c.claimed <> COALESCE(l.amount, 0)
           OR (d.claim_id IS NULL AND (x.claim_id IS NOT NULL OR i.id IS NOT NULL))
           OR (d.claim_id IS NOT NULL
               AND (d.accepted <> COALESCE(x.accepted, 0) OR l.lines <> COALESCE(x.lines, 0)
                    OR d.accepted <> COALESCE(p.cost, 0) OR d.accepted <> COALESCE(p.owed, 0)
                    OR d.accepted <> COALESCE(i.amount, 0)))
           OR (v.id IS NOT NULL AND (v.kind <> 'claim' OR v.supplier_id <> c.pharmacy_id))
        ORDER BY c.id
        """,
    ),
    Query(
        "claims_posted",
        "SELECT count(*) FROM voucher WHERE kind = 'claim'",
        """
        SELECT 'voucher ' || v.id AS row_name
        FROM voucher v
        LEFT JOIN claim_decision d ON d.voucher_id = v.id
        WHERE v.kind = 'claim' AND d.claim_id IS NULL
        ORDER BY v.id
        """,
    ),
    # No unit is owed for that its own request was not approved for on its own day.
    Query(
        "claims_approved",
        "SELECT count(*) FROM claim_line_decision",
        """
        SELECT 'claim_line ' || l.id AS row_name, l.quantity AS claimed, x.quantity,
               l.amount, x.accepted
        FROM claim_line_decision x
        JOIN claim_line l ON l.id = x.claim_line_id
        LEFT JOIN approval_item i ON i.id = x.approval_item_id
        LEFT JOIN approval a ON a.id = i.approval_id
        WHERE x.claim_id <> l.claim_id OR x.quantity > l.quantity OR x.accepted > l.amount
           OR (x.quantity > 0) <> (x.accepted > 0)
           OR (x.quantity > 0 AND (i.id IS NULL OR a.request_id <> l.request_id
                                   OR i.drug_id <> l.drug_id
                                   OR l.given_on NOT BETWEEN a.valid_from AND a.valid_until))
           OR (x.reason IS NULL) <> (x.quantity = l.quantity AND x.accepted = l.amount)
        ORDER BY l.id
        """,
    ),
)
