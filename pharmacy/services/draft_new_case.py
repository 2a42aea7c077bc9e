"""The approval that lines of a new prescription would get, before anybody gave it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from pharmacy.models import CounterDraft, DraftLine, Drug
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel
from pharmacy.services.authority import Authority
from pharmacy.services.dispensing_facts import Case, Item, read_limits
from pharmacy.services.dispensing_order import Part
from pharmacy.services.dispensing_patient import Given, keys_of, read_patient
from pharmacy.services.draft_orders import new_items
from pharmacy.services.settings import whole_setting


def ceiling_of_new(
    session: Session, draft: CounterDraft, authority: Authority | None
) -> int | None:
    """Return what new lines may cost the funds: the authority's ceiling, or the walk-in's."""
    if draft.approved_by is None and authority is not None:
        return authority.ceiling
    return whole_setting(session, "walk_in_ceiling") or None


def new_case(
    session: Session,
    draft: CounterDraft,
    lines: Sequence[DraftLine],
    *,
    known: Case | None,
    beside: Sequence[Part],
    drugs: Mapping[int, Drug],
    ceiling: int | None,
    on: date,
) -> Case:
    """Return the approval that new lines would get, as the rules will see it.

    Args:
        session: Any session; nothing is written.
        draft: Whose lines they are.
        lines: The new lines, each with a quantity.
        known: The approved request in the draft, if any: its person has been read.
        beside: What the approved lines of the draft give.
        drugs: By id.
        ceiling: What a case may cost the funds (piastres).
        on: The day.
    """
    patient = (
        known.patient if known is not None else read_patient(session, draft.beneficiary_id, on=on)
    )
    return Case(
        request_id=0,
        state=RequestState.RECEIVED,
        channel=Channel.COUNTER,
        centre_id=None,
        condition_id=None,
        beneficiary_id=draft.beneficiary_id,
        patient_name="",
        card_number="",
        approval_id=0,
        decided_by=0,
        valid_from=on,
        valid_until=on,
        case_ceiling=ceiling,
        month_ceiling=None,
        citizen_basis_points=0,
        donor_basis_points=0,
        citizen_share_max=None,
        items={item.approval_item_id: item for item in _new_items(lines, drugs)},
        given=[*patient.given, *_given(beside, on)],
        allowed_fund_ids=frozenset(),
        condition_ids=frozenset(),
        limits=known.limits if known is not None else read_limits(session),
        birth_date=patient.birth_date,
        pregnant_until=patient.pregnant_until,
    )


def _new_items(lines: Sequence[DraftLine], drugs: Mapping[int, Drug]) -> list[Item]:
    """Return new lines as items; nobody approved them yet, so their ids are below zero."""
    items = []
    for number, approved in enumerate(new_items(lines, drugs), start=1):
        drug = drugs[approved.drug_id]
        items.append(
            Item(
                approval_item_id=-number,
                drug_id=drug.id,
                quantity_per_issue=approved.quantity_per_issue,
                issues=approved.issues,
                interval_days=approved.interval_days,
                directions_ar=approved.directions_ar,
                directions_en=approved.directions_en,
                name_ar=drug.name_ar,
                name_en=drug.name_en,
                strength=drug.strength,
                unit=drug.unit,
                atc=drug.atc or "",
                ingredients=keys_of(drug.ingredient_keys),
                active=drug.active,
                dose=approved.dose,
                pack_size=drug.pack_size,
                controlled_law=drug.controlled_law,
                controlled_schedule=drug.controlled_schedule or "",
                pregnancy_risk=drug.pregnancy_risk,
                minimum_age_months=drug.minimum_age_months,
            )
        )
    return items


def _given(beside: Sequence[Part], on: date) -> list[Given]:
    """Return what the approved lines give, which new lines come behind."""
    return [
        Given(
            approval_item_id=part.item.approval_item_id,
            drug_id=part.item.drug_id,
            drug_name=part.item.name_ar,
            on=on,
            quantity=part.pick.quantity,
            fund_borne=0,
            days=part.days,
            atc=part.item.atc,
            ingredients=part.item.ingredients,
            owing_id=None,
        )
        for part in beside
    ]
