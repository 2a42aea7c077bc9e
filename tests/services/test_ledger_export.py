"""The books in an independent program: it finds no fault, and adds up to what our reports say."""

import csv
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from beancount.core import data
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from pharmacy.cli import main
from pharmacy.db import Database
from pharmacy.errors import InvalidPeriod, LedgerUnbalanced, NotPermitted, PharmacyError
from pharmacy.models import Fund, Posting, Voucher
from pharmacy.rules.calendar import add_months, month_key, month_start
from pharmacy.rules.vocabulary import Account, FundKind, ReversalReason, Role
from pharmacy.services.ledger import TrialRow, trial_balance
from pharmacy.services.ledger_export import books
from pharmacy.services.money import pay_out, receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.reversal import reverse
from reports.beancount import account_name
from tests.beancount_books import exported, read, sums, transactions
from tests.builders import (
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    add_row,
    after,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    unique,
)
from tests.conftest import SEAL_KEY
from tests.services.office_papers import OfficePapers
from tests.treasury import add_office, money

HOSTILE = 'صندوق "أ" \\ :x\n; =1+1'
DAYS = 120


def history(database: Database, seed: int) -> Pharmacy:
    """Post a random history: goods, money, dispensings, papers, and some of each undone."""
    chance = Random(seed)
    pharmacy = open_pharmacy(database)
    add_office(database)
    odd = Fund(code=HOSTILE, kind=FundKind.GIFT_IN_KIND, name_ar=HOSTILE, name_en=HOSTILE)
    funds = [pharmacy.fund_id, add_row(database, odd)]
    drugs = [add_drug(pharmacy) for _ in range(3)]
    papers = OfficePapers(pharmacy, chance)
    for day in range(0, DAYS, 9):
        now = after(day)
        for fund_id in funds:
            drug, units = chance.choice(drugs), chance.randint(30, 90)
            add_batch(pharmacy, drug, units, chance.randint(0, 99_999), fund_id=fund_id, now=now)
        given = money(
            pharmacy,
            chance.randint(1, 10**7),
            fund_id=chance.choice(funds),
            on=(now - timedelta(days=chance.randint(0, 9))).date(),
            party_name=HOSTILE,
        )
        with database.transaction() as session:
            finance = pharmacy[Role.FINANCE]
            came = receive_money(session, given, actor=finance, now=now)
            spent = money(
                pharmacy,
                chance.randint(1, given.amount),
                fund_id=given.fund_id,
                account=chance.choice([Account.EXPENSES, Account.PAYABLES]),
                on=now.date(),
            )
            paid = pay_out(session, spent, actor=finance, now=now)
            for voucher_id in (paid, came)[: chance.randint(0, 2)]:
                _undo_money(pharmacy, session, voucher_id, now)
        voucher = _dispense(pharmacy, chance.choice(drugs), chance.randint(1, 9), now)
        if voucher is not None and chance.random() < 0.5:
            _undo(pharmacy, voucher, after(day + 5))
        for _ in range(4):
            with suppress(PharmacyError, IndexError):
                papers.work(after(day + 5))
    return pharmacy


def _undo_money(pharmacy: Pharmacy, session: Session, voucher_id: int, now: datetime) -> None:
    reverse_money(
        session,
        voucher_id,
        submission_id=unique("undo"),
        reason=ReversalReason.WRONG_ENTRY,
        actor=pharmacy[Role.FINANCE],
        now=now,
    )


def _dispense(pharmacy: Pharmacy, drug: int, units: int, now: datetime) -> int | None:
    approved = approve_request(pharmacy, item(drug, units, days=1), citizen_basis_points=700)
    try:
        return hand_out(pharmacy, order(approved, units), now=now)
    except PharmacyError:
        return None


def _undo(pharmacy: Pharmacy, voucher: int, now: datetime) -> None:
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=now,
        )


def trial(
    pharmacy: Pharmacy, first: date, last: date, *by: Grouping
) -> dict[tuple[Account, int | None], TrialRow]:
    query = ReportQuery(date_from=first, date_to=last, by=by)
    with pharmacy.database.reading() as session:
        found = trial_balance(session, query, actor=pharmacy[Role.AUDITOR])
    return {(row.account, row.fund_id): row for row in found}


def names(pharmacy: Pharmacy) -> dict[int, str]:
    return dict(rows(pharmacy.database, Fund.id, Fund.code))


def test_beancount_finds_no_fault_and_adds_up_to_our_reports(
    database: Database, tmp_path: Path
) -> None:
    pharmacy = history(database, 7 if database.embedded else 8)
    with database.reading() as session:
        path = exported(session, tmp_path / "all.beancount", pharmacy[Role.FINANCE])
    entries, errors = read(path)
    assert errors == []
    vouchers = rows(database, Voucher.id)
    assert len(list(transactions(entries))) == len(vouchers) > 60
    codes, ours = names(pharmacy), {}
    days = [row[0] for row in rows(database, Voucher.business_date)]
    month = month_start(min(days))
    while month <= max(days):
        last = add_months(month, 1) - timedelta(days=1)
        for (account, fund_id), row in trial(pharmacy, month, last, Grouping.FUND).items():
            if row.debit - row.credit:
                name = account_name(row.type.value, account.value, codes[fund_id or 0])
                ours[name, month_key(month)] = row.debit - row.credit
        month = add_months(month, 1)
    assert sums(entries) == ours
    undone = [one for one in transactions(entries) if "undoes" in one.meta]
    assert undone
    for one in undone:
        assert one.links == {one.meta["number"], one.meta["undoes"]}


