"""The books of the rebuilt years: sealed vouchers, as the counter would post them, in chunks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from pharmacy.db import Base, table_of
from pharmacy.models import (
    Batch,
    Dispensing,
    DispensingLine,
    Posting,
    RequestEvent,
    SiteChain,
    StockMovement,
    Voucher,
    VoucherSeries,
)
from pharmacy.rules import entitlement
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import fiscal_year
from pharmacy.rules.request_vocabulary import ClosingReason, RequestState
from pharmacy.rules.vocabulary import FundKind, VoucherKind
from pharmacy.services.beheira_crew import Crew
from pharmacy.services.beheira_people import Course, at
from pharmacy.services.beheira_rows import event_row
from pharmacy.services.beheira_shelf import FundFacts, Shelf
from pharmacy.services.bulk import Bulk, last_id
from pharmacy.services.dispensing import order_content
from pharmacy.services.dispensing_facts import Case, Item
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine, Part
from pharmacy.services.dispensing_patient import Given
from pharmacy.services.dispensing_posting import prepare, used_up
from pharmacy.services.stock import Receipt, receipt_content, receipt_draft
from pharmacy.services.submission import digest
from pharmacy.services.voucher_draft import (
    VoucherDraft,
    batch_row,
    movement_rows,
    posting_rows,
    voucher_row,
)

TABLES = (Voucher, Batch, StockMovement, Posting, Dispensing, DispensingLine, RequestEvent)
"""What this part writes, each before those that point to it."""

_RECEIPT_SECONDS, _COUNTER_OPENS, _CUSTOMER_SECONDS = 60, 3600, 200
_SET_ON_HAND = (
    update(table_of(Batch))
    .where(table_of(Batch).c.id == bindparam("batch"))
    .values(on_hand=bindparam("units"), value_on_hand=bindparam("piastres"))
)


class Book(Protocol):
    """What hears of everything that comes in and goes out."""

    def received(self, receipt: Receipt, opened: dict[int, int], on: date) -> None:
        """Goods came in and opened batches, by line."""

    def dispensed(self, course: Course, case: Case, order: DispensingOrder, on: date) -> None:
        """A person comes for an issue."""


def case_of(course: Course, decided_by: int) -> Case:
    """Return an approved request as the counter reads it."""
    items = {
        course.first_item_id + number: Item(
            approval_item_id=course.first_item_id + number,
            drug_id=medicine.drug_id,
            quantity_per_issue=medicine.quantity,
            issues=course.issues,
            interval_days=medicine.interval_days,
            directions_ar=medicine.directions_ar,
            directions_en=medicine.directions_en,
            name_ar=medicine.name_ar,
            name_en=medicine.name_en,
            strength=medicine.strength,
            unit=medicine.unit,
            atc=medicine.atc,
            ingredients=medicine.ingredients,
            active=True,
        )
        for number, medicine in enumerate(course.regimen)
    }
    return Case(
        request_id=course.request_id,
        state=RequestState.APPROVED,
        channel=course.channel,
        centre_id=course.centre_id,
        condition_id=course.condition_id,
        beneficiary_id=course.beneficiary_id,
        patient_name=course.patient_name,
        card_number=course.card_number,
        approval_id=course.approval_id,
        decided_by=decided_by,
        valid_from=course.valid_from,
        valid_until=course.valid_until,
        case_ceiling=None,
        month_ceiling=None,
        citizen_basis_points=0,
        donor_basis_points=0,
        citizen_share_max=None,
        items=items,
        given=course.given,
        allowed_fund_ids=frozenset(),
        condition_ids=frozenset({course.condition_id}),
    )


def order_of(course: Course, case: Case, number: int) -> DispensingOrder:
    """Return what a person asks for at the counter: one whole issue of everything."""
    return DispensingOrder(
        request_id=course.request_id,
        submission_id=f"beheira-dispensing-{number}",
        lines=[
            OrderLine(approval_item_id=item_id, quantity=item.quantity_per_issue)
            for item_id, item in case.items.items()
        ],
    )


@dataclass(slots=True)
class Tally:
    """A book that only adds up what would be handed out, in piastres."""

    shelf: Shelf
    total: int = 0

    def received(self, receipt: Receipt, opened: dict[int, int], on: date) -> None:
        """Nothing to add."""

    def dispensed(self, course: Course, case: Case, order: DispensingOrder, on: date) -> None:
        """Add the value of what is taken."""
        del course
        self.total += sum(part.pick.value for part in self.shelf.take(case, order, on))


class Ledger:
    """A book that writes.

    Args:
        session: Any session, for the last ids and the end of the site's chain.
        shelf: From which things are taken.
        funds: Ids and kinds.
        crew: Who receives and who dispenses.
        event_id: The last id of the requests' events.
        key: The seal key.
    """

    def __init__(
        self,
        session: Session,
        *,
        shelf: Shelf,
        funds: dict[str, FundFacts],
        crew: Crew,
        event_id: int,
        key: bytes,
    ) -> None:
        self.bulk: Bulk | None = None
        self.total = 0
        self.persons: set[int] = set()
        self._shelf = shelf
        self._gifts = {f.fund_id for f in funds.values() if f.kind is FundKind.GIFT_IN_KIND}
        self._crew = crew
        self._key = key
        chain = session.get_one(SiteChain, crew.site_id)
        self._sequence, self._seal = chain.sequence, chain.seal
        self._numbers: Counter[tuple[VoucherKind, int]] = Counter()
        self._ids: Counter[type[Base]] = Counter(
            {model: last_id(session, model) for model in (Voucher, StockMovement, Posting)}
        )
        self._ids[DispensingLine] = last_id(session, DispensingLine)
        self._ids[RequestEvent] = event_id
        self._day: date | None = None
        self._today: Counter[VoucherKind] = Counter()

    def received(self, receipt: Receipt, opened: dict[int, int], on: date) -> None:
        """Post a goods receipt."""
        kind = VoucherKind.GOODS_RECEIPT
        draft = receipt_draft(
            kind,
            receipt,
            site_id=self._crew.site_id,
            on=on,
            content=receipt_content(kind, receipt),
            gift=receipt.fund_id in self._gifts,
        )
        now = at(on, _RECEIPT_SECONDS * self._turn(kind, on))
        voucher_id = self._number(draft, self._crew.keeper, now)
        for movement in draft.movements:
            assert movement.opens is not None, "a receipt opens batches"
            row = batch_row(draft, movement, movement.opens, voucher_id)
            self._add(Batch, {**row, "id": opened[movement.line_no]})
        self._hang(draft, voucher_id, opened)

    def dispensed(self, course: Course, case: Case, order: DispensingOrder, on: date) -> None:
        """Post a dispensing; the last one closes the request."""
        for line in order.lines:
            item = case.items[line.approval_item_id]
            found = entitlement.check(
                case.terms(item),
                requested=line.quantity,
                on=on,
                issued=case.issued(line.approval_item_id),
                early_percent=case.early_percent,
            )
            assert not found, f"nobody comes before the time: {found}"
        parts = self._shelf.take(case, order, on)
        pharmacist = self._crew.pharmacist
        ready = prepare(
            case,
            order,
            order_digest=digest(order_content(order)),
            parts=parts,
            short={},
            notices=(),
            actor=pharmacist,
            on=on,
        )
        turn = self._turn(VoucherKind.DISPENSING, on)
        now = at(on, _COUNTER_OPENS + _CUSTOMER_SECONDS * turn)
        voucher_id = self._number(ready.draft, pharmacist, now)
        self._hang(ready.draft, voucher_id, {})
        self._add(Dispensing, {**ready.head, "voucher_id": voucher_id})
        for line_row in ready.lines:
            own = {"voucher_id": voucher_id, "dispensing_id": voucher_id}
            self._add(DispensingLine, {"id": self._next(DispensingLine), **line_row, **own})
        self._hand_over(course, now, last=used_up(case, parts))
        course.given.extend(_given(part, on) for part in parts)
        self.total += sum(part.pick.value for part in parts)
        self.persons.add(course.beneficiary_id)

    def settle(self, session: Session) -> None:
        """Write what is on hand, the last numbers and the end of the chain."""
        assert self.bulk is not None
        self.bulk.flush()
        moved = [
            {"batch": batch_id, "units": units, "piastres": piastres}
            for batch_id, (units, piastres) in self._shelf.changed().items()
        ]
        if moved:
            session.execute(_SET_ON_HAND, moved)
        for (kind, year), number in self._numbers.items():
            session.merge(
                VoucherSeries(
                    site_id=self._crew.site_id, kind=kind, fiscal_year=year, last_number=number
                )
            )
        session.merge(
            SiteChain(site_id=self._crew.site_id, sequence=self._sequence, seal=self._seal)
        )
        session.flush()

    def _turn(self, kind: VoucherKind, on: date) -> int:
        """Return how many of a kind were posted before on this day."""
        if on != self._day:
            self._day = on
            self._today.clear()
        self._today[kind] += 1
        return self._today[kind] - 1

    def _next(self, model: type[Base]) -> int:
        self._ids[model] += 1
        return self._ids[model]

    def _add(self, model: type[Base], row: dict[str, object]) -> None:
        assert self.bulk is not None, "a transaction is open"
        self.bulk.add(model, row)

    def _number(self, draft: VoucherDraft, actor: Actor, now: datetime) -> int:
        """Give a voucher its number, its place in the chain and its seal; return its id."""
        series = (draft.kind, fiscal_year(draft.business_date))
        self._numbers[series] += 1
        self._sequence += 1
        row = voucher_row(
            draft,
            number=self._numbers[series],
            sequence=self._sequence,
            last_seal=self._seal,
            key=self._key,
            actor=actor,
            now=now,
        )
        self._seal = str(row["seal"])
        voucher_id = self._next(Voucher)
        self._add(Voucher, {**row, "id": voucher_id})
        return voucher_id

    def _hang(self, draft: VoucherDraft, voucher_id: int, opened: dict[int, int]) -> None:
        for row in movement_rows(draft, voucher_id, opened):
            self._add(StockMovement, {**row, "id": self._next(StockMovement)})
        for row in posting_rows(draft, voucher_id):
            self._add(Posting, {**row, "id": self._next(Posting)})

    def _hand_over(self, course: Course, now: datetime, *, last: bool) -> None:
        """Write the step of a first and of a last hand-over; others are none."""
        before = RequestState.DISPENSING if course.given else RequestState.APPROVED
        after = RequestState.CLOSED if last else RequestState.DISPENSING
        if before is not after:
            reason = ClosingReason.ALL_GIVEN.value if last else ""
            step = (course.request_id, now, self._crew.pharmacist.staff_id, before, after, reason)
            self._add(RequestEvent, event_row(self._next(RequestEvent), *step))


def _given(part: Part, on: date) -> Given:
    return Given(
        approval_item_id=part.item.approval_item_id,
        drug_id=part.item.drug_id,
        drug_name=part.item.name_ar,
        on=on,
        quantity=part.pick.quantity,
        fund_borne=part.shares.state + part.shares.donor,
        days=part.days,
        atc=part.item.atc,
        ingredients=part.item.ingredients,
        owing_id=None,
    )
