"""Money to test with: the finance office, and what a form of it would send."""

from typing import Any

from pharmacy.db import Database
from pharmacy.models import Site
from pharmacy.rules.seal import FIRST_SEAL
from pharmacy.rules.vocabulary import Account, PaymentMethod, SiteKind
from pharmacy.services.money import Money
from pharmacy.services.stock import open_site_chain
from tests.builders import TODAY, Pharmacy, unique


def add_office(database: Database) -> int:
    """Add the finance office, which posts vouchers of money."""
    with database.transaction() as session:
        site = Site(code=unique("F"), kind=SiteKind.OFFICE, name_ar="الحسابات", name_en="Finance")
        session.add(site)
        session.flush()
        open_site_chain(session, site.id, FIRST_SEAL)
        return site.id


def money(pharmacy: Pharmacy, amount: int, **facts: Any) -> Money:
    """Return money as a form would send it: piastres given in cash to the budget today."""
    given = {
        "submission_id": unique("money"),
        "fund_id": pharmacy.fund_id,
        "account": Account.FUND_RECEIPTS,
        "on": TODAY,
        "method": PaymentMethod.CASH,
        "party_name": "محافظة البحيرة",
        "purpose": "دعم الدواء",
    }
    return Money(amount=amount, **{**given, **facts})
