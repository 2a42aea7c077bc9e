"""Members of staff for tests of pages, with a password that all of them share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.errors import PharmacyError
from pharmacy.models.staff import Staff
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role
from pharmacy.services.passwords import Passwords
from pharmacy.web.language import speaking
from pharmacy.web.refusals import sentence
from tests.web.inspecting import InspectingClient, values_of

PASSWORD = "correct horse battery staple"
HASH = Passwords(passes=1, memory=8, lanes=1).hash(PASSWORD)
PIN = "280491"
PIN_HASH = Passwords(passes=1, memory=8, lanes=1).hash(PIN)
BADGE = in_house(InHousePrefix.BADGE, 7_310_442_001)
OTHER_BADGE = in_house(InHousePrefix.BADGE, 7_310_442_002)
HIRED = datetime(2026, 1, 4, 6, 0, tzinfo=UTC)


def staff_member(database: Database, role: Role, **columns: Any) -> int:
    """Put a member of staff on file, by default named after the role; return the id."""
    given = {
        "username": role.value,
        "name_ar": "منى سالم",
        "name_en": "Mona Salem",
        "password_hash": HASH,
        "role": role,
        "language": "ar",
        "active": True,
        "must_change_password": False,
        "created_at": HIRED,
        **columns,
    }
    with database.transaction() as session:
        row = Staff(**given)
        session.add(row)
        session.flush()
        return row.id


def sign_out(client: InspectingClient) -> TestResponse:
    """Press the button in the top bar."""
    forms = [form for form in client.page("/home").all("form") if form.get("action") == "/logout"]
    return client.post("/logout", data=values_of(forms[0]))


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """The statements that reach the database while the block runs, but for begin and commit."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def in_arabic(refusal: PharmacyError) -> str:
    """What a page says of a refusal."""
    with speaking("ar"):
        return sentence(refusal)
