"""A decision on a claim is undone: nothing is owed, approvals have it back, it is made anew."""

from datetime import date, timedelta

import pytest

from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    ClaimDecided,
    NotFound,
    NotPermitted,
    PharmacyError,
    SubmissionConflict,
)
from pharmacy.models import (
    CitizenRequest,
    ClaimDecision,
    ClaimReversal,
    InvoiceReversal,
    Posting,
    RequestEvent,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.request_vocabulary import ClosingReason, RequestAction, RequestState
from pharmacy.rules.vocabulary import Account, ClaimReason, ReversalReason, Role
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_given import GivenSums, given_query, given_sums
from pharmacy.services.claim_report import claims_by_pharmacy
from pharmacy.services.claim_reversal import reverse_decision
from pharmacy.services.claim_view import (
    ClaimFilter,
    ClaimState,
    claims,
    given_elsewhere,
    whole_claim,
)
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.money import balance
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.request_steps import take
from pharmacy.services.undone_report import undone_report
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)
from tests.claims import (
    add_contract,
    claim_of,
    decided,
    line,
    priced_drug,
    recorded,
    undo_decision,
)
from tests.invoices import give_cash, pay
from tests.services.verified import faults
from tests.treasury import add_office

QUERY = ReportQuery(date_from=TODAY - timedelta(days=60), date_to=TODAY)
NOTHING = LineDecision(quantity=0, amount=0, reason=ClaimReason.OTHER, note="لا يخص المواطن")


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def left(pharmacy: Pharmacy, request_id: int) -> int:
    with pharmacy.database.reading() as session:
        case = read_case(session, request_id, on=TODAY)
        assert case is not None
        [one] = case.items.values()
        given = sum(issue.quantity for issue in case.issued(one.approval_item_id))
        return one.quantity_per_issue * one.issues - given


def standing(pharmacy: Pharmacy, request_id: int) -> tuple[RequestState, date | None]:
    columns = (CitizenRequest.state, CitizenRequest.handed_over_on)
    [(state, on)] = rows(pharmacy.database, *columns, id=request_id)
    return state, on


def owed(pharmacy: Pharmacy) -> tuple[int, int]:
    with pharmacy.database.reading() as session:
        return (
            balance(session, Account.COST_CLAIMS, pharmacy.fund_id),
            -balance(session, Account.PAYABLES, pharmacy.fund_id),
        )


def given(pharmacy: Pharmacy) -> GivenSums:
    with pharmacy.database.reading() as session:
        return given_sums(session, given_query(QUERY))


def totals(pharmacy: Pharmacy) -> tuple[int, int, int, int]:
    with pharmacy.database.reading() as session:
        [one] = claims_by_pharmacy(session, QUERY, actor=pharmacy[Role.AUDITOR])
    return one.claims, one.accepted, one.refused, one.waiting


def test_a_decision_is_undone_and_the_claim_decided_anew(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    asked = approve_request(pharmacy, item(drug, 30))
    day = TODAY - timedelta(days=1)
    of_day = line(asked, drug, given_on=day)
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, of_day, number="C-1"))
    first = decided(pharmacy, claim_id)
    assert standing(pharmacy, asked.request_id) == (RequestState.CLOSED, day)
    assert owed(pharmacy) == (60_00, 60_00)
    sent = {"submission_id": "once", "note": "قُبل بالخطأ"}
    undone = undo_decision(pharmacy, claim_id, **sent)
    assert undo_decision(pharmacy, claim_id, **sent) == undone
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=undone) == [
        (Account.COST_CLAIMS, -60_00),
        (Account.PAYABLES, 60_00),
    ]
    assert standing(pharmacy, asked.request_id) == (RequestState.APPROVED, None)
    assert (left(pharmacy, asked.request_id), owed(pharmacy)) == (30, (0, 0))
    assert (totals(pharmacy), given(pharmacy)) == ((1, 0, 0, 60_00), GivenSums(0, 0, 0))
    with pharmacy.database.reading() as session:
        assert given_elsewhere(session, asked.request_id) == []
        whole = whole_claim(session, claim_id)
        assert (whole.state, whole.decision, whole.due_on) == (ClaimState.WAITING, None, None)
        [(before, why)] = whole.before
        assert (before.accepted, why.by.note) == (60_00, "قُبل بالخطأ")
        told = whole_claim(session, claim_id, 1)
        assert told.undone is not None
        assert told.lines[0].decision is not None
        [row] = session.execute(claims(ClaimFilter(state=ClaimState.WAITING))).all()
        assert row[0].id == claim_id
        [report] = undone_report(session, QUERY, actor=pharmacy[Role.AUDITOR]).reversals
        assert (report.voucher_id, report.first_id) == (undone, first)
    assert faults(pharmacy.database) == {}
    add_batch(pharmacy, drug, 100, 100_00)
    hand_out(pharmacy, order(asked, 20))
    some = LineDecision(quantity=10, amount=20_00, reason=ClaimReason.BEYOND_APPROVAL)
    second = decided(pharmacy, claim_id, {1: some})
    with pytest.raises(ClaimDecided):
        decided(pharmacy, claim_id)
    kept = rows(pharmacy.database, ClaimDecision.attempt, ClaimDecision.accepted)
    assert kept == [(1, 60_00), (2, 20_00)]
    invoices = (SupplierInvoice.attempt, SupplierInvoice.claim_attempt, SupplierInvoice.amount)
    assert rows(pharmacy.database, *invoices) == [(1, 1, 60_00), (2, 2, 20_00)]
    assert given(pharmacy) == GivenSums(1, 10, 20_00)
    assert (owed(pharmacy), totals(pharmacy)) == ((20_00, 120_00), (1, 20_00, 40_00, 0))
    assert standing(pharmacy, asked.request_id)[0] is RequestState.CLOSED
    assert second != first
    assert faults(pharmacy.database) == {}


