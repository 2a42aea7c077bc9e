"""Checks of money: every voucher balances, and three books tell the same cost."""

from pharmacy.services.verify_check import Query

_VOUCHERS = "SELECT count(*) FROM voucher"

MONEY_QUERIES = (
    Query(
        "balanced",
        _VOUCHERS,
        """
        SELECT 'voucher ' || voucher_id AS row_name, SUM(amount) AS amount
        FROM posting GROUP BY voucher_id HAVING SUM(amount) <> 0
        ORDER BY voucher_id
        """,
    ),
    Query(
        "stock_account",
        "SELECT count(*) FROM fund",
        """
        SELECT 'fund ' || fund_id AS row_name, SUM(posted) AS posted, SUM(shelf) AS on_hand
        FROM (SELECT fund_id, amount AS posted, 0 AS shelf FROM posting WHERE account = 'stock'
              UNION ALL
              SELECT fund_id, 0 AS posted, value_on_hand AS shelf FROM batch) books
        GROUP BY fund_id HAVING SUM(posted) <> SUM(shelf)
        ORDER BY fund_id
        """,
    ),
    Query(
        "stock_posted",
        _VOUCHERS,
        """
        SELECT 'voucher ' || voucher_id AS row_name, SUM(moved) AS moved, SUM(posted) AS posted
        FROM (SELECT voucher_id, value AS moved, 0 AS posted FROM stock_movement
              UNION ALL
              SELECT voucher_id, 0 AS moved, amount AS posted FROM posting
              WHERE account = 'stock') books
        GROUP BY voucher_id HAVING SUM(moved) <> SUM(posted)
        ORDER BY voucher_id
        """,
    ),
    # The cost of a dispensing: its lines, its movements and its postings say the same.
    Query(
        "cost",
        "SELECT count(*) FROM dispensing",
        """
        SELECT 'voucher ' || voucher_id AS row_name, SUM(cost) AS lines, SUM(moved) AS moved,
               SUM(state) AS state, SUM(posted_state) AS posted_state,
               SUM(donor) AS donor, SUM(posted_donor) AS posted_donor,
               SUM(citizen) AS citizen, SUM(posted_citizen) AS posted_citizen
        FROM (SELECT voucher_id, cost, 0 AS moved, state_share AS state, 0 AS posted_state,
                     donor_share AS donor, 0 AS posted_donor, citizen_share AS citizen,
                     0 AS posted_citizen
              FROM dispensing_line
              UNION ALL
              SELECT m.voucher_id, 0, -m.value, 0, 0, 0, 0, 0, 0
              FROM stock_movement m
              JOIN voucher v ON v.id = m.voucher_id
              LEFT JOIN voucher f ON f.id = v.reverses_id
              WHERE COALESCE(f.kind, v.kind) = 'dispensing'
              UNION ALL
              SELECT p.voucher_id, 0, 0,
                     0, CASE p.account WHEN 'cost_state' THEN p.amount ELSE 0 END,
                     0, CASE p.account WHEN 'cost_donor' THEN p.amount ELSE 0 END,
                     0, CASE p.account WHEN 'citizen_cash' THEN p.amount ELSE 0 END
              FROM posting p
              JOIN voucher v ON v.id = p.voucher_id
              LEFT JOIN voucher f ON f.id = v.reverses_id
              WHERE COALESCE(f.kind, v.kind) = 'dispensing') books
        GROUP BY voucher_id
        HAVING SUM(cost) <> SUM(moved) OR SUM(state) <> SUM(posted_state)
            OR SUM(donor) <> SUM(posted_donor) OR SUM(citizen) <> SUM(posted_citizen)
            OR SUM(cost) <> SUM(state) + SUM(donor) + SUM(citizen)
        ORDER BY voucher_id
        """,
    ),
    Query(
        "line_movement",
        "SELECT count(*) FROM dispensing_line",
        """
        SELECT 'dispensing_line ' || l.id AS row_name, l.quantity, l.cost, m.quantity AS moved,
               m.value AS moved_value
        FROM dispensing_line l
        LEFT JOIN stock_movement m ON m.voucher_id = l.voucher_id AND m.line_no = l.line_no
        LEFT JOIN batch b ON b.id = l.batch_id
        WHERE m.id IS NULL OR m.batch_id <> l.batch_id OR m.quantity <> -l.quantity
           OR m.value <> -l.cost OR b.drug_id <> l.drug_id OR b.fund_id <> l.fund_id
           OR b.lot <> l.lot OR b.expiry <> l.expiry
           OR l.cost <> l.state_share + l.donor_share + l.citizen_share
        ORDER BY l.id
        """,
    ),
    Query(
        "movement_line",
        "SELECT count(*) FROM stock_movement",
        """
        SELECT 'stock_movement ' || m.id AS row_name, m.voucher_id AS voucher, m.line_no AS line
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id
        LEFT JOIN voucher f ON f.id = v.reverses_id
        LEFT JOIN dispensing_line l ON l.voucher_id = m.voucher_id AND l.line_no = m.line_no
        WHERE COALESCE(f.kind, v.kind) = 'dispensing' AND l.id IS NULL
        ORDER BY m.id
        """,
    ),
)
