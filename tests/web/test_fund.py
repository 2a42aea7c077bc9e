"""Funds through their pages: what each holds, money in and out, its paper, undoing, budgets."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Batch, BudgetEntry, Fund, MoneyVoucher, Supplier, Voucher
from pharmacy.rules.vocabulary import Account, PartyKind, PaymentMethod, Role, VoucherKind
from pharmacy.services.budget import change_budget
from pharmacy.services.money import receive_money
from pharmacy.services.period import close_period
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.papers.fund_reports import budget_against_actual
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    approve_request,
    item,
    open_pharmacy,
    rows,
)
from tests.invoices import invoice, pay, record, send_back
from tests.reports.reading import words
from tests.treasury import add_office, money
from tests.web.back_office import Visit, error_beside, links_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of


@dataclass
class Treasury:
    """A pharmacy whose budget holds a thousand pounds, and its finance officer's browser."""

    pharmacy: Pharmacy
    visit: Visit
    finance: InspectingClient

    @property
    def fund(self) -> str:
        return str(self.pharmacy.fund_id)


@pytest.fixture
def treasury(app: Flask, database: Database) -> Treasury:
    pharmacy = open_pharmacy(database)
    add_office(database)
    with database.transaction() as session:
        given = money(pharmacy, 1_000_00, account=Account.FUND_BALANCE, party_name="رصيد")

        receive_money(session, given, actor=pharmacy[Role.FINANCE], now=NOW)
    add_batch(pharmacy, add_drug(pharmacy), 10, 250_00)
    visit = visiting(app, pharmacy)
    return Treasury(pharmacy, visit, visit(Role.FINANCE))


SENT = {
    "comes_as": "fund_receipts",
    "amount": "1,250.50",
    "on": "05/03/2026",
    "method": "cheque",
    "reference": "٤٤٧١",
    "party": "",
    "party_name": "جمعية الخير للتنمية",
    "purpose": "دعم مرضى السكر",
    "note": "",
}


def test_money_comes_in_is_printed_and_is_undone(treasury: Treasury) -> None:
    sent = {**SENT, "fund": treasury.fund, "submission_id": "once"}
    for _ in range(2):
        answer = treasury.finance.send("/funds/receive", sent)
        assert answer.status_code == 303
    shown = (MoneyVoucher.amount, MoneyVoucher.method, MoneyVoucher.party_name)
    assert rows(treasury.pharmacy.database, *shown)[1:] == [
        (1_250_50, PaymentMethod.CHEQUE, "جمعية الخير للتنمية")
    ]
    address = answer.location
    page = treasury.finance.page(address)
    assert "1,250.50" in text_of(page.root)
    assert "Number of the cheque or transfer" in text_of(page.root)
    assert "Invoice number" not in text_of(page.root)
    assert "What moved" not in text_of(page.root)
    paper, _, undo = [one for one in links_of(page).values() if one.startswith("/funds/v/")]
    for language in ("ar", "en"):
        pdf = treasury.finance.get(f"{paper}?lang={language}")
        assert pdf.mimetype == "application/pdf"
        assert "1,250.50" in words(pdf.get_data())
    assert treasury.finance.send(undo, {"reason": "wrong_entry", "note": ""}).status_code == 303
    assert undo not in links_of(treasury.finance.page(address)).values()
    march = "/funds?date_from=01/03/2026&date_to=31/03/2026"
    cash = table_rows(treasury.visit(Role.AUDITOR).page(march), "Cash")
    assert cash[0][4:] == ["0.00", "2,250.50", "0.00", "0.00", "2,250.50"]
    today = table_rows(treasury.finance.page("/funds"), "Cash")
    assert today[0][4:] == ["2,250.50", "-1,250.50", "0.00", "0.00", "1,000.00"]


def test_a_fund_pays_what_it_holds_and_no_more(treasury: Treasury) -> None:
    sent = {**SENT, "fund": treasury.fund, "party_name": "", "party": "1", "amount": "400"}
    del sent["comes_as"]
    # Its money came on the tenth.
    early = treasury.finance.send("/funds/pay", sent)
    assert early.status_code == 409
    said = error_beside(Page(early.get_data(as_text=True)), "on")
    assert said.startswith("On 05/03/2026 the fund held EGP 0.00, and EGP 400.00 was asked for")
    sent["on"] = "10/03/2026"
    name = rows(treasury.pharmacy.database, Supplier.name, id=1)[0][0]
    assert treasury.finance.send("/funds/pay", sent).status_code == 303
    posted = (MoneyVoucher.account, MoneyVoucher.amount, MoneyVoucher.party_name)
    assert rows(treasury.pharmacy.database, *posted)[-1] == (Account.EXPENSES, 400_00, name)
    answer = treasury.finance.send("/funds/pay", {**sent, "amount": "600.01"})
    assert answer.status_code == 409
    assert "600.00" in answer.get_data(as_text=True)
    assert len(rows(treasury.pharmacy.database, MoneyVoucher.amount)) == 2
    assert treasury.finance.send("/funds/pay", {}).status_code == 422


