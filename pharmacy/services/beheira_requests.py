"""The citizens' side of the rebuilt years: every request with its history, treated or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType

from sqlalchemy.orm import Session

from pharmacy.models import (
    Approval,
    ApprovalItem,
    Beneficiary,
    BeneficiaryCondition,
    CitizenRequest,
    PublicMeeting,
    RequestEvent,
)
from pharmacy.rules.arabic import fold
from pharmacy.rules.lifecycle import ENDED
from pharmacy.rules.request_vocabulary import RejectionReason, RequestState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.rules.workdays import DEFAULT_LIMITS, add_working_days
from pharmacy.services.beheira_crew import Crew
from pharmacy.services.beheira_people import (
    Course,
    Register,
    Treatment,
    approval_row,
    at,
    full_name,
    item_rows,
    valid_until,
)
from pharmacy.services.beheira_rows import NO_DAYS, WISHES, event_row, invented_name
from pharmacy.services.beheira_scale import DAY, Scale, working_day
from pharmacy.services.beheira_stream import Slot, Stream
from pharmacy.services.bulk import Bulk, last_id
from pharmacy.services.demo_requests import PRESCRIBERS
from pharmacy.services.request_clock import holidays
from pharmacy.services.request_search import searchable

TABLES = (
    PublicMeeting,
    Beneficiary,
    BeneficiaryCondition,
    CitizenRequest,
    RequestEvent,
    Approval,
    ApprovalItem,
)
"""What this part writes, each before those that point to it."""

LAST_CHOSEN_DAYS = 35
"""Nobody is treated who asked later than so many days before the end."""
_SPECIAL_FROM_DAYS = 80

_REFERENCES = MappingProxyType({Channel.PORTAL: "BPM", Channel.SAWTAK_MASMOU: "SM"})
_NO_MEDICINE = (
    RejectionReason.INSURED_ELSEWHERE,
    RejectionReason.PAPERS_MISSING,
    RejectionReason.NOT_ELIGIBLE,
    RejectionReason.NOT_IN_FORMULARY,
)
_PHARMACY = frozenset({RequestCategory.MEDICINE, RequestCategory.SUPPLIES})
_SOLVED, _URGENT, _LOOKED_AT = 0.62, 0.08, 0.4
_OFFICE_SECONDS = 6 * 3600
_MEETING_CHAIR = "السيد المحافظ"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it is taken from the stream."""

    index: int
    day: date
    slot: Slot


class Chosen:
    """Which requests of the stream led to treatment, and which of those are special cases."""

    def __init__(self, scale: Scale, stream: Stream, chance: Random) -> None:
        counts = stream.counts()
        until = sum(counts[: len(counts) - LAST_CHOSEN_DAYS])
        start = sum(counts[: len(counts) - _SPECIAL_FROM_DAYS])
        picked = sorted(chance.sample(range(start, until), scale.special_cases))
        self._specials = {index: number for number, index in enumerate(picked, start=1)}
        self._ordinary: set[int] = set()
        while len(self._ordinary) < scale.beneficiaries - scale.special_cases:
            index = chance.randrange(until)
            if index not in self._specials:
                self._ordinary.add(index)

    def special(self, index: int) -> int | None:
        """Return 0 for an ordinary case, the number of a special one, None for the untreated."""
        if index in self._ordinary:
            return 0
        return self._specials.get(index)


