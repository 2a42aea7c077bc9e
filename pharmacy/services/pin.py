"""Badge and PIN: the badge says who it is, the PIN proves it.

A PIN opens nothing by itself: it unlocks a device on which somebody signed in by password that
day, or signs beside a colleague. It is hashed like a password, and tried like one: the attempt is
on record before the PIN is looked at (see `sign_in`). After five wrong ones only the password
helps, and the PIN again after it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import false, func, or_, select, true, update
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound, PinThrottled
from pharmacy.models.staff import SignInAttempt, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.gs1 import InHousePrefix, in_house, parse_in_house
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Role
from pharmacy.services import audit
from pharmacy.services.sign_in import (
    FAILURES_PER_PLACE,
    Attempt,
    counted_name,
    last_good,
    put_on_record,
)

PIN_WINDOW = timedelta(hours=12)
"""Wrong PINs count for a working day, or until a good PIN or password of the same person."""
_MARK = "pin:"
_BODIES = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCard:
    """The holder of a badge; `has_pin` is whether the badge can open anything yet."""

    staff_id: int
    username: str
    name_ar: str
    name_en: str
    role: Role
    has_pin: bool


def set_pin(session: Session, *, pin_hash: str, actor: Actor, now: datetime) -> None:
    """Store one's own PIN; `pin_hash` is made from `check_pin` outside of the transaction."""
    session.execute(update(Staff).where(Staff.id == actor.staff_id).values(pin_hash=pin_hash))
    # Neither the PIN nor its hash is written down.
    audit.record(session, "set_pin", "staff", actor.staff_id, actor=actor, now=now)


def give_badge(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> str:
    """Give a badge with a new code, which makes an earlier one nothing; return the code.

    Raises:
        NotFound: There is no such account.
    """
    row = _locked(session, staff_id, actor)
    again = row.badge_code is not None
    row.badge_code = _free_code(session)
    session.flush()
    action = "reissue_badge" if again else "give_badge"
    audit.record(session, action, "staff", staff_id, actor=actor, now=now)
    return row.badge_code


def take_badge(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Make a badge nothing, as when it is lost; taking none changes nothing.

    Raises:
        NotFound: There is no such account.
    """
    row = _locked(session, staff_id, actor)
    if row.badge_code is None:
        return
    row.badge_code = None
    session.flush()
    audit.record(session, "take_badge", "staff", staff_id, actor=actor, now=now)


def _locked(session: Session, staff_id: int, actor: Actor) -> Staff:
    actor.require(Permission.STAFF_MANAGE)
    row = session.get(Staff, staff_id, with_for_update=True)
    if row is None:
        raise NotFound(noun="staff", key=str(staff_id))
    return row


def _free_code(session: Session) -> str:
    while True:
        code = in_house(InHousePrefix.BADGE, secrets.randbelow(_BODIES))
        if session.scalar(select(Staff.id).where(Staff.badge_code == code)) is None:
            return code


def badge_of(text: str) -> str | None:
    """Return the code of a badge that was scanned, or None when the text is no badge's."""
    code = parse_in_house(text)
    if code is None or code.prefix is not InHousePrefix.BADGE:
        return None
    return in_house(code.prefix, code.body)


def staff_of_badge(session: Session, code: str, *, site_id: int | None) -> StaffCard | None:
    """Return whose badge it is, or None: nobody's, a closed account's, or of another site.

    Args:
        session: Any session.
        code: As scanned.
        site_id: The site at which the device stands; None for an office of no site.
    """
    badge = badge_of(code)
    if badge is None:
        return None
    return _one(session, Staff.badge_code == badge, site_id)


def staff_of_name(session: Session, username: str, *, site_id: int | None) -> StaffCard | None:
    """Return who signs in by a name, or None as for a badge."""
    return _one(session, Staff.username == counted_name(username), site_id)


def _one(session: Session, which: object, site_id: int | None) -> StaffCard | None:
    at_site = true() if site_id is None else or_(Staff.site_id == site_id, Staff.site_id.is_(None))
    row = session.execute(
        select(
            Staff.id,
            Staff.username,
            Staff.name_ar,
            Staff.name_en,
            Staff.role,
            Staff.pin_hash.is_not(None).label("has_pin"),
        ).where(which, at_site, Staff.active.is_(true()))  # type: ignore[arg-type]  # a column's comparison
    ).one_or_none()
    if row is None:
        return None
    return StaffCard(
        staff_id=row.id,
        username=row.username,
        name_ar=row.name_ar,
        name_en=row.name_en,
        role=row.role,
        has_pin=row.has_pin,
    )


def begin_pin_attempt(
    session: Session, *, username: str, address: str, site_id: int | None, now: datetime
) -> Attempt:
    """Record an attempt to prove oneself by PIN as failed, until it turns out good.

    Args:
        session: A writing session.
        username: Whose PIN; of an unknown badge the code itself, so that it counts too.
        address: From where.
        site_id: The site at which the device stands.
        now: The moment.

    Returns:
        The attempt; its `password_hash` is the hash of the PIN, None when there is none.

    Raises:
        PinThrottled: Five wrong PINs since the last good PIN or password here.
        SignInThrottled: Too many failures of this name, this address or over all.
    """
    name = counted_name(username)
    marked = f"{_MARK}{name}"
    _refuse_worn_out(session, name, marked, address, now)
    attempt_id = put_on_record(session, marked, address, now, cleared_by=(name,))
    card = staff_of_name(session, name, site_id=site_id)
    hashed = None
    if card is not None:
        hashed = session.scalar(select(Staff.pin_hash).where(Staff.id == card.staff_id))
    return Attempt(
        attempt_id=attempt_id,
        username=marked,
        address=address,
        staff_id=card.staff_id if card else None,
        password_hash=hashed,
    )


def _refuse_worn_out(session: Session, name: str, marked: str, address: str, now: datetime) -> None:
    since = last_good(session, (name, marked), address) or now - PIN_WINDOW
    count, first = session.execute(
        select(func.count(), func.min(SignInAttempt.at)).where(
            SignInAttempt.username == marked,
            SignInAttempt.address == address,
            SignInAttempt.succeeded.is_(false()),
            SignInAttempt.at > max(since, now - PIN_WINDOW),
        )
    ).one()
    if count >= FAILURES_PER_PLACE:
        wait = first + PIN_WINDOW - now
        raise PinThrottled(retry_after_seconds=max(1, int(wait.total_seconds())))
