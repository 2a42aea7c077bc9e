"""What accounts are called: one set of names and codes, the chart's, on every page and paper."""

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import LedgerAccount
from pharmacy.rules.vocabulary import Account, Role
from tests.builders import Pharmacy, open_pharmacy, rows
from tests.invoices import owe_a_supplier
from tests.reports.reading import words
from tests.treasury import add_office
from tests.web.back_office import Visit, field_of, links_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import text_of

MARCH = "date_from=2026-03-01&date_to=2026-03-31"
STATEMENT = f"/reports/account-statement?{MARCH}"
RENAMED = "Treasury"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = open_pharmacy(database)
    add_office(database)
    owe_a_supplier(pharmacy)
    return pharmacy


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


def rename_cash(pharmacy: Pharmacy, finance: InspectingClient) -> str:
    """Call cash by another name and code, and return what it was called before."""
    columns = (LedgerAccount.account, LedgerAccount.code, LedgerAccount.name_ar)
    told = rows(pharmacy.database, *columns, LedgerAccount.name_en)
    form: dict[str, str] = {}
    for account, code, name_ar, name_en in told:
        form |= {
            f"{account.value}_code": code,
            f"{account.value}_name_ar": name_ar,
            f"{account.value}_name_en": name_en,
        }
    named = {"cash_code": "1299", "cash_name_ar": "خزينة الدعم", "cash_name_en": RENAMED}
    assert finance.send("/ledger", {**form, **named}).status_code == 303
    return form["cash_name_en"]


def test_a_renamed_account_has_its_new_name_on_every_page_and_paper(
    pharmacy: Pharmacy, visit: Visit
) -> None:
    finance = visit(Role.FINANCE)
    before = rename_cash(pharmacy, finance)
    for month in ("2026-02", "2026-03"):
        assert finance.send(f"/periods/{month}/close", {}).status_code == 303
    document = next(at for at in links_of(finance.page(STATEMENT)).values() if "/stock/v/" in at)
    pages = ("/ledger", "/reports/trial-balance?" + MARCH, STATEMENT, "/periods/2026-03", document)
    for path in pages:
        said = finance.get(path).get_data(as_text=True)
        assert RENAMED in said, path
        assert "1299" in said, path
        assert before not in said, path
    accounts = table_rows(finance.page("/periods/2026-03"), "Accounts")
    assert [RENAMED, "1299"] in [row[:2] for row in accounts]
    for path in (
        "/periods/2026-03/certificate",
        f"{STATEMENT}&format=pdf",
        f"/reports/trial-balance?{MARCH}&format=pdf",
    ):
        paper = words(finance.get(path).data)
        assert RENAMED in paper, path
        assert "1299" in paper, path
        assert before not in paper, path
    for path in ("/ledger/journal", "/ledger/beancount"):
        books = finance.get(path).get_data(as_text=True)
        assert "1299" in books, path
        assert "خزينة الدعم" in books, path
    arabic = visit(Role.AUDITOR, language="ar")
    for path in pages:
        assert "خزينة الدعم" in arabic.get(path).get_data(as_text=True), path


def test_a_statement_says_of_which_account_it_is_and_is_never_of_all(visit: Visit) -> None:
    auditor = visit(Role.AUDITOR)

    def told(path: str) -> tuple[str, list[str]]:
        page = auditor.page(path)
        chosen = [
            text_of(one)
            for one in field_of(page, "account").iter("option")
            if "selected" in one.attrib
        ]
        return text_of(page.all("h1")[0]), chosen

    cash = "Cash at bank and in the treasury (1200)"
    for said in ("", "&account=", "&account=nonsense", "&account=cash"):
        assert told(STATEMENT + said) == (f"Account statement: {cash}", [cash])
    owed = "Suppliers and contract pharmacies (2100)"
    assert told(f"{STATEMENT}&account=payables") == (f"Account statement: {owed}", [owed])
    page = auditor.page(STATEMENT)
    values = [one.get("value") for one in field_of(page, "account").iter("option")]
    assert sorted(str(value) for value in values) == sorted(Account)
    assert f"Account: {cash}" in text_of(page.root)
