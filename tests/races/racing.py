"""Many at once: real processes, each with threads of its own, let go at the same moment.

The racers are forked from a fresh program that has opened no database yet, so each process has its
own connections; one gate holds all threads of all processes until the last has come. Each answers
for every attempt, and never with an error of the machine.
"""

import json
import multiprocessing
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from pharmacy.db import Database
from pharmacy.errors import PharmacyError
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import Account, PaymentMethod, ReversalReason, Role
from pharmacy.services import importing_jobs, outbox
from pharmacy.services.claim_decision import decide
from pharmacy.services.claim_reversal import reverse_decision
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine
from pharmacy.services.draft import open_for
from pharmacy.services.draft_dispensing import dispense_draft
from pharmacy.services.drawer import DrawerCount, count_drawer, drawer
from pharmacy.services.feedback import give_feedback
from pharmacy.services.invoice_payment import PaidInvoice, pay_invoices
from pharmacy.services.invoice_reversal import reverse_invoice
from pharmacy.services.money import Money, pay_out
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from pharmacy.services.request_decision import ApprovedItem, Decision, approve
from pharmacy.services.reversal import reverse
from pharmacy.services.voucher import lock_site

Job = dict[str, Any]
Answer = tuple[str, str]
"""("posted", voucher id) or ("refused", code of the refusal)."""

_forked = multiprocessing.get_context("fork")


def race(
    url: str, key: bytes, jobs: Sequence[Job], *, processes: int, threads: int
) -> Counter[Answer]:
    """Let all threads of all processes fall upon the jobs; return how often each answer came."""
    asked = json.dumps([url, key.decode(), jobs, processes, threads])
    command = [sys.executable, "-m", "tests.races.racing"]
    answered = subprocess.run(
        command, input=asked, capture_output=True, text=True, timeout=100, check=False
    )
    assert answered.returncode == 0, answered.stderr
    return Counter(tuple(answer) for answer in json.loads(answered.stdout))


def attempt(database: Database, job: Job) -> Answer:
    """Do one job in a transaction of its own."""
    role = Role(job.get("role", Role.PHARMACIST))
    actor = Actor(job["staff"], "منى", role, site_id=job["site"])
    try:
        with database.transaction() as session:
            voucher_id = _JOBS[job["do"]](session, job, actor, datetime.fromisoformat(job["now"]))
    except PharmacyError as refusal:
        return "refused", refusal.code
    return "posted", str(voucher_id)


