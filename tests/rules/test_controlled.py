"""What the law asks before a controlled medicine is handed out: by law and table."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.rules.controlled import ControlledLine, Needs, Prescription, check, needs_of
from pharmacy.rules.vocabulary import ControlledLaw, Severity

ON = date(2026, 3, 10)
LAW, DECISION = ControlledLaw.LAW_182_1960, ControlledLaw.DECISION_172_2011
NARCOTIC = ControlledLine(line=1, drug_name="Morphine", law=LAW, schedule="1")
SEDATIVE = ControlledLine(line=2, drug_name="Diazepam", law=DECISION, schedule="3")
DISPENSER, COLLEAGUE = 7, 8
GOOD = Prescription(
    prescriber="د. هالة", number="A-17", written_on=ON, kept=True, witness_id=COLLEAGUE
)


def said(line: ControlledLine, paper: Prescription) -> list[str]:
    found = check([line], paper, on=ON, valid_days=5, dispenser_id=DISPENSER)
    assert {(notice.severity, notice.line) for notice in found} <= {(Severity.STOP, line.line)}
    return [notice.code.value for notice in found]


@pytest.mark.parametrize(
    ("law", "schedule", "prescription", "witness"),
    [
        (LAW, "1", True, True),
        (LAW, "2", False, False),
        (LAW, "3", True, False),
        (LAW, "5", True, True),  # plants, and what the house does not know: everything
        (DECISION, "1", True, True),
        (DECISION, "2", True, False),
        (DECISION, "3", True, False),
        (DECISION, "٣", True, False),
        (DECISION, " 2 ", True, False),
        (DECISION, "الجدول الثاني", True, False),
        (LAW, "الجدول الأول", True, True),
        (LAW, "الجدول الثالث", True, False),
        (LAW, "table 3", True, False),
        (LAW, "3 أو 2", True, True),  # two numbers name no table
        (LAW, "الرابع", True, True),
    ],
)
def test_what_is_asked(
    *, law: ControlledLaw, schedule: str, prescription: bool, witness: bool
) -> None:
    assert needs_of(law, schedule) == Needs(prescription=prescription, witness=witness)


@pytest.mark.parametrize(
    ("paper", "narcotic", "sedative"),
    [
        pytest.param(GOOD, [], [], id="all is there"),
        pytest.param(
            Prescription(),
            ["prescription_missing", "second_signature_missing"],
            ["prescription_missing"],
            id="nothing is there",
        ),
        pytest.param(
            replace(GOOD, number=" "),
            ["prescription_missing"],
            ["prescription_missing"],
            id="no number",
        ),
        pytest.param(
            replace(GOOD, prescriber=""),
            ["prescription_missing"],
            ["prescription_missing"],
            id="no prescriber",
        ),
        pytest.param(
            replace(GOOD, written_on=date(2026, 3, 11)),
            ["prescription_missing"],
            ["prescription_missing"],
            id="written tomorrow",
        ),
        pytest.param(
            replace(GOOD, written_on=date(2026, 3, 5)), [], [], id="on the fifth day after"
        ),
        pytest.param(
            replace(GOOD, written_on=date(2026, 3, 4)),
            ["prescription_expired"],
            ["prescription_expired"],
            id="on the sixth",
        ),
        pytest.param(
            replace(GOOD, used_on="P1-DSP-2026-000001"),
            ["prescription_used"],
            ["prescription_used"],
            id="used before",
        ),
        pytest.param(
            replace(GOOD, kept=False),
            ["prescription_not_kept"],
            ["prescription_not_kept"],
            id="given back",
        ),
        pytest.param(
            replace(GOOD, witness_id=None), ["second_signature_missing"], [], id="no witness"
        ),
        pytest.param(
            replace(GOOD, witness_id=DISPENSER),
            ["second_signature_missing"],
            [],
            id="one's own witness",
        ),
        pytest.param(
            replace(GOOD, written_on=date(2026, 1, 1), kept=False, witness_id=None),
            ["prescription_expired", "prescription_not_kept", "second_signature_missing"],
            ["prescription_expired", "prescription_not_kept"],
            id="all at once",
        ),
    ],
)
def test_a_stop(paper: Prescription, narcotic: list[str], sedative: list[str]) -> None:
    assert said(NARCOTIC, paper) == narcotic
    assert said(SEDATIVE, paper) == sedative


def test_what_settles_an_owing_rests_on_the_prescription_of_its_first_part() -> None:
    assert said(replace(NARCOTIC, owed=True), Prescription()) == ["second_signature_missing"]
    assert said(replace(SEDATIVE, owed=True), Prescription()) == []


def test_it_says_which_law_and_until_when() -> None:
    paper = replace(GOOD, written_on=date(2026, 3, 4))
    (notice,) = check([SEDATIVE], paper, on=ON, valid_days=5, dispenser_id=DISPENSER)
    assert notice.facts == {
        "drug": "Diazepam",
        "law": "decision_172_2011",
        "schedule": "3",
        "written_on": date(2026, 3, 4),
        "valid_until": date(2026, 3, 9),
        "days": 5,
    }
