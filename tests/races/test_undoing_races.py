"""Undoing against paying, deciding and counting at the same moment: one of the two comes first."""

from collections.abc import Sequence

import pytest

from pharmacy.db import Database
from pharmacy.models import ClaimDecision, ClaimReversal, InvoicePayment, InvoiceReversal, Voucher
from pharmacy.models.invoice import SupplierInvoice
from pharmacy.rules.vocabulary import Role, VoucherKind
from tests.builders import NOW, Pharmacy, approve_request, item, open_pharmacy, rows
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded
from tests.conftest import SEAL_KEY
from tests.invoices import give_cash, invoice, receive_goods, record
from tests.races.racing import Job, race
from tests.services.test_drawer import count, sold
from tests.services.verified import faults
from tests.treasury import add_office

TIMES = 4


@pytest.fixture
def treasury(database: Database) -> Pharmacy:
    """A finance office with enough to pay all."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    give_cash(pharmacy, 10_000_00)
    return pharmacy


def job(pharmacy: Pharmacy, do: str, submission: str, **facts: object) -> Job:
    return {
        "do": do,
        "role": Role.FINANCE.value,
        "staff": pharmacy[Role.FINANCE].staff_id,
        "site": pharmacy.site_id,
        "fund": pharmacy.fund_id,
        "now": NOW.isoformat(),
        "submission": submission,
        **facts,
    }


def run(pharmacy: Pharmacy, jobs: Sequence[Job]) -> set[str]:
    """Race the jobs; return the codes of what was refused."""
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert answers.total() == len(jobs)
    return {code for kind, code in answers if kind == "refused"}


def test_an_invoice_is_paid_or_undone_and_never_both(treasury: Pharmacy) -> None:
    jobs = []
    for number in range(TIMES):
        goods = receive_goods(treasury, 60_00)
        of = record(treasury, invoice(treasury, 61_00, goods, reason="نقل"))
        undo = job(treasury, "undo_invoice", f"undo-{number}", invoice=of)
        pay = job(treasury, "pay", f"pay-{number}", invoice=of, amount=61_00)
        # Two windows each; what is sent twice is one effect.
        jobs += [undo, pay, dict(undo), dict(pay)]
        jobs += [{**undo, "submission": f"other-{number}"}, {**pay, "submission": f"more-{number}"}]
    refused = run(treasury, jobs)
    assert refused <= {"cannot_reverse", "already_reversed", "invoice_paid", "invoice_undone"}
    undone = {of for (of,) in rows(treasury.database, InvoiceReversal.invoice_id)}
    paid = [of for (of,) in rows(treasury.database, InvoicePayment.invoice_id)]
    assert len(paid) == len(set(paid))
    assert undone | set(paid) == set(range(1, TIMES + 1))
    assert undone & set(paid) == set()
    reversals = rows(treasury.database, Voucher.id, kind=VoucherKind.REVERSAL)
    assert len(reversals) == len(undone)
    assert faults(treasury.database) == {}


def test_a_decision_is_paid_or_undone_and_decided_anew_at_most_once(treasury: Pharmacy) -> None:
    contract, drug = add_contract(treasury), priced_drug(treasury)
    jobs = []
    for number in range(TIMES):
        asked = line(approve_request(treasury, item(drug)), drug)
        claim_id = recorded(treasury, claim_of(treasury, contract, asked))
        decided(treasury, claim_id)
        [*_, (of,)] = rows(treasury.database, SupplierInvoice.id)
        undo = job(treasury, "undo_decision", f"undo-{number}", claim=claim_id)
        jobs += [
            job(treasury, "pay", f"pay-{number}", invoice=of, amount=60_00),
            undo,
            job(treasury, "decide", f"anew-{number}", claim=claim_id),
            dict(undo),
            job(treasury, "decide", f"again-{number}", claim=claim_id),
        ]
    refused = run(treasury, jobs)
    assert refused <= {"cannot_reverse", "claim_decided", "invoice_undone"}
    undone = {of for (of,) in rows(treasury.database, ClaimReversal.claim_id)}
    paid = rows(treasury.database, InvoicePayment.invoice_id)
    assert len(undone) + len(paid) == TIMES
    anew = rows(treasury.database, ClaimDecision.claim_id, attempt=2)
    assert {of for (of,) in anew} <= undone
    assert len(anew) == len(set(anew))
    assert faults(treasury.database) == {}


def test_a_count_is_undone_once_while_the_drawer_is_counted_again(treasury: Pharmacy) -> None:
    sold(treasury, 100_00)
    wrong = count(treasury, {200_00: 1}, reason="زيادة")
    receiver = treasury[Role.FINANCE].staff_id
    cashier = {"role": Role.PHARMACIST.value, "staff": treasury.pharmacist.staff_id}
    jobs = [job(treasury, "undo_money", f"undo-{n}", voucher=wrong) for n in range(4)]
    jobs += [job(treasury, "count", f"count-{n}", receiver=receiver, **cashier) for n in range(4)]
    refused = run(treasury, jobs)
    assert refused <= {"already_reversed", "cannot_reverse"}
    assert len(rows(treasury.database, Voucher.id, kind=VoucherKind.REVERSAL)) <= 1
    assert faults(treasury.database) == {}