def test_a_supplier_pays_back_what_it_owes_and_no_more(treasury: Treasury) -> None:
    """Of goods for 250 pounds, invoiced and paid, all went back."""
    pharmacy = treasury.pharmacy
    [(goods, batch)] = rows(pharmacy.database, Batch.voucher_id, Batch.id)
    pay(pharmacy, (record(pharmacy, invoice(pharmacy, 250_00, goods)), 250_00))
    send_back(pharmacy, batch, 10)
    supplier = str(pharmacy.supplier_id)
    sent = {
        **SENT,
        "comes_as": "payables",
        "fund": treasury.fund,
        "party": supplier,
        "party_name": "",
        "amount": "250",
        "on": "10/03/2026",
    }
    posted = len(rows(pharmacy.database, Voucher.id))
    answer = treasury.finance.send("/funds/receive", {**sent, "party": "", "party_name": "س"})
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert error_beside(page, "party") == "Choose the supplier on file who pays back."
    answer = treasury.finance.send("/funds/receive", {**sent, "amount": "250.01"})
    assert answer.status_code == 409
    said = error_beside(Page(answer.get_data(as_text=True)), "amount")
    assert said.startswith("They owe the fund EGP 250.00, and EGP 250.01 was to be paid back.")
    [back] = rows(pharmacy.database, Voucher.id, kind=VoucherKind.RETURN_TO_SUPPLIER)
    bill = {
        "number": "INV-9", "dated_on": "10/03/2026", "due_on": "10/03/2026", "amount": "0.01",
        "reason": "تسوية", "receipts": str(back[0]),
    }  # fmt: skip
    refused = treasury.finance.send(f"/invoices/new?supplier={supplier}", bill)
    assert refused.status_code == 422
    assert "the supplier owes the fund" in refused.get_data(as_text=True)
    bill["receipts"] = "9" * 19
    assert treasury.finance.send(f"/invoices/new?supplier={supplier}", bill).status_code == 404
    assert len(rows(pharmacy.database, Voucher.id)) == posted
    done = treasury.finance.send("/funds/receive", sent)
    assert done.status_code == 303
    page = treasury.finance.page(done.location)
    assert [row[2] for row in table_rows(page, "Postings")] == ["1200", "2100"]
    [name] = rows(pharmacy.database, Supplier.name, id=pharmacy.supplier_id)[0]
    [paper] = [at for at in links_of(page).values() if at.endswith("/paper")]
    for language in ("ar", "en"):
        said = words(treasury.finance.get(f"{paper}?lang={language}").get_data())
        assert "250.00" in said
    year = "date_from=2026-01-01&date_to=2026-12-31"
    account = table_rows(
        treasury.finance.page(f"/reports/supplier-balances?{year}"), "Suppliers' accounts"
    )
    assert account == [
        [name, "0.00", "250.00", "0.00", "0.00", "250.00", "250.00", "250.00", "0.00", "250.00"]
    ]


def test_money_of_a_closed_month_says_so(treasury: Treasury) -> None:
    with treasury.pharmacy.database.transaction() as session:
        close_period(session, "2026-02", actor=treasury.pharmacy[Role.FINANCE], now=NOW)
    sent = {**SENT, "fund": treasury.fund, "on": "27/02/2026"}
    answer = treasury.finance.send("/funds/receive", sent)
    page = text_of(treasury.finance.page(answer.location).root)
    assert "Its month is closed" in page
    assert "27/02/2026" in page


def test_a_budget_is_granted_cut_and_shown(treasury: Treasury) -> None:
    address = f"/funds/{treasury.fund}/budget"
    sent = {"year": "2026", "change": "grant", "amount": "5000", "reason": "قرار 81"}
    assert treasury.finance.send(address, sent).status_code == 303
    cut = {**sent, "change": "cut", "amount": "1000"}
    assert treasury.finance.send(address, cut).status_code == 303
    assert treasury.finance.send(address, {**cut, "amount": "4000.01"}).status_code == 422
    assert rows(treasury.pharmacy.database, BudgetEntry.amount) == [(5_000_00,), (-1_000_00,)]
    page = treasury.visit(Role.MANAGER).page(f"/funds/{treasury.fund}")
    (row,) = table_rows(page, "Budgets")
    assert row == ["2026/2027", "4,000.00", "0.00", "0.00", "4,000.00", "0.00", "Within the budget"]
    assert not [one for one in links_of(page).values() if one.endswith(("/edit", "/budget"))]


