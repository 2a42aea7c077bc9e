"""What a report of the registry is asked: one value that page, file, API and command all fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidPeriod
from pharmacy.models import Centre, Condition, Drug, Fund, Site, Supplier
from pharmacy.rules.comparison import Compare, beside
from pharmacy.rules.vocabulary import Account, Channel, Sex, VoucherKind

LONGEST_PERIOD_DAYS = 366 * 30
TOP_MOST = 500


class Filter(StrEnum):
    """What a report may be narrowed to, besides its period."""

    SITE = "site"
    FUND = "fund"
    CENTRE = "centre"
    DRUG = "drug"
    SUPPLIER = "supplier"
    CONDITION = "condition"
    ACCOUNT = "account"
    KIND = "kind"
    TOP = "top"


class Grouping(StrEnum):
    """What the rows of a report may be, one or two of them."""

    MONTH = "month"
    DRUG = "drug"
    SITE = "site"
    FUND = "fund"
    CENTRE = "centre"
    CHANNEL = "channel"
    CONDITION = "condition"
    SUPPLIER = "supplier"
    ACCOUNT = "account"
    BATCH = "batch"
    ATC_1 = "atc1"
    ATC_2 = "atc2"
    ATC_3 = "atc3"
    AGE = "age"
    SEX = "sex"
    PRESCRIBER = "prescriber"
    STAFF = "staff"
    REASON = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """A period, how its rows are made, and what they are narrowed to; ids, None for all.

    Attributes:
        date_from: The first day counted.
        date_to: The last day counted.
        by: What the rows are, at most two; empty for a report that has one arrangement only.
        atc: The code of a group of the ATC classification.
        age: The key of an age band.
        prescriber: A name.
        kind: Vouchers of one kind, and what undid them.
        top: How many of the highest rows are shown by themselves; None for all of them.
        compare: Which period stands beside.
    """

    date_from: date
    date_to: date
    by: tuple[Grouping, ...] = ()
    site_id: int | None = None
    fund_id: int | None = None
    centre_id: int | None = None
    drug_id: int | None = None
    supplier_id: int | None = None
    condition_id: int | None = None
    channel: Channel | None = None
    atc: str | None = None
    sex: Sex | None = None
    age: str | None = None
    prescriber: str | None = None
    account: Account | None = None
    kind: VoucherKind | None = None
    top: int | None = None
    compare: Compare | None = None

    def check(self) -> None:
        """Refuse a period nobody can mean.

        Raises:
            InvalidPeriod: It ends before it begins, or is absurdly long.
        """
        if not 0 <= (self.date_to - self.date_from).days <= LONGEST_PERIOD_DAYS:
            raise InvalidPeriod(date_from=self.date_from, date_to=self.date_to)

    @property
    def beside(self) -> tuple[date, date] | None:
        """The period of comparison, if one was asked for."""
        if self.compare is None:
            return None
        return beside(self.date_from, self.date_to, self.compare)


NAMED: Mapping[Filter, tuple[str, Any]] = MappingProxyType(
    {
        Filter.SITE: ("site_id", Site),
        Filter.FUND: ("fund_id", Fund),
        Filter.CENTRE: ("centre_id", Centre),
        Filter.DRUG: ("drug_id", Drug),
        Filter.SUPPLIER: ("supplier_id", Supplier),
        Filter.CONDITION: ("condition_id", Condition),
    }
)
"""Filters that name a row: the field of the query, and the table the row stands in."""

WORDS_OF: Mapping[Filter, type[StrEnum]] = MappingProxyType(
    {
        Filter.ACCOUNT: Account,
        Filter.KIND: VoucherKind,
    }
)
"""Filters that are a word of a closed list."""

USUAL: Mapping[Filter, StrEnum] = MappingProxyType({Filter.ACCOUNT: Account.CASH})
"""What a filter means where nothing was said: a statement is of one account, never of all."""


SAID: Sequence[str] = ("channel", "atc", "sex", "age", "prescriber")
"""Fields of a query of dispensing that are said in words, in an address by the same names."""


def names_of(
    session: Session, what: Filter | Grouping, ids: Sequence[object]
) -> dict[object, tuple[str, str]]:
    """Return the Arabic and English names behind the ids of rows; of what has no rows, none."""
    known = NAMED.get(Filter(what.value)) if what.value in set(Filter) else None
    if known is None or not ids:
        return {}
    return {row[0]: (row[1], row[2]) for row in session.execute(_named(known[1], ids))}


def _named(model: Any, ids: Sequence[object]) -> Any:  # noqa: ANN401 - any of the tables above
    # A supplier has one name, as it stands on its invoices.
    names = (model.name, model.name) if model is Supplier else (model.name_ar, model.name_en)
    return select(model.id, *names).where(model.id.in_(set(ids) - {None}))


def id_of(session: Session, what: Filter, code: str) -> int | None:
    """Return the id of the row with a code (a supplier: a name); None when there is none."""
    model = NAMED[what][1]
    column = model.name if model is Supplier else model.code
    found: int | None = session.scalar(select(model.id).where(column == code))
    return found
