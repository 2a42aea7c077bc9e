"""A claim is held to its fund as the counter is: the approval's funds, and whom a fund is for."""

import pytest

from pharmacy.errors import InvalidClaim
from pharmacy.models import ClaimDecision, ClaimLineDecision, Posting
from pharmacy.rules.vocabulary import Channel, ClaimReason, FundKind
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_facts import check_lines
from tests.builders import (
    Approved,
    Pharmacy,
    add_beneficiary,
    add_centre,
    add_condition,
    add_fund,
    add_request,
    approve_request,
    item,
    rows,
    snapshot,
)
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded
from tests.services.verified import faults
from tests.treasury import add_office

R = ClaimReason


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def said(pharmacy: Pharmacy, contract: int, fund_id: int, *asked: Approved, drug: int) -> list[str]:
    """What the check says of a line for each approval, on one claim of a fund."""
    lines = [line(approved, drug) for approved in asked]
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, *lines, fund_id=fund_id))
    with pharmacy.database.reading() as session:
        found = [one.proposal for one in check_lines(session, claim_id)]
    assert {(one.quantity, one.amount) for one in found if one.reason} <= {(0, 0)}
    return [str(one.reason) if one.reason else "in order" for one in found]


def test_each_line_is_held_to_the_funds_of_its_approval_and_to_whom_the_fund_is_for(
    pharmacy: Pharmacy, contract: int
) -> None:
    database = pharmacy.database
    drug = priced_drug(pharmacy)
    disease, centre = add_condition(database), add_centre(database)
    amina = add_beneficiary(pharmacy)

    def kept(**whom: int) -> int:
        return add_fund(database, FundKind.CASH_GIFT, restricted=True, **whom)

    by_name, for_disease, for_amina, for_centre = (
        kept(),
        kept(condition_id=disease),
        kept(beneficiary_id=amina),
        kept(centre_id=centre),
    )
    from_centre = add_request(
        pharmacy, add_beneficiary(pharmacy), channel=Channel.CITY_CENTRE, centre_id=centre
    )
    asked = (
        approve_request(pharmacy, item(drug)),
        approve_request(pharmacy, item(drug), condition_id=disease),
        approve_request(pharmacy, item(drug), beneficiary_id=amina),
        approve_request(pharmacy, item(drug), request_id=from_centre),
        approve_request(pharmacy, item(drug), fund_ids=(by_name,)),
        approve_request(pharmacy, item(drug), fund_ids=(for_disease,), condition_id=disease),
        approve_request(pharmacy, item(drug), fund_ids=(for_disease,)),
    )
    yes, no = "in order", "fund"
    # anybody, the disease, Amina, the centre; named: by name, the disease's with it and without
    assert {
        name: said(pharmacy, contract, fund_id, *asked, drug=drug)
        for name, fund_id in {
            "budget": pharmacy.fund_id,
            "by name": by_name,
            "disease": for_disease,
            "Amina": for_amina,
            "centre": for_centre,
        }.items()
    } == {
        "budget": [yes, yes, yes, yes, no, no, no],
        "by name": [no, no, no, no, yes, no, no],
        "disease": [no, yes, no, no, no, yes, no],
        "Amina": [no, no, yes, no, no, no, no],
        "centre": [no, no, no, yes, no, no, no],
    }


def test_a_line_that_the_fund_may_not_pay_is_refused_and_may_be_claimed_from_another(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    zakat = add_fund(pharmacy.database, FundKind.ZAKAT, restricted=True)
    mine = approve_request(pharmacy, item(drug, 30, issues=2), fund_ids=(zakat,))
    asked = line(mine, drug, receipt_number="R-1")
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, asked))
    before = snapshot(pharmacy.database)
    for accepted in (
        LineDecision(quantity=30, amount=60_00),
        LineDecision(quantity=1, amount=2_00, reason=R.FUND, note="يُقبل استثناءً"),
    ):
        with pytest.raises(InvalidClaim) as refused:
            decided(pharmacy, claim_id, {1: accepted})
        assert (refused.value.reason, refused.value.line) == ("decided_fund", 1)
    assert snapshot(pharmacy.database) == before
    assert decided(pharmacy, claim_id) is None
    again = recorded(pharmacy, claim_of(pharmacy, contract, asked, fund_id=zakat))
    decided(pharmacy, again)
    assert rows(pharmacy.database, ClaimDecision.claim_id, ClaimDecision.accepted) == [
        (claim_id, 0),
        (again, 60_00),
    ]
    assert rows(
        pharmacy.database,
        ClaimLineDecision.approval_item_id,
        ClaimLineDecision.quantity,
        ClaimLineDecision.reason,
    ) == [(None, 0, R.FUND), (mine.item_ids[0], 30, None)]
    assert rows(pharmacy.database, Posting.fund_id, Posting.amount) == [
        (zakat, 60_00),
        (zakat, -60_00),
    ]
    assert faults(pharmacy.database) == {}
