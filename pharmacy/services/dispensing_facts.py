"""What a dispensing needs to know before it may happen, read and locked in few statements.

Locks are taken in the house's order: the citizen request first, then the batches by id. Whatever
is read after the request's lock (approval, what was given already) can therefore not be changed
by another dispensing against the same request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import (
    BeneficiaryInactive,
    NotFound,
    OwnRequest,
    RequestNotApproved,
)
from pharmacy.models import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    Beneficiary,
    BeneficiaryStatus,
    CitizenRequest,
    DispensingLine,
    Drug,
    Setting,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.entitlement import Issue, ItemTerms
from pharmacy.rules.safety import Supply
from pharmacy.rules.settings import SETTINGS
from pharmacy.rules.vocabulary import Channel, RequestState

# Long enough to see a three-month course that is still in the cupboard.
LOOK_BACK_DAYS = 200
EARLY_REFILL = "early_refill_percent"


@dataclass(frozen=True, slots=True)
class Item:
    """An approved drug with all that a line will copy."""

    approval_item_id: int
    drug_id: int
    quantity_per_issue: int
    issues: int
    interval_days: int
    directions_ar: str
    directions_en: str
    name_ar: str
    name_en: str
    strength: str
    unit: str
    atc: str
    ingredients: frozenset[str]
    active: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A line given before and not undone."""

    approval_item_id: int
    drug_id: int
    drug_name: str
    on: date
    quantity: int
    fund_borne: int
    days: int
    atc: str
    ingredients: frozenset[str]
    owing_id: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """An approved request of one person, locked, with the approval in force."""

    request_id: int
    channel: Channel
    centre_id: int | None
    condition_id: int | None
    beneficiary_id: int
    patient_name: str
    card_number: str
    approval_id: int
    decided_by: int
    valid_from: date
    valid_until: date
    case_ceiling: int | None
    month_ceiling: int | None
    citizen_basis_points: int
    donor_basis_points: int
    citizen_share_max: int | None
    items: Mapping[int, Item]
    given: Sequence[Given]
    allowed_fund_ids: frozenset[int]
    condition_ids: frozenset[int]
    early_percent: int

    def terms(self, item: Item) -> ItemTerms:
        """Return an approved item as the rules of entitlement see it."""
        return ItemTerms(
            approval_item_id=item.approval_item_id,
            quantity_per_issue=item.quantity_per_issue,
            issues=item.issues,
            interval_days=item.interval_days,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    def issued(self, approval_item_id: int) -> list[Issue]:
        """Return what was given on one approved item, in order."""
        lines = (line for line in self.given if line.approval_item_id == approval_item_id)
        return [Issue(on=line.on, quantity=line.quantity) for line in lines]

    def spent(self, month: date | None = None) -> int:
        """Return the piastres the funds have borne on this approval, in all or in one month."""
        return sum(
            line.fund_borne
            for line in self.given
            if line.approval_item_id in self.items
            and (month is None or (line.on.year, line.on.month) == (month.year, month.month))
        )

    def in_hand(self) -> list[Supply]:
        """Return what the person still has, by drug, with the day it lasts to."""
        return [
            Supply(
                drug_id=line.drug_id,
                drug_name=line.drug_name,
                ingredients=line.ingredients,
                atc=line.atc,
                until=line.on + timedelta(days=line.days),
                item=line.approval_item_id,
            )
            for line in self.given
            if line.days > 0
        ]


_REQUEST = (
    select(
        CitizenRequest.state,
        CitizenRequest.channel,
        CitizenRequest.centre_id,
        CitizenRequest.condition_id,
        CitizenRequest.beneficiary_id,
        Beneficiary.given_name,
        Beneficiary.father_name,
        Beneficiary.grandfather_name,
        Beneficiary.family_name,
        Beneficiary.card_number,
        Beneficiary.status,
    )
    .join(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
    .where(CitizenRequest.id == bindparam("request"))
)
# The person too, so that two requests of one person do not hand out the same medicine at once.
_LOCK_REQUEST = _REQUEST.with_for_update(of=(CitizenRequest, Beneficiary), key_share=True)
_latest = (
    select(func.max(Approval.id))
    .where(Approval.request_id == bindparam("request"))
    .scalar_subquery()
)
_LATEST_APPROVAL = (
    select(
        Approval.id,
        Approval.decided_by,
        Approval.valid_from,
        Approval.valid_until,
        Approval.case_ceiling,
        Approval.month_ceiling,
        Approval.citizen_basis_points,
        Approval.donor_basis_points,
        Approval.citizen_share_max,
        ApprovalItem.id.label("item_id"),
        ApprovalItem.drug_id,
        ApprovalItem.quantity_per_issue,
        ApprovalItem.issues,
        ApprovalItem.interval_days,
        ApprovalItem.directions_ar,
        ApprovalItem.directions_en,
        Drug.name_ar,
        Drug.name_en,
        Drug.strength,
        Drug.unit,
        Drug.atc,
        Drug.ingredient_keys,
        Drug.active,
        select(func.count())
        .select_from(ApprovalFund)
        .where(ApprovalFund.approval_id == Approval.id)
        .scalar_subquery()
        .label("named_funds"),
        select(Voucher.id)
        .where(Voucher.submission_id == bindparam("submission"))
        .scalar_subquery()
        .label("posted_voucher"),
        select(Voucher.submission_digest)
        .where(Voucher.submission_id == bindparam("submission"))
        .scalar_subquery()
        .label("posted_digest"),
        select(Setting.value)
        .where(Setting.name == EARLY_REFILL)
        .scalar_subquery()
        .label("early_percent"),
    )
    .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
    .join(Drug, Drug.id == ApprovalItem.drug_id)
    .where(Approval.id == _latest)
    .order_by(ApprovalItem.id)
)
_NAMED_FUNDS = select(ApprovalFund.fund_id).where(ApprovalFund.approval_id == bindparam("approval"))
# A record merged into this one is the same person: what it was given, and what it may not have.
same_person = select(Beneficiary.id).where(
    or_(
        Beneficiary.id == bindparam("beneficiary"),
        Beneficiary.merged_into_id == bindparam("beneficiary"),
    )
)
_undone = aliased(DispensingLine)
_GIVEN = (
    select(
        DispensingLine.approval_item_id,
        DispensingLine.drug_id,
        DispensingLine.drug_name_ar,
        DispensingLine.business_date,
        DispensingLine.quantity,
        DispensingLine.state_share,
        DispensingLine.donor_share,
        DispensingLine.days,
        DispensingLine.owing_id,
        Drug.atc,
        Drug.ingredient_keys,
    )
    .join(Drug, Drug.id == DispensingLine.drug_id)
    .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
    .where(
        DispensingLine.beneficiary_id.in_(same_person),
        DispensingLine.business_date >= bindparam("since"),
        DispensingLine.reverses_line_id.is_(None),
        _undone.id.is_(None),
    )
    .order_by(DispensingLine.business_date, DispensingLine.id)
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The submission was posted before."""

    voucher_id: int
    digest: str


def lock_case(
    session: Session, request_id: int, submission_id: str, *, on: date, actor: Actor
) -> Case | Repeated:
    """Lock a citizen request and read the approval in force, or say that this was posted before.

    Raises:
        NotFound: There is no such request, or it names no beneficiary.
        RequestNotApproved: Its state is not `approved`.
        OwnRequest: The actor decided it.
        BeneficiaryInactive: The person's record was merged, or the person has died.
    """
    head = session.connection().execute(_LOCK_REQUEST, {"request": request_id}).first()
    if head is None:
        raise NotFound(noun="request", key=str(request_id))
    keys = {"request": request_id, "submission": submission_id}
    rows = session.connection().execute(_LATEST_APPROVAL, keys).all()
    if rows and rows[0].posted_voucher is not None:
        return Repeated(rows[0].posted_voucher, rows[0].posted_digest)
    if head.state is not RequestState.APPROVED or not rows:
        raise RequestNotApproved(request_id=request_id, state=head.state.value)
    if head.status is not BeneficiaryStatus.ACTIVE:
        raise BeneficiaryInactive(status_value=head.status.value)
    if rows[0].decided_by == actor.staff_id:
        raise OwnRequest
    return _case(session, request_id, head, rows, on)


def read_case(session: Session, request_id: int, *, on: date) -> Case | None:
    """Read an approved request for a page, without locks; None when it cannot be dispensed."""
    head = session.connection().execute(_REQUEST, {"request": request_id}).first()
    rows = (
        session.connection()
        .execute(_LATEST_APPROVAL, {"request": request_id, "submission": ""})
        .all()
    )
    if head is None or head.state is not RequestState.APPROVED or not rows:
        return None
    return _case(session, request_id, head, rows, on)


def _case(
    session: Session,
    request_id: int,
    head: Row[*tuple[Any, ...]],
    rows: Sequence[Row[*tuple[Any, ...]]],
    on: date,
) -> Case:
    first = rows[0]
    since = min(first.valid_from, on - timedelta(days=LOOK_BACK_DAYS))
    person = {"beneficiary": head.beneficiary_id}
    given = session.connection().execute(_GIVEN, {**person, "since": since})
    funds: frozenset[int] = frozenset()
    if first.named_funds:
        funds = frozenset(
            session.connection().execute(_NAMED_FUNDS, {"approval": first.id}).scalars()
        )
    names = (head.given_name, head.father_name, head.grandfather_name, head.family_name)
    return Case(
        request_id=request_id,
        channel=head.channel,
        centre_id=head.centre_id,
        condition_id=head.condition_id,
        beneficiary_id=head.beneficiary_id,
        patient_name=" ".join(name for name in names if name),
        card_number=head.card_number,
        approval_id=first.id,
        decided_by=first.decided_by,
        valid_from=first.valid_from,
        valid_until=first.valid_until,
        case_ceiling=first.case_ceiling,
        month_ceiling=first.month_ceiling,
        citizen_basis_points=first.citizen_basis_points,
        donor_basis_points=first.donor_basis_points,
        citizen_share_max=first.citizen_share_max,
        items={row.item_id: _item(row) for row in rows},
        given=[_given(row) for row in given],
        allowed_fund_ids=funds,
        condition_ids=frozenset({head.condition_id} if head.condition_id else ()),
        early_percent=int(first.early_percent or SETTINGS[EARLY_REFILL].default),
    )


def _keys(joined: str) -> frozenset[str]:
    return frozenset(key for key in joined.split("+") if key)


def _item(row: Row[*tuple[Any, ...]]) -> Item:
    return Item(
        approval_item_id=row.item_id,
        drug_id=row.drug_id,
        quantity_per_issue=row.quantity_per_issue,
        issues=row.issues,
        interval_days=row.interval_days,
        directions_ar=row.directions_ar,
        directions_en=row.directions_en,
        name_ar=row.name_ar,
        name_en=row.name_en,
        strength=row.strength,
        unit=row.unit,
        atc=row.atc or "",
        ingredients=_keys(row.ingredient_keys),
        active=row.active,
    )


def _given(row: Row[*tuple[Any, ...]]) -> Given:
    return Given(
        approval_item_id=row.approval_item_id,
        drug_id=row.drug_id,
        drug_name=row.drug_name_ar,
        on=row.business_date,
        quantity=row.quantity,
        fund_borne=row.state_share + row.donor_share,
        days=row.days,
        atc=row.atc or "",
        ingredients=_keys(row.ingredient_keys),
        owing_id=row.owing_id,
    )
