"""What the rules say of a dispensing before it happens; asks, and decides nothing.

Nothing here locks or writes, so a preview may ask the same of a draft: `safety_notices` for lines
of which nothing is approved yet, `notices_of` where there is a case.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session, aliased

from pharmacy.models import DispensingCare, DispensingLine, Drug, Site, Staff, Voucher
from pharmacy.rules import controlled, entitlement, patient_safety, safety
from pharmacy.rules.arabic import fold
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity
from pharmacy.rules.voucher_number import label
from pharmacy.services.dispensing_facts import Case, Item, Limits
from pharmacy.services.dispensing_order import Care, OrderLine, Part
from pharmacy.services.dispensing_patient import Patient
from pharmacy.services.dispensing_rows import plain_number
from pharmacy.services.dispensing_shelf import known_dangers

Lines = Sequence[tuple[OrderLine, Item]]

_NO_CARE = Care()
_OF_PACKS = {"warn": Severity.WARN, "required": Severity.BLOCK}

_undone = aliased(DispensingLine)
# A number is one prescriber's own; whose it is, is compared as names are, so not here.
_USED = (
    select(DispensingCare.prescriber, Voucher.kind, Voucher.fiscal_year, Voucher.number, Site.code)
    .join(Voucher, Voucher.id == DispensingCare.voucher_id)
    .join(Site, Site.id == Voucher.site_id)
    .where(
        DispensingCare.prescription_number == bindparam("number"),
        select(DispensingLine.id)
        .join(Drug, Drug.id == DispensingLine.drug_id)
        .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
        .where(
            DispensingLine.voucher_id == DispensingCare.voucher_id,
            Drug.controlled_law.is_not(None),
            _undone.id.is_(None),
        )
        .exists(),
    )
    .order_by(DispensingCare.voucher_id)
)


def notices_of(
    session: Session,
    case: Case,
    lines: Lines,
    parts: Sequence[Part],
    *,
    care: Care = _NO_CARE,
    dispenser_id: int | None = None,
    on: date,
) -> list[Notice]:
    """Ask the rules of entitlement and safety about the whole dispensing.

    Args:
        session: Any session; nothing is locked or written.
        case: The approved request; lines whose item is not one of its own are not asked about
            under entitlement.
        lines: What is to be given, each with its item as it is given (brand included).
        parts: The batches chosen, valued and shared; empty when nothing is chosen yet.
        care: The prescription in the hand and the witness.
        dispenser_id: Who hands out.
        on: The day.
    """
    return [
        *entitlement_notices(case, lines, parts, on=on),
        *safety_notices(
            session,
            case.patient,
            lines,
            parts,
            limits=case.limits,
            care=care,
            dispenser_id=dispenser_id,
            rests=_rests(case, lines),
            on=on,
        ),
    ]


def entitlement_notices(
    case: Case, lines: Lines, parts: Sequence[Part], *, on: date
) -> list[Notice]:
    """Ask what the approval still allows; a draft's lines that are not approved are left out."""
    notices: list[Notice] = []
    wanted: Counter[int] = Counter()
    for line, item in lines:
        wanted[item.approval_item_id] += line.quantity
    for number, (_, item) in enumerate(lines, start=1):
        # Several lines of one item, an owing and a new issue say, count together, once.
        requested = wanted.pop(item.approval_item_id, 0)
        if not requested or item.approval_item_id not in case.items:
            continue
        found = entitlement.check(
            case.terms(item),
            requested=requested,
            on=on,
            issued=case.issued(item.approval_item_id),
            early_percent=case.early_percent,
        )
        notices.extend(
            replace(notice, line=number, facts={"drug": item.name_ar, **notice.facts})
            for notice in found
        )
    cost = sum(part.shares.state + part.shares.donor for part in parts)
    notices.extend(
        entitlement.check_ceilings(
            cost=cost,
            case_spent=case.spent(),
            case_ceiling=case.case_ceiling,
            month_spent=case.spent(on),
            month_ceiling=case.month_ceiling,
        )
    )
    return notices


