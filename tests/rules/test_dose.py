"""The dose as typed at the counter, and the sentence on the label."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InvalidDose
from pharmacy.rules.arabic import to_arabic_indic
from pharmacy.rules.dose import Dose, directions_ar, directions_en, parse_dose
from pharmacy.rules.vocabulary import UnitOfIssue

HALF = Fraction(1, 2)
TABLET, CAPSULE, BOTTLE = UnitOfIssue.TABLET, UnitOfIssue.CAPSULE, UnitOfIssue.BOTTLE


@pytest.mark.parametrize(
    ("text", "units", "times", "days", "quantity"),
    [
        ("1*2*30", 1, 2, 30, 60),
        ("1/2/30", 1, 2, 30, 60),
        ("1 2 30", 1, 2, 30, 60),
        ("1×2×30", 1, 2, 30, 60),
        ("١×٢×٣٠", 1, 2, 30, 60),
        (" 1 * 2 * 30 ", 1, 2, 30, 60),
        ("½*1*30", HALF, 1, 30, 15),
        ("0.5*1*30", HALF, 1, 30, 15),
        ("٠٫٥*١*٣٠", HALF, 1, 30, 15),
        ("½*1*7", HALF, 1, 7, 4),  # 3.5 tablets: four are handed out
        ("1½*3*7", HALF * 3, 3, 7, 32),  # 31.5
        ("¼*1*5", HALF / 2, 1, 5, 2),  # 1.25
        ("2.75*1*1", Fraction(11, 4), 1, 1, 3),
        ("100*24*366", 100, 24, 366, 878_400),
    ],
)
def test_it_reads(text: str, units: Fraction, times: int, days: int, quantity: int) -> None:
    dose = parse_dose(text)
    assert dose == Dose(units_per_dose=Fraction(units), times_per_day=times, days=days)
    assert dose.quantity == quantity


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "1*2", "1*2*30*1", "1*2/30", "0*2*30", "1*0*30", "1*2*0", "1*25*30", "1*2*367",
        "101*1*1", "-1*2*30", "0.3*1*1", "1*1.5*2", "x*2*30", "1/2*2*30", "½½*1*1", "1**2*30",
        "9999*1*1",
    ],
)  # fmt: skip
def test_it_refuses(text: str) -> None:
    with pytest.raises(InvalidDose) as refusal:
        parse_dose(text)
    assert refusal.value.text == text


quarters = st.integers(1, 400).map(lambda number: Fraction(number, 4))
doses = st.builds(
    Dose, units_per_dose=quarters, times_per_day=st.integers(1, 24), days=st.integers(1, 366)
)


@given(doses, st.sampled_from("*×/ "))
def test_a_dose_reads_back_however_it_is_written(dose: Dose, between: str) -> None:
    units = f"{float(dose.units_per_dose):g}"
    text = between.join([units, str(dose.times_per_day), str(dose.days)])
    assert parse_dose(text) == dose
    assert parse_dose(to_arabic_indic(text).replace(".", "٫")) == dose
    whole = ceil(dose.units_per_dose) * dose.times_per_day * dose.days
    assert dose.units_per_dose * dose.times_per_day * dose.days <= dose.quantity <= whole


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("1*2*30", TABLET, "قرص واحد مرتين يوميًا لمدة 30 يومًا"),
        ("1*1*1", TABLET, "قرص واحد مرة واحدة يوميًا لمدة يوم واحد"),
        ("2*1*2", TABLET, "قرصان مرة واحدة يوميًا لمدة يومين"),
        ("3*3*10", TABLET, "3 أقراص 3 مرات يوميًا لمدة 10 أيام"),
        ("11*12*11", TABLET, "11 قرصًا 12 مرة يوميًا لمدة 11 يومًا"),
        ("100*1*100", TABLET, "100 قرص مرة واحدة يوميًا لمدة 100 يوم"),
        ("1*1*102", TABLET, "قرص واحد مرة واحدة يوميًا لمدة 102 يوم"),
        ("1*1*103", TABLET, "قرص واحد مرة واحدة يوميًا لمدة 103 أيام"),
        ("1*1*180", TABLET, "قرص واحد مرة واحدة يوميًا لمدة 180 يومًا"),
        ("½*1*30", TABLET, "نصف قرص مرة واحدة يوميًا لمدة 30 يومًا"),
        ("1½*1*30", TABLET, "قرص ونصف مرة واحدة يوميًا لمدة 30 يومًا"),
        ("2½*1*30", TABLET, "قرصان ونصف مرة واحدة يوميًا لمدة 30 يومًا"),
        ("¼*1*30", TABLET, "ربع قرص مرة واحدة يوميًا لمدة 30 يومًا"),
        ("0.75*1*30", TABLET, "ثلاثة أرباع قرص مرة واحدة يوميًا لمدة 30 يومًا"),
        ("1*2*30", CAPSULE, "كبسولة واحدة مرتين يوميًا لمدة 30 يومًا"),
        ("2*1*3", CAPSULE, "كبسولتان مرة واحدة يوميًا لمدة 3 أيام"),
        ("4*1*7", CAPSULE, "4 كبسولات مرة واحدة يوميًا لمدة 7 أيام"),
        ("11*1*7", CAPSULE, "11 كبسولة مرة واحدة يوميًا لمدة 7 أيام"),
        ("1*3*7", BOTTLE, "جرعة واحدة 3 مرات يوميًا لمدة 7 أيام"),
    ],
)
def test_directions_in_arabic(text: str, unit: UnitOfIssue, words: str) -> None:
    assert directions_ar(parse_dose(text), unit) == words


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("1*2*30", TABLET, "1 tablet twice a day for 30 days"),
        ("2*1*1", TABLET, "2 tablets once a day for 1 day"),
        ("½*3*7", TABLET, "½ tablet 3 times a day for 7 days"),
        ("1½*1*7", CAPSULE, "1½ capsules once a day for 7 days"),
        ("1*3*7", BOTTLE, "1 dose 3 times a day for 7 days"),
    ],
)
def test_directions_in_english(text: str, unit: UnitOfIssue, words: str) -> None:
    assert directions_en(parse_dose(text), unit) == words


@given(doses, st.sampled_from(UnitOfIssue))
def test_there_are_directions_for_every_dose_and_unit(dose: Dose, unit: UnitOfIssue) -> None:
    for sentence in (directions_ar(dose, unit), directions_en(dose, unit)):
        assert "  " not in sentence
        assert sentence == sentence.strip()
