"""Whatever is done in whatever order: the books balance, and the shelves prove them, at every step.

Hypothesis makes up histories of goods, dispensing, undoing, late money and papers, invoices, claims
and counts that are taken back, and closings;
after each step the trial balance is zero and the proof page has no difference, whether the figures
come from closed months or not. At the end the ledger verifies, and totals equal the detail.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pharmacy.db import Database
from pharmacy.models import CashCount, ClaimReversal, ClosedPeriod, InvoiceReversal, Voucher
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import Role, VoucherKind
from pharmacy.services.ledger_totals import balances
from pharmacy.services.proof import proof
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.stock_totals import stock_over
from tests.builders import TODAY, open_pharmacy, rows
from tests.conftest import SEAL_KEY
from tests.services.behind import without_totals
from tests.services.books import History
from tests.services.verified import faults

MakeUrl = Callable[[], str]
WINDOW = timedelta(days=45)


class Books(RuleBasedStateMachine):
    """Days at the counter, in the store and in the office."""

    new_url: MakeUrl
    happened: Counter[str]

    @initialize()
    def open(self) -> None:
        self.database = Database(type(self).new_url(), seal_key=SEAL_KEY)
        self.history = History(open_pharmacy(self.database), 0)
        self.history.receive()

    @rule(seed=st.integers(0, 999_999))
    def work(self, seed: int) -> None:
        self.history.random.seed(seed)
        self.history.work()

    @rule(seed=st.integers(0, 999_999))
    def write_papers(self, seed: int) -> None:
        self.history.random.seed(seed)
        self.history.write_papers()

    @rule(days=st.integers(5, 35))
    def wait(self, days: int) -> None:
        self.history.day += days

    @rule()
    def close_last_month(self) -> None:
        self.history.close_if_it_may()

    @invariant()
    def the_books_balance_and_the_shelves_prove_them(self) -> None:
        if not hasattr(self, "history"):
            return
        last = cairo_day(self.history.now)
        first = max(TODAY, last - WINDOW)
        auditor = self.history.pharmacy[Role.AUDITOR]
        query = ReportQuery(date_from=first, date_to=last, by=(Grouping.BATCH,))
        with self.database.reading() as session:
            books = balances(session, first, last)
            proven = proof(session, query, actor=auditor)
            shelves = stock_over(session, first, last)
        assert sum(one.opening for one in books) == 0
        assert sum(one.closing for one in books) == 0
        assert proven.holds
        # The shelves by totals of closed months are those of the proof, read from the documents.
        closing = proven.total.closing
        told = [one.closing for one in shelves.values()]
        assert (sum(units for units, _ in told), sum(value for _, value in told)) == (
            closing.units,
            closing.piastres,
        )

    def teardown(self) -> None:
        if hasattr(self, "history"):
            days = (TODAY, cairo_day(self.history.now))
            with self.database.reading() as session:
                told = (balances(session, *days, by_site=True), stock_over(session, *days))
            with without_totals(self.database) as session:
                assert (balances(session, *days, by_site=True), stock_over(session, *days)) == told
            assert faults(self.database) == {}
            happened = type(self).happened
            happened["closed"] += len(rows(self.database, ClosedPeriod.month))
            late = rows(self.database, Voucher.fact_date)
            happened["late"] += sum(on is not None for (on,) in late)
            happened["undone"] += len(rows(self.database, Voucher.id, kind=VoucherKind.REVERSAL))
            happened["invoices undone"] += len(rows(self.database, InvoiceReversal.invoice_id))
            happened["decisions undone"] += len(rows(self.database, ClaimReversal.claim_id))
            happened["counts"] += len(rows(self.database, CashCount.voucher_id))
            self.database.dispose()


def test_the_books_balance_and_prove_themselves_in_any_history(
    engine_name: str, new_url: MakeUrl
) -> None:
    class OnThisEngine(Books):
        pass

    OnThisEngine.new_url = staticmethod(new_url)
    OnThisEngine.happened = Counter()
    run_state_machine_as_test(
        OnThisEngine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(OnThisEngine.happened) == set(+OnThisEngine.happened), OnThisEngine.happened
