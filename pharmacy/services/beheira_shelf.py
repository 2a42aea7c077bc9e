"""The pharmacy's shelf in the rebuilt years: held in memory, used by the rules of the counter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Fund
from pharmacy.rules.allocation import Lot
from pharmacy.rules.vocabulary import BatchStatus, FundKind
from pharmacy.services.dispensing_allocation import allocate_lines
from pharmacy.services.dispensing_facts import Case
from pharmacy.services.dispensing_order import DispensingOrder, Part
from pharmacy.services.dispensing_shelf import Shelf as LockedShelf
from pharmacy.services.stock import Receipt


@dataclass(frozen=True, slots=True)
class FundFacts:
    """What the shelf must know of a fund."""

    fund_id: int
    kind: FundKind
    restricted: bool
    condition_id: int | None
    beneficiary_id: int | None
    centre_id: int | None


def funds(session: Session) -> dict[str, FundFacts]:
    """Return every fund by its code."""
    rows = session.scalars(select(Fund).order_by(Fund.id))
    return {
        row.code: FundFacts(
            row.id, row.kind, row.restricted, row.condition_id, row.beneficiary_id, row.centre_id
        )
        for row in rows
    }


class Shelf:
    """Batches by drug: units of issue and piastres on hand.

    Args:
        known: Every fund.
        last_batch_id: The last id already taken.
    """

    def __init__(self, known: Mapping[str, FundFacts], last_batch_id: int) -> None:
        self._funds = {fund.fund_id: fund for fund in known.values()}
        gifts = {f.fund_id for f in known.values() if f.kind is not FundKind.BUDGET}
        self._gifts = frozenset(gifts)
        self._last_batch_id = last_batch_id
        self._lots: dict[int, list[Lot]] = {}
        self._names: dict[int, str] = {}
        self._changed: dict[int, tuple[int, int]] = {}

    def put(self, receipt: Receipt, on: date) -> dict[int, int]:
        """Put a receipt's goods on the shelf; return the new batches by line."""
        fund = self._funds[receipt.fund_id]
        opened = {}
        for number, line in enumerate(receipt.lines, start=1):
            self._last_batch_id += 1
            opened[number] = self._last_batch_id
            self._names[self._last_batch_id] = line.lot
            self._lots.setdefault(line.drug_id, []).append(
                Lot(
                    batch_id=self._last_batch_id,
                    expiry=line.expiry,
                    on_hand=line.quantity,
                    value_on_hand=line.value,
                    status=BatchStatus.AVAILABLE,
                    received_on=on,
                    fund_id=fund.fund_id,
                    fund_restricted=fund.restricted,
                    condition_id=fund.condition_id,
                    beneficiary_id=fund.beneficiary_id,
                    centre_id=fund.centre_id,
                    request_id=line.request_id,
                )
            )
        return opened

    def usable(self, drug_id: int, until: date) -> int:
        """Return the units of a drug that may still be issued on a later day."""
        return sum(lot.on_hand for lot in self._lots.get(drug_id, ()) if lot.expiry >= until)

    def take(self, case: Case, order: DispensingOrder, on: date) -> list[Part]:
        """Take what an order asks for, by the same choice of batches as the counter makes.

        Raises:
            InsufficientStock: The buying fell short, which is a fault of this program.
        """
        lines = [(line, case.items[line.approval_item_id]) for line in order.lines]
        drug_ids = {item.drug_id for _, item in lines}
        lots = {drug_id: self._lots.get(drug_id, []) for drug_id in drug_ids}
        shelf = LockedShelf(lots, self._names, self._gifts)
        parts = allocate_lines(case, lines, shelf, on=on, partial=False).parts
        for part in parts:
            self._remove(part)
        return parts

    def _remove(self, part: Part) -> None:
        of_drug = self._lots[part.item.drug_id]
        place = next(i for i, lot in enumerate(of_drug) if lot.batch_id == part.pick.batch_id)
        lot = of_drug[place]
        left = replace(
            lot,
            on_hand=lot.on_hand - part.pick.quantity,
            value_on_hand=lot.value_on_hand - part.pick.value,
        )
        self._changed[left.batch_id] = (left.on_hand, left.value_on_hand)
        if left.on_hand:
            of_drug[place] = left
        else:
            del of_drug[place]

    def changed(self) -> dict[int, tuple[int, int]]:
        """Return (units, piastres) on hand of every batch that was touched since last asked."""
        touched, self._changed = self._changed, {}
        return touched
