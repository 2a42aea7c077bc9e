"""The checklist of a month: what stops its closing, what is only said, and the list it leaves."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.errors import PeriodNotClosable
from pharmacy.models import (
    ClosedPeriod,
    CounterDraft,
    DraftLine,
    InvoiceReceipt,
    Posting,
    Voucher,
)
from pharmacy.rules.calendar import cairo_day, day_ends, month_key
from pharmacy.rules.closing import STOPS, Found, Look, last_day
from pharmacy.rules.vocabulary import Account, DraftState, VoucherKind
from pharmacy.services.closed_months import BEGINNING
from pharmacy.services.ledger_totals import balances
from pharmacy.services.standing import standing_match
from pharmacy.services.verify import verify


def faults(session: Session) -> int:
    """Run every check of the ledger; return how many failed."""
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
    in_drawers = _in_drawers(session, last)
    unmatched = session.execute(_unmatched(first, last)).one()
    return [
        Found(Look.OVER, int(month >= month_key(cairo_day(now)))),
        Found(Look.EARLIER, len(open_months(session, first))),
        Found(Look.VERIFIED, failed),
        Found(Look.DRAFTS, session.scalars(_drafts(last, now)).one()),
        Found(Look.ON_THE_WAY, *_on_the_way(session)),
        Found(Look.DRAWERS, len(in_drawers), sum(in_drawers)),
        Found(Look.UNMATCHED, unmatched[0], -int(unmatched[1])),
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
        [{"look": one.look.value, "count": one.count, "amount": one.amount} for one in found]
    )


def read_back(kept: str) -> Sequence[Found]:
    """Return the checklist kept with a closed month; of a month closed without one, nothing."""
    rows: list[Mapping[str, Any]] = json.loads(kept)
    return [Found(Look(row["look"]), row["count"], row["amount"]) for row in rows]


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


def _on_the_way(session: Session) -> tuple[int, int]:
    """Count the funds whose goods are on the way between sites now, and what they are worth."""
    per_fund = (
        select(func.sum(Posting.amount).cast(Whole))
        .where(Posting.account == Account.IN_TRANSIT)
        .group_by(Posting.fund_id)
    )
    amounts = [amount for amount in session.scalars(per_fund) if amount]
    return len(amounts), sum(amounts)


def _in_drawers(session: Session, last: date) -> Sequence[int]:
    """Return what lay in each drawer that was not empty when a month ended, piastres."""
    drawers: dict[int | None, int] = {}
    for one in balances(session, BEGINNING, last, account=Account.CITIZEN_CASH, by_site=True):
        drawers[one.site_id] = drawers.get(one.site_id, 0) + one.closing
    return [amount for amount in drawers.values() if amount]


def _unmatched(first: date, last: date) -> Select[int, int]:
    """Count a month's bought receipts that no invoice asks for yet, and add up what they owe."""
    undone = select(Voucher.reverses_id).where(Voucher.reverses_id.is_not(None))
    return (
        select(
            func.count(Voucher.id.distinct()),
            func.coalesce(func.sum(Posting.amount), 0).cast(Whole),
        )
        .join(Posting, Posting.voucher_id == Voucher.id)
        .where(
            Voucher.kind == VoucherKind.GOODS_RECEIPT,
            Voucher.business_date.between(first, last),
            Posting.account == Account.PAYABLES,
            Voucher.id.not_in(select(InvoiceReceipt.voucher_id).where(standing_match())),
            Voucher.id.not_in(undone),
        )
    )
