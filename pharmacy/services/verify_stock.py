"""Checks of stock: what is on hand, in units and piastres, follows from what moved."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from pharmacy.services.verify_check import Check, Finding, Query, checked

_BATCHES = "SELECT count(*) FROM batch"
_MOVEMENTS = "SELECT count(*) FROM stock_movement"

STOCK_QUERIES = (
    Query(
        "on_hand",
        _BATCHES,
        """
        SELECT 'batch ' || b.id AS row_name, b.on_hand, COALESCE(m.quantity, 0) AS moved,
               b.value_on_hand AS value, COALESCE(m.value, 0) AS moved_value
        FROM batch b
        LEFT JOIN (SELECT batch_id, SUM(quantity) AS quantity, SUM(value) AS value
                   FROM stock_movement GROUP BY batch_id) m ON m.batch_id = b.id
        WHERE b.on_hand <> COALESCE(m.quantity, 0) OR b.value_on_hand <> COALESCE(m.value, 0)
        ORDER BY b.id
        """,
    ),
    Query(
        "running",
        _MOVEMENTS,
        """
        SELECT 'stock_movement ' || id AS row_name, batch_id AS batch, quantity, value
        FROM (SELECT m.id, m.batch_id,
                     SUM(m.quantity) OVER so_far AS quantity, SUM(m.value) OVER so_far AS value
              FROM stock_movement m JOIN voucher v ON v.id = m.voucher_id
              WINDOW so_far AS (PARTITION BY m.batch_id ORDER BY v.sequence, m.line_no, m.id
                                ROWS UNBOUNDED PRECEDING)) running
        WHERE quantity < 0 OR value < 0
        ORDER BY id
        """,
    ),
    Query(
        "not_negative",
        _BATCHES,
        """
        SELECT 'batch ' || id AS row_name, on_hand, value_on_hand AS value FROM batch
        WHERE on_hand < 0 OR value_on_hand < 0 OR received_quantity <= 0 OR received_value < 0
        ORDER BY id
        """,
    ),
    Query(
        "empty_is_worthless",
        _BATCHES,
        """
        SELECT 'batch ' || id AS row_name, value_on_hand AS value FROM batch
        WHERE on_hand = 0 AND value_on_hand <> 0
        ORDER BY id
        """,
    ),
    # What came in, by the batch's own row, is on hand or went out; its opening line agrees.
    Query(
        "received",
        _BATCHES,
        """
        SELECT 'batch ' || b.id AS row_name, b.received_quantity AS received,
               b.received_value AS value, o.quantity AS opened, o.value AS opened_value,
               COALESCE(m.quantity, 0) AS gone, COALESCE(m.value, 0) AS gone_value
        FROM batch b
        JOIN voucher v ON v.id = b.voucher_id
        LEFT JOIN stock_movement o ON o.batch_id = b.id AND o.voucher_id = b.voucher_id
        LEFT JOIN (SELECT m.batch_id, -SUM(m.quantity) AS quantity, -SUM(m.value) AS value
                   FROM stock_movement m JOIN batch i ON i.id = m.batch_id
                   WHERE m.voucher_id <> i.voucher_id GROUP BY m.batch_id) m ON m.batch_id = b.id
        WHERE o.id IS NULL OR b.received_quantity <> o.quantity OR b.received_value <> o.value
           OR b.received_quantity <> b.on_hand + COALESCE(m.quantity, 0)
           OR b.received_value <> b.value_on_hand + COALESCE(m.value, 0)
           OR b.site_id <> v.site_id OR b.received_on <> v.business_date
        ORDER BY b.id
        """,
    ),
    Query(
        "same_site",
        _MOVEMENTS,
        """
        SELECT 'stock_movement ' || m.id AS row_name, m.batch_id AS batch
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id
        JOIN batch b ON b.id = m.batch_id
        WHERE v.site_id <> b.site_id OR v.sequence < (SELECT o.sequence FROM voucher o
                                                      WHERE o.id = b.voucher_id)
        ORDER BY m.id
        """,
    ),
    Query(
        "not_after_expiry",
        "SELECT count(*) FROM stock_movement WHERE quantity < 0",
        """
        SELECT 'stock_movement ' || m.id AS row_name, v.id AS voucher, b.id AS batch, b.expiry,
               v.business_date AS issued_on
        FROM stock_movement m
        JOIN voucher v ON v.id = m.voucher_id
        JOIN batch b ON b.id = m.batch_id
        WHERE m.quantity < 0 AND v.kind IN ('dispensing', 'institution_issue')
          AND v.business_date > b.expiry
        ORDER BY m.id
        """,
    ),
    Query(
        "batch_status",
        _BATCHES,
        """
        SELECT 'batch ' || b.id AS row_name, b.status, e.to_status AS last_event
        FROM batch b
        LEFT JOIN batch_event e ON e.id = (SELECT MAX(l.id) FROM batch_event l
                                           WHERE l.batch_id = b.id)
        WHERE b.status <> COALESCE(e.to_status, 'available')
        ORDER BY b.id
        """,
    ),
)

# A reversal counts under the kind it undoes.
_BY_KIND = text("""
    SELECT COALESCE(f.kind, v.kind), SUM(m.quantity), SUM(m.value)
    FROM stock_movement m
    JOIN voucher v ON v.id = m.voucher_id
    LEFT JOIN voucher f ON f.id = v.reverses_id
    GROUP BY COALESCE(f.kind, v.kind)
""")
_ON_HAND = text("SELECT COALESCE(SUM(on_hand), 0), COALESCE(SUM(value_on_hand), 0) FROM batch")
_HANDED_OUT = text("SELECT COALESCE(SUM(quantity), 0), COALESCE(SUM(cost), 0) FROM dispensing_line")
_GROUPS = {
    "received": ("opening_balance", "goods_receipt", "return_from_citizen"),
    "written_off": ("write_off", "recall_withdrawal"),
    "transferred": ("transfer_out", "transfer_in"),
    "returned": ("return_to_supplier",),
    "institutions": ("institution_issue",),
    "counted": ("count_adjustment",),
}
_OUTWARD = ("institutions", "written_off", "transferred", "returned")


def conservation(session: Session) -> Check:
    """Receipts = on hand + dispensed + written off + transferred, over all sites and all time.

    On hand is taken from the batches, what was dispensed from the dispensing lines, the rest from
    the movements: three roads to one sum.
    """
    moved = {row[0]: (int(row[1]), int(row[2])) for row in session.execute(_BY_KIND)}
    dispensed = session.execute(_HANDED_OUT).one()
    on_hand = session.execute(_ON_HAND).one()
    figures: dict[str, int] = {}
    findings = []
    for index, unit in enumerate(("units", "piastres")):
        sums = {
            name: sum(moved.get(kind, (0, 0))[index] for kind in kinds)
            for name, kinds in _GROUPS.items()
        }
        left = sums["received"] + sums["counted"] - int(dispensed[index])
        left += sum(sums[name] for name in _OUTWARD)
        if left != int(on_hand[index]):
            facts = {"unit": unit, "expected": left, "on_hand": int(on_hand[index])}
            findings.append(Finding("batch *", facts))
        shown = {name: sums[name] for name in ("received", "counted")}
        shown |= {"dispensed": int(dispensed[index])}
        shown |= {name: -sums[name] for name in _OUTWARD}
        shown |= {"on_hand": int(on_hand[index])}
        figures |= {f"{name}_{unit}": value for name, value in shown.items()}
    return checked("conservation", len(moved), findings, figures)
