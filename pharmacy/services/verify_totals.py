"""Checks of closed months: their totals are the sums of their facts, and their seals hold.

Both are written a second time here, in SQL and by hand, and share nothing with the closing.
"""

import hashlib
import hmac
import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from pharmacy.services.verify_check import Check, Finding, Query, checked

TOTALS_QUERIES = (
    Query(
        "closed_cost",
        "SELECT count(*) FROM period_cost",
        """
        SELECT 'period_cost ' || month || ' ' || dimension || ' ' || key || ' site ' || site_id
               || ' fund ' || fund_id AS row_name,
               SUM(lines) AS lines, SUM(quantity) AS quantity, SUM(cost) AS cost,
               SUM(state_share) AS state, SUM(donor_share) AS donor,
               SUM(reversed_lines) AS undone, SUM(reversed_cost) AS undone_cost
        FROM (SELECT month, dimension, key, site_id, fund_id, lines, quantity, cost, state_share,
                     donor_share, reversed_lines, reversed_cost
              FROM period_cost
              UNION ALL
              SELECT c.month, d.dimension,
                     COALESCE(CASE d.dimension WHEN 'drug' THEN CAST(l.drug_id AS TEXT)
                                               WHEN 'centre' THEN CAST(h.centre_id AS TEXT)
                                               WHEN 'channel' THEN h.channel
                                               WHEN 'condition' THEN CAST(h.condition_id AS TEXT)
                              END, ''),
                     v.site_id, l.fund_id,
                     CASE WHEN l.reverses_line_id IS NULL THEN -1 ELSE 1 END,
                     -l.quantity, -l.cost, -l.state_share, -l.donor_share,
                     CASE WHEN l.reverses_line_id IS NULL THEN 0 ELSE -1 END,
                     CASE WHEN l.reverses_line_id IS NULL THEN 0 ELSE l.cost END
              FROM dispensing_line l
              JOIN voucher v ON v.id = l.voucher_id
              JOIN dispensing h ON h.voucher_id = l.dispensing_id
              JOIN closed_period c ON c.month = substr(CAST(v.business_date AS TEXT), 1, 7)
                                  AND c.totals_digest <> ''
              CROSS JOIN (SELECT 'all' AS dimension UNION ALL SELECT 'drug'
                          UNION ALL SELECT 'centre' UNION ALL SELECT 'channel'
                          UNION ALL SELECT 'condition') d) books
        GROUP BY month, dimension, key, site_id, fund_id
        HAVING SUM(lines) <> 0 OR SUM(quantity) <> 0 OR SUM(cost) <> 0 OR SUM(state_share) <> 0
            OR SUM(donor_share) <> 0 OR SUM(reversed_lines) <> 0 OR SUM(reversed_cost) <> 0
        ORDER BY month, dimension, key, site_id, fund_id
        """,
    ),
    Query(
        "closed_balances",
        "SELECT count(*) FROM period_balance",
        """
        SELECT 'period_balance ' || month || ' ' || account || ' fund ' || fund_id || ' site '
               || site_id AS row_name, SUM(debit) AS debit, SUM(credit) AS credit
        FROM (SELECT month, account, fund_id, site_id, debit, credit FROM period_balance
              UNION ALL
              SELECT c.month, p.account, p.fund_id, v.site_id,
                     CASE WHEN p.amount > 0 THEN -p.amount ELSE 0 END,
                     CASE WHEN p.amount < 0 THEN p.amount ELSE 0 END
              FROM posting p
              JOIN voucher v ON v.id = p.voucher_id
              JOIN closed_period c ON c.month = substr(CAST(v.business_date AS TEXT), 1, 7)
                                  AND c.totals_digest <> '') books
        GROUP BY month, account, fund_id, site_id
        HAVING SUM(debit) <> 0 OR SUM(credit) <> 0
        ORDER BY month, account, fund_id, site_id
        """,
    ),
    Query(
        "closed_movements",
        "SELECT count(*) FROM period_movement",
        """
        SELECT 'period_movement ' || month || ' ' || kind || ' ' || undone || ' drug ' || drug_id
               || ' site ' || site_id || ' fund ' || fund_id AS row_name,
               SUM(quantity) AS quantity, SUM(value) AS value
        FROM (SELECT month, site_id, drug_id, fund_id, kind, undone, quantity, value
              FROM period_movement
              UNION ALL
              SELECT c.month, b.site_id, b.drug_id, b.fund_id, COALESCE(f.kind, v.kind),
                     CASE WHEN v.reverses_id IS NULL THEN 0 ELSE 1 END, -m.quantity, -m.value
              FROM stock_movement m
              JOIN voucher v ON v.id = m.voucher_id
              JOIN batch b ON b.id = m.batch_id
              LEFT JOIN voucher f ON f.id = v.reverses_id
              JOIN closed_period c ON c.month = substr(CAST(v.business_date AS TEXT), 1, 7)
                                  AND c.totals_digest <> '') books
        GROUP BY month, site_id, drug_id, fund_id, kind, undone
        HAVING SUM(quantity) <> 0 OR SUM(value) <> 0
        ORDER BY month, site_id, drug_id, fund_id, kind, undone
        """,
    ),
    # What was on hand when a month ended is all that moved up to then.
    Query(
        "closed_on_hand",
        "SELECT count(*) FROM period_on_hand",
        """
        SELECT 'period_on_hand ' || month || ' drug ' || drug_id || ' site ' || site_id || ' fund '
               || fund_id AS row_name, SUM(quantity) AS quantity, SUM(value) AS value
        FROM (SELECT month, site_id, drug_id, fund_id, quantity, value FROM period_on_hand
              UNION ALL
              SELECT c.month, m.site_id, m.drug_id, m.fund_id, -m.quantity, -m.value
              FROM (SELECT substr(CAST(v.business_date AS TEXT), 1, 7) AS month, b.site_id,
                           b.drug_id, b.fund_id,
                           SUM(m.quantity) AS quantity, SUM(m.value) AS value
                    FROM stock_movement m
                    JOIN voucher v ON v.id = m.voucher_id
                    JOIN batch b ON b.id = m.batch_id
                    GROUP BY substr(CAST(v.business_date AS TEXT), 1, 7), b.site_id, b.drug_id,
                             b.fund_id) m
              JOIN closed_period c ON c.month >= m.month AND c.totals_digest <> '') books
        GROUP BY month, site_id, drug_id, fund_id
        HAVING SUM(quantity) <> 0 OR SUM(value) <> 0
        ORDER BY month, drug_id, site_id, fund_id
        """,
    ),
)

