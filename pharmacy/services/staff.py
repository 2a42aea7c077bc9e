"""Staff: accounts, roles, places of work. Accounts are closed, never deleted."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound, OwnAccount, UsernameTaken
from pharmacy.models import Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Role
from pharmacy.services import audit
from pharmacy.services.sign_in import end_all_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """What is known of a member of staff.

    Attributes:
        site_id: The stock-holding place where the person works, if any.
        centre_id: The one centre whose requests the person sees; None for all.
        language: `ar` or `en`.
    """

    username: str
    name_ar: str
    name_en: str
    role: Role
    site_id: int | None = None
    centre_id: int | None = None
    language: str = "ar"


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 4, 4


def first_password() -> str:
    """Return a random password that can be read out: no letters that look like figures."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def add_staff(
    session: Session, facts: StaffFacts, *, password_hash: str, actor: Actor, now: datetime
) -> int:
    """Open an account; its first password must be changed at the first sign-in. Return the id.

    Args:
        session: A writing session.
        facts: Who it is and what they do.
        password_hash: From `Passwords.hash`, made outside of the transaction.
        actor: Who opens it.
        now: The moment.

    Raises:
        MissingFact: No sign-in name or no Arabic name.
        UsernameTaken: Somebody signs in by this name.
    """
    actor.require(Permission.STAFF_MANAGE)
    values = _values(session, facts, own_id=None)
    row = Staff(
        **values,
        password_hash=password_hash,
        active=True,
        must_change_password=True,
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "add", "staff", row.id, after=values, actor=actor, now=now)
    return row.id


def change_staff(
    session: Session, staff_id: int, facts: StaffFacts, *, actor: Actor, now: datetime
) -> None:
    """Change an account; another role or place ends every session of the person.

    Raises:
        NotFound: There is no such account.
        OwnAccount: Somebody tries to change their own role.
        MissingFact: No sign-in name or no Arabic name.
        UsernameTaken: Somebody else signs in by this name.
    """
    row = _locked(session, staff_id, actor)
    if row.id == actor.staff_id and facts.role is not row.role:
        raise OwnAccount
    values = _values(session, facts, own_id=row.id)
    changed = audit.write_changes(session, "staff", row.id, row, values, actor=actor, now=now)
    if changed & {"role", "site_id", "centre_id"}:
        end_all_sessions(session, row.id, now=now)


def deactivate(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Close an account and end its sessions; closing a closed one changes nothing.

    Raises:
        NotFound: There is no such account.
        OwnAccount: Somebody tries to close their own.
    """
    row = _locked(session, staff_id, actor)
    if row.id == actor.staff_id:
        raise OwnAccount
    end_all_sessions(session, row.id, now=now)
    _set_active(session, row, False, actor, now)  # noqa: FBT003 - closed


def reactivate(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Open a closed account again, with the role and password it had.

    Raises:
        NotFound: There is no such account.
    """
    _set_active(session, _locked(session, staff_id, actor), True, actor, now)  # noqa: FBT003 - open


def reset_password(
    session: Session, staff_id: int, *, password_hash: str, actor: Actor, now: datetime
) -> None:
    """Set a password that must be changed at the next sign-in; every session ends.

    Raises:
        NotFound: There is no such account.
        OwnAccount: One's own password is changed with the old one in hand, not reset.
    """
    row = _locked(session, staff_id, actor)
    if row.id == actor.staff_id:
        raise OwnAccount
    row.password_hash, row.must_change_password = password_hash, True
    # Who lost the password may have lost the PIN to the same eyes.
    row.pin_hash = None
    session.flush()
    end_all_sessions(session, row.id, now=now)
    # Neither the password nor its hash is written down.
    audit.record(session, "reset_password", "staff", row.id, actor=actor, now=now)


def get_staff(session: Session, staff_id: int, *, actor: Actor) -> Staff:
    """Return a member of staff, for one who manages accounts.

    Raises:
        NotFound: There is no such account.
    """
    actor.require(Permission.STAFF_MANAGE)
    row = session.get(Staff, staff_id)
    if row is None:
        raise NotFound(noun="staff", key=str(staff_id))
    return row


def _locked(session: Session, staff_id: int, actor: Actor) -> Staff:
    actor.require(Permission.STAFF_MANAGE)
    row = session.get(Staff, staff_id, with_for_update=True)
    if row is None:
        raise NotFound(noun="staff", key=str(staff_id))
    return row


def _values(session: Session, facts: StaffFacts, *, own_id: int | None) -> dict[str, object]:
    values: dict[str, object] = asdict(facts)
    values["username"] = facts.username.strip().lower()
    values["name_ar"] = facts.name_ar.strip()
    values["name_en"] = facts.name_en.strip() or facts.name_ar.strip()
    for name in ("username", "name_ar"):
        if not values[name]:
            raise MissingFact(name=name)
    taken = select(Staff.id).where(Staff.username == values["username"], Staff.id != (own_id or 0))
    if session.scalar(taken) is not None:
        raise UsernameTaken(username=str(values["username"]))
    return values


def _set_active(
    session: Session,
    row: Staff,
    active: bool,  # noqa: FBT001 - the value of a column
    actor: Actor,
    now: datetime,
) -> None:
    if row.active is active:
        return
    row.active = active
    session.flush()
    audit.record(
        session,
        "reactivate" if active else "deactivate",
        "staff",
        row.id,
        before={"active": not active},
        after={"active": active},
        actor=actor,
        now=now,
    )
