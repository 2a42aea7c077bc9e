"""What a cost report is made of: plain values, checked to add up before anything is printed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from reports.figure_report_facts import Signers

Dimension = Literal[
    "month",
    "site",
    "drug",
    "atc1",
    "atc2",
    "atc3",
    "centre",
    "channel",
    "fund",
    "condition",
    "age",
    "sex",
    "prescriber",
]

DIMENSIONS_MAX = 2

_ADDITIVE = (
    "lines",
    "quantity",
    "cost",
    "state",
    "donor",
    "citizen",
    "reversed_lines",
    "reversed_cost",
    "before",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFigures:
    """The figures of one row, one group or the whole; all net of reversals.

    Attributes:
        lines: dispensing lines, less the lines reversed.
        quantity: smallest units of issue, less what came back.
        cost: piastres at the actual cost of the batches issued, less what was reversed.
        state: the state's share of the cost, piastres.
        donor: the donors' share of the cost, piastres.
        citizen: the citizens' share of the cost, piastres.
        beneficiaries: different persons; figures of rows do not add up to the whole.
        reversed_lines: how many lines were taken off by reversals dated in the period.
        reversed_cost: how many piastres were taken off; a positive number.
        before: what it cost in the period beside, piastres; None where none stands beside.
        share: its part of the whole cost, hundredths of a percent; None where none is told.
    """

    lines: int
    quantity: int
    cost: int
    state: int
    donor: int
    citizen: int
    beneficiaries: int
    reversed_lines: int = 0
    reversed_cost: int = 0
    before: int | None = None
    share: int | None = None

    def __post_init__(self) -> None:
        """Refuse shares that are not the cost."""
        shares = self.state + self.donor + self.citizen
        if shares != self.cost:
            raise ValueError(f"shares of {shares} piastres under a cost of {self.cost}")

    @property
    def average(self) -> int | None:
        """Cost per beneficiary in piastres, half a piastre away from zero; None without persons."""
        if self.beneficiaries == 0:
            return None
        size = (2 * abs(self.cost) + self.beneficiaries) // (2 * self.beneficiaries)
        return size if self.cost >= 0 else -size

    @property
    def difference(self) -> int | None:
        """How much more it cost than in the period beside; piastres."""
        return None if self.before is None else self.cost - self.before

    @property
    def change(self) -> int | None:
        """The same in hundredths of a percent of what it cost then; None of nothing or less."""
        return changed(self.cost, self.before)


def changed(cost: int, before: int | None) -> int | None:
    """Return a change in hundredths of a percent, half away from nothing; None of nothing."""
    if before is None or before <= 0:
        return None
    part = (cost - before) * 10_000
    size = (2 * abs(part) + before) // (2 * before)
    return size if part >= 0 else -size


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTotals(CostFigures):
    """The whole period; `beneficiaries` are its different persons, not the sum of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostGroup(CostFigures):
    """The subtotal of one value of the first of two dimensions."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow(CostFigures):
    """One row: `keys` sort and group it, `labels` are read; one of each per dimension."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What contract pharmacies gave besides, as far as accepted: lines, units of issue, piastres.

    It is in no row, no group and no total of dispensing, and stands under them.
    """

    lines: int
    quantity: int
    cost: int
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalRow:
    """One reversed line or voucher; `cost` is what it took off, positive piastres."""

    day: date
    number: str
    original_number: str
    reason: str
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """A cost report, whole. Every language and every file is made from this one value.

    Attributes:
        governorate: the head of the paper, in the language of the paper.
        fund_name: the second line of the head.
        date_from: first day of the period.
        date_to: last day of the period.
        as_of: the moment the figures were read, aware, in Cairo time.
        number: the report's number.
        by: one or two dimensions.
        filters: what the figures were narrowed to, as (label, value) texts.
        rows: printed in the order of their keys.
        total: the whole.
        groups: for two dimensions, one subtotal for each value of the first.
        reversals: those dated in the period, all of them; the paper lists the first ones.
        amount_in_words: the total cost in words, with its فقط and لا غير where they belong.
        signers: titles under the signature places.
        seal: the seal of the last voucher counted.
        claims: what contract pharmacies gave besides; None where there is nothing to say of them.
        remarks: further sentences, for the notes.
        further: how many rows stand by themselves and which period stands beside, for the head.
        beside: the name of the period beside; empty where none is.
        ranked: the shares of the whole are told, and the reversals in their list alone.
        others: the key of the row, or of the group, in which all others stand together.
        demo: prints that the figures are invented.

    Raises:
        ValueError: the rows, groups or reversals do not add up to the total, a row does not have
            a key and a label for each dimension, keys repeat, or the moment has no zone.
    """

    governorate: str
    fund_name: str
    date_from: date
    date_to: date
    as_of: datetime
    number: str
    by: tuple[Dimension, ...]
    rows: tuple[CostRow, ...]
    total: CostTotals
    amount_in_words: str
    groups: tuple[CostGroup, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    reversals: tuple[ReversalRow, ...] = ()
    signers: Signers = field(default_factory=Signers)
    seal: str = ""
    claims: Claims | None = None
    remarks: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    beside: str = ""
    ranked: bool = False
    others: str = ""
    demo: bool = False

    def __post_init__(self) -> None:
        """Check what a finance officer would check first."""
        depth = len(self.by)
        if not 1 <= depth <= DIMENSIONS_MAX:
            raise ValueError(f"a report by {depth} dimensions")
        if self.as_of.tzinfo is None:
            raise ValueError("the moment of the figures needs its zone")
        if any((len(row.keys), len(row.labels)) != (depth, depth) for row in self.rows):
            raise ValueError(f"every row needs {depth} keys and labels")
        if len({row.keys for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same keys")
        _must_add_up("rows", self.rows, self.total)
        if depth == DIMENSIONS_MAX:
            self._check_groups()
        elif self.groups:
            raise ValueError("one dimension has no groups")
        taken_off = sum(reversal.cost for reversal in self.reversals)
        if taken_off != self.total.reversed_cost:
            raise ValueError(f"reversals of {taken_off}, not {self.total.reversed_cost}")

    def _check_groups(self) -> None:
        """Each group must be the sum of its own rows, and no row without its group."""
        rows: dict[str, list[CostRow]] = {group.key: [] for group in self.groups}
        if len(rows) != len(self.groups):
            raise ValueError("two groups have the same key")
        for row in self.rows:
            if row.keys[0] not in rows:
                raise ValueError(f"no group for the rows of {row.keys[0]}")
            rows[row.keys[0]].append(row)
        for group in self.groups:
            _must_add_up(f"rows of {group.key}", rows[group.key], group)

    @property
    def ordered_rows(self) -> tuple[CostRow, ...]:
        """The rows in the order of their keys."""
        return tuple(sorted(self.rows, key=lambda row: row.keys))

    @property
    def ordered_groups(self) -> tuple[CostGroup, ...]:
        """The groups in the order of their keys."""
        return tuple(sorted(self.groups, key=lambda group: group.key))


def _must_add_up(what: str, parts: Iterable[CostFigures], whole: CostFigures) -> None:
    """Raise ValueError when any figure that adds up does not; persons do not."""
    parts = tuple(parts)
    for name in _ADDITIVE:
        found = sum(getattr(part, name) or 0 for part in parts)
        if found != (getattr(whole, name) or 0):
            raise ValueError(f"{name}: the {what} make {found}, not {getattr(whole, name)}")
