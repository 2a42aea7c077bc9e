"""Pregnancy, age, the dose against the quantity, and who comes twice in one day."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.rules.notice import Notice
from pharmacy.rules.patient_safety import Earlier, Person, Treatment, age_in_months, check
from pharmacy.rules.vocabulary import NoticeCode, PregnancyRisk, Severity, UnitOfIssue

ON = date(2026, 3, 10)
TABLET = Treatment(line=1, drug_name="Aspirin", unit=UnitOfIssue.TABLET, quantity=60, pack_size=20)


def said(treatment: Treatment, person: Person | None = None) -> list[tuple[NoticeCode, Severity]]:
    found = check([treatment], person=person or Person(), on=ON)
    return [(notice.code, notice.severity) for notice in found]


@pytest.mark.parametrize(
    ("risk", "until", "severity"),
    [
        (PregnancyRisk.AVOID, ON, Severity.BLOCK),  # the flag holds on its last day
        (PregnancyRisk.CAUTION, date(2026, 9, 1), Severity.WARN),
        (PregnancyRisk.AVOID, date(2026, 3, 9), None),  # over
        (PregnancyRisk.AVOID, None, None),
        (None, date(2026, 9, 1), None),
    ],
)
def test_pregnancy(
    risk: PregnancyRisk | None, until: date | None, severity: Severity | None
) -> None:
    treatment = replace(TABLET, pregnancy_risk=risk)
    expected = [] if severity is None else [(NoticeCode.PREGNANCY, severity)]
    assert said(treatment, Person(pregnant_until=until)) == expected


@pytest.mark.parametrize(
    ("born", "on", "months"),
    [
        (date(2026, 3, 10), ON, 0),
        (date(2026, 2, 10), ON, 1),
        (date(2026, 2, 11), ON, 0),
        (date(2010, 3, 11), ON, 191),
        (date(2010, 3, 10), ON, 192),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
    ],
)
def test_age_is_counted_in_whole_months(born: date, on: date, months: int) -> None:
    assert age_in_months(born, on) == months


@pytest.mark.parametrize(
    ("least", "born", "blocks"),
    [
        (192, date(2010, 3, 11), True),  # sixteen tomorrow
        (192, date(2010, 3, 10), False),
        (None, date(2026, 3, 1), False),
        (192, None, False),
    ],
)
def test_a_child(*, least: int | None, born: date | None, blocks: bool) -> None:
    treatment = replace(TABLET, minimum_age_months=least)
    found = said(treatment, Person(birth_date=born))
    assert found == [(NoticeCode.CHILD, Severity.BLOCK)] * blocks


@pytest.mark.parametrize(
    ("dose", "unit", "quantity", "pack", "warns"),
    [
        ("1*2*30", UnitOfIssue.TABLET, 60, 20, False),
        ("1*2*30", UnitOfIssue.TABLET, 59, 20, True),
        ("1*2*30", UnitOfIssue.TABLET, 61, 20, True),
        ("1*2*30", UnitOfIssue.TABLET, 60, 28, False),
        ("1*2*30", UnitOfIssue.TABLET, 84, 28, False),  # rounded up to whole packs
        ("1*2*30", UnitOfIssue.TABLET, 85, 28, True),
        ("½*1*30", UnitOfIssue.TABLET, 15, 20, False),
        ("½*1*15", UnitOfIssue.TABLET, 8, 1, False),  # half a tablet is not handed out
        ("1*2*30", UnitOfIssue.BOTTLE, 1, 1, False),  # a dose of a syrup counts no bottles
        ("1*2*30", UnitOfIssue.TABLET, None, 20, False),  # the rest of an issue
        ("", UnitOfIssue.TABLET, 7, 20, False),
        ("حسب إرشاد الطبيب", UnitOfIssue.TABLET, 7, 20, False),
    ],
)
def test_a_dose_that_comes_to_another_quantity(
    *, dose: str, unit: UnitOfIssue, quantity: int | None, pack: int, warns: bool
) -> None:
    treatment = replace(TABLET, dose=dose, unit=unit, quantity=quantity, pack_size=pack)
    assert said(treatment) == [(NoticeCode.DOSE_DIFFERS, Severity.WARN)] * warns


def test_it_names_both_figures() -> None:
    (notice,) = check([replace(TABLET, dose="1*2*30", quantity=90)], person=Person(), on=ON)
    assert notice.facts == {
        "drug": "Aspirin", "dose": "1*2*30", "days": 30, "by_dose": 60, "requested": 90,
    }  # fmt: skip


def test_who_comes_twice_in_one_day_is_told_once_with_all_that_was_given() -> None:
    today = [
        Earlier(number="P1-7", drug_name="Glucophage"),
        Earlier(number="P1-7", drug_name="Amaryl"),
        Earlier(number="P1-9", drug_name="Glucophage"),
    ]
    assert check([TABLET, replace(TABLET, line=2)], person=Person(), today=today, on=ON) == (
        Notice(
            code=NoticeCode.GIVEN_TODAY,
            severity=Severity.WARN,
            facts={"number": "P1-7, P1-9", "what": "Glucophage, Amaryl"},
        ),
    )
