"""What a chart is made of: categories, one to three series of figures, and the form they take."""

from dataclasses import dataclass
from enum import StrEnum

from reports.spreadsheets import Cell, Column, Kind, Table

SERIES_MAX = 3
_FIGURES = frozenset({Kind.MONEY, Kind.INTEGER})


class Form(StrEnum):
    """How the figures stand.

    Columns are for time, and two series stand in pairs (this year beside the last). Rows are for
    names, the longest first, and two series lie in pairs. Stacked rows lay the parts of a whole
    end to end (spent, committed, left).
    """

    COLUMNS = "columns"
    ROWS = "rows"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one series, one for each category; None where there is none to draw."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart, whole, in one language.

    Attributes:
        title: what it shows.
        form: columns, rows or stacked rows.
        axis: what the categories are: "Month", "Item".
        categories: in the order of reading; whole names, the drawing shortens what is too long.
        series: one to three; the first is the one that matters.
        kind: `Kind.MONEY` (piastres) or `Kind.INTEGER` (a count).
        note: one sentence beside the title, as what the rows left out come to.

    Raises:
        ValueError: a series is longer or shorter than the categories, there is none or there are
            too many, or the figures are neither money nor counts.
    """

    title: str
    form: Form
    axis: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Kind = Kind.MONEY
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be drawn truly."""
        if not 1 <= len(self.series) <= SERIES_MAX:
            raise ValueError(f"a chart of {len(self.series)} series")
        if any(len(each.values) != len(self.categories) for each in self.series):
            raise ValueError(f"a series is not of {len(self.categories)} figures")
        if self.kind not in _FIGURES:
            raise ValueError(f"a chart of {self.kind}")

    @property
    def table(self) -> Table:
        """The same figures as a table, names whole, to stand beside the drawing."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (name, *(each.values[at] for each in self.series))
            for at, name in enumerate(self.categories)
        )
        figures = (
            Column(f"series_{at}", each.name, self.kind)
            for at, each in enumerate(self.series, start=1)
        )
        return Table(columns=(Column("category", self.axis), *figures), rows=rows)
