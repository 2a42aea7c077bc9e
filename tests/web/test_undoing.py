"""Undoing a dispensing on its page: a reason, and a second person's badge or name with PIN."""

from datetime import UTC, datetime
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.models import AuditEvent, Batch, Staff, Voucher
from pharmacy.rules.vocabulary import Role, VoucherKind
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine
from pharmacy.services.sign_in import FAILURES_PER_PLACE
from tests.builders import rows
from tests.web.counter_day import CounterDay, counted, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.inspection import text_of
from tests.web.people import BADGE, OTHER_BADGE, PASSWORD, PIN, PIN_HASH

UNDO = {"reason": "wrong_drug", "lines": ["1"]}


@pytest.fixture
def day(database: Database) -> CounterDay:
    """A counter whose manager and clerk have badge and PIN."""
    day = counter_day(database)
    badges = {Role.MANAGER: BADGE, Role.PHARMACIST: OTHER_BADGE}
    with database.transaction() as session:
        session.execute(update(Staff).values(pin_hash=PIN_HASH))
        for role, code in badges.items():
            session.execute(update(Staff).where(Staff.role == role).values(badge_code=code))
    return day


@pytest.fixture
def where(database: Database, day: CounterDay) -> str:
    """The page of a dispensing of sixty each of two medicines."""
    with database.transaction() as session:
        voucher_id = dispense(
            session,
            DispensingOrder(
                request_id=day.request_id,
                submission_id="dispensing",
                lines=[OrderLine(approval_item_id=i, quantity=60) for i in day.item_ids],
            ),
            actor=day.staff[Role.PHARMACIST],
            now=datetime.now(UTC),
        )
    return f"/d/{voucher_id}"


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in("pharmacist", PASSWORD).status_code == 303
    return client


def undo(
    client: InspectingClient, where: str, signer: str = "manager", pin: str = PIN
) -> TestResponse:
    return client.send(where, {**UNDO, "signer": signer, "signer_pin": pin}, action=where)


@pytest.mark.parametrize("signer", ["manager", " Manager ", BADGE])
def test_a_line_is_undone_by_two_and_its_stock_is_back(
    pharmacist: InspectingClient, where: str, database: Database, day: CounterDay, signer: str
) -> None:
    assert undo(pharmacist, where, signer).status_code == 303
    kinds = rows(database, Voucher.kind, Voucher.posted_by)
    assert kinds[-1] == (VoucherKind.REVERSAL, day.staff[Role.PHARMACIST].staff_id)
    assert rows(database, Batch.on_hand) == [(100,), (40,)]
    signed = rows(database, AuditEvent.staff_id, action="sign_reversal")
    assert signed == [(day.staff[Role.MANAGER].staff_id,)]
    assert "ووقّع معه:" in text_of(pharmacist.page(where).root)


@pytest.mark.parametrize(
    "tried",
    [
        ("manager", "280492", 401),
        ("manager", PASSWORD, 401),
        ("nobody", PIN, 401),
        ("6223000000014", PIN, 401),
        ("", PIN, 422),
        ("manager", "", 422),
        ("pharmacist", PIN, 422),
        (OTHER_BADGE, PIN, 422),
        ("clerk", PIN, 403),
    ],
)
def test_without_a_good_signature_nothing_is_undone(
    pharmacist: InspectingClient,
    where: str,
    database: Database,
    tried: tuple[str, str, int],
) -> None:
    signer, pin, status = tried
    before = counted(database)
    answer = undo(pharmacist, where, signer, pin)
    assert answer.status_code == status
    assert counted(database) == before
    assert rows(database, AuditEvent.id, action="sign_reversal") == []
    assert not pin or f'value="{pin}"' not in answer.text


def test_a_signature_has_five_tries(
    pharmacist: InspectingClient, where: str, database: Database
) -> None:
    for _ in range(FAILURES_PER_PLACE):
        assert undo(pharmacist, where, pin="280492").status_code == 401
    before = counted(database)
    assert undo(pharmacist, where).status_code == 429
    assert counted(database) == before
