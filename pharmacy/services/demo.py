"""The small demonstration: two years of a pharmacy, played day by day through the real services.

Everything is drawn from one seed and counted back from one moment, so that the same day gives the
same pharmacy. The door opens a transaction for each month and plays it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import ApprovalItem, Beneficiary
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, is_weekend, month_start
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.settings import SETTINGS
from pharmacy.rules.vocabulary import Sex
from pharmacy.services.beneficiary import register
from pharmacy.services.demo_citizens import tell_some
from pharmacy.services.demo_counter import Counter, Course
from pharmacy.services.demo_draft import authorize, put_aside
from pharmacy.services.demo_evenings import EVENINGS
from pharmacy.services.demo_import import bring_list
from pharmacy.services.demo_life import PATHS, Life
from pharmacy.services.demo_messages import bring_messages
from pharmacy.services.demo_people import InventedPerson, People, Showcase
from pharmacy.services.demo_requests import Desk, recorder
from pharmacy.services.demo_shelf import Shelf, Wanted
from pharmacy.services.demo_sitting import HELD, Committee
from pharmacy.services.demo_treatment import (
    REGIMENS,
    WEIGHTS,
    conditions,
    medicines,
)
from pharmacy.services.request import answer, record_request
from pharmacy.services.request_decision import Decision, approve, reject

DAYS = 730
PEOPLE = 400
SEED = 16528
_OPENED_WITH = 45
_OTHERS_A_DAY = 0.4
_REFUSED = 0.09
_RENEWED = 0.3
_UNDECIDED_DAYS = 6
_FIRST_DAYS = 4
_SHOWCASE_DAYS = 29
_WAITING = 3
_EVENING = 450
SHOWCASE_NAME = ("أمينة", "عبد السلام", "محمود", "الشاذلي")
SHOWCASE_REGIMEN = ("Metformin", "Insulin glargine", "Insulin syringe 1 mL")


_Step = Callable[[Session, datetime], None]


class Demonstration:
    """A pharmacy from two years back to yesterday.

    Args:
        session: A writing session over reference data and staff.
        staff: Actors by sign-in name, as `demo_staff.hire` gave them.
        now: The moment the demonstration is for.
        days: How long the play is.
        people: How many beneficiaries come in that time.
    """

    def __init__(
        self,
        session: Session,
        *,
        staff: dict[str, Actor],
        now: datetime,
        days: int = DAYS,
        people: int = PEOPLE,
    ) -> None:
        self._now = now
        self.today = cairo_day(now)
        self.start = self.today - timedelta(days=days)
        self._days = days
        self._chance = Random(SEED)  # noqa: S311 - a play, not a secret
        self._staff = staff
        self._people = People(self._chance, self.today)
        self._medicines = medicines(session)
        self._conditions = {code: row[0] for code, row in conditions(session).items()}
        opened = _at(self.start, 0)
        consent = SETTINGS["consent_version"].default
        self._desk = Desk(session, chance=self._chance, consent_version=consent)
        self._shelf = Shelf(
            session, chance=self._chance, keeper=staff["store"], end=self.today, now=opened
        )
        self._agenda: dict[date, list[_Step]] = defaultdict(list)
        self._monthly: dict[int, int] = defaultdict(int)
        self._counter = Counter(chance=self._chance, staff=staff)
        self._count = 0
        self._life = Life(staff, SEED)
        self._courses: list[Course] = []
        self._showcase: Showcase | None = None
        self._evenings = [begin(session, staff, self.today) for begin in EVENINGS]
        self._first_day(session, opened)
        self._invite(people)

    # --- the calendar ------------------------------------------------------------------------

    def months(self) -> Iterator[date]:
        """Give the first day of each month of the play."""
        month = month_start(self.start)
        while month < self.today:
            yield month
            month = month_start(month + timedelta(days=32))

    def play(self, session: Session, month: date) -> None:
        """Play every working day of a month, up to yesterday."""
        day = max(month, self.start)
        end = min(month_start(month + timedelta(days=32)), self.today)
        while day < end:
            if not is_weekend(day):
                self._play_day(session, day)
            day += timedelta(days=1)

    def _play_day(self, session: Session, day: date) -> None:
        minute = 0
        if day.day <= _FIRST_DAYS and not is_weekend(day) and day != self.start:
            minute += self._morning(session, day)
        for _ in range(self._poisson(_OTHERS_A_DAY)):
            minute += 4
            self._take_other(session, _at(day, minute))
        # A step may put another one behind it on the same day.
        for step in self._agenda[day]:
            minute += 3
            step(session, _at(day, minute))
        del self._agenda[day]
        for work in self._evenings:
            work(session, day, _at(day, _EVENING))

    def _morning(self, session: Session, day: date) -> int:
        """On the first working day of a month: fill the shelf; each quarter hold a meeting."""
        if any(not is_weekend(day.replace(day=d)) for d in range(1, day.day)):
            return 0
        names = {m.drug_id: m for m in self._medicines.values()}
        monthly = {
            drug_id: Wanted(medicine=names[drug_id], quantity=quantity)
            for drug_id, quantity in self._monthly.items()
            if quantity > 0
        }
        self._shelf.restock(session, monthly, now=_at(day, 1))
        if day.month % 3 == 1:
            self._desk.hold_meeting(session, day, actor=self._staff["clerk"], now=_at(day, 1))
        return 3

    def _poisson(self, mean: float) -> int:
        whole = int(self._chance.expovariate(1) * mean + 0.5)
        return min(whole, 4)

    def _later(self, day: date, days: int, step: _Step) -> None:
        """Put a step on the first working day that comes so many days later."""
        when = day + timedelta(days=days)
        while is_weekend(when):
            when += timedelta(days=1)
        self._agenda[when].append(step)

    # --- the beginning -----------------------------------------------------------------------

    def _first_day(self, session: Session, opened: datetime) -> None:
        used = {name for regimens in REGIMENS.values() for names in regimens for name in names}
        stocked = [self._medicines[name] for name in sorted(used)]
        self._shelf.open(session, stocked, now=opened)
        self._desk.hold_meeting(session, self.start, actor=self._staff["clerk"], now=opened)

    def _invite(self, people: int) -> None:
        """Choose the day on which each person first comes."""
        at_once = people * _OPENED_WITH // PEOPLE
        for number in range(people - 1):
            days = self._chance.randint(1, 28 if number < at_once else self._days - 1)
            self._later(self.start, days, self._register)
        # A month ago, less a few days: the next issue is due today, whatever day today is.
        self._later(self.today, -_SHOWCASE_DAYS, self._show)

    # --- citizens ----------------------------------------------------------------------------

    def _register(self, session: Session, now: datetime) -> None:
        (condition,) = self._chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))
        invented = self._people.next(youngest=0 if condition == "neonatal" else 6)
        beneficiary_id = self._put_on_file(session, invented, condition, now=now)
        regimen = self._chance.choice(REGIMENS[condition])
        self._ask(session, beneficiary_id, condition, regimen, now=now)

    def _put_on_file(
        self,
        session: Session,
        invented: InventedPerson,
        condition: str,
        *,
        now: datetime,
        allergic: bool = True,
    ) -> int:
        person = self._desk.person(
            invented,
            condition_id=self._conditions[condition],
            on=cairo_day(now),
            allergic=allergic,
        )
        beneficiary_id = register(
            session, person, known_different=True, actor=self._staff["clerk"], now=now
        )
        self._count += 1
        # Card numbers are random in real work; here the same day gives the same cards.
        row = session.get_one(Beneficiary, beneficiary_id)
        row.card_number = in_house(InHousePrefix.CARD, 4_000_000_000 + self._count * 7919)
        session.flush()
        return beneficiary_id

    def _ask(
        self,
        session: Session,
        beneficiary_id: int,
        condition: str,
        names: Sequence[str],
        *,
        now: datetime,
    ) -> None:
        regimen = tuple(self._medicines[name] for name in names)
        on = cairo_day(now)
        new = self._desk.medicine_request(
            beneficiary_id, self._conditions[condition], regimen, on=on
        )
        actor = recorder(self._staff, new)
        request_id = record_request(session, new, actor=actor, now=now)
        course = Course(beneficiary_id, condition, request_id, regimen)
        self._courses.append(course)
        if (self.today - on).days > _UNDECIDED_DAYS:
            wait = self._chance.randint(1, 4)
            self._later(on, wait, lambda s, n: self._decide(s, n, course))

    def _decide(self, session: Session, now: datetime, course: Course) -> None:
        committee = self._staff["committee"]
        self._life.prepare(session, course.request_id, now=now - timedelta(minutes=30))
        if self._chance.random() < _REFUSED:
            reason = self._desk.refusal()
            reject(session, course.request_id, reason, actor=committee, now=now)
            return
        issues = self._chance.choice((1, 1, 2, 3, 6))
        decision = self._desk.decision(course.regimen, issues=issues, now=now)
        approval_id = approve(session, course.request_id, decision, actor=committee, now=now)
        self._begin(session, course, approval_id, issues)
        wait = self._chance.randint(0, 3)
        self._later(cairo_day(now), wait, lambda s, n: self._collect(s, n, course))

    def _begin(self, session: Session, course: Course, approval_id: int, issues: int) -> None:
        items = session.scalars(
            select(ApprovalItem.id)
            .where(ApprovalItem.approval_id == approval_id)
            .order_by(ApprovalItem.id)
        )
        course.items = tuple(items)
        course.issues_left = issues
        for medicine in course.regimen:
            self._monthly[medicine.drug_id] += medicine.quantity

    def _collect(self, session: Session, now: datetime, course: Course) -> None:
        days = self._counter.collect(session, course, now=now)
        if days is None:
            self._end(course, now)
            return
        self._later(cairo_day(now), days, lambda s, n: self._collect(s, n, course))

    def _end(self, course: Course, now: datetime) -> None:
        for medicine in course.regimen:
            self._monthly[medicine.drug_id] -= medicine.quantity
        if self._chance.random() < _RENEWED:
            names = [medicine.name_en for medicine in course.regimen]
            wait = course.regimen[0].interval_days + self._chance.randint(0, 6)
            self._later(
                cairo_day(now),
                wait,
                lambda s, n: self._ask(s, course.beneficiary_id, course.condition, names, now=n),
            )

    def _take_other(self, session: Session, now: datetime) -> None:
        on = cairo_day(now)
        new = self._desk.other_request(self._people.next(youngest=20), on=on)
        request_id = record_request(session, new, actor=self._staff["clerk"], now=now)
        if (self.today - on).days > self._chance.randint(3, 30):
            answer(
                session,
                request_id,
                reply="أحيل إلى الجهة المختصة وأُبلغ المواطن",
                actor=self._staff["clerk"],
                now=now + timedelta(minutes=2),
            )

    # --- the last things ---------------------------------------------------------------------

    def finish(self, session: Session) -> Showcase:
        """Hold two batches back, let a sitting decide, see that the showcase is served."""
        bring_messages(session, self.today, actor=self._staff["clerk"])
        bring_list(session, self.today, actor=self._staff["clerk"])
        wanted = [
            Wanted(medicine=self._medicines[name], quantity=self._medicines[name].quantity)
            for name in SHOWCASE_REGIMEN
        ]
        yesterday = _at(self.today - timedelta(days=1), 500)
        self._shelf.hold_some(session, now=yesterday)
        self._shelf.top_up(session, wanted, now=yesterday)
        assert self._showcase is not None, "the play reached the showcase's first day"
        authorize(session, self._staff["committee"], now=self._now)
        self._sit(session, self._ask_again(session, len(PATHS) + HELD + _WAITING))
        but = self._showcase.beneficiary_id
        put_aside(session, self._staff["pharmacist"], but=but, now=self._now)
        tell_some(session, self._staff, self._showcase.request_id, now=self._now)
        return self._showcase

    def _sit(self, session: Session, asked: Mapping[int, Course]) -> None:
        """Let the committee decide on some requests, and leave the others on their way."""
        on = self.today - timedelta(days=1)
        while is_weekend(on):
            on -= timedelta(days=1)
        now = _at(on, 90)

        def granted(request_id: int) -> Decision:
            return self._desk.decision(asked[request_id].regimen, issues=3, now=now)

        ids, committee = list(asked), Committee(self._staff, granted)
        self._life.bring_in(session, ids[len(PATHS) : len(PATHS) + HELD], now=now)
        later = now + timedelta(hours=1)
        held = committee.announce(session, on=cairo_day(now), most=HELD, now=later)
        committee.hold(session, held, now=later)
        self._life.scatter(session, ids[: len(PATHS)], now=now)
        self._life.bring_in(session, ids[len(PATHS) + HELD :], now=now)
        committee.announce(session, on=self.today + timedelta(days=4), most=HELD, now=later)

    def _ask_again(self, session: Session, count: int) -> dict[int, Course]:
        """Record another request of some persons, three days ago; return them, each as it was."""
        on = self.today - timedelta(days=3)
        firsts = {course.beneficiary_id: course for course in self._courses}
        asked = {}
        for course in list(firsts.values())[-count:]:
            new = self._desk.medicine_request(
                course.beneficiary_id, self._conditions[course.condition], course.regimen, on=on
            )
            actor = recorder(self._staff, new)
            asked[record_request(session, new, actor=actor, now=_at(on, 5))] = course
        return asked

    def _show(self, session: Session, now: datetime) -> None:
        """Put the showcase on file, approve six months, and issue the first of them."""
        given, father, grandfather, family = SHOWCASE_NAME
        some = self._people.next(youngest=52, oldest=64, sex=Sex.FEMALE)
        invented = replace(
            some,
            given_name=given,
            father_name=father,
            grandfather_name=grandfather,
            family_name=family,
        )
        beneficiary_id = self._put_on_file(session, invented, "diabetes", now=now, allergic=False)
        regimen = tuple(self._medicines[name] for name in SHOWCASE_REGIMEN)
        self._shelf.top_up(
            session, [Wanted(medicine=m, quantity=m.quantity) for m in regimen], now=now
        )
        new = self._desk.medicine_request(
            beneficiary_id, self._conditions["diabetes"], regimen, on=cairo_day(now)
        )
        actor = recorder(self._staff, new)
        request_id = record_request(session, new, actor=actor, now=now)
        decision = self._desk.decision(regimen, issues=6, now=now)
        committee = self._staff["committee"]
        approval_id = approve(session, request_id, decision, actor=committee, now=now)
        course = Course(beneficiary_id, "diabetes", request_id, regimen)
        self._begin(session, course, approval_id, 6)
        card = session.get_one(Beneficiary, beneficiary_id).card_number
        self._showcase = Showcase(
            beneficiary_id=beneficiary_id,
            request_id=request_id,
            full_name=invented.full_name,
            card_number=card,
            national_id=invented.national_id,
        )
        self._counter.collect(session, course, now=now)


def opening(now: datetime, days: int = DAYS) -> datetime:
    """Return the moment at which the pharmacy of the play opened."""
    return _at(cairo_day(now) - timedelta(days=days), 0)


def _at(day: date, minute: int) -> datetime:
    """Return so many minutes past nine in the morning, Cairo's winter time."""
    return datetime.combine(day, time(7), tzinfo=UTC) + timedelta(minutes=minute)
