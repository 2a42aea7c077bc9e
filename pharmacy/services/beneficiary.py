"""Beneficiaries: registering without doubles, correcting, merging, finding, revealing."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from pharmacy.errors import (
    BeneficiaryInactive,
    FutureDate,
    IdentityTaken,
    MergeRefused,
    MissingFact,
    NotFound,
    PossibleDuplicate,
)
from pharmacy.models import (
    Beneficiary,
    BeneficiaryAllergy,
    BeneficiaryStatus,
    Condition,
    Fund,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.safety import ingredient_key
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Sex
from pharmacy.services import audit
from pharmacy.services.request_search import index_person

SEARCH_MOST = 20
ENOUGH_LETTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a form says of a person; text as typed, folded and parsed by the service.

    Attributes:
        allergies: (kind, ingredient or ATC prefix) pairs.
    """

    given_name: str
    father_name: str
    grandfather_name: str = ""
    family_name: str
    identity_kind: IdentityKind
    identity_number: str = ""
    birth_date: date | None = None
    sex: Sex | None = None
    phone: str = ""
    markaz: str = ""
    village: str = ""
    address: str = ""
    household_size: int | None = None
    eligibility_note: str = ""
    pregnant_until: date | None = None
    consent_version: str = ""
    consent_on: date | None = None
    condition_ids: frozenset[int] = frozenset()
    allergies: tuple[tuple[AllergyKind, str], ...] = ()


