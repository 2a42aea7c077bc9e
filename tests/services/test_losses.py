"""The report of losses: exact rows, net of what was undone, and equal to the account of losses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.models import Batch, Posting
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import Account, BatchStatus, ReversalReason, Role
from pharmacy.services.losses import batch_names, expired_on_hand, losses
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_out import withdraw_recalled
from pharmacy.services.voucher_view import VoucherFilter, listed
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    add_fund,
    after,
    rows,
    unique,
)
from tests.services.stock_papers import counted, lose, out, post_count, take_out

QUERY = ReportQuery(date_from=TODAY, date_to=TODAY + timedelta(days=60))
BROKEN, EXPIRED = LossReason.BROKEN, LossReason.EXPIRED


@pytest.fixture
def store(pharmacy: Pharmacy) -> Pharmacy:
    """Ten of batch 1 and one of batch 2 are lost in March, and one of the ten is undone in April.

    Batch 3 expired and lies there; 4 expired and was written off in April; 5 was recalled.
    """
    first, second = add_drug(pharmacy), add_drug(pharmacy)
    other = add_fund(pharmacy.database)
    past = TODAY - timedelta(days=1)
    add_batch(pharmacy, first, 100, 1_000)
    add_batch(pharmacy, second, 3, 100, fund_id=other)
    add_batch(pharmacy, first, 7, 77, expiry=past)
    add_batch(pharmacy, second, 5, 50, expiry=past)
    add_batch(pharmacy, first, 9, 99)
    lose(pharmacy, 1, 9)
    wrong = lose(pharmacy, 1, 1)
    lose(pharmacy, 2, 1)
    lose(pharmacy, 4, 5, EXPIRED, now=after(30))
    with pharmacy.database.transaction() as session:
        held = BatchStatus.RECALLED
        hold_batch(session, 5, held, reason="منشور", actor=pharmacy.keeper, now=NOW)
        reverse(
            session,
            wrong,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_QUANTITY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.keeper,
            now=after(31),
        )
    take_out(pharmacy, out((5, 9)), withdraw_recalled)
    # A count's difference is no loss of this report.
    post_count(pharmacy, counted((1, 90, 91)), now=after(32))
    return pharmacy


def found(store: Pharmacy, *by: Grouping, query: ReportQuery = QUERY) -> list[tuple[object, ...]]:
    with store.database.reading() as session:
        asked = losses(session, replace(query, by=by), actor=store[Role.AUDITOR])
    return [(*row.keys, row.lines, row.units, row.value) for row in asked]


def test_losses_stand_by_reason_net_of_what_was_undone(store: Pharmacy) -> None:
    assert found(store, Grouping.REASON) == [
        ("broken", 2, 10, 123),
        ("expired", 1, 5, 50),
        ("recall", 1, 9, 99),
    ]
    # What was undone counts in the month of its undoing, against its own reason.
    assert found(store, Grouping.MONTH, Grouping.REASON) == [
        ("2026-03", "broken", 3, 11, 133),
        ("2026-03", "recall", 1, 9, 99),
        ("2026-04", "broken", -1, -1, -10),
        ("2026-04", "expired", 1, 5, 50),
    ]


def test_every_arrangement_comes_to_the_account_of_losses(store: Pharmacy) -> None:
    posted = rows(store.database, Posting.amount, account=Account.LOSSES)
    total = sum(amount for (amount,) in posted)
    by = (Grouping.DRUG, Grouping.FUND, Grouping.SITE, Grouping.BATCH, Grouping.MONTH)
    assert {one: sum(row[-1] for row in found(store, one)) for one in by} == dict.fromkeys(
        by, total
    )
    assert found(store, Grouping.FUND, query=replace(QUERY, fund_id=2)) == [(2, 1, 1, 33)]
    assert found(store, Grouping.BATCH, query=replace(QUERY, drug_id=1)) == [
        (1, 1, 9, 90),
        (5, 1, 9, 99),
    ]
    with store.database.reading() as session:
        named = batch_names(session, [1])
        ((lot,),) = rows(store.database, Batch.lot, id=1)
        assert named[1][0] == f"ميتفورمين · {lot} · 06/2028"


def test_the_documents_behind_a_reason_are_listed(store: Pharmacy) -> None:
    with store.database.reading() as session:

        def lost(reason: str, fund_id: int | None = None) -> list[int]:
            wanted = VoucherFilter(lost=reason, fund_id=fund_id)
            return [row[3] for row in session.execute(listed(wanted, actor=store[Role.FINANCE]))]

        assert lost("broken") == [10, -33, -10, -90]
        assert lost("recall") == [-99]
        assert lost("any", 2) == [-33]
        assert -sum(lost("any")) == 123 + 50 + 99


def test_what_expired_and_was_not_written_off_stands_apart(store: Pharmacy) -> None:
    auditor = store[Role.AUDITOR]

    def there(query: ReportQuery) -> list[tuple[int, int, int]]:
        with store.database.reading() as session:
            listed_now = expired_on_hand(session, query, actor=auditor)
        return [(row.batch_id, row.units, row.value) for row in listed_now]

    assert there(replace(QUERY, date_to=TODAY)) == [(3, 7, 77), (4, 5, 50)]
    assert there(QUERY) == [(3, 7, 77)]
    assert there(replace(QUERY, drug_id=2)) == []


def test_reports_of_losses_are_for_those_who_see_reports(store: Pharmacy) -> None:
    backwards = replace(QUERY, date_to=TODAY - timedelta(days=1), by=(Grouping.REASON,))
    with store.database.reading() as session:
        for report in (losses, expired_on_hand):
            with pytest.raises(NotPermitted):
                report(session, QUERY, actor=store.keeper)
            with pytest.raises(InvalidPeriod):
                report(session, backwards, actor=store[Role.AUDITOR])