def test_a_part_opens_with_what_stood_and_closes_with_what_stands(
    database: Database, tmp_path: Path
) -> None:
    pharmacy = history(database, 9)
    first, last = date(2026, 4, 10), date(2026, 5, 20)
    with database.reading() as session:
        path = exported(session, tmp_path / "part", pharmacy[Role.FINANCE], first, last)
    entries, errors = read(path)
    assert errors == []
    opening = next(e for e in entries if isinstance(e, data.Transaction) and "opening" in e.tags)
    assert opening.date == first
    found = trial(pharmacy, first, last, Grouping.FUND)
    assert sum(int(p.units.number * 100) for p in opening.postings if "Cash" in p.account) == sum(
        row.opening for (account, _), row in found.items() if "cash" in account.value
    )
    closing = [e for e in entries if isinstance(e, data.Balance) and e.date == date(2026, 5, 21)]
    assert sorted(int(e.amount.number * 100) for e in closing) == sorted(
        row.closing for row in found.values() if row.opening or row.debit or row.credit
    )


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_piastre_changed_in_the_file_is_found(busy: Pharmacy, tmp_path: Path) -> None:
    with busy.database.reading() as session:
        path = exported(session, tmp_path / "books", busy[Role.AUDITOR])
    assert read(path)[1] == []
    text = path.read_text()
    assert "Assets:Stock:F" in text
    for found, instead in (
        ("  Assets:Stock:", "  Liabilities:Payables:"),
        (" 77.77 EGP", " 77.78 EGP"),
        (" ~ 0.00 EGP", "1 ~ 0.00 EGP"),
    ):
        assert found in text
        path.write_text(text.replace(found, instead, 1))
        assert read(path)[1] != []


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_the_command_writes_both_forms(busy: Pharmacy, tmp_path: Path) -> None:
    environment = {
        "PHARMACY_DATABASE_URL": busy.database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["export", *words], env=environment)

    made = run("beancount", str(tmp_path / "books"))
    assert made.exit_code == 0, made.stderr
    assert read(tmp_path / "books")[1] == []
    made = run("journal", str(tmp_path / "journal.csv"), "--from", "2026-03-01")
    assert made.exit_code == 0, made.stderr
    with (tmp_path / "journal.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    march = trial(busy, date(2026, 3, 1), date(2026, 12, 31))
    for (account, _), row in march.items():
        told = [line["amount"] for line in lines if line["account"] == account.value]
        assert sum(int(amount.replace(".", "")) for amount in told) == row.debit - row.credit
    assert lines[0]["voucher"].endswith("-D-2025-000001")
    assert lines[0]["account_code"] == "1100"
    assert run("journal", str(tmp_path / "x"), "--to", "2020-01-01").exit_code == 0
    late = run("journal", str(tmp_path / "x"), "--from", "2026-03-02", "--to", "2026-03-01")
    assert late.exit_code == 1


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_books_are_for_those_who_see_the_funds(pharmacy: Pharmacy) -> None:
    with pharmacy.database.reading() as session:
        assert books(session, actor=pharmacy[Role.FINANCE]) is None
        with pytest.raises(NotPermitted):
            books(session, actor=pharmacy.pharmacist)
        query = ReportQuery(date_from=TODAY, date_to=TODAY)
        with pytest.raises(NotPermitted):
            trial_balance(session, query, actor=pharmacy.pharmacist)


def test_books_that_do_not_balance_are_not_reported(busy: Pharmacy) -> None:
    with busy.database.transaction() as session:
        session.add(
            Posting(voucher_id=10, line_no=9, account=Account.CASH, fund_id=busy.fund_id, amount=5)
        )
    with pytest.raises(LedgerUnbalanced) as refused:
        trial(busy, date(2026, 4, 1), date(2026, 4, 30))
    assert refused.value.facts() == {"opening": 0, "closing": 5}
    with pytest.raises(InvalidPeriod):
        trial(busy, TODAY, TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("fund", "name"),
    [
        ("BUDGET", "Assets:CitizenCash:BUDGET"),
        ("F-1", "Assets:CitizenCash:F-1"),
        ("-1", "Assets:CitizenCash:X1-u2d31"),
        ("a", "Assets:CitizenCash:XA-u61"),
        ("أ", "Assets:CitizenCash:X-ud8a3"),
        ("", "Assets:CitizenCash:X-u"),
    ],
)
def test_any_code_makes_a_name_of_its_own(fund: str, name: str) -> None:
    assert account_name("asset", "citizen_cash", fund) == name
