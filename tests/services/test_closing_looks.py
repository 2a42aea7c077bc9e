"""Looks of the checklist: money uncounted, goods on the way, stock counted, claims that wait."""

from datetime import UTC, datetime, timedelta

import pytest

from pharmacy.errors import PeriodNotClosable
from pharmacy.models import ClosedPeriod
from pharmacy.rules.closing import Found, Look
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.closing import checklist, read_back
from pharmacy.services.drawer import DrawerCount, count_drawer, drawer
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.transfer import Transfer, arrive, send
from tests.builders import (
    NOW,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_site,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded, undo_decision
from tests.services.stock_papers import counted as count_of
from tests.services.stock_papers import post_count
from tests.treasury import add_office

EVENING = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
MARCH = "2026-03"


def found_in(pharmacy: Pharmacy, month: str, now: datetime = MORNING) -> dict[Look, Found]:
    with pharmacy.database.reading() as session:
        return {one.look: one for one in checklist(session, month, failed=0, now=now)}


def close(pharmacy: Pharmacy, reason: str = "") -> None:
    with pharmacy.database.transaction() as session:
        close_period(session, MARCH, reason=reason, actor=pharmacy[Role.FINANCE], now=MORNING)


def counted(pharmacy: Pharmacy, pieces: dict[int, int], *, now: datetime) -> int:
    """Count the drawer, which holds what it should; the voucher."""
    with pharmacy.database.transaction() as session:
        shown = drawer(session, pharmacy.site_id).expected
        count = DrawerCount(submission_id=unique("count"), pieces=pieces, shown=shown)
        finance, pharmacist = pharmacy[Role.FINANCE], pharmacy.pharmacist
        return count_drawer(session, count, received_by=finance, actor=pharmacist, now=now)


def undo_count(pharmacy: Pharmacy, voucher_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reverse_money(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=MORNING,
        )


def share(pharmacy: Pharmacy, now: datetime = NOW) -> int:
    """Hand out for three pounds of the citizen's; the voucher."""
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 3_000, now=now)
    approved = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    return hand_out(pharmacy, order(approved, 30), now=now)


def test_money_of_the_month_stops_the_closing_until_it_is_counted(pharmacy: Pharmacy) -> None:
    add_office(pharmacy.database)
    share(pharmacy)
    assert found_in(pharmacy, MARCH)[Look.DRAWERS] == Found(Look.DRAWERS, 1, 300)
    before = snapshot(pharmacy.database)
    with pytest.raises(PeriodNotClosable) as refusal:
        close(pharmacy, " ")
    assert refusal.value.reason == "uncounted"
    assert snapshot(pharmacy.database) == before
    count_id = counted(pharmacy, {100: 3}, now=EVENING)
    assert found_in(pharmacy, MARCH)[Look.DRAWERS] == Found(Look.DRAWERS, 0)
    undo_count(pharmacy, count_id)
    assert found_in(pharmacy, MARCH)[Look.DRAWERS] == Found(Look.DRAWERS, 1, 300)
    # What was paid since is of the month in which it was paid, and one count takes both.
    share(pharmacy, now=MORNING)
    assert found_in(pharmacy, MARCH)[Look.DRAWERS] == Found(Look.DRAWERS, 1, 300)
    counted(pharmacy, {100: 6}, now=MORNING)
    assert found_in(pharmacy, MARCH)[Look.DRAWERS] == Found(Look.DRAWERS, 0)
    close(pharmacy, reason="لا شيء")
    ((kept,),) = rows(pharmacy.database, ClosedPeriod.checklist, month=MARCH)
    assert {one.reason for one in read_back(kept)} == {""}


def test_goods_are_on_the_way_as_of_the_months_end(pharmacy: Pharmacy) -> None:
    branch = add_site(pharmacy.database)
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 1_000, now=NOW)
    with pharmacy.database.transaction() as session:
        parcel = Transfer(
            submission_id=unique("parcel"),
            lines=(BatchLine(batch_id=batch, quantity=4),),
            to_site_id=branch,
        )
        sent = send(session, parcel, actor=pharmacy.keeper, now=EVENING)
    on_the_way = Found(Look.ON_THE_WAY, 1, 400)
    assert found_in(pharmacy, MARCH)[Look.ON_THE_WAY] == on_the_way
    keeper = add_actor(pharmacy.database, Role.STORE_KEEPER, site_id=branch)
    with pharmacy.database.transaction() as session:
        arrive(session, sent, submission_id=unique("arrived"), actor=keeper, now=MORNING)
    assert found_in(pharmacy, MARCH)[Look.ON_THE_WAY] == on_the_way
    april = MORNING + timedelta(days=40)
    assert found_in(pharmacy, "2026-04", april)[Look.ON_THE_WAY] == Found(Look.ON_THE_WAY, 0)


def test_a_site_that_holds_stock_and_was_not_counted_is_said(pharmacy: Pharmacy) -> None:
    add_site(pharmacy.database)  # holds nothing
    assert found_in(pharmacy, MARCH)[Look.COUNTED] == Found(Look.COUNTED, 0)
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 1_000, now=NOW)
    assert found_in(pharmacy, MARCH)[Look.COUNTED] == Found(Look.COUNTED, 1)
    post_count(pharmacy, count_of((batch, 10, 10)))
    assert found_in(pharmacy, MARCH)[Look.COUNTED] == Found(Look.COUNTED, 0)
    assert found_in(pharmacy, "2026-04")[Look.COUNTED] == Found(Look.COUNTED, 1)
    assert not found_in(pharmacy, MARCH)[Look.COUNTED].stops


def test_claims_of_the_month_that_wait_are_said(pharmacy: Pharmacy) -> None:
    add_office(pharmacy.database)
    drug = priced_drug(pharmacy)
    asked = line(approve_request(pharmacy, item(drug)), drug)
    claim_id = recorded(pharmacy, claim_of(pharmacy, add_contract(pharmacy), asked))
    assert found_in(pharmacy, MARCH)[Look.CLAIMS] == Found(Look.CLAIMS, 1, 60_00)
    assert found_in(pharmacy, "2026-02")[Look.CLAIMS] == Found(Look.CLAIMS, 0)
    assert found_in(pharmacy, "2026-04")[Look.CLAIMS] == Found(Look.CLAIMS, 0)
    decided(pharmacy, claim_id)
    assert found_in(pharmacy, MARCH)[Look.CLAIMS] == Found(Look.CLAIMS, 0)
    undo_decision(pharmacy, claim_id)
    assert found_in(pharmacy, MARCH)[Look.CLAIMS] == Found(Look.CLAIMS, 1, 60_00)
