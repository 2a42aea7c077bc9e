"""Pages of a list for programs: an opaque cursor that stays where it is while rows are added.

A cursor names the last row that was given. Rows come newest first or in the order of their ids, so
what is added later never moves what is still to come.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy import ColumnElement, Row, Select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidField
from pharmacy.web.api.operation import Plain
from pharmacy.web.api.schema import Shape, answer_items, any_text, maybe, obj, text, whole

LIMIT = 50
LIMIT_MAX = 200
_ID = re.compile(r"([a-zA-Z_.]+):([0-9]{1,16})")

PAGE_QUERY: Mapping[str, Shape] = {"limit": whole(1, LIMIT_MAX), "cursor": text(120)}


def page_of(title: str, shape: Shape) -> Shape:
    """Return the shape of a page of a list."""
    return obj(title, {"items": answer_items(shape), "next": maybe(any_text())})


def cursor_at(row_id: int) -> str:
    """Return the cursor that stands at a row of the list that is asked for."""
    plain = f"{request.endpoint}:{row_id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def row_at(cursor: str | None) -> int | None:
    """Return the row at which a cursor stands.

    Raises:
        InvalidField: It is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error) as error:
        raise InvalidField(name="cursor") from error
    found = _ID.fullmatch(plain)
    if found is None or found[1] != request.endpoint:
        raise InvalidField(name="cursor")
    return int(found[2])


def paged(
    session: Session,
    statement: Select[Any],
    *,
    past: ColumnElement[bool] | None,
    order: Sequence[ColumnElement[Any]],
    limit: int,
    shown: Callable[[Row[Any]], Plain],
    row_id: Callable[[Row[Any]], int],
) -> Plain:
    """Run a select without an order for one page; one statement, however long the list."""
    if past is not None:
        statement = statement.where(past)
    rows = session.execute(statement.order_by(None).order_by(*order).limit(limit + 1)).all()
    page = rows[:limit]
    following = next_address(row_id(page[-1])) if len(rows) > limit else None
    return {"items": [shown(row) for row in page], "next": following}


def next_address(last_id: int) -> str:
    """Return the address of the page behind a row, under the same filter."""
    assert request.endpoint is not None
    kept: dict[str, Any] = {n: v for n, v in request.args.items() if n != "cursor"}
    return url_for(request.endpoint, **kept, cursor=cursor_at(last_id))
