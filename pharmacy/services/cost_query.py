"""What a cost report is asked: which lines it counts, how it breaks them down, what it shows."""

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from pharmacy.models import DispensingLine
from pharmacy.rules.comparison import Compare
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.cost_dimensions import ATC_OF_LENGTH, COLUMNS, Dimension
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True)
class Without:
    """Groups of a dimension that are left out: their keys, None where nothing was said."""

    dimension: Dimension
    keys: tuple[object, ...]

    @property
    def others(self) -> ColumnElement[bool]:
        """The lines of all other groups."""
        column, unsaid = COLUMNS[self.dimension], None in self.keys
        named = column.not_in([key for key in self.keys if key is not None])
        return and_(named, column.is_not(None)) if unsaid else or_(named, column.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuery:
    """Which lines a cost report counts, and how it breaks them down; None counts all.

    Attributes:
        date_from: The first day counted.
        date_to: The last day counted.
        by: What the rows are, one or two dimensions.
        atc: The code of a group of the ATC classification, of 1, 3 or 4 letters.
        age: The key of an age band.
        prescriber: A name, as the report by prescriber tells it.
        without: Groups whose lines are not counted.
        top: How many groups of the first dimension stand by themselves, of `cost_ranked`.
        compare: Which period stands beside, of `cost_ranked`.
    """

    date_from: date
    date_to: date
    by: tuple[Dimension, ...] = (Dimension.MONTH,)
    fund_id: int | None = None
    centre_id: int | None = None
    drug_id: int | None = None
    site_id: int | None = None
    condition_id: int | None = None
    channel: Channel | None = None
    atc: str | None = None
    sex: Sex | None = None
    age: str | None = None
    prescriber: str | None = None
    without: Without | None = None
    top: int | None = None
    compare: Compare | None = None


def cost_asked(query: ReportQuery, *by: Dimension) -> CostQuery:
    """Return what a report of the registry asks of the lines of dispensing."""
    shared = {field.name for field in fields(CostQuery)} - {"by", "without"}
    asked = {name: getattr(query, name) for name in shared}
    return CostQuery(**asked, by=by or (Dimension.MONTH,))


def report_asked(query: CostQuery) -> ReportQuery:
    """Return the period and the filters of a cost report as other reports ask them."""
    shared = {field.name for field in fields(query)} - {"by", "without"}
    return ReportQuery(**{name: getattr(query, name) for name in shared})


def line_filter(query: CostQuery) -> list[ColumnElement[bool]]:
    """Return the conditions on the lines (and, for a centre, on the head) a report counts."""
    within = DispensingLine.business_date.between(query.date_from, query.date_to)
    others = [query.without.others] if query.without else []
    return [within, *(COLUMNS[dimension] == value for dimension, value in chosen(query)), *others]


def asks(query: CostQuery) -> list[Dimension]:
    """Return the dimensions that a query's filter reads, whose tables must be joined."""
    others = [query.without.dimension] if query.without else []
    return [*(dimension for dimension, _value in chosen(query)), *others]


def chosen(query: CostQuery) -> list[tuple[Dimension, object]]:
    """Return what a query is narrowed to, in the order in which it is told."""
    filters = (
        (Dimension.SITE, query.site_id),
        (Dimension.FUND, query.fund_id),
        (Dimension.CENTRE, query.centre_id),
        (Dimension.DRUG, query.drug_id),
        (Dimension.CONDITION, query.condition_id),
        (Dimension.CHANNEL, query.channel),
        (ATC_OF_LENGTH.get(len(query.atc or ""), Dimension.ATC_3), query.atc),
        (Dimension.SEX, query.sex),
        (Dimension.AGE, query.age),
        (Dimension.PRESCRIBER, query.prescriber),
    )
    return [(dimension, value) for dimension, value in filters if value is not None]
