"""Recording many citizen requests at once, by the very rules of `request.record_request`.

What one by one would be asked for each request is asked once for all of them: which submissions
and outside references are on file, whose names are searched for, which numbers come next. The
requests are then judged in their order, as if each were recorded before the next is looked at, and
written together.

One thing is left out: nobody is told that they came in. The system they come from knows, and a list
of past years would send its citizens hundreds of thousands of messages. Every later step is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pharmacy.errors import BeneficiaryInactive, Busy, NotFound, OutsideReferenceTaken
from pharmacy.models import (
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    CitizenRequest,
    RequestEvent,
    RequestSeries,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_clock import Clock, started
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel
from pharmacy.services.bulk import Bulk, reserved_ids
from pharmacy.services.request import (
    NewRequest,
    check_facts,
    columns_of,
    lock_series,
    request_number,
)
from pharmacy.services.request_clock import holidays, limits
from pharmacy.services.request_search import searchable

_SUBMITTED = select(CitizenRequest.submission_id, CitizenRequest.number).where(
    CitizenRequest.submission_id.in_(bindparam("ids", expanding=True))
)
_REFERRED = select(
    CitizenRequest.outside_reference,
    CitizenRequest.number,
    CitizenRequest.received_on,
    CitizenRequest.asked_for,
).where(
    CitizenRequest.channel == bindparam("channel"),
    CitizenRequest.outside_reference.in_(bindparam("references", expanding=True)),
)
_PEOPLE = select(
    Beneficiary.id,
    Beneficiary.status,
    Beneficiary.given_name,
    Beneficiary.father_name,
    Beneficiary.grandfather_name,
    Beneficiary.family_name,
).where(Beneficiary.id.in_(bindparam("ids", expanding=True)))

_Wish = tuple[str, date, str]
"""The number of a request, the day it was received, what was asked for."""

_CLOCK = tuple(field.name for field in fields(Clock))


@lru_cache(maxsize=8_192)
def _clock(day: date, limit: int, holidays: frozenset[date]) -> dict[str, date | None]:
    """Return the days of a request received on a day; a list has a few thousand of them."""
    clock = started(day, limit, holidays)
    return {name: getattr(clock, name) for name in _CLOCK}


class RequestBatch:
    """Some requests on their way in.

    Args:
        session: A writing session; to look only, any.
        news: All that may be recorded, so that one look-up serves them all.
        looking: Nothing will be written, so no number is kept for it.
        actor: Who records.
        now: When.
    """

    def __init__(
        self,
        session: Session,
        news: Sequence[NewRequest],
        *,
        looking: bool = False,
        actor: Actor,
        now: datetime,
    ) -> None:
        actor.require(Permission.REQUEST_IMPORT)
        self._session, self._actor, self._now = session, actor, now
        self._today = cairo_day(now)
        self._serials = self._series(sorted({new.received_on.year for new in news}), looking)
        self._submitted: dict[str, str] = {
            row.submission_id: row.number
            for row in session.execute(_SUBMITTED, {"ids": [new.submission_id for new in news]})
        }
        self._referred = self._references(news)
        ids = {new.beneficiary_id for new in news if new.beneficiary_id is not None}
        found = session.execute(_PEOPLE, {"ids": list(ids)})
        self._people = {row.id: (row.status, " ".join(filter(None, row[2:]))) for row in found}
        kinds = session.execute(select(Centre.id, Centre.kind))
        self._kinds = {row.id: row.kind for row in kinds}
        self._holidays, self._limits = holidays(session), limits(session)
        self._taken: list[dict[str, object]] = []

    def known(self, new: NewRequest) -> str | None:
        """Return the number under which the same wish is on file already, or None.

        The same wish came in the same submission, or through the same channel under the same
        outside reference, on the same day and in the same words.
        """
        number = self._submitted.get(new.submission_id)
        if number is None and new.outside_reference:
            wish = self._referred.get((new.channel, new.outside_reference))
            if wish is not None and wish[1:] == (new.received_on, new.asked_for):
                number = wish[0]
        return number

    def record(self, new: NewRequest) -> str:
        """Take a request in, and return its number, the first one's when it was sent before.

        Raises:
            PharmacyError: As `request.record_request` refuses it.
        """
        first = self._submitted.get(new.submission_id)
        if first is not None:
            return first
        self._check(new)
        year = new.received_on.year
        number = request_number(year, self._serials[year] + 1)
        self._taken.append(self._columns(new, number))
        self._serials[year] += 1
        self._submitted[new.submission_id] = number
        if new.outside_reference:
            wish = (number, new.received_on, new.asked_for)
            self._referred[new.channel, new.outside_reference] = wish
        return number

    def write(self) -> None:
        """Write everything that was taken in.

        Raises:
            Busy: Somebody recorded one of them at the same moment; nothing was written.
        """
        if not self._taken:
            return
        ids = reserved_ids(self._session, CitizenRequest, len(self._taken))
        event_ids = reserved_ids(self._session, RequestEvent, len(self._taken))
        try:
            with Bulk(self._session, (CitizenRequest, RequestEvent)) as bulk:
                for columns, row_id, event_id in zip(self._taken, ids, event_ids, strict=True):
                    bulk.add(CitizenRequest, {"id": row_id, **columns})
                    bulk.add(RequestEvent, {"id": event_id, **self._event(row_id)})
        except IntegrityError as error:
            raise Busy from error
        for year, serial in self._serials.items():
            self._session.get_one(RequestSeries, year).last_number = serial
        self._session.flush()
        self._taken.clear()

    def _series(self, years: Iterable[int], looking: bool) -> dict[int, int]:  # noqa: FBT001
        """Return the last number of each year; the years are locked in their order."""
        if not looking:
            return {year: lock_series(self._session, year).last_number for year in years}
        rows = {year: self._session.get(RequestSeries, year) for year in years}
        return {year: row.last_number if row else 0 for year, row in rows.items()}

    def _references(self, news: Sequence[NewRequest]) -> dict[tuple[Channel, str], _Wish]:
        asked: dict[Channel, list[str]] = defaultdict(list)
        for new in news:
            if new.outside_reference:
                asked[new.channel].append(new.outside_reference)
        return {
            (channel, row.outside_reference): (row.number, row.received_on, row.asked_for)
            for channel, references in asked.items()
            for row in self._session.execute(
                _REFERRED, {"channel": channel, "references": references}
            )
        }

    def _check(self, new: NewRequest) -> None:
        kind = None if new.centre_id is None else self._kinds.get(new.centre_id)
        check_facts(new, kind, actor=self._actor, today=self._today)
        if new.beneficiary_id is not None:
            self._check_person(new.beneficiary_id)
        if new.outside_reference:
            wish = self._referred.get((new.channel, new.outside_reference))
            if wish is not None:
                raise OutsideReferenceTaken(request_number=wish[0])

    def _check_person(self, beneficiary_id: int) -> None:
        person = self._people.get(beneficiary_id)
        if person is None:
            raise NotFound(noun="beneficiary", key=str(beneficiary_id))
        status, _name = person
        if status is not BeneficiaryStatus.ACTIVE:
            raise BeneficiaryInactive(status_value=status.value)

    def _columns(self, new: NewRequest, number: str) -> dict[str, object]:
        name = new.citizen_name
        if new.beneficiary_id is not None:
            _status, full_name = self._people[new.beneficiary_id]
            name = f"{full_name} {name}"
        return {
            **columns_of(new, number, actor=self._actor, now=self._now),
            **_clock(new.received_on, self._limits[new.category, new.urgency], self._holidays),
            "search_text": searchable(name, new.asked_for, new.on_behalf_of),
        }

    def _event(self, request_id: int) -> dict[str, object]:
        return {
            "request_id": request_id,
            "at": self._now,
            "staff_id": self._actor.staff_id,
            "from_state": None,
            "to_state": RequestState.RECEIVED,
            "reason": "",
            "note": "",
        }
