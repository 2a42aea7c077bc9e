"""Standing authorities: given and withdrawn by the committee; the newest in force counts."""

from datetime import date, timedelta
from typing import Any

import pytest

from pharmacy.errors import AuthorityRefused, NotFound, NotPermitted
from pharmacy.models import AuditEvent, Staff, StandingAuthority
from pharmacy.rules.vocabulary import Role
from pharmacy.services import authority
from tests.builders import NOW, TODAY, Pharmacy, after, rows
from tests.services.drafting import Desk, authorize

FACTS: dict[str, Any] = {
    "decision_number": "ت-2026/3",
    "valid_from": TODAY,
    "valid_until": TODAY + timedelta(days=30),
    "ceiling": 50_000,
}


@pytest.fixture
def committee(pharmacy: Pharmacy) -> Desk:
    return Desk(pharmacy, actor=pharmacy[Role.COMMITTEE])


def in_force(pharmacy: Pharmacy, on: date = TODAY) -> str | None:
    with pharmacy.database.reading() as session:
        found = authority.in_force(session, on=on)
        return found.decision_number if found else None


def test_an_authority_holds_from_its_first_to_its_last_day(
    pharmacy: Pharmacy, committee: Desk
) -> None:
    given = committee.do(authority.give, **FACTS)
    days = [TODAY - timedelta(days=1), TODAY, FACTS["valid_until"], after(31).date()]
    assert [in_force(pharmacy, on) for on in days] == [None, "ت-2026/3", "ت-2026/3", None]
    columns = (StandingAuthority.id, StandingAuthority.staff_id, StandingAuthority.ceiling)
    assert rows(pharmacy.database, *columns) == [(given, committee.actor.staff_id, 50_000)]
    written = rows(pharmacy.database, AuditEvent.noun, AuditEvent.action, AuditEvent.after)
    assert written[-1][:2] == ("authority", "give")
    assert written[-1][2]["ceiling"] == 50_000


def test_of_two_the_newest_counts_until_it_is_withdrawn(
    pharmacy: Pharmacy, committee: Desk
) -> None:
    authorize(pharmacy, number="1", until=after(60).date())
    second = authorize(pharmacy, number="2", until=after(10).date(), now=after(1))
    assert in_force(pharmacy, after(2).date()) == "2"
    assert in_force(pharmacy, after(11).date()) == "1"
    committee.do(authority.withdraw, second)
    committee.do(authority.withdraw, second)
    assert in_force(pharmacy, after(2).date()) == "1"
    with pharmacy.database.reading() as session:
        found = authority.all_of(session)
    assert [(row.decision_number, row.withdrawn_at, row.holds(TODAY)) for row in found] == [
        ("2", NOW, False),
        ("1", None, True),
    ]
    actions = rows(pharmacy.database, AuditEvent.action, noun="authority")
    assert actions == [("give",), ("give",), ("withdraw",)]


def test_an_authority_of_somebody_who_left_holds_no_longer(pharmacy: Pharmacy) -> None:
    authorize(pharmacy)
    with pharmacy.database.transaction() as session:
        session.get_one(Staff, pharmacy[Role.COMMITTEE].staff_id).active = False
    assert in_force(pharmacy) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"decision_number": " ت-1 "}, "decision_taken"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        ({"ceiling": 0}, "ceiling"),
        ({"ceiling": authority.CEILING_MAX + 1}, "ceiling"),
    ],
)
def test_figures_that_do_not_hold_together_are_refused(
    pharmacy: Pharmacy, committee: Desk, facts: dict[str, Any], reason: str
) -> None:
    authorize(pharmacy, number="ت-1")
    refusal = committee.refused(AuthorityRefused, authority.give, **{**FACTS, **facts})
    assert refusal.reason == reason


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMMITTEE])
def test_only_the_committee_gives_and_withdraws(pharmacy: Pharmacy, role: Role) -> None:
    given = authorize(pharmacy)
    other = Desk(pharmacy, actor=pharmacy[role])
    other.refused(NotPermitted, authority.give, **{**FACTS, "decision_number": "2"})
    other.refused(NotPermitted, authority.withdraw, given)


def test_what_was_never_given_is_not_withdrawn(committee: Desk) -> None:
    committee.refused(NotFound, authority.withdraw, 9)
