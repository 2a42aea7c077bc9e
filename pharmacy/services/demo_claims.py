"""A demonstration's drawer and its contract pharmacy: a count each evening, claims at the end.

The claims come in the last days. What they ask for is what was due first, then what was not, so
that each kind of line is there; who stands in the showcase is left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import (
    Approval,
    ApprovalItem,
    CitizenRequest,
    ClaimLine,
    Dispensing,
    DispensingLine,
    Drug,
    Fund,
    Staff,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, is_weekend
from pharmacy.rules.drawer import DENOMINATIONS
from pharmacy.rules.money import round_half_up
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import ClaimReason, FundKind
from pharmacy.services.claim import NewClaim, NewLine, add_pharmacy, record_claim
from pharmacy.services.claim_decision import LineDecision, decide
from pharmacy.services.drawer import DrawerCount, count_drawer, drawer

SEED = 1953
CONTRACT = "صيدلية الرحمة - شبراخيت"
_CLAIMS = _ROWS = 3
_COVER_DAYS = 24
_REST_DAYS = 30
_FEW_ITEMS = 2
_MONTH_DAYS = 28
_GIVEN_DAYS_AGO = 2
_SHORT = 0.04
_Row = tuple[int, int, int, int | None, int, date]


def drawer_and_claims(
    session: Session, staff: Mapping[str, Actor], today: date
) -> Callable[[Session, date, datetime], None]:
    """Return what is done each evening; the contract is signed before the first."""
    finance = staff["finance"]
    phone = "01000009900"
    contract = add_pharmacy(session, CONTRACT, phone=phone, actor=finance, now=_opened(session))
    chance = Random(SEED)  # noqa: S311 - a play, not a secret
    last = _working_days_before(today, _CLAIMS)

    def evening(session: Session, day: date, now: datetime) -> None:
        _count(session, staff, chance, now)
        if day in last:
            _claim(session, finance, contract, place=last.index(day), now=now)

    return evening


def _opened(session: Session) -> datetime:
    """Return when the staff were hired."""
    moment = session.scalars(select(func.min(Staff.created_at))).one()
    assert moment is not None, "there is staff"
    return moment


def _working_days_before(today: date, most: int) -> list[date]:
    days: list[date] = []
    day = today
    while len(days) < most:
        day -= timedelta(days=1)
        if not is_weekend(day):
            days.append(day)
    return sorted(days)


def _count(session: Session, staff: Mapping[str, Actor], chance: Random, now: datetime) -> None:
    """Count the drawer when citizens paid; coins below a quarter are never there."""
    cashier = staff["pharmacist"]
    assert cashier.site_id is not None, "who counts stands at a counter"
    expected = drawer(session, cashier.site_id).expected
    if not expected:
        return
    short = 5_00 if chance.random() < _SHORT else 0
    left = max(expected - short, 0)
    pieces = {}
    for one in DENOMINATIONS:
        pieces[one], left = divmod(left, one)
    reason = "باقٍ رُدّ بالزيادة لمواطن" if short else "كسور لا توجد لها عملة"
    count = DrawerCount(
        submission_id=f"demo-drawer-{now:%Y%m%d}", pieces=pieces, shown=expected, reason=reason
    )
    count_drawer(session, count, received_by=staff["finance"], actor=cashier, now=now)


def _claim(session: Session, finance: Actor, contract: int, *, place: int, now: datetime) -> None:
    """Bring a claim with the usual faults; the last one still waits for its decision."""
    day, number = cairo_day(now), place + 1
    rows = _open(session, day)[:: _CLAIMS - place][:_ROWS]
    if not rows:
        return
    budget = session.scalars(select(Fund.id).where(Fund.kind == FundKind.BUDGET)).first()
    assert budget is not None, "the seeds bring a budget"
    claim = NewClaim(
        submission_id=f"demo-claim-{number}",
        pharmacy_id=contract,
        number=f"{day.year}/{number:03d}",
        fund_id=budget,
        dated_on=day - timedelta(days=1),
        lines=_lines(rows, day),
    )
    claim_id = record_claim(session, claim, actor=finance, now=now)
    if number == _CLAIMS:
        return
    said: dict[int, LineDecision] = {}
    if number == 1:
        note = "الإيصال غير مقروء، يُعاد تقديمه"
        refused = LineDecision(quantity=0, amount=0, reason=ClaimReason.OTHER, note=note)
        said = {1: refused} if len(rows) > 1 else {}
    decide(
        session,
        claim_id,
        said,
        submission_id=f"demo-claim-{number}-decision",
        actor=finance,
        now=now + timedelta(minutes=20),
    )


def _lines(rows: Sequence[_Row], day: date) -> list[NewLine]:
    """Return a line for each row, then one claimed twice and one without its receipt."""
    lines = [
        NewLine(
            request_id=request_id,
            drug_id=drug_id,
            given_on=day - timedelta(days=_GIVEN_DAYS_AGO),
            quantity=quantity,
            # The second asks for a tenth more than was agreed.
            amount=round_half_up((price or 100) * quantity * (11 if place == 1 else 10), pack * 10)
            or 1,
            receipt_number=f"{day:%m%d}-{place + 1}",
        )
        for place, (request_id, drug_id, quantity, price, pack, _) in enumerate(rows)
    ]
    first = lines[0]
    return [
        *lines,
        first,
        NewLine(
            request_id=first.request_id,
            drug_id=first.drug_id,
            given_on=first.given_on - timedelta(days=1),
            quantity=1,
            amount=first.amount,
        ),
    ]


def _open(session: Session, day: date) -> list[_Row]:
    """Return approved items with an issue to come, of people served lately; what is due first.

    Whoever has more than a few medicines, as the showcase has, is left out.
    """
    given_on = day - timedelta(days=_GIVEN_DAYS_AGO)
    due = given_on - timedelta(days=_COVER_DAYS)
    beside = aliased(ApprovalItem)
    given = (
        select(
            DispensingLine.approval_item_id,
            func.sum(DispensingLine.quantity).label("quantity"),
            func.max(DispensingLine.business_date).label("latest"),
        )
        .join(Dispensing, Dispensing.voucher_id == DispensingLine.dispensing_id)
        .group_by(DispensingLine.approval_item_id)
        .subquery()
    )
    most = ApprovalItem.quantity_per_issue * ApprovalItem.issues
    rows = session.execute(
        select(
            CitizenRequest.id,
            ApprovalItem.drug_id,
            ApprovalItem.quantity_per_issue,
            Drug.reference_price,
            Drug.pack_size,
            given.c.latest,
        )
        .join(Approval, Approval.request_id == CitizenRequest.id)
        .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
        .join(Drug, Drug.id == ApprovalItem.drug_id)
        .join(given, given.c.approval_item_id == ApprovalItem.id)
        .where(
            CitizenRequest.state == RequestState.DISPENSING,
            most - given.c.quantity >= ApprovalItem.quantity_per_issue,
            ApprovalItem.interval_days >= _MONTH_DAYS,
            given.c.latest < given_on,
            given.c.latest > given_on - timedelta(days=_REST_DAYS),
            select(func.count(beside.id)).where(beside.approval_id == Approval.id).scalar_subquery()
            <= _FEW_ITEMS,
            ~select(ClaimLine.id)
            .where(
                ClaimLine.request_id == CitizenRequest.id,
                ClaimLine.drug_id == ApprovalItem.drug_id,
            )
            .exists(),
            Approval.valid_until > day,
            Drug.reference_price.is_not(None),
            Drug.controlled_law.is_(None),
        )
        .order_by(case((given.c.latest <= due, 0), else_=1), CitizenRequest.id, ApprovalItem.id)
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]
