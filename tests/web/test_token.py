"""The page of tokens: made with ticks, shown once, used, taken back."""

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import ApiToken, AuditEvent
from pharmacy.rules.vocabulary import Role
from tests.builders import rows, snapshot
from tests.web.back_office import table_rows
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.office import Office, office

__all__ = ["office"]

PORTAL = {"name": "البوابة الموحدة", "account": "clerk", "scopes": ["requests:read"]}


@pytest.fixture
def administrator(office: Office) -> InspectingClient:
    office.actor(Role.CLERK)
    return office.visitor(Role.ADMINISTRATOR)


def shown_token(answer_text: str) -> str:
    [token] = [text_of(one) for one in Page(answer_text).all("bdi") if one.get("class") == "code"]
    return token


def test_a_token_is_shown_once_and_opens_what_was_ticked(
    administrator: InspectingClient, app: Flask, database: Database
) -> None:
    made = administrator.send("/admin/tokens/new", PORTAL)
    assert made.status_code == 200
    token = shown_token(made.text)
    assert token not in administrator.get("/admin/tokens").text
    program = app.test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/requests", headers=bearer).status_code == 200
    assert program.post("/api/v1/requests", json={}, headers=bearer).status_code == 403
    kept = rows(database, ApiToken.name, ApiToken.scopes)
    assert kept == [("البوابة الموحدة", "requests:read")]
    [event] = rows(database, AuditEvent.after, noun="api_token")
    assert token not in str(event)


def test_a_token_taken_back_opens_nothing(
    administrator: InspectingClient, app: Flask, database: Database
) -> None:
    token = shown_token(administrator.send("/admin/tokens/new", PORTAL).text)
    [(token_id,)] = rows(database, ApiToken.id)
    answer = administrator.send(f"/admin/tokens/{token_id}/revoke", {})
    assert (answer.status_code, answer.location) == (303, "/admin/tokens")
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/requests", headers=bearer).status_code == 401
    [row] = table_rows(administrator.page("/admin/tokens?lang=en"), "Tokens")
    assert (row[0], row[4], row[5]) == ("البوابة الموحدة", "Never", "Taken back")
    assert administrator.get(f"/admin/tokens/{token_id}/revoke").status_code == 404
    assert [r for (r,) in rows(database, AuditEvent.action, noun="api_token")] == ["add", "revoke"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"scopes": []}, "scopes"), ({"name": " "}, "name"), ({"account": ""}, "account")],
)
def test_a_token_needs_a_name_an_account_and_a_tick(
    administrator: InspectingClient,
    database: Database,
    change: dict[str, str | list[str]],
    field: str,
) -> None:
    before = snapshot(database)["api_token"]
    answer = administrator.send("/admin/tokens/new", {**PORTAL, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert snapshot(database)["api_token"] == before


def test_two_live_tokens_never_have_one_name(administrator: InspectingClient) -> None:
    assert administrator.send("/admin/tokens/new", PORTAL).status_code == 200
    assert administrator.send("/admin/tokens/new", PORTAL).status_code == 422


def test_only_an_administrator_makes_tokens(office: Office) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert office.visitor(role).get("/admin/tokens").status_code == 403


def test_the_page_for_programmers_says_every_operation(client: InspectingClient) -> None:
    english = text_of(client.page("/api/v1/?lang=en").root)
    assert "POST /api/v1/dispensings" in english
    assert "Hand out medicine against an approved request" in english
    assert "صرف دواء على طلب موافق عليه" in text_of(client.page("/api/v1/?lang=ar").root)
