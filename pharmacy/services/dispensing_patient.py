"""The person at the counter: what they were given and still have, and what a medicine may harm.

A record merged into this one is the same person; what was undone was not given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Row, Select, bindparam, literal, null, or_, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import (
    ApprovalItem,
    Beneficiary,
    CitizenRequest,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    DispensingLine,
    Drug,
    Site,
    Voucher,
)
from pharmacy.rules.patient_safety import Earlier, Person
from pharmacy.rules.safety import Supply
from pharmacy.rules.voucher_number import label
from pharmacy.services.standing import standing_decision

# Long enough to see a three-month course that is still in the cupboard.
LOOK_BACK_DAYS = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A line given before and not undone; `number` is its dispensing's, or its claim's."""

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
    number: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who takes the medicine, and what they were given lately."""

    beneficiary_id: int
    birth_date: date | None
    pregnant_until: date | None
    given: Sequence[Given]

    @property
    def person(self) -> Person:
        """What of them a medicine may matter to."""
        return Person(birth_date=self.birth_date, pregnant_until=self.pregnant_until)

    def in_hand(self, on: date) -> list[Supply]:
        """Return what they still have on a day, with the first day it no longer lasts."""
        supplies = [
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
        return [supply for supply in supplies if supply.until > on]

    def given_on(self, day: date) -> list[Earlier]:
        """Return what they were given on a day, by dispensing."""
        return [
            Earlier(number=line.number, drug_name=line.drug_name)
            for line in self.given
            if line.on == day
        ]


same_person = select(Beneficiary.id).where(
    or_(
        Beneficiary.id == bindparam("beneficiary"),
        Beneficiary.merged_into_id == bindparam("beneficiary"),
    )
)
_undone = aliased(DispensingLine)
_HERE = (
    select(
        DispensingLine.approval_item_id,
        DispensingLine.drug_id,
        DispensingLine.drug_name_ar,
        DispensingLine.business_date.label("given_on"),
        DispensingLine.quantity,
        DispensingLine.state_share,
        DispensingLine.donor_share,
        DispensingLine.days,
        DispensingLine.owing_id,
        Drug.atc,
        Drug.ingredient_keys,
        Voucher.kind,
        Voucher.fiscal_year,
        Voucher.number,
        Site.code,
        DispensingLine.id.label("line_id"),
    )
    .join(Drug, Drug.id == DispensingLine.drug_id)
    .join(Voucher, Voucher.id == DispensingLine.voucher_id)
    .join(Site, Site.id == Voucher.site_id)
    .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
    .where(
        DispensingLine.beneficiary_id.in_(same_person),
        DispensingLine.business_date >= bindparam("since"),
        # Not "undoes nothing": that index holds nearly every line, and the engine would take it.
        DispensingLine.quantity > 0,
        _undone.id.is_(None),
    )
)
# What contract pharmacies gave, as far as their claims were accepted: it uses an approval up, too.
_ELSEWHERE = (
    select(
        ClaimLineDecision.approval_item_id,
        ClaimLine.drug_id,
        Drug.name_ar,
        ClaimLine.given_on,
        ClaimLineDecision.quantity,
        ClaimLineDecision.accepted,
        literal(0, Whole),
        ClaimLineDecision.quantity * ApprovalItem.interval_days // ApprovalItem.quantity_per_issue,
        sql_cast(null(), Whole),
        Drug.atc,
        Drug.ingredient_keys,
        Voucher.kind,
        Voucher.fiscal_year,
        Voucher.number,
        Site.code,
        ClaimLine.id,
    )
    .join(ClaimLine, ClaimLine.id == ClaimLineDecision.claim_line_id)
    .join(CitizenRequest, CitizenRequest.id == ClaimLine.request_id)
    .join(ApprovalItem, ApprovalItem.id == ClaimLineDecision.approval_item_id)
    .join(Drug, Drug.id == ClaimLine.drug_id)
    .join(
        ClaimDecision,
        (ClaimDecision.claim_id == ClaimLineDecision.claim_id)
        & (ClaimDecision.attempt == ClaimLineDecision.attempt),
    )
    .join(Voucher, Voucher.id == ClaimDecision.voucher_id)
    .join(Site, Site.id == Voucher.site_id)
    .where(
        CitizenRequest.beneficiary_id.in_(same_person),
        ClaimLine.given_on >= bindparam("since"),
        ClaimLineDecision.quantity > 0,
        standing_decision(),
    )
)
_GIVEN = union_all(cast("Select[Any]", _HERE), cast("Select[Any]", _ELSEWHERE)).order_by(
    "given_on", "line_id"
)


def read_given(session: Session, beneficiary_id: int, *, since: date) -> list[Given]:
    """Return what a person was given from a day on and what was not undone, in order."""
    keys = {"beneficiary": beneficiary_id, "since": since}
    return [_given(row) for row in session.connection().execute(_GIVEN, keys)]


def read_patient(session: Session, beneficiary_id: int, *, on: date) -> Patient:
    """Return a person for whom nothing is approved yet, for showing what the rules would say.

    Raises:
        NotFound: There is no such person.
    """
    row = session.get(Beneficiary, beneficiary_id)
    if row is None:
        raise NotFound(noun="beneficiary", key=str(beneficiary_id))
    since = on - timedelta(days=LOOK_BACK_DAYS)
    given = read_given(session, beneficiary_id, since=since)
    return Patient(row.id, row.birth_date, row.pregnant_until, given)


def keys_of(joined: str) -> frozenset[str]:
    """Return the ingredients of a drug as its row keeps them."""
    return frozenset(key for key in joined.split("+") if key)


def _given(row: Row[*tuple[Any, ...]]) -> Given:
    return Given(
        approval_item_id=row.approval_item_id,
        drug_id=row.drug_id,
        drug_name=row.drug_name_ar,
        on=row.given_on,
        quantity=row.quantity,
        fund_borne=row.state_share + row.donor_share,
        days=row.days,
        atc=row.atc or "",
        ingredients=keys_of(row.ingredient_keys),
        owing_id=row.owing_id,
        number=label(row.code, row.kind, row.fiscal_year, row.number),
    )
