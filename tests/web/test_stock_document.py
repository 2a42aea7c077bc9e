"""Stock documents on their pages: typed or scanned, signed by two, posted to the piastre."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from pharmacy.db import Database
from pharmacy.models import (
    Batch,
    CountLine,
    Drug,
    Posting,
    Site,
    Staff,
    StockDocument,
    StockMovement,
    Supplier,
    Voucher,
)
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import (
    Account,
    BatchStatus,
    ControlledLaw,
    PartyKind,
    Role,
    Storage,
    VoucherKind,
)
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
from tests.web.back_office import Visit, error_beside, field_of, links_of, table_rows, visiting
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.people import PIN, PIN_HASH

NEW = "/stock/documents/new/"
COUNT = "/stock/documents/count"
EXPIRED = cairo_day(datetime.now(UTC)) - timedelta(days=3)


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy whose people sign by PIN, the manager by the name `manager`."""
    pharmacy = open_pharmacy(database)
    with database.transaction() as session:
        session.execute(update(Staff).values(pin_hash=PIN_HASH))
        manager = pharmacy[Role.MANAGER].staff_id
        session.execute(update(Staff).where(Staff.id == manager).values(username="manager"))
    return pharmacy


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def keeper(visit: Visit) -> InspectingClient:
    return visit(Role.STORE_KEEPER)


@pytest.fixture
def shelf(pharmacy: Pharmacy) -> list[int]:
    """Two batches of 10.00 pounds for 100 units, the second expired."""
    drug = add_drug(pharmacy, code="BH01", name_en="Concor", pack_size=30)
    return [
        add_batch(pharmacy, drug, 100, 1_000),
        add_batch(pharmacy, drug, 100, 1_000, expiry=EXPIRED),
    ]


def signed(**fields: str) -> dict[str, str | list[str]]:
    given = {"signer": "manager", "signer_pin": PIN, "committee": "أحمد رزق\nسناء فهمي"}
    return {name.replace("__", "-"): text for name, text in {**given, **fields}.items()}


def last(pharmacy: Pharmacy) -> tuple[VoucherKind, str]:
    ((kind, reason),) = rows(pharmacy.database, Voucher.kind, Voucher.reason)[-1:]
    return kind, reason


