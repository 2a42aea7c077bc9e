"""Goods that leave without a request: what is posted to the piastre, and what moves nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    InvalidStockLine,
    MissingFact,
    NotFound,
    NotPermitted,
    OwnSignature,
    PharmacyError,
    SignatureRefused,
    SubmissionConflict,
)
from pharmacy.models import Batch, Posting, StockDocument, StockMovement, Supplier, Voucher
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import (
    Account,
    BatchStatus,
    FundKind,
    PartyKind,
    ReversalReason,
    Role,
)
from pharmacy.rules.vocabulary import VoucherKind as K
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_out import (
    StockOut,
    issue_to_institution,
    return_to_supplier,
    withdraw_recalled,
    write_off,
)
from pharmacy.services.supplier import add_supplier
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    add_fund,
    add_row,
    approve_request,
    item,
    rows,
    snapshot,
    unique,
)
from tests.services.stock_papers import WITNESSES, lose, out, take_out
from tests.services.verified import faults

LAST_WEEK = TODAY - timedelta(days=7)
BROKEN, EXPIRED = LossReason.BROKEN, LossReason.EXPIRED


def refused(
    pharmacy: Pharmacy,
    refusal: type[PharmacyError],
    wanted: StockOut,
    verb: Callable[..., int] = write_off,
    **who: Any,
) -> dict[str, object]:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        take_out(pharmacy, wanted, verb, **who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def posted(pharmacy: Pharmacy, voucher: int) -> list[tuple[Account, int, int]]:
    return rows(
        pharmacy.database, Posting.account, Posting.fund_id, Posting.amount, voucher_id=voucher
    )


def undo(pharmacy: Pharmacy, voucher: int, second: Role | None = Role.MANAGER) -> int:
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_QUANTITY,
            second=pharmacy[second] if second else None,
            actor=pharmacy.keeper,
            now=NOW,
        )


def hold(pharmacy: Pharmacy, batch: int, status: BatchStatus) -> None:
    with pharmacy.database.transaction() as session:
        hold_batch(session, batch, status, reason="منشور", actor=pharmacy.keeper, now=NOW)


def test_a_write_off_charges_each_line_what_its_batch_carries(pharmacy: Pharmacy) -> None:
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    drug = add_drug(pharmacy)
    some, all_of_it = (
        add_batch(pharmacy, drug, 3, 100),
        add_batch(pharmacy, drug, 7, 333, fund_id=gift),
    )
    wanted = out((some, 1), (all_of_it, 7), reason=BROKEN, note="سقوط كرتونة")
    voucher = take_out(pharmacy, wanted)
    head = (Voucher.kind, Voucher.number, Voucher.reason, Voucher.note, Voucher.business_date)
    assert rows(pharmacy.database, *head, id=voucher) == [
        (K.WRITE_OFF, 1, "broken", "سقوط كرتونة", TODAY)
    ]
    moved = (StockMovement.batch_id, StockMovement.quantity, StockMovement.value)
    assert rows(pharmacy.database, *moved, voucher_id=voucher) == [
        (some, -1, -33),
        (all_of_it, -7, -333),
    ]
    # A gift that is lost is a loss; only one that goes back to its giver is not.
    assert posted(pharmacy, voucher) == [
        (Account.STOCK, pharmacy.fund_id, -33),
        (Account.LOSSES, pharmacy.fund_id, 33),
        (Account.STOCK, gift, -333),
        (Account.LOSSES, gift, 333),
    ]
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(2, 67), (0, 0)]
    signed = (StockDocument.second_staff_id, StockDocument.committee)
    manager = pharmacy[Role.MANAGER].staff_id
    assert rows(pharmacy.database, *signed) == [(manager, "\n".join(WITNESSES))]
    assert faults(pharmacy.database) == {}


def test_the_same_form_sent_twice_takes_out_once(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 5, 50)
    wanted = out((batch, 5), reason=BROKEN)
    first = take_out(pharmacy, wanted)
    before = snapshot(pharmacy.database)
    assert take_out(pharmacy, wanted) == first
    assert snapshot(pharmacy.database) == before
    other = out((batch, 4), reason=BROKEN, submission_id=wanted.submission_id)
    refused(pharmacy, SubmissionConflict, other)


def test_a_line_that_does_not_hold_together_refuses_the_whole_document(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    good, batch = add_batch(pharmacy, drug, 9, 90), add_batch(pharmacy, drug, 5, 50)
    ((lot,),) = rows(pharmacy.database, Batch.lot, id=batch)

    def fault(*lines: tuple[int, int], reason: LossReason = BROKEN) -> tuple[object, ...]:
        facts = refused(pharmacy, InvalidStockLine, out((good, 1), *lines, reason=reason))
        return facts["reason"], facts["line"], facts["lot"]

    assert fault((404, 1)) == ("batch", 2, "")
    assert fault((good, 1))[:2] == ("twice", 2)
    assert fault((batch, 0)) == ("quantity", 2, lot)
    assert fault(reason=EXPIRED)[:2] == ("not_expired", 1)
    assert fault(reason=LossReason.CITIZEN_RETURN)[:2] == ("not_brought_back", 1)
    assert refused(pharmacy, InvalidStockLine, out(reason=BROKEN))["reason"] == "lines"
    short = refused(pharmacy, InvalidStockLine, out((good, 1), (batch, 6), reason=BROKEN))
    assert short == {"reason": "short", "line": 2, "lot": lot, "available": 5}
    refused(pharmacy, MissingFact, out((good, 1)))
    assert refused(pharmacy, MissingFact, out((good, 1), reason=BROKEN, committee=[" "])) == {
        "name": "committee"
    }


def test_it_takes_two_persons_with_their_rights(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 5, 50)
    wanted = out((batch, 1), reason=BROKEN)
    refused(pharmacy, SignatureRefused, wanted, second=None)
    refused(pharmacy, OwnSignature, wanted, second=pharmacy.keeper)
    refused(pharmacy, NotPermitted, wanted, second=pharmacy.pharmacist)
    for role in set(Role) - {Role.STORE_KEEPER, Role.PHARMACIST}:
        refused(pharmacy, NotPermitted, wanted, actor=pharmacy[role])


def test_an_expired_batch_is_written_off_and_the_document_undone_by_two(
    pharmacy: Pharmacy,
) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 5, 51, expiry=LAST_WEEK)
    voucher = lose(pharmacy, batch, 2, EXPIRED)
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(3, 31)]
    with pytest.raises(SignatureRefused):
        undo(pharmacy, voucher, second=None)
    undone = undo(pharmacy, voucher)
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(5, 51)]
    assert posted(pharmacy, undone) == [
        (Account.STOCK, pharmacy.fund_id, 20),
        (Account.LOSSES, pharmacy.fund_id, -20),
    ]
    assert faults(pharmacy.database) == {}


def test_only_what_is_recalled_is_withdrawn(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 5, 51)
    wanted = out((batch, 5), note="منشور 12")
    facts = refused(pharmacy, InvalidStockLine, wanted, withdraw_recalled)
    assert facts["reason"] == "not_recalled"
    hold(pharmacy, batch, BatchStatus.RECALLED)
    voucher = take_out(pharmacy, wanted, withdraw_recalled)
    assert rows(pharmacy.database, Voucher.kind, id=voucher) == [(K.RECALL_WITHDRAWAL,)]
    assert posted(pharmacy, voucher) == [
        (Account.STOCK, pharmacy.fund_id, -51),
        (Account.LOSSES, pharmacy.fund_id, 51),
    ]
    assert faults(pharmacy.database) == {}


def test_what_goes_back_to_its_supplier_lessens_the_debt_by_the_value_taken(
    pharmacy: Pharmacy,
) -> None:
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    drug = add_drug(pharmacy)
    bought = add_batch(pharmacy, drug, 3, 100)
    given = add_batch(pharmacy, drug, 4, 80, fund_id=gift)
    other = add_row(pharmacy.database, Supplier(name="شركة أخرى"))
    to: dict[str, Any] = {"supplier_id": pharmacy.supplier_id, "document_reference": "CN-9"}

    def fault(refusal: type[PharmacyError], **changed: Any) -> dict[str, object]:
        wanted = out((bought, 2), **{**to, **changed})
        return refused(pharmacy, refusal, wanted, return_to_supplier)

    assert fault(MissingFact, supplier_id=None) == {"name": "supplier"}
    assert fault(MissingFact, document_reference=" ") == {"name": "document_reference"}
    assert fault(NotFound, supplier_id=404) == {"noun": "supplier", "key": "404"}
    assert fault(InvalidStockLine, supplier_id=other)["reason"] == "other_supplier"
    voucher = take_out(pharmacy, out((bought, 2), (given, 1), **to), return_to_supplier)
    head = (Voucher.kind, Voucher.supplier_id, Voucher.document_reference)
    assert rows(pharmacy.database, *head, id=voucher) == [
        (K.RETURN_TO_SUPPLIER, pharmacy.supplier_id, "CN-9")
    ]
    assert posted(pharmacy, voucher) == [
        (Account.STOCK, pharmacy.fund_id, -67),
        (Account.PAYABLES, pharmacy.fund_id, 67),
        (Account.STOCK, gift, -20),
        (Account.GIFTS_IN_KIND, gift, 20),
    ]
    undo(pharmacy, voucher)
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(3, 100), (4, 80)]
    assert faults(pharmacy.database) == {}


def test_an_institution_gets_only_what_may_be_issued(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    approved = approve_request(pharmacy, item(drug))
    bound = add_fund(pharmacy.database, restricted=True)
    free = add_batch(pharmacy, drug, 6, 61)
    batches = {
        "expired": add_batch(pharmacy, drug, 1, 1, expiry=LAST_WEEK),
        "held": add_batch(pharmacy, drug, 1, 1),
        "restricted": add_batch(pharmacy, drug, 1, 1, fund_id=bound),
        "bought for one": add_batch(pharmacy, drug, 1, 1, request_id=approved.request_id),
    }
    hold(pharmacy, batches["held"], BatchStatus.QUARANTINED)
    with pharmacy.database.transaction() as session:
        to = PartyKind.INSTITUTION
        name = "مستشفى دمنهور"
        hospital = add_supplier(session, name, kind=to, actor=pharmacy.keeper, now=NOW)
    bought = out((free, 1), supplier_id=pharmacy.supplier_id)
    refused(pharmacy, NotFound, bought, issue_to_institution)
    for name, batch in batches.items():
        wanted = out((free, 1), (batch, 1), supplier_id=hospital)
        facts = refused(pharmacy, InvalidStockLine, wanted, issue_to_institution)
        assert (facts["reason"], facts["line"]) == (
            "restricted" if name == "bought for one" else name,
            2,
        )
    wanted = out((free, 4), supplier_id=hospital, committee=())
    voucher = take_out(pharmacy, wanted, issue_to_institution)
    assert posted(pharmacy, voucher) == [
        (Account.STOCK, pharmacy.fund_id, -41),
        (Account.COST_INSTITUTIONS, pharmacy.fund_id, 41),
    ]
    assert rows(pharmacy.database, Batch.on_hand, id=free) == [(2,)]
    assert faults(pharmacy.database) == {}


def test_the_last_day_of_use_is_no_loss_yet(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 1, 9, expiry=TODAY)
    refused(pharmacy, InvalidStockLine, out((batch, 1), reason=EXPIRED))
    assert rows(pharmacy.database, Batch.expiry) == [(date(2026, 3, 10),)]
