"""What a dispensing is refused for; each time nothing whatever has moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.errors import (
    BeneficiaryInactive,
    InsufficientStock,
    LineNotApproved,
    MissingFact,
    NotFound,
    NothingToDispense,
    NoticesStand,
    NotPermitted,
    OwingNotOpen,
    OwnRequest,
    RequestNotApproved,
)
from pharmacy.models import DispensingLine, NoticeOverride, Owing
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import (
    AllergyKind,
    BatchStatus,
    FundKind,
    NoticeCode,
    Role,
    Severity,
)
from pharmacy.services.beneficiary import merge
from pharmacy.services.dispensing_order import OrderLine, Override
from pharmacy.services.stock import hold_batch
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_condition,
    add_drug,
    add_fund,
    add_request,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
)
from tests.services.refusing import notices, refused

EVERYBODY_BUT_PHARMACISTS = [role for role in Role if role is not Role.PHARMACIST]


@pytest.fixture
def drug(pharmacy: Pharmacy) -> int:
    return add_drug(pharmacy, inn="metformin", atc="A10BA02")


@pytest.fixture
def batch(pharmacy: Pharmacy, drug: int) -> int:
    return add_batch(pharmacy, drug, 1_000, 10_000)


def test_a_request_that_is_not_approved(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    person = add_beneficiary(pharmacy)
    waiting = Approved(person, add_request(pharmacy, person), 0, (1,))
    refusal = refused(pharmacy, RequestNotApproved, order(waiting, 30))
    assert (refusal.request_id, refusal.state) == (waiting.request_id, "received")


def test_a_request_that_is_used_up_and_closed(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30))
    assert refused(pharmacy, RequestNotApproved, order(approved, 30), days=30).state == "closed"


def test_a_request_that_does_not_exist(pharmacy: Pharmacy) -> None:
    nowhere = Approved(0, 404, 0, (1,))
    assert refused(pharmacy, NotFound, order(nowhere, 1)).key == "404"


def test_an_item_of_another_request(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    mine, other = approve_request(pharmacy, item(drug)), approve_request(pharmacy, item(drug))
    mixed = replace(mine, item_ids=(mine.item_ids[0], other.item_ids[0]))
    assert refused(pharmacy, LineNotApproved, order(mixed, 30, 30)).line == 2


@pytest.mark.parametrize("quantities", [(), (-1,)])
def test_nothing_to_hand_out(
    pharmacy: Pharmacy, drug: int, batch: int, quantities: tuple[int, ...]
) -> None:
    approved = approve_request(pharmacy, item(drug))
    refused(pharmacy, NothingToDispense, order(approved, *quantities))


def test_a_dispenser_who_decided_the_request(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug))
    judge = replace(pharmacy[Role.COMMITTEE], role=Role.PHARMACIST)
    refused(pharmacy, OwnRequest, order(approved, 30), actor=judge)


@pytest.mark.parametrize("role", EVERYBODY_BUT_PHARMACISTS)
def test_a_role_that_may_not_dispense(
    pharmacy: Pharmacy, drug: int, batch: int, role: Role
) -> None:
    approved = approve_request(pharmacy, item(drug))
    refusal = refused(pharmacy, NotPermitted, order(approved, 30), actor=pharmacy[role])
    assert (refusal.permission, refusal.role) == ("dispensing.dispense", role.value)


def test_a_pharmacist_who_works_at_no_site(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug))
    homeless = replace(pharmacy.pharmacist, site_id=None)
    assert refused(pharmacy, MissingFact, order(approved, 30), actor=homeless).name == "site"


def test_more_than_there_is(pharmacy: Pharmacy, drug: int) -> None:
    add_batch(pharmacy, drug, 20, 200)
    approved = approve_request(pharmacy, item(drug))
    refusal = refused(pharmacy, InsufficientStock, order(approved, 30))
    assert (refusal.drug_id, refusal.requested, refusal.available) == (drug, 30, 20)
    assert refusal.line == 1


def test_a_second_line_that_is_short_takes_the_first_with_it(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    other = add_drug(pharmacy)
    approved = approve_request(pharmacy, item(drug), item(other))
    assert refused(pharmacy, InsufficientStock, order(approved, 30, 30)).line == 2


def test_a_partial_issue_of_nothing_at_all(pharmacy: Pharmacy, drug: int) -> None:
    approved = approve_request(pharmacy, item(drug))
    refusal = refused(pharmacy, InsufficientStock, order(approved, 30, partial=True))
    assert (refusal.requested, refusal.available) == (30, 0)


def test_stock_at_another_site(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug))
    actor = replace(pharmacy.pharmacist, site_id=pharmacy.site_id + 1)
    assert refused(pharmacy, InsufficientStock, order(approved, 30), actor=actor).available == 0


def test_stock_that_is_all_expired(pharmacy: Pharmacy, drug: int) -> None:
    add_batch(pharmacy, drug, 30, 300, expiry=TODAY - timedelta(days=1))
    approved = approve_request(pharmacy, item(drug))
    assert refused(pharmacy, InsufficientStock, order(approved, 30)).available == 0


@pytest.mark.parametrize("status", [BatchStatus.QUARANTINED, BatchStatus.RECALLED])
def test_stock_that_is_all_held_back(
    pharmacy: Pharmacy, drug: int, batch: int, status: BatchStatus
) -> None:
    with pharmacy.database.transaction() as session:
        hold_batch(session, batch, status, reason="تغير اللون", actor=pharmacy.keeper, now=NOW)
    approved = approve_request(pharmacy, item(drug))
    assert refused(pharmacy, InsufficientStock, order(approved, 30)).available == 0


def test_stock_bought_for_somebody_elses_request(pharmacy: Pharmacy, drug: int) -> None:
    theirs, mine = approve_request(pharmacy, item(drug)), approve_request(pharmacy, item(drug))
    add_batch(pharmacy, drug, 30, 300, request_id=theirs.request_id)
    assert refused(pharmacy, InsufficientStock, order(mine, 30)).available == 0


def test_stock_of_a_fund_for_another_disease(pharmacy: Pharmacy, drug: int) -> None:
    condition = add_condition(pharmacy.database)
    fund = add_fund(pharmacy.database, FundKind.ZAKAT, restricted=True, condition_id=condition)
    add_batch(pharmacy, drug, 30, 300, fund_id=fund)
    other = approve_request(pharmacy, item(drug), condition_id=add_condition(pharmacy.database))
    assert refused(pharmacy, InsufficientStock, order(other, 30)).available == 0


def test_stock_of_a_restricted_fund_that_the_approval_does_not_name(
    pharmacy: Pharmacy, drug: int
) -> None:
    fund = add_fund(pharmacy.database, FundKind.CASH_GIFT, restricted=True)
    add_batch(pharmacy, drug, 30, 300, fund_id=fund)
    approved = approve_request(pharmacy, item(drug))
    assert refused(pharmacy, InsufficientStock, order(approved, 30)).available == 0


def test_an_approval_that_has_lapsed_or_not_begun(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    lapsed = approve_request(pharmacy, item(drug), valid_until=TODAY - timedelta(days=1))
    begins = date(2026, 3, 11)
    early = approve_request(pharmacy, item(drug), valid_from=begins)
    stop = Severity.STOP
    refusal = refused(pharmacy, NoticesStand, order(lapsed, 30))
    assert notices(refusal) == [(NoticeCode.APPROVAL_LAPSED, stop, 1)]
    refusal = refused(pharmacy, NoticesStand, order(early, 30))
    assert notices(refusal) == [(NoticeCode.APPROVAL_NOT_STARTED, stop, 1)]


def test_an_issue_that_is_not_yet_due(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    hand_out(pharmacy, order(approved, 30))
    refusal = refused(pharmacy, NoticesStand, order(approved, 30), days=20)
    assert notices(refusal) == [(NoticeCode.NOT_YET_DUE, Severity.BLOCK, 1)]
    (notice,) = refusal.notices
    assert isinstance(notice, Notice)
    assert notice.facts == {
        "drug": "ميتفورمين",
        "last_on": TODAY,
        "next_from": TODAY + timedelta(days=24),
        "left": 60,
        "approved": 90,
    }


def test_more_than_one_issue_at_once(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    refusal = refused(pharmacy, NoticesStand, order(approved, 60))
    assert notices(refusal) == [(NoticeCode.MORE_THAN_AN_ISSUE, Severity.BLOCK, 1)]


def test_more_than_the_approval_holds(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug, 30))
    refusal = refused(pharmacy, NoticesStand, order(approved, 31))
    assert notices(refusal) == [(NoticeCode.APPROVAL_USED_UP, Severity.STOP, 1)]


def test_more_than_the_approval_holds_in_two_lines_of_one_item(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    approved = approve_request(pharmacy, item(drug, 30))
    twice = replace(approved, item_ids=approved.item_ids * 2)
    reason = Override(code=NoticeCode.SAME_INGREDIENT_TWICE, reason="طلب الطبيب")
    refusal = refused(pharmacy, NoticesStand, order(twice, 20, 20, overrides=[reason]))
    assert notices(refusal) == [(NoticeCode.APPROVAL_USED_UP, Severity.STOP, 1)]


def test_a_cost_above_the_ceiling_of_the_case(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    approved = approve_request(pharmacy, item(drug, 30, issues=3), case_ceiling=599)
    hand_out(pharmacy, order(approved, 30))
    refusal = refused(pharmacy, NoticesStand, order(approved, 30), days=30)
    assert notices(refusal) == [(NoticeCode.CASE_CEILING, Severity.STOP, None)]
    (notice,) = refusal.notices
    assert isinstance(notice, Notice)
    assert notice.facts == {"ceiling": 599, "left": 299, "needed": 300}


def test_a_cost_above_the_ceiling_of_the_month_but_not_of_the_next(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    approved = approve_request(pharmacy, item(drug, 7, issues=9, days=7), month_ceiling=100)
    hand_out(pharmacy, order(approved, 7))
    refusal = refused(pharmacy, NoticesStand, order(approved, 7), days=7)
    assert notices(refusal) == [(NoticeCode.MONTH_CEILING, Severity.STOP, None)]
    hand_out(pharmacy, order(approved, 7), now=after(22))


def test_an_allergy_to_an_ingredient_or_a_class(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    for kind, code, said in (
        (AllergyKind.INGREDIENT, "Metformin", NoticeCode.ALLERGY_INGREDIENT),
        (AllergyKind.CLASS, "A10B", NoticeCode.ALLERGY_CLASS),
    ):
        allergic = add_beneficiary(pharmacy, allergies=((kind, code),))
        approved = approve_request(pharmacy, item(drug), beneficiary_id=allergic)
        refusal = refused(pharmacy, NoticesStand, order(approved, 30))
        assert notices(refusal) == [(said, Severity.BLOCK, 1)]


def test_the_same_ingredient_still_in_hand_from_another_request(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    brand = add_drug(pharmacy, inn="metformin hydrochloride")
    add_batch(pharmacy, brand, 100, 1_000)
    first = approve_request(pharmacy, item(drug))
    hand_out(pharmacy, order(first, 30))
    second = approve_request(pharmacy, item(brand), beneficiary_id=first.beneficiary_id)
    refusal = refused(pharmacy, NoticesStand, order(second, 30), days=1)
    assert notices(refusal) == [(NoticeCode.SAME_INGREDIENT_IN_HAND, Severity.BLOCK, 1)]


def test_what_a_merged_record_has_in_hand_or_may_not_take(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    penicillin = add_drug(pharmacy, inn="amoxicillin", atc="J01CA04")
    add_batch(pharmacy, penicillin, 100, 1_000)
    double = add_beneficiary(pharmacy, allergies=((AllergyKind.CLASS, "J01C"),))
    older = add_beneficiary(pharmacy)
    kept = add_beneficiary(pharmacy)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug), beneficiary_id=older), 30))
    with pharmacy.database.transaction() as session:
        manager = pharmacy[Role.MANAGER]
        merge(session, older, double, reason="نفس الشخص", actor=manager, now=NOW)
        merge(session, double, kept, reason="نفس الشخص", actor=manager, now=NOW)
    approved = approve_request(pharmacy, item(drug), item(penicillin), beneficiary_id=kept)
    refusal = refused(pharmacy, NoticesStand, order(approved, 30, 30), days=1)
    assert notices(refusal) == [
        (NoticeCode.SAME_DRUG_IN_HAND, Severity.BLOCK, 1),
        (NoticeCode.ALLERGY_CLASS, Severity.BLOCK, 2),
    ]


def test_a_record_merged_into_another(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    double, kept = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug), beneficiary_id=double)
    with pharmacy.database.transaction() as session:
        merge(session, double, kept, reason="نفس", actor=pharmacy[Role.MANAGER], now=NOW)
    assert refused(pharmacy, BeneficiaryInactive, order(approved, 30)).status_value == "merged"


def test_a_block_is_lifted_by_a_reason_that_is_kept(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    hand_out(pharmacy, order(approved, 30))
    empty = Override(code=NoticeCode.NOT_YET_DUE, reason="  ")
    refused(pharmacy, NoticesStand, order(approved, 30, overrides=[empty]), days=2)
    reason = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر للعمرة")
    voucher = hand_out(pharmacy, order(approved, 30, overrides=[reason]), now=after(2))
    assert rows(
        pharmacy.database,
        NoticeOverride.voucher_id,
        NoticeOverride.code,
        NoticeOverride.severity,
        NoticeOverride.reason,
        NoticeOverride.staff_id,
    ) == [
        (voucher, NoticeCode.NOT_YET_DUE, Severity.BLOCK, "سفر للعمرة",
         pharmacy.pharmacist.staff_id),
    ]  # fmt: skip


def test_a_reason_lifts_only_the_notice_it_names_and_never_a_stop(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    wrong = Override(code=NoticeCode.ALLERGY_CLASS, reason="سبب")
    refused(pharmacy, NoticesStand, order(approved, 60, overrides=[wrong]))
    all_of_it = Override(code=NoticeCode.APPROVAL_USED_UP, reason="سبب")
    refused(pharmacy, NoticesStand, order(approved, 91, overrides=[all_of_it]))


@pytest.fixture
def owed(pharmacy: Pharmacy, drug: int) -> Callable[[], tuple[Approved, int]]:
    def make() -> tuple[Approved, int]:
        add_batch(pharmacy, drug, 20, 200)
        approved = approve_request(pharmacy, item(drug, 30, issues=2))
        hand_out(pharmacy, order(approved, 30, partial=True))
        add_batch(pharmacy, drug, 500, 5_000)
        return approved, rows(pharmacy.database, Owing.id)[-1][0]

    return make


def test_more_than_is_owed(pharmacy: Pharmacy, owed: Callable[[], tuple[Approved, int]]) -> None:
    approved, owing = owed()
    refusal = refused(pharmacy, OwingNotOpen, order(approved, 11, owing_id=owing))
    assert (refusal.owing_id, refusal.left) == (owing, 10)


def test_an_owing_settled_twice_in_one_order_or_in_two(
    pharmacy: Pharmacy, owed: Callable[[], tuple[Approved, int]]
) -> None:
    approved, owing = owed()
    line = OrderLine(approval_item_id=approved.item_ids[0], quantity=6, owing_id=owing)
    twice = replace(order(approved, 6), lines=[line, line])
    assert refused(pharmacy, OwingNotOpen, twice).left == 4
    hand_out(pharmacy, order(approved, 10, owing_id=owing))
    assert refused(pharmacy, OwingNotOpen, order(approved, 1, owing_id=owing)).left == 0
    given = rows(pharmacy.database, DispensingLine.quantity, owing_id=owing)
    assert given == [(10,)]


def test_an_owing_of_another_item(
    pharmacy: Pharmacy, owed: Callable[[], tuple[Approved, int]], drug: int
) -> None:
    _, owing = owed()
    other = approve_request(pharmacy, item(drug))
    refused(pharmacy, OwingNotOpen, order(other, 10, owing_id=owing))
