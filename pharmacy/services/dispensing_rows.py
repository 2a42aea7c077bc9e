"""The rows of a dispensing as they will be written and sealed; nothing touches the database."""

from collections.abc import Mapping, Sequence
from datetime import date

from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import clean, to_western
from pharmacy.rules.notice import Notice
from pharmacy.services.dispensing_facts import Case
from pharmacy.services.dispensing_order import (
    Care,
    DispensingOrder,
    Override,
    Part,
    ScannedPack,
)


def head_row(case: Case, order: DispensingOrder) -> dict[str, object]:
    """Return the head: request, approval, person and who collects, copied as they are today."""
    return {
        "request_id": case.request_id,
        "approval_id": case.approval_id,
        "beneficiary_id": case.beneficiary_id,
        "channel": case.channel,
        "centre_id": case.centre_id,
        "condition_id": case.condition_id,
        "patient_name": case.patient_name,
        "card_number": case.card_number,
        "collected_by_name": order.collector.name,
        "collected_by_identity": order.collector.identity,
        "collected_by_relation": order.collector.relation,
    }


def line_row(case: Case, part: Part, number: int, on: date) -> dict[str, object]:
    """Return the line of one batch's part, with all that will be printed of it."""
    item = part.item
    return {
        "line_no": number,
        "approval_item_id": item.approval_item_id,
        "drug_id": item.drug_id,
        "batch_id": part.pick.batch_id,
        "fund_id": part.facts.fund_id,
        "beneficiary_id": case.beneficiary_id,
        "business_date": on,
        "quantity": part.pick.quantity,
        "cost": part.pick.value,
        "state_share": part.shares.state,
        "donor_share": part.shares.donor,
        "citizen_share": part.shares.citizen,
        "days": part.days,
        "drug_name_ar": item.name_ar,
        "drug_name_en": item.name_en,
        "strength": item.strength,
        "unit": item.unit,
        "lot": part.facts.lot,
        "expiry": part.facts.expiry,
        "directions_ar": item.directions_ar,
        "directions_en": item.directions_en,
        "owing_id": part.line.owing_id,
        "reverses_line_id": None,
    }


def owing_rows(case: Case, short: Mapping[int, int]) -> list[dict[str, object]]:
    """Return an owing for every approved item that is short (units of issue)."""
    return [
        {
            "approval_item_id": item_id,
            "drug_id": case.items[item_id].drug_id,
            "beneficiary_id": case.beneficiary_id,
            "quantity": quantity,
        }
        for item_id, quantity in short.items()
    ]


def notice_rows(
    notices: Sequence[Notice], overrides: Sequence[Override], actor: Actor
) -> list[dict[str, object]]:
    """Return what the rules said, each with the reason it was overridden for."""
    reasons = {override.code: override.reason for override in overrides}
    return [
        {
            "code": notice.code,
            "severity": notice.severity,
            "facts": {**notice.facts, "line": notice.line},
            "reason": reasons.get(notice.code, ""),
            "staff_id": actor.staff_id,
        }
        for notice in notices
    ]


def plain_number(text: str) -> str:
    """Return a prescription's number as it is kept, so that it is found however it is typed."""
    return to_western(clean(text))


def care_rows(order: DispensingOrder) -> list[dict[str, object]]:
    """Return the one row of care, or none when nothing of it was recorded."""
    care = order.care
    if care == Care() and not order.collector.phone:
        return []
    return [
        {
            "collected_by_phone": order.collector.phone,
            "counselled": " ".join(point.value for point in care.counselled),
            "prescriber": care.prescriber,
            "prescription_number": plain_number(care.prescription_number),
            "prescription_date": care.prescription_date,
            "prescription_kept": care.prescription_kept,
            "second_staff_id": care.second_staff_id,
        }
    ]


def substitution_rows(case: Case, parts: Sequence[Part]) -> list[dict[str, object]]:
    """Return a row for every part that is another brand than the approved one."""
    return [
        {
            "line_no": number,
            "approved_drug_id": case.items[part.item.approval_item_id].drug_id,
            "given_drug_id": part.item.drug_id,
            "consented_by": part.line.substitute.consented_by,
            "consented_on": part.line.substitute.consented_on,
        }
        for number, part in enumerate(parts, start=1)
        if part.line.substitute is not None
    ]


def packs_taken(parts: Sequence[Part]) -> list[tuple[int, ScannedPack, int]]:
    """Return (line number, pack, units) of the packs with a code, each at the part of its batch.

    A part never counts more units from its packs than it took from the batch.
    """
    taken = []
    for number, part in enumerate(parts, start=1):
        left = part.pick.quantity
        for pack in part.line.packs:
            quantity = min(pack.quantity, left)
            if pack.batch_id == part.pick.batch_id and pack.gtin and quantity > 0:
                taken.append((number, pack, quantity))
                left -= quantity
    return taken


def pack_rows(parts: Sequence[Part]) -> list[dict[str, object]]:
    """Return a row for every scanned pack with the units it gave."""
    return [
        {
            "line_no": number,
            "gtin": pack.gtin,
            "lot": pack.lot,
            "serial": pack.serial,
            "quantity": quantity,
        }
        for number, pack, quantity in packs_taken(parts)
    ]
