"""Receiving goods: what is typed is posted to the piastre, or refused beside its field."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import Batch, Posting, StockMovement, Supplier, Voucher
from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy, add_drug, approve_request, item, open_pharmacy, rows
from tests.web.back_office import Visit, error_beside, field_of, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of

PATH = "/stock/receive"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def keeper(visit: Visit) -> InspectingClient:
    return visit(Role.STORE_KEEPER)


@pytest.fixture
def drug(pharmacy: Pharmacy) -> int:
    return add_drug(pharmacy, code="BH01", name_en="Concor", name_ar="كونكور", pack_size=30)


def typed(pharmacy: Pharmacy, **changes: str) -> dict[str, str | list[str]]:
    given = {
        "supplier": str(pharmacy.supplier_id),
        "fund": str(pharmacy.fund_id),
        "document_reference": "INV-77",
        "lines-0-drug": "BH01",
        "lines-0-lot": "A2317",
        "lines-0-expiry": "03/2029",
        "lines-0-packs": "4",
        "lines-0-cost": "1,234.50",
    }
    return {**given, **{name.replace("__", "-"): text for name, text in changes.items()}}


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Voucher, Batch, StockMovement, Posting, Supplier)
        }


def test_packs_and_loose_units_become_units_and_the_cost_stays_the_lines(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    answer = keeper.send(
        PATH,
        typed(
            pharmacy,
            lines__0__units="٥",
            lines__3__drug="BH01 · Concor",
            lines__3__lot="B1",
            lines__3__expiry="٣١/٠٣/٢٠٢٩",
            lines__3__units="7",
            lines__3__cost="٠٫٠٧",
            invoice_total="1234.57",
        ),
    )
    assert answer.status_code == 303
    assert answer.location == "/stock/v/1"
    found = rows(
        pharmacy.database,
        Batch.drug_id,
        Batch.lot,
        Batch.on_hand,
        Batch.value_on_hand,
        Batch.expiry,
    )
    assert [(row[:4], row[4].isoformat()) for row in found] == [
        ((drug, "A2317", 125, 123450), "2029-03-31"),
        ((drug, "B1", 7, 7), "2029-03-31"),
    ]
    assert sum(amount for (amount,) in rows(pharmacy.database, Posting.amount)) == 0
    assert rows(pharmacy.database, Voucher.document_reference) == [("INV-77",)]


def test_the_same_form_sent_twice_posts_once(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    fields = {**typed(pharmacy), "submission_id": "sent-twice"}
    first, second = keeper.send(PATH, fields), keeper.send(PATH, fields)
    assert first.location == second.location
    assert counted(pharmacy.database)["voucher"] == 1


def test_a_new_supplier_is_added_with_the_receipt(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    answer = keeper.send(PATH, typed(pharmacy, supplier="", new_supplier="ابن سينا فارما"))
    assert answer.status_code == 303
    [(supplier_id,)] = rows(pharmacy.database, Voucher.supplier_id)
    assert rows(pharmacy.database, Supplier.name, id=supplier_id) == [("ابن سينا فارما",)]


def test_a_scanned_pack_brings_its_lot_and_expiry(
    pharmacy: Pharmacy, keeper: InspectingClient
) -> None:
    add_drug(pharmacy, code="BH02", gtins=frozenset({"06223000000014"}))
    code = "(01)06223000000014(17)290331(10)L77"
    fields = typed(pharmacy, lines__0__drug=code, lines__0__lot="", lines__0__expiry="")
    assert keeper.send(PATH, fields).status_code == 303
    [(lot, expiry)] = rows(pharmacy.database, Batch.lot, Batch.expiry)
    assert (lot, expiry.isoformat()) == ("L77", "2029-03-31")


def test_goods_bought_for_a_request_are_kept_for_it(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    approved = approve_request(pharmacy, item(drug))
    assert keeper.send(PATH, typed(pharmacy, request_number="2026-000001")).status_code == 303
    assert rows(pharmacy.database, Batch.request_id) == [(approved.request_id,)]


REFUSED: Sequence[tuple[dict[str, str], str, str]] = [
    ({"supplier": ""}, "supplier", "Choose the supplier, or type a new one."),
    ({"fund": ""}, "fund", "This field is required."),
    ({"document_reference": ""}, "document_reference", "This field is required."),
    ({"lines__0__drug": ""}, "lines-0-drug", "Choose an item of the formulary."),
    (
        {"lines__0__drug": "nothing like it"},
        "lines-0-drug",
        "No item of the formulary is called this. Type its code or its name.",
    ),
    (
        {"lines__0__lot": ""},
        "lines-0-lot",
        "Type the lot number as printed on the pack.",
    ),
    ({"lines__0__expiry": ""}, "lines-0-expiry", "Type the expiry date."),
    (
        {"lines__0__expiry": "13/2027"},
        "lines-0-expiry",
        "Type the expiry as printed on the pack, like 03/2027.",
    ),
    (
        {"lines__0__expiry": "01/2020"},
        "lines-0-expiry",
        "This has expired and cannot come into stock.",
    ),
    ({"lines__0__packs": ""}, "lines-0-packs", "Type how many units came in."),
    ({"lines__0__cost": ""}, "lines-0-cost", "Type what the line cost."),
    (
        {"lines__0__cost": "12,5"},
        "lines-0-cost",
        "Type an amount in pounds with at most two decimals, like 1234.50.",
    ),
    (
        {"invoice_total": "1000"},
        "invoice_total",
        "The lines come to EGP 1,234.50, not to this.",
    ),
    (
        {"request_number": "2020-000009"},
        "request_number",
        "There is no citizen request with this number.",
    ),
]


def test_it_refuses_beside_the_field_keeps_what_was_typed_and_moves_nothing(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    before = counted(pharmacy.database)
    for changes, field, words in REFUSED:
        answer = keeper.send(PATH, typed(pharmacy, new_supplier="", **changes))
        assert answer.status_code == 422, changes
        page = Page(answer.get_data(as_text=True))
        assert error_beside(page, field) == words
        fields = typed(pharmacy, **changes)
        for name in ("lines-0-drug", "lines-0-lot", "lines-0-expiry", "lines-0-cost"):
            assert field_of(page, name).get("value") == fields[name]
        assert counted(pharmacy.database) == before, changes


def test_an_expired_line_is_named_where_it_stands_though_lines_before_it_are_empty(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    second = {
        "lines-5-drug": "BH01", "lines-5-lot": "X", "lines-5-expiry": "01/2020",
        "lines-5-units": "1", "lines-5-cost": "1",
    }  # fmt: skip
    answer = keeper.send(PATH, {**typed(pharmacy), **second})
    page = Page(answer.get_data(as_text=True))
    assert error_beside(page, "lines-5-expiry") == "This has expired and cannot come into stock."
    assert error_beside(page, "lines-0-expiry") == ""
    summary = [text_of(one) for one in page.all("a") if one.get("href") == "#lines-5-expiry"]
    assert summary == ["Line 6: Expiry: This has expired and cannot come into stock."]
    assert counted(pharmacy.database)["voucher"] == 0


def test_a_name_that_two_items_share_offers_both(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    add_drug(pharmacy, code="BH02", name_en="Concor plus")
    answer = keeper.send(PATH, typed(pharmacy, lines__0__drug="concor"))
    words = error_beside(Page(answer.get_data(as_text=True)), "lines-0-drug")
    assert "BH01 · Concor" in words
    assert "BH02 · Concor plus" in words


def test_a_form_without_any_line_is_refused(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    empty = {f"lines-0-{name}": "" for name in ("drug", "lot", "expiry", "packs", "cost")}
    answer = keeper.send(PATH, {**typed(pharmacy), **empty})
    assert answer.status_code == 422
    assert "Enter at least one line." in answer.get_data(as_text=True)


def test_a_refused_receipt_adds_no_supplier_either(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    fields = typed(pharmacy, supplier="", new_supplier="مورد", lines__0__expiry="01/2020")
    assert keeper.send(PATH, fields).status_code == 422
    assert counted(pharmacy.database)["supplier"] == 1


def test_more_lines_come_without_a_script_and_keep_what_was_typed(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    assert field_of(keeper.page(PATH), "lines-7-drug") is not None
    answer = keeper.send(PATH, {**typed(pharmacy), "more": "1"})
    page = Page(answer.get_data(as_text=True))
    assert field_of(page, "lines-15-drug").get("value") == ""
    assert field_of(page, "lines-0-lot").get("value") == "A2317"
    assert counted(pharmacy.database)["voucher"] == 0


def test_only_the_store_keeper_enters(visit: Visit) -> None:
    for role in Role:
        visit(role).page(PATH, status=200 if role is Role.STORE_KEEPER else 403)


def test_the_form_asks_as_many_statements_for_many_items_as_for_one(
    pharmacy: Pharmacy, keeper: InspectingClient, drug: int
) -> None:
    with statements_of(pharmacy.database) as few:
        keeper.page(PATH)
    for _ in range(5):
        add_drug(pharmacy)
    with statements_of(pharmacy.database) as many:
        keeper.page(PATH)
    assert len(few) == len(many)


def test_the_form_is_a_good_page_in_arabic_with_and_without_mistakes(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    client = visit(Role.STORE_KEEPER, language="ar")
    client.page(PATH)
    assert client.send(PATH, typed(pharmacy, lines__0__lot="")).status_code == 422
