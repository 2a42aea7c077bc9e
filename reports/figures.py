"""Figures and dates as paper shows them, always in Western digits.

The digit style of a document (Western or Arabic-Indic) is applied in one place, when a line is
drawn (`arabic.with_digits`), so that one document can never mix the two.
"""

from datetime import date, datetime

MONTHS_AR = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
"""Names of the months as Egypt uses them."""
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def amount(piastres: int) -> str:
    """Return pounds with two decimals and thousands separators; a negative stands in brackets."""
    pounds, rest = divmod(abs(piastres), 100)
    figure = f"{pounds:,}.{rest:02d}"
    return f"({figure})" if piastres < 0 else figure


def count(number: int) -> str:
    """Return an integer with thousands separators; a negative stands in brackets."""
    figure = f"{abs(number):,}"
    return f"({figure})" if number < 0 else figure


def percent(hundredths: int) -> str:
    """Return hundredths of a percent with two decimals; a negative stands in brackets, sign too."""
    figure = f"{amount(abs(hundredths))}%"
    return f"({figure})" if hundredths < 0 else figure


def day(value: date | None) -> str:
    """Return dd/mm/yyyy, or nothing for no date."""
    return "" if value is None else f"{value:%d/%m}/{value.year:04d}"


def moment(value: datetime) -> str:
    """Return dd/mm/yyyy hh:mm of a moment already in Cairo time."""
    return f"{day(value.date())} {value:%H:%M}"


def clock(value: datetime) -> str:
    """Return hh:mm of a moment already in Cairo time."""
    return f"{value:%H:%M}"


def expiry(value: date | None) -> str:
    """Return mm/yyyy, or nothing for no date."""
    return "" if value is None else f"{value:%m}/{value.year:04d}"


def month_in_words(value: date, language: str) -> str:
    """Return the month by its name and the year, as labels show an expiry."""
    names = MONTHS_AR if language == "ar" else MONTHS_EN
    return f"{names[value.month - 1]} {value.year}"
