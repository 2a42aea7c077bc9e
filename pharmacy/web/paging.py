"""Long lists come in pages; the page number stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import g, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 50
PAGE_MAX = 100_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list: its rows, its number from 1, the size of a page, the rows in all."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def first(self) -> int:
        """The place of the first row, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_number() -> int:
    """Return the page asked for in the address; 1 when it makes no sense."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(PAGE_MAX))):
        return 1
    return min(max(1, int(text)), PAGE_MAX)


def page_of(
    session: Session, statement: Select[Any], *, scalars: bool = False, size: int = PAGE_SIZE
) -> Page[Any]:
    """Run an ordered select for the page asked for: two statements, however long the list.

    Args:
        session: A reading session.
        statement: The whole list in its order.
        scalars: Whether rows are single values (models) rather than tuples.
        size: Rows on a page.
    """
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = session.execute(counted).scalar_one()
    number = page_number()
    answer = session.execute(statement.limit(size).offset((number - 1) * size))
    rows = answer.scalars().all() if scalars else answer.all()
    return Page(rows=rows, number=number, size=size, total=total)


def stand_at(endpoint: str, **arguments: object) -> None:
    """Say at which page an answer to a POST stands whose own address shows something else."""
    g.stand_at = (endpoint, arguments)


def here(**changes: object) -> str:
    """Return this page's address with some parameters changed; None takes one out."""
    parameters: dict[str, Any] = dict(changes)
    if "stand_at" in g:
        endpoint, arguments = g.stand_at
        return url_for(endpoint, **{**arguments, **parameters})
    if request.endpoint is None:
        return url_for("home.start", **parameters)
    # Names that mean something to `url_for` itself are nobody's parameters.
    given = {
        name: values
        for name, values in request.args.lists()
        if name != "endpoint" and not name.startswith("_")
    }
    return url_for(request.endpoint, **{**given, **parameters, **(request.view_args or {})})
