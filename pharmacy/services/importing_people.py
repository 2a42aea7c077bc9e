"""Importing beneficiaries: each row goes through the registration that a form goes through."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import IdentityTaken, InvalidDate
from pharmacy.models import Beneficiary, Condition
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold, parse_integer, to_western
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Sex
from pharmacy.services.beneficiary import Person, register
from pharmacy.services.beneficiary_file import has_unusual_number
from pharmacy.services.importing import (
    Note,
    NoteCode,
    Outcome,
    RowRefused,
    Verdict,
    member,
    one_by_one,
)
from pharmacy.services.importing_rows import Row

_JOINED = frozenset({"عبد", "ابو", "ام", "أبو", "أم"})
_NAMES = ("given_name", "father_name", "grandfather_name", "family_name")
_NAMES_LEAST = 3
_HOUSEHOLD_MOST = 50
_SEXES = {"ذكر": Sex.MALE, "انثي": Sex.FEMALE, "m": Sex.MALE, "f": Sex.FEMALE}
_ATC_LETTERS = 3


class PeopleImporter:
    """The importer of beneficiaries.

    A person whose identity is on file under the same name is skipped; under another name the row
    is refused. A row that shares phone or name with somebody on file is refused: a clerk looks.
    """

    noun = "beneficiaries"
    required = frozenset[str]()
    headings: Mapping[str, tuple[str, ...]] = {
        "name": ("full name", "الاسم", "اسم المستفيد", "الاسم رباعي"),
        "given_name": ("first name", "الاسم الأول"),
        "father_name": ("اسم الأب",),
        "grandfather_name": ("اسم الجد",),
        "family_name": ("last name", "اللقب", "اسم العائلة"),
        "identity_kind": ("نوع الهوية",),
        "identity_number": ("national_id", "الرقم القومي", "رقم الهوية"),
        "birth_date": ("تاريخ الميلاد",),
        "sex": ("gender", "النوع"),
        "phone": ("mobile", "الهاتف", "التليفون", "المحمول"),
        "markaz": ("المركز",),
        "village": ("القرية",),
        "address": ("العنوان",),
        "household_size": ("عدد أفراد الأسرة",),
        "eligibility_note": ("البحث الاجتماعي",),
        "conditions": ("condition", "المرض", "الأمراض المزمنة"),
        "allergies": ("الحساسية",),
    }

    def __init__(self, session: Session, *, actor: Actor, now: datetime) -> None:
        actor.require(Permission.BENEFICIARY_EDIT)
        self._actor = actor
        self._now = now
        self._conditions = {}
        for condition in session.scalars(select(Condition)):
            for name in (condition.code, condition.name_ar, condition.name_en):
                self._conditions[fold(name)] = condition.id

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Register some people."""
        return one_by_one(session, rows, self._register)

    def finish(self, session: Session) -> None:
        """Nothing needs the whole list."""

    def _register(self, session: Session, row: Row) -> Verdict:
        person = self._person(row)
        try:
            made = register(session, person, actor=self._actor, now=self._now)
        except IdentityTaken as taken:
            there = session.get_one(Beneficiary, taken.beneficiary_id)
            if there.folded_name != fold(" ".join(getattr(person, name) for name in _NAMES)):
                raise
            note = Note(NoteCode.ALREADY_THERE, {"key": there.card_number})
            return Verdict(row, Outcome.SKIPPED, (note,))
        notes = []
        if row.tidied:
            notes.append(Note(NoteCode.TEXT_TIDIED, {"fields": ", ".join(row.tidied)}))
        if has_unusual_number(session.get_one(Beneficiary, made)):
            notes.append(Note(NoteCode.CONTROL_DIGIT))
        return Verdict(row, Outcome.IMPORTED, tuple(notes))

    def _person(self, row: Row) -> Person:
        given, father, grandfather, family = _names(row)
        household = row["household_size"]
        return Person(
            given_name=given,
            father_name=father,
            grandfather_name=grandfather,
            family_name=family,
            identity_kind=member(row, "identity_kind", IdentityKind, IdentityKind.NATIONAL_ID),
            identity_number=row["identity_number"],
            birth_date=parse_day(row["birth_date"]),
            sex=_sex(row),
            phone=row["phone"],
            markaz=row["markaz"],
            village=row["village"],
            address=row["address"],
            household_size=parse_integer(household, minimum=1, maximum=_HOUSEHOLD_MOST)
            if household
            else None,
            eligibility_note=row["eligibility_note"],
            condition_ids=frozenset(self._condition(word) for word in _words(row["conditions"])),
            allergies=tuple(_allergy(word) for word in _words(row["allergies"])),
        )

    def _condition(self, word: str) -> int:
        found = self._conditions.get(fold(word))
        if found is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="conditions", text=word)
        return found


def _names(row: Row) -> tuple[str, str, str, str]:
    """Return the name in four parts; a whole name is taken apart, عبد الله staying one part."""
    if row["given_name"]:
        return row["given_name"], row["father_name"], row["grandfather_name"], row["family_name"]
    parts: list[str] = []
    for word in row["name"].split():
        if parts and parts[-1] in _JOINED:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    if len(parts) < _NAMES_LEAST:
        raise RowRefused(NoteCode.MISSING, field="name")
    if len(parts) == _NAMES_LEAST:
        return parts[0], parts[1], "", parts[2]
    return parts[0], parts[1], parts[2], " ".join(parts[3:])


def _sex(row: Row) -> Sex | None:
    text = fold(row["sex"])
    if not text:
        return None
    return _SEXES.get(text) or member(row, "sex", Sex, Sex.FEMALE)


def _words(text: str) -> list[str]:
    parts = text.replace("؛", ";").replace("،", ";").replace(",", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


def _allergy(word: str) -> tuple[AllergyKind, str]:
    """Return an allergy: an ATC prefix such as J01C names a class, a word an ingredient."""
    class_like = word[:1].isalpha() and word[1:_ATC_LETTERS].isdigit() and word.isascii()
    return (AllergyKind.CLASS if class_like else AllergyKind.INGREDIENT), word


def parse_day(text: str) -> date | None:
    """Return a date written as 2026-03-07 or 07/03/2026, None for no text.

    Raises:
        InvalidDate: It cannot be read.
    """
    if not text:
        return None
    plain = to_western(text).replace("/", "-").replace(".", "-")
    parts = plain.split("-")
    try:
        year, month, day = (int(part) for part in (parts if len(parts[0]) > 2 else parts[::-1]))  # noqa: PLR2004 - a year has four digits
        return date(year, month, day)
    except ValueError as error:
        raise InvalidDate(text=text) from error
