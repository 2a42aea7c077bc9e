"""A claim is held to the issue and its day, whoever gave before, and to the price of that day."""

from datetime import date, timedelta

import pytest

from pharmacy.errors import InvalidClaim, NoticesStand
from pharmacy.models import ClaimLineDecision, Drug
from pharmacy.rules.claim import Beyond, Proposal
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import ClaimReason, NoticeCode, Role
from pharmacy.services.claim import NewLine
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_facts import Checked, check_lines
from pharmacy.services.formulary import DrugFacts, get_drug, save_drug
from pharmacy.services.settings import change_setting
from tests.builders import (
    NOW,
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
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded, undo_decision
from tests.services.verified import faults
from tests.treasury import add_office

LONG_AGO = TODAY - timedelta(days=100)
WHOLE = Proposal(60, 120_00, None)
EARLY = Proposal(0, 0, ClaimReason.BEYOND_APPROVAL, Beyond.TOO_EARLY)


def more(units: int) -> Proposal:
    """What is accepted of a line that asks for more than was due."""
    reason, beyond = ClaimReason.BEYOND_APPROVAL, Beyond.MORE_THAN_AN_ISSUE
    return Proposal(units, units * 2_00, reason, beyond)


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def monthly(pharmacy: Pharmacy, drug: int) -> Approved:
    """An approval of sixty tablets every thirty days, six times."""
    add_batch(pharmacy, drug, 600, 600_00)
    return approve_request(pharmacy, item(drug, 60, issues=6), valid_from=LONG_AGO)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def checked(pharmacy: Pharmacy, claim_id: int) -> list[Checked]:
    with pharmacy.database.reading() as session:
        return check_lines(session, claim_id)


def proposed(pharmacy: Pharmacy, contract: int, *lines: NewLine) -> list[Proposal]:
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, *lines))
    return [one.proposal for one in checked(pharmacy, claim_id)]


def test_a_line_is_held_to_what_our_counter_gave_before_and_since(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = monthly(pharmacy, drug)
    hand_out(pharmacy, order(mine, 60))  # today
    days = {1: EARLY, 5: EARLY, 23: EARLY, 24: WHOLE, 60: WHOLE}
    assert {
        on: proposed(pharmacy, contract, line(mine, drug, 60, given_on=ago(on)))[0] for on in days
    } == days
    assert proposed(pharmacy, contract, line(mine, drug, 180, given_on=ago(40))) == [more(60)]


def test_three_issues_two_days_after_ours_are_not_accepted_unless_somebody_says_why(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = monthly(pharmacy, drug)
    hand_out(pharmacy, order(mine, 60), now=after(-2))
    asked = line(mine, drug, 180)
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, asked))
    [one] = checked(pharmacy, claim_id)
    assert one.proposal == EARLY
    assert one.due is not None
    assert (one.due.last_on, one.due.next_from) == (ago(2), TODAY + timedelta(days=22))
    before = snapshot(pharmacy.database)
    with pytest.raises(InvalidClaim) as refused:
        decided(pharmacy, claim_id, {1: LineDecision(quantity=180, amount=360_00)})
    assert (refused.value.reason, refused.value.line) == ("decided_note", 1)
    assert snapshot(pharmacy.database) == before
    journey = LineDecision(quantity=180, amount=360_00, note="مسافر ثلاثة أشهر")
    decided(pharmacy, claim_id, {1: journey})
    kept = (ClaimLineDecision.quantity, ClaimLineDecision.reason, ClaimLineDecision.note)
    assert rows(pharmacy.database, *kept) == [(180, None, "مسافر ثلاثة أشهر")]
    # Our counter sees it, too: four issues since, and the next is due when they have lasted.
    with pytest.raises(NoticesStand) as stands:
        hand_out(pharmacy, order(mine, 60), now=after(60))
    [said] = stands.value.notices
    assert isinstance(said, Notice)
    due = ago(2) + timedelta(days=4 * 30 - 6)
    assert (said.code, said.facts["next_from"]) == (NoticeCode.NOT_YET_DUE, due)
    assert faults(pharmacy.database) == {}


