"""Those who were treated: invented persons, what they were approved, and when they came for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Centre
from pharmacy.models.beneficiary import BeneficiaryStatus
from pharmacy.rules import safety
from pharmacy.rules.arabic import fold
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.settings import SETTINGS
from pharmacy.rules.vocabulary import Channel, IdentityKind
from pharmacy.services.beheira_scale import working_day
from pharmacy.services.demo_people import People
from pharmacy.services.demo_requests import ELIGIBILITY
from pharmacy.services.demo_treatment import REGIMENS, WEIGHTS, Medicine, conditions, medicines
from pharmacy.services.dispensing_patient import Given
from pharmacy.services.dispensing_shelf import known_interactions

SPECIALS: Mapping[str, tuple[str, int, int]] = {
    "haemophilia": ("Coagulation factor VIII", 4, 10),
    "oncology": ("Trastuzumab", 1, 11),
    "ms": ("Interferon beta-1a", 4, 9),
}
"""Bought by name: medicine, units of issue, and the weight of its cost among the others."""

_ISSUES = {1: 68, 2: 20, 3: 12}
_CARD_FIRST, _CARD_STEP = 2_000_000_000, 7919
_VALID_BEYOND_DAYS = 60
# Infants are not drawn: their birth would have to follow the day of the request.
_LEFT_OUT = frozenset({"neonatal"})


@dataclass(slots=True, kw_only=True)
class Course:
    """One person's approved request and the days on which its issues were collected.

    Its approved items have consecutive ids from `first_item_id`, in the order of the regimen.
    """

    request_id: int
    approval_id: int
    first_item_id: int
    beneficiary_id: int
    patient_name: str
    card_number: str
    channel: Channel
    centre_id: int | None
    condition_id: int
    regimen: tuple[Medicine, ...]
    issues: int
    decided_at: datetime
    valid_from: date
    valid_until: date
    visits: tuple[date, ...]
    special: int
    given: list[Given] = field(default_factory=list)

    @property
    def state(self) -> RequestState:
        """Where the request stands when all visits are over."""
        if self.used_up:
            return RequestState.CLOSED
        return RequestState.DISPENSING if self.visits else RequestState.APPROVED

    @property
    def days(self) -> dict[str, object]:
        """The days that are kept of the request: the clock stopped at the first hand-over."""
        first = self.visits[0] if self.visits else None
        return {
            "first_reply_on": self.valid_from,
            "approved_on": self.valid_from,
            "handed_over_on": first,
            "settled_on": first,
            "closed_on": self.visits[-1] if self.used_up else None,
        }

    @property
    def used_up(self) -> bool:
        """Whether all that was approved was collected."""
        return len(self.visits) == self.issues


class Treatment:
    """What people are treated with: regimens in which nothing argues against anything.

    Args:
        session: Any session over reference data.
        chance: Where the choices come from.
        last_day: The last day on which anything is collected.
    """

    def __init__(self, session: Session, *, chance: Random, last_day: date) -> None:
        self._chance = chance
        self._last_day = last_day
        self.medicines = medicines(session)
        self._condition_ids = {code: row[0] for code, row in conditions(session).items()}
        self._regimens = {
            code: [
                regimen
                for names in regimens
                if _harmless(session, regimen := tuple(self.medicines[n] for n in names))
            ]
            for code, regimens in REGIMENS.items()
            if code not in _LEFT_OUT
        }
        self._codes = [code for code, regimens in self._regimens.items() if regimens]
        self._weights = [WEIGHTS[code] for code in self._codes]

    def only_for(self, condition: str) -> frozenset[int]:
        """Return the drugs that nobody gets but those with a condition."""
        of_others = {
            medicine.drug_id
            for code, regimens in self._regimens.items()
            if code != condition
            for regimen in regimens
            for medicine in regimen
        }
        own = {m.drug_id for regimen in self._regimens[condition] for m in regimen}
        return frozenset(own - of_others)

    def choose(self, special: int) -> tuple[int, tuple[Medicine, ...], int]:
        """Return a condition, a regimen and the number of issues approved.

        Args:
            special: The number of the special case from 1, 0 for an ordinary one.
        """
        if special:
            code = tuple(SPECIALS)[special % len(SPECIALS)]
            return self._condition_ids[code], (special_medicine(self.medicines, special),), 1
        (code,) = self._chance.choices(self._codes, self._weights)
        (issues,) = self._chance.choices(tuple(_ISSUES), tuple(_ISSUES.values()))
        return self._condition_ids[code], self._chance.choice(self._regimens[code]), issues

    def visits(self, decided: date, interval: int, issues: int) -> tuple[date, ...]:
        """Return the days on which the issues are collected, none before it is due."""
        days = [working_day(decided + timedelta(days=self._chance.randint(1, 5)))]
        while len(days) < issues:
            wait = interval + self._chance.randint(0, 4)
            days.append(working_day(days[-1] + timedelta(days=wait)))
        return tuple(day for day in days if day <= self._last_day)


def special_medicine(known: Mapping[str, Medicine], special: int) -> Medicine:
    """Return the medicine of a special case."""
    name, quantity, _ = SPECIALS[tuple(SPECIALS)[special % len(SPECIALS)]]
    return replace(known[name], quantity=quantity)


def _harmless(session: Session, regimen: Sequence[Medicine]) -> bool:
    lines = [
        safety.Line(
            line=number,
            drug_id=medicine.drug_id,
            drug_name=medicine.name_ar,
            ingredients=medicine.ingredients,
            atc=medicine.atc,
            days=medicine.interval_days,
        )
        for number, medicine in enumerate(regimen, start=1)
    ]
    pairs = known_interactions(session, [medicine.atc for medicine in regimen])
    # No day is asked about: these lines have no expiry yet, and nothing is in hand.
    any_day = date(2018, 1, 1)
    return not safety.check(lines, on=any_day, allergies=(), in_hand=(), interactions=pairs)


class Register:
    """Where invented persons are put on file.

    Args:
        session: Any session over reference data, for the places.
        chance: Where the choices come from.
        first_day: Against which ages are reckoned.
        clerk_id: Who writes them down.
        last_id: The last id already taken.
    """

    def __init__(
        self, session: Session, *, chance: Random, first_day: date, clerk_id: int, last_id: int
    ) -> None:
        self._chance = chance
        self._people = People(chance, first_day)
        self._clerk_id = clerk_id
        self._last_id = last_id
        self._count = 0
        rows = {row.id: row for row in session.scalars(select(Centre).order_by(Centre.id))}
        self._places = {
            row.id: (rows[row.parent_id].name_ar, row.name_ar)
            if row.parent_id
            else (row.name_ar, "")
            for row in rows.values()
        }
        self._consent = SETTINGS["consent_version"].default

    def next(self, centre_id: int | None, now: datetime) -> dict[str, object]:
        """Return the row of another person, who lives by the centre where they asked."""
        person = self._people.next()
        self._count += 1
        centre_id = centre_id or self._chance.choice(tuple(self._places))
        markaz, village = self._places[centre_id]
        return {
            "id": self._last_id + self._count,
            "card_number": in_house(InHousePrefix.CARD, _CARD_FIRST + self._count * _CARD_STEP),
            "given_name": person.given_name,
            "father_name": person.father_name,
            "grandfather_name": person.grandfather_name,
            "family_name": person.family_name,
            "folded_name": fold(person.full_name),
            "identity_kind": IdentityKind.NATIONAL_ID,
            "identity_number": person.national_id,
            "birth_date": person.birth_date,
            "sex": person.sex,
            "birth_governorate": person.governorate_code,
            "phone": f"+2{person.phone}",
            "markaz": markaz,
            "village": village,
            "address": person.street,
            "household_size": person.household_size,
            "pregnant_until": None,
            "eligibility_note": self._chance.choice(ELIGIBILITY),
            "consent_version": self._consent,
            "consent_on": now.date(),
            "status": BeneficiaryStatus.ACTIVE,
            "merged_into_id": None,
            "created_at": now,
            "created_by": self._clerk_id,
        }


def full_name(row: Mapping[str, object]) -> str:
    """Return a person's name from their row, as it is read out."""
    parts = ("given_name", "father_name", "grandfather_name", "family_name")
    return " ".join(str(row[part]) for part in parts)


