"""The drawer of a counter: what citizens paid is counted once, handed over, and posted exactly."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    DrawerMoved,
    InsufficientFunds,
    InvalidMoney,
    MissingFact,
    NotPermitted,
    OwnSignature,
    SignatureRefused,
    SubmissionConflict,
)
from pharmacy.models import AuditEvent, CashCount, CashPiece, Fund, Posting, Voucher
from pharmacy.rules.vocabulary import Account, FundKind, ReversalReason, Role
from pharmacy.services.drawer import DrawerCount, count_drawer, drawer, try_count
from pharmacy.services.drawer_view import cash_counts, count_of
from pharmacy.services.money import pay_out
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_fund,
    add_site,
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
from tests.treasury import add_office, money


def sold(pharmacy: Pharmacy, value: int, *, fund_id: int | None = None, days: int = 0) -> int:
    """Hand out medicine worth so many piastres, half of it paid by the citizen."""
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 10, value, fund_id=fund_id)
    approved = approve_request(pharmacy, item(drug, 10), citizen_basis_points=5000)
    return hand_out(pharmacy, order(approved, 10), now=after(days))


def overdraw(pharmacy: Pharmacy) -> None:
    """Give back 20 pounds of a fund that has paid them out, from another fund's 30 in the drawer.

    The notes that are left are counted and handed over; the first fund's cash is then 20 below
    zero. The finance office is there.
    """
    dispensed = sold(pharmacy, 40_00)
    count(pharmacy, {20_00: 1})
    with pharmacy.database.transaction() as session:
        paid = money(pharmacy, 20_00, account=Account.EXPENSES)
        pay_out(session, paid, actor=pharmacy[Role.FINANCE], now=NOW)
    sold(pharmacy, 60_00, fund_id=add_fund(pharmacy.database))
    give_back(pharmacy, dispensed)
    count(pharmacy, {10_00: 1}, days=1)


def give_back(pharmacy: Pharmacy, voucher_id: int) -> None:
    """Undo a dispensing, and with it the share that was paid."""
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.NOT_COLLECTED,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=after(1),
        )


def expected(pharmacy: Pharmacy) -> int:
    with pharmacy.database.reading() as session:
        return drawer(session, pharmacy.site_id).expected


def count(pharmacy: Pharmacy, pieces: dict[int, int], days: int = 0, **facts: object) -> int:
    given = {"submission_id": unique("count"), "pieces": pieces, "shown": expected(pharmacy)}
    with pharmacy.database.transaction() as session:
        return count_drawer(
            session,
            DrawerCount(**{**given, **facts}),  # type: ignore[arg-type]
            received_by=pharmacy[Role.FINANCE],
            actor=pharmacy.pharmacist,
            now=after(days),
        )


def postings(pharmacy: Pharmacy, voucher_id: int) -> list[tuple[int, str, int]]:
    query = select(Posting.fund_id, Posting.account, Posting.amount)
    with pharmacy.database.reading() as session:
        found = session.execute(query.where(Posting.voucher_id == voucher_id).order_by(Posting.id))
        return [(fund, account.value, amount) for fund, account, amount in found]


def test_a_drawer_is_handed_over_by_fund_and_begins_again_at_nothing(pharmacy: Pharmacy) -> None:
    gift = add_fund(pharmacy.database, FundKind.CASH_GIFT)
    sold(pharmacy, 100_00)
    sold(pharmacy, 31_00, fund_id=gift)
    assert expected(pharmacy) == 65_50
    first = count(pharmacy, {50_00: 1, 10_00: 1, 5_00: 1, 50: 1, 25: 0})
    assert postings(pharmacy, first) == [
        (pharmacy.fund_id, "cash", 50_00),
        (pharmacy.fund_id, "citizen_cash", -50_00),
        (gift, "cash", 15_50),
        (gift, "citizen_cash", -15_50),
    ]
    assert rows(pharmacy.database, CashPiece.denomination, CashPiece.pieces) == [
        (25 * 2, 1),
        (5_00, 1),
        (10_00, 1),
        (50_00, 1),
    ]
    sold(pharmacy, 20_00, days=1)
    short = count(pharmacy, {5_00: 1, 1_00: 4, 25: 3}, days=1, reason="باقي لم يُرد")
    assert postings(pharmacy, short) == [
        (pharmacy.fund_id, "cash", 9_75),
        (pharmacy.fund_id, "citizen_cash", -10_00),
        (pharmacy.fund_id, "cash_differences", 25),
    ]
    kept = rows(
        pharmacy.database,
        CashCount.since,
        CashCount.expected,
        CashCount.counted,
        CashCount.difference,
        CashCount.cashier_id,
        CashCount.received_by,
    )
    who = (pharmacy.pharmacist.staff_id, pharmacy[Role.FINANCE].staff_id)
    assert kept == [(None, 65_50, 65_50, 0, *who), (NOW, 10_00, 9_75, -25, *who)]
    assert expected(pharmacy) == 0
    assert faults(pharmacy.database) == {}


def test_money_over_is_posted_as_money_over(pharmacy: Pharmacy) -> None:
    over = count(pharmacy, {20_00: 1}, reason="وُجدت في الدرج")
    assert postings(pharmacy, over) == [
        (pharmacy.fund_id, "cash", 20_00),
        (pharmacy.fund_id, "cash_differences", -20_00),
    ]
    nothing = count(pharmacy, {})
    assert postings(pharmacy, nothing) == []
    assert faults(pharmacy.database) == {}


def test_more_given_back_than_taken_is_said_and_never_hidden(pharmacy: Pharmacy) -> None:
    dispensed = sold(pharmacy, 40_00)
    count(pharmacy, {20_00: 1})
    give_back(pharmacy, dispensed)
    sold(pharmacy, 9_00, days=1)
    assert expected(pharmacy) == -15_50
    back = count(pharmacy, {}, days=1, reason="رُدّ من عهدة الصيدلي")
    assert postings(pharmacy, back) == [
        (pharmacy.fund_id, "citizen_cash", 15_50),
        (pharmacy.fund_id, "cash_differences", -15_50),
    ]
    assert expected(pharmacy) == 0
    assert faults(pharmacy.database) == {}


def test_what_is_counted_is_written_down_before_the_books_are_shown(pharmacy: Pharmacy) -> None:
    sold(pharmacy, 100_00)
    with pharmacy.database.transaction() as session:
        shown = try_count(session, {20_00: 2}, actor=pharmacy.pharmacist, now=NOW)
    assert (shown.expected, shown.since) == (50_00, None)
    [(after_it,)] = rows(pharmacy.database, AuditEvent.after, noun="drawer")
    assert after_it == {"counted": 40_00, "expected": 50_00}


def test_a_share_posted_after_the_books_were_shown_is_not_signed_for_unseen(
    pharmacy: Pharmacy,
) -> None:
    sold(pharmacy, 10_00)
    shown = expected(pharmacy)
    sold(pharmacy, 4_00)
    before = snapshot(pharmacy.database)
    with pytest.raises(DrawerMoved) as refused:
        count(pharmacy, {5_00: 1}, shown=shown)
    assert refused.value.facts() == {"shown": 5_00, "expected": 7_00}
    assert snapshot(pharmacy.database) == before


def test_a_count_sent_twice_is_one_count(pharmacy: Pharmacy) -> None:
    sold(pharmacy, 10_00)
    first = count(pharmacy, {5_00: 1}, submission_id="shift")
    assert count(pharmacy, {5_00: 1}, submission_id="shift", shown=5_00) == first
    with pytest.raises(SubmissionConflict):
        count(pharmacy, {5_00: 2}, submission_id="shift", shown=5_00)
    assert rows(pharmacy.database, CashCount.voucher_id) == [(first,)]


def test_what_does_not_hold_moves_nothing(pharmacy: Pharmacy) -> None:
    sold(pharmacy, 10_00)
    elsewhere = add_actor(pharmacy.database, Role.FINANCE, site_id=add_site(pharmacy.database))
    nowhere = replace(pharmacy.pharmacist, site_id=None)
    finance, pharmacist = pharmacy[Role.FINANCE], pharmacy.pharmacist
    tried = [
        (InvalidMoney, {5_00: 1, 75: 1}, "", finance, pharmacist),
        (InvalidMoney, {5_00: -1}, "", finance, pharmacist),
        (InvalidMoney, {1_00: 4}, "  ", finance, pharmacist),
        (OwnSignature, {5_00: 1}, "", finance, replace(finance, site_id=pharmacy.site_id)),
        (SignatureRefused, {5_00: 1}, "", elsewhere, pharmacist),
        (NotPermitted, {5_00: 1}, "", pharmacy[Role.CLERK], pharmacist),
        (NotPermitted, {5_00: 1}, "", finance, pharmacy[Role.MANAGER]),
        (MissingFact, {5_00: 1}, "", finance, nowhere),
    ]
    before = snapshot(pharmacy.database)
    for refusal, pieces, reason, receiver, actor in tried:
        given = DrawerCount(submission_id="x", pieces=pieces, shown=5_00, reason=reason)
        with pytest.raises(refusal), pharmacy.database.transaction() as session:
            count_drawer(session, given, received_by=receiver, actor=actor, now=NOW)
    assert snapshot(pharmacy.database) == before


def test_without_a_budget_nobody_bears_what_was_found(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        session.get_one(Fund, pharmacy.fund_id).active = False
    with pytest.raises(MissingFact):
        count(pharmacy, {20_00: 1}, reason="وُجدت")
    assert rows(pharmacy.database, Voucher.id) == []


def undo(pharmacy: Pharmacy, voucher_id: int, days: int = 0, **facts: object) -> int:
    given = {"submission_id": unique("undo"), "reason": ReversalReason.WRONG_ENTRY, **facts}
    with pharmacy.database.transaction() as session:
        return reverse_money(
            session,
            voucher_id,
            actor=pharmacy[Role.FINANCE],
            now=after(days),
            **given,  # type: ignore[arg-type]
        )


def test_a_mistyped_count_is_undone_and_the_shift_counted_again_with_what_came_since(
    pharmacy: Pharmacy,
) -> None:
    sold(pharmacy, 100_00)
    wrong = count(pharmacy, {200_00: 1}, reason="زيادة")
    sold(pharmacy, 20_00, days=1)
    undone = undo(pharmacy, wrong, days=1, note="خطأ في الفئة", submission_id="once")
    assert postings(pharmacy, undone) == [
        (pharmacy.fund_id, "cash", -200_00),
        (pharmacy.fund_id, "citizen_cash", 50_00),
        (pharmacy.fund_id, "cash_differences", 150_00),
    ]
    again = undo(pharmacy, wrong, days=1, note="خطأ في الفئة", submission_id="once")
    assert again == undone
    assert expected(pharmacy) == 60_00
    assert faults(pharmacy.database) == {}
    right = count(pharmacy, {50_00: 1, 10_00: 1}, days=1)
    kept = rows(pharmacy.database, CashCount.since, CashCount.expected, CashCount.difference)
    assert kept == [(None, 50_00, 150_00), (None, 60_00, 0)]
    assert expected(pharmacy) == 0
    assert faults(pharmacy.database) == {}
    with pharmacy.database.reading() as session:
        query = ReportQuery(date_from=NOW.date(), date_to=after(1).date())
        told = cash_counts(session, query, actor=pharmacy[Role.AUDITOR])
        first = count_of(session, wrong, site_id=None)
        assert first.undone_by is not None
        assert first.undone_by.id == undone
    assert [(one.voucher_id, one.expected, one.counted, one.difference) for one in told] == [
        (wrong, 50_00, 200_00, 150_00),
        (wrong, -50_00, -200_00, -150_00),
        (right, 60_00, 60_00, 0),
    ]
    assert [one.undoes for one in told] == ["", first.number, ""]


def test_an_empty_drawer_counted_is_undone_too_and_only_once(pharmacy: Pharmacy) -> None:
    nothing = count(pharmacy, {})
    undo(pharmacy, nothing)
    before = snapshot(pharmacy.database)
    with pytest.raises(AlreadyReversed):
        undo(pharmacy, nothing)
    assert snapshot(pharmacy.database) == before
    sold(pharmacy, 10_00)
    count(pharmacy, {5_00: 1})
    assert faults(pharmacy.database) == {}


def test_a_count_is_undone_by_finance_from_the_last_one_back_while_its_money_is_there(
    pharmacy: Pharmacy,
) -> None:
    add_office(pharmacy.database)
    sold(pharmacy, 100_00)
    first = count(pharmacy, {50_00: 1})
    sold(pharmacy, 20_00)
    second = count(pharmacy, {10_00: 1})
    before = snapshot(pharmacy.database)
    with pytest.raises(CannotReverse) as refused:
        undo(pharmacy, first)
    assert refused.value.reason == "counted_since"
    with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
        reverse_money(
            session,
            second,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy.pharmacist,
            now=NOW,
        )
    assert snapshot(pharmacy.database) == before
    undo(pharmacy, second)
    with pharmacy.database.transaction() as session:
        spent = money(pharmacy, 1_00, account=Account.EXPENSES)
        pay_out(session, spent, actor=pharmacy[Role.FINANCE], now=NOW)
    before = snapshot(pharmacy.database)
    with pytest.raises(InsufficientFunds):
        undo(pharmacy, first)
    assert snapshot(pharmacy.database) == before
    assert faults(pharmacy.database) == {}
