"""What the public page hears: numbers, digits, addresses, and states without a medical word."""

import pytest

from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.tracking import (
    PER_NUMBER,
    PUBLIC_STATES,
    counted_address,
    parse_digits,
    parse_number,
    public_state,
)


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("2026-000417", ("2026-000417", "2026-000417")),
        ("٢٠٢٦-٠٠٠٤١٧", ("2026-000417", "2026-000417")),
        ("2026/417", ("2026-000417", "2026-000417")),
        (" 417 ", ("2027-000417", "2026-000417")),
        ("٤١٧", ("2027-000417", "2026-000417")),
        ("1234567", ("2027-1234567", "2026-1234567")),
    ],
)
def test_a_number_is_read_with_or_without_its_year(typed: str, candidates: tuple[str, ...]) -> None:
    number = parse_number(typed)
    assert number is not None
    assert number.candidates(2027) == candidates


@pytest.mark.parametrize("typed", ["", "abc", "2026-", "-417", "20260-417", "1" * 10, "417;--"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None


def test_with_and_without_its_year_a_number_is_counted_as_one() -> None:
    counted = {number.counted for text in ("417", "2026-000417") if (number := parse_number(text))}
    assert counted == {"000417"}


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("5678", "5678"),
        ("٥٦٧٨", "5678"),
        (" 56 78 ", "5678"),
        ("678", None),
        ("56789", None),
        ("56a8", None),
    ],
)
def test_digits_are_four(typed: str, digits: str | None) -> None:
    assert parse_digits(typed) == digits


def test_a_home_network_is_one_address() -> None:
    assert counted_address("2001:db8:1:2:3:4:5:6") == counted_address("2001:db8:1:2::1")
    assert counted_address("41.32.1.5") == "41.32.1.5"
    assert counted_address("somewhere") == "somewhere"


def test_every_state_may_be_heard_and_none_is_heard_of_nothing() -> None:
    assert set(PUBLIC_STATES) == set(RequestState)
    assert public_state(None) is None
    assert public_state(RequestState.MEDICAL_CHECK) is public_state(RequestState.SOCIAL_RESEARCH)


def test_a_number_holds_for_years_against_guessing() -> None:
    a_day = PER_NUMBER[-1].failures
    assert 10_000 / a_day > 365
