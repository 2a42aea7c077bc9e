"""A sitting as it is read: its members, its agenda with the votes, what it approved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import (
    AgendaItem,
    Approval,
    ApprovalItem,
    Beneficiary,
    CitizenRequest,
    Drug,
    Sitting,
    SittingMember,
    Staff,
    Vote,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.committee import Tally, tally
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import AgendaOutcome, SittingState, VoteChoice


@dataclass(frozen=True, slots=True)
class Member:
    """A member called to a sitting."""

    staff_id: int
    name_ar: str
    name_en: str
    present: bool


@dataclass(frozen=True, slots=True)
class ApprovedDrug:
    """An approved drug: units an issue, issues, one every so many days."""

    drug: Drug
    quantity: int
    issues: int
    interval_days: int


@dataclass(slots=True)
class Line:
    """A request on the agenda, its votes by member, and what was decided."""

    item: AgendaItem
    request: CitizenRequest
    person: Beneficiary | None
    approval: Approval | None
    votes: dict[int, VoteChoice] = field(default_factory=dict)
    drugs: list[ApprovedDrug] = field(default_factory=list)

    @property
    def citizen(self) -> str:
        """Who asks: the person on file, or the name that was given."""
        return self.person.full_name if self.person else self.request.citizen_name

    @property
    def tally(self) -> Tally:
        """The votes counted."""
        return tally(self.votes.values())

    def is_late(self, today: date) -> bool:
        """Tell whether an answer was due before a day."""
        return self.request.due_on is not None and self.request.due_on < today


def members(session: Session, sitting_id: int) -> Sequence[Member]:
    """Return the members called to a sitting, by their names; one statement."""
    rows = session.execute(
        select(Staff.id, Staff.name_ar, Staff.name_en, SittingMember.present)
        .join(SittingMember, SittingMember.staff_id == Staff.id)
        .where(SittingMember.sitting_id == sitting_id)
        .order_by(Staff.name_ar, Staff.id)
    )
    return [Member(*row) for row in rows]


def agenda(session: Session, sitting_id: int, *, actor: Actor) -> Sequence[Line]:
    """Return the agenda of a sitting in its order, whole; three statements.

    Raises:
        NotPermitted: The role sees no sittings.
    """
    actor.require(Permission.SITTING_VIEW)
    rows = session.execute(
        select(AgendaItem, CitizenRequest, Beneficiary, Approval)
        .join(CitizenRequest, CitizenRequest.id == AgendaItem.request_id)
        .outerjoin(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
        .outerjoin(Approval, Approval.id == AgendaItem.approval_id)
        .where(AgendaItem.sitting_id == sitting_id)
        .order_by(AgendaItem.position)
    )
    lines = [Line(*row) for row in rows]
    by_item = _votes(session, sitting_id)
    drugs = _drugs(session, [line.approval.id for line in lines if line.approval])
    for line in lines:
        line.votes = by_item[line.item.id]
        line.drugs = drugs[line.approval.id] if line.approval else []
    return lines


def _votes(session: Session, sitting_id: int) -> Mapping[int, dict[int, VoteChoice]]:
    rows = session.execute(
        select(Vote.agenda_item_id, Vote.staff_id, Vote.choice)
        .join(AgendaItem, AgendaItem.id == Vote.agenda_item_id)
        .where(AgendaItem.sitting_id == sitting_id)
    )
    found: dict[int, dict[int, VoteChoice]] = defaultdict(dict)
    for row in rows:
        found[row.agenda_item_id][row.staff_id] = row.choice
    return found


def _drugs(session: Session, approval_ids: Sequence[int]) -> Mapping[int, list[ApprovedDrug]]:
    found: dict[int, list[ApprovedDrug]] = defaultdict(list)
    rows = session.execute(
        select(ApprovalItem, Drug)
        .join(Drug, Drug.id == ApprovalItem.drug_id)
        .where(ApprovalItem.approval_id.in_(approval_ids))
        .order_by(ApprovalItem.id)
    )
    for item, drug in rows:
        found[item.approval_id].append(
            ApprovedDrug(drug, item.quantity_per_issue, item.issues, item.interval_days)
        )
    return found


@dataclass(frozen=True, slots=True)
class Appearance:
    """A request's place on the agenda of a sitting."""

    item_id: int
    position: int
    outcome: AgendaOutcome | None
    sitting_id: int
    number: str
    state: SittingState
    held_on: date


_APPEARANCES = (
    select(
        AgendaItem.id,
        AgendaItem.position,
        AgendaItem.outcome,
        Sitting.id,
        Sitting.number,
        Sitting.state,
        Sitting.held_on,
    )
    .join(Sitting, Sitting.id == AgendaItem.sitting_id)
    .order_by(AgendaItem.id)
)


def appearances(session: Session, request_id: int) -> Sequence[Appearance]:
    """Return on which agendas a request stood or stands, the first first; one statement."""
    rows = session.execute(_APPEARANCES.where(AgendaItem.request_id == request_id))
    return [Appearance(*row) for row in rows]


def appearance(session: Session, item_id: int) -> Appearance | None:
    """Return one item of an agenda; one statement."""
    row = session.execute(_APPEARANCES.where(AgendaItem.id == item_id)).one_or_none()
    return Appearance(*row) if row else None
