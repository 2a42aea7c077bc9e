"""Arabic first, English second; one key switches, the cookie keeps it, sign-out forgets it."""

import pytest
from markupsafe import Markup

from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role, UnitOfIssue
from pharmacy.web import words
from pharmacy.web.display import isolated
from pharmacy.web.language import ngettext
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, sign_out, staff_member


def language_of(client: InspectingClient, path: str = "/login") -> tuple[str | None, str | None]:
    root = client.page(path).root
    return root.get("lang"), root.get("dir")


def test_it_speaks_arabic_to_a_stranger(client: InspectingClient) -> None:
    assert language_of(client) == ("ar", "rtl")


def test_the_address_switches_and_the_cookie_keeps_it(client: InspectingClient) -> None:
    assert language_of(client, "/login?lang=en") == ("en", "ltr")
    assert language_of(client) == ("en", "ltr")
    assert language_of(client, "/login?lang=ar") == ("ar", "rtl")
    assert language_of(client) == ("ar", "rtl")


def test_an_unknown_language_is_passed_over(client: InspectingClient) -> None:
    assert language_of(client, "/login?lang=fr") == ("ar", "rtl")


def test_a_member_of_staff_is_met_in_the_language_on_file(
    client: InspectingClient, database: Database
) -> None:
    staff_member(database, Role.AUDITOR, language="en")
    client.sign_in("auditor", PASSWORD)
    assert language_of(client, "/home") == ("en", "ltr")
    sign_out(client)
    assert language_of(client) == ("ar", "rtl")


def test_signing_out_forgets_the_choice_for_the_next_person(
    client: InspectingClient, database: Database
) -> None:
    staff_member(database, Role.AUDITOR)
    client.sign_in("auditor", PASSWORD)
    assert language_of(client, "/home?lang=en") == ("en", "ltr")
    sign_out(client)
    assert language_of(client) == ("ar", "rtl")


def test_the_switch_keeps_the_address(client: InspectingClient) -> None:
    page = client.page("/login?next=/help")
    links = [link.get("href") for link in page.all("a") if link.get("hreflang") == "en"]
    assert links == ["/login?next=/help&lang=en"]


def test_links_to_this_page_keep_no_parameter_that_would_lead_elsewhere(
    client: InspectingClient,
) -> None:
    page = client.page("/login?endpoint=x&_external=1&_scheme=javascript&_anchor=a&page=2&page=3")
    links = [link.get("href") for link in page.all("a") if link.get("hreflang") == "en"]
    assert links == ["/login?page=2&page=3&lang=en"]


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (0, "0 قرص"),
        (1, "قرص واحد"),
        (2, "قرصان"),
        (3, "3 أقراص"),
        (10, "10 أقراص"),
        (11, "11 قرصًا"),
        (99, "99 قرصًا"),
        (100, "100 قرص"),
        (103, "103 أقراص"),
        (1500, "1,500 قرص"),
    ],
)
def test_quantities_stand_in_the_right_number(quantity: int, said: str) -> None:
    assert words.units(quantity, UnitOfIssue.TABLET) == said


def test_counted_sentences_take_six_forms() -> None:
    one = "Too many attempts. Wait one minute and try again."
    many = "Too many attempts. Wait %(num)s minutes and try again."
    said = [ngettext(one, many, count) for count in (1, 2, 3, 11, 100)]
    assert said == [
        "محاولات كثيرة. انتظر دقيقة واحدة ثم أعد المحاولة.",
        "محاولات كثيرة. انتظر دقيقتين ثم أعد المحاولة.",
        "محاولات كثيرة. انتظر 3 دقائق ثم أعد المحاولة.",
        "محاولات كثيرة. انتظر 11 دقيقة ثم أعد المحاولة.",
        "محاولات كثيرة. انتظر 100 دقيقة ثم أعد المحاولة.",
    ]


def test_every_member_of_every_closed_list_has_a_name() -> None:
    for kind, members in words.WORDS.items():
        assert set(members) == set(kind), kind
        assert all(words.word(member) for member in kind)
        assert all(words.word(member) != words.WORDS[kind][member] for member in kind)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("سبق تسجيله برقم 2026-000417.", 'سبق تسجيله برقم <bdi dir="ltr">2026-000417</bdi>.'),
        ("الصرف P1-D-2026-000258 تم", 'الصرف <bdi dir="ltr">P1-D-2026-000258</bdi> تم'),
        ("اكتب 1*2*30 مثلًا", 'اكتب <bdi dir="ltr">1*2*30</bdi> مثلًا'),
        ("من 07/03/2026 إلى 08/03/2026", "من 07/03/2026 إلى 08/03/2026"),
        ("<b>7-8</b>", '&lt;b&gt;<bdi dir="ltr">7-8</bdi>&lt;/b&gt;'),
        (Markup("<bdi>7-8</bdi>"), "<bdi>7-8</bdi>"),
    ],
)
def test_what_bidi_would_turn_round_stands_in_a_direction_of_its_own(
    sentence: str, shown: str
) -> None:
    assert isolated(sentence) == shown
