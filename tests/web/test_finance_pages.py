"""Finance's own pages: every figure opens what holds it, or is among the few named ones."""

from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy, open_pharmacy
from tests.claims import a_claim
from tests.fund_month import fund_month
from tests.invoices import owe_a_supplier
from tests.services.test_drawer import count, sold
from tests.web.back_office import field_of, table_rows, visiting
from tests.web.figures_behind import (
    PAGES_OPEN_NOTHING,
    PAGES_OPEN_OTHERWISE,
    figures_on,
    tells,
)
from tests.web.inspection import text_of

DAYS = "date_from=2026-03-01&date_to=2026-03-31"
PAGES = {
    "funds": f"/funds?{DAYS}",
    "funds/1": f"/funds/1?{DAYS}",
    "periods": "/periods/2026-03",
    "months": "/periods",
    "statement": f"/reports/statement?{DAYS}",
}


def posted(database: Database) -> Pharmacy:
    """Post some of all that funds get, give and owe; the budget's month comes last."""
    pharmacy = open_pharmacy(database)
    sold(pharmacy, 100_00)
    count(pharmacy, {50_00: 1})
    a_claim(pharmacy)
    owe_a_supplier(pharmacy)
    fund_month(pharmacy)
    return pharmacy


def test_every_figure_opens_what_holds_it(app: Flask, database: Database) -> None:
    auditor = visiting(app, posted(database))(Role.AUDITOR)
    closed, false = set(), set()
    for name, path in PAGES.items():
        sample = {}
        for one in figures_on(auditor.page(path)):
            of = name, one.column
            named = PAGES_OPEN_NOTHING.keys() & {of, (name, one.row)}
            if not one.href and not named:
                closed.add((*of, one.text))
            if one.href and of not in PAGES_OPEN_OTHERWISE:
                sample.setdefault((one.column, one.href.partition("?")[0]), one)
        assert name == "statement" or sample, path
        for one in sample.values():
            if not tells(auditor.page(one.href), one):
                false.add((name, one.column, one.text, one.href))
    assert closed == set()
    assert false == set()


def test_what_funds_owe_stands_beside_what_they_hold_to_this_day(
    app: Flask, database: Database
) -> None:
    auditor = visiting(app, posted(database))(Role.AUDITOR)
    page = auditor.page(f"/funds?{DAYS}")
    [cash, *_others] = table_rows(page, "Cash")
    assert cash[4:] == ["0.00", "6,000.00", "50.00", "719.02", "5,330.98"]
    [owed, *_others] = table_rows(page, "Owed to suppliers and contract pharmacies")
    [stock, *_others] = table_rows(page, "Medicine in stock")
    assert owed[1:6] == ["1,199.00", "250.02", "60.00", "599.02", "910.00"]
    figures = (float(text.replace(",", "")) for text in (cash[-1], stock[-1], owed[5], owed[6]))
    held, kept, due, net = figures
    assert round(held + kept - due, 2) == net
    for path in ("/funds", "/funds/1"):
        shown = auditor.page(path)
        [first, last] = [field_of(shown, name).get("value") for name in ("date_from", "date_to")]
        assert first is not None
        assert first.startswith("01/07/"), path
        assert last not in {None, ""}
        assert f"Closing on {last}" in text_of(shown.root) or path == "/funds"