def _dispense(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    order = DispensingOrder(
        request_id=job["request"],
        submission_id=job["submission"],
        lines=[OrderLine(approval_item_id=job["item"], quantity=job["quantity"])],
    )
    return dispense(session, order, actor=actor, now=now)


def _reverse(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    return reverse(
        session,
        job["voucher"],
        submission_id=job["submission"],
        reason=ReversalReason.WRONG_PERSON,
        second=Actor(job["second"], "منى", Role.MANAGER, site_id=job["site"]),
        actor=actor,
        now=now,
    )


def _close(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    return close_period(session, job["month"], actor=actor, now=now)


def _draft(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    return dispense_draft(session, job["draft"], version=job["version"], actor=actor, now=now)


def _open(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    return open_for(session, job["person"], actor=actor, now=now)


def _approve(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    day = now.date()
    items = [ApprovedItem(drug_id=job["drug"], quantity_per_issue=job["quantity"])]
    decision = Decision(
        decision_number=str(job["request"]), valid_from=day, valid_until=day, items=items
    )
    return approve(session, job["request"], decision, actor=actor, now=now)


def _claim(session: Any, _job: Job, _actor: Actor, now: datetime) -> int:
    claimed = outbox.claim(session, now=now)
    return claimed.row_id if claimed else 0


def _count(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    """Count a drawer that holds exactly what it should at that moment."""
    lock_site(session, job["site"], cairo_day(now))
    held = drawer(session, job["site"]).expected
    given = DrawerCount(
        submission_id=job["submission"], pieces={1_00: held // 1_00}, shown=held, reason=""
    )
    receiver = Actor(job["receiver"], "ليلى", Role.FINANCE)
    return count_drawer(session, given, received_by=receiver, actor=actor, now=now)


def _decide(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    voucher_id = decide(
        session, job["claim"], {}, submission_id=job["submission"], actor=actor, now=now
    )
    return voucher_id or 0


def _pay(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    amount = job["amount"]
    money = Money(
        submission_id=job["submission"],
        fund_id=job["fund"],
        account=Account.EXPENSES,
        amount=amount,
        on=now.date(),
        method=PaymentMethod.CASH,
        party_name="س",
        purpose="سداد",
    )
    if "invoice" not in job:
        return pay_out(session, money, actor=actor, now=now)
    paid = [PaidInvoice(job["invoice"], amount)]
    return pay_invoices(session, money, paid, actor=actor, now=now)


def _undo_invoice(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    why = {"submission_id": job["submission"], "reason": ReversalReason.WRONG_ENTRY}
    return reverse_invoice(session, job["invoice"], **why, actor=actor, now=now) or 0


def _undo_decision(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    why = {"submission_id": job["submission"], "reason": ReversalReason.WRONG_ENTRY}
    return reverse_decision(session, job["claim"], **why, actor=actor, now=now) or 0


def _undo_money(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    why = {"submission_id": job["submission"], "reason": ReversalReason.WRONG_ENTRY}
    return reverse_money(session, job["voucher"], **why, actor=actor, now=now)


def _feedback(session: Any, job: Job, _actor: Actor, now: datetime) -> int:
    step = job["outcome"]
    return int(give_feedback(session, job["request"], step, solved=False, text="", now=now))


def _import(session: Any, job: Job, actor: Actor, now: datetime) -> int:
    of = importing_jobs.get_job(session, job["job"], actor=actor)
    slices = importing_jobs.Slices(importing_jobs.sheet_of(of, Path(job["folder"])), job["size"])
    rows = slices.behind(of.position)
    return importing_jobs.advance(session, of.id, of.position, rows, actor=actor, now=now).position


_JOBS: dict[str, Callable[[Any, Job, Actor, datetime], int]] = {
    "approve": _approve,
    "claim": _claim,
    "close": _close,
    "count": _count,
    "decide": _decide,
    "dispense": _dispense,
    "draft": _draft,
    "feedback": _feedback,
    "import": _import,
    "open": _open,
    "pay": _pay,
    "reverse": _reverse,
    "undo_decision": _undo_decision,
    "undo_invoice": _undo_invoice,
    "undo_money": _undo_money,
}


def _process(
    database: Database, jobs: Sequence[Job], threads: int, gate: Any, answers: Any
) -> None:
    # The parent has opened no connection of it: each process makes its own.

    def run(share: Sequence[Job]) -> list[Answer]:
        with database.reading() as session:
            session.connection()
        gate.wait()
        return [attempt(database, job) for job in share]

    with ThreadPoolExecutor(threads) as pool:
        shares = [jobs[number::threads] for number in range(threads)]
        answers.put([answer for found in pool.map(run, shares) for answer in found])
    database.dispose()


def main() -> None:
    """Read what to race from standard input, and print the answers."""
    url, key, jobs, processes, threads = json.load(sys.stdin)
    database = Database(url, seal_key=key.encode())
    gate, answers = _forked.Barrier(processes * threads, timeout=60), _forked.Queue()
    racers = [
        _forked.Process(
            target=_process, args=(database, jobs[number::processes], threads, gate, answers)
        )
        for number in range(processes)
    ]
    for racer in racers:
        racer.start()
    found = [answer for _ in racers for answer in answers.get(timeout=90)]
    for racer in racers:
        racer.join()
        assert racer.exitcode == 0
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
