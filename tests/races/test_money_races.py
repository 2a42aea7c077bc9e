"""Money paid from several windows at once: an invoice once, and no fund more than it holds."""

import pytest

from pharmacy.db import Database
from pharmacy.models import InvoicePayment
from pharmacy.rules.vocabulary import Account, Role
from pharmacy.services.money import balance
from tests.builders import NOW, Pharmacy, open_pharmacy, rows
from tests.conftest import SEAL_KEY
from tests.invoices import give_cash, invoice, receive_goods, record
from tests.races.racing import Job, race
from tests.services.verified import faults
from tests.treasury import add_office


@pytest.fixture
def treasury(database: Database) -> Pharmacy:
    """A budget of a thousand pounds."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    give_cash(pharmacy, 1_000_00)
    return pharmacy


def job(pharmacy: Pharmacy, number: int, amount: int, **facts: object) -> Job:
    return {
        "do": "pay",
        "role": Role.FINANCE.value,
        "staff": pharmacy[Role.FINANCE].staff_id,
        "site": pharmacy.site_id,
        "fund": pharmacy.fund_id,
        "amount": amount,
        "now": NOW.isoformat(),
        "submission": f"race-{number}",
        **facts,
    }


def left(pharmacy: Pharmacy) -> int:
    with pharmacy.database.reading() as session:
        return balance(session, Account.CASH, pharmacy.fund_id)


def test_an_invoice_paid_from_many_windows_is_paid_once(treasury: Pharmacy) -> None:
    of = record(treasury, invoice(treasury, 60_00, receive_goods(treasury, 60_00)))
    jobs = [job(treasury, number, 60_00, invoice=of) for number in range(8)]
    answers = race(treasury.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert answers["refused", "invoice_paid"] == 7
    assert answers.total() == 8
    assert rows(treasury.database, InvoicePayment.amount) == [(60_00,)]
    assert left(treasury) == 940_00
    assert faults(treasury.database) == {}


def test_payments_at_once_never_take_more_than_a_fund_holds(treasury: Pharmacy) -> None:
    of = [
        record(treasury, invoice(treasury, 300_00, receive_goods(treasury, 300_00)))
        for _ in range(4)
    ]
    jobs = [job(treasury, n, 300_00, invoice=invoice_id) for n, invoice_id in enumerate(of)]
    jobs += [job(treasury, number, 300_00) for number in range(10, 14)]
    answers = race(treasury.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert answers["refused", "insufficient_funds"] == 5
    assert answers.total() == 8
    assert left(treasury) == 100_00
    assert faults(treasury.database) == {}
