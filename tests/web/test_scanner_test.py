"""The scanner test page: what is said of a scan, and that nothing is recorded."""

from collections.abc import Callable

import pytest

from pharmacy.db import Database
from pharmacy.rules.gs1 import parse_pack
from pharmacy.rules.vocabulary import Role
from pharmacy.web.scanner_test import EXAMPLE_CARD, EXAMPLE_PACK
from tests.browser.scanner import as_typed
from tests.builders import snapshot
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of

Visit = Callable[[Role], InspectingClient]
GS = "\x1d"


@pytest.fixture
def visitor(visit_as: Visit) -> InspectingClient:
    return visit_as(Role.PHARMACIST)


def verdict(client: InspectingClient, code: str, **more: str) -> str:
    """What the page says of a scan, in one line."""
    shown = client.page("/help/scanner")
    token = next(f.get("value", "") for f in shown.all("input") if f.get("name") == "csrf_token")
    answer = client.post("/help/scanner", data={"csrf_token": token, "code": code, **more})
    assert answer.status_code == 200
    page = Page(answer.get_data(as_text=True))
    (card,) = [part for part in page.all("div") if part.get("id") == "verdict"]
    return " ".join(text_of(card).split())


def test_the_page_shows_the_set_up_and_codes_to_try(visitor: InspectingClient) -> None:
    page = visitor.page("/help/scanner")
    said = text_of(page.all("main")[0])
    assert "USB" in said
    assert EXAMPLE_CARD in said
    assert EXAMPLE_PACK.replace(GS, "<GS>") in said
    bars = [len(list(drawn.iter())) for drawn in page.all("figure")]
    assert len(bars) == 2
    assert min(bars) > 30


def test_every_role_may_test_a_scanner(visit_as: Visit) -> None:
    assert "امسح" in verdict(visit_as(Role.STORE_KEEPER), "")


def test_a_card_is_named(visitor: InspectingClient) -> None:
    assert "بطاقة" in verdict(visitor, EXAMPLE_CARD)
    assert "صُححت" not in verdict(visitor, EXAMPLE_CARD)


def test_a_pack_is_taken_apart(visitor: InspectingClient) -> None:
    said = verdict(visitor, f"]d2{EXAMPLE_PACK}")
    pack = parse_pack(EXAMPLE_PACK)
    for part in (pack.gtin, "Ab23gh", "SN90x77", "31/12/2030", "وصل الفاصل"):
        assert part in said


def test_a_layout_put_right_is_said_by_the_browser_or_by_the_server(
    visitor: InspectingClient,
) -> None:
    assert "صُححت" in verdict(visitor, EXAMPLE_PACK, corrected="1")
    assert "صُححت" in verdict(visitor, as_typed(EXAMPLE_PACK, "ar"))


def test_a_lost_separator_is_said_with_the_way_out(visitor: InspectingClient) -> None:
    assert "لم يصل فاصل" in verdict(visitor, EXAMPLE_PACK.replace(GS, ""))
    assert "فاصل" not in verdict(visitor, "9521234567899")


def test_a_broken_code_is_explained(visitor: InspectingClient) -> None:
    assert "غير مقروء" in verdict(visitor, "9521234567890")


def test_words_are_no_code(visitor: InspectingClient) -> None:
    assert "<b>" in verdict(visitor, "<b>")


def test_nothing_is_recorded(visitor: InspectingClient, database: Database) -> None:
    verdict(visitor, EXAMPLE_CARD)
    before = {name: rows for name, rows in snapshot(database).items() if name != "staff_session"}
    verdict(visitor, EXAMPLE_PACK)
    after = {name: rows for name, rows in snapshot(database).items() if name != "staff_session"}
    assert after == before


def test_a_visitor_who_is_not_signed_in_is_sent_to_sign_in(client: InspectingClient) -> None:
    assert client.get("/help/scanner").status_code == 303
