"""Reading what lies on the counter: the draft, its lines, its person, the papers it became."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidDose
from pharmacy.models import CounterDraft, DispensingLine, Drug, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.dose import directions_ar, directions_en, parse_dose
from pharmacy.rules.vocabulary import DraftState
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services import counter
from pharmacy.services.draft import HeldDraft
from pharmacy.services.draft_dispensing import preview, vouchers_of
from pharmacy.services.draft_keeping import LIVE
from pharmacy.services.draft_view import Preview, PreviewLine
from pharmacy.web.counter_desk import Desk, Row, View
from pharmacy.web.language import language
from pharmacy.web.papers.dispensing import Dispensed, dispensed

JUST_NOW = 6
BRANDS_MOST = 20


def read_idle(session: Session, *, actor: Actor, now: date, held: Sequence[HeldDraft]) -> Desk:
    """Read an empty counter."""
    today = counter.dispensings(session, site_id=actor.site_id, on=now, most=JUST_NOW)
    return Desk(held=held, today=today)


def read_desk(
    session: Session, row: CounterDraft, *, actor: Actor, on: date, live: bool, view: View
) -> Desk:
    """Read a draft of the actor's own with all that its page shows.

    Args:
        session: A reading session.
        row: The draft.
        actor: Who looks.
        on: Today in Cairo.
        live: Whether its lines may still change.
        view: What the visitor asked of the page.
    """
    person = beneficiaries.get_beneficiary(session, row.beneficiary_id, actor=actor)
    people = beneficiaries.same_person_ids(session, person.id)
    state = row.state.value if live or row.state not in LIVE else DraftState.EXPIRED.value
    seen = preview(session, row, actor=actor, on=on) if live else None
    done, besides, rows = None, [], []
    if seen is not None:
        rows = _rows(session, seen, view, actor=actor, on=on)
    elif row.voucher_id is not None:
        papers = [dispensed(session, voucher_id) for voucher_id in vouchers_of(session, row)]
        done = next(paper for paper in papers if paper.voucher.id == row.voucher_id)
        besides = [paper for paper in papers if paper is not done]
        rows = [_given_row(session, line, paper, row) for paper in papers for line in paper.lines]
    return Desk(
        draft=row,
        state=state,
        person=person,
        requests=counter.open_requests(session, people) if live else [],
        preview=seen,
        rows=rows,
        recent=counter.recent(session, people),
        done=done,
        besides=besides,
        signed=_signed(session, row),
        view=view,
    )


def _signed(session: Session, row: CounterDraft) -> dict[str, str]:
    """Return who signed for what, by purpose."""
    ids = {"approve": row.approved_by, "witness": row.second_staff_id}
    return {
        purpose: session.get_one(Staff, staff_id).name_ar
        for purpose, staff_id in ids.items()
        if staff_id is not None
    }


def _rows(session: Session, seen: Preview, view: View, *, actor: Actor, on: date) -> list[Row]:
    chosen = view.edit or view.chosen
    if chosen not in {line.uid for line in seen.lines}:
        unmatched = (line.uid for line in seen.lines if not line.matched)
        chosen = next(unmatched, seen.lines[0].uid if seen.lines else "")
    return [
        _row(session, line, view, actor=actor, on=on, selected=line.uid == chosen)
        for line in seen.lines
    ]


def _row(
    session: Session, line: PreviewLine, view: View, *, actor: Actor, on: date, selected: bool
) -> Row:
    state = _state(line)
    edited = view.edit == line.uid
    tools = state in {"none", "short"} or (edited and not view.column)
    words = line.directions_ar if language() == "ar" else line.directions_en
    return Row(
        uid=line.uid,
        drug=line.drug,
        lots=list(dict.fromkeys((pick.lot, pick.expiry) for pick in line.picks)),
        dose=line.dose,
        directions=words or _directions(line),
        quantity=line.quantity,
        cost=line.cost,
        state=state,
        there=line.there,
        low=0 < line.quantity <= line.there < 2 * line.quantity,
        approved=not line.new,
        owing=line.line.owing_id is not None,
        brand_of=_name(line.approved) if line.substituted and line.approved else "",
        consented_by=line.line.consented_by,
        selected=selected,
        edit=(view.column or "quantity") if edited else "",
        typed=view.typed if edited else None,
        error=view.error if edited else "",
        tools=tools,
        brands=_brands(session, line, actor=actor, on=on) if tools and not line.new else (),
    )


def _state(line: PreviewLine) -> str:
    if line.quantity <= 0:
        return "dose"
    if line.there <= 0:
        return "none"
    if line.short:
        return "short"
    return "matched" if line.matched else "scan"


def _name(row: object) -> str:
    return str(getattr(row, "name_en" if language() == "en" else "name_ar"))


def _directions(line: PreviewLine) -> str:
    """Return a dose that is typed but not approved yet in words."""
    try:
        dose = parse_dose(line.dose)
    except InvalidDose:
        return line.dose
    say = directions_ar if language() == "ar" else directions_en
    return say(dose, line.drug.unit)


def _brands(
    session: Session, line: PreviewLine, *, actor: Actor, on: date
) -> list[tuple[Drug, int]]:
    """Return the other brands of the very same medicine that are on the shelf, with their units."""
    drug = line.drug
    alike = session.scalars(
        select(Drug)
        .where(
            Drug.ingredient_keys == drug.ingredient_keys,
            Drug.ingredient_keys != "",
            Drug.unit == drug.unit,
            Drug.id != drug.id,
            Drug.active.is_(true()),
        )
        .order_by(Drug.name_en, Drug.id)
        .limit(BRANDS_MOST)
    ).all()
    shelf = counter.issuable(session, [one.id for one in alike], actor.site_id or 0, on)
    return [(one, shelf[one.id][0]) for one in alike if one.id in shelf]


def _given_row(session: Session, line: DispensingLine, paper: Dispensed, row: CounterDraft) -> Row:
    scanned = {one.drug_id for one in row.lines if one.packs}
    drug = paper.drugs.get(line.drug_id) or session.get_one(Drug, line.drug_id)
    stands = "matched" if line.drug_id in scanned else "given"
    return Row(
        uid=f"given-{line.id}",
        drug=drug,
        lots=[(line.lot, line.expiry)],
        dose="",
        directions=line.directions_ar if language() == "ar" else line.directions_en,
        quantity=line.quantity,
        cost=line.cost,
        state="undone" if line.id in paper.undone else stands,
        owing=line.owing_id is not None,
    )