def register(
    session: Session,
    person: Person,
    *,
    known_different: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Register a beneficiary; return the id.

    Args:
        session: A writing session.
        person: What the form says.
        known_different: The clerk looked at the likely doubles and says this is another person.
        actor: Who registers.
        now: When.

    Raises:
        InvalidNationalId, InvalidPhone, MissingFact, FutureDate: The form's own faults.
        IdentityTaken: An active beneficiary has this identity.
        PossibleDuplicate: Someone on file has the same phone or name; look first.
    """
    actor.require(Permission.BENEFICIARY_EDIT)
    values = _values(person, cairo_day(now))
    _refuse_taken_identity(session, values, own_id=None)
    if not known_different:
        _refuse_doubles(session, values)
    row = Beneficiary(
        **values,
        card_number=new_card_number(session),
        status=BeneficiaryStatus.ACTIVE,
        created_at=now,
        created_by=actor.staff_id,
    )
    _set_lists(session, row, person)
    session.add(row)
    session.flush()
    after = _audited(person)
    audit.record(session, "register", "beneficiary", row.id, after=after, actor=actor, now=now)
    return row.id


def correct(
    session: Session, beneficiary_id: int, person: Person, *, actor: Actor, now: datetime
) -> None:
    """Correct a person's record; papers printed before keep what they said.

    Raises:
        InvalidNationalId, InvalidPhone, MissingFact, FutureDate: The form's own faults.
        IdentityTaken: Another active beneficiary has this identity.
    """
    actor.require(Permission.BENEFICIARY_EDIT)
    row = get_active(session, beneficiary_id, lock=True)
    values = _values(person, cairo_day(now))
    _refuse_taken_identity(session, values, own_id=row.id)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    _set_lists(session, row, person)
    session.flush()
    changed = {name for name in values if before[name] != values[name]}
    if "folded_name" in changed:
        index_person(session, same_person_ids(session, row.id))
    audit.record(
        session,
        "correct",
        "beneficiary",
        row.id,
        before={name: before[name] for name in sorted(changed)},
        after={name: values[name] for name in sorted(changed)},
        actor=actor,
        now=now,
    )


def new_card_number(session: Session) -> str:
    """Return a card number (EAN-13, in-house prefix 21) that is random and not taken."""
    while True:
        number = in_house(InHousePrefix.CARD, secrets.randbelow(10**10))
        if session.scalar(select(Beneficiary.id).where(Beneficiary.card_number == number)) is None:
            return number


def _values(person: Person, today: date) -> dict[str, object]:
    """Return the columns of a person, parsed; what the identity proves wins over what was typed."""
    for name in ("given_name", "father_name", "family_name"):
        if not getattr(person, name).strip():
            raise MissingFact(name=name)
    number: str | None = person.identity_number.strip() or None
    birth, sex, governorate = person.birth_date, person.sex, None
    if person.identity_kind is IdentityKind.NATIONAL_ID:
        identity = parse_national_id(person.identity_number, today=today)
        number, birth, sex = identity.number, identity.birth_date, identity.sex
        governorate = identity.governorate_code
    elif number is None and person.identity_kind is not IdentityKind.LOST_CARD:
        raise MissingFact(name="identity_number")
    if birth is None:
        raise MissingFact(name="birth_date")
    if birth > today:
        raise FutureDate(name="birth_date")
    if sex is None:
        raise MissingFact(name="sex")
    names = (
        person.given_name,
        person.father_name,
        person.grandfather_name,
        person.family_name,
    )
    return {
        "given_name": person.given_name.strip(),
        "father_name": person.father_name.strip(),
        "grandfather_name": person.grandfather_name.strip(),
        "family_name": person.family_name.strip(),
        "folded_name": fold(" ".join(name for name in names if name)),
        "identity_kind": person.identity_kind,
        "identity_number": number,
        "birth_date": birth,
        "sex": sex,
        "birth_governorate": governorate,
        "phone": parse_phone(person.phone) if person.phone.strip() else None,
        "markaz": person.markaz.strip(),
        "village": person.village.strip(),
        "address": person.address.strip(),
        "household_size": person.household_size,
        "eligibility_note": person.eligibility_note.strip(),
        "pregnant_until": person.pregnant_until if sex is Sex.FEMALE else None,
        "consent_version": person.consent_version,
        "consent_on": person.consent_on,
    }


def _set_lists(session: Session, row: Beneficiary, person: Person) -> None:
    row.conditions = list(
        session.scalars(select(Condition).where(Condition.id.in_(person.condition_ids)))
    )
    wanted = {
        (kind, ingredient_key(code) if kind is AllergyKind.INGREDIENT else code.strip().upper())
        for kind, code in person.allergies
        if code.strip()
    }
    kept = [allergy for allergy in row.allergies if (allergy.kind, allergy.code) in wanted]
    there = {(allergy.kind, allergy.code) for allergy in kept}
    added = [BeneficiaryAllergy(kind=kind, code=code) for kind, code in sorted(wanted - there)]
    row.allergies = [*kept, *added]


def _audited(person: Person) -> dict[str, object]:
    facts = asdict(person)
    facts["condition_ids"] = sorted(person.condition_ids)
    return facts


def _refuse_taken_identity(
    session: Session, values: dict[str, object], *, own_id: int | None
) -> None:
    if values["identity_number"] is None:
        return
    taken = session.scalar(
        select(Beneficiary.id).where(
            Beneficiary.identity_kind == values["identity_kind"],
            Beneficiary.identity_number == values["identity_number"],
            Beneficiary.status == BeneficiaryStatus.ACTIVE,
            Beneficiary.id != (own_id or 0),
        )
    )
    if taken is not None:
        raise IdentityTaken(beneficiary_id=taken)


def _refuse_doubles(session: Session, values: dict[str, object]) -> None:
    same_name = (Beneficiary.folded_name == values["folded_name"]) & (
        (Beneficiary.birth_date == values["birth_date"]) | (Beneficiary.markaz == values["markaz"])
    )
    for matched_by, clause in (
        ("phone", Beneficiary.phone == values["phone"] if values["phone"] else None),
        ("name", same_name),
    ):
        if clause is None:
            continue
        ids = _active_ids(session, clause)
        if ids:
            raise PossibleDuplicate(beneficiary_ids=ids, matched_by=matched_by)


def _active_ids(session: Session, clause: ColumnElement[bool]) -> tuple[int, ...]:
    query = select(Beneficiary.id).where(clause, Beneficiary.status == BeneficiaryStatus.ACTIVE)
    return tuple(session.scalars(query.order_by(Beneficiary.id).limit(SEARCH_MOST)))


def get_active(session: Session, beneficiary_id: int, *, lock: bool = False) -> Beneficiary:
    """Return an active beneficiary.

    Raises:
        NotFound: There is none.
        BeneficiaryInactive: The record was merged, or the person has died.
    """
    row = session.get(Beneficiary, beneficiary_id, with_for_update=lock)
    if row is None:
        raise NotFound(noun="beneficiary", key=str(beneficiary_id))
    if row.status is not BeneficiaryStatus.ACTIVE:
        raise BeneficiaryInactive(status_value=row.status.value)
    return row


def get_beneficiary(session: Session, beneficiary_id: int, *, actor: Actor) -> Beneficiary:
    """Return a beneficiary of any status, for one who may see persons.

    Raises:
        NotFound: There is none.
    """
    actor.require(Permission.BENEFICIARY_VIEW)
    row = session.get(Beneficiary, beneficiary_id)
    if row is None:
        raise NotFound(noun="beneficiary", key=str(beneficiary_id))
    return row


def merge(
    session: Session, double_id: int, kept_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Merge a double into the record that goes on; both keep their own histories.

    Raises:
        MergeRefused: They are the same record, or one is not active.
        MissingFact: No reason was given.
    """
    actor.require(Permission.BENEFICIARY_MERGE)
    if not reason.strip():
        raise MissingFact(name="reason")
    locked = {
        row.id: row
        for row in session.scalars(
            select(Beneficiary)
            .where(Beneficiary.id.in_({double_id, kept_id}))
            .order_by(Beneficiary.id)
            .with_for_update()
        )
    }
    both = [locked.get(double_id), locked.get(kept_id)]
    if double_id == kept_id or any(
        row is None or row.status is not BeneficiaryStatus.ACTIVE for row in both
    ):
        raise MergeRefused
    double = locked[double_id]
    double.status = BeneficiaryStatus.MERGED
    double.merged_into_id = kept_id
    session.flush()
    # Those merged into the double before go along, so that one step always leads to the person.
    earlier = update(Beneficiary).where(Beneficiary.merged_into_id == double_id)
    session.execute(earlier.values(merged_into_id=kept_id))
    # What was given for the double is for the person.
    meant = update(Fund).where(Fund.beneficiary_id == double_id)
    session.execute(meant.values(beneficiary_id=kept_id))
    audit.record(
        session,
        "merge",
        "beneficiary",
        double_id,
        after={"merged_into": kept_id, "reason": reason},
        actor=actor,
        now=now,
    )


def same_person_ids(session: Session, beneficiary_id: int) -> tuple[int, ...]:
    """Return the ids of a person's record and of all that were merged into it."""
    query = select(Beneficiary.id).where(
        or_(Beneficiary.id == beneficiary_id, Beneficiary.merged_into_id == beneficiary_id)
    )
    return tuple(session.scalars(query.order_by(Beneficiary.id)))


def search(session: Session, text: str, *, actor: Actor) -> Sequence[Beneficiary]:
    """Find active persons by card, identity, phone or name; under three letters, nobody."""
    actor.require(Permission.BENEFICIARY_VIEW)
    folded = fold(text)
    if len(folded) < ENOUGH_LETTERS:
        return []
    query = select(Beneficiary).where(Beneficiary.status == BeneficiaryStatus.ACTIVE)
    digits = folded.replace(" ", "").lstrip("+")
    if digits.isdecimal():
        query = query.where(
            or_(
                Beneficiary.card_number == digits,
                Beneficiary.identity_number == digits,
                Beneficiary.phone.endswith(digits.lstrip("0"), autoescape=True),
            )
        )
    else:
        spaced = " " + Beneficiary.folded_name
        for word in folded.split():
            # Half-typed, the article is still there: الس is on its way to السيد, kept as سيد.
            spellings = {word, word.removeprefix("ال")} - {""}
            query = query.where(
                or_(*(spaced.contains(f" {part}", autoescape=True) for part in sorted(spellings)))
            )
    return session.scalars(query.order_by(Beneficiary.folded_name).limit(SEARCH_MOST)).all()
