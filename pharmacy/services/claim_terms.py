"""What the approvals behind a claim allow, and what was given on them, here and elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Approval, ApprovalItem, ClaimLine, RequestEvent
from pharmacy.rules.calendar import EVER, cairo_day, month_start
from pharmacy.rules.claim import Beyond, Ceiling, Proposal
from pharmacy.rules.entitlement import Issue, ItemTerms
from pharmacy.rules.request_vocabulary import ClosingReason, RequestState
from pharmacy.rules.subsidy import SubsidyTerms, split
from pharmacy.services.item_given import GivenLine, given_on_items

Span = tuple[date, date]
"""The day something began and the day it ended."""
ENDS = frozenset({RequestState.REJECTED, RequestState.CLOSED})
"""States in which nothing is handed out any more."""


@dataclass(frozen=True, slots=True)
class Item:
    """An approved item with the approval it stands in, and its terms."""

    approval: Approval
    terms: ItemTerms

    @property
    def id(self) -> int:
        """The approved item's id."""
        return self.terms.approval_item_id

    def holds(self, on: date) -> bool:
        """Tell whether the approval was in force on a day."""
        return self.terms.valid_from <= on <= self.terms.valid_until

    def borne(self, agreed: int | None) -> int | None:
        """Return what of an agreed price the funds bear: the citizen pays their share there."""
        if agreed is None:
            return None
        shares = split(
            agreed,
            SubsidyTerms(
                citizen_basis_points=self.approval.citizen_basis_points,
                citizen_share_max=self.approval.citizen_share_max,
            ),
            gift=False,
        )
        return agreed - shares.citizen


class GivenSoFar:
    """What was given on the items of a claim, here and elsewhere; lines of the claim add to it."""

    def __init__(self, session: Session, items: Sequence[Item]) -> None:
        self._of = given_on_items(session, [item.id for item in items])
        self._items: dict[int, set[int]] = {}
        for item in items:
            self._items.setdefault(item.approval.id, set()).add(item.id)

    def issued(self, item: Item) -> list[Issue]:
        """Return what was given on an item, as the counter sees it."""
        return [Issue(on=one.on, quantity=one.quantity) for one in self._of.get(item.id, ())]

    def ceilings(self, item: Item, on: date) -> tuple[Ceiling, ...]:
        """Return what an approval's ceilings leave for a line of a day, piastres."""
        approval = item.approval
        of_case = [one for own in self._items[approval.id] for one in self._of.get(own, ())]
        of_month = [one for one in of_case if month_start(one.on) == month_start(on)]
        rows = (
            (Beyond.CASE_CEILING, approval.case_ceiling, of_case),
            (Beyond.MONTH_CEILING, approval.month_ceiling, of_month),
        )
        return tuple(
            Ceiling(which, most - sum(one.borne for one in lines))
            for which, most, lines in rows
            if most is not None
        )

    def add(self, item: Item, on: date, proposal: Proposal) -> None:
        """Count what is proposed of a line for the lines after it."""
        line = GivenLine(on, proposal.quantity, proposal.amount)
        self._of.setdefault(item.id, []).append(line)


def items_of(session: Session, lines: Sequence[ClaimLine]) -> Mapping[tuple[int, int], list[Item]]:
    """Return every approved item by request and drug, the latest decision first."""
    requests = {line.request_id for line in lines}
    rows = session.execute(
        select(Approval, ApprovalItem)
        .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
        .where(Approval.request_id.in_(requests))
        .order_by(Approval.id.desc(), ApprovalItem.id)
    )
    found: dict[tuple[int, int], list[Item]] = {}
    for approval, item in rows:
        terms = ItemTerms(
            approval_item_id=item.id,
            quantity_per_issue=item.quantity_per_issue,
            issues=item.issues,
            interval_days=item.interval_days,
            valid_from=approval.valid_from,
            valid_until=approval.valid_until,
        )
        found.setdefault((approval.request_id, item.drug_id), []).append(Item(approval, terms))
    return found


def closed_spans(session: Session, lines: Sequence[ClaimLine]) -> dict[int, list[Span]]:
    """Return from when to when requests were closed or rejected, day by day.

    A request closed because all was given is not among them: what was claimed later may be why.
    """
    rows = session.execute(
        select(RequestEvent)
        .where(RequestEvent.request_id.in_({line.request_id for line in lines}))
        .order_by(RequestEvent.id)
    ).scalars()
    found: dict[int, list[Span]] = {}
    for event in rows:
        spans, day = found.setdefault(event.request_id, []), cairo_day(event.at)
        if spans and spans[-1][1] == EVER:
            spans[-1] = (spans[-1][0], day)
        if event.to_state in ENDS and event.reason != ClosingReason.ALL_GIVEN:
            spans.append((day, EVER))
    return found
