"""Tracking by number and phone: alike for every wrong pair, and slow to guess."""

from datetime import datetime, timedelta

import pytest

from pharmacy.errors import TrackingRefused, TrackingThrottled
from pharmacy.models import CitizenRequest, TrackingAttempt
from pharmacy.rules.request_vocabulary import ReplyMeans, RequestState
from pharmacy.rules.tracking import PER_ADDRESS, PER_NUMBER, parse_digits, parse_number
from pharmacy.rules.vocabulary import Role
from pharmacy.services import tracking
from pharmacy.services.reply import NewReply, tell
from tests.builders import NOW, Pharmacy, add_beneficiary, add_request, rows, unique
from tests.web.people import statements_of

PHONE = "+201012345678"


def number_of(pharmacy: Pharmacy, request_id: int) -> str:
    ((number,),) = rows(pharmacy.database, CitizenRequest.number, id=request_id)
    return str(number)


def track(
    pharmacy: Pharmacy,
    number: str,
    digits: str,
    *,
    address: str = "41.32.1.5",
    now: datetime = NOW,
) -> int:
    typed, end = parse_number(number), parse_digits(digits)
    with pharmacy.database.transaction() as session:
        attempt = tracking.begin_tracking(session, typed, address=address, now=now)
    with pharmacy.database.reading() as session:
        found = tracking.find(session, attempt, typed, end, now=now)
    with pharmacy.database.transaction() as session:
        tracking.mark_tracked(session, attempt)
    return found


def test_number_and_digits_find_the_request(pharmacy: Pharmacy) -> None:
    mine = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    filed = add_request(pharmacy, add_beneficiary(pharmacy, phone="01112344321"))
    number = number_of(pharmacy, mine)
    for typed in (number, number.replace("-", "/"), str(int(number[5:]))):
        assert track(pharmacy, typed, "٥٦٧٨") == mine
    assert track(pharmacy, number_of(pharmacy, filed), "4321") == filed
    assert rows(pharmacy.database, TrackingAttempt.succeeded) == [(True,)] * 4


def test_a_number_without_its_year_means_the_one_of_this_phone(pharmacy: Pharmacy) -> None:
    day = NOW.date()
    now_request = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    before = add_request(
        pharmacy,
        None,
        citizen_name="هدى",
        citizen_phone="+201012340000",
        received_on=day.replace(year=day.year - 1),
    )
    assert number_of(pharmacy, now_request)[5:] == number_of(pharmacy, before)[5:]
    assert track(pharmacy, "1", "5678") == now_request
    assert track(pharmacy, "1", "0000") == before


def test_a_wrong_pair_is_answered_alike_by_the_same_statements(pharmacy: Pharmacy) -> None:
    mine = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    silent = add_request(pharmacy, None, citizen_name="بلا هاتف")
    number = number_of(pharmacy, mine)
    answers = []
    for typed, digits in (
        (number, "0000"),
        ("2026-999999", "5678"),
        (number_of(pharmacy, silent), "0000"),
        (number, ""),
    ):
        with (
            statements_of(pharmacy.database) as seen,
            pytest.raises(TrackingRefused) as refused,
        ):
            track(pharmacy, typed, digits, address=unique("address"))
        answers.append((str(refused.value), seen))
    assert answers == [answers[0]] * 4


def test_a_number_is_closed_after_a_few_wrong_tries_whatever_the_address(
    pharmacy: Pharmacy,
) -> None:
    mine = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    number = number_of(pharmacy, mine)
    limit = PER_NUMBER[0]
    for tried in range(limit.failures):
        # With and without its year it is one number.
        typed = number if tried % 2 else number[5:]
        with pytest.raises(TrackingRefused):
            track(pharmacy, typed, "0000", address=unique("address"))
    before = rows(pharmacy.database, TrackingAttempt.id)
    with pytest.raises(TrackingThrottled) as refused:
        track(pharmacy, number, "5678", address=unique("address"))
    assert refused.value.retry_after_seconds == limit.within.total_seconds()
    assert rows(pharmacy.database, TrackingAttempt.id) == before
    assert track(pharmacy, number, "5678", now=NOW + limit.within) == mine


def test_a_number_is_closed_for_the_day_after_more(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    number, now = number_of(pharmacy, request_id), NOW
    for _ in range(PER_NUMBER[1].failures):
        with pytest.raises(TrackingRefused):
            track(pharmacy, number, "0000", address=unique("address"), now=now)
        now += timedelta(minutes=15)
    with pytest.raises(TrackingThrottled):
        track(pharmacy, number, "5678", address=unique("address"), now=now + timedelta(hours=2))


def test_an_address_that_tries_many_numbers_is_closed(pharmacy: Pharmacy) -> None:
    add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    for tried in range(PER_ADDRESS[0].failures):
        with pytest.raises(TrackingRefused):
            track(pharmacy, f"2026-{tried + 100:06d}", "5678")
    with pytest.raises(TrackingThrottled):
        track(pharmacy, "2026-000001", "5678")
    assert track(pharmacy, "2026-000001", "5678", address="another") == 1


def test_who_is_right_counts_against_nobody(pharmacy: Pharmacy) -> None:
    mine = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    number = number_of(pharmacy, mine)
    for _ in range(PER_ADDRESS[0].failures + 1):
        assert track(pharmacy, number, "5678") == mine


def test_what_is_said_of_a_request(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    new = NewReply(submission_id="r", means=ReplyMeans.PHONE, text="سنبلغكم")
    with pharmacy.database.transaction() as session:
        tell(session, request_id, new, actor=pharmacy[Role.CLERK], now=NOW)
    with pharmacy.database.reading() as session:
        seen = tracking.tracked(session, request_id)
    assert (seen.state, seen.number) == (RequestState.RECEIVED, number_of(pharmacy, request_id))
    assert [(one.at, one.text) for one in seen.replies] == [(NOW, "سنبلغكم")]
    assert (seen.changed_at, seen.outcome_id, seen.rated, seen.closed_on) == (
        NOW,
        None,
        False,
        None,
    )
    assert seen.due_on is not None


def test_old_tries_are_forgotten(pharmacy: Pharmacy) -> None:
    with pytest.raises(TrackingRefused):
        track(pharmacy, "1", "5678")
    for days, left in ((0, 1), (1, 0)):
        with pharmacy.database.transaction() as session:
            tracking.forget_tracking(session, now=NOW + timedelta(days=days))
        assert len(rows(pharmacy.database, TrackingAttempt.id)) == left
