"""Whatever is done in whatever order: the ledger says what a dictionary of batches says.

Hypothesis makes up days of work; a plain model keeps units and piastres by the batch. After every
day each promise of the ledger is tried. Each engine has its own, smaller, run.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pharmacy.db import Database
from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    InsufficientStock,
    PeriodClosed,
    PeriodNotClosable,
)
from pharmacy.models import Batch, DispensingLine
from pharmacy.rules.calendar import cairo_day, month_key, month_start
from pharmacy.rules.vocabulary import BatchStatus, ReversalReason, Role
from pharmacy.services.period import close_period
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    unique,
)
from tests.conftest import SEAL_KEY
from tests.services.verified import faults

MakeUrl = Callable[[], str]


@dataclass
class Shelf:
    """A batch as the model knows it."""

    units: int
    value: int
    expires_in: int
    free: bool = True


@dataclass
class Given:
    """A dispensing as the model knows it: (batch, units, piastres) and whether it was undone."""

    parts: list[tuple[int, int, int]]
    undone: bool = False


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


@dataclass
class Model:
    """What a dictionary says: first expiry first, the last take the rest."""

    day: int = 0
    shelves: dict[int, Shelf] = field(default_factory=dict)
    given: dict[int, Given] = field(default_factory=dict)

    def usable(self) -> list[tuple[int, Shelf]]:
        fit = [(k, s) for k, s in self.shelves.items() if s.units and s.free]
        fit = [(k, s) for k, s in fit if s.expires_in >= self.day]
        return sorted(fit, key=lambda pair: (pair[1].expires_in, pair[0]))

    def take(self, units: int) -> list[tuple[int, int, int]]:
        parts = []
        for batch_id, shelf in self.usable():
            if not units:
                break
            take = min(units, shelf.units)
            value = half_up(Fraction(shelf.value * take, shelf.units))
            shelf.units, shelf.value, units = shelf.units - take, shelf.value - value, units - take
            parts.append((batch_id, take, value))
        return parts


class Ledger(RuleBasedStateMachine):
    """Days at the counter."""

    new_url: MakeUrl
    key: bytes

    @initialize()
    def open(self) -> None:
        self.database = Database(type(self).new_url(), seal_key=type(self).key)
        self.pharmacy: Pharmacy = open_pharmacy(self.database)
        self.drug = add_drug(self.pharmacy)
        self.model = Model()

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.model.day)

    @rule(units=st.integers(1, 60), value=st.integers(0, 5_000), lasts=st.integers(0, 90))
    def receive(self, units: int, value: int, lasts: int) -> None:
        day = self.model.day
        expiry = TODAY + timedelta(days=day + lasts)
        batch = add_batch(self.pharmacy, self.drug, units, value, expiry=expiry, now=self.now)
        self.model.shelves[batch] = Shelf(units, value, day + lasts)

    @rule(units=st.integers(1, 70), partial=st.booleans())
    def dispense(self, units: int, partial: bool) -> None:  # noqa: FBT001 - Hypothesis gives it by name
        there = sum(shelf.units for _, shelf in self.model.usable())
        today = cairo_day(self.now)
        # A course of one day, so that first expiry first is the whole rule.
        approved = approve_request(self.pharmacy, item(self.drug, units, days=1), valid_until=today)
        wanted = order(approved, units, partial=partial)
        if there < units and not (partial and there):
            with pytest.raises(InsufficientStock) as refused:
                hand_out(self.pharmacy, wanted, now=self.now)
            assert refused.value.available == there
            return
        voucher = hand_out(self.pharmacy, wanted, now=self.now)
        parts = self.model.take(min(units, there))
        columns = (DispensingLine.batch_id, DispensingLine.quantity, DispensingLine.cost)
        assert rows(self.database, *columns, voucher_id=voucher) == parts
        self.model.given[voucher] = Given(parts)

    @precondition(lambda self: self.model.given)
    @rule(pick=st.integers(0, 999))
    def undo(self, pick: int) -> None:
        voucher, given = list(self.model.given.items())[pick % len(self.model.given)]
        if given.undone:
            with pytest.raises(AlreadyReversed):
                self._reverse(voucher, Role.PHARMACIST)
            return
        self._reverse(voucher, Role.PHARMACIST)
        given.undone = True
        for batch_id, units, value in given.parts:
            shelf = self.model.shelves[batch_id]
            shelf.units, shelf.value = shelf.units + units, shelf.value + value

    @precondition(lambda self: self.model.shelves)
    @rule(pick=st.integers(0, 999))
    def send_back(self, pick: int) -> None:
        batch_id, shelf = list(self.model.shelves.items())[pick % len(self.model.shelves)]
        columns = (Batch.voucher_id, Batch.received_quantity, Batch.received_value)
        ((receipt, *received),) = rows(self.database, *columns, id=batch_id)
        if [shelf.units, shelf.value] != received:
            with pytest.raises((AlreadyReversed, CannotReverse)):
                self._reverse(receipt, Role.STORE_KEEPER)
            return
        self._reverse(receipt, Role.STORE_KEEPER)
        shelf.units = shelf.value = 0

    def _reverse(self, voucher: int, role: Role) -> None:
        with self.database.transaction() as session:
            reverse(
                session,
                voucher,
                submission_id=unique("undo"),
                reason=ReversalReason.WRONG_ENTRY,
                second=self.pharmacy[Role.MANAGER],
                actor=self.pharmacy[role],
                now=self.now,
            )

    @precondition(lambda self: self.model.shelves)
    @rule(pick=st.integers(0, 999))
    def hold_or_release(self, pick: int) -> None:
        batch_id, shelf = list(self.model.shelves.items())[pick % len(self.model.shelves)]
        status = BatchStatus.QUARANTINED if shelf.free else BatchStatus.AVAILABLE
        with self.database.transaction() as session:
            keeper = self.pharmacy.keeper
            hold_batch(session, batch_id, status, reason="فحص", actor=keeper, now=self.now)
        shelf.free = not shelf.free

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.model.day += days

    @rule()
    def close_last_month(self) -> None:
        month = month_key(month_start(cairo_day(self.now)) - timedelta(days=1))
        finance = self.pharmacy[Role.FINANCE]
        with suppress(PeriodClosed, PeriodNotClosable), self.database.transaction() as session:
            close_period(session, month, actor=finance, now=self.now)

    @invariant()
    def the_books_say_what_the_dictionary_says(self) -> None:
        if hasattr(self, "model"):
            kept = rows(self.database, Batch.id, Batch.on_hand, Batch.value_on_hand)
            assert kept == [(k, s.units, s.value) for k, s in self.model.shelves.items()]

    def teardown(self) -> None:
        if hasattr(self, "model"):
            assert faults(self.database) == {}
            self.database.dispose()


def test_the_ledger_says_what_a_dictionary_says(engine_name: str, new_url: MakeUrl) -> None:
    class OnThisEngine(Ledger):
        pass

    OnThisEngine.new_url = staticmethod(new_url)
    OnThisEngine.key = SEAL_KEY
    run_state_machine_as_test(
        OnThisEngine,
        settings=settings(
            max_examples=12 if engine_name == "embedded" else 5,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
