"""A dispensing through the pages: hand out, print, undo; and what it refuses."""

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import AccessEvent, DispensingLine, NoticeOverride, Owing
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role
from tests.reports.reading import barcodes, words
from tests.web.counter_day import CounterDay, counted, counter_day
from tests.web.desk import Counter, by_id, signed_in
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database)


@pytest.fixture
def desk(app: Flask, day: CounterDay) -> Counter:
    counter = Counter(signed_in(app, Role.PHARMACIST))
    counter.scan(day.card_number)
    return counter


def handed_out(desk: Counter) -> str:
    """Dispense what is due; return the address of the dispensing."""
    assert desk.step("dispense").status_code == 303
    return f"/d/{by_id(desk.page, 'done').attrib['data-voucher']}"


def test_it_hands_out_once_and_shows_the_papers(desk: Counter, database: Database) -> None:
    desk.set_quantity(desk.uids[1], "30")
    page = desk.client.page(handed_out(desk))
    assert [text_of(cell) for cell in page.all("tfoot")[0].iter("td")] == ["9.00", "0.00", ""]
    with database.reading() as session:
        rows = session.execute(
            select(DispensingLine.quantity, DispensingLine.cost).order_by(DispensingLine.id)
        ).all()
    assert [tuple(row) for row in rows] == [(60, 600), (30, 300)]


def test_too_much_asks_for_a_reason_and_goes_on_with_one(desk: Counter, database: Database) -> None:
    desk.set_quantity(desk.uids[0], "90")
    moved = counted(database)
    refused = desk.step("dispense")
    assert refused.status_code == 409
    assert 'name="reason-more_than_an_issue"' in refused.get_data(as_text=True)
    assert counted(database) == moved
    told = {"why-more_than_an_issue": "travel", "reason-more_than_an_issue": "سفر لمدة شهرين"}
    form = {**told, "version": by_id(desk.page, "desk").attrib["data-version"]}
    assert desk.step("dispense", **form).status_code == 303
    with database.reading() as session:
        kept = session.execute(select(NoticeOverride.code, NoticeOverride.reason)).all()
    assert [(row.code.value, row.reason) for row in kept] == [
        ("more_than_an_issue", "مسافر قبل الموعد القادم — سفر لمدة شهرين")
    ]


def test_an_allergy_blocks_until_somebody_gives_a_reason(app: Flask, database: Database) -> None:
    day = counter_day(database, allergy="enalapril")
    desk = Counter(signed_in(app, Role.PHARMACIST))
    desk.scan(day.card_number)
    moved = counted(database)
    refused = desk.step("dispense")
    assert refused.status_code == 409
    assert 'name="reason-allergy_ingredient"' in refused.get_data(as_text=True)
    assert counted(database) == moved


def test_a_refused_desk_changes_its_language_where_it_stands(desk: Counter) -> None:
    desk.set_quantity(desk.uids[0], "90")
    refused = desk.step("dispense")
    links = [link.get("href") for link in Page(refused.get_data(as_text=True)).all("a")]
    assert f"{desk.draft}?lang=en" in links


def test_short_stock_offers_a_part_and_owes_the_rest(app: Flask, database: Database) -> None:
    day = counter_day(database, drugs=1, shelf=40)
    desk = Counter(signed_in(app, Role.PHARMACIST))
    desk.scan(day.card_number)
    refused = desk.step("dispense")
    assert refused.status_code == 409
    assert 'name="partial"' in refused.get_data(as_text=True)
    desk.step("facts", partial="y")
    where = handed_out(desk)
    with database.reading() as session:
        assert session.scalars(select(Owing.quantity)).all() == [20]
    slip = desk.client.get(f"{where}/owing")
    assert "20" in words(slip.data)
    assert "فاطمة" in text_of(desk.client.page("/waiting").root)


def test_receipt_and_labels_print_and_scan_back(desk: Counter) -> None:
    where = handed_out(desk)
    voucher_id = int(where.rsplit("/", 1)[1])
    for size in ("", "?size=80"):
        paper = desk.client.get(f"{where}/receipt{size}")
        assert paper.mimetype == "application/pdf"
        assert "فاطمة" in words(paper.data)
        assert ("EAN-13", in_house(InHousePrefix.RECEIPT, voucher_id)) in barcodes(paper.data)
    for size in ("", "?size=50"):
        assert "مدعم" in words(desk.client.get(f"{where}/labels{size}").data)


def test_only_the_papers_that_the_counter_prints_may_stand_in_a_frame_of_ours(
    desk: Counter,
) -> None:
    where = handed_out(desk)
    framed = {"receipt?size=80": True, "labels?size=50": True, "receipt": False, "labels": False}
    for paper, may in framed.items():
        headers = desk.client.get(f"{where}/{paper}").headers
        assert headers["X-Frame-Options"] == ("SAMEORIGIN" if may else "DENY")
        ancestors = "frame-ancestors 'self'" if may else "frame-ancestors 'none'"
        assert ancestors in headers["Content-Security-Policy"]


def test_finance_sees_amounts_and_not_the_person(app: Flask, desk: Counter) -> None:
    where = handed_out(desk)
    finance = signed_in(app, Role.FINANCE)
    page = text_of(finance.page(where).root)
    assert "12.00" in page
    assert "فاطمة" not in page
    assert finance.get(f"{where}/receipt").status_code == 403


def test_looking_at_a_dispensing_and_printing_it_are_written_down(
    desk: Counter, database: Database
) -> None:
    where = handed_out(desk)
    desk.client.page(where)
    desk.client.get(f"{where}/receipt")
    with database.reading() as session:
        actions = session.scalars(select(AccessEvent.action).order_by(AccessEvent.id)).all()
    assert list(actions)[-2:] == ["view", "print"]


def test_the_days_dispensings_are_listed(desk: Counter) -> None:
    where = handed_out(desk)
    page = desk.client.page("/dispensings")
    assert where in [link.get("href") for link in page.all("a")]


def test_more_before_it_is_due_needs_somebody_to_approve_it(
    desk: Counter, day: CounterDay, database: Database
) -> None:
    handed_out(desk)
    desk.scan(day.card_number)
    assert desk.uids == []
    desk.find("Enalapril")
    desk.set_quantity(desk.uids[0], "30")
    moved = counted(database)
    refused = desk.step("dispense")
    assert refused.status_code == 422
    assert 'name="signer_pin"' in refused.get_data(as_text=True)
    assert counted(database) == moved


def test_a_three_line_dispensing_takes_few_statements_over_http(
    app: Flask, database: Database
) -> None:
    day = counter_day(database, drugs=3)
    desk = Counter(signed_in(app, Role.PHARMACIST))
    desk.scan(day.card_number)
    action = f"{desk.draft}/dispense"
    page = desk.page
    form = next(one for one in page.all("form") if one.get("action") == action)
    fields = {one.attrib["name"]: one.attrib["value"] for one in form.iter("input")}
    with statements_of(database) as seen:
        assert desk.client.post(action, data=fields).status_code == 303
    assert len(seen) <= 25, seen
