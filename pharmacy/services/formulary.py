"""The formulary: adding and correcting drugs, finding them by words of their names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import DrugCodeTaken, MissingFact, NotFound, UnreadableBarcode
from pharmacy.models import Drug, DrugGtin
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold
from pharmacy.rules.gs1 import is_gtin
from pharmacy.rules.permissions import Permission
from pharmacy.rules.safety import ingredient_key
from pharmacy.rules.vocabulary import (
    ControlledLaw,
    DrugForm,
    PregnancyRisk,
    Storage,
    UnitOfIssue,
    Ven,
)
from pharmacy.services import audit

SEARCH_MOST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugFacts:
    """What is known of a drug; `reference_price` is piastres for a pack, `pack_size` units."""

    code: str
    name_ar: str
    name_en: str
    inn: str
    strength: str = ""
    form: DrugForm = DrugForm.OTHER
    unit: UnitOfIssue = UnitOfIssue.PIECE
    pack_size: int = 1
    atc: str | None = None
    gtins: frozenset[str] = frozenset()
    maker: str = ""
    drug_class: str = ""
    route: str = ""
    storage: Storage = Storage.ROOM
    controlled_law: ControlledLaw | None = None
    controlled_schedule: str | None = None
    ven: Ven | None = None
    pregnancy_risk: PregnancyRisk | None = None
    minimum_age_months: int | None = None
    warnings_ar: str = ""
    warnings_en: str = ""
    usual_dose: str = ""
    reference_price: int | None = None
    market_status: str = ""
    active: bool = True


_FIELDS = tuple(field.name for field in fields(DrugFacts))


def columns(facts: DrugFacts) -> dict[str, object]:
    """Return the columns of a drug's row, the folded ones worked out."""
    values: dict[str, object] = {name: getattr(facts, name) for name in _FIELDS}
    values.pop("gtins")
    keys = sorted({ingredient_key(part) for part in facts.inn.split("+")} - {""})
    values["ingredient_keys"] = "+".join(keys)
    values["folded_name"] = fold(f"{facts.name_ar} {facts.name_en} {facts.inn}")
    return values


def save_drug(
    session: Session, facts: DrugFacts, *, drug_id: int | None = None, actor: Actor, now: datetime
) -> int:
    """Add a drug (`drug_id` None) or correct one; return its id.

    Raises:
        MissingFact: No code or no name.
        DrugCodeTaken: Another drug has the code or a GTIN.
        UnreadableBarcode: A GTIN's check digit is wrong.
        NotFound: There is no such drug.
    """
    actor.require(Permission.FORMULARY_EDIT)
    for name in ("code", "name_ar", "name_en"):
        if not getattr(facts, name).strip():
            raise MissingFact(name=name)
    if (facts.controlled_law is None) != (not facts.controlled_schedule):
        raise MissingFact(name="controlled_schedule")
    _refuse_taken(session, facts, drug_id)
    values = columns(facts)
    if drug_id is None:
        row = Drug(**values, created_at=now)
        session.add(row)
        before: dict[str, object] = {}
    else:
        found = session.get(Drug, drug_id, with_for_update=True)
        if found is None:
            raise NotFound(noun="drug", key=str(drug_id))
        row = found
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
    row.gtins = [DrugGtin(gtin=gtin) for gtin in sorted(facts.gtins - _own(row))] + [
        gtin for gtin in row.gtins if gtin.gtin in facts.gtins
    ]
    session.flush()
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    audit.record(
        session,
        "save",
        "drug",
        row.id,
        before={name: before[name] for name in changed if name in before},
        after=changed,
        actor=actor,
        now=now,
    )
    return row.id


def _own(row: Drug) -> frozenset[str]:
    return frozenset(gtin.gtin for gtin in row.gtins)


def _refuse_taken(session: Session, facts: DrugFacts, drug_id: int | None) -> None:
    other = session.scalar(
        select(Drug.id).where(Drug.code == facts.code, Drug.id != (drug_id or 0))
    )
    if other is not None:
        raise DrugCodeTaken(key=facts.code)
    for gtin in facts.gtins:
        if not is_gtin(gtin):
            raise UnreadableBarcode(text=gtin, reason="check_digit")
        owner = session.scalar(select(DrugGtin.drug_id).where(DrugGtin.gtin == gtin))
        if owner not in {None, drug_id}:
            raise DrugCodeTaken(key=gtin)


def get_drug(session: Session, drug_id: int) -> Drug:
    """Return a drug.

    Raises:
        NotFound: There is none.
    """
    row = session.get(Drug, drug_id)
    if row is None:
        raise NotFound(noun="drug", key=str(drug_id))
    return row


def search_drugs(
    session: Session,
    text: str,
    *,
    active_only: bool = True,
    most: int = SEARCH_MOST,
    drug_ids: Collection[int] | None = None,
) -> Sequence[Drug]:
    """Find drugs whose folded names hold every word; those that begin with the first come first."""
    words = fold(text).split()
    query = select(Drug)
    if active_only:
        query = query.where(Drug.active.is_(true()))
    if drug_ids is not None:
        query = query.where(Drug.id.in_(drug_ids))
    for word in words:
        query = query.where(Drug.folded_name.contains(word, autoescape=True))
    begins = Drug.folded_name.startswith(words[0], autoescape=True) if words else Drug.active
    return session.scalars(query.order_by(begins.desc(), Drug.name_en, Drug.id).limit(most)).all()


def find_by_gtin(session: Session, gtin: str) -> Drug | None:
    """Return the drug sold under a GTIN (14 digits), if it is on file."""
    query = select(Drug).join(DrugGtin).where(DrugGtin.gtin == gtin)
    return session.scalar(query)
