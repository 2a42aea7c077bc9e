"""Handing out medicine: what is written, from which batches, at what cost, and who bears it."""

from datetime import date

import pytest

from pharmacy.errors import SubmissionConflict
from pharmacy.models import (
    Batch,
    CitizenRequest,
    Dispensing,
    DispensingLine,
    Owing,
    Posting,
    RequestEvent,
    SiteChain,
    StockMovement,
    Voucher,
    VoucherSeries,
)
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Account, Channel, FundKind, UnitOfIssue, VoucherKind
from pharmacy.services.dispensing_order import Collector
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_condition,
    add_drug,
    add_fund,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)


def taken(pharmacy: Pharmacy, voucher_id: int) -> list[tuple[int, int, int]]:
    """(batch, units, cost) of a dispensing's lines."""
    columns = (DispensingLine.batch_id, DispensingLine.quantity, DispensingLine.cost)
    return [
        (batch, quantity, cost)
        for batch, quantity, cost in rows(pharmacy.database, *columns, voucher_id=voucher_id)
    ]


def left(pharmacy: Pharmacy, batch_id: int) -> tuple[int, int]:
    """(units, piastres) on hand of a batch."""
    ((on_hand, value),) = rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand, id=batch_id)
    return on_hand, value


def shares(pharmacy: Pharmacy, voucher_id: int) -> list[tuple[int, int, int, int]]:
    """(cost, state, donor, citizen) of a dispensing's lines."""
    columns = (
        DispensingLine.cost,
        DispensingLine.state_share,
        DispensingLine.donor_share,
        DispensingLine.citizen_share,
    )
    return [tuple(row) for row in rows(pharmacy.database, *columns, voucher_id=voucher_id)]  # type: ignore[misc]


def test_a_whole_issue_writes_voucher_head_line_movement_and_postings(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy, name_ar="ميتفورمين", name_en="Metformin")
    batch = add_batch(pharmacy, drug, 100, 5_000)
    approved = approve_request(pharmacy, item(drug, 30, issues=2))
    collector = Collector(name="أحمد محمد", identity="1", relation="ابن")
    voucher = hand_out(pharmacy, order(approved, 30, submission_id="s-1", collector=collector))

    database = pharmacy.database
    assert rows(
        database,
        Voucher.kind,
        Voucher.fiscal_year,
        Voucher.number,
        Voucher.sequence,
        Voucher.business_date,
        Voucher.posted_at,
        Voucher.posted_by,
        Voucher.submission_id,
        Voucher.request_id,
        id=voucher,
    ) == [
        (VoucherKind.DISPENSING, 2025, 1, 2, TODAY, NOW, pharmacy.pharmacist.staff_id, "s-1",
         approved.request_id),
    ]  # fmt: skip
    assert rows(
        database,
        Dispensing.request_id,
        Dispensing.approval_id,
        Dispensing.beneficiary_id,
        Dispensing.channel,
        Dispensing.collected_by_name,
        voucher_id=voucher,
    ) == [
        (approved.request_id, approved.approval_id, approved.beneficiary_id, Channel.HOTLINE,
         "أحمد محمد"),
    ]  # fmt: skip
    assert rows(
        database,
        DispensingLine.drug_name_ar,
        DispensingLine.unit,
        DispensingLine.directions_ar,
        DispensingLine.days,
        DispensingLine.business_date,
    ) == [("ميتفورمين", UnitOfIssue.TABLET, "قرص واحد يوميًا", 30, TODAY)]
    assert taken(pharmacy, voucher) == [(batch, 30, 1_500)]
    assert rows(
        database, StockMovement.batch_id, StockMovement.quantity, StockMovement.value,
        voucher_id=voucher,
    ) == [(batch, -30, -1_500)]  # fmt: skip
    assert rows(database, Posting.account, Posting.amount, voucher_id=voucher) == [
        (Account.STOCK, -1_500),
        (Account.COST_STATE, 1_500),
    ]
    assert left(pharmacy, batch) == (70, 3_500)


def test_the_series_and_the_chain_advance_with_each_voucher(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 5_000)
    for _ in range(3):
        last = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    series = (VoucherSeries.kind, VoucherSeries.fiscal_year, VoucherSeries.last_number)
    assert sorted(rows(pharmacy.database, *series)) == [
        (VoucherKind.DISPENSING, 2025, 3),
        (VoucherKind.GOODS_RECEIPT, 2025, 1),
    ]
    ((seal,),) = rows(pharmacy.database, Voucher.seal, id=last)
    assert rows(pharmacy.database, SiteChain.sequence, SiteChain.seal) == [(4, seal)]
    chain = rows(pharmacy.database, Voucher.previous_seal, Voucher.seal)
    assert [before for before, _ in chain[1:]] == [seal for _, seal in chain[:-1]]


