"""A month in which something happened of all that reports tell of, on top of the cost ledger.

A second receipt of item A at half as much again; of item C more was approved than there was, so
ten are owed, and on another day nothing was there at all; one came back early and was given all the
same, until the month's ceiling of the case was reached.
"""

from pharmacy.models import UnmetDemand
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services.dispensing_order import Override
from tests.builders import (
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_row,
    after,
    approve_request,
    hand_out,
    item,
    order,
    unique,
)
from tests.cost_ledger import Ledger, cost_ledger


def posted_month(pharmacy: Pharmacy) -> Ledger:
    """Post it through the house's own services; return the ids of the cost ledger."""
    ledger = cost_ledger(pharmacy)
    add_batch(pharmacy, ledger.drug_a, 100, 1500, now=after(3))
    drug_c = add_drug(pharmacy, code="C", name_ar="صنف ج", name_en="Item C", atc="A10BA02")
    add_batch(pharmacy, drug_c, 20, 2000)
    short = approve_request(pharmacy, item(drug_c, 30))
    hand_out(pharmacy, order(short, 30, partial=True), now=after(4))
    early = approve_request(pharmacy, item(ledger.drug_a, 30, issues=3, days=30), month_ceiling=600)
    hand_out(pharmacy, order(early, 30), now=after(5))
    reason = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر")
    hand_out(pharmacy, order(early, 30, overrides=[reason]), now=after(8))
    add_row(
        pharmacy.database,
        UnmetDemand(
            site_id=pharmacy.site_id,
            business_date=after(6).date(),
            at=after(6),
            staff_id=pharmacy.pharmacist.staff_id,
            submission_id=unique("unmet"),
            beneficiary_id=add_beneficiary(pharmacy),
            drug_id=drug_c,
            quantity=30,
        ),
    )
    return ledger
