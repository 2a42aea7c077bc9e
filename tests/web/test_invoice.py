"""Invoices and the chart of accounts through their pages, and the books as files."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import AuditEvent, InvoicePayment, LedgerAccount, SupplierInvoice
from pharmacy.rules.vocabulary import Account, Role
from pharmacy.services.supplier import add_supplier
from tests.beancount_books import read
from tests.builders import NOW, Pharmacy, add_fund, open_pharmacy, rows, snapshot
from tests.invoices import give_cash, invoice, owe_a_supplier, pay, receive_goods, record
from tests.reports.reading import words
from tests.services.verified import faults
from tests.treasury import add_office
from tests.web.back_office import Visit, error_beside, foot_of, links_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.office import TODAY

LIST = "Suppliers' invoices"
GOODS = "Goods it is for"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = open_pharmacy(database)
    add_office(database)
    return pharmacy


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def finance(visit: Visit) -> InspectingClient:
    return visit(Role.FINANCE)


def seen(client: InspectingClient, path: str) -> Page:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.get_data(as_text=True))


def test_an_invoice_is_recorded_against_its_goods_and_paid(
    pharmacy: Pharmacy, finance: InspectingClient
) -> None:
    goods, left = receive_goods(pharmacy, 700_00), receive_goods(pharmacy, 50_00)
    give_cash(pharmacy, 1_000_00)
    of = f"?supplier={pharmacy.supplier_id}"
    page = seen(finance, f"/invoices/new{of}")
    assert [row[5] for row in table_rows(page, "Goods it is for")] == ["700.00", "50.00"]
    typed = {
        "number": "ف-417",
        "dated_on": "01/03/2026",
        "due_on": "31/03/2026",
        "amount": "700.05",
        "receipts": [str(goods)],
    }
    before = snapshot(pharmacy.database)
    refused = finance.send(f"/invoices/new{of}", typed)
    assert refused.status_code == 422
    wrong = Page(refused.get_data(as_text=True))
    assert "The invoice asks for EGP 700.05" in error_beside(wrong, "reason")
    assert snapshot(pharmacy.database) == before
    sent = {**typed, "reason": "نقل", "submission_id": "once"}
    made = finance.send(f"/invoices/new{of}", sent)
    assert (made.status_code, made.location) == (303, "/invoices/1")
    assert finance.send(f"/invoices/new{of}", sent).location == "/invoices/1"
    page = seen(finance, "/invoices/1")
    assert [row[3] for row in table_rows(page, "Goods it is for")] == ["700.00"]
    page = seen(finance, f"/invoices/new{of}")
    assert [row[5] for row in table_rows(page, "Goods it is for")] == ["50.00"]
    assert left

    page = seen(finance, f"/invoices/pay{of}")
    assert [row[:1] + row[2:5] for row in table_rows(page, "Left to pay")] == [
        ["ف-417", "31/03/2026", "700.05", "700.05"]
    ]
    assert foot_of(page) == ["Total", "700.05", "700.05", "700.05"]
    paying = {"on": "10/03/2026", "method": "cheque", "reference": "88"}
    refused = finance.send(f"/invoices/pay{of}", {**paying, "pay_1": "700.06"})
    assert refused.status_code == 409
    wrong = Page(refused.get_data(as_text=True))
    assert "on invoice" in error_beside(wrong, "pay_1")
    # A cell of figures runs left to right; a sentence in it has a direction of its own.
    [note] = [one for one in wrong.all("p") if one.get("id") == "pay_1-error"]
    assert note.get("dir") == "auto"
    refused = finance.send(f"/invoices/pay{of}", {**paying, "pay_1": ""})
    assert refused.status_code == 422
    made = finance.send(f"/invoices/pay{of}", {**paying, "pay_1": "700.05"})
    assert made.status_code == 303
    assert rows(pharmacy.database, InvoicePayment.amount) == [(700_05,)]
    assert "Payment of invoice ف-417" in text_of(finance.page(made.location).root)
    papers = [at for at in links_of(finance.page(made.location)).values() if "/paper" in at]
    assert len(papers) == 2
    for paper in papers:
        printed = words(finance.get(paper).data)
        assert "ف-417" in printed or "417-ف" in printed
        assert "700.05 700.05 0.00" in printed
    [row] = table_rows(seen(finance, "/invoices?state=paid"), LIST)
    assert row[5:] == ["700.05", "700.05", "0.00", "Paid in full"]
    assert faults(pharmacy.database) == {}


def test_a_payment_opens_with_the_invoices_of_one_fund_and_may_be_sent_as_it_stands(
    pharmacy: Pharmacy, finance: InspectingClient
) -> None:
    other = add_fund(pharmacy.database)
    give_cash(pharmacy, 5_000_00)
    for number, value, fund_id in (("A", 10_00, None), ("B", 20_00, other), ("C", 30_00, None)):
        goods = receive_goods(pharmacy, value, fund_id=fund_id)
        record(pharmacy, invoice(pharmacy, value, goods, number=number))
    of = f"/invoices/pay?supplier={pharmacy.supplier_id}"
    for address, numbers in (
        (of, ["A", "C"]),
        (f"{of}&fund={other}", ["B"]),
        (f"{of}&fund=99", ["A", "C"]),
    ):
        page = seen(finance, address)
        assert [row[0] for row in table_rows(page, "Left to pay")] == numbers
        assert len([link for link in links_of(page).values() if "fund=" in link]) == 2
    page = seen(finance, of)
    assert foot_of(page)[1:] == ["40.00", "40.00", "40.00"]
    made = finance.send(of, {"method": "cash"})
    assert made.status_code == 303
    assert "Payment of invoices A، C" in text_of(finance.page(made.location).root)
    page = seen(finance, of)
    assert [row[0] for row in table_rows(page, "Left to pay")] == ["B"]
    assert faults(pharmacy.database) == {}


def test_the_list_narrows_and_only_finance_writes(
    pharmacy: Pharmacy, visit: Visit, finance: InspectingClient
) -> None:
    owe_a_supplier(pharmacy)
    auditor = visit(Role.AUDITOR)
    states = [row[8] for row in table_rows(seen(auditor, "/invoices"), LIST)]
    assert states == ["Payment overdue", "Paid in full"]
    assert len(table_rows(seen(auditor, "/invoices?state=overdue"), LIST)) == 1
    paid = table_rows(seen(auditor, "/invoices/1"), "Payments")
    assert [row[2:] for row in paid] == [["500.00", ""], ["1.00", "Undone"]]
    for path in ("/invoices/new", "/invoices/pay"):
        assert auditor.get(path).status_code == 403
        assert finance.get(path).status_code == 200
        assert "Whose invoice" in finance.get(f"{path}?supplier=99").get_data(as_text=True)
    assert finance.get("/invoices/99").status_code == 404
    assert len(rows(pharmacy.database, SupplierInvoice.id)) == 2


def chart(pharmacy: Pharmacy) -> dict[str, str]:
    found: dict[str, str] = {}
    columns = [LedgerAccount.account, LedgerAccount.code]
    for account, code, ar, en in rows(
        pharmacy.database, *columns, LedgerAccount.name_ar, LedgerAccount.name_en
    ):
        found |= {
            f"{account.value}_code": code,
            f"{account.value}_name_ar": ar,
            f"{account.value}_name_en": en,
        }
    return found


def test_codes_and_names_of_accounts_are_finances_to_choose(
    pharmacy: Pharmacy, visit: Visit, finance: InspectingClient
) -> None:
    given = chart(pharmacy)
    swapped = {**given, "cash_code": "1100", "stock_code": "1200", "stock_name_en": "Medicines"}
    assert finance.send("/ledger", swapped).status_code == 303
    assert chart(pharmacy) == swapped
    changes = rows(pharmacy.database, AuditEvent.noun_id, noun="account", action="change")
    assert sorted(changes) == [(Account.CASH.value,), (Account.STOCK.value,)]
    twice = {**swapped, "cash_code": "1200"}
    assert finance.send("/ledger", twice).status_code == 409
    assert finance.send("/ledger", {**swapped, "cash_code": " "}).status_code == 422
    assert finance.send("/ledger", swapped).status_code == 303
    assert chart(pharmacy) == swapped
    manager = visit(Role.MANAGER)
    assert ["1200", given["stock_name_ar"], "Medicines", "Asset"] in table_rows(
        seen(manager, "/ledger"), "Accounts"
    )


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_the_books_are_saved_as_files(
    pharmacy: Pharmacy, finance: InspectingClient, tmp_path: Path
) -> None:
    owe_a_supplier(pharmacy)
    with pharmacy.database.transaction() as session:
        add_supplier(session, "س", actor=pharmacy.keeper, now=NOW)
    answer = finance.get("/ledger/beancount")
    assert answer.status_code == 200
    assert "ledger.beancount" in answer.headers["Content-Disposition"]
    path = tmp_path / "books"
    path.write_bytes(answer.get_data())
    entries, errors = read(path)
    assert errors == []
    assert entries
    answer = finance.get("/ledger/journal?date_from=2026-03-10")
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {line["date"] for line in lines} == {"2026-03-10"}
    wrong = finance.get("/ledger/journal?date_from=2026-03-10&date_to=2026-03-09")
    assert wrong.content_type.startswith("text/html")
    assert finance.get("/ledger/beancount?date_from=x").content_type.startswith("text/html")


def test_an_invoice_is_undone_on_its_page_and_the_right_one_recorded(
    pharmacy: Pharmacy, visit: Visit, finance: InspectingClient
) -> None:
    goods = receive_goods(pharmacy, 700_00)
    give_cash(pharmacy, 1_000_00)
    of = record(pharmacy, invoice(pharmacy, 701_00, goods, number="F-1", reason="نقل"))
    payment = pay(pharmacy, (of, 1_00))
    where = f"/invoices/{of}"
    assert f"{where}/reverse" in finance.get(where).text
    typed = {"reason": "wrong_entry", "note": "مورد آخر", "submission_id": "once"}
    before = snapshot(pharmacy.database)
    refused = finance.send(f"{where}/reverse", typed)
    assert refused.status_code == 422
    assert "Reverse the payment first" in refused.text
    assert snapshot(pharmacy.database) == before
    assert finance.send(f"/funds/v/{payment}/reverse", {"reason": "wrong_entry"}).status_code == 303
    for _ in range(2):
        assert finance.send(f"{where}/reverse", typed).location == where
    assert finance.send(f"{where}/reverse", {**typed, "submission_id": "2"}).status_code == 409
    page = seen(finance, where)
    said = text_of(page.root)
    assert "This invoice was undone" in said
    assert "مورد آخر" in said
    assert "-RV-" in said
    assert f"{where}/reverse" not in finance.get(where).text
    [row] = table_rows(seen(finance, "/invoices?state=undone"), LIST)
    assert row[5:] == ["701.00", "0.00", "0.00", "Undone"]
    assert table_rows(seen(finance, f"/invoices/new?supplier={pharmacy.supplier_id}"), GOODS)
    new = f"/invoices/new?supplier={pharmacy.supplier_id}"
    again = {"number": "F-1", "dated_on": "01/03/2026", "due_on": "31/03/2026"}
    made = finance.send(new, {**again, "amount": "700.00", "receipts": [str(goods)]})
    assert made.status_code == 303
    auditor = visit(Role.AUDITOR)
    assert auditor.get(f"{where}/reverse").status_code == 403
    assert "This invoice was undone" in auditor.get(where).text
    [difference] = rows(pharmacy.database, SupplierInvoice.voucher_id, id=of)
    assert where in auditor.get(f"/stock/v/{difference[0]}").text
    days = f"date_from={TODAY}&date_to={TODAY + timedelta(days=1)}"
    assert "-SI-" in auditor.get(f"/reports/reversals?{days}&format=csv").text
    assert faults(pharmacy.database) == {}