def test_what_the_rules_propose_stands_under_its_reason(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine, his = monthly(pharmacy, drug), monthly(pharmacy, drug)
    lines = line(mine, drug, 180, given_on=ago(9)), line(his, drug, 60)
    hand_out(pharmacy, order(his, 60), now=after(-9))
    decided(pharmacy, recorded(pharmacy, claim_of(pharmacy, contract, *lines)))
    kept = (ClaimLineDecision.quantity, ClaimLineDecision.accepted, ClaimLineDecision.reason)
    beyond = ClaimReason.BEYOND_APPROVAL
    assert rows(pharmacy.database, *kept) == [(60, 120_00, beyond), (0, 0, beyond)]
    assert faults(pharmacy.database) == {}


def test_accepted_claims_count_by_the_day_of_giving_and_undone_ones_do_not(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = monthly(pharmacy, drug)

    def said(days_ago: int, who: int = contract) -> Proposal:
        [one] = proposed(pharmacy, who, line(mine, drug, 60, given_on=ago(days_ago)))
        return one

    first = recorded(pharmacy, claim_of(pharmacy, contract, line(mine, drug, 60, given_on=ago(30))))
    assert said(12) == WHOLE  # nobody decided the first yet
    decided(pharmacy, first)
    other = add_contract(pharmacy)  # told of later
    assert [said(12), said(6), said(33, other)] == [EARLY, WHOLE, EARLY]
    undo_decision(pharmacy, first)
    assert [said(12), said(33, other)] == [WHOLE, WHOLE]


def test_one_issue_cut_into_lines_is_one_issue(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine = monthly(pharmacy, drug)
    parts = [line(mine, drug, 25, given_on=ago(on)) for on in (40, 41, 42)]
    late = line(mine, drug, 60, given_on=ago(43))
    assert proposed(pharmacy, contract, *parts, late, line(mine, drug, 60, given_on=ago(5))) == [
        Proposal(25, 50_00, None),
        Proposal(25, 50_00, None),
        more(10),
        EARLY,
        WHOLE,
    ]


def set_price(pharmacy: Pharmacy, drug: int, price: int | None, days: int, pack: int = 30) -> None:
    with pharmacy.database.transaction() as session:
        row = get_drug(session, drug)
        facts = DrugFacts(
            code=row.code,
            name_ar=row.name_ar,
            name_en=row.name_en,
            inn=row.inn,
            strength=row.strength,
            form=row.form,
            unit=row.unit,
            pack_size=pack,
            reference_price=price,
        )
        save_drug(session, facts, drug_id=drug, actor=pharmacy.pharmacist, now=after(days))


def test_the_price_is_the_one_of_the_day_it_was_given(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)  # sixty pounds a pack of thirty
    mine = monthly(pharmacy, drug)
    asked = [line(mine, drug, 60, given_on=ago(on), amount=240_00) for on in (70, 40, 10)]
    assert proposed(pharmacy, contract, *asked) == [
        Proposal(60, 120_00, ClaimReason.PRICE),
        Proposal(60, 120_00, ClaimReason.PRICE),
        Proposal(60, 120_00, ClaimReason.PRICE),
    ]
    set_price(pharmacy, drug, 90_00, -40)  # on the very day
    set_price(pharmacy, drug, 60_00, -30, pack=15)
    set_price(pharmacy, drug, 30_00, -9, pack=15)
    assert rows(pharmacy.database, Drug.reference_price, Drug.pack_size, id=drug) == [(30_00, 15)]
    asked = [line(mine, drug, 60, given_on=one.given_on, amount=240_00) for one in asked]
    assert proposed(pharmacy, contract, *asked) == [
        Proposal(60, 120_00, ClaimReason.PRICE),
        Proposal(60, 180_00, ClaimReason.PRICE),
        Proposal(60, 240_00, None),
    ]


def test_the_share_is_the_one_of_the_day_and_a_price_first_known_later_is_taken(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = monthly(pharmacy, drug)
    admin = pharmacy[Role.ADMINISTRATOR]
    for share, days in (("90", -30), ("80", 0)):
        with pharmacy.database.transaction() as session:
            change_setting(session, "claim_price_percent", share, actor=admin, now=after(days))
    asked = [line(mine, drug, 60, given_on=ago(on)) for on in (70, 30, 0)]
    assert [one.amount for one in proposed(pharmacy, contract, *asked)] == [
        120_00,
        108_00,
        96_00,
    ]
    set_price(pharmacy, drug, None, -20)
    set_price(pharmacy, drug, 75_00, -5)
    again = line(mine, drug, 60, given_on=ago(10), amount=200_00)
    assert proposed(pharmacy, contract, again) == [Proposal(60, 135_00, ClaimReason.PRICE)]
    assert NOW.date() == TODAY
