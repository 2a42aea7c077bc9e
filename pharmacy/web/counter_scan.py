"""Scans and searches at the counter: a person, a pack, a badge, a command, or words."""

import secrets
from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, PersonFirst
from pharmacy.models import CounterDraft, Drug
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.keyboard import candidates
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import AllergyKind
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services import counter, draft_lines, scan
from pharmacy.services import draft as drafts
from pharmacy.services.draft_keeping import LIVE, site_of
from pharmacy.services.formulary import search_drugs
from pharmacy.services.pack import PackInHand
from pharmacy.services.pin import badge_of
from pharmacy.web.access import requires
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.counter import dispense_once
from pharmacy.web.counter_answers import (
    Extra,
    Found,
    Lane,
    answer,
    at_the_desk,
    hello,
    is_part,
    live_draft,
    words,
)
from pharmacy.web.counter_desk import Desk, View
from pharmacy.web.forms.counter import number_of, uid_of
from pharmacy.web.language import N_, gettext, language, ngettext
from pharmacy.web.lock import lock_here
from pharmacy.web.sessions import LOCK_HEADER

blueprint = Blueprint("counter_scan", __name__)

SUGGESTED = 8
LETTERS_LEAST = 2
LAYOUTS_MOST = 4
_COMMAND_KEYS = {"dispense": "F9", "hold": "F4", "undo": "Ctrl+Z", "clear": "Escape"}


@blueprint.post("/counter/open")
@requires(Permission.DISPENSE)
@at_the_desk
def open_person() -> ResponseReturnValue:
    """Open a person's draft with what is due."""
    person_id, before = number_of("person_id"), number_of("draft_id")
    if person_id is None:
        raise MissingFact(name="person_id")
    draft_id, held = _open(person_id, number_of("request_id"), before)
    return answer(draft_id, lambda desk: _greeting(desk, held))


