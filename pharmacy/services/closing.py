"""The checklist of a month: what stops its closing, what is only said, and the list it leaves."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.errors import PeriodNotClosable
from pharmacy.models import (
    Claim,
    ClaimDecision,
    ClosedPeriod,
    CounterDraft,
    DraftLine,
    Posting,
    Voucher,
)
from pharmacy.models.sealed import seal_records
from pharmacy.rules.calendar import cairo_day, day_ends, month_key
from pharmacy.rules.closing import STOPS, Found, Look, last_day
from pharmacy.rules.vocabulary import Account, DraftState, VoucherKind
from pharmacy.services.closed_months import BEGINNING
from pharmacy.services.fund_figures import overdrawn
from pharmacy.services.invoice_view import unmatched
from pharmacy.services.ledger_totals import balances
from pharmacy.services.reversing import stands
from pharmacy.services.standing import standing_decision
from pharmacy.services.stock_totals import on_hand_before
from pharmacy.services.verify import verify


def faults(session: Session) -> int:
    """Run every check of the ledger; return how many failed.

    What the session recorded itself until now is sealed first.
    """
    seal_records(session)
    return len([check for check in verify(session, session.info["seal_key"]) if not check.ok])


def checklist(
    session: Session, month: str, *, failed: int | None, now: datetime
) -> Sequence[Found]:
    """Look at all that matters before a month (`2026-03`) is closed.

    Args:
        session: Any session.
        month: The month.
        failed: How many checks of the ledger failed; None when they were not run.
        now: Drafts that have expired by then stop nothing.
    """
    first, last = date.fromisoformat(f"{month}-01"), last_day(month)
    uncounted = session.scalars(_uncounted(last)).all()
    on_the_way = _on_the_way(session, last)
    claims = session.execute(_claims(first, last)).one()
    below = [cash for _fund, cash in overdrawn(session, last)]
    waiting = unmatched(session, first=first, last=last)
    return [
        Found(Look.OVER, int(month >= month_key(cairo_day(now)))),
        Found(Look.EARLIER, len(open_months(session, first))),
        Found(Look.VERIFIED, failed),
        Found(Look.DRAFTS, session.scalars(_drafts(last, now)).one()),
        Found(Look.DRAWERS, len(uncounted), sum(uncounted)),
        Found(Look.ON_THE_WAY, len(on_the_way), sum(on_the_way)),
        Found(Look.COUNTED, len(_sites_not_counted(session, first, last))),
        Found(Look.CLAIMS, claims[0], int(claims[1])),
        Found(Look.OVERDRAWN, len(below), sum(below)),
        Found(Look.UNMATCHED, len(waiting), sum(one.amount for one in waiting)),
        Found(Look.LATE, session.scalars(_late(first, last)).one()),
    ]


def refuse_stops(month: str, found: Sequence[Found]) -> None:
    """Refuse to close a month for the first thing that stops it.

    Raises:
        PeriodNotClosable: Something does.
    """
    for one in found:
        if one.stops:
            raise PeriodNotClosable(month=month, reason=STOPS[one.look])


def written(found: Sequence[Found]) -> str:
    """Return a checklist as it is kept with the closed month."""
    return json.dumps(
        [
            {
                "look": one.look.value,
                "count": one.count,
                "amount": one.amount,
                **({"reason": one.reason} if one.reason else {}),
            }
            for one in found
        ],
        ensure_ascii=False,
    )


def read_back(kept: str) -> Sequence[Found]:
    """Return the checklist kept with a closed month; of a month closed without one, nothing."""
    rows: list[Mapping[str, Any]] = json.loads(kept)
    return [
        Found(Look(row["look"]), row["count"], row["amount"], row.get("reason", "")) for row in rows
    ]


def open_months(session: Session, before: date) -> Sequence[str]:
    """Return the months before a day that hold vouchers and are not closed, in order."""
    month = month_of(Voucher.__table__.c.business_date)
    query = (
        select(month)
        .where(Voucher.business_date < before, month.not_in(select(ClosedPeriod.month)))
        .distinct()
        .order_by(month)
    )
    return session.scalars(query).all()


def is_late() -> ColumnElement[bool]:
    """Return the condition that a voucher's fact lies in an earlier month than its posting."""
    return month_of(Voucher.__table__.c.fact_date) < month_of(Voucher.__table__.c.business_date)


def _late(first: date, last: date) -> Select[Any]:
    return select(func.count()).where(Voucher.business_date.between(first, last), is_late())


def _drafts(last: date, now: datetime) -> Select[Any]:
    """Count lists at the counter, begun by the month's end, that wait with lines on them."""
    return select(func.count()).where(
        CounterDraft.state.in_((DraftState.OPEN, DraftState.HELD)),
        CounterDraft.created_at < day_ends(last),
        CounterDraft.expires_at > now,
        CounterDraft.id.in_(select(DraftLine.draft_id)),
    )


def _on_the_way(session: Session, last: date) -> Sequence[int]:
    """Return what goods of each fund were worth that were on the way when a month ended."""
    found = balances(session, BEGINNING, last, account=Account.IN_TRANSIT)
    return [one.closing for one in found if one.closing]


def _uncounted(last: date) -> Select[int]:
    """Select the piastres of each drawer that citizens paid by a month's end and nobody counted.

    A count that stands took all that was paid before it, be it of a later month.
    """
    counted = (
        select(Voucher.site_id, func.max(Voucher.sequence).label("sequence"))
        .where(Voucher.kind == VoucherKind.CASH_COUNT, stands())
        .group_by(Voucher.site_id)
        .subquery()
    )
    counts = select(Voucher.id).where(Voucher.kind == VoucherKind.CASH_COUNT)
    lies = func.sum(Posting.amount).cast(Whole)
    return (
        select(lies)
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .outerjoin(counted, counted.c.site_id == Voucher.site_id)
        .where(
            Posting.account == Account.CITIZEN_CASH,
            Voucher.business_date <= last,
            Voucher.sequence > func.coalesce(counted.c.sequence, 0),
            # A count that was undone, and its undoing, are nobody's payment.
            Voucher.kind != VoucherKind.CASH_COUNT,
            or_(Voucher.reverses_id.is_(None), Voucher.reverses_id.not_in(counts)),
        )
        .group_by(Voucher.site_id)
        .having(lies != 0)
        .order_by(Voucher.site_id)
    )


def _sites_not_counted(session: Session, first: date, last: date) -> frozenset[int]:
    """Return the sites that held stock when a month ended and posted no count of it that stands."""
    held = {site for site, _drug, _fund in on_hand_before(session, last + timedelta(days=1))}
    counted = select(Voucher.site_id).where(
        Voucher.kind == VoucherKind.COUNT_ADJUSTMENT,
        Voucher.business_date.between(first, last),
        stands(),
    )
    return frozenset(held) - set(session.scalars(counted))


def _claims(first: date, last: date) -> Select[int, int]:
    """Count the claims received in a month that wait for a decision, and what they ask for."""
    decided = select(ClaimDecision.claim_id).where(standing_decision())
    return select(func.count(), func.coalesce(func.sum(Claim.claimed), 0).cast(Whole)).where(
        Claim.recorded_at >= day_ends(first - timedelta(days=1)),
        Claim.recorded_at < day_ends(last),
        Claim.id.not_in(decided),
    )
