"""Transfers: what leaves one site arrives whole at the other, to the piastre, once."""

from dataclasses import replace
from typing import Any

import pytest

from pharmacy.errors import (
    InvalidStockLine,
    MissingFact,
    NotFound,
    PharmacyError,
    TransferArrived,
)
from pharmacy.models import Batch, Posting, StockDocument
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account, BatchStatus, FundKind, Role
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.stock_out import return_to_supplier
from pharmacy.services.transfer import Transfer, arrive, on_the_way, send
from tests.builders import (
    NOW,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_fund,
    add_site,
    rows,
    snapshot,
    unique,
)
from tests.services.stock_papers import out, take_out
from tests.services.verified import faults


@pytest.fixture
def branch(pharmacy: Pharmacy) -> Actor:
    """Who works at another site."""
    site_id = add_site(pharmacy.database)
    return add_actor(pharmacy.database, Role.STORE_KEEPER, site_id=site_id)


def parcel(to: Actor, *lines: tuple[int, int], **facts: Any) -> Transfer:
    given = {"submission_id": unique("transfer"), "to_site_id": to.site_id}
    of = [BatchLine(batch_id=batch_id, quantity=quantity) for batch_id, quantity in lines]
    return Transfer(**{**given, "lines": of, **facts})


def sent(pharmacy: Pharmacy, wanted: Transfer) -> int:
    with pharmacy.database.transaction() as session:
        return send(session, wanted, actor=pharmacy.keeper, now=NOW)


def taken_in(pharmacy: Pharmacy, voucher: int, actor: Actor, submission: str = "") -> int:
    with pharmacy.database.transaction() as session:
        submission = submission or unique("arrival")
        return arrive(session, voucher, submission_id=submission, actor=actor, now=NOW)


def test_what_is_sent_stands_in_transit_and_arrives_with_exactly_its_value(
    pharmacy: Pharmacy, branch: Actor
) -> None:
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    drug = add_drug(pharmacy)
    some = add_batch(pharmacy, drug, 3, 100)
    rest = add_batch(pharmacy, drug, 7, 333, fund_id=gift)
    wanted = parcel(branch, (some, 2), (rest, 7))
    first = sent(pharmacy, wanted)
    assert sent(pharmacy, wanted) == first
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=first) == [
        (Account.STOCK, -67),
        (Account.IN_TRANSIT, 67),
        (Account.STOCK, -333),
        (Account.IN_TRANSIT, 333),
    ]
    assert faults(pharmacy.database) == {}
    with pharmacy.database.reading() as session:
        assert branch.site_id is not None
        assert [row[0].id for row in on_the_way(session, branch.site_id)] == [first]
    second = taken_in(pharmacy, first, branch, "once")
    assert taken_in(pharmacy, first, branch, "once") == second
    columns = (Batch.site_id, Batch.on_hand, Batch.value_on_hand, Batch.fund_id)
    assert rows(pharmacy.database, *columns, Batch.origin_batch_id, voucher_id=second) == [
        (branch.site_id, 2, 67, pharmacy.fund_id, some),
        (branch.site_id, 7, 333, gift, rest),
    ]
    assert rows(pharmacy.database, StockDocument.sent_id, voucher_id=second) == [(first,)]
    with pharmacy.database.reading() as session:
        assert on_the_way(session, branch.site_id) == []
    before = snapshot(pharmacy.database)
    with pytest.raises(TransferArrived):
        taken_in(pharmacy, first, branch)
    assert snapshot(pharmacy.database) == before
    assert faults(pharmacy.database) == {}


def test_a_transferred_batch_still_goes_back_to_who_sold_it(
    pharmacy: Pharmacy, branch: Actor
) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 3, 100)
    arrived = taken_in(pharmacy, sent(pharmacy, parcel(branch, (batch, 3))), branch)
    ((moved,),) = rows(pharmacy.database, Batch.id, voucher_id=arrived)
    wanted = out((moved, 1), supplier_id=pharmacy.supplier_id, document_reference="CN-1")
    manager = replace(pharmacy[Role.MANAGER], site_id=None)
    take_out(pharmacy, wanted, return_to_supplier, actor=branch, second=manager)
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand, id=moved) == [(2, 67)]
    assert faults(pharmacy.database) == {}


def test_a_transfer_names_another_site_and_free_stock(pharmacy: Pharmacy, branch: Actor) -> None:
    drug = add_drug(pharmacy)
    batch, held = add_batch(pharmacy, drug, 3, 100), add_batch(pharmacy, drug, 3, 100)
    with pharmacy.database.transaction() as session:
        status = BatchStatus.QUARANTINED
        hold_batch(session, held, status, reason="فحص", actor=pharmacy.keeper, now=NOW)
    before = snapshot(pharmacy.database)
    refusals: list[tuple[type[PharmacyError], Transfer]] = [
        (MissingFact, parcel(branch, (batch, 1), to_site_id=None)),
        (NotFound, parcel(branch, (batch, 1), to_site_id=pharmacy.site_id)),
        (InvalidStockLine, parcel(branch, (batch, 0))),
        (InvalidStockLine, parcel(branch, (held, 1))),
        (InvalidStockLine, parcel(branch, (batch, 4))),
    ]
    for refusal, wanted in refusals:
        with pytest.raises(refusal):
            sent(pharmacy, wanted)
    assert snapshot(pharmacy.database) == before
    first = sent(pharmacy, parcel(branch, (batch, 1)))
    with pytest.raises(NotFound):
        taken_in(pharmacy, first, pharmacy.keeper)
