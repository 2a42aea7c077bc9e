"""A statement with long names and every kind of figure, for what all papers must keep."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports import statement_words as say
from reports.statement import Measure, MonthCost, Section, Statement, StatementRow

FIGURES = {
    "stock_months": (Measure.MONTHS, 34, 41),
    "share": (Measure.PERCENT, 9379, 9512),
    "cost": (Measure.MONEY, 740_000_000, 1_234_567_890),
    "average": (Measure.MONEY, 37_755, None),
    "wait_from_reception": (Measure.DAYS, 9, 12),
    "at_centres": (Measure.COUNT, 684_000, 120_500),
}
SECTIONS = {
    "requests": list(say.ROWS)[:16],
    "answers": list(say.ROWS)[16:23],
    "medicine": list(say.ROWS)[23:28],
    "stock": list(say.ROWS)[28:],
}


def statement(language: str, *, months: int = 12, demo: bool = True) -> Statement:
    """The whole page, every row of it."""
    return Statement(
        governorate="محافظة البحيرة" if language == "ar" else "Beheira Governorate",
        fund_name="صندوق دعم الدواء" if language == "ar" else "Medicine Support Fund",
        number="GS-20261126-1200",
        period="عن الفترة من 01/01/2018 إلى 09/05/2022",
        compared="مقارنة بالفترة من 25/08/2013 إلى 31/12/2017",
        as_of=datetime(2026, 11, 26, 12, 0, tzinfo=ZoneInfo("Africa/Cairo")),
        sections=tuple(
            Section(
                title=say.SECTIONS[name](language),
                rows=tuple(_row(key, language) for key in keys),
            )
            for name, keys in SECTIONS.items()
        ),
        cost_in_words="فقط سبعة ملايين وأربعمائة ألف جنيه لا غير",
        months=tuple(
            MonthCost(date(2018 + at // 12, at % 12 + 1, 1), 12_345_600 + at * 700_000)
            for at in range(months)
        ),
        seal="9f3c" * 16,
        demo=demo,
    )


def _row(key: str, language: str) -> StatementRow:
    measure, value, compared = FIGURES.get(key, (Measure.COUNT, 1_388, 2_000))
    return StatementRow(
        key=key, label=say.ROWS[key](language), measure=measure, value=value, compared=compared
    )