def test_a_rejection_is_undone_without_a_voucher(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    asked = approve_request(pharmacy, item(drug, 30))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, line(asked, drug), number="C-9"))
    assert decided(pharmacy, claim_id, {1: NOTHING}) is None
    assert undo_decision(pharmacy, claim_id) is None
    assert rows(pharmacy.database, ClaimReversal.voucher_id) == [(None,)]
    assert rows(pharmacy.database, InvoiceReversal.invoice_id) == []
    with pharmacy.database.reading() as session:
        [told] = undone_report(session, QUERY, actor=pharmacy[Role.AUDITOR]).reversals
    assert (told.number, told.first_number, told.claim_id) == ("", "C-9", claim_id)
    decided(pharmacy, claim_id)
    assert owed(pharmacy) == (60_00, 60_00)
    assert faults(pharmacy.database) == {}


def refused(pharmacy: Pharmacy, claim_id: int, **facts: object) -> PharmacyError:
    before = snapshot(pharmacy.database)
    with pytest.raises(PharmacyError) as caught:
        undo_decision(pharmacy, claim_id, **facts)
    assert snapshot(pharmacy.database) == before
    return caught.value


def test_a_decision_is_undone_once_by_finance_while_nothing_of_it_is_paid(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    asked = approve_request(pharmacy, item(drug, 30))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, line(asked, drug)))
    found = refused(pharmacy, claim_id)
    assert isinstance(found, CannotReverse)
    assert found.reason == "undecided"
    decided(pharmacy, claim_id)
    give_cash(pharmacy, 100_00)
    [(invoice_id,)] = rows(pharmacy.database, SupplierInvoice.id)
    payment = pay(pharmacy, (invoice_id, 1_00))
    found = refused(pharmacy, claim_id)
    assert isinstance(found, CannotReverse)
    assert found.reason == "paid"
    why = {"submission_id": unique("undo"), "reason": ReversalReason.WRONG_ENTRY, "now": NOW}
    with pharmacy.database.transaction() as session:
        reverse_money(session, payment, actor=pharmacy[Role.FINANCE], **why)  # type: ignore[arg-type]
    with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
        reverse_decision(session, claim_id, actor=pharmacy[Role.MANAGER], **why)  # type: ignore[arg-type]
    undo_decision(pharmacy, claim_id, submission_id="once")
    assert isinstance(refused(pharmacy, claim_id), AlreadyReversed)
    again = refused(pharmacy, claim_id, submission_id="once", note="x")
    assert isinstance(again, SubmissionConflict)
    assert isinstance(refused(pharmacy, 99), NotFound)
    assert faults(pharmacy.database) == {}


def test_a_request_that_ended_otherwise_stays_closed(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    asked = approve_request(pharmacy, item(drug, 30, issues=2))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, line(asked, drug)))
    decided(pharmacy, claim_id)
    with pharmacy.database.transaction() as session:
        request = session.get_one(CitizenRequest, asked.request_id)
        take(
            session,
            request,
            RequestAction.CLOSE,
            reason=ClosingReason.DECEASED,
            actor=pharmacy[Role.CLERK],
            now=NOW,
        )
    steps = len(rows(pharmacy.database, RequestEvent.id))
    undo_decision(pharmacy, claim_id)
    assert standing(pharmacy, asked.request_id)[0] is RequestState.CLOSED
    assert len(rows(pharmacy.database, RequestEvent.id)) == steps
    assert faults(pharmacy.database) == {}


def test_a_decision_of_a_closed_month_is_undone_in_the_open_one(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    asked = approve_request(pharmacy, item(drug, 30))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, line(asked, drug)))
    decided(pharmacy, claim_id)
    with pharmacy.database.transaction() as session:
        close_period(session, "2026-03", actor=pharmacy[Role.FINANCE], now=after(25))
    undone = undo_decision(pharmacy, claim_id, now=after(26))
    [(on,)] = rows(pharmacy.database, Voucher.business_date, id=undone)
    assert (on.year, on.month) == (2026, 4)
    assert faults(pharmacy.database) == {}
