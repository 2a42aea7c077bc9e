"""Reports of funds over one posted month: exact rows, each from postings alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from pharmacy.db import Database
from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.models import Voucher
from pharmacy.rules.budget import Budget
from pharmacy.rules.vocabulary import Account, ReversalReason, Role, VoucherKind
from pharmacy.services import cost_lines
from pharmacy.services.budget_report import budget_overrides, budget_report
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.donor_gifts import donor_gifts
from pharmacy.services.fund_statement import HeldAs, Line, fund_statement
from pharmacy.services.ledger import trial_balance
from pharmacy.services.money import receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reversal import reverse
from pharmacy.services.supplier_balance import supplier_balances
from tests.builders import TODAY, Pharmacy, after, open_pharmacy, rows, unique
from tests.conftest import ENGINES, standing_database
from tests.fund_month import FROM, TO, YEAR, FundMonth, fund_month, goods_given
from tests.treasury import money

MONTH = ReportQuery(date_from=FROM, date_to=TO)


@pytest.fixture(scope="module", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine once for the whole file."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for the whole file: nothing here writes but the month itself."""
    with standing_database(engine_name, request, tmp_path_factory.mktemp("funds")) as found:
        yield found


@pytest.fixture(scope="module")
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture(scope="module")
def month(pharmacy: Pharmacy) -> FundMonth:
    return fund_month(pharmacy)


def test_a_fund_s_statement_runs_from_what_it_had_to_what_it_has(
    pharmacy: Pharmacy, month: FundMonth
) -> None:
    with pharmacy.database.reading() as session:
        found = fund_statement(session, MONTH, actor=pharmacy[Role.AUDITOR])
    assert [
        (row.fund_id, row.held_as.value, row.sort.value, row.came, row.went, row.balance)
        for row in found
    ] == [
        (pharmacy.fund_id, "net", "opening", 0, 0, 0),
        (pharmacy.fund_id, "cash", "opening", 0, 0, 0),
        (pharmacy.fund_id, "cash", "fund_receipt", 1_000_00, 0, 1_000_00),
        (pharmacy.fund_id, "cash", "payment", 0, 120_00, 880_00),
        (pharmacy.fund_id, "cash", "closing", 0, 0, 880_00),
        (pharmacy.fund_id, "net", "closing", 0, 0, 880_00),
        (month.gift, "net", "opening", 0, 0, 0),
        (month.gift, "stock", "opening", 0, 0, 0),
        (month.gift, "stock", "given_in_kind", 80_00, 0, 80_00),
        (month.gift, "stock", "dispensing", 0, 80_00, 0),
        (month.gift, "stock", "closing", 0, 0, 0),
        (month.gift, "net", "closing", 0, 0, 0),
        (month.own, "net", "opening", 0, 0, 0),
        (month.own, "cash", "opening", 0, 0, 0),
        (month.own, "cash", "fund_receipt", 500_00, 0, 500_00),
        (month.own, "cash", "closing", 0, 0, 500_00),
        (month.own, "stock", "opening", 0, 0, 0),
        (month.own, "stock", "goods_receipt", 60_00, 0, 60_00),
        (month.own, "stock", "dispensing", 0, 30_00, 30_00),
        (month.own, "stock", "closing", 0, 0, 30_00),
        (month.own, "owed", "opening", 0, 0, 0),
        (month.own, "owed", "goods_receipt", 60_00, 0, 60_00),
        (month.own, "owed", "closing", 0, 0, 60_00),
        (month.own, "net", "closing", 0, 0, 470_00),
    ]


def test_what_funds_owe_is_what_their_suppliers_are_owed(
    pharmacy: Pharmacy, month: FundMonth
) -> None:
    auditor = pharmacy[Role.AUDITOR]
    with pharmacy.database.reading() as session:
        lines = fund_statement(session, MONTH, actor=auditor)
        suppliers = supplier_balances(session, MONTH, actor=auditor)
        [payables] = [
            row
            for row in trial_balance(session, MONTH, actor=auditor)
            if row.account is Account.PAYABLES
        ]
    owed = [row.balance for row in lines if (row.held_as, row.sort) == (HeldAs.OWED, Line.CLOSING)]
    assert sum(owed) == sum(row.closing for row in suppliers) == -payables.closing == 60_00


def test_a_budget_stands_beside_what_became_of_it(pharmacy: Pharmacy, month: FundMonth) -> None:
    with pharmacy.database.reading() as session:
        auditor = pharmacy[Role.AUDITOR]
        (row,) = budget_report(session, MONTH, on=TODAY, actor=auditor)
        (override,) = budget_overrides(session, MONTH, actor=auditor)
    assert (row.fund_id, row.year) == (pharmacy.fund_id, YEAR)
    assert row.budget == Budget(granted=300_00, other=120_00, committed=450_00)
    assert (override.request_id, override.expected, override.beyond, override.reason) == (
        month.request,
        450_00,
        270_00,
        "حالة عاجلة",
    )


