"""The minutes of a sitting, or its agenda, as the print shop wants them."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.models import Sitting
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    DeferralReason,
    RejectionReason,
    SittingState,
    VoteChoice,
)
from pharmacy.services import sitting_view
from pharmacy.services.settings import all_settings
from pharmacy.services.sitting import get_sitting
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.goods_receipt import drug_name
from pharmacy.web.words import units, word
from reports.committee_minutes import Attendant, MinuteLine, Minutes, Stage, Votes

_STAGES = {
    SittingState.PLANNED: Stage.AGENDA,
    SittingState.OPEN: Stage.DRAFT,
    SittingState.CLOSED: Stage.FINAL,
}
_REASONS = {AgendaOutcome.REJECTED: RejectionReason, AgendaOutcome.DEFERRED: DeferralReason}


def committee_minutes(
    session: Session,
    sitting_id: int,
    *,
    language: str,
    as_of: datetime,
    actor: Actor,
    demo: bool = False,
) -> Minutes:
    """Return what the minutes of a sitting say.

    Raises:
        NotPermitted: The role sees no sittings.
        NotFound: There is no such sitting.
    """
    sitting = get_sitting(session, sitting_id, actor=actor)
    members = sitting_view.members(session, sitting_id)
    lines = sitting_view.agenda(session, sitting_id, actor=actor)
    named = all_settings(session)
    names = {one.staff_id: getattr(one, f"name_{language}") or one.name_ar for one in members}
    with speaking(language):
        return Minutes(
            number=sitting.number,
            on=sitting.held_on,
            place=sitting.place,
            stage=_STAGES[sitting.state],
            quorum=sitting.quorum,
            members=sorted(
                (_attendant(one, sitting, names[one.staff_id]) for one in members),
                key=lambda member: not member.is_chair,
            ),
            lines=[_line(one, names, language) for one in lines],
            opened_at=_cairo(sitting.opened_at),
            closed_at=_cairo(sitting.closed_at),
            note=sitting.note,
            governorate=named[f"governorate_{language}"],
            fund=named[f"fund_{language}"],
            as_of=as_of.astimezone(CAIRO),
            demo=demo,
        )


def _cairo(at: datetime | None) -> datetime | None:
    return at.astimezone(CAIRO) if at else None


def _attendant(member: sitting_view.Member, sitting: Sitting, name: str) -> Attendant:
    is_chair = member.staff_id == sitting.chair_id
    return Attendant(name=name, is_chair=is_chair, is_present=member.present)


def _line(line: sitting_view.Line, names: dict[int, str], language: str) -> MinuteLine:
    item, count = line.item, line.tally
    return MinuteLine(
        position=item.position,
        request=line.request.number,
        citizen=line.citizen,
        asked=" ".join(line.request.asked_for.split()),
        due_on=line.request.due_on,
        votes=Votes(in_favour=count.in_favour, against=count.against, abstained=count.abstained)
        if count.voters
        else None,
        kind=item.outcome.value if item.outcome else "",
        decision=word(item.outcome) if item.outcome else word(line.request.state),
        details=_details(line, language),
        dissent=_dissent(line, names),
    )


def _details(line: sitting_view.Line, language: str) -> list[str]:
    """Return the reason of a decision, or what is approved, in words."""
    item, approval = line.item, line.approval
    if item.outcome in _REASONS:
        return [word(_REASONS[item.outcome](item.reason)), item.note]
    if approval is None:
        return []
    drugs = [
        gettext(
            "%(drug)s: %(quantity)s, %(issues)s times, every %(days)s days",
            drug=drug_name(one.drug, language),
            quantity=units(one.quantity, one.drug.unit),
            issues=one.issues,
            days=one.interval_days,
        )
        for one in line.drugs
    ]
    number, until = approval.decision_number, f"{approval.valid_until:%d/%m/%Y}"
    return [
        gettext("Decision %(number)s, valid until %(until)s", number=number, until=until),
        *drugs,
    ]


def _dissent(line: sitting_view.Line, names: dict[int, str]) -> str:
    said = []
    for choice in (VoteChoice.AGAINST, VoteChoice.ABSTAINED):
        who = [names[staff_id] for staff_id, vote in line.votes.items() if vote is choice]
        if who:
            said.append(f"{word(choice)}: {gettext(', ').join(who)}")
    return " - ".join(said)