def _open(person_id: int, request_id: int | None, before: int | None) -> tuple[int, int | None]:
    """Open a person; return the draft, and the one that was put on hold for it."""
    with database().transaction() as session:
        held = _put_aside(session, person_id, before)
        draft_id = drafts.open_for(
            session,
            person_id,
            request_id=request_id,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    return draft_id, held


def _put_aside(session: Session, person_id: int, before: int | None) -> int | None:
    """Put the draft at hand aside for another person: on hold with lines, else cleared."""
    if before is None:
        return None
    row = drafts.get_draft(session, before, actor=actor(), lock=True)
    if row.state not in LIVE or row.expires_at <= now() or row.beneficiary_id == person_id:
        return None
    if row.lines:
        drafts.hold(session, before, actor=actor(), now=now())
        return before
    drafts.clear(session, before, actor=actor(), now=now())
    return None


def _greeting(desk: Desk, held: int | None, *, corrected: bool = False) -> Lane:
    lane = replace(hello(desk), corrected=corrected)
    if held is not None:
        note = gettext("The list before it was put on hold.")
        lane = replace(lane, note=f"{lane.note} {note}".strip(), resume=held)
    return lane


@blueprint.post("/counter/scan", endpoint="scan")
@requires(Permission.DISPENSE)
@at_the_desk
def take_scan() -> ResponseReturnValue:
    """Take a scan, or a text typed and entered, to where it leads."""
    before = number_of("draft_id")
    row = live_draft(before)
    text = request.form.get("code", "")
    told = request.form.get("corrected") == "1"
    if not text.strip():
        return answer(before)
    who = actor()
    with database().reading() as session:
        found = scan.route(session, text, site_id=site_of(who), on=cairo_day(now()), actor=who)
    return _follow(found, before, row, told=told)


def _follow(
    found: scan.Found, before: int | None, row: CounterDraft | None, *, told: bool
) -> ResponseReturnValue:
    """Go where a scan leads; `told` is whether the page undid an Arabic keyboard layout."""
    shown: ResponseReturnValue
    match found:
        case scan.PersonFound():
            draft_id, held = _open(found.person_id, found.request_id, before)
            corrected = told or found.corrected
            shown = answer(draft_id, lambda desk: _greeting(desk, held, corrected=corrected))
        case scan.PackFound():
            shown = _take_pack(found.pack, row, corrected=told or found.corrected)
        case scan.BadgeFound():
            colleague = found.staff_id != actor().staff_id
            shown = _lock(before, request.form.get("code", "") if colleague else "")
        case scan.CommandFound():
            shown = _obey(found.name, before, row)
        case scan.ShelfFound():
            shelf = words(N_("Shelf %(number)s. Its label is for counting."), number=found.shelf)
            shown = answer(before, Lane(kind="info", title=gettext("A shelf"), text=shelf))
        case scan.TextTyped():
            shown = _search(found.text, before, row)
    return shown


def _take_pack(
    pack: PackInHand, row: CounterDraft | None, *, corrected: bool
) -> ResponseReturnValue:
    if row is None:
        raise PersonFirst(name=name_of_pack(pack))
    with database().transaction() as session:
        there = {line.uid for line in drafts.get_draft(session, row.id, actor=actor()).lines}
        uid = draft_lines.match_pack(
            session,
            row.id,
            pack,
            uid=uid_of(secrets.token_hex(8)),
            actor=actor(),
            now=now(),
        )
    added = uid not in there
    return answer(
        row.id,
        lambda desk: _matched(desk, pack, uid, added=added, corrected=corrected),
        extra=Extra(view=View(chosen=uid)),
    )


def name_of_pack(pack: PackInHand) -> str:
    """Return the medicine's name in the reader's language."""
    first, second = pack.drug_name_ar, pack.drug_name_en
    return (second or first) if language() == "en" else (first or second)


def _matched(desk: Desk, pack: PackInHand, uid: str, *, added: bool, corrected: bool) -> Lane:
    row = next((row for row in desk.rows if row.uid == uid), None)
    lot = pack.lot or (row.lots[0][0] if row and row.lots else "")
    left = len(desk.rows) - desk.matched
    note = ngettext("%(num)s line is left.", "%(num)s lines are left.", left)
    return Lane(
        kind="ok",
        title=gettext("Added") if added else gettext("Matched"),
        text=words(N_("%(drug)s — lot %(lot)s."), drug=name_of_pack(pack), lot=lot or "—"),
        note=note if left else gettext("All matched: press"),
        key="" if left else "F9",
        acts=("undo",),
        tone="match",
        corrected=corrected,
    )


def _lock(draft_id: int | None, colleague: str = "") -> ResponseReturnValue:
    """Lock at once: one's own badge locks, a colleague's is asked for its PIN there.

    Args:
        draft_id: The draft to which the same person comes back.
        colleague: The badge of another, scanned at work; the part of an address that no server and
            no log sees takes it to the lock screen.
    """
    address = url_for("counter.draft", draft_id=draft_id) if draft_id else url_for("counter.show")
    locked = lock_here(address)
    if not is_part():
        return locked
    response = make_response("", 401)
    badge = badge_of(colleague)
    response.headers[LOCK_HEADER] = url_for("lock.show", next=address, _anchor=badge)
    return response


def _obey(name: str, draft_id: int | None, row: CounterDraft | None) -> ResponseReturnValue:
    """Do what a code of the laminated sheet says: the same as its key."""
    if name == "lock":
        return _lock(draft_id)
    if is_part():
        lane = Lane(kind="info", title=gettext("Command"), command=_COMMAND_KEYS[name])
        return answer(draft_id, lane)
    if row is None:
        return answer(draft_id, Lane(kind="info", title=gettext("Scan a card first.")))
    if name == "dispense":
        return dispense_once(row.id, row.version)
    with database().transaction() as session:
        if name == "undo":
            draft_lines.undo(session, row.id, actor=actor(), now=now())
        elif name == "hold":
            drafts.hold(session, row.id, actor=actor(), now=now())
        else:
            drafts.clear(session, row.id, actor=actor(), now=now())
    return redirect(url_for("counter.draft", draft_id=row.id), 303)


def _search(text: str, draft_id: int | None, row: CounterDraft | None) -> ResponseReturnValue:
    found = _find(text, row)
    lane = None
    if not found.any:
        nothing = gettext("No results. Try fewer letters or scan the barcode.")
        lane = Lane(kind="warn", title=gettext("Not found"), text=nothing, tone="stop")
    return answer(draft_id, lane, extra=Extra(found=found, typed=text))


@blueprint.get("/counter/suggest")
@requires(Permission.DISPENSE)
def suggest() -> ResponseReturnValue:
    """Return the list that opens below the scan box: medicines for a draft, else persons."""
    draft_id = request.args.get("draft_id", type=int)
    found = _find(request.args.get("q", ""), live_draft(draft_id))
    return render_template("counter/options.html", found=found)


def _find(text: str, row: CounterDraft | None) -> Found:
    """Search persons, or medicines for a draft; none: by the other layout."""
    words_ = text.strip()
    if len(words_) < LETTERS_LEAST:
        return Found(draft_id=row.id if row else None)
    for reading_ in candidates(words_)[:LAYOUTS_MOST]:
        found = _found(reading_, row)
        if found.any:
            return replace(found, layout="" if reading_ == candidates(words_)[0] else reading_)
    return Found(draft_id=row.id if row else None)


def _found(text: str, row: CounterDraft | None) -> Found:
    session, who = reading(), actor()
    if row is None:
        people = beneficiaries.search(session, text, actor=who)
        return Found(people=people[:SUGGESTED])
    drugs = search_drugs(session, text, most=SUGGESTED)
    person = beneficiaries.get_beneficiary(session, row.beneficiary_id, actor=who)
    allergies = [(one.kind, one.code) for one in person.allergies]
    shelf = counter.issuable(session, [drug.id for drug in drugs], site_of(who), cairo_day(now()))
    return Found(
        drugs=[
            (drug, *shelf.get(drug.id, (0, None)), _allergic(drug, allergies)) for drug in drugs
        ],
        draft_id=row.id,
    )


def _allergic(drug: Drug, allergies: list[tuple[AllergyKind, str]]) -> bool:
    held = drug.ingredient_keys.split("+")
    return any(
        code in held if kind is AllergyKind.INGREDIENT else (drug.atc or "").startswith(code)
        for kind, code in allergies
        if code
    )