def safety_notices(
    session: Session,
    patient: Patient,
    lines: Lines,
    parts: Sequence[Part],
    *,
    limits: Limits,
    care: Care = _NO_CARE,
    dispenser_id: int | None = None,
    rests: Iterable[int] = (),
    on: date,
) -> list[Notice]:
    """Ask the rules of safety, of controlled medicines and of scanned packs.

    Args:
        session: Any session; nothing is locked or written.
        patient: `case.patient`, or `read_patient` where nothing is approved yet.
        lines: What is to be given; an item that nobody approved yet has `approval_item_id` 0.
        parts: The batches chosen; empty when nothing is chosen yet.
        limits: `case.limits`, or `read_limits`.
        care: The prescription in the hand and the witness.
        dispenser_id: Who hands out.
        rests: Lines, counted from 1, that only complete an issue begun.
        on: The day.
    """
    rest_of = frozenset(rests)
    asked = [
        _safety_line(number, line, item, parts)
        for number, (line, item) in enumerate(lines, start=1)
    ]
    in_hand = patient.in_hand(on)
    atcs = {line.atc for line in asked} if len(asked) > 1 or in_hand else set()
    allergies, interactions = known_dangers(session, patient.beneficiary_id, atcs)
    return [
        *safety.check(
            asked, on=on, allergies=allergies, in_hand=in_hand, interactions=interactions
        ),
        *patient_safety.check(
            [
                _treatment(number, line, item, rest=number in rest_of)
                for number, (line, item) in enumerate(lines, start=1)
            ],
            person=patient.person,
            today=patient.given_on(on),
            on=on,
        ),
        *_controlled_notices(
            session, lines, limits=limits, care=care, dispenser_id=dispenser_id, on=on
        ),
        *_unscanned(lines, limits),
    ]


def _rests(case: Case, lines: Lines) -> list[int]:
    """Return the lines that give what the issue begun last still lacks."""
    return [
        number
        for number, (line, item) in enumerate(lines, start=1)
        if item.approval_item_id in case.items
        and line.quantity
        == entitlement.lacking(case.terms(item), case.issued(item.approval_item_id))
    ]


def _safety_line(number: int, line: OrderLine, item: Item, parts: Sequence[Part]) -> safety.Line:
    own = [part for part in parts if part.line is line]
    return safety.Line(
        line=number,
        drug_id=item.drug_id,
        drug_name=item.name_ar,
        ingredients=item.ingredients,
        atc=item.atc,
        days=sum(part.days for part in own),
        item=item.approval_item_id,
        expiry=min((part.facts.expiry for part in own), default=None),
    )


def _treatment(number: int, line: OrderLine, item: Item, *, rest: bool) -> patient_safety.Treatment:
    return patient_safety.Treatment(
        line=number,
        drug_name=item.name_ar,
        unit=item.unit,
        quantity=None if rest or line.owing_id is not None else line.quantity,
        pack_size=item.pack_size,
        dose=item.dose,
        pregnancy_risk=item.pregnancy_risk,
        minimum_age_months=item.minimum_age_months,
    )


# --- controlled medicines ------------------------------------------------------------------------


def _controlled_notices(
    session: Session,
    lines: Lines,
    *,
    limits: Limits,
    care: Care,
    dispenser_id: int | None,
    on: date,
) -> Sequence[Notice]:
    """Ask for the paper and the witness; no statement where nothing controlled is given."""
    asked = [
        controlled.ControlledLine(
            line=number,
            drug_name=item.name_ar,
            law=item.controlled_law,
            schedule=item.controlled_schedule,
            owed=line.owing_id is not None,
        )
        for number, (line, item) in enumerate(lines, start=1)
        if item.controlled_law is not None
    ]
    if not asked:
        return ()
    paper = controlled.Prescription(
        prescriber=care.prescriber,
        number=care.prescription_number,
        written_on=care.prescription_date,
        kept=care.prescription_kept,
        used_on=_used_on(session, care),
        witness_id=_witness(session, care.second_staff_id),
    )
    return controlled.check(
        asked, paper, on=on, valid_days=limits.prescription_days, dispenser_id=dispenser_id
    )


def _used_on(session: Session, care: Care) -> str:
    """Return the dispensing of a controlled medicine that stands against this prescription."""
    number, prescriber = plain_number(care.prescription_number), fold(care.prescriber)
    if not number or not prescriber:
        return ""
    for row in session.execute(_USED, {"number": number}):
        if fold(row.prescriber) == prescriber:
            return label(row.code, row.kind, row.fiscal_year, row.number)
    return ""


def _witness(session: Session, staff_id: int | None) -> int | None:
    """Return the witness, if it is somebody who works here."""
    if staff_id is None:
        return None
    return session.scalar(select(Staff.id).where(Staff.id == staff_id, Staff.active.is_(true())))


# --- packs ---------------------------------------------------------------------------------------


def _unscanned(lines: Lines, limits: Limits) -> list[Notice]:
    """Remark the lines of which no pack was scanned, as hard as the settings want it."""
    notices = []
    for number, (line, item) in enumerate(lines, start=1):
        wanted = limits.pack_match if item.controlled_law is None else limits.pack_match_controlled
        severity = _OF_PACKS.get(wanted)
        if severity is not None and not line.packs:
            notices.append(
                Notice(
                    code=NoticeCode.PACK_NOT_SCANNED,
                    severity=severity,
                    line=number,
                    facts={"drug": item.name_ar},
                )
            )
    return notices
