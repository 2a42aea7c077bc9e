"""Renewals: what is listed, the request made with one key, what is refused."""

from datetime import timedelta

import pytest

from pharmacy.db import Database
from pharmacy.errors import AlreadyRenewed, NotPermitted, TransitionRefused
from pharmacy.models import CitizenRequest, RequestLink
from pharmacy.rules.request_vocabulary import ClosingReason, LinkKind, RequestState
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services.renewal import due, renew, renewed_items
from pharmacy.services.request_handling import close
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_centre,
    add_drug,
    add_request,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)

DAYS = 30


def ending(pharmacy: Pharmacy, in_days: int, request_id: int | None = None) -> Approved:
    """An approval that lapses so many days from today."""
    until = TODAY + timedelta(days=in_days)
    drug = add_drug(pharmacy)
    return approve_request(pharmacy, item(drug), request_id=request_id, valid_until=until)


def listed(pharmacy: Pharmacy, role: Role = Role.CLERK) -> list[int]:
    with pharmacy.database.reading() as session:
        statement = due(actor=pharmacy[role], today=TODAY, days=DAYS)
        return [row[0] for row in session.execute(statement)]


def go_on(pharmacy: Pharmacy, earlier_id: int, submission_id: str | None = None) -> int:
    key = submission_id or unique("renewal")
    with pharmacy.database.transaction() as session:
        return renew(session, earlier_id, submission_id=key, actor=pharmacy[Role.CLERK], now=NOW)


def test_what_lapses_within_the_days_is_listed_the_first_to_lapse_first(
    pharmacy: Pharmacy,
) -> None:
    expected = {days: ending(pharmacy, days).request_id for days in (31, 30, 0, -9, 5)}
    assert listed(pharmacy) == [expected[days] for days in (-9, 0, 5, 30)]


def test_what_is_all_given_is_listed_and_what_was_withdrawn_is_not(pharmacy: Pharmacy) -> None:
    given, withdrawn = ending(pharmacy, 5), ending(pharmacy, 6)
    [(drug_id,)] = _drug_of(pharmacy.database, given)
    add_batch(pharmacy, drug_id, 100, 1000)
    hand_out(pharmacy, order(given, 30))
    with pharmacy.database.transaction() as session:
        reason, clerk = ClosingReason.WITHDRAWN, pharmacy[Role.CLERK]
        close(session, withdrawn.request_id, reason, actor=clerk, now=NOW)
    states = rows(pharmacy.database, CitizenRequest.state)
    assert states == [(RequestState.CLOSED,), (RequestState.CLOSED,)]
    assert listed(pharmacy) == [given.request_id]


def _drug_of(database: Database, approved: Approved) -> list[tuple[int]]:
    with database.reading() as session:
        renewed = session.get_one(CitizenRequest, approved.request_id).approvals[0].items
        return [(one.drug_id,) for one in renewed]


def test_a_renewal_is_filled_from_the_earlier_request_and_tied_to_it(pharmacy: Pharmacy) -> None:
    first = ending(pharmacy, 5)
    renewal = go_on(pharmacy, first.request_id)
    facts = (CitizenRequest.beneficiary_id, CitizenRequest.asked_for, CitizenRequest.channel)
    assert rows(pharmacy.database, *facts, id=renewal) == [
        (first.beneficiary_id, "علاج شهري للسكر", Channel.COUNTER)
    ]
    tie = (RequestLink.request_id, RequestLink.kind, RequestLink.earlier_id)
    assert rows(pharmacy.database, *tie) == [(renewal, LinkKind.RENEWS, first.request_id)]
    assert listed(pharmacy) == []
    with pharmacy.database.reading() as session:
        [(approved, drug)] = renewed_items(session, renewal)
        assert (approved.quantity_per_issue, drug.id) == (30, approved.drug_id)
        assert renewed_items(session, first.request_id) == []


def test_a_renewal_sent_twice_is_one_and_another_is_refused(pharmacy: Pharmacy) -> None:
    first = ending(pharmacy, 5)
    renewal = go_on(pharmacy, first.request_id, "once")
    before = snapshot(pharmacy.database)
    assert go_on(pharmacy, first.request_id, "once") == renewal
    with pytest.raises(AlreadyRenewed) as refused:
        go_on(pharmacy, first.request_id)
    assert (
        refused.value.request_number
        == rows(pharmacy.database, CitizenRequest.number, id=renewal)[0][0]
    )
    assert snapshot(pharmacy.database) == before


def test_what_was_never_approved_is_not_renewed(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, add_beneficiary(pharmacy))
    before = snapshot(pharmacy.database)
    with pytest.raises(TransitionRefused):
        go_on(pharmacy, request_id)
    assert snapshot(pharmacy.database) == before


def test_a_clerk_of_a_centre_renews_what_came_through_it(pharmacy: Pharmacy) -> None:
    own = add_centre(pharmacy.database)
    clerk = add_actor(pharmacy.database, Role.CLERK, centre_id=own)
    facts = {"channel": Channel.CITY_CENTRE, "centre_id": own}
    mine = add_request(pharmacy, add_beneficiary(pharmacy), **facts)
    [(person,)] = rows(pharmacy.database, CitizenRequest.beneficiary_id, id=mine)
    approve_request(
        pharmacy,
        item(add_drug(pharmacy)),
        beneficiary_id=person,
        request_id=mine,
        valid_until=TODAY + timedelta(days=3),
    )
    ending(pharmacy, 4)
    with pharmacy.database.transaction() as session:
        found = session.execute(due(actor=clerk, today=TODAY, days=DAYS)).all()
        assert [row[0] for row in found] == [mine]
        renewal = renew(session, mine, submission_id="own", actor=clerk, now=NOW)
    where = (CitizenRequest.channel, CitizenRequest.centre_id)
    assert rows(pharmacy.database, *where, id=renewal) == [(Channel.CITY_CENTRE, own)]


def test_only_who_records_requests_renews(pharmacy: Pharmacy) -> None:
    first = ending(pharmacy, 5)
    for role in (Role.COMMITTEE, Role.MANAGER, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            due(actor=pharmacy[role], today=TODAY, days=DAYS)
        with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
            renew(session, first.request_id, submission_id="no", actor=pharmacy[role], now=NOW)
