"""The lines of a draft: entered, dosed, matched with packs, taken out, taken back by one step.

Each change locks the draft, counts it, keeps the lines of before, and drops the signatures. What is
sent twice with the same `uid` is done once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.errors import (
    InvalidApproval,
    InvalidDose,
    InvalidNumber,
    MissingFact,
    NotFound,
    NoUsualDose,
    SubstitutionRefused,
)
from pharmacy.models import ApprovalItem, CounterDraft, DraftLine, Drug
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import parse_integer
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.dose import COUNTED_BY_DOSE, parse_dose
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.dispensing_order import Substitute
from pharmacy.services.draft_keeping import changed, refuse_changed, take_up
from pharmacy.services.draft_snapshot import (
    DraftPack,
    kept_rows,
    new_row,
    packs_of,
    put_lines,
    rows_of,
    set_packs,
    snapshot,
)
from pharmacy.services.pack import PackInHand
from pharmacy.services.substitution import other_brands

QUANTITY_MAX = 100_000
"""Units of issue in one line: more is a slip of the finger, a scan in the wrong field."""

_ONE_BOTTLE = 1


@contextmanager
def _change(
    session: Session, draft_id: int, *, version: int | None, actor: Actor, now: datetime
) -> Iterator[CounterDraft]:
    """Give the locked draft; count a change of its lines when there was one.

    What changes nothing, since it came before, is welcome whatever version its page showed.
    """
    draft = take_up(session, draft_id, actor=actor, now=now)
    before = snapshot(draft)
    yield draft
    if snapshot(draft) != before:
        refuse_changed(draft, version)
        changed(session, draft, now=now, before=before)


def find_line(draft: CounterDraft, uid: str) -> DraftLine:
    """Return a line of a draft.

    Raises:
        NotFound: It has no such line, or no longer.
    """
    line = next((line for line in draft.lines if line.uid == uid), None)
    if line is None:
        raise NotFound(noun="line", key=uid)
    return line


def add_drug(
    session: Session,
    draft_id: int,
    *,
    uid: str,
    drug_id: int,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Add a line of a new prescription with the usual dose, if any; return the line's uid.

    A drug stands in one line: one that is there already is returned as it is.

    Raises:
        NotFound: There is no such drug.
        InvalidApproval: It is no longer in the formulary.
        DraftClosed, DraftChanged: See `draft_keeping.take_up`.
    """
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        there = _standing(draft, uid, drug_id)
        if there is not None:
            return there.uid
        _add(session, draft, uid, drug_id)
    return uid


def _standing(draft: CounterDraft, uid: str, drug_id: int) -> DraftLine | None:
    return next((line for line in draft.lines if line.uid == uid or line.drug_id == drug_id), None)


def _add(session: Session, draft: CounterDraft, uid: str, drug_id: int) -> DraftLine:
    if not uid.strip():
        raise MissingFact(name="uid")
    drug = session.get(Drug, drug_id)
    if drug is None:
        raise NotFound(noun="drug", key=str(drug_id))
    if not drug.active:
        raise InvalidApproval(reason="drug_inactive")
    quantity = _by_dose(drug, drug.usual_dose, 0) if drug.usual_dose else 0
    row = new_row(uid, drug_id, quantity, dose=drug.usual_dose)
    put_lines(draft, [*rows_of(draft.lines), row])
    return find_line(draft, uid)


def _by_dose(drug: Drug, text: str, quantity: int) -> int:
    """Return the units a dose asks for; of what is given whole, those said, or one."""
    dose = parse_dose(text)
    if drug.unit in COUNTED_BY_DOSE:
        return dose.quantity
    return quantity or _ONE_BOTTLE


