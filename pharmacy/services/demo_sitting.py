"""The committee of a demonstration: a sitting that was held, and one that is planned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import AgendaItem, Sitting
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    DeferralReason,
    RejectionReason,
    VoteChoice,
)
from pharmacy.services.request_decision import Decision, approve
from pharmacy.services.sitting import NewSitting, close_sitting, open_sitting, plan
from pharmacy.services.sitting_agenda import decide, fill, vote

PLACE = "قاعة الاجتماعات بديوان عام المحافظة"
_MEMBERS = ("committee", "committee2", "committee3")
_F, _A, _X = VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAINED
_TAKEN: Sequence[tuple[tuple[VoteChoice, ...], AgendaOutcome]] = (
    ((_F, _F, _F), AgendaOutcome.APPROVED),
    ((_F, _F, _A), AgendaOutcome.APPROVED),
    ((_A, _A, _F), AgendaOutcome.REJECTED),
    ((_F, _X, _F), AgendaOutcome.APPROVED),
    ((), AgendaOutcome.DEFERRED),
)
"""The votes on the first items and what came of them; for the next the sitting has no time."""
HELD = len(_TAKEN) + 1


class Committee:
    """Three members who decide together.

    Args:
        staff: Actors by sign-in name.
        decision: Gives the approval of a request, by its id.
    """

    def __init__(self, staff: Mapping[str, Actor], decision: Callable[[int], Decision]) -> None:
        self._members = [staff[name] for name in _MEMBERS]
        self._chair = self._members[0]
        self._decision = decision

    def announce(self, session: Session, *, on: date, most: int, now: datetime) -> int:
        """Plan a sitting and fill its agenda; return its id."""
        new = NewSitting(
            submission_id=f"demo-sitting-{on}",
            held_on=on,
            place=PLACE,
            chair_id=self._chair.staff_id,
            member_ids=frozenset(member.staff_id for member in self._members),
        )
        sitting_id = plan(session, new, actor=self._chair, now=now)
        fill(session, sitting_id, most=most, actor=self._chair, now=now)
        return sitting_id

    def hold(self, session: Session, sitting_id: int, *, now: datetime) -> None:
        """Open a sitting with everybody, take most of its agenda, close it."""
        present = frozenset(member.staff_id for member in self._members)
        chair = self._chair
        open_sitting(
            session, sitting_id, present=present, chair_id=chair.staff_id, actor=chair, now=now
        )
        items = session.scalars(
            select(AgendaItem)
            .where(AgendaItem.sitting_id == sitting_id)
            .order_by(AgendaItem.position)
        ).all()
        for minute, (item, (votes, outcome)) in enumerate(zip(items, _TAKEN, strict=False)):
            self._take(session, item, votes, outcome, now=now + timedelta(minutes=5 * minute + 5))
        note = "عُرضت أسعار الأصناف غير المدرجة على إدارة المشتريات"
        ended = now + timedelta(minutes=90)
        close_sitting(session, sitting_id, note=note, actor=chair, now=ended)

    def _take(
        self,
        session: Session,
        item: AgendaItem,
        votes: Sequence[VoteChoice],
        outcome: AgendaOutcome,
        *,
        now: datetime,
    ) -> None:
        pairs = zip(self._members, votes, strict=False)
        choices = {member.staff_id: choice for member, choice in pairs}
        vote(session, item.id, choices, actor=self._chair, now=now)
        if outcome is AgendaOutcome.APPROVED:
            number = session.get_one(Sitting, item.sitting_id).number
            granted = replace(
                self._decision(item.request_id), decision_number=f"{number}/{item.position}"
            )
            chair = self._chair
            approve(session, item.request_id, granted, agenda_item_id=item.id, actor=chair, now=now)
            return
        reason = {
            AgendaOutcome.REJECTED: RejectionReason.INSURED_ELSEWHERE.value,
            AgendaOutcome.DEFERRED: DeferralReason.PRICE_OFFER.value,
        }[outcome]
        decide(session, item.id, outcome, reason=reason, actor=self._chair, now=now)
