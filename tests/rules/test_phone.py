"""Phone numbers as people write them, kept in E.164."""

import phonenumbers
import pytest

from pharmacy.errors import InvalidPhone
from pharmacy.rules.phone import format_phone, parse_phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01012345678", "+201012345678"),
        ("0101 234 5678", "+201012345678"),
        ("010-1234-5678", "+201012345678"),
        ("+20 10 1234 5678", "+201012345678"),
        ("00201012345678", "+201012345678"),
        ("٠١٠١٢٣٤٥٦٧٨", "+201012345678"),
        ("\u200e01512345678\u200f", "+201512345678"),
        ("045 3312345", "+20453312345"),
        ("(02) 27351234", "+20227351234"),
        ("+966 50 123 4567", "+966501234567"),
    ],
)
def test_it_reads(text: str, number: str) -> None:
    assert parse_phone(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "123", "0101234567", "010123456789", "010CALLNOW", "call 01012345678", "01912345678",
     "9" * 300, "+999 123 456 789"],
)  # fmt: skip
def test_it_refuses(text: str) -> None:
    with pytest.raises(InvalidPhone):
        parse_phone(text)


@pytest.mark.parametrize(
    ("number", "written"),
    [("+201012345678", "010 12345678"), ("+20453312345", "045 3312345"),
     ("+966501234567", "+966 50 123 4567")],
)  # fmt: skip
def test_it_writes_as_people_dial_and_reads_that_back(number: str, written: str) -> None:
    assert format_phone(number) == written
    assert parse_phone(written) == number


@pytest.mark.parametrize("operator", "0125")
@pytest.mark.parametrize("rest", ["00000000", "12345678", "99999999", "50505050"])
def test_an_egyptian_mobile_is_what_the_library_says(operator: str, rest: str) -> None:
    text = f"01{operator}{rest}"
    number = phonenumbers.parse(text, "EG")
    assert phonenumbers.is_valid_number(number)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert parse_phone(text) == written
