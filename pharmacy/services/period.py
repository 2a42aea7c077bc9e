"""Closing a month: no voucher enters it any more.

Keyed digests hold what it contained and what that added up to; the totals are stored beside.
"""

import hashlib
import hmac
import re
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import PeriodClosed, PeriodNotClosable
from pharmacy.models import ClosedPeriod, SiteChain, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, month_key
from pharmacy.rules.permissions import Permission
from pharmacy.services import audit
from pharmacy.services.closing import checklist, faults, open_months, refuse_stops, written
from pharmacy.services.period_totals import digest_of, totals_of, write_totals

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_LONGEST_MONTH = 31


def close_period(
    session: Session,
    month: str,
    *,
    failed: int | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Close a month (`2026-03`), one way only; return how many vouchers it holds.

    Args:
        session: A writing session.
        month: The month.
        failed: How many checks of the ledger failed just before, in a reading session, so that
            nobody waits for them; None runs them here.
        reason: Why drawers are left uncounted, where they are; it is kept with the month.
        actor: Who closes it.
        now: When.

    Raises:
        NotPermitted: The role does not close months.
        PeriodNotClosable: It is no month, or the checklist finds what stops it.
        PeriodClosed: It is closed already.
    """
    actor.require(Permission.PERIOD_CLOSE)
    first = first_day(month)
    if month >= month_key(cairo_day(now)):
        raise PeriodNotClosable(month=month, reason="not_over")
    # Every site's chain, in one order: no voucher can slip in between the digest and the closing.
    session.execute(select(SiteChain.site_id).order_by(SiteChain.site_id).with_for_update()).all()
    if session.get(ClosedPeriod, month) is not None:
        raise PeriodClosed(month=month)
    if open_months(session, first):
        raise PeriodNotClosable(month=month, reason="earlier_open")
    failed = faults(session) if failed is None else failed
    looked = checklist(session, month, failed=failed, now=now)
    found = [one.excused(reason.strip()) for one in looked]
    refuse_stops(month, found)
    count, digest = _digest(session, month, first)
    totals = totals_of(session, month)
    totals_digest = digest_of(session.info["seal_key"], month, totals)
    row = ClosedPeriod(
        month=month,
        closed_at=now,
        closed_by=actor.staff_id,
        vouchers=count,
        digest=digest,
        totals_digest=totals_digest,
        checklist=written(found),
    )
    session.add(row)
    session.flush()
    write_totals(session, totals)
    facts = {"vouchers": count, "digest": digest, "totals_digest": totals_digest}
    facts.update({one.look.value: one.reason for one in found if one.reason})
    audit.record(session, "close", "period", month, after=facts, actor=actor, now=now)
    return count


def first_day(month: str) -> date:
    """Return the first day of a month (`2026-03`).

    Raises:
        PeriodNotClosable: It is no month.
    """
    if not _MONTH.fullmatch(month):
        raise PeriodNotClosable(month=month, reason="format")
    return date.fromisoformat(f"{month}-01")


def _digest(session: Session, month: str, first: date) -> tuple[int, str]:
    """Return how many vouchers a month holds, and the keyed hash over their seals in order."""
    following = (first + timedelta(days=_LONGEST_MONTH)).replace(day=1)
    query = (
        select(Voucher.id, Voucher.seal)
        .where(Voucher.business_date >= first, Voucher.business_date < following)
        .order_by(Voucher.site_id, Voucher.sequence)
    )
    hashed = hmac.new(session.info["seal_key"], month.encode(), hashlib.sha256)
    count = 0
    for voucher_id, seal in session.execute(query).yield_per(1000):
        hashed.update(f"|{voucher_id}:{seal}".encode())
        count += 1
    return count, hashed.hexdigest()