def test_a_new_fiscal_year_begins_its_numbers_anew(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 5_000)
    approved = approve_request(pharmacy, item(drug, issues=3))
    hand_out(pharmacy, order(approved, 30))
    hand_out(pharmacy, order(approved, 30), now=after(120))
    numbers = rows(
        pharmacy.database, Voucher.fiscal_year, Voucher.number, kind=VoucherKind.DISPENSING
    )
    assert numbers == [(2025, 1), (2026, 1)]


def test_the_earliest_expiry_goes_first_and_a_line_is_split(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    late = add_batch(pharmacy, drug, 50, 1_000, expiry=date(2028, 1, 31))
    soon = add_batch(pharmacy, drug, 20, 333, expiry=date(2027, 1, 31))
    approved = approve_request(pharmacy, item(drug, 30))
    voucher = hand_out(pharmacy, order(approved, 30))
    # The last 20 take all that is left; 10 of 50 cost their share.
    assert taken(pharmacy, voucher) == [(soon, 20, 333), (late, 10, 200)]
    assert left(pharmacy, soon) == (0, 0)
    assert left(pharmacy, late) == (40, 800)


def test_the_last_take_takes_the_rest_so_that_nothing_leaks(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 3, 100)
    costs = []
    for _ in range(3):
        approved = approve_request(pharmacy, item(drug, 1))
        costs += [cost for _, _, cost in taken(pharmacy, hand_out(pharmacy, order(approved, 1)))]
    assert costs == [33, 34, 33]
    assert left(pharmacy, batch) == (0, 0)


def test_a_batch_that_would_expire_during_the_course_comes_last(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    short = add_batch(pharmacy, drug, 100, 1_000, expiry=date(2026, 3, 20))
    long = add_batch(pharmacy, drug, 20, 200, expiry=date(2027, 3, 20))
    approved = approve_request(pharmacy, item(drug, 30))
    voucher = hand_out(pharmacy, order(approved, 30))
    assert taken(pharmacy, voucher) == [(long, 20, 200), (short, 10, 100)]


def test_a_batch_may_be_used_on_the_day_of_its_expiry(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 10, 100, expiry=TODAY)
    approved = approve_request(pharmacy, item(drug, 1, days=1))
    assert taken(pharmacy, hand_out(pharmacy, order(approved, 1))) == [(batch, 1, 10)]


def test_two_lines_of_one_order_share_a_batch_fairly(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    other = add_drug(pharmacy)
    first = add_batch(pharmacy, drug, 100, 1_000)
    second = add_batch(pharmacy, other, 100, 2_000)
    approved = approve_request(pharmacy, item(drug, 30), item(other, 60))
    voucher = hand_out(pharmacy, order(approved, 30, 60))
    assert taken(pharmacy, voucher) == [(first, 30, 300), (second, 60, 1_200)]


def test_what_is_short_becomes_an_owing_when_a_part_is_asked_for(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 20, 400)
    approved = approve_request(pharmacy, item(drug, 30))
    voucher = hand_out(pharmacy, order(approved, 30, partial=True))
    assert taken(pharmacy, voucher) == [(batch, 20, 400)]
    assert rows(
        pharmacy.database,
        Owing.voucher_id,
        Owing.approval_item_id,
        Owing.drug_id,
        Owing.beneficiary_id,
        Owing.quantity,
    ) == [(voucher, approved.item_ids[0], drug, approved.beneficiary_id, 10)]
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.DISPENSING,)]


def test_a_later_issue_settles_the_owing_at_its_own_cost(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 20, 400)
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30, partial=True))
    dearer = add_batch(pharmacy, drug, 100, 9_000)
    ((owing,),) = rows(pharmacy.database, Owing.id)
    later = hand_out(pharmacy, order(approved, 10, owing_id=owing), now=after(3))
    assert taken(pharmacy, later) == [(dearer, 10, 900)]
    assert rows(pharmacy.database, DispensingLine.owing_id, voucher_id=later) == [(owing,)]
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.CLOSED,)]


def test_an_owing_may_be_settled_in_parts(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 20, 400)
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30, partial=True))
    add_batch(pharmacy, drug, 4, 40)
    ((owing,),) = rows(pharmacy.database, Owing.id)
    hand_out(pharmacy, order(approved, 10, owing_id=owing, partial=True), now=after(1))
    add_batch(pharmacy, drug, 50, 500)
    hand_out(pharmacy, order(approved, 6, owing_id=owing), now=after(2))
    given = rows(pharmacy.database, DispensingLine.quantity, owing_id=owing)
    assert given == [(4,), (6,)]
    assert rows(pharmacy.database, Owing.quantity) == [(10,)]


