"""Expiry dates as packs, papers and people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InvalidDate
from pharmacy.rules.expiry import is_expired, last_day, parse_expiry


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03", date(2027, 3, 31)),
        ("2027/03", date(2027, 3, 31)),
        ("03/2027", date(2027, 3, 31)),
        ("3/2027", date(2027, 3, 31)),
        ("03/27", date(2027, 3, 31)),
        ("03-27", date(2027, 3, 31)),
        ("2027-03-15", date(2027, 3, 15)),
        ("31/03/2027", date(2027, 3, 31)),
        ("15.03.27", date(2027, 3, 15)),
        ("270315", date(2027, 3, 15)),
        ("270300", date(2027, 3, 31)),
        ("280200", date(2028, 2, 29)),
        ("270200", date(2027, 2, 28)),
        ("00/03/2027", date(2027, 3, 31)),
        ("٠٣/٢٠٢٧", date(2027, 3, 31)),
        ("۲۰۲۷-۰۳", date(2027, 3, 31)),
        ("\u200f03/2027\u200f ", date(2027, 3, 31)),
    ],
)
def test_it_reads(text: str, day: date) -> None:
    assert parse_expiry(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "2027", "13/2027", "00/2027", "31/02/2027", "271301", "270230", "03/1927", "0027-03",
        "3027-03", "March 2027", "03//2027", "2027-03-", "٣", "12/12/12/12", "²0²7-03",
    ],
)  # fmt: skip
def test_it_refuses(text: str) -> None:
    with pytest.raises(InvalidDate) as refusal:
        parse_expiry(text)
    assert refusal.value.text == text


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_way_of_writing_a_day_reads_back(day: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%y", "%y%m%d"):
        assert parse_expiry(day.strftime(form)) == day
    assert parse_expiry(day.strftime("%m/%Y")) == last_day(day.year, day.month)


def test_the_expiry_date_is_the_last_day_of_use() -> None:
    expiry = date(2027, 3, 31)
    assert not is_expired(expiry, date(2027, 3, 31))
    assert is_expired(expiry, date(2027, 4, 1))
