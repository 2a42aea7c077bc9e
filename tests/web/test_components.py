"""The page of all components, which the inspector reads in both languages; charts and figures."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from pharmacy.web import display
from tests.house.sources import texts
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, staff_member


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", ["/dev/components", "/help", "/help/keys", "/home", "/password"])
def test_pages_are_good_in_both_languages(
    client: InspectingClient, database: Database, path: str, language: str
) -> None:
    staff_member(database, Role.ADMINISTRATOR)
    client.sign_in("administrator", PASSWORD)
    assert client.page(f"{path}?lang={language}").root.get("lang") == language


def test_every_component_is_shown_on_the_page_of_components() -> None:
    # What base.html draws around every page is shown there too; a part is shown with its whole.
    shown = texts(".html", under="templates/dev")["templates/dev/components.html"]
    shown += texts(".html", under="templates/base")["templates/base.html"]
    bodies: dict[str, str] = {}
    for source in texts(".html", under="templates/components/").values():
        bare = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
        bodies |= dict(re.findall(r"\{% macro (\w+)\((.*?)\{% endmacro %\}", bare, re.DOTALL))
    calls = {name: re.compile(rf"\b{name}\(") for name in bodies}
    waiting, seen = [shown], set[str]()
    while waiting:
        text = waiting.pop()
        found = {name for name, call in calls.items() if call.search(text)} - seen
        seen |= found
        waiting += [bodies[name] for name in found]
    assert sorted(set(bodies) - seen) == []


def test_figures_and_dates_are_isolated() -> None:
    assert display.money(123_456) == '<bdi dir="ltr">1,234.56</bdi>'
    assert display.number(-1234) == '<bdi dir="ltr">-1,234</bdi>'
    assert display.day(date(2026, 3, 7)) == '<bdi dir="ltr">07/03/2026</bdi>'
    assert display.month(date(2027, 3, 31)) == '<bdi dir="ltr">03/2027</bdi>'
    assert display.code("<b>") == '<bdi dir="ltr" class="code">&lt;b&gt;</bdi>'
    assert "—" in display.money(None)


@pytest.mark.parametrize(
    ("utc", "cairo"),
    [
        (datetime(2026, 1, 5, 22, 30, tzinfo=UTC), "06/01/2026 00:30"),
        (datetime(2026, 7, 5, 20, 30, tzinfo=UTC), "05/07/2026 23:30"),
    ],
)
def test_moments_are_cairo_s_with_summer_time(utc: datetime, cairo: str) -> None:
    assert display.moment(utc) == f'<bdi dir="ltr">{cairo}</bdi>'


def test_a_name_is_in_the_reader_s_language(app: Flask) -> None:
    class Row:
        name_ar = "منى"
        name_en = "Mona"

    with app.test_request_context("/?lang=ar"):
        assert display.person(Row()) == "<bdi>منى</bdi>"
    with app.test_request_context("/?lang=en"):
        assert display.person(Row()) == "<bdi>Mona</bdi>"
