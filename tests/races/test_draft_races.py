"""Many windows on one counter: a draft is one, becomes one dispensing, and oversells nothing."""

import pytest

from pharmacy.db import Database
from pharmacy.models import Batch, CounterDraft, DispensingLine, DraftLine, Voucher
from pharmacy.rules.vocabulary import DraftState, VoucherKind
from pharmacy.services import draft_lines
from pharmacy.services.draft import open_for
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    item,
    open_pharmacy,
    rows,
)
from tests.conftest import SEAL_KEY
from tests.races.racing import Job, race
from tests.services.drafting import authorize
from tests.services.verified import faults


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy with a hundred units of one drug and a thousand of another."""
    pharmacy = open_pharmacy(database)
    add_batch(pharmacy, add_drug(pharmacy), 100, 10_001)
    add_batch(pharmacy, add_drug(pharmacy, usual_dose="1*1*10"), 1_000, 10_000)
    return pharmacy


def job(pharmacy: Pharmacy, do: str, **facts: object) -> Job:
    actor = pharmacy.pharmacist
    return {
        "do": do,
        "staff": actor.staff_id,
        "site": pharmacy.site_id,
        "now": NOW.isoformat(),
        **facts,
    }


def draft_of(pharmacy: Pharmacy, quantity: int, *, new: bool = False) -> int:
    """Open a draft for somebody entitled to so many units, with a new line besides or not."""
    person = approve_request(pharmacy, item(1, quantity)).beneficiary_id
    actor = pharmacy.pharmacist
    with pharmacy.database.transaction() as session:
        opened = open_for(session, person, actor=actor, now=NOW)
        if new:
            draft_lines.add_drug(session, opened, uid="new", drug_id=2, actor=actor, now=NOW)
        return opened


@pytest.mark.parametrize("new", [False, True])
def test_a_draft_sent_from_sixteen_windows_is_one_dispensing(
    pharmacy: Pharmacy, *, new: bool
) -> None:
    authorize(pharmacy)
    opened = draft_of(pharmacy, 60, new=new)
    jobs = [job(pharmacy, "draft", draft=opened, version=2 if new else 1)] * 16
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=4)
    ((kind, _),) = answers
    assert (kind, answers.total()) == ("posted", 16)
    vouchers = rows(pharmacy.database, Voucher.id, kind=VoucherKind.DISPENSING)
    assert len(vouchers) == (2 if new else 1)
    assert rows(pharmacy.database, Batch.on_hand) == [(40,), (990 if new else 1_000,)]
    assert faults(pharmacy.database) == {}


def test_drafts_of_many_people_never_sell_the_last_hundred_twice(pharmacy: Pharmacy) -> None:
    authorize(pharmacy)
    # Half of them hold a new line besides, so that locks are taken in both ways.
    drafts = [draft_of(pharmacy, 20, new=number % 2 == 0) for number in range(8)]
    jobs = [job(pharmacy, "draft", draft=opened, version=None) for opened in drafts]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert answers["refused", "insufficient_stock"] == 3
    assert sum(count for (kind, _), count in answers.items() if kind == "posted") == 5
    assert rows(pharmacy.database, Batch.on_hand)[0] == (0,)
    given = rows(pharmacy.database, DispensingLine.quantity, drug_id=1)
    assert sum(quantity for (quantity,) in given) == 100
    states = [state for (state,) in rows(pharmacy.database, CounterDraft.state)]
    assert states.count(DraftState.DISPENSED) == 5
    assert states.count(DraftState.OPEN) == 3
    assert faults(pharmacy.database) == {}


def test_a_person_opened_from_many_windows_has_one_draft(pharmacy: Pharmacy) -> None:
    person = approve_request(pharmacy, item(1, 20)).beneficiary_id
    jobs = [job(pharmacy, "open", person=person)] * 8
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    ((kind, _),) = answers
    assert (kind, answers.total()) == ("posted", 8)
    assert rows(pharmacy.database, DraftLine.quantity) == [(20,)]