class Desk:
    """Where the requests of the stream become rows.

    Args:
        session: Any session over reference data.
        scale: How many there are.
        crew: Who writes and decides.
        seed: The same seed gives the same requests.
    """

    def __init__(
        self, session: Session, *, scale: Scale, stream: Stream, crew: Crew, seed: int
    ) -> None:
        self._scale = scale
        self._stream = stream
        self._crew = crew
        self._chance = Random(f"{seed}:requests")  # noqa: S311 - a play, not a secret
        people = Random(f"{seed}:people")  # noqa: S311
        self._chosen = Chosen(scale, stream, people)
        self.treatment = Treatment(session, chance=people, last_day=scale.last_day)
        self._register = Register(
            session,
            chance=people,
            first_day=scale.first_day,
            clerk_id=crew.clerk.staff_id or 0,
            last_id=last_id(session, Beneficiary),
        )
        self._people = people
        self._request_id = last_id(session, CitizenRequest)
        self.event_id = last_id(session, RequestEvent)
        self._approval_id = last_id(session, Approval)
        self._item_id = last_id(session, ApprovalItem)
        self._meeting_id = last_id(session, PublicMeeting)
        self._meetings = {meeting.held_on: meeting for meeting in stream.meetings}
        self.numbers: dict[int, int] = {}
        self.courses: list[Course] = []
        self._holidays = holidays(session)
        self._due_days: dict[tuple[date, tuple[object, object]], date] = {}
        self._folds: dict[str, str] = {}
        self._categories = tuple(WISHES)
        self._weights = tuple(weight for weight, _ in WISHES.values())

    def days(self) -> Iterator[tuple[date, list[Asked]]]:
        """Give the requests of each day."""
        index = 0
        for day, slots in self._stream:
            yield day, [Asked(index + number, day, slot) for number, slot in enumerate(slots)]
            index += len(slots)

    def take(self, bulk: Bulk, day: date, asked: list[Asked]) -> None:
        """Write down a day."""
        meeting = self._meetings.get(day)
        if meeting is not None:
            row = {"held_on": day, "place": "ديوان عام المحافظة", "chair": _MEETING_CHAIR}
            bulk.add(PublicMeeting, {"id": self._meeting_id + meeting.number + 1, **row})
        kinds = self._chance.choices(self._categories, self._weights, k=len(asked))
        for number, (one, category) in enumerate(zip(asked, kinds, strict=True)):
            now = at(day, _OFFICE_SECONDS * number // len(asked))
            special = self._chosen.special(one.index)
            if special is None:
                self._turn_away(bulk, one, category, now)
            else:
                self._treat(bulk, one, special, now)

    # --- those who are treated ---------------------------------------------------------------

    def _treat(self, bulk: Bulk, asked: Asked, special: int, now: datetime) -> None:
        person = self._register.next(asked.slot.centre_id, now)
        course = self._course(asked, person, special)
        bulk.add(Beneficiary, person)
        of_person = {"beneficiary_id": person["id"], "condition_id": course.condition_id}
        bulk.add(BeneficiaryCondition, of_person)
        row = self._row(asked, now)
        row |= {
            "category": RequestCategory.MEDICINE,
            "state": course.state,
            **course.days,
            **of_person,
            "prescriber": self._people.choice(PRESCRIBERS),
            "asked_for": "صرف علاج شهري: "
            + "، ".join(f"{m.name_ar} {m.strength}".strip() for m in course.regimen),
        }
        row["due_on"] = self._due(asked.day, row)
        row["search_text"] = searchable(course.patient_name, str(row["asked_for"]))
        bulk.add(CitizenRequest, row)
        self._event(bulk, now, None, RequestState.RECEIVED)
        approval = approval_row(course, committee_id=self._crew.committee.staff_id or 0)
        note = str(approval["decision_number"])
        self._event(
            bulk, course.decided_at, RequestState.RECEIVED, RequestState.APPROVED, note=note
        )
        bulk.add(Approval, approval)
        for item in item_rows(course):
            bulk.add(ApprovalItem, item)
        self.courses.append(course)

    def _course(self, asked: Asked, person: Mapping[str, object], special: int) -> Course:
        condition_id, regimen, issues = self.treatment.choose(special)
        decided = working_day(asked.day + DAY * self._people.randint(1, 9))
        self._request_id += 1
        self._approval_id += 1
        first_item_id = self._item_id + 1
        self._item_id += len(regimen)
        longest = max(medicine.interval_days for medicine in regimen)
        person_id = person["id"]
        assert isinstance(person_id, int)
        return Course(
            request_id=self._request_id,
            approval_id=self._approval_id,
            first_item_id=first_item_id,
            beneficiary_id=person_id,
            patient_name=full_name(person),
            card_number=str(person["card_number"]),
            channel=asked.slot.channel,
            centre_id=asked.slot.centre_id,
            condition_id=condition_id,
            regimen=regimen,
            issues=issues,
            decided_at=at(decided, self._people.randrange(_OFFICE_SECONDS)),
            valid_from=decided,
            valid_until=valid_until(decided, regimen, issues),
            visits=self.treatment.visits(decided, longest, issues),
            special=special,
        )

    # --- all the others ----------------------------------------------------------------------

    def _turn_away(
        self, bulk: Bulk, asked: Asked, category: RequestCategory, now: datetime
    ) -> None:
        """Write down a request that the pharmacy has no part in, or refuses."""
        chance = self._chance
        self._request_id += 1
        wait = 1 + int(chance.random() * 24)
        decided = working_day(asked.day + timedelta(days=wait))
        draw = chance.random()
        steps: list[tuple[RequestState, str, str]] = []
        if decided > self._scale.last_day:
            if draw < _LOOKED_AT:
                steps.append((RequestState.CHECKED, "", ""))
        elif category in _PHARMACY:
            reason = _NO_MEDICINE[int(draw * len(_NO_MEDICINE))]
            steps.append((RequestState.REJECTED, reason.value, ""))
        elif draw < _SOLVED:
            steps.append((RequestState.CLOSED, "answered", "تم الرد على المواطن"))
        else:
            reason = RejectionReason.OUT_OF_SCOPE
            steps.append((RequestState.REJECTED, reason.value, "أحيل إلى الجهة المختصة"))
        wishes = WISHES[category][1]
        row = self._row(asked, now)
        row["category"] = category
        row["state"] = steps[-1][0] if steps else RequestState.RECEIVED
        row["citizen_name"] = invented_name(chance)
        row["asked_for"] = wishes[int(chance.random() * len(wishes))]
        row["due_on"] = self._due(asked.day, row)
        row["search_text"] = self._folded(str(row["citizen_name"]), str(row["asked_for"]))
        if row["state"] in ENDED:
            ended = max(decided, asked.day)
            row |= {"first_reply_on": ended, "closed_on": ended, "settled_on": ended}
        bulk.add(CitizenRequest, row)
        self._event(bulk, now, None, RequestState.RECEIVED)
        before = RequestState.RECEIVED
        when = min(decided, self._scale.last_day)
        for number, (state, reason_code, note) in enumerate(steps):
            moment = max(at(when, 60 * number), now + timedelta(minutes=5 + number))
            self._event(bulk, moment, before, state, reason=reason_code, note=note)
            before = state

    # --- rows --------------------------------------------------------------------------------

    def _row(self, asked: Asked, now: datetime) -> dict[str, object]:
        """Return the row of the request whose id was just taken."""
        year, slot = asked.day.year, asked.slot
        number = self.numbers.get(year, 0) + 1
        self.numbers[year] = number
        prefix = _REFERENCES.get(slot.channel)
        return {
            "id": self._request_id,
            "number": f"{year}-{number:06d}",
            "channel": slot.channel,
            "urgency": Urgency.URGENT if self._chance.random() < _URGENT else Urgency.NORMAL,
            "centre_id": slot.centre_id,
            "meeting_id": None if slot.meeting is None else self._meeting_id + slot.meeting + 1,
            "outside_reference": f"{prefix}-{year}-{number:06d}" if prefix else None,
            "received_on": asked.day,
            "recorded_at": now,
            "recorded_by": self._crew.clerk.staff_id,
            "submission_id": None,
            "beneficiary_id": None,
            "citizen_name": "",
            "citizen_phone": None,
            "on_behalf_of": "",
            "condition_id": None,
            "prescriber": "",
            "citizen_identity": None,
            "citizen_email": None,
            "channel_facts": {},
            **NO_DAYS,
        }

    def _due(self, day: date, row: Mapping[str, object]) -> date:
        """Return when an answer is due; the same for all of one day, category and urgency."""
        key = (row["category"], row["urgency"])
        if (day, key) not in self._due_days:
            limit = DEFAULT_LIMITS[key]  # type: ignore[index]  # a row's values have no types
            self._due_days[day, key] = add_working_days(day, limit, self._holidays)
        return self._due_days[day, key]

    def _folded(self, name: str, asked_for: str) -> str:
        """Return the search text of what is said again and again; each word is folded once."""
        words = (
            self._folds.get(part) or self._folds.setdefault(part, fold(part))
            for part in (*name.split(), asked_for)
        )
        return " ".join(words)

    def _event(
        self,
        bulk: Bulk,
        now: datetime,
        before: RequestState | None,
        after: RequestState,
        *,
        reason: str = "",
        note: str = "",
    ) -> None:
        self.event_id += 1
        who = self._crew.clerk if before is None else self._crew.committee
        bulk.add(
            RequestEvent,
            event_row(
                self.event_id, self._request_id, now, who.staff_id, before, after, reason, note
            ),
        )
