"""What a check is: one SQL query that must return no row, or a program that finds none.

The queries are written by hand over the tables, in the SQL that both engines share, and use none of
the code that writes the ledger. The first column names the row at fault, the others are facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_FINDINGS = 50
"""Rows named for one check; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not right: the table and its key, and what was found there."""

    row: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the ledger, tried on every row it speaks of.

    Attributes:
        name: Which promise; words are chosen at the door.
        count: Rows looked at.
        findings: The first rows at fault.
        found: How many there are in all.
        figures: Sums worth showing, in units of issue and piastres.
    """

    name: str
    count: int
    findings: tuple[Finding, ...] = ()
    found: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the promise holds."""
        return not self.found


@dataclass(frozen=True, slots=True)
class Query:
    """A check as SQL: which rows there are, and which of them are at fault."""

    name: str
    counted: str
    faults: str


def run(session: Session, query: Query) -> Check:
    """Run one query; rows beyond the first few are counted, not kept."""
    count = session.execute(text(query.counted)).scalar_one()
    result = session.execute(text(query.faults).execution_options(yield_per=1000))
    names = list(result.keys())[1:]
    findings = [
        Finding(row[0], {name: plain(value) for name, value in zip(names, row[1:], strict=True)})
        for row in islice(result, MOST_FINDINGS)
    ]
    found = len(findings) + sum(1 for _ in result)
    return Check(query.name, int(count), tuple(findings), found)


def checked(
    name: str,
    count: int,
    findings: Sequence[Finding],
    figures: Mapping[str, int] | None = None,
) -> Check:
    """Return a check from what a program found."""
    return Check(name, count, tuple(findings[:MOST_FINDINGS]), len(findings), figures or {})


def plain(value: object) -> object:
    """Return a value as the seal and a reader see it: whole numbers, ISO days, moments in UTC."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return value