def test_a_scanned_label_and_a_typed_lot_are_written_off(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    ((lot,),) = rows(pharmacy.database, Batch.lot, id=shelf[1])
    fields = signed(
        reason="broken",
        lines__0__batch=in_house(InHousePrefix.BATCH, shelf[0]),
        lines__0__packs="1",
        lines__0__units="3",
        lines__2__batch=lot,
        lines__2__units="1",
    )
    answer = keeper.send(NEW + "write-off", fields)
    assert answer.status_code == 303
    assert last(pharmacy) == (VoucherKind.WRITE_OFF, "broken")
    moved = (StockMovement.batch_id, StockMovement.quantity, StockMovement.value)
    assert rows(pharmacy.database, *moved)[-2:] == [(shelf[0], -33, -330), (shelf[1], -1, -10)]
    assert rows(pharmacy.database, StockDocument.committee) == [("أحمد رزق\nسناء فهمي",)]
    page = keeper.page(answer.headers["Location"])
    said = text_of(page.root)
    assert "Broken or spilt" in said
    assert "أحمد رزق · سناء فهمي" in said
    printed = keeper.get(answer.headers["Location"] + "/permit")
    assert (printed.mimetype, printed.data[:4]) == ("application/pdf", b"%PDF")
    assert "Write-off minutes" in words(printed.data)


def test_all_that_has_expired_is_listed_with_one_key(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    page = keeper.page(NEW + "write-off?expired=1")
    typed = [field_of(page, f"lines-0-{name}").get("value") for name in ("packs", "units")]
    assert typed == ["3", "10"]
    assert field_of(page, "lines-0-batch").get("value", "").startswith(f"{shelf[1]} · BH01")
    assert field_of(page, "lines-1-batch").get("value") == ""
    one = keeper.page(f"{NEW}write-off?batch={shelf[0]}")
    assert field_of(one, "lines-0-batch").get("value", "").startswith(f"{shelf[0]} · ")


def test_what_is_wrong_stands_beside_its_field_and_nothing_moves(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    def said(name: str, **changes: str) -> str:
        given = {"reason": "broken", "lines__0__batch": f"{shelf[0]} · x", "lines__0__units": "1"}
        answer = keeper.send(NEW + "write-off", signed(**{**given, **changes}))
        assert answer.status_code in {401, 422}
        return error_beside(Page(answer.text), name)

    assert "lies at this site" in said("lines-0-batch", lines__0__batch="nothing")
    assert "has not expired" in said("lines-0-batch", reason="expired")
    assert "Only 100" in said("lines-0-packs", lines__0__units="101")
    assert "more than none" in said("lines-0-packs", lines__0__units="0")
    assert said("signer_pin", signer_pin="000000")
    assert said("committee", committee=" ")
    assert len(rows(pharmacy.database, Voucher.id)) == 2
    # A colleague without the right to sign is refused on the form, and another may sign.
    ((pharmacist,),) = rows(pharmacy.database, Staff.username, role=Role.PHARMACIST)
    given = signed(reason="broken", lines__0__batch=f"{shelf[0]} · x", lines__0__units="1")
    answer = keeper.send(NEW + "write-off", {**given, "signer": pharmacist})
    assert "These roles may: Manager" in answer.text
    assert len(rows(pharmacy.database, Voucher.id)) == 2


def test_goods_go_back_to_their_supplier_and_out_to_an_institution(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    line = {"lines-0-batch": f"{shelf[0]} · x", "lines-0-packs": "1"}
    by = {"signer": "manager", "signer_pin": PIN}
    to = {"supplier": str(pharmacy.supplier_id), "document_reference": "CN-7"}
    assert keeper.send(NEW + "supplier-return", {**by, **line, **to}).status_code == 303
    hospital = {"new_institution": "مستشفى دمنهور", **by, **line}
    assert keeper.send(NEW + "institution", hospital).status_code == 303
    kinds = [kind for (kind,) in rows(pharmacy.database, Voucher.kind)][-2:]
    assert kinds == [VoucherKind.RETURN_TO_SUPPLIER, VoucherKind.INSTITUTION_ISSUE]
    assert rows(pharmacy.database, Supplier.name, kind=PartyKind.INSTITUTION) == [
        ("مستشفى دمنهور",)
    ]
    posted = rows(pharmacy.database, Posting.account, Posting.amount)[-4:]
    assert [one for one in posted if one[0] is not Account.STOCK] == [
        (Account.PAYABLES, 300),
        (Account.COST_INSTITUTIONS, 300),
    ]


def test_a_count_is_typed_blind_then_posted_beside_the_books(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    sheet = keeper.page(COUNT)
    assert "100" not in [cell for row in table_rows(sheet, "What is there") for cell in row]
    lines = {
        "lines-0-batch_id": str(shelf[0]), "lines-0-counted": "97",
        "lines-1-batch_id": str(shelf[1]), "lines-1-counted": "",
    }  # fmt: skip
    compared = Page(keeper.send(COUNT, lines).text)
    (row,) = table_rows(compared, "What differs")
    assert row[2:5] == ["100", "97", "-3"]
    assert len(rows(pharmacy.database, Voucher.id)) == 2
    [form] = [one for one in compared.all("form") if one.get("action") == COUNT + "/post"]
    shown = values_of(form)
    head = signed(occasion="surprise", note="كسر لم يُسجل")
    answer = keeper.post(COUNT + "/post", data={**shown, **head})
    assert answer.status_code == 303
    assert rows(pharmacy.database, CountLine.expected, CountLine.counted) == [(100, 97)]
    assert rows(pharmacy.database, Batch.on_hand, id=shelf[0]) == [(97,)]
    assert "Surprise count" in text_of(keeper.page(answer.headers["Location"]).root)
    printed = words(keeper.get(answer.headers["Location"] + "/permit").data)
    assert "Count minutes" in printed
    assert "(0.30)" in printed
    again = keeper.post(COUNT + "/post", data={**shown, **head, "submission_id": "other"})
    assert "moved since it was compared" in again.text


def test_a_sheet_to_count_on_is_printed_blind_and_for_what_was_searched(
    keeper: InspectingClient, visit: Visit, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    locked = add_drug(
        pharmacy, name_en="Tramadol", controlled_law=ControlledLaw.LAW_182_1960,
        controlled_schedule="3",
    )  # fmt: skip
    cold = add_drug(pharmacy, name_en="Aspart", storage=Storage.COLD)
    for drug in (locked, cold):
        add_batch(pharmacy, drug, 77, 770)
    with pharmacy.database.transaction() as session:
        held = {"status": BatchStatus.QUARANTINED}
        session.execute(update(Batch).where(Batch.id == shelf[1]).values(held))
        empty = {"on_hand": 0, "value_on_hand": 0}
        session.execute(update(Batch).where(Batch.id == shelf[0]).values(empty))
    lots = [lot for (lot,) in rows(pharmacy.database, Batch.lot)]
    [asked] = [one for one in links_of(keeper.page(COUNT)).values() if one.startswith(COUNT + "/")]

    printed = words(keeper.get(asked).data)

    assert "All items" in printed
    assert [lot in printed for lot in lots] == [False, True, True, True]
    assert {"77", "100"} & set(printed.split()) == set()
    places = ("Concor", "Aspart", "Controlled medicines", "Tramadol")
    assert sorted(places, key=printed.index) == list(places)
    assert in_house(InHousePrefix.BATCH, shelf[1])[7:] in printed
    assert "Quarantined" in printed
    some = words(keeper.get(f"{asked}?q=concor").data)
    assert "Only: concor" in some
    assert [lot in some for lot in lots] == [False, True, False, False]
    assert visit(Role.AUDITOR).get(asked).status_code == 403


def test_a_document_that_two_signed_is_undone_by_two(
    keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    fields = signed(reason="lost", lines__0__batch=f"{shelf[0]} · x", lines__0__units="1")
    where = keeper.send(NEW + "write-off", fields).headers["Location"] + "/reverse"
    assert keeper.send(where, {"reason": "wrong_quantity"}).status_code == 422
    given = {"reason": "wrong_quantity", "signer": "manager", "signer_pin": PIN}
    assert keeper.send(where, given).status_code == 303
    assert rows(pharmacy.database, Batch.on_hand, id=shelf[0]) == [(100,)]


def test_what_a_citizen_brings_back_is_found_by_the_receipt(
    visit: Visit, pharmacy: Pharmacy
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 40, 1_001)
    given = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    pharmacist = visit(Role.PHARMACIST)
    where = "/stock/documents/citizen-return"
    code = in_house(InHousePrefix.RECEIPT, given)
    found = pharmacist.get(where, query_string={"q": code})
    assert found.headers["Location"] == f"{where}/{given}"
    assert "No dispensing of this site" in pharmacist.get(f"{where}?q=P1-D-2025-000009").text
    line = {"lines-0-line_no": "1", "reason": "died"}
    wrong = pharmacist.send(f"{where}/{given}", {**line, "lines-0-quantity": "31"})
    assert "than was given" in error_beside(Page(wrong.text), "lines-0-quantity")
    right = pharmacist.send(f"{where}/{given}", {**line, "lines-0-quantity": "12"})
    assert right.status_code == 303
    columns = (Batch.on_hand, Batch.value_on_hand, Batch.status)
    assert rows(pharmacy.database, *columns)[-1] == (12, 0, BatchStatus.QUARANTINED)


def test_a_transfer_is_sent_and_taken_in(
    app: Flask, keeper: InspectingClient, pharmacy: Pharmacy, shelf: list[int]
) -> None:
    away = add_site(pharmacy.database, "P9")
    fields = {"to_site": str(away), "lines-0-batch": f"{shelf[0]} · x", "lines-0-packs": "2"}
    sent = keeper.send(NEW + "transfer", fields)
    assert sent.status_code == 303
    voucher = int(sent.headers["Location"].rsplit("/", 1)[1])
    there = visiting(app, Pharmacy(pharmacy.database, away, 1, 1))(Role.PHARMACIST)
    arrivals = f"/stock/documents/arrivals/{voucher}"
    assert arrivals in there.get("/stock/documents").text
    assert keeper.get(arrivals).status_code == 404
    assert there.send(arrivals, {}).status_code == 303
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand, site_id=away) == [(60, 600)]
    assert rows(pharmacy.database, Site.code, id=away) == [("P9",)]
    assert rows(pharmacy.database, Drug.code) == [("BH01",)]
