"""Safety for the person who takes it: pregnancy, age, the dose against the quantity, twice a day.

What two medicines do to each other stands in `safety`. A drug about which nothing is on file
(no risk, no least age, no dose) raises nothing here: a notice nobody can act on is clicked away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pharmacy.errors import InvalidDose
from pharmacy.rules.dose import COUNTED_BY_DOSE, parse_dose
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, PregnancyRisk, Severity, UnitOfIssue

_MONTHS = 12
_PREGNANCY = {PregnancyRisk.AVOID: Severity.BLOCK, PregnancyRisk.CAUTION: Severity.WARN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What of a person a medicine may matter to; `pregnant_until` is the last day of the flag."""

    birth_date: date | None = None
    pregnant_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A line as it will be taken.

    Attributes:
        line: Counted from 1.
        quantity: Units of issue asked for; None where it is not the dose that says how many: what
            settles an owing, or completes an issue begun.
        dose: As approved or typed, empty when nothing was said.
        minimum_age_months: The least age, None when any.
    """

    line: int
    drug_name: str
    unit: UnitOfIssue
    quantity: int | None
    pack_size: int = 1
    dose: str = ""
    pregnancy_risk: PregnancyRisk | None = None
    minimum_age_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A dispensing of the same day that stands: its number, and what was given."""

    number: str
    drug_name: str


def age_in_months(born: date, on: date) -> int:
    """Return the whole months of a person's age on a day."""
    return (on.year - born.year) * _MONTHS + on.month - born.month - (on.day < born.day)


def check(
    treatments: Sequence[Treatment],
    *,
    person: Person,
    today: Sequence[Earlier] = (),
    on: date,
) -> tuple[Notice, ...]:
    """Say what stands in the way of this person's taking these medicines."""
    notices: list[Notice] = []
    for treatment in treatments:
        notices.extend(_pregnant(treatment, person, on))
        notices.extend(_too_young(treatment, person, on))
        notices.extend(_dose_differs(treatment))
    notices.extend(_given_today(today))
    return tuple(notices)


def _pregnant(treatment: Treatment, person: Person, on: date) -> Iterator[Notice]:
    until, risk = person.pregnant_until, treatment.pregnancy_risk
    if until is not None and until >= on and risk is not None:
        yield Notice(
            code=NoticeCode.PREGNANCY,
            severity=_PREGNANCY[risk],
            line=treatment.line,
            facts={"drug": treatment.drug_name, "risk": risk.value, "until": until},
        )


def _too_young(treatment: Treatment, person: Person, on: date) -> Iterator[Notice]:
    least = treatment.minimum_age_months
    if least is None or person.birth_date is None:
        return
    months = age_in_months(person.birth_date, on)
    if months < least:
        yield Notice(
            code=NoticeCode.CHILD,
            severity=Severity.BLOCK,
            line=treatment.line,
            facts={"drug": treatment.drug_name, "age_months": months, "least_months": least},
        )


def _dose_differs(treatment: Treatment) -> Iterator[Notice]:
    """Compare the units that the dose comes to with those asked for.

    What is rounded up to whole packs is fine; a dose of drops or ointment counts no bottles.
    """
    if not treatment.dose or treatment.quantity is None or treatment.unit not in COUNTED_BY_DOSE:
        return
    try:
        dose = parse_dose(treatment.dose)
    except InvalidDose:  # an old approval may say it in words
        return
    packs = -(-dose.quantity // treatment.pack_size)
    if not dose.quantity <= treatment.quantity <= packs * treatment.pack_size:
        yield Notice(
            code=NoticeCode.DOSE_DIFFERS,
            severity=Severity.WARN,
            line=treatment.line,
            facts={
                "drug": treatment.drug_name,
                "dose": treatment.dose,
                "days": dose.days,
                "by_dose": dose.quantity,
                "requested": treatment.quantity,
            },
        )


def _given_today(today: Sequence[Earlier]) -> Iterator[Notice]:
    """One notice for all that was given, whatever is given now."""
    if today:
        yield Notice(
            code=NoticeCode.GIVEN_TODAY,
            severity=Severity.WARN,
            facts={
                "number": ", ".join(dict.fromkeys(earlier.number for earlier in today)),
                "what": ", ".join(dict.fromkeys(earlier.drug_name for earlier in today)),
            },
        )