def test_a_donor_reads_what_the_gift_became_without_a_name(
    pharmacy: Pharmacy, month: FundMonth
) -> None:
    with pharmacy.database.reading() as session:
        found = donor_gifts(session, MONTH, actor=pharmacy[Role.MANAGER])
        other = ReportQuery(date_from=FROM, date_to=TO, supplier_id=pharmacy.supplier_id)
        assert donor_gifts(session, other, actor=pharmacy[Role.MANAGER]).rows == []
    assert [
        (
            row.donor_id,
            row.drug_id,
            row.given_units,
            row.given,
            row.units,
            row.handed_out,
            row.state,
            row.persons,
        )
        for row in found.rows
    ] == [
        (month.donor, None, 0, 500_00, 0, 0, 0, 0),
        (month.donor, month.bought, 0, 0, 10, 30_00, 0, 1),
        (month.donor, month.given, 40, 80_00, 40, 80_00, 0, 2),
        (None, None, 0, 1_000_00, 0, 0, 0, 0),
    ]
    assert found.rows[-1].donor == "محافظة البحيرة"
    assert found.persons == 2


def test_the_lines_of_a_gift_and_the_persons_it_reached_are_those_of_the_report(
    pharmacy: Pharmacy, month: FundMonth
) -> None:
    query = CostQuery(date_from=FROM, date_to=TO)
    with pharmacy.database.reading() as session:

        def reached(donor_id: int | None, drug_id: int | None = None) -> tuple[int, int, int]:
            only = cost_lines.Only(given=True, donor_id=donor_id)
            asked = replace(query, drug_id=drug_id)
            sums = cost_lines.sums(session, asked, {}, only)
            persons = cost_lines.person_sums(session, asked, {}, only)
            assert len(session.execute(cost_lines.persons(asked, {}, only)).all()) == (
                persons.persons
            )
            assert persons.cost == sums.cost
            return sums.quantity, sums.cost, persons.persons

        assert reached(None) == (50, 110_00, 2)
        assert reached(month.donor, month.given) == (40, 80_00, 2)
        assert reached(month.donor, month.bought) == (10, 30_00, 1)
        assert reached(pharmacy.supplier_id) == (0, 0, 0)


def test_they_are_for_those_who_answer_for_the_funds(pharmacy: Pharmacy, month: FundMonth) -> None:
    turned = ReportQuery(date_from=TO, date_to=FROM)
    keeper, auditor = pharmacy.keeper, pharmacy[Role.AUDITOR]
    with pharmacy.database.reading() as session:
        for report in (fund_statement, budget_overrides, donor_gifts):
            with pytest.raises(NotPermitted):
                report(session, MONTH, actor=keeper)  # type: ignore[operator]
            with pytest.raises(InvalidPeriod):
                report(session, turned, actor=auditor)  # type: ignore[operator]
        with pytest.raises(NotPermitted):
            budget_report(session, MONTH, on=TODAY, actor=keeper)


def test_all_that_was_given_is_what_the_accounts_of_income_say(
    pharmacy: Pharmacy, month: FundMonth
) -> None:
    # The last test of the file: April, in which the society's 500 pounds are undone.
    receipts = rows(pharmacy.database, Voucher.id, kind=VoucherKind.FUND_RECEIPT)
    finance, april = pharmacy[Role.FINANCE], after(25)
    with pharmacy.database.transaction() as session:
        trader = money(pharmacy, 70_00, party_name="تاجر من دمنهور", on=april.date())
        receive_money(session, trader, actor=finance, now=april)
        reverse_money(
            session, receipts[-1][0], submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY, actor=finance, now=april,
        )  # fmt: skip
    kept, undone = (
        goods_given(pharmacy, month.given, fund_id=month.gift, supplier_id=month.donor, now=april)
        for _ in range(2)
    )
    with pharmacy.database.transaction() as session:
        reverse(
            session, undone, submission_id=unique("undo"), reason=ReversalReason.WRONG_ENTRY,
            note="", actor=pharmacy.keeper, now=april,
        )  # fmt: skip
    assert kept < undone
    auditor = pharmacy[Role.AUDITOR]
    for first, last in ((FROM, TO), (date(2026, 4, 1), date(2026, 4, 30)), (FROM, date.max)):
        query = ReportQuery(date_from=first, date_to=min(last, date(2026, 12, 31)))
        with pharmacy.database.reading() as session:
            given = donor_gifts(session, query, actor=auditor).rows
            income = [
                row.credit - row.debit
                for row in trial_balance(session, query, actor=auditor)
                if row.account in {Account.FUND_RECEIPTS, Account.GIFTS_IN_KIND}
            ]
        assert sum(row.given for row in given) == sum(income)
        if last.month == april.month:
            told = [(row.donor_id, row.donor, row.given_units, row.given) for row in given]
            assert told == [
                (month.donor, "جمعية الخير", 0, -500_00),
                (month.donor, "جمعية الخير", 40, 80_00),
                (None, "تاجر من دمنهور", 0, 70_00),
            ]
