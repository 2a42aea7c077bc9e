"""Headers on every answer, and requests refused at the door."""

import gzip
from dataclasses import replace

import pytest
from flask import Flask

from pharmacy.app import create_app
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, staff_member, statements_of

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/login", 200),
        ("/help", 303),
        ("/nothing-here", 404),
        ("/health", 200),
        ("/static/app.css", 200),
        ("/static/nothing", 404),
        ("/api/nothing", 404),
        ("/login?x=%00", 400),
        ("/%00", 400),
    ],
)
def test_every_answer_is_dressed(client: InspectingClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    answer.close()


def test_a_foreign_host_name_is_refused_and_dressed(client: InspectingClient) -> None:
    answer = client.get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_kept_and_files_of_the_interface_are(client: InspectingClient) -> None:
    page = client.page("/login")
    sheet = next(link.attrib["href"] for link in page.all("link") if "css" in link.attrib["href"])
    answer = client.get(sheet)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()
    assert client.get("/login").headers["Cache-Control"] == "no-store"


def test_files_of_the_interface_go_compressed_and_pages_do_not(client: InspectingClient) -> None:
    plain = client.get("/static/app.css")
    assert "Content-Encoding" not in plain.headers
    packed = client.get("/static/app.css", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.vary
    assert "Accept-Encoding" in plain.vary
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.content_length == len(packed.get_data())
    kept = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    again = client.get("/static/app.css", headers=kept)
    assert again.status_code == 304
    page = client.get("/login", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
    for answer in (plain, packed, again):
        answer.close()


def test_nul_is_refused_wherever_it_stands(client: InspectingClient) -> None:
    assert client.post("/login", data={"username": "a\0b"}).status_code == 400
    assert client.post("/api/x", json={"a": "b\0c"}).status_code in {400, 404}


def test_cookies_are_out_of_reach_of_scripts(client: InspectingClient) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("pharmacy=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_over_https_cookies_are_secure_and_hsts_is_sent(
    settings: Settings, database: Database
) -> None:
    answer = create_app(replace(settings, https=True), database).test_client().get("/login")
    assert answer.headers["Set-Cookie"].startswith("__Host-pharmacy=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_view_without_a_rule_is_closed_to_everybody(app: Flask, database: Database) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    staff_member(database, Role.ADMINISTRATOR)
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    assert client.get("/forgotten").status_code == 403
    client.sign_in("administrator", PASSWORD)
    assert client.get("/forgotten").status_code == 403


def test_too_large_a_form_is_refused(client: InspectingClient) -> None:
    answer = client.post("/login", data={"username": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_page_costs_one_look_at_the_session(client: InspectingClient, database: Database) -> None:
    staff_member(database, Role.ADMINISTRATOR)
    client.sign_in("administrator", PASSWORD)
    with statements_of(database) as statements:
        client.get("/help")
    assert len(statements) == 1
    assert "staff_session" in statements[0]
