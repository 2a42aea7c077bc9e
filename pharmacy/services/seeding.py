"""Reference data of a new pharmacy, from the files in `pharmacy/seeds`.

Each line is matched by its code and only added when it is missing, so that seeding again changes
nothing that a governorate has corrected since.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import UsernameTaken
from pharmacy.models import (
    Centre,
    Condition,
    Drug,
    DrugGtin,
    Fund,
    Holiday,
    Interaction,
    LedgerAccount,
    Setting,
    Site,
    Staff,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.money import parse_egp
from pharmacy.rules.seal import FIRST_SEAL
from pharmacy.rules.vocabulary import (
    Account,
    AccountType,
    CentreKind,
    ControlledLaw,
    DrugForm,
    FundKind,
    PregnancyRisk,
    Role,
    Severity,
    SiteKind,
    Storage,
    UnitOfIssue,
    Ven,
)
from pharmacy.services import audit
from pharmacy.services.calendar import redue
from pharmacy.services.formulary import DrugFacts, columns
from pharmacy.services.stock import open_site_chain

SEEDS = (
    "accounts",
    "conditions",
    "centres",
    "funds",
    "sites",
    "formulary",
    "interactions",
    "holidays",
)
DEMO = "demo"
"""The row of `setting` that marks a database of invented people; no page can change it."""


def lines(name: str) -> Iterator[dict[str, str]]:
    """Give the lines of a seed file by their headings."""
    with (files("pharmacy") / "seeds" / f"{name}.csv").open(encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def seed(session: Session, *, now: datetime) -> dict[str, int]:
    """Add the reference data that is missing; return how many lines of each file were added."""
    added = {}
    for name in SEEDS:
        add = _ADDERS[name]
        added[name] = sum(add(session, line, now) for line in lines(name))
        session.flush()
    if added["holidays"]:
        redue(session, actor=None, now=now)
    if any(added.values()):
        audit.record(session, "seed", "reference_data", "", after=added, actor=None, now=now)
    return added


def _known(
    session: Session, model: type[Centre | Condition | Drug | Fund | Site], code: str
) -> int | None:
    return session.scalar(select(model.id).where(model.code == code))


def _id_of(
    session: Session, model: type[Centre | Condition | Drug | Fund | Site], code: str
) -> int | None:
    """Return the id behind a code, None for no code."""
    found = _known(session, model, code) if code else None
    assert found is not None or not code, f"{model.__name__} {code} is not on file"
    return found


def _account(session: Session, line: dict[str, str], _now: datetime) -> bool:
    account = Account(line["account"])
    if session.get(LedgerAccount, account) is not None:
        return False
    session.add(
        LedgerAccount(
            account=account,
            code=line["code"],
            type=AccountType(line["type"]),
            name_ar=line["name_ar"],
            name_en=line["name_en"],
        )
    )
    return True


def _condition(session: Session, line: dict[str, str], _now: datetime) -> bool:
    if _known(session, Condition, line["code"]) is not None:
        return False
    session.add(Condition(**line))
    return True


def _centre(session: Session, line: dict[str, str], _now: datetime) -> bool:
    if _known(session, Centre, line["code"]) is not None:
        return False
    session.add(
        Centre(
            code=line["code"],
            kind=CentreKind(line["kind"]),
            name_ar=line["name_ar"],
            name_en=line["name_en"],
            parent_id=_id_of(session, Centre, line["parent_code"]),
        )
    )
    session.flush()
    return True


def _fund(session: Session, line: dict[str, str], _now: datetime) -> bool:
    if _known(session, Fund, line["code"]) is not None:
        return False
    session.add(
        Fund(
            code=line["code"],
            kind=FundKind(line["kind"]),
            name_ar=line["name_ar"],
            name_en=line["name_en"],
            restricted=line["restricted"] == "yes",
            condition_id=_id_of(session, Condition, line["condition"]),
        )
    )
    return True


def _site(session: Session, line: dict[str, str], _now: datetime) -> bool:
    if _known(session, Site, line["code"]) is not None:
        return False
    site = Site(
        code=line["code"],
        kind=SiteKind(line["kind"]),
        name_ar=line["name_ar"],
        name_en=line["name_en"],
    )
    session.add(site)
    session.flush()
    open_site_chain(session, site.id, FIRST_SEAL)
    return True


def _drug(session: Session, line: dict[str, str], now: datetime) -> bool:
    if _known(session, Drug, line["code"]) is not None:
        return False
    facts = DrugFacts(
        code=line["code"],
        name_ar=line["name_ar"],
        name_en=line["name_en"],
        inn=line["inn"],
        strength=line["strength"],
        form=DrugForm(line["form"]),
        unit=UnitOfIssue(line["unit"]),
        pack_size=int(line["pack_size"]),
        atc=line["atc"] or None,
        gtins=frozenset({line["gtin"]}),
        maker=line["maker"],
        storage=Storage(line["storage"]),
        controlled_law=ControlledLaw(line["controlled_law"]) if line["controlled_law"] else None,
        controlled_schedule=line["controlled_schedule"] or None,
        ven=Ven(line["ven"]),
        pregnancy_risk=PregnancyRisk(line["pregnancy_risk"]) if line["pregnancy_risk"] else None,
        minimum_age_months=int(line["minimum_age_months"]) if line["minimum_age_months"] else None,
        warnings_ar=line["warnings_ar"],
        warnings_en=line["warnings_en"],
        usual_dose=line["usual_dose"],
        reference_price=parse_egp(line["reference_price_egp"]),
        active=line["active"] == "yes",
    )
    gtins = [DrugGtin(gtin=gtin) for gtin in sorted(facts.gtins)]
    session.add(Drug(**columns(facts), created_at=now, gtins=gtins))
    return True


def _interaction(session: Session, line: dict[str, str], _now: datetime) -> bool:
    pair = (Interaction.atc_a == line["atc_a"], Interaction.atc_b == line["atc_b"])
    if session.scalar(select(Interaction.id).where(*pair)) is not None:
        return False
    session.add(
        Interaction(
            atc_a=line["atc_a"],
            atc_b=line["atc_b"],
            severity=Severity(line["severity"]),
            effect_en=line["effect_en"],
            effect_ar=line["effect_ar"],
        )
    )
    return True


def _holiday(session: Session, line: dict[str, str], _now: datetime) -> bool:
    day = date.fromisoformat(line["day"])
    if session.get(Holiday, day) is not None:
        return False
    session.add(Holiday(day=day, name_ar=line["name_ar"], name_en=line["name_en"]))
    return True


_ADDERS: dict[str, Callable[[Session, dict[str, str], datetime], bool]] = {
    "accounts": _account,
    "conditions": _condition,
    "centres": _centre,
    "funds": _fund,
    "sites": _site,
    "formulary": _drug,
    "interactions": _interaction,
    "holidays": _holiday,
}


def has_staff(session: Session) -> bool:
    """Tell whether anybody has an account."""
    return session.scalar(select(Staff.id).limit(1)) is not None


def first_administrator(
    session: Session,
    *,
    username: str,
    name_ar: str,
    name_en: str,
    password_hash: str,
    must_change_password: bool,
    now: datetime,
) -> Actor:
    """Open the first account, which opens all others.

    Raises:
        UsernameTaken: Somebody has an account already; an administrator opens the next one.
    """
    if has_staff(session):
        raise UsernameTaken(username=username)
    row = Staff(
        username=username.strip().lower(),
        name_ar=name_ar,
        name_en=name_en,
        password_hash=password_hash,
        role=Role.ADMINISTRATOR,
        must_change_password=must_change_password,
        created_at=now,
    )
    session.add(row)
    session.flush()
    after = {"username": row.username, "role": Role.ADMINISTRATOR}
    audit.record(session, "add", "staff", row.id, after=after, actor=None, now=now)
    return Actor(row.id, row.name_ar, Role.ADMINISTRATOR)


def mark_demo(session: Session, state: str, *, now: datetime) -> None:
    """Mark the database as one of invented people: `building`, then `small` or `beheira`."""
    session.merge(Setting(name=DEMO, value=state, changed_at=now, changed_by=None))
    session.flush()


def demo_state(session: Session) -> str | None:
    """Return the mark, or None for the database of a real pharmacy."""
    row = session.get(Setting, DEMO)
    return row.value if row else None
