"""Killed in the middle of its work: what was answered is there, once, and the ledger is right."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence

import pytest

from pharmacy.db import Database
from pharmacy.models import Voucher
from pharmacy.rules.vocabulary import VoucherKind
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
from tests.races.racing import Job, attempt
from tests.services.verified import faults

LIVES = 4
JOBS = 60


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy with more than enough of one drug."""
    pharmacy = open_pharmacy(database)
    add_batch(pharmacy, add_drug(pharmacy), 100_000, 7_777_777)
    return pharmacy


def jobs_of(pharmacy: Pharmacy) -> list[Job]:
    """A person each, as at a real counter."""
    approved = [approve_request(pharmacy, item(1, 1)) for _ in range(JOBS)]
    return [
        {
            "do": "dispense",
            "staff": pharmacy.pharmacist.staff_id,
            "site": pharmacy.site_id,
            "request": one.request_id,
            "item": one.item_ids[0],
            "quantity": 1,
            "now": NOW.isoformat(),
            "submission": f"kill-{number}",
        }
        for number, one in enumerate(approved)
    ]


def answers_until_killed(
    database: Database, jobs: Sequence[Job], answers: int
) -> dict[str, tuple[str, str]]:
    """Let a counter work, kill it while it works on the next, and return what it had answered."""
    command = [sys.executable, "-m", "tests.faults.writing"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as counter:
        assert counter.stdin is not None
        assert counter.stdout is not None
        counter.stdin.write(json.dumps([database.url, SEAL_KEY.decode(), jobs]) + "\n")
        counter.stdin.flush()
        heard = [counter.stdout.readline() for _ in range(answers)]
        counter.kill()
        # What it managed to say between the last answer we waited for and its end counts as well.
        heard += counter.stdout.read().splitlines()
    said = [json.loads(line) for line in heard if line.rstrip().endswith("]")]
    return {submission: (kind, value) for submission, kind, value in said}


def test_an_answered_dispensing_survives_kill_9_and_a_retry_finds_it(pharmacy: Pharmacy) -> None:
    jobs = jobs_of(pharmacy)
    chance = random.Random(20260310)
    answered: dict[str, tuple[str, str]] = {}
    for _ in range(LIVES):
        waiting = [job for job in jobs if job["submission"] not in answered]
        answered |= answers_until_killed(pharmacy.database, waiting, chance.randint(1, 9))
        kept = {
            submission: ("posted", str(voucher_id))
            for submission, voucher_id in rows(
                pharmacy.database, Voucher.submission_id, Voucher.id, kind=VoucherKind.DISPENSING
            )
        }
        assert answered.items() <= kept.items()
        assert faults(pharmacy.database) == {}
    for job in jobs:
        again = attempt(pharmacy.database, job)
        assert answered.setdefault(job["submission"], again) == again
    vouchers = rows(pharmacy.database, Voucher.id, kind=VoucherKind.DISPENSING)
    assert len(vouchers) == len(jobs)
    assert faults(pharmacy.database) == {}
