"""The checklist of a month: what stops its closing, what is only said, what is kept of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pharmacy.errors import PeriodNotClosable
from pharmacy.models import ClosedPeriod, Voucher
from pharmacy.rules.closing import Found, Look
from pharmacy.rules.patterns import PatternKind, Rate
from pharmacy.rules.vocabulary import Account, Role, VoucherKind
from pharmacy.services.closing import checklist, read_back
from pharmacy.services.dashboard import dashboard
from pharmacy.services.draft import clear, open_for
from pharmacy.services.fund_figures import overdrawn
from pharmacy.services.late_facts import late_facts
from pharmacy.services.money import receive_money
from pharmacy.services.number_ranges import number_ranges
from pharmacy.services.patterns import patterns
from pharmacy.services.period import close_period
from pharmacy.services.period_view import months, whole_month
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.supplier_balance import unmatched_receipts
from tests.builders import (
    TODAY,
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
)
from tests.invoices import invoice, receive_goods, record, send_back
from tests.services.behind import behind_its_back
from tests.services.test_drawer import overdraw
from tests.treasury import add_office, money

EVENING = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
MARCH = "2026-03"


def found_in(pharmacy: Pharmacy, month: str, now: datetime = MORNING) -> dict[Look, Found]:
    with pharmacy.database.reading() as session:
        return {one.look: one for one in checklist(session, month, failed=0, now=now)}


def close(pharmacy: Pharmacy, month: str, *, now: datetime = MORNING, reason: str = "") -> None:
    with pharmacy.database.transaction() as session:
        close_period(session, month, reason=reason, actor=pharmacy[Role.FINANCE], now=now)


def refused(pharmacy: Pharmacy, month: str) -> str:
    before = snapshot(pharmacy.database)
    with pytest.raises(PeriodNotClosable) as refusal:
        close(pharmacy, month)
    assert snapshot(pharmacy.database) == before
    return refusal.value.reason


def test_a_list_that_waits_at_the_counter_stops_the_closing_until_it_is_cleared(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 60, 6_000, now=after(0))
    approved = approve_request(pharmacy, item(drug))
    actor = pharmacy.pharmacist
    with pharmacy.database.transaction() as session:
        draft_id = open_for(
            session,
            approved.beneficiary_id,
            request_id=approved.request_id,
            actor=actor,
            now=EVENING,
        )
    assert found_in(pharmacy, MARCH)[Look.DRAFTS] == Found(Look.DRAFTS, 1)
    assert refused(pharmacy, MARCH) == "drafts"
    # One that has expired holds nobody up.
    assert found_in(pharmacy, MARCH, MORNING + timedelta(days=30))[Look.DRAFTS].count == 0
    with pharmacy.database.transaction() as session:
        clear(session, draft_id, actor=actor, now=MORNING)
    close(pharmacy, MARCH)


def test_a_ledger_that_does_not_verify_stops_the_closing(pharmacy: Pharmacy) -> None:
    add_batch(pharmacy, add_drug(pharmacy), 10, 100, now=after(0))
    with pharmacy.database.transaction() as session:
        session.execute(text("UPDATE batch SET on_hand = on_hand + 1"))
    assert refused(pharmacy, MARCH) == "not_green"


def test_what_only_warns_is_said_and_kept(pharmacy: Pharmacy) -> None:
    add_office(pharmacy.database)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 60, 6_000)  # in February
    close(pharmacy, "2026-02", now=after(1))
    add_batch(pharmacy, drug, 10, 1_234, now=after(1))
    shared = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    hand_out(pharmacy, order(shared, 30))
    last_month = TODAY.replace(month=2, day=20)
    with pharmacy.database.transaction() as session:
        finance = pharmacy[Role.FINANCE]
        given = money(pharmacy, 500, on=last_month)
        voucher_id = receive_money(session, given, actor=finance, now=after(2))
    assert refused(pharmacy, MARCH) == "uncounted"
    close(pharmacy, MARCH, reason=" أمين العهدة في إجازة ")
    ((kept,),) = rows(pharmacy.database, ClosedPeriod.checklist, month=MARCH)
    assert read_back(kept) == [
        Found(Look.OVER, 0),
        Found(Look.EARLIER, 0),
        Found(Look.VERIFIED, 0),
        Found(Look.DRAFTS, 0),
        Found(Look.DRAWERS, 1, 300, "أمين العهدة في إجازة"),
        Found(Look.ON_THE_WAY, 0),
        Found(Look.COUNTED, 1),
        Found(Look.CLAIMS, 0),
        Found(Look.OVERDRAWN, 0),
        Found(Look.UNMATCHED, 1, 1_234),
        Found(Look.LATE, 1),
    ]
    assert [row["look"] for row in json.loads(kept)] == [look.value for look in Look]
    auditor = pharmacy[Role.AUDITOR]
    with pharmacy.database.reading() as session:
        of = whole_month(session, MARCH, actor=auditor, now=MORNING)
        days = ReportQuery(date_from=of.first, date_to=of.last)
        (late,) = late_facts(session, days, actor=auditor)
        known = months(session, actor=auditor, now=MORNING)
    assert (late.voucher.id, late.voucher.fact_date) == (voucher_id, last_month)
    assert [(one.month, one.vouchers, one.closed is None) for one in known] == [
        ("2026-04", 0, True),
        ("2026-03", 3, False),
        ("2026-02", 1, False),
    ]
    assert sum(row.closing for row in of.accounts) == 0
    closing = {row.account: row.closing for row in of.accounts}
    assert closing[Account.STOCK] == 6_000 + 1_234 - 3_000
    assert of.of.closed is not None
    assert not of.may_close


def test_what_waits_for_an_invoice_is_what_its_report_says(pharmacy: Pharmacy) -> None:
    """Of goods of 100 pounds 40 went back; the invoice of 2 April for 25 is not of March."""
    add_office(pharmacy.database)
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 100_00, now=after(0))
    late = receive_goods(pharmacy, 25_00, now=after(0))
    send_back(pharmacy, batch, 4)
    day = date(2026, 4, 2)
    record(pharmacy, invoice(pharmacy, 25_00, late, dated_on=day, due_on=day), now=after(25))
    looked = found_in(pharmacy, MARCH, now=after(40))[Look.UNMATCHED]
    assert looked == Found(Look.UNMATCHED, 3, 85_00)
    march = ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))
    with pharmacy.database.reading() as session:
        report = unmatched_receipts(session, march, actor=pharmacy[Role.AUDITOR])
    assert (len(report), sum(row.amount for row in report)) == (looked.count, looked.amount)


def test_a_fund_whose_shares_were_given_back_beyond_its_cash_is_said(pharmacy: Pharmacy) -> None:
    add_office(pharmacy.database)
    assert found_in(pharmacy, MARCH)[Look.OVERDRAWN] == Found(Look.OVERDRAWN, 0)
    overdraw(pharmacy)
    assert found_in(pharmacy, MARCH)[Look.OVERDRAWN] == Found(Look.OVERDRAWN, 1, -20_00)
    below = [(pharmacy.fund_id, -20_00)]
    with pharmacy.database.reading() as session:
        for day, expected in ((TODAY, []), (date(2026, 3, 11), below)):
            assert [(fund.id, cash) for fund, cash in overdrawn(session, day)] == expected
        board = dashboard(session, actor=pharmacy[Role.FINANCE], today=date(2026, 3, 31))
        assert [(fund.id, cash) for fund, cash in board.overdrawn] == below
    close(pharmacy, "2026-02")
    close(pharmacy, MARCH)
    ((kept,),) = rows(pharmacy.database, ClosedPeriod.checklist, month=MARCH)
    assert Found(Look.OVERDRAWN, 1, -20_00) in read_back(kept)


def test_a_number_that_no_document_bears_is_missing(busy: Pharmacy) -> None:
    whole = (TODAY.replace(month=1, day=1), TODAY.replace(month=12, day=31))
    with busy.database.reading() as session:
        found = number_ranges(session, *whole)
    assert [(one.kind.value, one.first, one.last, one.count, one.missing) for one in found] == [
        ("dispensing", 1, 4, 4, 0),
        ("goods_receipt", 1, 4, 4, 0),
        ("reversal", 1, 2, 2, 0),
    ]
    # A day's own range leaves no hole either: what lies between was posted on other days.
    with busy.database.reading() as session:
        assert {one.missing for one in number_ranges(session, TODAY, TODAY)} == {0}


def test_a_number_missing_between_two_months_is_missing_in_the_later_one(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 600, 600)
    lost = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    march = (TODAY.replace(day=1), TODAY.replace(day=31))
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30), now=after(30))
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30), now=after(30))
    april = (march[0].replace(month=4), march[0].replace(month=4, day=30))
    july = after(130)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30), now=july)
    summer = (july.date().replace(day=1), july.date())

    def told(session: Session, days: tuple[date, date]) -> list[tuple[int, ...]]:
        return [
            (one.fiscal_year, one.first, one.last, one.count, one.missing)
            for one in number_ranges(session, *days)
            if one.kind is VoucherKind.DISPENSING
        ]

    with pharmacy.database.reading() as session:
        assert told(session, march) == [(2025, 1, 1, 1, 0)]
        assert told(session, april) == [(2025, 2, 3, 2, 0)]
        assert told(session, summer) == [(2026, 1, 1, 1, 0)]
    gone = "DELETE FROM voucher WHERE id = :lost"
    with behind_its_back(pharmacy.database) as connection:
        assert connection.execute(text(gone), {"lost": lost}).rowcount == 1
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            assert told(session, march) == []
            assert told(session, april) == [(2025, 1, 3, 2, 1)]
            assert told(session, summer) == [(2026, 1, 1, 1, 0)]
            asked = ReportQuery(date_from=april[0], date_to=april[1])
            found = patterns(session, asked, actor=pharmacy[Role.AUDITOR])
            first = session.scalars(
                select(Voucher.id).where(Voucher.number == 2, Voucher.kind == "dispensing")
            ).one()
            elsewhere = replace(asked, site_id=pharmacy.site_id + 1)
            assert patterns(session, elsewhere, actor=pharmacy[Role.AUDITOR]) == []
    assert [(one.kind, one.own, one.voucher_ids) for one in found] == [
        (PatternKind.NUMBER_GAPS, Rate(1, 2), [first])
    ]
