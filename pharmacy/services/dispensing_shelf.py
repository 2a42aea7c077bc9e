"""What stands behind a dispensing besides the case: the shelf, open owings, known interactions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Text, bindparam, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from pharmacy.models import (
    Batch,
    BeneficiaryAllergy,
    DispensingLine,
    Fund,
    Interaction,
    Owing,
    OwingClosure,
)
from pharmacy.rules.allocation import Lot
from pharmacy.rules.safety import Allergy
from pharmacy.rules.safety import Interaction as KnownInteraction
from pharmacy.rules.vocabulary import AllergyKind, BatchStatus, FundKind, Severity
from pharmacy.services.dispensing_patient import same_person

_BATCHES = (
    select(
        Batch.id,
        Batch.drug_id,
        Batch.expiry,
        Batch.on_hand,
        Batch.value_on_hand,
        Batch.status,
        Batch.received_on,
        Batch.fund_id,
        Batch.request_id,
        Batch.lot,
        Fund.restricted,
        Fund.condition_id,
        Fund.beneficiary_id,
        Fund.centre_id,
        Fund.kind,
    )
    .join(Fund, Fund.id == Batch.fund_id)
    .where(
        Batch.site_id == bindparam("site"),
        Batch.drug_id.in_(bindparam("drugs", expanding=True)),
        Batch.on_hand > 0,
        Batch.expiry >= bindparam("on"),
        Batch.status == BatchStatus.AVAILABLE,
    )
    .order_by(Batch.id)
)
_LOCK_BATCHES = _BATCHES.with_for_update(of=Batch)
_INTERACTIONS = select(
    Interaction.atc_a, Interaction.atc_b, Interaction.severity, Interaction.effect_ar
).where(
    or_(
        Interaction.atc_a.in_(bindparam("atcs", expanding=True)),
        Interaction.atc_b.in_(bindparam("atcs", expanding=True)),
    )
)
# One question for both: the person's allergies, and the pairs of codes that do not go together.
_DANGERS = union_all(
    select(
        literal("").label("atc_a"),
        BeneficiaryAllergy.code.label("atc_b"),
        type_coerce(BeneficiaryAllergy.kind, Text).label("severity"),
        literal("").label("effect_ar"),
    ).where(BeneficiaryAllergy.beneficiary_id.in_(same_person)),
    _INTERACTIONS.with_only_columns(
        Interaction.atc_a,
        Interaction.atc_b,
        type_coerce(Interaction.severity, Text).label("severity"),
        Interaction.effect_ar,
    ),
)
_OPEN_OWINGS = (
    select(
        Owing.id,
        Owing.approval_item_id,
        (
            Owing.quantity
            - func.coalesce(
                select(func.sum(DispensingLine.quantity))
                .where(DispensingLine.owing_id == Owing.id)
                .scalar_subquery(),
                0,
            )
        ).label("left"),
    )
    .outerjoin(OwingClosure, OwingClosure.owing_id == Owing.id)
    .where(Owing.id.in_(bindparam("owings", expanding=True)), OwingClosure.owing_id.is_(None))
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The batches of a site that may be issued on a day, by drug."""

    lots: Mapping[int, list[Lot]]
    lot_names: Mapping[int, str]
    gift_fund_ids: frozenset[int]


def lock_shelf(session: Session, *, site_id: int, drug_ids: Iterable[int], on: date) -> Shelf:
    """Lock every batch of the drugs that may be issued at the site on the day, by id."""
    keys = {"site": site_id, "drugs": sorted(set(drug_ids)), "on": on}
    return _shelf(session.connection().execute(_LOCK_BATCHES, keys))


def read_shelf(session: Session, *, site_id: int, drug_ids: Iterable[int], on: date) -> Shelf:
    """Read, for a page, what `lock_shelf` would lock."""
    keys = {"site": site_id, "drugs": sorted(set(drug_ids)), "on": on}
    return _shelf(session.connection().execute(_BATCHES, keys))


def _shelf(rows: Iterable[Row[*tuple[Any, ...]]]) -> Shelf:
    lots: dict[int, list[Lot]] = {}
    names: dict[int, str] = {}
    gifts: set[int] = set()
    for row in rows:
        lots.setdefault(row.drug_id, []).append(
            Lot(
                batch_id=row.id,
                expiry=row.expiry,
                on_hand=row.on_hand,
                value_on_hand=row.value_on_hand,
                status=row.status,
                received_on=row.received_on,
                fund_id=row.fund_id,
                fund_restricted=row.restricted,
                condition_id=row.condition_id,
                beneficiary_id=row.beneficiary_id,
                centre_id=row.centre_id,
                request_id=row.request_id,
            )
        )
        names[row.id] = row.lot
        if row.kind is not FundKind.BUDGET:
            gifts.add(row.fund_id)
    return Shelf(lots, names, frozenset(gifts))


def known_interactions(session: Session, atcs: Iterable[str]) -> list[KnownInteraction]:
    """Return the pairs on file in which one of the codes takes part."""
    codes = sorted({code for code in atcs if code})
    rows = session.connection().execute(_INTERACTIONS, {"atcs": codes})
    return [
        KnownInteraction(
            atc_a=row.atc_a, atc_b=row.atc_b, severity=row.severity, effect=row.effect_ar
        )
        for row in rows
    ]


def known_dangers(
    session: Session, beneficiary_id: int, atcs: Iterable[str]
) -> tuple[list[Allergy], list[KnownInteraction]]:
    """Return a person's allergies, merged records included, and the pairs the codes are in."""
    codes = sorted({code for code in atcs if code})
    rows = (
        session.connection().execute(_DANGERS, {"beneficiary": beneficiary_id, "atcs": codes}).all()
    )
    allergies = [
        Allergy(kind=AllergyKind(row.severity), code=row.atc_b) for row in rows if not row.atc_a
    ]
    pairs = [
        KnownInteraction(
            atc_a=row.atc_a,
            atc_b=row.atc_b,
            severity=Severity(row.severity),
            effect=row.effect_ar,
        )
        for row in rows
        if row.atc_a
    ]
    return allergies, pairs


def open_owings(session: Session, owing_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return (approval item, units left) of the owings that are still open."""
    if not owing_ids:
        return {}
    rows = session.connection().execute(_OPEN_OWINGS, {"owings": list(owing_ids)})
    return {row.id: (row.approval_item_id, row.left) for row in rows if row.left > 0}
