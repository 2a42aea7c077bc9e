"""What was given on approved items, at our counters and by contract pharmacies, and not undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import DispensingLine
from pharmacy.services.claim_given import standing_on_items


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line given, here or by a contract pharmacy, and not undone.

    `borne` is what the funds paid, in piastres.
    """

    on: date
    quantity: int
    borne: int


def given_on_items(session: Session, item_ids: Sequence[int]) -> dict[int, list[GivenLine]]:
    """Return what was given on approved items, in order of the days of giving."""
    undoing = aliased(DispensingLine)
    line = DispensingLine
    rows = session.execute(
        select(
            line.approval_item_id,
            line.business_date,
            line.quantity,
            (line.state_share + line.donor_share).label("borne"),
        )
        .outerjoin(undoing, undoing.reverses_line_id == line.id)
        .where(
            line.approval_item_id.in_(item_ids),
            line.quantity > 0,  # no reversal
            undoing.id.is_(None),
        )
        .order_by(line.business_date, line.id)
    )
    found: dict[int, list[GivenLine]] = {}
    for row in rows:
        kept = GivenLine(row.business_date, row.quantity, row.borne)
        found.setdefault(row.approval_item_id, []).append(kept)
    for each in standing_on_items(session, item_ids):
        kept = GivenLine(each.on, each.quantity, each.amount)
        found.setdefault(each.item_id, []).append(kept)
    for lines in found.values():
        lines.sort(key=lambda one: one.on)
    return found
