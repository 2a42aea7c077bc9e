"""Standing authorities (تفويض): what the committee lets the counter give a walk-in at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from pharmacy.errors import AuthorityRefused, NotFound
from pharmacy.models import AuthorityWithdrawal, Staff, StandingAuthority
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission, roles_with
from pharmacy.services import audit

CEILING_MAX = 10**9
"""Piastres a case: more is a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A standing authority: the decision, who gave it, its days, its ceiling a case (piastres)."""

    authority_id: int
    decision_number: str
    staff_id: int
    staff_name_ar: str
    staff_name_en: str
    valid_from: date
    valid_until: date
    ceiling: int
    given_at: datetime
    withdrawn_at: datetime | None

    def holds(self, on: date) -> bool:
        """Tell whether it holds on a day."""
        return self.withdrawn_at is None and self.valid_from <= on <= self.valid_until


def give(
    session: Session,
    *,
    decision_number: str,
    valid_from: date,
    valid_until: date,
    ceiling: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Give a standing authority; return its id.

    Args:
        session: A writing session.
        decision_number: Of the committee's decision; each is given once.
        valid_from: The first day.
        valid_until: The last day.
        ceiling: The most a case may cost the funds, in piastres.
        actor: Whose decision it is, and who will have approved whatever is given under it.
        now: When.

    Raises:
        NotPermitted: The role does not decide requests.
        AuthorityRefused: The figures do not hold together, or the decision is on file.
    """
    actor.require(Permission.REQUEST_DECIDE)
    number = decision_number.strip()
    taken = select(StandingAuthority.id).where(StandingAuthority.decision_number == number)
    checks = {
        "decision_number": bool(number),
        "valid_until": valid_from <= valid_until,
        "ceiling": 0 < ceiling <= CEILING_MAX,
        "decision_taken": session.scalar(taken) is None,
    }
    for reason, holds in checks.items():
        if not holds:
            raise AuthorityRefused(reason=reason)
    row = StandingAuthority(
        decision_number=number,
        staff_id=actor.staff_id,
        valid_from=valid_from,
        valid_until=valid_until,
        ceiling=ceiling,
        given_at=now,
    )
    session.add(row)
    session.flush()
    after = {
        "decision_number": number,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "ceiling": ceiling,
    }
    audit.record(session, "give", "authority", row.id, after=after, actor=actor, now=now)
    return row.id


def withdraw(session: Session, authority_id: int, *, actor: Actor, now: datetime) -> None:
    """End a standing authority before its day; ending it twice is ending it once.

    Raises:
        NotPermitted: The role does not decide requests.
        NotFound: There is none.
    """
    actor.require(Permission.REQUEST_DECIDE)
    row = session.get(StandingAuthority, authority_id, with_for_update=True)
    if row is None:
        raise NotFound(noun="authority", key=str(authority_id))
    if session.get(AuthorityWithdrawal, authority_id) is not None:
        return
    session.add(AuthorityWithdrawal(authority_id=authority_id, at=now, staff_id=actor.staff_id))
    session.flush()
    before = {"decision_number": row.decision_number}
    audit.record(
        session, "withdraw", "authority", authority_id, before=before, actor=actor, now=now
    )


def in_force(session: Session, *, on: date) -> Authority | None:
    """Return the newest authority that holds on a day, of somebody who may still decide."""
    rows = session.execute(
        _authorities()
        .where(
            StandingAuthority.valid_from <= on,
            StandingAuthority.valid_until >= on,
            AuthorityWithdrawal.authority_id.is_(None),
            Staff.active.is_(true()),
            Staff.role.in_(roles_with(Permission.REQUEST_DECIDE)),
        )
        .limit(1)
    )
    return next((_authority(*row) for row in rows), None)


def all_of(session: Session) -> Sequence[Authority]:
    """Return every authority ever given, the newest first."""
    return [_authority(*row) for row in session.execute(_authorities())]


def _authorities() -> Select[StandingAuthority, Staff, datetime]:
    return (
        select(StandingAuthority, Staff, AuthorityWithdrawal.at)
        .join(Staff, Staff.id == StandingAuthority.staff_id)
        .outerjoin(AuthorityWithdrawal, AuthorityWithdrawal.authority_id == StandingAuthority.id)
        .order_by(StandingAuthority.given_at.desc(), StandingAuthority.id.desc())
    )


def _authority(row: StandingAuthority, staff: Staff, withdrawn_at: datetime | None) -> Authority:
    return Authority(
        authority_id=row.id,
        decision_number=row.decision_number,
        staff_id=staff.id,
        staff_name_ar=staff.name_ar,
        staff_name_en=staff.name_en,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ceiling=row.ceiling,
        given_at=row.given_at,
        withdrawn_at=withdrawn_at,
    )
