"""Papers printed a second time say so: the program counts, whatever the address asks for."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import AccessEvent, UnmetDemand
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_order import Collector, DispensingOrder, OrderLine
from tests.reports.reading import barcodes, size_mm, words
from tests.web.counter_day import CounterDay, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.inspection import text_of
from tests.web.people import PASSWORD


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, shelf=100)


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    return signed_in(app, Role.PHARMACIST)


def signed_in(app: Flask, role: Role) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in(role.value, PASSWORD).status_code == 303
    return client


def handed_out(database: Database, day: CounterDay, quantity: int = 60, name: str = "") -> str:
    """Dispense the first item; return the address of the dispensing."""
    order = DispensingOrder(
        request_id=day.request_id,
        submission_id=f"order-{quantity}",
        lines=(OrderLine(approval_item_id=day.item_ids[0], quantity=quantity),),
        collector=Collector(name=name, relation="زوجة" if name else ""),
        partial=True,
    )
    with database.transaction() as session:
        pharmacist = day.staff[Role.PHARMACIST]
        return f"/d/{dispense(session, order, actor=pharmacist, now=datetime.now(UTC))}"


def printed(client: InspectingClient, path: str) -> str:
    separator = "&" if "?" in path else "?"
    answer = client.get(f"{path}{separator}lang=en")
    assert answer.mimetype == "application/pdf"
    return words(answer.data)


def test_the_first_receipt_is_the_original_and_every_later_one_a_numbered_copy(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = handed_out(database, day)
    assert "COPY" not in printed(pharmacist, f"{where}/receipt")
    assert "COPY 2" in printed(pharmacist, f"{where}/receipt")
    assert "COPY 3" in printed(pharmacist, f"{where}/receipt?size=80")


def test_the_address_cannot_ask_for_an_original_nor_for_a_copy(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = handed_out(database, day)
    assert "COPY" not in printed(pharmacist, f"{where}/receipt?copy=1")
    assert "COPY 2" in printed(pharmacist, f"{where}/receipt?copy=0")


def test_each_dispensing_and_each_paper_has_its_own_count(
    app: Flask, pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    first = handed_out(database, day, quantity=30)
    assert "COPY" not in printed(pharmacist, f"{first}/receipt")
    assert "COPY" not in printed(signed_in(app, Role.MANAGER), f"{first}/labels")
    assert "COPY 2" in printed(signed_in(app, Role.MANAGER), f"{first}/receipt")


def test_labels_are_never_marked(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = handed_out(database, day)
    for _print in range(2):
        assert "COPY" not in printed(pharmacist, f"{where}/labels")


def test_a_second_owing_slip_is_a_copy(app: Flask, database: Database) -> None:
    day = counter_day(database, shelf=20)
    where = handed_out(database, day)
    client = signed_in(app, Role.PHARMACIST)
    assert "COPY" not in printed(client, f"{where}/owing")
    assert "COPY 2" in printed(client, f"{where}/owing")


def test_a_slip_of_nothing_owed_is_not_counted(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    assert pharmacist.get(f"{handed_out(database, day)}/owing").status_code == 404
    with database.reading() as session:
        actions = session.scalars(select(AccessEvent.action)).all()
    assert "print" not in actions


def test_the_log_names_the_paper_that_was_printed(
    app: Flask, pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    printed(pharmacist, f"{handed_out(database, day)}/receipt")
    shown = text_of(signed_in(app, Role.AUDITOR).page("/audit/looks?lang=en").root)
    assert "Receipt P1-" in shown


def test_a_receipt_says_who_collected_it(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = handed_out(database, day, name="سعاد محمد علي")
    text = words(pharmacist.get(f"{where}/receipt").data)
    assert "سعاد محمد علي - زوجة" in text


def unmet_of(database: Database, day: CounterDay) -> int:
    now = datetime.now(UTC) - timedelta(minutes=1)
    with database.transaction() as session:
        row = UnmetDemand(
            site_id=day.site_id,
            business_date=cairo_day(now),
            at=now,
            staff_id=day.staff[Role.PHARMACIST].staff_id,
            submission_id="unmet",
            beneficiary_id=day.person_id,
            request_id=day.request_id,
            approval_item_id=day.item_ids[0],
            drug_id=day.drug_ids[0],
            quantity=60,
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize(("size", "width"), [("", 148.0), ("?size=80", 80.0)])
def test_the_slip_of_what_was_not_there_prints_and_scans_back(
    pharmacist: InspectingClient, day: CounterDay, database: Database, size: str, width: float
) -> None:
    answer = pharmacist.get(f"/unmet/{unmet_of(database, day)}/slip{size}")
    text = words(answer.data)
    assert size_mm(answer.data)[0] == width
    assert "قسيمة صنف غير متوفر" in text
    assert "إنالابريل" in text
    assert "16528" in text
    slip = in_house(InHousePrefix.REQUEST_SLIP, day.request_id)
    assert ("EAN-13", slip) in barcodes(answer.data)


def test_a_second_slip_of_what_was_not_there_is_a_copy(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    path = f"/unmet/{unmet_of(database, day)}/slip"
    assert "COPY" not in printed(pharmacist, path)
    assert "COPY 2" in printed(pharmacist, path)


def test_there_is_no_slip_of_nothing(pharmacist: InspectingClient) -> None:
    pharmacist.page("/unmet/7/slip", status=404)