_DIGESTS = text("SELECT month, totals_digest FROM closed_period ORDER BY month")
_SEALED = (
    (
        "period_cost",
        text("""
        SELECT month, dimension, key, site_id, fund_id, lines, quantity, cost, state_share,
               donor_share, reversed_lines, reversed_cost
        FROM period_cost WHERE month = :month
        """),
    ),
    (
        "period_balance",
        text("""
        SELECT month, account, fund_id, site_id, debit, credit
        FROM period_balance WHERE month = :month
        """),
    ),
    (
        "period_movement",
        text("""
        SELECT month, site_id, drug_id, fund_id, kind, undone, quantity, value
        FROM period_movement WHERE month = :month
        """),
    ),
    (
        "period_on_hand",
        text("""
        SELECT month, site_id, drug_id, fund_id, quantity, value
        FROM period_on_hand WHERE month = :month
        """),
    ),
)


def closed_totals(session: Session, key: bytes) -> Check:
    """Work out the seal of every closed month's totals anew.

    A month closed before totals were kept has none; once one has them, all later ones do.
    """
    findings = []
    months = session.execute(_DIGESTS).all()
    kept = False
    for month, digest in months:
        rows, worked_out = _digest(session, key, month)
        holds = (not rows and not kept) if digest == "" else hmac.compare_digest(digest, worked_out)
        if not holds:
            findings.append(Finding(f"closed_period {month}", {"rows": rows}))
        kept = kept or digest != ""
    return checked("closed_totals", len(months), findings)


def _digest(session: Session, key: bytes, month: str) -> tuple[int, str]:
    hashed = hmac.new(key, month.encode(), hashlib.sha256)
    count = 0
    for table, query in _SEALED:
        rows = [list(row) for row in session.execute(query, {"month": month})]
        for row in sorted(rows, key=lambda row: [str(value) for value in row]):
            line = json.dumps([table, *row], separators=(",", ":"))
            hashed.update(f"|{line}".encode())
            count += 1
    return count, hashed.hexdigest()
