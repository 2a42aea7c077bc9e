"""Vouchers about what happened in an earlier month than the one they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import Posting, Site, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services.closing import is_late
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True)
class LateFact:
    """A voucher that came late: what it posted in debit, piastres."""

    voucher: Voucher
    site: Site
    amount: int


def late_facts(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[LateFact]:
    """Return the late facts recorded in a period, in their order.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    posted = (
        select(
            func.coalesce(func.sum(case((Posting.amount > 0, Posting.amount), else_=0)), 0).cast(
                Whole
            )
        )
        .where(Posting.voucher_id == Voucher.id)
        .scalar_subquery()
    )
    statement = (
        select(Voucher, Site, posted)
        .join(Site, Site.id == Voucher.site_id)
        .where(Voucher.business_date.between(query.date_from, query.date_to), is_late())
        .order_by(Voucher.business_date, Voucher.id)
    )
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    return [LateFact(row[0], row[1], row[2]) for row in session.execute(statement)]
