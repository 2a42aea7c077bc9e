"""Claims of contract pharmacies: recorded as asked, checked line by line, decided once, owed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from pharmacy.errors import (
    ClaimDecided,
    InvalidClaim,
    MissingFact,
    NotFound,
    NoticesStand,
    NotPermitted,
    SubmissionConflict,
)
from pharmacy.models import (
    CitizenRequest,
    ClaimDecision,
    ClaimLineDecision,
    Posting,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import ClaimReason, ReversalReason, Role
from pharmacy.services.claim import add_pharmacy, record_claim
from pharmacy.services.claim_decision import LineDecision, decide
from pharmacy.services.claim_facts import check_lines
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.reversal import reverse
from pharmacy.services.settings import change_setting
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)
from tests.claims import (
    add_contract,
    claim_of,
    claims_on_file,
    decided,
    line,
    priced_drug,
    recorded,
)
from tests.services.verified import faults
from tests.treasury import add_office

R = ClaimReason


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def proposals(pharmacy: Pharmacy, claim_id: int) -> list[tuple[int, int, ClaimReason | None]]:
    with pharmacy.database.reading() as session:
        found = [one.proposal for one in check_lines(session, claim_id)]
    return [(one.quantity, one.amount, one.reason) for one in found]


def left(pharmacy: Pharmacy, request_id: int) -> int:
    with pharmacy.database.reading() as session:
        case = read_case(session, request_id, on=TODAY)
        assert case is not None
        [one] = case.items.values()
        given = sum(issue.quantity for issue in case.issued(one.approval_item_id))
        return one.quantity_per_issue * one.issues - given


def test_every_kind_of_line_is_checked_against_what_the_house_knows(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug, other, unknown = (priced_drug(pharmacy) for _ in range(3))
    unpriced = add_drug(pharmacy)
    add_batch(pharmacy, other, 100, 100_00)
    mine = approve_request(
        pharmacy,
        item(drug, 30, issues=2, days=1),
        item(other, 30, issues=3, days=1),
        item(unpriced),
    )
    lapsed = approve_request(pharmacy, item(drug, 30), valid_until=TODAY - timedelta(days=2))
    hand_out(pharmacy, order(mine, 0, 30))
    first = line(mine, drug, 30, receipt_number="R-7", given_on=TODAY - timedelta(days=1))
    claim_id = recorded(
        pharmacy,
        claim_of(
            pharmacy,
            contract,
            first,
            line(mine, drug, 30, receipt_number=" r-7 ", given_on=first.given_on),
            line(mine, drug, 40, amount=100_00),
            line(mine, other),
            line(mine, other, receipt_number="", given_on=TODAY - timedelta(days=1)),
            line(mine, other, amount=75_00, given_on=TODAY - timedelta(days=3)),
            line(mine, unknown),
            line(lapsed, drug),
            line(lapsed, drug, given_on=TODAY - timedelta(days=2)),
            line(mine, unpriced),
        ),
    )
    assert proposals(pharmacy, claim_id) == [
        (30, 60_00, None),
        (0, 0, R.DUPLICATE),
        (30, 60_00, R.BEYOND_APPROVAL),
        (0, 0, R.DUPLICATE),  # our own counter gave it on that day
        (0, 0, R.NO_PRESCRIPTION),
        (30, 60_00, R.PRICE),
        (0, 0, R.NO_APPROVAL),
        (0, 0, R.NOT_IN_FORCE),
        (30, 60_00, None),
        (0, 0, R.PRICE),
    ]


def test_the_share_of_the_price_is_a_setting(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    claim_id = recorded(
        pharmacy,
        claim_of(pharmacy, contract, line(approve_request(pharmacy, item(drug)), drug)),
    )
    with pharmacy.database.transaction() as session:
        admin = pharmacy[Role.ADMINISTRATOR]
        change_setting(session, "claim_price_percent", "90", actor=admin, now=NOW)
    assert proposals(pharmacy, claim_id) == [(30, 54_00, R.PRICE)]


def test_what_is_accepted_is_owed_sealed_and_uses_the_approval_up(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    mine = approve_request(pharmacy, item(drug, 30, issues=2, days=1))
    his = approve_request(pharmacy, item(drug, 30))
    claim = claim_of(
        pharmacy,
        contract,
        line(mine, drug, 40, amount=90_00),
        line(his, drug, 30),
        line(his, drug, 5),
        dated_on=TODAY - timedelta(days=1),
    )
    claim_id = recorded(pharmacy, claim)
    assert claims_on_file(pharmacy) == [(claim.number, 160_00, claim.dated_on)]
    half = LineDecision(quantity=40, amount=85_00, reason=R.PRICE, note="وفق السعر المعلن")
    voucher_id = decided(pharmacy, claim_id, {1: half})
    with pharmacy.database.reading() as session:
        voucher = session.get_one(Voucher, voucher_id)
        assert (voucher.supplier_id, voucher.document_reference) == (contract, claim.number)
        assert (voucher.business_date, voucher.fact_date) == (TODAY, claim.dated_on)
        posted = select(Posting.line_no, Posting.account, Posting.amount)
        assert [
            (number, account.value, amount)
            for number, account, amount in session.execute(
                posted.where(Posting.voucher_id == voucher_id).order_by(Posting.id)
            )
        ] == [
            (1, "cost_claims", 85_00),
            (1, "payables", -85_00),
            (2, "cost_claims", 60_00),
            (2, "payables", -60_00),
        ]
    assert rows(
        pharmacy.database,
        ClaimLineDecision.approval_item_id,
        ClaimLineDecision.quantity,
        ClaimLineDecision.accepted,
        ClaimLineDecision.reason,
    ) == [
        (mine.item_ids[0], 40, 85_00, R.PRICE),
        (his.item_ids[0], 30, 60_00, None),
        (None, 0, 0, R.BEYOND_APPROVAL),
    ]
    invoice = rows(
        pharmacy.database,
        SupplierInvoice.supplier_id,
        SupplierInvoice.number,
        SupplierInvoice.amount,
        SupplierInvoice.due_on,
        SupplierInvoice.claim_id,
    )
    assert invoice == [(contract, claim.number, 145_00, TODAY + timedelta(days=30), claim_id)]
    states = dict(rows(pharmacy.database, CitizenRequest.id, CitizenRequest.state))
    assert states[mine.request_id] is RequestState.DISPENSING
    assert states[his.request_id] is RequestState.CLOSED
    assert left(pharmacy, mine.request_id) == 20
    with pytest.raises(NoticesStand):
        hand_out(pharmacy, order(mine, 21))
    assert faults(pharmacy.database) == {}


def test_a_dispensing_undone_leaves_what_the_contract_pharmacy_gave(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    mine = approve_request(pharmacy, item(drug, 30, issues=2, days=1))
    here = hand_out(pharmacy, order(mine, 10))
    given = TODAY - timedelta(days=4)
    decided(
        pharmacy,
        recorded(pharmacy, claim_of(pharmacy, contract, line(mine, drug, 20, given_on=given))),
    )
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            here,
            submission_id="undo",
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=NOW,
        )
    [(state, handed_over)] = rows(
        pharmacy.database, CitizenRequest.state, CitizenRequest.handed_over_on
    )
    assert (state, handed_over) == (RequestState.DISPENSING, given)
    assert left(pharmacy, mine.request_id) == 40
    assert faults(pharmacy.database) == {}


def test_a_claim_refused_whole_owes_nothing_and_may_be_claimed_again(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    mine = approve_request(pharmacy, item(drug))
    asked = line(mine, drug, receipt_number="R-9")
    first = recorded(pharmacy, claim_of(pharmacy, contract, asked))
    no = LineDecision(quantity=0, amount=0, reason=R.OTHER, note="الإيصال غير مقروء")
    assert decided(pharmacy, first, {1: no}) is None
    assert rows(pharmacy.database, ClaimDecision.accepted, ClaimDecision.voucher_id) == [(0, None)]
    again = recorded(pharmacy, claim_of(pharmacy, contract, asked))
    assert proposals(pharmacy, again) == [(30, 60_00, None)]
    assert left(pharmacy, mine.request_id) == 30
    assert faults(pharmacy.database) == {}


def test_a_claim_is_decided_once(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine = approve_request(pharmacy, item(drug))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, line(mine, drug)))
    once = decided(pharmacy, claim_id, submission_id="one")
    before = snapshot(pharmacy.database)
    assert decided(pharmacy, claim_id, submission_id="one") == once
    with pytest.raises(ClaimDecided):
        decided(pharmacy, claim_id, submission_id="two")
    assert snapshot(pharmacy.database) == before


def test_a_decision_that_does_not_hold_moves_nothing(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine = approve_request(pharmacy, item(drug, 40))
    claim_id = recorded(
        pharmacy, claim_of(pharmacy, contract, line(mine, drug), line(mine, drug, 20))
    )
    full, tail = LineDecision(quantity=30, amount=60_00), LineDecision(quantity=20, amount=40_00)
    tried = [
        ({1: full, 2: tail}, "decided_quantity", 2),
        ({1: LineDecision(quantity=30, amount=60_01)}, "decided_amount", 1),
        ({1: LineDecision(quantity=0, amount=0)}, "decided_reason", 1),
        ({1: LineDecision(quantity=0, amount=0, reason=R.OTHER)}, "decided_note", 1),
    ]
    before = snapshot(pharmacy.database)
    for lines, reason, number in tried:
        with pytest.raises(InvalidClaim) as refused:
            decided(pharmacy, claim_id, lines)
        assert (refused.value.reason, refused.value.line) == (reason, number)
    with pytest.raises(NotFound):
        decided(pharmacy, claim_id + 1)
    for role in (Role.PHARMACIST, Role.MANAGER):
        with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
            decide(session, claim_id, {}, submission_id="x", actor=pharmacy[role], now=NOW)
    assert snapshot(pharmacy.database) == before
    # The first takes less than was proposed, so that the second may have more.
    less = LineDecision(quantity=20, amount=40_00, reason=R.OTHER, note="صُرف عشرون فقط")
    more = LineDecision(quantity=20, amount=40_00, note="تبقى له عشرون")
    decided(pharmacy, claim_id, {1: less, 2: more})
    assert left_or_none(pharmacy, mine.request_id) is None
    assert faults(pharmacy.database) == {}


def left_or_none(pharmacy: Pharmacy, request_id: int) -> int | None:
    with pharmacy.database.reading() as session:
        return None if read_case(session, request_id, on=TODAY) is None else 0


def test_a_claim_that_does_not_hold_is_not_recorded(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    mine = approve_request(pharmacy, item(drug))
    good = line(mine, drug)
    taken = claim_of(pharmacy, contract, good)
    recorded(pharmacy, taken)
    tomorrow = date(2026, 3, 11)
    tried = [
        (claim_of(pharmacy, contract, good, number=" "), "number", 0),
        (claim_of(pharmacy, contract, good, number=taken.number), "number_taken", 0),
        (claim_of(pharmacy, contract, good, dated_on=tomorrow), "dated_on", 0),
        (claim_of(pharmacy, contract), "lines", 0),
        (claim_of(pharmacy, contract, good, line(mine, drug, request_id=999)), "request", 2),
        (claim_of(pharmacy, contract, line(mine, 999)), "drug", 1),
        (claim_of(pharmacy, contract, line(mine, drug, given_on=tomorrow)), "given_on", 1),
        (claim_of(pharmacy, contract, line(mine, drug, 0)), "quantity", 1),
        (claim_of(pharmacy, contract, line(mine, drug, amount=0)), "amount", 1),
    ]
    before = snapshot(pharmacy.database)
    for claim, reason, number in tried:
        with pytest.raises(InvalidClaim) as refused:
            recorded(pharmacy, claim)
        assert (refused.value.reason, refused.value.line) == (reason, number)
    for nobody in (
        claim_of(pharmacy, contract, good, fund_id=999),
        claim_of(pharmacy, pharmacy.supplier_id, good),
    ):
        with pytest.raises(NotFound):
            recorded(pharmacy, nobody)
    with pytest.raises(SubmissionConflict):
        recorded(pharmacy, claim_of(pharmacy, contract, good, submission_id=taken.submission_id))
    with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
        record_claim(session, taken, actor=pharmacy.pharmacist, now=NOW)
    assert snapshot(pharmacy.database) == before


def test_a_contract_names_its_pharmacy_once(pharmacy: Pharmacy) -> None:
    finance = pharmacy[Role.FINANCE]
    for name, refusal in (
        ("صيدلية النور", None),
        (" صيدلية النور ", InvalidClaim),
        (" ", MissingFact),
    ):
        if refusal is None:
            with pharmacy.database.transaction() as session:
                add_pharmacy(session, name, actor=finance, now=NOW)
            continue
        with pytest.raises(refusal), pharmacy.database.transaction() as session:
            add_pharmacy(session, name, actor=finance, now=NOW)
