"""Whatever is done in whatever order: the ledger says what a dictionary of batches says.

Hypothesis makes up days of work; a plain model keeps units and piastres by the batch. After every
day each promise of the ledger is tried. Each engine has its own, smaller, run.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
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
    BatchNeverIssued,
    CannotReverse,
    InsufficientStock,
    InvalidStockLine,
    PeriodClosed,
    PeriodNotClosable,
)
from pharmacy.models import Batch, DispensingLine, Supplier
from pharmacy.rules.calendar import cairo_day, month_key, month_start
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import BatchStatus, PartyKind, ReversalReason, Role
from pharmacy.services.period import close_period
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.stock_out import issue_to_institution, return_to_supplier, write_off
from pharmacy.services.transfer import Transfer, arrive, send
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_row,
    add_site,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    unique,
)
from tests.conftest import SEAL_KEY
from tests.services.stock_papers import (
    back,
    batch_opened_by,
    bring_back,
    counted,
    out,
    post_count,
    take_out,
)
from tests.services.verified import faults

MakeUrl = Callable[[], str]
LEAVING: dict[str, Callable[..., int]] = {
    "lost": write_off,
    "returned": return_to_supplier,
    "issued": issue_to_institution,
}


@dataclass
class Shelf:
    """A batch as the model knows it."""

    units: int
    value: int
    expires_in: int
    free: bool = True
    came: tuple[int, int] = (1, 0)
    brought_back: int | None = None
    away: bool = False

    def take(self, units: int) -> int:
        """Take units out; return the piastres that leave with them."""
        value = half_up(Fraction(self.value * units, self.units))
        self.units, self.value = self.units - units, self.value - value
        return value


@dataclass
class Given:
    """A dispensing as the model knows it: (batch, units, piastres) and whether it was undone."""

    parts: list[tuple[int, int, int]]
    undone: bool = False
    came_back: int = 0


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


@dataclass
class Model:
    """What a dictionary says: first expiry first, the last take the rest."""

    day: int = 0
    shelves: dict[int, Shelf] = field(default_factory=dict)
    given: dict[int, Given] = field(default_factory=dict)
    papers: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def here(self, pick: int) -> tuple[int, Shelf]:
        """Return one of the batches that lie at the counter."""
        found = [(k, s) for k, s in self.shelves.items() if not s.away]
        return found[pick % len(found)]

    def usable(self) -> list[tuple[int, Shelf]]:
        fit = [(k, s) for k, s in self.shelves.items() if s.units and s.free and not s.away]
        fit = [(k, s) for k, s in fit if s.expires_in >= self.day]
        return sorted(fit, key=lambda pair: (pair[1].expires_in, pair[0]))

    def take(self, units: int) -> list[tuple[int, int, int]]:
        parts = []
        for batch_id, shelf in self.usable():
            if not units:
                break
            take = min(units, shelf.units)
            parts.append((batch_id, take, shelf.take(take)))
            units -= take
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
        hospital = Supplier(name="مستشفى", kind=PartyKind.INSTITUTION)
        self.hospital = add_row(self.database, hospital)
        away = add_site(self.database)
        self.branch = add_actor(self.database, Role.STORE_KEEPER, site_id=away)
        self.model = Model()

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.model.day)

    @rule(units=st.integers(1, 60), value=st.integers(0, 5_000), lasts=st.integers(0, 90))
    def receive(self, units: int, value: int, lasts: int) -> None:
        day = self.model.day
        expiry = TODAY + timedelta(days=day + lasts)
        batch = add_batch(self.pharmacy, self.drug, units, value, expiry=expiry, now=self.now)
        self.model.shelves[batch] = Shelf(units, value, day + lasts, came=(units, value))

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
        if given.undone or given.came_back:
            with pytest.raises(AlreadyReversed if given.undone else CannotReverse):
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
        batch_id, shelf = self.model.here(pick)
        ((brought_by,),) = rows(self.database, Batch.voucher_id, id=batch_id)
        if (shelf.units, shelf.value) != shelf.came:
            with pytest.raises((AlreadyReversed, CannotReverse)):
                self._reverse(brought_by, Role.STORE_KEEPER)
            return
        self._reverse(brought_by, Role.STORE_KEEPER)
        if shelf.brought_back is not None:
            self.model.given[shelf.brought_back].came_back -= shelf.units
        shelf.units = shelf.value = 0

    @precondition(lambda self: self.model.shelves)
    @rule(pick=st.integers(0, 999), units=st.integers(1, 40), how=st.sampled_from(list(LEAVING)))
    def leave(self, pick: int, units: int, how: str) -> None:
        """Write off, return to the supplier, or issue to an institution."""
        batch_id, shelf = self.model.here(pick)
        lapsed = shelf.expires_in < self.model.day
        party = self.hospital if how == "issued" else self.pharmacy.supplier_id
        facts: dict[str, object] = {"supplier_id": party}
        if how == "lost":
            facts = {"reason": LossReason.EXPIRED if lapsed else LossReason.BROKEN}
            if shelf.brought_back is not None:
                facts = {"reason": LossReason.CITIZEN_RETURN}
        allowed = how == "lost" or (shelf.brought_back is None and how == "returned")
        allowed = allowed or (how == "issued" and shelf.free and not lapsed)
        wanted = out((batch_id, units), document_reference="CN", **facts)
        if not allowed or units > shelf.units:
            with pytest.raises(InvalidStockLine):
                take_out(self.pharmacy, wanted, LEAVING[how], now=self.now)
            return
        voucher = take_out(self.pharmacy, wanted, LEAVING[how], now=self.now)
        self.model.papers[voucher] = [(batch_id, -units, -shelf.take(units))]

    @precondition(lambda self: self.model.shelves)
    @rule(pick=st.integers(0, 999), there=st.integers(0, 70))
    def count(self, pick: int, there: int) -> None:
        batch_id, shelf = self.model.here(pick)
        over = there - shelf.units
        voucher = post_count(self.pharmacy, counted((batch_id, there, shelf.units)), now=self.now)
        if over < 0:
            self.model.papers[voucher] = [(batch_id, over, -shelf.take(-over))]
        elif over > 0:
            value = half_up(Fraction(shelf.came[1] * over, shelf.came[0]))
            shelf.units, shelf.value = there, shelf.value + value
            self.model.papers[voucher] = [(batch_id, over, value)]

    @precondition(lambda self: self.model.given)
    @rule(pick=st.integers(0, 999), units=st.integers(1, 30))
    def bring_back(self, pick: int, units: int) -> None:
        dispensing, given = list(self.model.given.items())[pick % len(self.model.given)]
        batch_id, most, _ = given.parts[0]
        wanted = back(dispensing, (1, units))
        if given.undone or units > most - given.came_back:
            with pytest.raises(InvalidStockLine):
                bring_back(self.pharmacy, wanted, now=self.now)
            return
        batch = batch_opened_by(self.pharmacy, bring_back(self.pharmacy, wanted, now=self.now))
        given.came_back += units
        ends = self.model.shelves[batch_id].expires_in
        self.model.shelves[batch] = Shelf(
            units, 0, ends, free=False, came=(units, 0), brought_back=dispensing
        )

    @precondition(lambda self: self.model.papers)
    @rule(pick=st.integers(0, 999))
    def undo_paper(self, pick: int) -> None:
        voucher, moved = list(self.model.papers.items())[pick % len(self.model.papers)]
        ((batch_id, units, value),) = moved
        shelf = self.model.shelves[batch_id]
        left = (shelf.units - units, shelf.value - value)
        if units > 0 and left != (0, 0) and (left[0] <= 0 or left[1] < 0):
            with pytest.raises(CannotReverse):
                self._reverse(voucher, Role.STORE_KEEPER)
            return
        self._reverse(voucher, Role.STORE_KEEPER)
        shelf.units, shelf.value = left
        del self.model.papers[voucher]

    @precondition(lambda self: self.model.shelves)
    @rule(pick=st.integers(0, 999), units=st.integers(1, 30))
    def transfer(self, pick: int, units: int) -> None:
        """Send to the branch, where it arrives at once."""
        batch_id, shelf = self.model.here(pick)
        if not shelf.free or units > shelf.units:
            with pytest.raises(InvalidStockLine):
                self._send(batch_id, units)
            return
        sent = self._send(batch_id, units)
        with self.database.transaction() as session:
            arrive(session, sent, submission_id=unique("in"), actor=self.branch, now=self.now)
        value = shelf.take(units)
        arrived = Shelf(units, value, shelf.expires_in, came=(units, value), away=True)
        self.model.shelves[max(self.model.shelves) + 1] = arrived

    def _send(self, batch_id: int, units: int) -> int:
        parcel = Transfer(
            submission_id=unique("out"),
            to_site_id=self.branch.site_id,
            lines=[BatchLine(batch_id=batch_id, quantity=units)],
        )
        with self.database.transaction() as session:
            return send(session, parcel, actor=self.pharmacy.keeper, now=self.now)

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
        batch_id, shelf = self.model.here(pick)
        status = BatchStatus.QUARANTINED if shelf.free else BatchStatus.AVAILABLE
        never = pytest.raises(BatchNeverIssued) if shelf.brought_back is not None else nullcontext()
        with never, self.database.transaction() as session:
            keeper = self.pharmacy.keeper
            hold_batch(session, batch_id, status, reason="فحص", actor=keeper, now=self.now)
        shelf.free = not shelf.free and shelf.brought_back is None

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.model.day += days

    @rule()
    def close_last_month(self) -> None:
        month = month_key(month_start(cairo_day(self.now)) - timedelta(days=1))
        finance = self.pharmacy[Role.FINANCE]
        with suppress(PeriodClosed, PeriodNotClosable), self.database.transaction() as session:
            close_period(session, month, reason="لم تُجرد بعد", actor=finance, now=self.now)

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