def at(day: date, seconds: int) -> datetime:
    """Return so many seconds past seven in the morning, UTC: nine in Cairo's winter."""
    return datetime.combine(day, time(7), tzinfo=UTC) + timedelta(seconds=seconds)


def approval_row(course: Course, *, committee_id: int) -> dict[str, object]:
    """Return the row of a course's approval: free of charge, without a ceiling."""
    return {
        "id": course.approval_id,
        "request_id": course.request_id,
        "decision_number": f"{course.approval_id}/{course.decided_at.year}",
        "decided_at": course.decided_at,
        "decided_by": committee_id,
        "valid_from": course.valid_from,
        "valid_until": course.valid_until,
        "case_ceiling": None,
        "month_ceiling": None,
        "citizen_basis_points": 0,
        "donor_basis_points": 0,
        "citizen_share_max": None,
        "note": "",
    }


def item_rows(course: Course) -> list[dict[str, object]]:
    """Return the rows of a course's approved items."""
    return [
        {
            "id": course.first_item_id + number,
            "approval_id": course.approval_id,
            "drug_id": medicine.drug_id,
            "quantity_per_issue": medicine.quantity,
            "issues": course.issues,
            "interval_days": medicine.interval_days,
            "dose": medicine.dose,
            "directions_ar": medicine.directions_ar,
            "directions_en": medicine.directions_en,
        }
        for number, medicine in enumerate(course.regimen)
    ]


def valid_until(valid_from: date, regimen: Sequence[Medicine], issues: int) -> date:
    """Return the last day of an approval of so many issues."""
    longest = max(medicine.interval_days for medicine in regimen)
    return valid_from + timedelta(days=longest * issues + _VALID_BEYOND_DAYS)
