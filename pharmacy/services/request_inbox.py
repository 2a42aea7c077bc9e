"""The inbox: a page of citizen requests, what is overdue first, and what a text finds.

Without a text the list has three parts: what waits for an answer by the day it is due (so the
overdue stand first), what waits for papers, and the settled, newest first. Each part is read by
an index of its own, and a page goes on from one part into the next.

A text that is a number finds that. Words are looked for among the newest requests first: common
ones fill the page there, at the cost of a few thousand rows, and only what is rare is asked of the
index of words, which then has little to bring. Neither engine reads everything for a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from pharmacy.db_words import has_words
from pharmacy.models import CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.services.request_list import RequestQuery, listed, narrowing, own_centre
from pharmacy.services.request_search import EXACT_MAX, Asked, exactly, read, spelled

NEAR = 4_000
"""The newest requests among which words are looked for before the index is asked."""

_request = CitizenRequest
_Rows = list[Row[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page goes on: behind the request `row_id`, or before it when `backwards`."""

    row_id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Rows of `request_list.listed`, and the ids from which the list goes on either way."""

    rows: Sequence[Row[Any]]
    newer: int | None
    older: int | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the list: which requests, and their order by a day and then by id."""

    clause: ColumnElement[bool]
    day: Any
    rising: bool

    def beyond(self, day: date | None, row_id: int, *, backwards: bool) -> ColumnElement[bool]:
        past = self.rising is not backwards
        further = self.day > day if past else self.day < day
        behind = _request.id > row_id if past else _request.id < row_id
        # Said twice, so that an index of the day alone knows where to begin.
        bound = self.day >= day if past else self.day <= day
        return and_(bound, or_(further, behind))

    def order(self, *, backwards: bool) -> list[ColumnElement[Any]]:
        columns = [self.day, _request.id]
        up = self.rising is not backwards
        return [column.asc() if up else column.desc() for column in columns]


_UNSETTLED = _request.settled_on.is_(None)
_PARTS = (
    _Part(and_(_UNSETTLED, _request.paused_on.is_(None)), _request.due_on, rising=True),
    _Part(and_(_UNSETTLED, _request.paused_on.is_not(None)), _request.due_on, rising=True),
    _Part(_request.settled_on.is_not(None), _request.received_on, rising=False),
)


def page(
    session: Session,
    query: RequestQuery,
    *,
    place: Place | None,
    size: int,
    actor: Actor,
    today: date,
) -> InboxPage:
    """Return a page of the requests that an actor may see.

    Args:
        session: A reading session.
        query: Which requests.
        place: Where the page before ended; None begins.
        size: Rows of a page.
        actor: Whose eyes.
        today: What is overdue is due before it.

    Raises:
        NotPermitted: The role sees no requests.
    """
    asked = read(query.text, today=today)
    whole = listed(_without_text(query), actor=actor, today=today)
    if asked.plain:
        ids = _found(session, asked, query, place, size + 1, actor=actor, today=today)
        rows = list(session.execute(whole.where(_request.id.in_(ids)))) if ids else []
        rows.sort(key=lambda row: ids.index(row.id))
    else:
        rows = _parted(session, whole, place, size + 1)
    return _cut(rows, place, size)


def _without_text(query: RequestQuery) -> RequestQuery:
    values = {name: getattr(query, name) for name in query.__dataclass_fields__}
    return RequestQuery(**{**values, "text": ""})


def _cut(rows: _Rows, place: Place | None, size: int) -> InboxPage:
    """Make a page of rows in the order in which they were read, one more than it holds."""
    more, rows = len(rows) > size, rows[:size]
    backwards = place is not None and place.backwards
    if backwards:
        rows.reverse()
    has_newer = more if backwards else place is not None
    has_older = backwards or more
    return InboxPage(
        rows=rows,
        newer=rows[0].id if rows and has_newer else None,
        older=rows[-1].id if rows and has_older else None,
        is_first=place is None,
    )


# --- by the clock --------------------------------------------------------------------------------


def _parted(
    session: Session, whole: Select[*tuple[Any, ...]], place: Place | None, wanted: int
) -> _Rows:
    """Read on from a place, from one part of the list into the next; a statement for each part."""
    backwards = place is not None and place.backwards
    parts = list(reversed(_PARTS)) if backwards else list(_PARTS)
    bound: ColumnElement[bool] | None = None
    if place is not None:
        there = session.get(CitizenRequest, place.row_id)
        if there is None:
            return []
        own = _part_of(there)
        parts = parts[parts.index(own) :]
        day = there.received_on if own is _PARTS[-1] else there.due_on
        bound = own.beyond(day, there.id, backwards=backwards)
    rows: _Rows = []
    for part in parts:
        statement = whole.where(part.clause).order_by(*part.order(backwards=backwards))
        if bound is not None:
            statement = statement.where(bound)
            bound = None
        rows += session.execute(statement.limit(wanted - len(rows))).all()
        if len(rows) >= wanted:
            break
    return rows


def _part_of(row: CitizenRequest) -> _Part:
    running, paused, settled = _PARTS
    if row.settled_on is not None:
        return settled
    return running if row.paused_on is None else paused


# --- by a text -----------------------------------------------------------------------------------


def _found(
    session: Session,
    asked: Asked,
    query: RequestQuery,
    place: Place | None,
    wanted: int,
    *,
    actor: Actor,
    today: date,
) -> list[int]:
    """Return the ids that a text finds, newest first, oldest first when read backwards."""
    narrowed = narrowing(query, actor=actor, today=today)
    order = _request.id.desc()
    if place is not None and place.backwards:
        narrowed.append(_request.id > place.row_id)
        order = _request.id.asc()
    elif place is not None:
        narrowed.append(_request.id < place.row_id)
    numbered = exactly(asked)
    if numbered is not None:
        named = session.scalars(numbered.limit(EXACT_MAX)).all()
        if named:
            own = select(_request.id).where(_request.id.in_(named), *narrowed)
            return list(session.scalars(own.order_by(order).limit(wanted)))
    if not asked.words:
        return []
    rows = select(_request.id).where(*narrowed, *_near(session, place), *spelled(asked))
    near = list(session.scalars(rows.order_by(order).limit(wanted)))
    if len(near) == wanted:
        return near
    # Kept apart from its order: a planner that thinks it finds enough on the way through all
    # requests, newest first, would read them all.
    words = has_words(asked.words, own_centre(query, actor))
    hits = select(_request.id).where(words, *narrowed).cte("hits").prefix_with("MATERIALIZED")
    order = hits.c.id.asc() if place is not None and place.backwards else hits.c.id.desc()
    return list(session.scalars(select(hits.c.id).order_by(order).limit(wanted)))


def _near(session: Session, place: Place | None) -> list[ColumnElement[bool]]:
    """Return the clauses for the requests next to a place, or for the newest ones."""
    if place is not None and place.backwards:
        return [_request.id < place.row_id + NEAR]
    # Asked for beforehand: a planner that knows the bounds knows that there are few rows between.
    last = place.row_id if place else session.scalar(select(func.max(_request.id))) or 0
    return [_request.id > last - NEAR, _request.id <= last]
