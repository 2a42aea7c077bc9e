"""A month of funds whose figures are known to the piastre: gifts, a budget, one override.

The budget gets 300 pounds for the year and 1,000 in cash, of which 120 go on other expenses. A
society gives forty tablets worth 80 pounds and, for a fund of its own, 500 pounds, of which twenty
tablets are bought for 60. A woman gets thirty of the gift and ten of what was bought, a man ten of
the gift. Then an approval of 450 pounds is let pass beyond the budget.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pharmacy.models import Supplier
from pharmacy.rules.vocabulary import Account, FundKind, PartyKind, Role
from pharmacy.services.budget import change_budget
from pharmacy.services.commitment import BeyondBudget
from pharmacy.services.money import pay_out, receive_money
from pharmacy.services.request_decision import approve
from pharmacy.services.stock import Receipt, ReceiptLine, receive
from tests.builders import (
    LONG_EXPIRY,
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_fund,
    add_request,
    add_row,
    approve_request,
    decision,
    hand_out,
    item,
    order,
    unique,
)
from tests.treasury import add_office, money

FROM, TO = date(2026, 3, 1), date(2026, 3, 31)
YEAR = 2025


@dataclass(frozen=True, slots=True)
class FundMonth:
    """The ids a test asks for."""

    donor: int
    gift: int
    own: int
    given: int
    bought: int
    request: int


def fund_month(pharmacy: Pharmacy) -> FundMonth:
    """Write it through the house's own services."""
    add_office(pharmacy.database)
    donor = add_row(pharmacy.database, Supplier(name="جمعية الخير", kind=PartyKind.DONOR))
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    own = add_fund(pharmacy.database, FundKind.CASH_GIFT, donor_id=donor)
    given = add_drug(pharmacy, code="G", name_ar="صنف مهدى", name_en="Item given")
    bought = add_drug(pharmacy, code="H", name_ar="صنف مشترى", name_en="Item bought")
    _money(pharmacy, donor, own)
    goods_given(pharmacy, given, fund_id=gift, supplier_id=donor)
    add_batch(pharmacy, bought, 20, 60_00, fund_id=own, now=NOW)
    woman, man = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    hers = approve_request(pharmacy, item(given), item(bought, 10), beneficiary_id=woman)
    hand_out(pharmacy, order(hers, 30, 10))
    hand_out(pharmacy, order(approve_request(pharmacy, item(given, 10), beneficiary_id=man), 10))
    return FundMonth(donor, gift, own, given, bought, _beyond(pharmacy, bought))


def _money(pharmacy: Pharmacy, donor: int, own: int) -> None:
    finance = pharmacy[Role.FINANCE]
    with pharmacy.database.transaction() as session:
        receive_money(session, money(pharmacy, 1_000_00), actor=finance, now=NOW)
        paid = money(pharmacy, 120_00, account=Account.EXPENSES)
        pay_out(session, paid, actor=finance, now=NOW)
        gift = money(pharmacy, 500_00, fund_id=own, party_id=donor, party_name="جمعية الخير")
        receive_money(session, gift, actor=finance, now=NOW)


def goods_given(
    pharmacy: Pharmacy, drug: int, *, fund_id: int, supplier_id: int, now: datetime = NOW
) -> int:
    """Take forty tablets worth 80 pounds in from somebody; return the voucher's id."""
    line = ReceiptLine(drug_id=drug, lot=unique("G"), expiry=LONG_EXPIRY, quantity=40, value=80_00)
    receipt = Receipt(
        submission_id=unique("gift"),
        fund_id=fund_id,
        supplier_id=supplier_id,
        document_reference="ت-1",
        lines=[line],
    )
    with pharmacy.database.transaction() as session:
        return receive(session, receipt, actor=pharmacy.keeper, now=now)


def _beyond(pharmacy: Pharmacy, drug: int) -> int:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            YEAR,
            300_00,
            reason="اعتماد السنة",
            submission_id=unique("budget"),
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )
        approve(
            session,
            request,
            decision(item(drug, 150)),
            beyond=BeyondBudget(second=pharmacy[Role.MANAGER], reason="حالة عاجلة"),
            actor=pharmacy[Role.COMMITTEE],
            now=NOW,
        )
    return request
