"""Help: a page for every screen, keys and papers to print, everything that may be refused."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import NoticeCode, Role
from pharmacy.web.help_topic import KEYS
from pharmacy.web.help_topics import PLACES, TOPICS, topic_at
from pharmacy.web.language import gettext, speaking
from pharmacy.web.programs import PREFIXES
from pharmacy.web.refusal_table import notice_rows
from tests.reports.reading import barcodes, words
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of

Visit = Callable[[Role], InspectingClient]
# Pages that nobody reads: files, the help itself.
_NO_PAGES = {"static", "health", "help"}


def places(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.split(".")[0] in _NO_PAGES:
            continue
        # What programs ask is no page, but for the one that explains it to people.
        if not rule.rule.startswith(PREFIXES) or rule.endpoint == "api_document.page":
            yield rule.endpoint


def help_link(page: Page) -> str:
    return next(
        link.attrib["href"] for link in page.all("a") if link.get("aria-keyshortcuts") == "F1"
    )


def test_every_place_one_can_go_to_has_a_topic(app: Flask) -> None:
    assert [endpoint for endpoint in places(app) if topic_at(endpoint) is None] == []


def test_no_topic_is_without_a_place_and_no_place_without_a_topic(app: Flask) -> None:
    assert set(PLACES.values()) == set(TOPICS)
    known = set(app.view_functions) | {name.split(".")[0] for name in app.view_functions}
    assert set(PLACES) - known == set()


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_a_topic_says_what_a_screen_is_for_and_names_keys_that_exist(name: str) -> None:
    topic = TOPICS[name]
    assert topic.steps
    assert topic.troubles
    assert set(topic.keys) <= set(KEYS)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_topic_is_shown_in_both_languages(visit_as: Visit, language: str) -> None:
    client = visit_as(Role.CLERK)
    for topic in TOPICS.values():
        page = client.page(f"/help/{topic.name}?lang={language}")
        shown = text_of(page.root)
        with speaking(language):
            texts = [topic.title, topic.purpose, *topic.steps]
            texts += [text for one in topic.troubles for text in (one.said, one.way_out)]
            assert [text for text in texts if gettext(text) not in shown] == []


@pytest.mark.parametrize(
    ("where", "topic"),
    [
        ("/home", "/help/start"),
        ("/beneficiaries", "/help/beneficiaries"),
        ("/requests", "/help/requests"),
        ("/stock", "/help/stock"),
        ("/dispensings", "/help/dispensing"),
        ("/help/stock", "/help"),
        ("/help", "/help"),
    ],
)
def test_f1_opens_the_help_of_the_page_one_stands_on(
    visit_as: Visit, where: str, topic: str
) -> None:
    assert help_link(visit_as(Role.PHARMACIST).page(where)) == topic


def test_the_list_of_help_leads_to_every_topic(visit_as: Visit) -> None:
    page = visit_as(Role.CLERK).page("/help")
    links = {link.get("href") for link in page.all("a")}
    assert {f"/help/{name}" for name in TOPICS} | {"/help/keys", "/help/refusals"} <= links


def test_there_is_no_help_of_nothing(visit_as: Visit) -> None:
    visit_as(Role.CLERK).page("/help/nothing", status=404)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_of_keys_shows_all_of_them(visit_as: Visit, language: str) -> None:
    page = visit_as(Role.PHARMACIST).page(f"/help/keys?lang={language}")
    caps = {text_of(cap) for cap in page.all("kbd")}
    assert set(KEYS) | {"1*2*30"} <= caps


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_key_card_prints(visit_as: Visit, language: str) -> None:
    answer = visit_as(Role.PHARMACIST).get(f"/help/keys/card?lang={language}")
    assert answer.mimetype == "application/pdf"
    assert "1*2*30" in words(answer.data)


def test_the_command_sheet_prints_and_scans_back(visit_as: Visit) -> None:
    answer = visit_as(Role.PHARMACIST).get("/help/keys/commands")
    wanted = {in_house(InHousePrefix.COMMAND, body) for body in range(1, 6)}
    assert {text for _kind, text in barcodes(answer.data)} == wanted


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_that_may_be_refused_is_listed(visit_as: Visit, language: str) -> None:
    shown = text_of(visit_as(Role.CLERK).page(f"/help/refusals?lang={language}").root)
    with speaking(language):
        for row in notice_rows():
            assert row.sentence in shown
    assert [code for code in NoticeCode if code.value not in shown] == []


def test_a_dose_reads_from_left_to_right_in_an_arabic_sentence(visit_as: Visit) -> None:
    page = visit_as(Role.PHARMACIST).page("/help/counter?lang=ar")
    assert "1*2*30" in [text_of(one) for one in page.all("bdi") if one.get("dir") == "ltr"]


def test_help_is_for_those_who_are_signed_in(client: InspectingClient) -> None:
    for path in ("/help", "/help/counter", "/help/keys", "/help/keys/card", "/help/refusals"):
        assert client.get(path).status_code == 303
