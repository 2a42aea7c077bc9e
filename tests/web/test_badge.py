"""Badges and PINs on their pages: who gives, who sets, what is printed."""

from typing import cast

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.errors import PinsDiffer
from pharmacy.models import Staff
from pharmacy.rules.vocabulary import Role
from pharmacy.services.passwords import Passwords
from tests.builders import rows
from tests.reports.reading import barcodes, size_mm, words
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, PIN, PIN_HASH, in_arabic, staff_member

HASHER = Passwords(passes=1, memory=8, lanes=1)


@pytest.fixture
def clerk(database: Database) -> int:
    return staff_member(database, Role.CLERK)


@pytest.fixture
def administrator(app: Flask, database: Database, clerk: int) -> InspectingClient:
    staff_member(database, Role.ADMINISTRATOR)
    client = cast("InspectingClient", app.test_client())
    client.sign_in("administrator", PASSWORD)
    return client


def badge_of(database: Database, staff_id: int) -> str | None:
    [(code,)] = rows(database, Staff.badge_code, id=staff_id)
    return cast("str | None", code)


def test_a_badge_is_given_printed_given_anew_and_taken(
    administrator: InspectingClient, database: Database, clerk: int
) -> None:
    where = f"/admin/staff/{clerk}/badge"
    assert administrator.get(f"{where}/print").status_code == 404
    assert administrator.send(where, {}, action=where).location == where
    first = badge_of(database, clerk)
    assert first is not None
    assert first.startswith("25")
    for language, role in (("ar", "موظف"), ("en", "clerk")):
        answer = administrator.get(f"{where}/print?lang={language}")
        assert answer.mimetype == "application/pdf"
        assert size_mm(answer.data) == (85.6, 54.0)
        assert barcodes(answer.data) == [("EAN-13", first)]
        said = words(answer.data)
        assert "سالم" in said
        assert role in said.lower()
    assert administrator.send(where, {}, action=where).status_code == 303
    assert badge_of(database, clerk) not in {None, first}
    assert administrator.send(where, {}, action=f"{where}/take").status_code == 303
    assert badge_of(database, clerk) is None


def test_badges_are_an_administrators_matter(
    client: InspectingClient, database: Database, clerk: int
) -> None:
    client.sign_in("clerk", PASSWORD)
    for path in ("badge", "badge/print"):
        assert client.get(f"/admin/staff/{clerk}/{path}").status_code == 403


def test_everybody_sets_their_own_pin_behind_their_password(
    client: InspectingClient, database: Database, clerk: int
) -> None:
    client.sign_in("clerk", PASSWORD)
    answer = client.send("/pin", {"present": PASSWORD, "pin": "٢٨٠٤٩١", "again": PIN})
    assert (answer.status_code, answer.location) == (303, "/home")
    [(kept,)] = rows(database, Staff.pin_hash)
    assert HASHER.verify(cast("str", kept), PIN)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (("wrong", "403917", "403917"), 401),
        ((PASSWORD, "403917", "403918"), 422),
        ((PASSWORD, "123456", "123456"), 422),
        ((PASSWORD, "40391", "40391"), 422),
        ((PASSWORD, "", ""), 422),
    ],
)
def test_a_bad_change_of_pin_changes_nothing(
    client: InspectingClient, database: Database, typed: tuple[str, str, str], status: int
) -> None:
    staff_member(database, Role.CLERK, pin_hash=PIN_HASH)
    client.sign_in("clerk", PASSWORD)
    answer = client.send("/pin", dict(zip(("present", "pin", "again"), typed, strict=True)))
    assert answer.status_code == status
    differ = typed[1] != typed[2]
    assert (in_arabic(PinsDiffer()) in answer.text) == differ
    assert rows(database, Staff.pin_hash) == [(PIN_HASH,)]