def set_dose(
    session: Session,
    draft_id: int,
    uid: str,
    text: str,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Read what was typed into a line: a dose `1*2*30`, or a bare quantity; nothing: the usual.

    An approved line keeps the directions of its approval: a dose there only counts the units.

    Raises:
        InvalidDose: It is neither.
        NoUsualDose: Nothing was typed, and the drug has no usual dose.
        NotFound: There is no such line.
    """
    typed = text.strip()
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        line = find_line(draft, uid)
        drug = session.get_one(Drug, line.drug_id)
        if not typed and not drug.usual_dose:
            raise NoUsualDose(drug=drug.name_ar)
        quantity = _bare(typed)
        if quantity is not None:
            line.quantity = quantity
            return
        dose = typed or drug.usual_dose
        line.quantity = _by_dose(drug, dose, line.quantity)
        if line.approval_item_id is None:
            line.dose = dose


def _bare(text: str) -> int | None:
    try:
        return parse_integer(text, minimum=1, maximum=QUANTITY_MAX)
    except InvalidNumber as refusal:
        if text.isdecimal():
            raise InvalidDose(text=text) from refusal
        return None


def set_quantity(
    session: Session,
    draft_id: int,
    uid: str,
    quantity: int,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Set the units of issue of a line.

    Raises:
        InvalidNumber: Less than one, or out of all reason.
        NotFound: There is no such line.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise InvalidNumber(minimum=1, maximum=QUANTITY_MAX)
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        find_line(draft, uid).quantity = quantity


def remove(
    session: Session,
    draft_id: int,
    uid: str,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a line out; one that is gone already is no fault."""
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        put_lines(draft, [row for row in rows_of(draft.lines) if row["uid"] != uid])


def undo(
    session: Session,
    draft_id: int,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put the lines back as they stood before the last change; there is one step, no more."""
    draft = take_up(session, draft_id, version=version, actor=actor, now=now)
    if not draft.before:
        return
    rows, request_id = kept_rows(draft), draft.before.get("request_id")
    assert request_id is None or isinstance(request_id, int)
    draft.request_id = request_id
    put_lines(draft, rows)
    changed(session, draft, now=now)


def match_pack(
    session: Session,
    draft_id: int,
    pack: PackInHand,
    *,
    uid: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Match a pack in the hand with its line, or add a line for it; return the line's uid.

    The same scan sent twice, and the same pack scanned twice, is one pack. A line has as many packs
    as its units need: one more changes nothing.

    Raises:
        DraftClosed, DraftChanged: See `draft_keeping.take_up`.
        InvalidApproval: The drug is no longer in the formulary.
    """
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        line = next((line for line in draft.lines if line.drug_id == pack.drug_id), None)
        packs = packs_of(line) if line is not None else ()
        if line is not None and any(_same(known, pack, uid) for known in packs):
            return line.uid
        if line is None:
            line = _add(session, draft, uid, pack.drug_id)
        if packs and sum(known.quantity for known in packs) >= line.quantity:
            return line.uid
        scanned = DraftPack(
            uid=uid,
            gtin=pack.gtin,
            batch_id=pack.batch_id,
            quantity=pack.pack_size,
            lot=pack.lot,
            serial=pack.serial,
        )
        set_packs(line, [*packs, scanned])
        return line.uid


def _same(known: DraftPack, pack: PackInHand, uid: str) -> bool:
    serial = (pack.gtin, pack.serial)
    return known.uid == uid or (bool(pack.serial) and (known.gtin, known.serial) == serial)


def substitute(
    session: Session,
    draft_id: int,
    uid: str,
    *,
    drug_id: int,
    consented_by: str,
    consented_on: date,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Let another brand stand for the approved one; the approved one itself takes that back.

    Raises:
        SubstitutionRefused: It is not the same medicine, stands in the list already, nobody
            consented, or the line has no approval to stand in for.
        NotFound: There is no such line.
    """
    with _change(session, draft_id, version=version, actor=actor, now=now) as draft:
        line = find_line(draft, uid)
        if line.approval_item_id is None or draft.request_id is None:
            raise SubstitutionRefused(reason="not_approved")
        if any(other.drug_id == drug_id for other in draft.lines if other is not line):
            raise SubstitutionRefused(reason="on_list")
        approved = session.get_one(ApprovalItem, line.approval_item_id)
        if drug_id == approved.drug_id:
            line.consented_by, line.consented_on = "", None
        else:
            on = cairo_day(now)
            brand = Substitute(
                drug_id=drug_id, consented_by=consented_by.strip(), consented_on=consented_on
            )
            case = read_case(session, draft.request_id, on=on)
            if case is None or approved.id not in case.items:
                raise SubstitutionRefused(reason="not_approved")
            other_brands(session, [brand], on=on).given(case.items[approved.id], brand)
            line.consented_by, line.consented_on = brand.consented_by, brand.consented_on
        if line.drug_id != drug_id:
            line.drug_id = drug_id
            set_packs(line, ())
