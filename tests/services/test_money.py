"""Money into a fund and out of it: exact postings, and refusals that move nothing."""

from datetime import date

import pytest
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    FundsLater,
    InsufficientFunds,
    InvalidMoney,
    MissingFact,
    NotPermitted,
    SubmissionConflict,
)
from pharmacy.models import MoneyVoucher, Posting, Site, Voucher
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, PaymentMethod, ReversalReason, Role, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services.money import Money, balance, cash_by_day, pay_out, receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    after,
    open_pharmacy,
    rows,
    snapshot,
    unique,
)
from tests.services.verified import faults
from tests.treasury import add_office, money


@pytest.fixture
def treasury(database: Database) -> Pharmacy:
    """A pharmacy with its finance office."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    return pharmacy


def receive(pharmacy: Pharmacy, given: Money, days: int = 0) -> int:
    with pharmacy.database.transaction() as session:
        return receive_money(session, given, actor=pharmacy[Role.FINANCE], now=after(days))


def pay(pharmacy: Pharmacy, paid: Money, days: int = 0) -> int:
    with pharmacy.database.transaction() as session:
        return pay_out(session, paid, actor=pharmacy[Role.FINANCE], now=after(days))


def undo(pharmacy: Pharmacy, voucher_id: int, submission: str = "") -> int:
    with pharmacy.database.transaction() as session:
        return reverse_money(
            session,
            voucher_id,
            submission_id=submission or unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=after(1),
        )


def postings(pharmacy: Pharmacy, voucher_id: int) -> list[tuple[str, int]]:
    query = select(Posting.account, Posting.amount).where(Posting.voucher_id == voucher_id)
    with pharmacy.database.reading() as session:
        return [(row[0].value, row[1]) for row in session.execute(query.order_by(Posting.id))]


def holds(pharmacy: Pharmacy) -> int:
    with pharmacy.database.reading() as session:
        return balance(session, Account.CASH, pharmacy.fund_id)


def test_money_received_and_paid_is_posted_twice_at_the_office(treasury: Pharmacy) -> None:
    came = receive(treasury, money(treasury, 100_000_00))
    expense = money(
        treasury, 350_50, account=Account.EXPENSES, method=PaymentMethod.CHEQUE, reference="004417"
    )
    went = pay(treasury, expense)
    assert postings(treasury, came) == [("cash", 100_000_00), ("fund_receipts", -100_000_00)]
    assert postings(treasury, went) == [("cash", -350_50), ("expenses", 350_50)]
    assert holds(treasury) == 99_649_50
    with treasury.database.reading() as session:
        voucher, site = session.execute(
            select(Voucher, Site).join(Site).where(Voucher.id == went)
        ).one()
        assert label(site.code, voucher.kind, voucher.fiscal_year, voucher.number).endswith(
            "-PY-2025-000001"
        )
        assert voucher.document_reference == "004417"
        kept = session.get_one(MoneyVoucher, went)
        assert (kept.amount, kept.account, kept.method) == (
            350_50,
            Account.EXPENSES,
            PaymentMethod.CHEQUE,
        )
    assert faults(treasury.database) == {}


def test_a_fund_pays_no_more_than_it_holds(treasury: Pharmacy) -> None:
    receive(treasury, money(treasury, 500_00))
    before = snapshot(treasury.database)
    with pytest.raises(InsufficientFunds) as refused:
        pay(treasury, money(treasury, 500_01, account=Account.EXPENSES))
    assert refused.value.facts() == {
        "fund_id": treasury.fund_id,
        "asked": 500_01,
        "held": 500_00,
    }
    assert snapshot(treasury.database) == before


def test_no_money_is_paid_before_it_came_whatever_came_since(treasury: Pharmacy) -> None:
    """40 pounds came on 20 February, 100 on 5 March; of these 90 were paid on 8 March."""
    for day, amount in ((date(2026, 2, 20), 40_00), (date(2026, 3, 5), 100_00)):
        receive(treasury, money(treasury, amount, on=day))
    pay(treasury, money(treasury, 90_00, account=Account.EXPENSES, on=date(2026, 3, 8)))
    receive(treasury, money(treasury, 1_000_00))
    before = snapshot(treasury.database)
    for day, amount, held, short_on in (
        # More than had come by then; a day before anything had.
        (date(2026, 2, 20), 40_01, 40_00, date(2026, 2, 20)),
        (date(2026, 2, 19), 1, 0, date(2026, 2, 19)),
        # It had come, but was paid out in between: the day is the last on which it was short.
        (date(2026, 3, 5), 50_01, 50_00, date(2026, 3, 8)),
        (date(2026, 3, 9), 50_01, 50_00, date(2026, 3, 9)),
    ):
        with pytest.raises(FundsLater) as refused:
            pay(treasury, money(treasury, amount, account=Account.EXPENSES, on=day))
        assert refused.value.facts() == {
            "fund_id": treasury.fund_id,
            "asked": amount,
            "held": held,
            "short_on": short_on,
        }
    with pytest.raises(InsufficientFunds):
        pay(treasury, money(treasury, 1_050_01, account=Account.EXPENSES, on=date(2026, 2, 20)))
    assert snapshot(treasury.database) == before
    pay(treasury, money(treasury, 40_00, account=Account.EXPENSES, on=date(2026, 2, 20)))
    pay(treasury, money(treasury, 10_00, account=Account.EXPENSES, on=date(2026, 3, 5)))
    pay(treasury, money(treasury, 1_000_00, account=Account.EXPENSES))
    assert holds(treasury) == 0
    assert faults(treasury.database) == {}


def test_what_was_paid_in_a_closed_month_is_posted_today_from_the_money_of_today(
    treasury: Pharmacy,
) -> None:
    receive(treasury, money(treasury, 100_00))
    with treasury.database.transaction() as session:
        close_period(session, "2026-02", actor=treasury[Role.FINANCE], now=NOW)
    late = money(treasury, 100_00, account=Account.EXPENSES, on=date(2026, 2, 20))
    columns = (Voucher.business_date, Voucher.fact_date)
    assert rows(treasury.database, *columns, id=pay(treasury, late)) == [(TODAY, late.on)]
    with treasury.database.reading() as session:
        assert cash_by_day(session, treasury.fund_id, date(2026, 2, 1)) == [
            (date(2026, 2, 1), 0),
            (TODAY, 0),
        ]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 10**12 + 1}, "amount"),
        ({"party_name": "  "}, "party_name"),
        ({"purpose": ""}, "purpose"),
        ({"method": PaymentMethod.TRANSFER}, "reference"),
        ({"on": date(2026, 3, 11)}, "on"),
    ],
)
def test_what_does_not_hold_together_is_refused(
    treasury: Pharmacy, facts: dict[str, object], reason: str
) -> None:
    before = snapshot(treasury.database)
    with pytest.raises(InvalidMoney) as refused:
        receive(treasury, money(treasury, **{"amount": 1, **facts}))  # type: ignore[arg-type]
    assert refused.value.reason == reason
    assert snapshot(treasury.database) == before


def test_the_same_money_sent_twice_counts_once(treasury: Pharmacy) -> None:
    given = money(treasury, 700_00)
    assert receive(treasury, given) == receive(treasury, given)
    assert holds(treasury) == 700_00
    other = money(treasury, 800_00, submission_id=given.submission_id)
    with pytest.raises(SubmissionConflict):
        receive(treasury, other)


def test_money_of_a_closed_month_is_posted_today_and_says_when_it_came(treasury: Pharmacy) -> None:
    with treasury.database.transaction() as session:
        close_period(session, "2026-02", actor=treasury[Role.FINANCE], now=NOW)
    late = receive(treasury, money(treasury, 1_00, on=date(2026, 2, 27)))
    early = receive(treasury, money(treasury, 2_00, on=date(2026, 3, 1)))
    with treasury.database.reading() as session:
        days = select(Voucher.business_date, Voucher.fact_date).order_by(Voucher.id)
        assert [
            tuple(row) for row in session.execute(days.where(Voucher.id.in_([late, early])))
        ] == [
            (TODAY, date(2026, 2, 27)),
            (date(2026, 3, 1), None),
        ]
    assert faults(treasury.database) == {}


def test_money_is_undone_once_and_only_while_it_is_there(treasury: Pharmacy) -> None:
    came = receive(treasury, money(treasury, 900_00))
    went = pay(treasury, money(treasury, 100_00, account=Account.EXPENSES))
    with pytest.raises(InsufficientFunds):
        undo(treasury, came)
    back = undo(treasury, went, "once")
    assert undo(treasury, went, "once") == back
    assert postings(treasury, back) == [("cash", 100_00), ("expenses", -100_00)]
    with pytest.raises(AlreadyReversed):
        undo(treasury, went)
    undo(treasury, came)
    assert holds(treasury) == 0
    with pytest.raises(CannotReverse):
        undo(treasury, back)
    assert faults(treasury.database) == {}


def test_only_finance_keeps_the_funds(treasury: Pharmacy) -> None:
    for role in (Role.MANAGER, Role.PHARMACIST, Role.AUDITOR):
        with (
            pytest.raises(NotPermitted) as refused,
            treasury.database.transaction() as session,
        ):
            receive_money(session, money(treasury, 1), actor=treasury[role], now=NOW)
        assert refused.value.permission == Permission.FUND_MANAGE


def test_without_an_office_no_money_is_posted(database: Database) -> None:
    pharmacy = open_pharmacy(database)
    with pytest.raises(MissingFact):
        receive(pharmacy, money(pharmacy, 1))
    with database.reading() as session:
        assert (
            session.scalars(
                select(Voucher.id).where(Voucher.kind == VoucherKind.FUND_RECEIPT)
            ).all()
            == []
        )
