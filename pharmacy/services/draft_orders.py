"""From the lines of a draft to what dispensing understands: order lines, packs, approved items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pharmacy.errors import InsufficientStock
from pharmacy.models import Drug
from pharmacy.rules.dose import directions_ar, directions_en, parse_dose
from pharmacy.services.dispensing_allocation import allocate_lines
from pharmacy.services.dispensing_facts import Case, Item
from pharmacy.services.dispensing_order import OrderLine, ScannedPack, Substitute
from pharmacy.services.dispensing_shelf import Shelf
from pharmacy.services.draft_keeping import AnyLine
from pharmacy.services.draft_snapshot import packs_of
from pharmacy.services.request_decision import ApprovedItem

INTERVAL_DAYS = 30
"""How long a new line lasts when no dose says so."""

COLLECT_DAYS = 14
"""So long may the rest of a new line be collected, when only a part of it was there."""

BATCH_UNKNOWN = 0
"""A pack whose code names no batch: it is of the batch whose turn it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a draft beside the line of an order it becomes."""

    line: AnyLine
    order: OrderLine


def asked(line: AnyLine, approval_item_id: int) -> Asked:
    """Return what a line asks for; packs count for no more units than the line has."""
    left = line.quantity
    packs = []
    for pack in packs_of(line):
        quantity = min(pack.quantity, left)
        left -= quantity
        if quantity > 0:
            packs.append(
                ScannedPack(
                    gtin=pack.gtin,
                    batch_id=pack.batch_id or BATCH_UNKNOWN,
                    quantity=quantity,
                    lot=pack.lot,
                    serial=pack.serial,
                )
            )
    other = None
    if line.consented_on is not None:
        other = Substitute(
            drug_id=line.drug_id, consented_by=line.consented_by, consented_on=line.consented_on
        )
    order = OrderLine(
        approval_item_id=approval_item_id,
        quantity=line.quantity,
        owing_id=line.owing_id,
        packs=tuple(packs),
        substitute=other,
    )
    return Asked(line, order)


def lacks_batches(lines: Sequence[Asked]) -> bool:
    """Tell whether a pack's code named no batch."""
    return any(pack.batch_id == BATCH_UNKNOWN for one in lines for pack in one.order.packs)


def with_batches(
    case: Case, lines: Sequence[tuple[Asked, Item]], shelf: Shelf, *, on: date
) -> list[tuple[Asked, Item]]:
    """Give every pack that names no batch the one whose turn it is; without one it is left out."""
    bare = [(_known(one.order), item) for one, item in lines]
    try:
        parts = allocate_lines(case, bare, shelf, on=on, partial=True).parts
    except InsufficientStock:
        parts = []
    found = []
    for (one, item), (order, _) in zip(lines, bare, strict=True):
        first = next((part.pick.batch_id for part in parts if part.line is order), None)
        packs = tuple(
            replace(pack, batch_id=batch_id)
            for pack in one.order.packs
            if (batch_id := pack.batch_id or first)
        )
        found.append((Asked(one.line, replace(one.order, packs=packs)), item))
    return found


def _known(order: OrderLine) -> OrderLine:
    packs = tuple(pack for pack in order.packs if pack.batch_id != BATCH_UNKNOWN)
    return replace(order, packs=packs)


def new_items(lines: Sequence[AnyLine], drugs: Mapping[int, Drug]) -> list[ApprovedItem]:
    """Return the lines of a new prescription as a decision approves them."""
    return [_approved(line, drugs[line.drug_id]) for line in lines]


def _approved(line: AnyLine, drug: Drug) -> ApprovedItem:
    dose = parse_dose(line.dose) if line.dose else None
    return ApprovedItem(
        drug_id=drug.id,
        quantity_per_issue=line.quantity,
        interval_days=dose.days if dose else INTERVAL_DAYS,
        dose=line.dose,
        directions_ar=directions_ar(dose, drug.unit) if dose else "",
        directions_en=directions_en(dose, drug.unit) if dose else "",
    )
