"""Days and months as the pharmacy counts them: Cairo's days, the State's fiscal years."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CAIRO = ZoneInfo("Africa/Cairo")
EVER = date(9999, 12, 30)
"""After every day of the books: whatever is asked until then is asked of all there is."""
_FIRST_FISCAL_MONTH = 7
_WEEKEND = frozenset({4, 5})  # Friday and Saturday


def cairo_day(moment: datetime) -> date:
    """Return the calendar day in Cairo, summer time included."""
    return moment.astimezone(CAIRO).date()


def day_ends(day: date) -> datetime:
    """Return the moment a Cairo day is over, and the next one begins."""
    return datetime.combine(day + timedelta(days=1), time(), CAIRO).astimezone(UTC)


def fiscal_year(day: date) -> int:
    """Return the year in which the fiscal year (1 July to 30 June) of a day began."""
    return day.year if day.month >= _FIRST_FISCAL_MONTH else day.year - 1


def fiscal_year_label(year: int) -> str:
    """Return `2025/2026` for the fiscal year that began in 2025."""
    return f"{year}/{year + 1}"


def fiscal_year_days(year: int) -> tuple[date, date]:
    """Return the first and the last day of the fiscal year that began in a year."""
    return date(year, _FIRST_FISCAL_MONTH, 1), date(year + 1, 6, 30)


def month_key(day: date) -> str:
    """Return the month of a day as `2026-03`."""
    return f"{day.year:04d}-{day.month:02d}"


def month_start(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    length = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, length))


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Friday or a Saturday."""
    return day.weekday() in _WEEKEND
