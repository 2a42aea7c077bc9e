"""The cash drawer of a counter: counted blind at the end of a shift, and handed to a second person.

What it should hold is what vouchers of the site posted to the citizens' cash since the last count
that stands. Both are read and posted under the lock of the site's chain, behind which every
dispensing and reversal stands in line: a share is in one count or in the next, never in both or in
neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, true
from sqlalchemy.orm import Session

from pharmacy.db import Whole, table_of
from pharmacy.errors import DrawerMoved, InvalidMoney, MissingFact, OwnSignature, SignatureRefused
from pharmacy.models import CashCount, CashPiece, Fund, Posting, Site, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.drawer import DENOMINATIONS, MOST_PIECES, bearer_of, counted, hand_over
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, FundKind, SiteKind, VoucherKind
from pharmacy.services import audit
from pharmacy.services.reversing import stands
from pharmacy.services.sealing import count_particulars, piece_particulars
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import VoucherDraft, lock_site, post

TRIED = "count"
"""What the log calls a drawer counted before anybody was shown what it should hold."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """What a drawer should hold by fund (piastres), and the moment of the count before."""

    by_fund: Mapping[int, int]
    since: datetime | None

    @property
    def expected(self) -> int:
        """Piastres in all; negative when more was given back than taken."""
        return sum(self.by_fund.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerCount:
    """What somebody found in the drawer, and what they were then told it should hold.

    Attributes:
        pieces: How many of each denomination (piastres).
        shown: The expected piastres shown after the count; what is signed is that difference.
        reason: Why they differ; needed when they do.
    """

    submission_id: str
    pieces: Mapping[int, int]
    shown: int
    reason: str = ""


def drawer(session: Session, site_id: int) -> Drawer:
    """Return what the drawer of a site should hold since it was last counted."""
    last = session.execute(
        select(Voucher.sequence, Voucher.posted_at)
        .where(Voucher.site_id == site_id, Voucher.kind == VoucherKind.CASH_COUNT, stands())
        .order_by(Voucher.sequence.desc())
        .limit(1)
    ).first()
    total = func.sum(Posting.amount).cast(Whole)
    rows = session.execute(
        select(Posting.fund_id, total)
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(
            Voucher.site_id == site_id,
            Voucher.sequence > (last.sequence if last else 0),
            Posting.account == Account.CITIZEN_CASH,
        )
        .group_by(Posting.fund_id)
        .having(total != 0)
    )
    return Drawer({row[0]: row[1] for row in rows}, last.posted_at if last else None)


def try_count(
    session: Session, pieces: Mapping[int, int], *, actor: Actor, now: datetime
) -> Drawer:
    """Write down what was counted, and only then tell what the drawer should hold.

    Counting again until it fits is thereby seen in the log.

    Raises:
        NotPermitted: The role counts no drawers.
        MissingFact: The actor works at no site.
        InvalidMoney: There are no such notes or coins.
    """
    site_id = _site_of(actor)
    _check(pieces)
    found = drawer(session, site_id)
    after = {"counted": counted(pieces), "expected": found.expected}
    audit.record(session, TRIED, "drawer", site_id, after=after, actor=actor, now=now)
    return found


def count_drawer(
    session: Session, count: DrawerCount, *, received_by: Actor, actor: Actor, now: datetime
) -> int:
    """Post the count of the actor's drawer and hand it over; return the voucher's id.

    Args:
        session: A writing session.
        count: What was found.
        received_by: Who took the money and signed for it.
        actor: Who counted.
        now: When.

    Raises:
        NotPermitted: The role counts no drawers, or the second person's receives none.
        MissingFact: The actor works at no site.
        OwnSignature: Nobody hands money over to themselves.
        SignatureRefused: The second person works at another site.
        InvalidMoney: No such notes or coins, or no reason for a difference.
        DrawerMoved: Something was posted since the expected money was shown.
        SubmissionConflict: The submission id came before with other content.
        PeriodClosed: The month of today is closed.
    """
    site_id = _site_of(actor)
    _check(count.pieces)
    if received_by.staff_id == actor.staff_id:
        raise OwnSignature
    if received_by.site_id not in {None, site_id} and not _at_office(session, received_by):
        raise SignatureRefused
    received_by.require(Permission.CASH_RECEIVE)
    pieces = {one: number for one, number in sorted(count.pieces.items(), reverse=True) if number}
    reason = count.reason.strip()
    content = digest([site_id, list(pieces.items()), count.shown, reason])
    lock_site(session, site_id, cairo_day(now))
    repeated = find_submission(session, count.submission_id, content)
    if repeated is not None:
        return repeated
    found = drawer(session, site_id)
    if found.expected != count.shown:
        raise DrawerMoved(shown=count.shown, expected=found.expected)
    difference = counted(pieces) - found.expected
    if difference and not reason:
        raise InvalidMoney(reason="difference")
    row = {
        "since": found.since,
        "expected": found.expected,
        "counted": counted(pieces),
        "difference": difference,
        "cashier_id": actor.staff_id,
        "received_by": received_by.staff_id,
    }
    coins = [{"denomination": one, "pieces": number} for one, number in pieces.items()]
    draft = VoucherDraft(
        kind=VoucherKind.CASH_COUNT,
        site_id=site_id,
        business_date=cairo_day(now),
        submission_id=count.submission_id,
        submission_digest=content,
        note=reason if difference else "",
        entries=hand_over(found.by_fund, counted(pieces), bearer=_bearer(session, found)),
        particulars=[count_particulars(row), *map(piece_particulars, coins)],
    )
    voucher_id = post(session, draft, actor=actor, now=now).voucher_id
    session.execute(insert(table_of(CashCount)), {**row, "voucher_id": voucher_id})
    if coins:
        of_voucher = [{**coin, "voucher_id": voucher_id} for coin in coins]
        session.execute(insert(table_of(CashPiece)), of_voucher)
    return voucher_id


def _site_of(actor: Actor) -> int:
    actor.require(Permission.CASH_COUNT)
    if actor.site_id is None:
        raise MissingFact(name="site")
    return actor.site_id


def _at_office(session: Session, actor: Actor) -> bool:
    site = session.get(Site, actor.site_id) if actor.site_id else None
    return site is not None and site.kind is SiteKind.OFFICE


def _check(pieces: Mapping[int, int]) -> None:
    if set(pieces) - set(DENOMINATIONS) or not all(
        0 <= number <= MOST_PIECES for number in pieces.values()
    ):
        raise InvalidMoney(reason="pieces")


def _bearer(session: Session, found: Drawer) -> int:
    """Return the fund that bears a difference: of an empty drawer, the budget.

    Raises:
        MissingFact: There is no budget.
    """
    known = bearer_of(found.by_fund)
    if known is None:
        known = session.scalar(
            select(Fund.id)
            .where(Fund.kind == FundKind.BUDGET, Fund.active.is_(true()))
            .order_by(Fund.id)
            .limit(1)
        )
    if known is None:
        raise MissingFact(name="fund")
    return known
