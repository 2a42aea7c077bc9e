"""What a dispensing needs to know before it may happen, read and locked in few statements.

Locks are taken in the house's order: the citizen request first, then the batches by id. Whatever
is read after the request's lock (approval, what was given already) can therefore not be changed
by another dispensing against the same request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

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
    Drug,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.entitlement import Issue, ItemTerms
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.settings import SETTINGS
from pharmacy.rules.vocabulary import Channel, ControlledLaw, PregnancyRisk, UnitOfIssue
from pharmacy.services.dispensing_patient import (
    LOOK_BACK_DAYS,
    Given,
    Patient,
    keys_of,
    read_given,
)
from pharmacy.services.settings import all_settings


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
    unit: UnitOfIssue
    atc: str
    ingredients: frozenset[str]
    active: bool
    dose: str = ""
    pack_size: int = 1
    controlled_law: ControlledLaw | None = None
    controlled_schedule: str = ""
    pregnancy_risk: PregnancyRisk | None = None
    minimum_age_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The settings that the rules of a dispensing ask for."""

    early_percent: int
    prescription_days: int
    pack_match: str
    pack_match_controlled: str


DEFAULT_LIMITS = Limits(
    early_percent=int(SETTINGS["early_refill_percent"].default),
    prescription_days=int(SETTINGS["prescription_days"].default),
    pack_match=SETTINGS["pack_match"].default,
    pack_match_controlled=SETTINGS["pack_match_controlled"].default,
)


def read_limits(session: Session) -> Limits:
    """Return the settings in force, by one statement."""
    known = all_settings(session)
    return Limits(
        early_percent=int(known["early_refill_percent"]),
        prescription_days=int(known["prescription_days"]),
        pack_match=known["pack_match"],
        pack_match_controlled=known["pack_match_controlled"],
    )


@dataclass(frozen=True, slots=True)
class Case:
    """An approved request of one person, locked, with the approval in force."""

    request_id: int
    state: RequestState
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
    limits: Limits = DEFAULT_LIMITS
    birth_date: date | None = None
    pregnant_until: date | None = None

    @property
    def early_percent(self) -> int:
        """The share of an interval that must have passed before the next issue."""
        return self.limits.early_percent

    @property
    def patient(self) -> Patient:
        """The person as the rules of safety see them."""
        return Patient(self.beneficiary_id, self.birth_date, self.pregnant_until, self.given)

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
        Beneficiary.birth_date,
        Beneficiary.pregnant_until,
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
        ApprovalItem.dose,
        ApprovalItem.directions_ar,
        ApprovalItem.directions_en,
        Drug.name_ar,
        Drug.name_en,
        Drug.strength,
        Drug.unit,
        Drug.atc,
        Drug.ingredient_keys,
        Drug.active,
        Drug.pack_size,
        Drug.controlled_law,
        Drug.controlled_schedule,
        Drug.pregnancy_risk,
        Drug.minimum_age_months,
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
    )
    .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
    .join(Drug, Drug.id == ApprovalItem.drug_id)
    .where(Approval.id == _latest)
    .order_by(ApprovalItem.id)
)
_NAMED_FUNDS = select(ApprovalFund.fund_id).where(ApprovalFund.approval_id == bindparam("approval"))


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
        RequestNotApproved: Its state entitles to nothing.
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
    if head.state not in ENTITLED or not rows:
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
    if head is None or head.state not in ENTITLED or not rows:
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
    funds: frozenset[int] = frozenset()
    if first.named_funds:
        funds = frozenset(
            session.connection().execute(_NAMED_FUNDS, {"approval": first.id}).scalars()
        )
    names = (head.given_name, head.father_name, head.grandfather_name, head.family_name)
    return Case(
        request_id=request_id,
        state=head.state,
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
        given=read_given(session, head.beneficiary_id, since=since),
        allowed_fund_ids=funds,
        condition_ids=frozenset({head.condition_id} if head.condition_id else ()),
        limits=read_limits(session),
        birth_date=head.birth_date,
        pregnant_until=head.pregnant_until,
    )


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
        ingredients=keys_of(row.ingredient_keys),
        active=row.active,
        dose=row.dose,
        pack_size=row.pack_size,
        controlled_law=row.controlled_law,
        controlled_schedule=row.controlled_schedule or "",
        pregnancy_risk=row.pregnancy_risk,
        minimum_age_months=row.minimum_age_months,
    )
