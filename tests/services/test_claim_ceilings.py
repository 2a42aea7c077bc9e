"""A claim is held to what the approval lets the funds bear, and to days of an open request."""

from datetime import timedelta

import pytest

from pharmacy.errors import InvalidClaim
from pharmacy.models import ClaimDecision
from pharmacy.rules.claim import Beyond, Proposal
from pharmacy.rules.request_vocabulary import ClosingReason, ReopeningReason
from pharmacy.rules.vocabulary import ClaimReason, Role
from pharmacy.services.claim import NewLine
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_facts import check_lines
from pharmacy.services.request_decision import reopen
from pharmacy.services.request_handling import close
from tests.builders import (
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded
from tests.services.verified import faults
from tests.treasury import add_office

R = ClaimReason
EARLIER = TODAY - timedelta(days=40)
LONG_AGO = TODAY - timedelta(days=100)


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def proposed(pharmacy: Pharmacy, claim_id: int) -> list[Proposal]:
    with pharmacy.database.reading() as session:
        return [one.proposal for one in check_lines(session, claim_id)]


def claimed(pharmacy: Pharmacy, contract: int, *lines: NewLine) -> int:
    return recorded(pharmacy, claim_of(pharmacy, contract, *lines))


def approved(pharmacy: Pharmacy, drug: int, **terms: object) -> Approved:
    """An approval of thirty tablets every thirty days, six times, long in force."""
    return approve_request(pharmacy, item(drug, 30, issues=6), valid_from=LONG_AGO, **terms)


def test_what_our_counter_and_the_lines_before_took_of_a_ceiling_is_gone(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    mine = approved(pharmacy, drug, case_ceiling=100_00)
    hand_out(pharmacy, order(mine, 30))  # the funds bore 30 pounds
    claim = claimed(
        pharmacy,
        contract,
        line(mine, drug, given_on=LONG_AGO),
        line(mine, drug, given_on=EARLIER),
    )
    cut = Proposal(30, 10_00, R.BEYOND_APPROVAL, Beyond.CASE_CEILING)
    assert proposed(pharmacy, claim) == [Proposal(30, 60_00, None), cut]
    before = snapshot(pharmacy.database)
    whole = LineDecision(quantity=30, amount=60_00)
    more = LineDecision(quantity=30, amount=10_01, reason=R.BEYOND_APPROVAL, note="حالة خاصة")
    for lines, at in (({2: more}, 2), ({1: whole, 2: more}, 2)):
        with pytest.raises(InvalidClaim) as refused:
            decided(pharmacy, claim, lines)
        assert (refused.value.reason, refused.value.line) == ("decided_ceiling", at)
    assert snapshot(pharmacy.database) == before
    # What the first line leaves, the second may have.
    less = LineDecision(quantity=30, amount=50_00, reason=R.OTHER, note="خصم")
    rest = LineDecision(quantity=30, amount=20_00, reason=R.BEYOND_APPROVAL, note="الباقي")
    decided(pharmacy, claim, {1: less, 2: rest})
    assert rows(pharmacy.database, ClaimDecision.accepted) == [(70_00,)]
    assert faults(pharmacy.database) == {}


def test_the_months_ceiling_holds_for_the_month_it_was_given_in(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = approved(pharmacy, drug, month_ceiling=45_00)
    claim = claimed(
        pharmacy,
        contract,
        line(mine, drug, given_on=EARLIER),
        line(mine, drug, given_on=TODAY),
    )
    cut = Proposal(30, 45_00, R.BEYOND_APPROVAL, Beyond.MONTH_CEILING)
    assert proposed(pharmacy, claim) == [cut, cut]


def test_the_funds_bear_the_agreed_price_less_the_citizens_share(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    half = approved(pharmacy, drug, citizen_basis_points=5_000)
    most = approved(pharmacy, drug, citizen_basis_points=5_000, citizen_share_max=10_00)
    claim = claimed(pharmacy, contract, line(half, drug), line(most, drug))
    assert proposed(pharmacy, claim) == [
        Proposal(30, 30_00, R.PRICE),
        Proposal(30, 50_00, R.PRICE),
    ]


@pytest.mark.parametrize("reason", [ClosingReason.DECEASED, ClosingReason.LAPSED])
def test_what_was_given_after_the_closing_is_not_owed_and_what_was_given_before_is(
    pharmacy: Pharmacy, contract: int, reason: ClosingReason
) -> None:
    drug = priced_drug(pharmacy)
    given = {days: approved(pharmacy, drug) for days in (6, 5, 4)}
    for one in given.values():
        closes(pharmacy, one, reason)
    found = {
        days: proposed(
            pharmacy,
            claimed(pharmacy, contract, line(one, drug, given_on=TODAY - timedelta(days=days))),
        )[0].reason
        for days, one in given.items()
    }
    assert found == {6: None, 5: None, 4: R.NOT_IN_FORCE}


def test_what_was_given_after_a_reopening_is_owed(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine = approved(pharmacy, drug)
    closes(pharmacy, mine, ClosingReason.WITHDRAWN)
    with pharmacy.database.transaction() as session:
        reopen(
            session,
            mine.request_id,
            ReopeningReason.OUR_MISTAKE,
            note="خطأ",
            actor=pharmacy[Role.COMMITTEE],
            now=after(-2),
        )
    found = [
        proposed(
            pharmacy,
            claimed(pharmacy, contract, line(mine, drug, given_on=TODAY - timedelta(days=days))),
        )[0].reason
        for days in (3, 2, 1)
    ]
    assert found == [R.NOT_IN_FORCE, None, None]


def closes(pharmacy: Pharmacy, approved: Approved, reason: ClosingReason) -> None:
    """The committee closes a request, five days ago."""
    with pharmacy.database.transaction() as session:
        close(session, approved.request_id, reason, actor=pharmacy[Role.COMMITTEE], now=after(-5))
