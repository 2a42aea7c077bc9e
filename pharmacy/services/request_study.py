"""What is found out about a request before the committee: social research and medical check.

Both are facts that are never edited; who learns more records another. Recording one returns the
request to be sent on.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import FutureDate, InvalidNumber, MissingFact, NotFound
from pharmacy.models import Condition, MedicalCheck, SocialResearch, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import Finding, Insurance, RequestAction
from pharmacy.services.request import get_request
from pharmacy.services.request_steps import take

HOUSEHOLD_MOST = 40
INCOME_MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Research:
    """What a social research found: the household, its income a month in piastres, who pays."""

    household_size: int
    monthly_income: int
    insurance: Insurance
    finding: Finding
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a medical check found.

    Attributes:
        prescription_on: The day the prescription was written on, when it was seen.
        to_buy: The formulary lacks something of it, which is bought for this request.
    """

    diagnosis: str
    finding: Finding
    condition_id: int | None = None
    prescription_seen: bool = False
    prescription_on: date | None = None
    to_buy: bool = False
    note: str = ""


def record_research(
    session: Session, request_id: int, found: Research, *, actor: Actor, now: datetime
) -> None:
    """Record a social research of a request that waits for one.

    Raises:
        NotPermitted: The role does no research.
        TransitionRefused: The request does not wait for it, or no more.
        InvalidNumber: Nobody lives in the household, or the income is less than nothing.
        MissingFact: It speaks against the request and does not say why.
    """
    actor.require(Permission.REQUEST_RESEARCH)
    request = get_request(session, request_id, actor=actor, lock=True)
    reason, action = found.finding.value, RequestAction.RECORD_RESEARCH
    take(session, request, action, reason=reason, actor=actor, now=now)
    if not 0 < found.household_size <= HOUSEHOLD_MOST:
        raise InvalidNumber(minimum=1, maximum=HOUSEHOLD_MOST)
    if not 0 <= found.monthly_income <= INCOME_MOST:
        raise InvalidNumber(minimum=0, maximum=INCOME_MOST)
    _check_why(found.finding, found.note)
    by = {"request_id": request_id, "at": now, "staff_id": actor.staff_id}
    session.add(SocialResearch(**asdict(found), **by))
    session.flush()


def record_check(
    session: Session, request_id: int, found: Examination, *, actor: Actor, now: datetime
) -> None:
    """Record a medical check of a request that waits for one.

    Raises:
        NotPermitted: The role does no medical checks.
        TransitionRefused: The request does not wait for it, or no more.
        MissingFact: The diagnosis, the day of the prescription that was seen, or why not.
        FutureDate: The prescription is of a day to come.
        NotFound: There is no such condition.
    """
    actor.require(Permission.REQUEST_MEDICAL)
    request = get_request(session, request_id, actor=actor, lock=True)
    reason, action = found.finding.value, RequestAction.RECORD_MEDICAL
    take(session, request, action, reason=reason, actor=actor, now=now)
    if not found.diagnosis.strip():
        raise MissingFact(name="diagnosis")
    if found.prescription_seen and found.prescription_on is None:
        raise MissingFact(name="prescription_on")
    if found.prescription_on is not None and found.prescription_on > cairo_day(now):
        raise FutureDate(name="prescription_on")
    if found.condition_id is not None and session.get(Condition, found.condition_id) is None:
        raise NotFound(noun="condition", key=str(found.condition_id))
    _check_why(found.finding, found.note)
    by = {"request_id": request_id, "at": now, "staff_id": actor.staff_id}
    session.add(MedicalCheck(**asdict(found), **by))
    session.flush()


def _check_why(finding: Finding, note: str) -> None:
    if finding is Finding.AGAINST and not note.strip():
        raise MissingFact(name="note")


@dataclass(frozen=True, slots=True)
class ResearchRow:
    """A social research as it is read, and who did it."""

    research: SocialResearch
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A medical check as it is read, who did it, and the condition it names."""

    check: MedicalCheck
    condition: Condition | None
    name_ar: str
    name_en: str


def researches(session: Session, request_id: int, *, actor: Actor) -> Sequence[ResearchRow]:
    """Return the social researches of a request, the first first; one statement.

    Raises:
        NotPermitted: They are not for this role's eyes.
    """
    actor.require(Permission.CLINICAL_VIEW)
    rows = session.execute(
        select(SocialResearch, Staff.name_ar, Staff.name_en)
        .join(Staff, Staff.id == SocialResearch.staff_id)
        .where(SocialResearch.request_id == request_id)
        .order_by(SocialResearch.id)
    )
    return [ResearchRow(*row) for row in rows]


def checks(session: Session, request_id: int, *, actor: Actor) -> Sequence[CheckRow]:
    """Return the medical checks of a request, the first first; one statement.

    Raises:
        NotPermitted: They are not for this role's eyes.
    """
    actor.require(Permission.CLINICAL_VIEW)
    rows = session.execute(
        select(MedicalCheck, Condition, Staff.name_ar, Staff.name_en)
        .outerjoin(Condition, Condition.id == MedicalCheck.condition_id)
        .join(Staff, Staff.id == MedicalCheck.staff_id)
        .where(MedicalCheck.request_id == request_id)
        .order_by(MedicalCheck.id)
    )
    return [CheckRow(*row) for row in rows]
