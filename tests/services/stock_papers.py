"""Stock documents for tests: each builder posts one through the house's own services."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from pharmacy.models import Batch
from pharmacy.rules.stock_vocabulary import CountOccasion, LossReason, ReturnReason
from pharmacy.rules.vocabulary import Role
from pharmacy.services.citizen_return import BroughtBack, CitizenReturn, take_back
from pharmacy.services.stock_count import Count, Counted, adjust_to_count
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.stock_out import StockOut, write_off
from tests.builders import NOW, Pharmacy, unique

WITNESSES = ("أحمد رزق", "سناء فهمي")


def out(*lines: tuple[int, int], **facts: Any) -> StockOut:
    """Return (batch, units) that are to leave, as a form would send them."""
    given = {"submission_id": unique("out"), "committee": WITNESSES}
    of = [BatchLine(batch_id=batch_id, quantity=quantity) for batch_id, quantity in lines]
    return StockOut(**{**given, "lines": of, **facts})


def take_out(
    pharmacy: Pharmacy, wanted: StockOut, verb: Callable[..., int] = write_off, **who: Any
) -> int:
    """Post by one of the verbs of stock that leaves; return the voucher's id."""
    given = {"second": pharmacy[Role.MANAGER], "actor": pharmacy.keeper, "now": NOW}
    with pharmacy.database.transaction() as session:
        return verb(session, wanted, **{**given, **who})


def lose(
    pharmacy: Pharmacy, batch_id: int, quantity: int, reason: LossReason = LossReason.BROKEN,
    **who: Any,
) -> int:  # fmt: skip
    """Write units of one batch off; return the voucher's id."""
    return take_out(pharmacy, out((batch_id, quantity), reason=reason), **who)


def counted(*lines: tuple[int, int, int], **facts: Any) -> Count:
    """Return (batch, units counted, units in the books), as a form would send them."""
    given = {
        "submission_id": unique("count"),
        "occasion": CountOccasion.PERIODIC,
        "committee": WITNESSES,
        "note": "فرق جرد",
    }
    of = [Counted(batch_id=b, counted=there, expected=shown) for b, there, shown in lines]
    return Count(**{**given, "lines": of, **facts})


def post_count(pharmacy: Pharmacy, count: Count, **who: Any) -> int:
    """Post a count; return the voucher's id."""
    given = {"second": pharmacy[Role.MANAGER], "actor": pharmacy.keeper, "now": NOW}
    with pharmacy.database.transaction() as session:
        return adjust_to_count(session, count, **{**given, **who})


def back(dispensing_id: int, *lines: tuple[int, int], **facts: Any) -> CitizenReturn:
    """Return (line, units) of a dispensing that a citizen brings back."""
    given = {"submission_id": unique("return"), "reason": ReturnReason.STOPPED}
    of = [BroughtBack(line_no=line, quantity=quantity) for line, quantity in lines]
    return CitizenReturn(**{**given, "dispensing_id": dispensing_id, "lines": of, **facts})


def bring_back(pharmacy: Pharmacy, wanted: CitizenReturn, **who: Any) -> int:
    """Take medicine back from a citizen; return the voucher's id."""
    given = {"actor": pharmacy.pharmacist, "now": NOW}
    with pharmacy.database.transaction() as session:
        return take_back(session, wanted, **{**given, **who})


def batch_opened_by(pharmacy: Pharmacy, voucher_id: int) -> int:
    """Return the one batch that a voucher opened."""
    with pharmacy.database.reading() as session:
        return session.scalars(select(Batch.id).where(Batch.voucher_id == voucher_id)).one()
