"""Vouchers through their pages: the list, one whole, its permit, undoing a receipt."""

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Batch, Voucher
from pharmacy.rules.vocabulary import Role, VoucherKind
from tests.builders import (
    Pharmacy,
    add_batch,
    add_drug,
    add_site,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
)
from tests.reports.reading import words
from tests.web.back_office import Visit, error_beside, links_of, table_rows, visiting
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of

RECEIPT = 1


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def batch(pharmacy: Pharmacy) -> int:
    drug = add_drug(pharmacy, code="BH01", name_en="Concor", name_ar="كونكور", pack_size=30)
    return add_batch(pharmacy, drug, 100, 3333)


def test_it_shows_what_moved_and_its_seal(pharmacy: Pharmacy, visit: Visit, batch: int) -> None:
    page = visit(Role.STORE_KEEPER).page("/stock/v/1")
    [row] = table_rows(page, "What moved")
    assert row[5:7] == ["100", "33.33"]
    [(seal,)] = rows(pharmacy.database, Voucher.seal)
    assert seal in text_of(page.root)


def test_only_those_who_answer_for_money_see_the_postings(visit: Visit, batch: int) -> None:
    for role in (Role.FINANCE, Role.AUDITOR, Role.MANAGER):
        debit, credit = table_rows(visit(role).page("/stock/v/1"), "Postings")
        assert debit[1:] == ["Stock of medicines and supplies", "1100", debit[3], "33.33", ""]
        assert credit[1:] == ["Suppliers and contract pharmacies", "2100", credit[3], "", "33.33"]
    assert "Postings" not in text_of(visit(Role.STORE_KEEPER).page("/stock/v/1").root)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_permit_holds_every_line_the_total_in_words_and_the_form_number(
    visit: Visit, batch: int, language: str
) -> None:
    answer = visit(Role.STORE_KEEPER, language=language).get("/stock/v/1/permit")
    assert answer.mimetype == "application/pdf"
    paper = words(answer.get_data())
    for figure in ("33.33", "100", "10.00", "INV-1", "BH01"):
        assert figure in paper


def test_a_dispensing_has_no_permit(pharmacy: Pharmacy, visit: Visit, batch: int) -> None:
    drug = rows(pharmacy.database, Batch.drug_id)[0][0]
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    visit(Role.STORE_KEEPER).page(f"/stock/v/{voucher}/permit", status=404)


def test_a_receipt_is_undone_whole_and_says_so(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    client = visit(Role.STORE_KEEPER)
    assert "Undo it" in links_of(client.page("/stock/v/1"))
    answer = client.send("/stock/v/1/reverse", {"reason": "wrong_entry", "note": "فاتورة أخرى"})
    assert answer.location == "/stock/v/2"
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(0, 0)]
    assert rows(pharmacy.database, Voucher.kind, Voucher.reverses_id)[1] == (
        VoucherKind.REVERSAL,
        RECEIPT,
    )
    page = client.page("/stock/v/1")
    assert "Something of it was undone on" in text_of(page.root)
    assert "Undo it" not in links_of(page)


def test_what_was_issued_since_cannot_be_undone_and_nothing_moves(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    drug = rows(pharmacy.database, Batch.drug_id)[0][0]
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    answer = visit(Role.STORE_KEEPER).send("/stock/v/1/reverse", {"reason": "wrong_entry"})
    assert answer.status_code == 422
    shown = text_of(Page(answer.get_data(as_text=True)).root)
    assert "Something of it was issued since. Reverse the later documents first." in shown
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(70, 2333)]
    assert len(rows(pharmacy.database, Voucher.id)) == 2


def test_undoing_needs_a_reason(pharmacy: Pharmacy, visit: Visit, batch: int) -> None:
    answer = visit(Role.STORE_KEEPER).send("/stock/v/1/reverse", {"note": "بلا سبب"})
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert error_beside(page, "reason") == "This field is required."
    assert len(rows(pharmacy.database, Voucher.id)) == 1


def test_the_same_undoing_sent_twice_is_done_once(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    client = visit(Role.STORE_KEEPER)
    fields = {"reason": "wrong_entry", "submission_id": "sent-twice"}
    first = client.send("/stock/v/1/reverse", dict(fields))
    second = client.send("/stock/v/1/reverse", dict(fields))
    assert first.location == second.location == "/stock/v/2"
    assert len(rows(pharmacy.database, Voucher.id)) == 2


def test_a_receipt_of_another_site_is_not_undone(
    app: Flask, pharmacy: Pharmacy, batch: int
) -> None:
    other = Pharmacy(
        pharmacy.database,
        site_id=add_site(pharmacy.database),
        fund_id=pharmacy.fund_id,
        supplier_id=pharmacy.supplier_id,
    )
    client = visiting(app, other)(Role.STORE_KEEPER)
    assert "Undo it" not in links_of(client.page("/stock/v/1"))
    assert client.send("/stock/v/1/reverse", {"reason": "wrong_entry"}).status_code == 404
    assert rows(pharmacy.database, Batch.on_hand) == [(100,)]


def test_the_list_is_narrowed_by_kind_day_and_invoice(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    drug = rows(pharmacy.database, Batch.drug_id)[0][0]
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    client = visit(Role.AUDITOR)

    def kinds(query: str) -> list[str]:
        return [row[1] for row in table_rows(client.page(f"/vouchers?{query}"), "Vouchers")]

    assert kinds("") == ["Dispensing to a citizen", "Goods receipt"]
    assert kinds("kind=goods_receipt") == ["Goods receipt"]
    assert kinds("reference=INV-1") == ["Goods receipt"]
    assert kinds("date_from=2026-03-01") == ["Dispensing to a citizen"]


def test_a_page_asks_as_many_statements_for_many_lines_as_for_one(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    client = visit(Role.AUDITOR)
    with statements_of(pharmacy.database) as few:
        client.page("/vouchers")
    for _ in range(4):
        add_batch(pharmacy, add_drug(pharmacy), 10, 100)
    with statements_of(pharmacy.database) as many:
        client.page("/vouchers")
    assert len(few) == len(many)


def test_every_page_is_a_good_page_in_arabic(visit: Visit, batch: int) -> None:
    client = visit(Role.STORE_KEEPER, language="ar")
    for path in ("/vouchers", "/stock/v/1", "/stock/v/1/reverse", f"/stock/b/{batch}"):
        client.page(path)


def test_only_those_who_see_stock_or_money_enter(visit: Visit, batch: int) -> None:
    barred = {Role.CLERK, Role.ADMINISTRATOR}
    for role in Role:
        client = visit(role)
        for path in ("/vouchers", "/stock/v/1"):
            client.page(path, status=403 if role in barred else 200)
        client.page("/stock/v/1/reverse", status=200 if role is Role.STORE_KEEPER else 403)
