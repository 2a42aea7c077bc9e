"""Gifts meant for one person or one centre, at the counter: they go to them and to nobody else."""

from dataclasses import dataclass

import pytest

from pharmacy.db import Database
from pharmacy.errors import InsufficientStock
from pharmacy.models import DispensingLine, Fund
from pharmacy.rules.vocabulary import Channel, FundKind, Role
from pharmacy.services import beneficiary
from tests.builders import (
    LONG_EXPIRY,
    NOW,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_centre,
    add_drug,
    add_fund,
    add_request,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    over_the_counter,
    rows,
    snapshot,
)
from tests.services.drafting import Desk


@dataclass(frozen=True)
class Gift:
    """A pharmacy with one medicine, all of it given for one person or one centre."""

    pharmacy: Pharmacy
    drug: int
    fund: int
    beneficiary_id: int
    centre_id: int

    def ask(self, beneficiary_id: int, centre_id: int | None = None) -> Approved:
        facts = {"channel": Channel.CITY_CENTRE, "centre_id": centre_id} if centre_id else {}
        request = add_request(self.pharmacy, beneficiary_id, **facts)
        wanted = item(self.drug)
        return approve_request(
            self.pharmacy, wanted, beneficiary_id=beneficiary_id, request_id=request
        )


@pytest.fixture(params=["person", "centre"])
def gift(database: Database, request: pytest.FixtureRequest) -> Gift:
    pharmacy = open_pharmacy(database)
    person, centre = add_beneficiary(pharmacy), add_centre(database)
    whom = {"beneficiary_id": person} if request.param == "person" else {"centre_id": centre}
    fund = add_fund(database, FundKind.CIVIL_SOCIETY, restricted=True, **whom)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 9_000, fund_id=fund, expiry=LONG_EXPIRY)
    return Gift(pharmacy, drug, fund, person, centre)


def test_it_goes_to_whom_it_was_given_for(gift: Gift) -> None:
    approved = gift.ask(gift.beneficiary_id, gift.centre_id)
    over_the_counter(gift.pharmacy, approved)
    shares = rows(
        gift.pharmacy.database,
        DispensingLine.fund_id,
        DispensingLine.quantity,
        DispensingLine.donor_share,
    )
    assert shares == [(gift.fund, 30, 9_000)]


def test_nobody_else_gets_it_and_the_counter_sees_none(gift: Gift) -> None:
    pharmacy = gift.pharmacy
    other = gift.ask(add_beneficiary(pharmacy), add_centre(pharmacy.database))
    before = snapshot(pharmacy.database)
    with pytest.raises(InsufficientStock) as refused:
        hand_out(pharmacy, order(other, 30))
    assert refused.value.available == 0
    assert snapshot(pharmacy.database) == before
    desk = Desk(pharmacy)
    draft = desk.open(other.beneficiary_id, request_id=other.request_id)
    (line,) = desk.preview(draft).lines
    assert (line.there, line.short) == (0, 30)


def test_a_gift_for_a_double_goes_on_to_the_person(database: Database) -> None:
    pharmacy = open_pharmacy(database)
    double, kept = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    add_fund(database, FundKind.CASH_GIFT, restricted=True, beneficiary_id=double)
    with database.transaction() as session:
        manager = pharmacy[Role.MANAGER]
        beneficiary.merge(session, double, kept, reason="نفس الشخص", actor=manager, now=NOW)
    assert rows(database, Fund.beneficiary_id, restricted=True) == [(kept,)]
