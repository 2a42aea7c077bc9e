"""The report of claims by months: each tells what had become of its claims when it ended."""

from datetime import UTC, date, datetime

import pytest

from pharmacy.rules.vocabulary import ClaimReason, ReversalReason, Role
from pharmacy.services.claim import record_claim
from pharmacy.services.claim_decision import LineDecision, decide
from pharmacy.services.claim_report import claims_by_pharmacy
from pharmacy.services.claim_reversal import reverse_decision
from pharmacy.services.claim_view import ClaimFilter, claim_sums, claims
from pharmacy.services.report_query import ReportQuery
from tests.builders import Pharmacy, approve_request, item, unique
from tests.claims import add_contract, claim_of, line, priced_drug
from tests.treasury import add_office

Told = tuple[int, int, int, int, int]
"""Claims, piastres claimed, accepted, not accepted, waiting."""
MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
LAST = {MARCH: date(2026, 3, 31), APRIL: date(2026, 4, 30), MAY: date(2026, 5, 31)}
LAST[JUNE] = date(2026, 6, 30)
NIGHT = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
"""The last minute of March in Cairo, which has no summer time yet."""


def at(month: int, day: int = 15) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def came(pharmacy: Pharmacy, contract: int, now: datetime) -> int:
    """Put a claim of sixty pounds, dated in March, on file."""
    drug = priced_drug(pharmacy)
    asked = line(approve_request(pharmacy, item(drug)), drug)
    claim = claim_of(pharmacy, contract, asked)
    with pharmacy.database.transaction() as session:
        return record_claim(session, claim, actor=pharmacy[Role.FINANCE], now=now)


def decided(pharmacy: Pharmacy, claim_id: int, now: datetime, units: int = 30) -> None:
    reason = None if units == 30 else ClaimReason.OTHER
    note = "نصف الكمية" if reason else ""
    said = LineDecision(quantity=units, amount=units * 2_00, reason=reason, note=note)
    with pharmacy.database.transaction() as session:
        decide(
            session,
            claim_id,
            {1: said},
            submission_id=unique("decision"),
            actor=pharmacy[Role.FINANCE],
            now=now,
        )


def undone(pharmacy: Pharmacy, claim_id: int, now: datetime) -> None:
    with pharmacy.database.transaction() as session:
        reverse_decision(
            session,
            claim_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=now,
        )


def told(pharmacy: Pharmacy, first: date, last: date) -> Told:
    """What the report says of a period, which is what the list behind it comes to."""
    query = ReportQuery(date_from=first, date_to=last)
    wanted = ClaimFilter(open_from=first, as_of=last)
    with pharmacy.database.reading() as session:
        found = claims_by_pharmacy(session, query, actor=pharmacy[Role.AUDITOR])
        sums = claim_sums(session, wanted)
        listed = len(session.execute(claims(wanted)).all())
    [row] = found or [None]
    if row is None:
        assert (listed, sums.claimed, sums.accepted, sums.refused) == (0, 0, 0, 0)
        return 0, 0, 0, 0, 0
    assert (listed, sums.claimed) == (row.claims, row.claimed)
    assert (sums.accepted, sums.refused) == (row.accepted, row.refused)
    assert row.claimed == row.accepted + row.refused + row.waiting
    return row.claims, row.claimed, row.accepted, row.refused, row.waiting


def months(pharmacy: Pharmacy) -> list[Told]:
    return [told(pharmacy, first, last) for first, last in LAST.items()]


NOTHING = (0, 0, 0, 0, 0)
WAITS = (1, 60_00, 0, 0, 60_00)
ALL = (1, 60_00, 60_00, 0, 0)
HALF = (1, 60_00, 30_00, 30_00, 0)


def test_a_claim_stands_in_every_month_in_which_it_came_waited_or_was_undone(
    pharmacy: Pharmacy, contract: int
) -> None:
    claim_id = came(pharmacy, contract, at(3))
    assert months(pharmacy) == [WAITS, WAITS, WAITS, WAITS]
    decided(pharmacy, claim_id, at(4))
    assert months(pharmacy) == [WAITS, ALL, NOTHING, NOTHING]
    undone(pharmacy, claim_id, at(5))
    assert months(pharmacy) == [WAITS, ALL, WAITS, WAITS]
    decided(pharmacy, claim_id, at(6), 15)
    assert months(pharmacy) == [WAITS, ALL, WAITS, HALF]
    assert told(pharmacy, MARCH, LAST[JUNE]) == HALF


def test_a_claim_that_came_later_stands_in_the_month_in_which_it_came(
    pharmacy: Pharmacy, contract: int
) -> None:
    late = came(pharmacy, contract, at(4))
    decided(pharmacy, late, at(4))
    assert months(pharmacy) == [NOTHING, ALL, NOTHING, NOTHING]


def test_a_month_ends_with_its_last_minute_in_cairo(pharmacy: Pharmacy, contract: int) -> None:
    claim_id = came(pharmacy, contract, NIGHT)
    decided(pharmacy, claim_id, datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    assert months(pharmacy) == [WAITS, ALL, NOTHING, NOTHING]


def test_what_was_decided_and_undone_in_one_month_waits_at_its_end(
    pharmacy: Pharmacy, contract: int
) -> None:
    claim_id = came(pharmacy, contract, at(3))
    decided(pharmacy, claim_id, at(3, 16))
    assert months(pharmacy) == [ALL, NOTHING, NOTHING, NOTHING]
    undone(pharmacy, claim_id, at(4, 2))
    decided(pharmacy, claim_id, at(4, 3), 15)
    assert months(pharmacy) == [ALL, HALF, NOTHING, NOTHING]
    undone(pharmacy, claim_id, at(4, 4))
    assert months(pharmacy) == [ALL, WAITS, WAITS, WAITS]
