"""The national ID: fourteen digits that hold together or say where they do not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InvalidNationalId
from pharmacy.rules.arabic import to_arabic_indic
from pharmacy.rules.identity import (
    GOVERNORATES,
    NationalId,
    NationalIdFault,
    compose_national_id,
    mask_identity,
    mask_phone,
    parse_national_id,
)
from pharmacy.rules.vocabulary import Sex

TODAY = date(2026, 3, 7)
# An invented man born in Beheira on 11 January 1988 (serials from 9800 up are nobody's).
NUMBER = "28801111898179"
HIM = NationalId(
    number=NUMBER,
    birth_date=date(1988, 1, 11),
    governorate_code="18",
    sex=Sex.MALE,
    control_digit_agrees=True,
)


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"  {NUMBER}\r\n",
        "2 880111 18 9817 9",
        "2-880111-18-9817-9",
        "2\u2013880111\u201318\u20139817\u20139",
        "٢٨٨٠١١١١٨٩٨١٧٩",
        "۲۸۸۰۱۱۱۱۸۹۸۱۷۹",
        f"\u200f{NUMBER}\u200e",
        f"\ufeff{NUMBER}",
        f"\u202b{NUMBER}\u202c",
        "288\u00a00111\u00a0189\u00a08179",
    ],
)
def test_it_reads_a_number_however_it_comes(text: str) -> None:
    assert parse_national_id(text, today=TODAY) == HIM


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not_digits"),
        ("2880111189817", "length"),
        (NUMBER + "0", "length"),
        ("2880111189817x", "not_digits"),
        ("288011118981²9", "not_digits"),
        ("2.88E+13", "spreadsheet"),
        ("2.88011118982E+13", "spreadsheet"),
        ("2,88E+13", "spreadsheet"),
        ("٢٫٨٨E+١٣", "spreadsheet"),
        (f"{NUMBER}.0", "spreadsheet"),
        ("18801111898179", "century"),
        ("48801111898179", "century"),
        ("28813111898179", "birth_date"),
        ("28802301898179", "birth_date"),
        ("28702291898179", "birth_date"),  # 1987 was no leap year
        ("32603081898179", "future"),  # tomorrow
        ("28801112098179", "governorate"),
        ("28801110098179", "governorate"),
    ],
)
def test_it_refuses_and_says_where(text: str, fault: str) -> None:
    with pytest.raises(InvalidNationalId) as refusal:
        parse_national_id(text, today=TODAY)
    assert refusal.value.reason == NationalIdFault(fault)


@pytest.mark.parametrize(
    ("number", "birth_date", "sex", "governorate"),
    [
        ("30002290198012", date(2000, 2, 29), Sex.MALE, "Cairo"),
        ("32603071898020", date(2026, 3, 7), Sex.FEMALE, "Beheira"),  # born today
        ("29912318898048", date(1999, 12, 31), Sex.FEMALE, "Born abroad"),
        ("20001010298030", date(1900, 1, 1), Sex.MALE, "Alexandria"),
    ],
)
def test_it_decodes(number: str, birth_date: date, sex: Sex, governorate: str) -> None:
    read = parse_national_id(number, today=TODAY)
    assert (read.birth_date, read.sex) == (birth_date, sex)
    assert GOVERNORATES[read.governorate_code][1] == governorate


def test_a_control_digit_that_no_variant_gives_is_said_and_never_refused() -> None:
    agree = {
        digit: parse_national_id(NUMBER[:13] + digit, today=TODAY).control_digit_agrees
        for digit in "0123456789"
    }
    assert agree[NUMBER[13]]
    assert not all(agree.values())


def test_the_two_common_variants_differ_only_when_nothing_remains() -> None:
    # The weighted sum is 11 times something: one variant says 1, the other 0.
    assert parse_national_id("28801111898021", today=TODAY).control_digit_agrees
    assert parse_national_id("28801111898020", today=TODAY).control_digit_agrees


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(sorted(GOVERNORATES)),
    st.integers(9800, 9999),
)
def test_what_is_composed_reads_back(birth: date, governorate: str, serial: int) -> None:
    number = compose_national_id(birth_date=birth, governorate_code=governorate, serial=serial)
    for text in (number, to_arabic_indic(number)):
        assert parse_national_id(text, today=TODAY) == NationalId(
            number=number,
            birth_date=birth,
            governorate_code=governorate,
            sex=Sex.MALE if serial % 2 else Sex.FEMALE,
            control_digit_agrees=True,
        )


def test_there_are_twenty_eight_codes() -> None:
    assert len(GOVERNORATES) == 28
    assert GOVERNORATES["18"] == ("البحيرة", "Beheira")


@pytest.mark.parametrize(
    ("number", "masked"),
    [(NUMBER, "••••••••••8179"), ("A1234567", "••••4567"), ("", ""), (None, "")],
)
def test_a_mask_shows_the_last_four(number: str | None, masked: str) -> None:
    assert mask_identity(number) == masked


def test_a_number_of_four_or_less_is_masked_whole() -> None:
    assert mask_identity("1234") == "••••"
    assert mask_identity("12") == "••"


def test_a_phone_shows_its_last_four() -> None:
    assert mask_phone("+201012345678") == "•••••••••5678"
