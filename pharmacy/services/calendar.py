"""The working calendar as an administrator keeps it: holidays, time limits, and what follows.

When either changes, the due days of all requests that are still owed an answer are worked out anew
in the same transaction: a promise is only as good as the calendar it was counted by. A due day is
the limit in working days after reception (or reopening), and as many more as papers were awaited;
the latter is read from the request's history. What is settled stays as it was judged.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import InvalidNumber, MissingFact, NotFound
from pharmacy.models import CitizenRequest, Holiday, RequestEvent, TimeLimit
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_clock import due_after
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services import audit
from pharmacy.services.request_clock import holidays, limits

LIMIT_MAX = 365
CHUNK = 2_000
"""Requests whose due days are worked out together, so that memory stays flat."""

Limits = Mapping[tuple[RequestCategory, Urgency], int]
_AWAITING = RequestState.AWAITING_PAPERS
_request = table_of(CitizenRequest)
_MOVE = (
    update(_request).where(_request.c.id == bindparam("request")).values(due_on=bindparam("due"))
)


def holidays_of(session: Session, year: int) -> Sequence[Holiday]:
    """Return the holidays of a calendar year, in their order."""
    within = Holiday.day.between(date(year, 1, 1), date(year, 12, 31))
    return session.scalars(select(Holiday).where(within).order_by(Holiday.day)).all()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a holiday that was put in the calendar."""

    added: bool
    changed: bool


def keep_holiday(
    session: Session, day: date, name_ar: str, name_en: str, *, actor: Actor, now: datetime
) -> Kept:
    """Put a holiday in the calendar, or rename the one that stands on its day.

    Whoever calls it works the due days out anew (`redue`) when all of a change is done.

    Raises:
        MissingFact: It has no Arabic name.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    names = {"name_ar": name_ar.strip(), "name_en": name_en.strip() or name_ar.strip()}
    if not names["name_ar"]:
        raise MissingFact(name="name_ar")
    row = session.get(Holiday, day)
    if row is None:
        session.add(Holiday(day=day, **names))
        session.flush()
        audit.record(session, "add", "holiday", day, after=names, actor=actor, now=now)
        return Kept(added=True, changed=False)
    before = {"name_ar": row.name_ar, "name_en": row.name_en}
    if before == names:
        return Kept(added=False, changed=False)
    row.name_ar, row.name_en = names["name_ar"], names["name_en"]
    session.flush()
    audit.record(
        session, "change", "holiday", day, before=before, after=names, actor=actor, now=now
    )
    return Kept(added=False, changed=True)


def add_holiday(
    session: Session, day: date, name_ar: str, name_en: str, *, actor: Actor, now: datetime
) -> int:
    """Put a holiday in the calendar; return how many requests have another due day since.

    Raises:
        MissingFact: It has no Arabic name.
    """
    kept = keep_holiday(session, day, name_ar, name_en, actor=actor, now=now)
    return redue(session, actor=actor, now=now) if kept.added else 0


def remove_holiday(session: Session, day: date, *, actor: Actor, now: datetime) -> int:
    """Take a holiday out of the calendar; return how many requests have another due day since.

    Raises:
        NotFound: There is no holiday on that day.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    row = session.get(Holiday, day)
    if row is None:
        raise NotFound(noun="holiday", key=day.isoformat())
    before = {"name_ar": row.name_ar, "name_en": row.name_en}
    session.delete(row)
    session.flush()
    audit.record(session, "remove", "holiday", day, before=before, actor=actor, now=now)
    return redue(session, actor=actor, now=now)


def change_limits(session: Session, wanted: Limits, *, actor: Actor, now: datetime) -> int:
    """Set time limits in working days; return how many of them differ from before.

    Raises:
        InvalidNumber: A limit is not between 1 and 365 working days.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    before = limits(session)
    changed = {key: days for key, days in wanted.items() if before[key] != days}
    for (category, urgency), days in changed.items():
        if not 1 <= days <= LIMIT_MAX:
            raise InvalidNumber(minimum=1, maximum=LIMIT_MAX)
        session.merge(TimeLimit(category=category, urgency=urgency, working_days=days))
        audit.record(
            session,
            "change",
            "time_limit",
            f"{category.value} {urgency.value}",
            before={"working_days": before[category, urgency]},
            after={"working_days": days},
            actor=actor,
            now=now,
        )
    session.flush()
    if changed:
        redue(session, actor=actor, now=now)
    return len(changed)


def redue(session: Session, *, actor: Actor | None, now: datetime) -> int:
    """Work the due days of all unsettled requests out anew; return how many differ from before.

    The requests are locked in the order of their ids, a few thousand at a time. One audit event
    says how many were moved.
    """
    closed, in_force = holidays(session), limits(session)
    moved = last = 0
    while some := _unsettled(session, last):
        last = some[-1].id
        moved += _redue(session, some, in_force, closed)
    if moved:
        after = {"requests": moved}
        audit.record(session, "move", "due_day", "", after=after, actor=actor, now=now)
    return moved


def _unsettled(session: Session, last: int) -> Sequence[Any]:
    return session.execute(
        select(
            CitizenRequest.id,
            CitizenRequest.category,
            CitizenRequest.urgency,
            CitizenRequest.received_on,
            CitizenRequest.reopened_on,
            CitizenRequest.due_on,
        )
        .where(CitizenRequest.settled_on.is_(None), CitizenRequest.id > last)
        .order_by(CitizenRequest.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()


def _redue(session: Session, some: Sequence[Any], in_force: Limits, closed: frozenset[date]) -> int:
    paused = _pauses(session, [row.id for row in some])
    known: dict[tuple[Any, ...], date] = {}
    moves = []
    for row in some:
        began = row.reopened_on or row.received_on
        # What was awaited before a request was reopened is of an earlier clock.
        pauses = tuple(pause for pause in paused.get(row.id, ()) if pause[0] >= began)
        key = (began, in_force[row.category, row.urgency], pauses)
        if key not in known:
            known[key] = due_after(began, key[1], pauses, closed)
        if known[key] != row.due_on:
            moves.append({"request": row.id, "due": known[key]})
    if moves:
        session.connection().execute(_MOVE, moves)
    return len(moves)


def _pauses(session: Session, request_ids: Collection[int]) -> dict[int, list[tuple[date, date]]]:
    """Return from when to when papers were awaited, of those requests that ever did; ended ones."""
    event = RequestEvent
    rows = session.execute(
        select(event.request_id, event.at, event.from_state, event.to_state)
        .where(
            event.request_id.in_(request_ids),
            or_(event.from_state == _AWAITING, event.to_state == _AWAITING),
            event.from_state != event.to_state,
        )
        .order_by(event.id)
    )
    began: dict[int, date] = {}
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        if row.to_state is _AWAITING:
            began[row.request_id] = cairo_day(row.at)
        elif row.request_id in began:
            found[row.request_id].append((began.pop(row.request_id), cairo_day(row.at)))
    return found
