"""Which batches a dispensing takes from: the shelf and the case in, parts and notices out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pharmacy.errors import InsufficientStock
from pharmacy.rules.allocation import (
    Demand,
    Lot,
    Pick,
    allocate,
    available,
    may_use,
    passed_over,
)
from pharmacy.rules.notice import Notice
from pharmacy.rules.subsidy import Shares, SubsidyTerms, split
from pharmacy.rules.vocabulary import NoticeCode, Severity
from pharmacy.services.dispensing_facts import Case, Item
from pharmacy.services.dispensing_order import OrderLine, Part
from pharmacy.services.dispensing_shelf import Shelf
from pharmacy.services.voucher import BatchFacts


@dataclass(frozen=True, slots=True)
class Allocation:
    """The parts chosen, what is short (units by approved item), and what scanned packs bring up."""

    parts: list[Part]
    short: Mapping[int, int]
    notices: Sequence[Notice]


def course_days(item: Item, quantity: int) -> int:
    """Return how many days a quantity lasts at the approved rate, rounded up."""
    return -(-quantity * item.interval_days // item.quantity_per_issue)


def allocate_lines(
    case: Case,
    lines: Sequence[tuple[OrderLine, Item]],
    shelf: Shelf,
    *,
    on: date,
    partial: bool,
) -> Allocation:
    """Choose batches for every line, those of scanned packs first.

    Raises:
        InsufficientStock: A line is short and `partial` was not asked for, or nothing is there.
    """
    terms = SubsidyTerms(
        citizen_basis_points=case.citizen_basis_points,
        donor_basis_points=case.donor_basis_points,
        citizen_share_max=case.citizen_share_max,
    )
    lots = {drug_id: list(of_drug) for drug_id, of_drug in shelf.lots.items()}
    parts: list[Part] = []
    short: dict[int, int] = {}
    notices: list[Notice] = []
    for number, (line, item) in enumerate(lines, start=1):
        demand = _demand(case, line, item, on)
        of_drug = lots.get(item.drug_id, [])
        there = available(of_drug, demand)
        if there < line.quantity:
            if not partial:
                raise InsufficientStock(
                    requested=line.quantity, available=there, drug_id=item.drug_id, line=number
                )
            if line.owing_id is None:
                owed = short.get(item.approval_item_id, 0)
                short[item.approval_item_id] = owed + line.quantity - there
            demand = replace(demand, quantity=there)
        picks = allocate(of_drug, demand) if demand.quantity else ()
        by_id = {lot.batch_id: lot for lot in of_drug}
        notices.extend(_of_scanned(number, (line, item), of_drug, demand, picks))
        for pick in picks:
            lot = by_id[pick.batch_id]
            shares = split(pick.value, terms, gift=lot.fund_id in shelf.gift_fund_ids)
            terms = _less(terms, shares)
            facts = BatchFacts(
                drug_id=item.drug_id,
                fund_id=lot.fund_id,
                lot=shelf.lot_names[lot.batch_id],
                expiry=lot.expiry,
            )
            days = course_days(item, pick.quantity)
            part = Part(line=line, item=item, pick=pick, facts=facts, days=days, shares=shares)
            parts.append(part)
        lots[item.drug_id] = _after(of_drug, picks)
    if not parts:
        number, (line, item) = 1, lines[0]
        raise InsufficientStock(
            requested=line.quantity, available=0, drug_id=item.drug_id, line=number
        )
    return Allocation(parts, short, notices)


def _demand(case: Case, line: OrderLine, item: Item, on: date) -> Demand:
    return Demand(
        quantity=line.quantity,
        on=on,
        course_days=course_days(item, line.quantity),
        allowed_fund_ids=case.allowed_fund_ids,
        condition_ids=case.condition_ids,
        beneficiary_id=case.beneficiary_id,
        centre_id=case.centre_id,
        request_id=case.request_id,
        scanned=tuple(dict.fromkeys(pack.batch_id for pack in line.packs)),
    )


def _of_scanned(
    number: int,
    asked: tuple[OrderLine, Item],
    lots: Sequence[Lot],
    demand: Demand,
    picks: Sequence[Pick],
) -> Iterator[Notice]:
    """Stop a pack whose batch may not be given; block one that jumps the queue of expiry."""
    line, item = asked
    issuable = {lot.batch_id for lot in lots if may_use(lot, demand)}
    names = {pack.batch_id: pack.lot for pack in line.packs}
    for batch_id, lot_name in names.items():
        if batch_id not in issuable:
            yield Notice(
                code=NoticeCode.BATCH_NOT_ISSUABLE,
                severity=Severity.STOP,
                line=number,
                facts={"drug": item.name_ar, "lot": lot_name},
            )
    first = passed_over(lots, demand, picks)
    if first is not None:
        yield Notice(
            code=NoticeCode.NOT_FIRST_EXPIRY,
            severity=Severity.BLOCK,
            line=number,
            facts={
                "drug": item.name_ar,
                "lot": ", ".join(sorted(name for name in names.values() if name)),
                "first_expiry": first.expiry,
            },
        )


def _less(terms: SubsidyTerms, shares: Shares) -> SubsidyTerms:
    """The cap on what the citizen pays is for the whole dispensing, not for each batch."""
    if terms.citizen_share_max is None:
        return terms
    return replace(terms, citizen_share_max=terms.citizen_share_max - shares.citizen)


def _after(lots: Sequence[Lot], picks: Sequence[Pick]) -> list[Lot]:
    """Return the lots as the picks leave them, for the next line of the same drug."""
    taken = {pick.batch_id: pick for pick in picks}
    return [
        replace(
            lot,
            on_hand=lot.on_hand - taken[lot.batch_id].quantity,
            value_on_hand=lot.value_on_hand - taken[lot.batch_id].value,
        )
        if lot.batch_id in taken
        else lot
        for lot in lots
    ]
