"""Badge and PIN below the pages: whose it is, what a wrong PIN costs, what is written down."""

from datetime import UTC, datetime, timedelta

import pytest

from pharmacy.db import Database
from pharmacy.errors import NotFound, NotPermitted, PinThrottled
from pharmacy.models import AuditEvent, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.gs1 import InHousePrefix, in_house, parse_in_house
from pharmacy.rules.vocabulary import Role
from pharmacy.services import pin, sign_in
from pharmacy.services.passwords import Passwords
from pharmacy.services.staff import reset_password
from tests.builders import add_site, rows, snapshot
from tests.web.people import BADGE, HASH, OTHER_BADGE, PIN_HASH, staff_member

NOW = datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
DEVICE = "10.0.0.1"


def administrator(database: Database) -> Actor:
    return Actor(staff_member(database, Role.ADMINISTRATOR), "منى سالم", Role.ADMINISTRATOR)


def attempt(database: Database, username: str = "clerk", *, now: datetime = NOW) -> sign_in.Attempt:
    with database.transaction() as session:
        return pin.begin_pin_attempt(
            session, username=username, address=DEVICE, site_id=None, now=now
        )


def worn_out(database: Database) -> None:
    for _ in range(sign_in.FAILURES_PER_PLACE):
        attempt(database)
    with pytest.raises(PinThrottled):
        attempt(database)


def found(database: Database, code: str, site_id: int | None) -> int | None:
    with database.reading() as session:
        card = pin.staff_of_badge(session, code, site_id=site_id)
    return None if card is None else card.staff_id


def test_a_pin_is_stored_and_the_log_says_only_that(database: Database) -> None:
    staff_id = staff_member(database, Role.CLERK)
    actor = Actor(staff_id, "منى سالم", Role.CLERK)
    with database.transaction() as session:
        pin.set_pin(session, pin_hash=PIN_HASH, actor=actor, now=NOW)
    assert rows(database, Staff.pin_hash, id=staff_id) == [(PIN_HASH,)]
    columns = (AuditEvent.action, AuditEvent.noun_id, AuditEvent.before, AuditEvent.after)
    assert rows(database, *columns) == [("set_pin", str(staff_id), None, None)]
    assert Passwords(passes=1, memory=8, lanes=1).verify(attempt(database).password_hash, "280491")


def test_a_badge_is_random_and_a_new_one_makes_the_old_nothing(database: Database) -> None:
    admin, staff_id = administrator(database), staff_member(database, Role.CLERK)
    codes = []
    for _ in range(2):
        with database.transaction() as session:
            codes.append(pin.give_badge(session, staff_id, actor=admin, now=NOW))
    read = [parse_in_house(code) for code in codes]
    assert [one and one.prefix for one in read] == [InHousePrefix.BADGE] * 2
    assert codes[0] != codes[1]
    assert [found(database, code, None) for code in codes] == [None, staff_id]
    with database.transaction() as session:
        pin.take_badge(session, staff_id, actor=admin, now=NOW)
        pin.take_badge(session, staff_id, actor=admin, now=NOW)
    assert found(database, codes[1], None) is None
    said = ["give_badge", "reissue_badge", "take_badge"]
    assert [action for (action,) in rows(database, AuditEvent.action)] == said


def test_only_an_administrator_gives_badges_and_only_to_staff(database: Database) -> None:
    admin, staff_id = administrator(database), staff_member(database, Role.CLERK)
    clerk = Actor(staff_id, "منى سالم", Role.CLERK)
    before = snapshot(database)
    for change in (pin.give_badge, pin.take_badge):
        with database.transaction() as session, pytest.raises(NotPermitted):
            change(session, staff_id, actor=clerk, now=NOW)
        with database.transaction() as session, pytest.raises(NotFound):
            change(session, 77, actor=admin, now=NOW)
    assert snapshot(database) == before


def test_a_badge_counts_at_its_own_site_and_of_people_of_no_site_everywhere(
    database: Database,
) -> None:
    here, there = add_site(database), add_site(database)
    at_site = staff_member(database, Role.PHARMACIST, site_id=here, badge_code=BADGE)
    everywhere = staff_member(database, Role.COMMITTEE, badge_code=OTHER_BADGE)
    assert [found(database, BADGE, site) for site in (here, there, None)] == [
        at_site,
        None,
        at_site,
    ]
    assert [found(database, OTHER_BADGE, site) for site in (here, there, None)] == [everywhere] * 3


@pytest.mark.parametrize(
    "code", ["", "6223000000014", in_house(InHousePrefix.CARD, 7_310_442_001), "clerk", BADGE[:-1]]
)
def test_no_other_code_is_a_badge(database: Database, code: str) -> None:
    staff_member(database, Role.CLERK, badge_code=BADGE)
    assert found(database, code, None) is None


def test_the_badge_of_a_closed_account_is_nobodys(database: Database) -> None:
    staff_member(database, Role.CLERK, badge_code=BADGE, active=False)
    assert found(database, BADGE, None) is None


def test_five_wrong_pins_leave_only_the_password_for_the_day(database: Database) -> None:
    staff_member(database, Role.CLERK, pin_hash=PIN_HASH)
    worn_out(database)
    with pytest.raises(PinThrottled) as refused:
        attempt(database, now=NOW + timedelta(hours=1))
    assert refused.value.retry_after_seconds == 11 * 3600
    # The password was not tried, so it is not held back; a good one clears the PIN's slips.
    with database.transaction() as session:
        good = sign_in.begin_attempt(session, username="clerk", address=DEVICE, now=NOW)
        sign_in.mark_good(session, good)
    assert attempt(database, now=NOW + timedelta(seconds=1)).password_hash == PIN_HASH


def test_a_good_pin_clears_the_slips_before_it(database: Database) -> None:
    staff_member(database, Role.CLERK, pin_hash=PIN_HASH)
    for second in range(sign_in.FAILURES_PER_PLACE - 1):
        attempt(database, now=NOW + timedelta(seconds=second))
    with database.transaction() as session:
        good = pin.begin_pin_attempt(
            session,
            username="clerk",
            address=DEVICE,
            site_id=None,
            now=NOW + timedelta(seconds=10),
        )
        sign_in.mark_good(session, good)
    assert attempt(database, now=NOW + timedelta(seconds=11)).staff_id is not None


def test_wrong_pins_do_not_hold_back_the_password(database: Database) -> None:
    staff_member(database, Role.CLERK, pin_hash=PIN_HASH)
    worn_out(database)
    with database.transaction() as session:
        begun = sign_in.begin_attempt(session, username="clerk", address=DEVICE, now=NOW)
    assert begun.password_hash == HASH


def test_an_unknown_name_is_counted_like_a_known_one(database: Database) -> None:
    for _ in range(sign_in.FAILURES_PER_PLACE):
        assert attempt(database, "nobody").password_hash is None
    with pytest.raises(PinThrottled):
        attempt(database, "nobody")


def test_a_new_first_password_takes_the_pin(database: Database) -> None:
    admin = administrator(database)
    staff_id = staff_member(database, Role.CLERK, pin_hash=PIN_HASH, badge_code=BADGE)
    with database.transaction() as session:
        reset_password(session, staff_id, password_hash=HASH, actor=admin, now=NOW)
    assert rows(database, Staff.pin_hash, Staff.badge_code, id=staff_id) == [(None, BADGE)]
