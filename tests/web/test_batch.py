"""A batch through its page: what is left, holding it back, releasing it, who did it and why."""

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Batch, BatchEvent
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import BatchStatus, Role
from tests.builders import Pharmacy, add_batch, add_drug, open_pharmacy, rows
from tests.reports.reading import barcodes, words
from tests.web.back_office import Visit, error_beside, field_of, visiting
from tests.web.inspection import Page, text_of


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def batch(pharmacy: Pharmacy) -> int:
    return add_batch(pharmacy, add_drug(pharmacy), 100, 3333)


def statuses(pharmacy: Pharmacy) -> list[tuple[BatchStatus]]:
    return rows(pharmacy.database, Batch.status)  # type: ignore[return-value]  # one column


def test_it_shows_what_is_left_and_what_it_is_worth(visit: Visit, batch: int) -> None:
    shown = text_of(visit(Role.FINANCE).page(f"/stock/b/{batch}").root)
    assert "100 tablets" in shown
    assert "33.33" in shown
    assert "Nobody has held it back so far." in shown


def test_it_is_quarantined_and_released_with_a_reason_that_stays(
    pharmacy: Pharmacy, visit: Visit, batch: int
) -> None:
    client, path = visit(Role.STORE_KEEPER), f"/stock/b/{batch}"
    held = client.send(path, {"act": "quarantined", "reason": "ارتفاع الحرارة"})
    assert held.location == path
    assert statuses(pharmacy) == [(BatchStatus.QUARANTINED,)]
    client.send(path, {"act": "available", "reason": "سليمة"})
    assert statuses(pharmacy) == [(BatchStatus.AVAILABLE,)]
    assert rows(pharmacy.database, BatchEvent.from_status, BatchEvent.to_status) == [
        (BatchStatus.AVAILABLE, BatchStatus.QUARANTINED),
        (BatchStatus.QUARANTINED, BatchStatus.AVAILABLE),
    ]
    shown = text_of(client.page(path).root)
    assert "ارتفاع الحرارة" in shown
    assert "Mona Salem" in shown


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"act": "recalled", "reason": " "}, "reason", "This field is required."),
        ({"reason": "سبب"}, "act", "This field is required."),
    ],
)
def test_it_refuses_without_a_reason_or_an_act_and_changes_nothing(
    pharmacy: Pharmacy, visit: Visit, fields: dict[str, str], field: str, words: str
) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 100, 3333)
    answer = visit(Role.STORE_KEEPER).send(f"/stock/b/{batch}", fields)
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    if field == "reason":
        assert error_beside(page, field) == words
    else:
        assert words in text_of(page.root)
        assert field_of(page, "reason").text == "سبب"
    assert statuses(pharmacy) == [(BatchStatus.AVAILABLE,)]
    assert rows(pharmacy.database, BatchEvent.id) == []


def test_only_those_who_answer_for_stock_hold_a_batch(visit: Visit, batch: int) -> None:
    holders = {Role.STORE_KEEPER, Role.PHARMACIST, Role.MANAGER}
    barred = {Role.CLERK, Role.ADMINISTRATOR}
    for role in Role:
        client, path = visit(role), f"/stock/b/{batch}"
        page = client.page(path, status=403 if role in barred else 200)
        offered = any(one.get("name") == "reason" for one in page.all("textarea"))
        assert offered == (role in holders), role


def test_a_batch_that_is_not_there_is_not_found(visit: Visit) -> None:
    visit(Role.STORE_KEEPER).page("/stock/b/99", status=404)


def test_its_shelf_label_prints_and_scans_back(visit: Visit, batch: int) -> None:
    client = visit(Role.STORE_KEEPER)
    links = {link.get("href") for link in client.page(f"/stock/b/{batch}").all("a")}
    assert f"/stock/b/{batch}/label" in links
    label = client.get(f"/stock/b/{batch}/label").data
    assert barcodes(label) == [("EAN-13", in_house(InHousePrefix.BATCH, batch))]
    assert "Lot" in words(label)
