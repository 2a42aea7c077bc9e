"""Lists that grow for years come in pages by place, not by number: `?before=` and `?after=` a row.

Nothing is counted and nothing is skipped, so the last page is as quick as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, or_, select
from sqlalchemy.orm import Session

from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.paging import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Order:
    """Newest first: by a day where one is given, then by the row's id."""

    id: SQLColumnExpression[Any]
    day: SQLColumnExpression[Any] | None = None

    def beyond(self, row_id: int, *, newer: bool) -> ColumnElement[bool]:
        """Return the clause for what stands behind a row in the list, or before it."""
        past = self.id > row_id if newer else self.id < row_id
        if self.day is None:
            return past
        there = select(self.day).where(self.id == row_id).correlate(None).scalar_subquery()
        if newer:
            return and_(self.day >= there, or_(self.day > there, past))
        return and_(self.day <= there, or_(self.day < there, past))

    def columns(self, *, newer: bool) -> list[ColumnElement[Any]]:
        """Return what to order by; upwards when newer rows are asked for."""
        columns = [self.id] if self.day is None else [self.day, self.id]
        return [column.asc() if newer else column.desc() for column in columns]


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Rows of a list, newest first, and the ids from which newer and older ones go on."""

    rows: Sequence[Row[Any]]
    newer: int | None
    older: int | None
    is_first: bool


def keyset_page(
    session: Session, statement: Select[*tuple[Any, ...]], order: Order, *, size: int = PAGE_SIZE
) -> KeysetPage:
    """Run a select without an order for the page asked for: one statement, however long the list.

    Args:
        session: A reading session.
        statement: The whole list; each row has an `id`.
        order: How it is ordered.
        size: Rows on a page.
    """
    asked = place_asked()
    place, newer = asked or (None, False)
    if place is not None:
        statement = statement.where(order.beyond(place, newer=newer))
    rows = list(
        session.execute(statement.order_by(*order.columns(newer=newer)).limit(size + 1)).all()
    )
    more = len(rows) > size
    rows = rows[:size]
    if newer:
        rows.reverse()
    has_newer = more if newer else place is not None
    has_older = newer or more
    return KeysetPage(
        rows=rows,
        newer=rows[0].id if rows and has_newer else None,
        older=rows[-1].id if rows and has_older else None,
        is_first=place is None,
    )


def place_asked() -> tuple[int, bool] | None:
    """Return the row at which the page asked for goes on, and whether it goes on backwards."""
    before, after = (chosen_id(request.args.get(name)) for name in ("before", "after"))
    if before is not None:
        return before, False
    return None if after is None else (after, True)
