"""A small ledger whose cost report is known to the piastre.

Two drugs: A at 10 piastres a tablet, B at 33.33. In March one person gets 30 of each by hotline,
her second record (merged later) gets 30 of A, and a man gets 60 of A through a centre and bears a
tenth. In April she gets 30 of A more, and her March line of B is undone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pharmacy.models import Dispensing
from pharmacy.rules.vocabulary import Channel, ReversalReason, Role
from pharmacy.services.beneficiary import merge
from pharmacy.services.reversal import reverse
from tests.builders import (
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_centre,
    add_condition,
    add_drug,
    add_request,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    unique,
)

MARCH, APRIL = "2026-03", "2026-04"
FROM, TO = date(2026, 3, 1), date(2026, 4, 30)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ids a test asks for."""

    drug_a: int
    drug_b: int
    centre_id: int
    condition_id: int
    first: int
    reversal: int
    woman: int


def cost_ledger(pharmacy: Pharmacy) -> Ledger:
    """Write it through the house's own services."""
    drug_a = add_drug(pharmacy, code="A", name_ar="صنف أ", name_en="Item A")
    drug_b = add_drug(pharmacy, code="B", name_ar="صنف ب", name_en="Item B")
    add_batch(pharmacy, drug_a, 300, 3000)
    add_batch(pharmacy, drug_b, 100, 3333)
    centre_id, condition_id = add_centre(pharmacy.database), add_condition(pharmacy.database)
    woman, man, double = (add_beneficiary(pharmacy) for _ in range(3))
    hers = approve_request(
        pharmacy,
        item(drug_a, issues=2),
        item(drug_b),
        beneficiary_id=woman,
        condition_id=condition_id,
    )
    through_centre = add_request(pharmacy, man, channel=Channel.CITY_CENTRE, centre_id=centre_id)
    his = approve_request(
        pharmacy,
        item(drug_a, 60),
        beneficiary_id=man,
        request_id=through_centre,
        citizen_basis_points=1000,
    )
    of_double = approve_request(pharmacy, item(drug_a), beneficiary_id=double)
    first = hand_out(pharmacy, order(hers, 30, 30))
    hand_out(pharmacy, order(his, 60))
    hand_out(pharmacy, order(of_double, 30))
    hand_out(pharmacy, order(hers, 30), now=after(30))
    with pharmacy.database.transaction() as session:
        merge(
            session, double, woman, reason="الشخص نفسه", actor=pharmacy[Role.MANAGER], now=after(1)
        )
    reversal = undo(pharmacy, first, line=2, now=after(31))
    return Ledger(drug_a, drug_b, centre_id, condition_id, first, reversal, woman)


def undo(pharmacy: Pharmacy, voucher_id: int, *, line: int, now: datetime) -> int:
    """Undo one line of a dispensing; return the reversal's id."""
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_QUANTITY,
            lines=[line],
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=now,
        )


def card_of(pharmacy: Pharmacy, voucher_id: int) -> str:
    """Return the card number printed on a dispensing."""
    [(number,)] = rows(pharmacy.database, Dispensing.card_number, voucher_id=voucher_id)
    return str(number)
