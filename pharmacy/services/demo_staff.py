"""The staff of a demonstration: every role once or twice, all with one known password and PIN."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Centre, Site, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role
from pharmacy.services.seeding import first_administrator
from pharmacy.services.staff import StaffFacts, add_staff

PASSWORD = "nile-date-palm-garden"  # noqa: S105 - printed for everybody who opens the demonstration


PIN = "280491"
_FIRST_BADGE = 7_310_442_001


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    username: str
    name_ar: str
    name_en: str
    role: Role
    site: str = ""
    centre: str = ""


ACCOUNTS = (
    _Account(username="admin", name_ar="سامي عطية", name_en="Sami Attia", role=Role.ADMINISTRATOR),
    _Account(
        username="pharmacist",
        name_ar="د. هدى غانم",
        name_en="Dr Hoda Ghanem",
        role=Role.PHARMACIST,
        site="P1",
    ),
    _Account(
        username="pharmacist2",
        name_ar="د. كريم نصار",
        name_en="Dr Karim Nassar",
        role=Role.PHARMACIST,
        site="P1",
    ),
    _Account(username="clerk", name_ar="منى شلبي", name_en="Mona Shalaby", role=Role.CLERK),
    _Account(
        username="clerk-damanhur",
        name_ar="ياسر الديب",
        name_en="Yasser El Deeb",
        role=Role.CLERK,
        centre="C01",
    ),
    _Account(
        username="committee",
        name_ar="د. نبيل الخولي",
        name_en="Dr Nabil El Kholy",
        role=Role.COMMITTEE,
    ),
    _Account(
        username="store",
        name_ar="رجب عوض",
        name_en="Ragab Awad",
        role=Role.STORE_KEEPER,
        site="P1",
    ),
    _Account(username="finance", name_ar="ليلى حجازي", name_en="Laila Hegazy", role=Role.FINANCE),
    _Account(
        username="manager", name_ar="د. فؤاد سليم", name_en="Dr Fouad Selim", role=Role.MANAGER
    ),
    _Account(username="auditor", name_ar="عزة بركات", name_en="Azza Barakat", role=Role.AUDITOR),
    _Account(
        username="committee2",
        name_ar="أ. سهير البنا",
        name_en="Soheir El Banna",
        role=Role.COMMITTEE,
    ),
    _Account(
        username="committee3",
        name_ar="د. مجدي الشناوي",
        name_en="Dr Magdy El Shennawy",
        role=Role.COMMITTEE,
    ),
)


def badge_code(account: _Account) -> str:
    """Return the code of an account's badge, the same in every demonstration."""
    return in_house(InHousePrefix.BADGE, _FIRST_BADGE + ACCOUNTS.index(account))


def hire(
    session: Session, *, password_hash: str, pin_hash: str | None = None, now: datetime
) -> dict[str, Actor]:
    """Open every account, each with a badge; return who they are by sign-in name."""
    first, *others = ACCOUNTS
    admin = first_administrator(
        session,
        username=first.username,
        name_ar=first.name_ar,
        name_en=first.name_en,
        password_hash=password_hash,
        must_change_password=False,
        now=now,
    )
    staff = {first.username: admin}
    for account in others:
        facts = StaffFacts(
            username=account.username,
            name_ar=account.name_ar,
            name_en=account.name_en,
            role=account.role,
            site_id=_id_of(session, Site, account.site),
            centre_id=_id_of(session, Centre, account.centre),
        )
        staff_id = add_staff(session, facts, password_hash=password_hash, actor=admin, now=now)
        row = session.get_one(Staff, staff_id)
        # The password is printed for everybody, so nobody is asked to change it.
        row.must_change_password = False
        staff[account.username] = actor_of(row)
    for account in ACCOUNTS:
        row = session.get_one(Staff, staff[account.username].staff_id)
        row.badge_code, row.pin_hash = badge_code(account), pin_hash
    session.flush()
    return staff


def actor_of(row: Staff) -> Actor:
    """Return a member of staff as services know them."""
    return Actor(row.id, row.name_ar, row.role, row.site_id, row.centre_id)


def _id_of(session: Session, model: type[Site | Centre], code: str) -> int | None:
    return session.scalar(select(model.id).where(model.code == code)) if code else None
