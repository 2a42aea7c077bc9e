"""Asking for a dispensing that must be refused, and seeing that nothing moved."""

from typing import TypeVar

import pytest

from pharmacy.errors import NoticesStand, PharmacyError
from pharmacy.rules.actor import Actor
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity
from pharmacy.services.dispensing_order import DispensingOrder
from tests.builders import Pharmacy, after, hand_out, snapshot
from tests.house.test_notices import FACTS

Refusal = TypeVar("Refusal", bound=PharmacyError)


def refused(
    pharmacy: Pharmacy,
    refusal: type[Refusal],
    wanted: DispensingOrder,
    *,
    actor: Actor | None = None,
    days: int = 0,
) -> Refusal:
    """Ask for a dispensing that must be refused, and see that nothing moved."""
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        hand_out(pharmacy, wanted, actor=actor, now=after(days))
    assert snapshot(pharmacy.database) == before
    return caught.value


def notices(refusal: NoticesStand) -> list[tuple[NoticeCode, Severity, int | None]]:
    """(code, severity, line) of what stands."""
    found = [notice for notice in refusal.notices if isinstance(notice, Notice)]
    for notice in found:
        assert set(notice.facts) == FACTS[notice.code], notice.code
    return [(notice.code, notice.severity, notice.line) for notice in found]
