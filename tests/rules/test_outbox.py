"""When a message that failed is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from pharmacy.rules.outbox import ATTEMPTS_MAX, LEASE, WAITS, next_attempt

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def test_each_wait_is_longer_than_the_one_before_and_then_it_is_given_up() -> None:
    waits = [next_attempt(attempts, NOW) for attempts in range(1, ATTEMPTS_MAX + 1)]
    assert [wait - NOW for wait in waits if wait is not None] == list(WAITS)
    assert waits[-1] is None
    assert list(WAITS) == sorted(set(WAITS))


def test_it_is_tried_for_more_than_a_day_and_a_half_over_a_weekend_night() -> None:
    assert sum(WAITS, timedelta()) > timedelta(hours=34)


def test_a_lease_is_longer_than_any_sending_lasts() -> None:
    assert timedelta(minutes=1) < LEASE
