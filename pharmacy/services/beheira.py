"""The governorate's published figures, rebuilt whole: ``pharmacy demo --scale beheira``.

Every count comes out exactly, and so does the money, through the rules of real work: batches are
chosen, valued, shared, posted, numbered and sealed by the functions that the counter uses; only
the rows are written in chunks. The same seed rebuilds the same governorate, to the last seal.

How the total is met: what people collect is decided first; the shelf is then played through in
memory to learn what it would cost at reference prices, once more at the prices that follow from
that, and what is still missing is what a few costly medicines, bought by name, came to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pharmacy.db import Database, reset_identities
from pharmacy.models import Batch, Centre, CitizenRequest, RequestSeries, Voucher
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services import seeding
from pharmacy.services.beheira_crew import crew
from pharmacy.services.beheira_ledger import TABLES as LEDGER_TABLES
from pharmacy.services.beheira_ledger import Book, Ledger, Tally, case_of, order_of
from pharmacy.services.beheira_market import (
    DONORS,
    MILLION,
    RESTRICTED_CONDITION,
    SUPPLIERS,
    Market,
)
from pharmacy.services.beheira_money import Treasury
from pharmacy.services.beheira_people import SPECIALS, Course, at
from pharmacy.services.beheira_requests import TABLES as REQUEST_TABLES
from pharmacy.services.beheira_requests import Desk
from pharmacy.services.beheira_scale import PUBLISHED, Scale, apportion
from pharmacy.services.beheira_shelf import Shelf, funds
from pharmacy.services.beheira_stream import Stream
from pharmacy.services.bulk import Bulk, last_id
from pharmacy.services.supplier import add_supplier

__all__ = ["PUBLISHED", "SEED", "Progress", "Scale", "rebuild"]

SEED = 2018
Progress = Callable[[str, int, int], None]
"""Hears the step (`requests`, `costing`, `dispensings`), how much is done, and of how much."""

_SPECIAL_MILLE = 12


def rebuild(
    database: Database,
    *,
    seed: int = SEED,
    scale: Scale = PUBLISHED,
    progress: Progress | None = None,
) -> None:
    """Rebuild the years of a scale in a database that holds no requests and no vouchers yet.

    Reference data that is missing is added. Staff on file does the work; where a trade has nobody,
    an account of the past without a password does.

    Args:
        database: Migrated; its seal key signs the vouchers.
        seed: The same seed gives the same rows.
        scale: How much of everything.
        progress: Hears how far it has come.
    """
    _Rebuilding(database, seed, scale, progress or _unheard).run()


def _unheard(_step: str, _done: int, _total: int) -> None:
    """Do without a listener."""


class _Rebuilding:
    """One run; its parts share the plan that the requests leave behind."""

    def __init__(self, database: Database, seed: int, scale: Scale, progress: Progress) -> None:
        self._database = database
        self._seed = seed
        self._scale = scale
        self._progress = progress
        self._days = scale.days()

    def run(self) -> None:
        began = at(self._scale.first_day, 0)
        with self._database.transaction() as session:
            seeding.seed(session, now=began)
            _refuse_used(session)
            self._crew = crew(session, now=began)
            self._suppliers = (
                self._parties(session, SUPPLIERS, PartyKind.SUPPLIER, began),
                self._parties(session, DONORS, PartyKind.DONOR, began),
            )
        desk = self._requests()
        with self._database.reading() as session:
            self._funds = funds(session)
            self._first_batch = last_id(session, Batch)
        self._restricted = desk.treatment.only_for(RESTRICTED_CONDITION)
        self._courses = desk.courses
        self._visits = _by_day(desk.courses)
        price, missing = self._cost()
        self._dispense(price, missing, desk.event_id)
        with self._database.transaction() as session:
            reset_identities(session)
            session.execute(text("ANALYZE"))
        self._pay()

    def _parties(
        self, session: Session, names: Sequence[str], kind: PartyKind, now: datetime
    ) -> list[int]:
        return [
            add_supplier(session, name, kind=kind, actor=self._crew.keeper, now=now)
            for name in names
        ]

    # --- requests ----------------------------------------------------------------------------

    def _requests(self) -> Desk:
        with self._database.reading() as session:
            centres = session.execute(select(Centre.id, Centre.kind).order_by(Centre.code)).all()
            places = [(row.id, row.kind) for row in centres]
            desk = Desk(
                session,
                scale=self._scale,
                stream=Stream(self._scale, places, self._seed),
                crew=self._crew,
                seed=self._seed,
            )
        done = 0
        for _, days in groupby(desk.days(), key=lambda pair: pair[0].year):
            with (
                self._database.transaction() as session,
                Bulk(session, REQUEST_TABLES) as bulk,
            ):
                for day, asked in days:
                    desk.take(bulk, day, asked)
                    done += len(asked)
                    self._progress("requests", done, self._scale.requests)
        with self._database.transaction() as session:
            for year, number in desk.numbers.items():
                session.merge(RequestSeries(year=year, last_number=number))
        return desk

    # --- money -------------------------------------------------------------------------------

    def _market(self, price: int) -> Market:
        return Market(
            self._courses,
            funds=self._funds,
            suppliers=self._suppliers,
            price_millionths=price,
            restricted=self._restricted,
            period=(self._scale.first_day, self._scale.last_day),
            seed=self._seed,
        )

    def _cost(self) -> tuple[int, int]:
        """Return the share of reference prices that was paid, and what the special cases cost."""
        target = self._scale.dispensed
        kept_back = target * _SPECIAL_MILLE // 1000 if self._scale.special_cases else 0
        price = (target - kept_back) * MILLION // self._tally(MILLION, 0)
        missing = target - self._tally(price, 1)
        assert missing >= self._scale.special_cases, "the special cases have something to cost"
        return price, missing

    def _tally(self, price: int, number: int) -> int:
        shelf = Shelf(self._funds, self._first_batch)
        tally = Tally(shelf)
        market = self._market(price)
        for done, day in enumerate(self._days, start=1):
            self._play(day, shelf, market, tally, {})
            self._progress("costing", number * len(self._days) + done, 2 * len(self._days))
        return tally.total

    # --- dispensings -------------------------------------------------------------------------

    def _dispense(self, price: int, missing: int, event_id: int) -> None:
        special = sorted(course.special for course in self._courses if course.special)
        kinds = tuple(SPECIALS.values())
        weights = [kinds[number % len(kinds)][2] for number in special]
        values = dict(zip(special, apportion(missing, weights or [1]), strict=False))
        shelf = Shelf(self._funds, self._first_batch)
        market = self._market(price)
        with self._database.reading() as session:
            key: bytes = session.info["seal_key"]
            ledger = Ledger(
                session,
                shelf=shelf,
                funds=self._funds,
                crew=self._crew,
                event_id=event_id,
                key=key,
            )
        for days in _years(self._days):
            with (
                self._database.transaction() as session,
                Bulk(session, LEDGER_TABLES) as bulk,
            ):
                ledger.bulk = bulk
                for day in days:
                    self._play(day, shelf, market, ledger, values)
                    self._progress("dispensings", (day - self._days[0]).days + 1, len(self._days))
                ledger.settle(session)
        assert ledger.total == self._scale.dispensed, "dispensed to the piastre"
        assert len(ledger.persons) == self._scale.beneficiaries, "everybody was treated"

    def _pay(self) -> None:
        """Play the money behind the goods, year by year."""
        funds_by_code = {code: fund.fund_id for code, fund in self._funds.items()}
        treasury = Treasury(self._crew.finance, funds_by_code, seed=self._seed)
        for days in _years(self._days):
            with self._database.transaction() as session:
                treasury.play(session, days[0], days[-1])

    def _play(
        self, day: date, shelf: Shelf, market: Market, book: Book, values: dict[int, int]
    ) -> None:
        """Play a day: what comes in, then everybody who comes; special cases only with values."""
        for receipt in market.receipts(day, shelf):
            book.received(receipt, shelf.put(receipt, day), day)
        visitors = self._visits.get(day, ())
        for _, course in visitors:
            if course.special in values:
                receipt = market.for_one(course, day, values[course.special])
                book.received(receipt, shelf.put(receipt, day), day)
        for number, course in visitors:
            if course.special and course.special not in values:
                continue
            case = case_of(course, self._crew.committee.staff_id or 0)
            book.dispensed(course, case, order_of(course, case, number), day)


def _refuse_used(session: Session) -> None:
    used = last_id(session, CitizenRequest) or last_id(session, Voucher)
    assert not used, "the years are rebuilt in a database that holds none yet"


def _by_day(courses: Sequence[Course]) -> dict[date, list[tuple[int, Course]]]:
    """Return who comes on each day, with the number of the visit."""
    visits: dict[date, list[tuple[int, Course]]] = defaultdict(list)
    number = 0
    for course in courses:
        for day in course.visits:
            number += 1
            visits[day].append((number, course))
    return visits


def _years(days: Sequence[date]) -> Iterator[list[date]]:
    """Give the days year by year: each is one transaction."""
    for _, of_year in groupby(days, key=lambda day: day.year):
        yield list(of_year)