def test_an_approval_used_up_closes_the_request(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30, issues=2))
    days = (CitizenRequest.handed_over_on, CitizenRequest.settled_on, CitizenRequest.closed_on)
    hand_out(pharmacy, order(approved, 30))
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.DISPENSING,)]
    assert rows(pharmacy.database, *days) == [(TODAY, TODAY, None)]
    hand_out(pharmacy, order(approved, 30), now=after(30))
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.CLOSED,)]
    assert rows(pharmacy.database, *days) == [(TODAY, TODAY, after(30).date())]
    steps = rows(pharmacy.database, RequestEvent.from_state, RequestEvent.to_state)
    assert steps == [
        (None, RequestState.RECEIVED),
        (RequestState.RECEIVED, RequestState.APPROVED),
        (RequestState.APPROVED, RequestState.DISPENSING),
        (RequestState.DISPENSING, RequestState.CLOSED),
    ]


def test_shares_follow_the_approval_and_sum_to_the_cost(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 9_999)
    approved = approve_request(
        pharmacy, item(drug, 30), citizen_basis_points=1_000, donor_basis_points=2_500
    )
    voucher = hand_out(pharmacy, order(approved, 30))
    assert shares(pharmacy, voucher) == [(3_000, 1_950, 750, 300)]
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=voucher) == [
        (Account.STOCK, -3_000),
        (Account.COST_STATE, 1_950),
        (Account.COST_DONOR, 750),
        (Account.CITIZEN_CASH, 300),
    ]


def test_the_cap_on_the_citizens_share_is_for_the_whole_dispensing(pharmacy: Pharmacy) -> None:
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 3_000)
    add_batch(pharmacy, other, 30, 3_000)
    approved = approve_request(
        pharmacy, item(drug), item(other), citizen_basis_points=5_000, citizen_share_max=2_000
    )
    voucher = hand_out(pharmacy, order(approved, 30, 30))
    assert shares(pharmacy, voucher) == [(3_000, 1_500, 0, 1_500), (3_000, 2_500, 0, 500)]


@pytest.mark.parametrize("kind", [kind for kind in FundKind if kind is not FundKind.BUDGET])
def test_a_given_batch_costs_the_state_nothing(pharmacy: Pharmacy, kind: FundKind) -> None:
    drug = add_drug(pharmacy)
    fund = add_fund(pharmacy.database, kind)
    add_batch(pharmacy, drug, 30, 3_000, fund_id=fund)
    approved = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    voucher = hand_out(pharmacy, order(approved, 30))
    assert shares(pharmacy, voucher) == [(3_000, 0, 2_700, 300)]
    assert rows(pharmacy.database, Posting.account, Posting.fund_id, voucher_id=voucher) == [
        (Account.STOCK, fund),
        (Account.COST_DONOR, fund),
        (Account.CITIZEN_CASH, fund),
    ]


def test_a_batch_bought_for_a_request_goes_to_it_first(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    common = add_batch(pharmacy, drug, 30, 300, expiry=date(2026, 12, 31))
    approved = approve_request(pharmacy, item(drug, 30))
    own = add_batch(pharmacy, drug, 20, 800, request_id=approved.request_id)
    voucher = hand_out(pharmacy, order(approved, 30))
    assert taken(pharmacy, voucher) == [(own, 20, 800), (common, 10, 100)]


def test_a_fund_for_one_disease_pays_for_that_disease(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    condition = add_condition(pharmacy.database)
    fund = add_fund(pharmacy.database, FundKind.ZAKAT, restricted=True, condition_id=condition)
    batch = add_batch(pharmacy, drug, 30, 300, fund_id=fund)
    approved = approve_request(pharmacy, item(drug, 30), condition_id=condition)
    assert taken(pharmacy, hand_out(pharmacy, order(approved, 30))) == [(batch, 30, 300)]


def test_an_approval_that_names_funds_draws_on_no_other(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 300, expiry=date(2026, 12, 31))
    restricted = add_fund(pharmacy.database, FundKind.CASH_GIFT, restricted=True)
    batch = add_batch(pharmacy, drug, 30, 900, fund_id=restricted)
    approved = approve_request(pharmacy, item(drug, 30), fund_ids=frozenset({restricted}))
    assert taken(pharmacy, hand_out(pharmacy, order(approved, 30))) == [(batch, 30, 900)]


def test_the_same_submission_returns_the_first_and_moves_nothing(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30))
    first = hand_out(pharmacy, order(approved, 30, submission_id="twice"))
    before = snapshot(pharmacy.database)
    # The request is closed by now, and the second click comes a day later.
    second = hand_out(pharmacy, order(approved, 30, submission_id="twice"), now=after(1))
    assert second == first
    assert snapshot(pharmacy.database) == before


def test_the_same_submission_with_other_content_is_refused(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30, submission_id="twice"))
    before = snapshot(pharmacy.database)
    with pytest.raises(SubmissionConflict) as refused:
        hand_out(pharmacy, order(approved, 20, submission_id="twice"))
    assert refused.value.submission_id == "twice"
    assert snapshot(pharmacy.database) == before


def test_an_approval_renewed_after_closing_starts_afresh(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30))
    again = approve_request(pharmacy, item(drug, 30), beneficiary_id=approved.beneficiary_id)
    voucher = hand_out(pharmacy, order(again, 30), now=after(25))
    assert len(taken(pharmacy, voucher)) == 1
