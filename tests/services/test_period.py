"""Closing a month: in order, once it is over, and then nothing enters it."""

from datetime import UTC, datetime

import pytest

from pharmacy.errors import NotPermitted, PeriodClosed, PeriodNotClosable
from pharmacy.models import AuditEvent, ClosedPeriod
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.closed_months import last_closed
from pharmacy.services.period import close_period
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)
from tests.services.verified import faults

IN_APRIL = after(40)
MIDNIGHT_OF_APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)  # Cairo's, winter time


def close(
    pharmacy: Pharmacy, month: str, *, now: datetime = IN_APRIL, role: Role = Role.FINANCE
) -> int:
    with pharmacy.database.transaction() as session:
        return close_period(session, month, actor=pharmacy[role], now=now)


def test_a_closed_month_holds_a_count_and_a_digest(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000, now=NOW)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    assert close(pharmacy, "2026-03") == 2
    database = pharmacy.database
    (row,) = rows(database, ClosedPeriod.month, ClosedPeriod.vouchers, ClosedPeriod.closed_by)
    assert row == ("2026-03", 2, pharmacy[Role.FINANCE].staff_id)
    (event,) = rows(database, AuditEvent.action, AuditEvent.noun_id, noun="period")
    assert event == ("close", "2026-03")
    with database.reading() as session:
        assert last_closed(session) == "2026-03"
    assert faults(database) == {}


def test_nothing_enters_a_closed_month(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000, now=NOW)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    waiting = approve_request(pharmacy, item(drug))
    close(pharmacy, "2026-03", now=MIDNIGHT_OF_APRIL)
    before = snapshot(pharmacy.database)
    # A machine whose clock is set back.
    with pytest.raises(PeriodClosed) as refused:
        hand_out(pharmacy, order(waiting, 30))
    assert refused.value.month == "2026-03"
    with pytest.raises(PeriodClosed):
        add_batch(pharmacy, drug, 1, 1, now=NOW)
    with pytest.raises(PeriodClosed), pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=NOW,
        )
    assert snapshot(pharmacy.database) == before
    hand_out(pharmacy, order(waiting, 30), now=MIDNIGHT_OF_APRIL)
    assert faults(pharmacy.database) == {}


def test_a_fact_of_a_closed_month_is_undone_in_the_open_one(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000, now=NOW)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    close(pharmacy, "2026-03")
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=after(41),
        )
    assert faults(pharmacy.database) == {}


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        ("2026-13", "format"),
        ("2026-3", "format"),
        ("٢٠٢٦-٠٣", "format"),
        ("2026-04", "not_over"),
        ("2027-01", "not_over"),
        ("2026-03", "earlier_open"),
    ],
)
def test_a_month_that_cannot_be_closed(pharmacy: Pharmacy, month: str, reason: str) -> None:
    add_batch(pharmacy, add_drug(pharmacy), 1, 1)  # in February
    before = snapshot(pharmacy.database)
    with pytest.raises(PeriodNotClosable) as refused:
        close(pharmacy, month)
    assert (refused.value.month, refused.value.reason) == (month, reason)
    assert snapshot(pharmacy.database) == before


def test_the_last_minute_of_a_month_belongs_to_it(pharmacy: Pharmacy) -> None:
    with pytest.raises(PeriodNotClosable):
        close(pharmacy, "2026-03", now=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    close(pharmacy, "2026-03", now=MIDNIGHT_OF_APRIL)


def test_a_month_is_closed_once(pharmacy: Pharmacy) -> None:
    close(pharmacy, "2026-03")
    with pytest.raises(PeriodClosed):
        close(pharmacy, "2026-03")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_closes(pharmacy: Pharmacy, role: Role) -> None:
    with pytest.raises(NotPermitted):
        close(pharmacy, "2026-03", role=role)
    assert rows(pharmacy.database, ClosedPeriod.month) == []