def test_promises_of_two_years_have_no_total(treasury: Treasury) -> None:
    pharmacy = treasury.pharmacy
    with pharmacy.database.transaction() as session:
        for year in (2025, 2026):
            facts = {"reason": "قرار", "submission_id": f"of {year}"}
            finance = pharmacy[Role.FINANCE]
            change_budget(session, pharmacy.fund_id, year, 900_00, actor=finance, now=NOW, **facts)
    # Twelve tablets at 25 pounds in four issues: three due by June, and none of them given.
    april = {"valid_from": date(2026, 4, 1), "valid_until": date(2026, 12, 31)}
    approve_request(pharmacy, item(1, 3, issues=4, days=31), **april)
    wanted = ReportQuery(date_from=date(2026, 6, 1), date_to=date(2026, 7, 1))
    found = []
    for query in (wanted, replace(wanted, date_from=date(2026, 7, 1))):
        with pharmacy.database.reading() as session:
            as_of = datetime(2026, 7, 1, 9, tzinfo=UTC)
            auditor = pharmacy[Role.AUDITOR]
            made = budget_against_actual(session, query, language="en", actor=auditor, as_of=as_of)
        table = made.paper.table
        at = [[column.key for column in table.columns].index(key) for key in ("committed", "left")]
        assert table.total is not None
        found.append([[row[place] for place in at] for row in (*table.rows, table.total)])
    of_new = [300_00, 600_00]
    assert found == [[[225_00, 675_00], of_new, [None, None]], [of_new, of_new]]


def test_a_fund_for_one_person_is_put_on_file_and_changed(treasury: Treasury) -> None:
    pharmacy = treasury.pharmacy
    person = add_beneficiary(pharmacy, identity_number="26803011898047")
    sent = {
        "code": "amina",
        "kind": "cash_gift",
        "name_ar": "لأمينة",
        "name_en": "",
        "donor": str(pharmacy.supplier_id),
        "condition": "",
        "centre": "",
        "person": "٢٦٨٠٣٠١١٨٩٨٠٤٧",
        "active": "y",
    }
    answer = treasury.finance.send("/funds/new", sent)
    assert answer.status_code == 303
    shown = (Fund.restricted, Fund.beneficiary_id, Fund.donor_id, Fund.active)
    assert rows(pharmacy.database, *shown, code="AMINA") == [
        (True, person, pharmacy.supplier_id, True)
    ]
    assert treasury.finance.send("/funds/new", sent).status_code == 422
    unknown = treasury.finance.send("/funds/new", {**sent, "code": "x", "person": "1"})
    assert unknown.status_code == 422
    edit = f"{answer.location}/edit"
    treasury.finance.page(edit)
    assert treasury.finance.send(edit, {**sent, "person": "", "active": ""}).status_code == 303
    assert rows(pharmacy.database, Fund.beneficiary_id, Fund.active, code="AMINA") == [
        (None, False)
    ]


def test_suppliers_and_bodies_are_kept(treasury: Treasury) -> None:
    sent = {"name": "بنك الدواء", "kind": "institution", "phone": "045", "tax_number": "77"}
    database = treasury.pharmacy.database
    assert treasury.finance.send("/funds/parties/new", {**sent, "active": "y"}).status_code == 303
    assert treasury.finance.send("/funds/parties/new", sent).status_code == 422
    ((key, kind),) = rows(database, Supplier.id, Supplier.kind, name="بنك الدواء")
    assert kind is PartyKind.INSTITUTION
    treasury.finance.page(f"/funds/parties/{key}")
    sent["phone"] = "0453"
    assert treasury.finance.send(f"/funds/parties/{key}", sent).status_code == 303
    assert rows(database, Supplier.phone, Supplier.active, id=key) == [("0453", True)]
    names = [
        row[0]
        for row in table_rows(treasury.finance.page("/funds/parties"), "Suppliers and bodies")
    ]
    assert "بنك الدواء" in names


def test_the_list_of_vouchers_says_what_cash_moved(treasury: Treasury) -> None:
    page = treasury.finance.page("/vouchers?kind=fund_receipt")
    (row,) = table_rows(page, "Vouchers")
    assert row[-1] == "1,000.00"
    assert rows(treasury.pharmacy.database, Voucher.id, kind=VoucherKind.FUND_RECEIPT)
