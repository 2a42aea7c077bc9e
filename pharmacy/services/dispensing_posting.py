"""Writing a dispensing that may happen: voucher, head, lines, owings, notices; nothing decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.models import (
    DispensedPack,
    Dispensing,
    DispensingCare,
    DispensingLine,
    NoticeOverride,
    Owing,
    Substitution,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.posting import Entry, PostingLine, postings_for
from pharmacy.rules.seal import Atom
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.dispensing_facts import Case
from pharmacy.services.dispensing_order import (
    DispensingOrder,
    Part,
)
from pharmacy.services.dispensing_rows import (
    care_rows,
    head_row,
    line_row,
    notice_rows,
    owing_rows,
    pack_rows,
    substitution_rows,
)
from pharmacy.services.request_steps import hand_over
from pharmacy.services.sealing import (
    APPROVAL,
    ITEM,
    approval_particulars,
    care_particulars,
    head_particulars,
    item_particulars,
    line_particulars,
    notice_particulars,
    owing_particulars,
    pack_particulars,
    substitution_particulars,
)
from pharmacy.services.voucher import Movement, VoucherDraft, post

_INSERT_DISPENSING = insert(table_of(Dispensing))
_INSERT_LINE = insert(table_of(DispensingLine))
_INSERT_OVERRIDE = insert(table_of(NoticeOverride))
_INSERT_OWING = insert(table_of(Owing))
_INSERT_CARE = insert(table_of(DispensingCare))
_INSERT_SUBSTITUTION = insert(table_of(Substitution))
_INSERT_PACK = insert(table_of(DispensedPack))


def write(
    session: Session,
    case: Case,
    order: DispensingOrder,
    *,
    order_digest: str,
    parts: Sequence[Part],
    short: Mapping[int, int],
    notices: Sequence[Notice],
    actor: Actor,
    now: datetime,
) -> int:
    """Post the voucher and write all that hangs from it; return the voucher's id.

    Args:
        session: A writing session that holds the locks.
        case: The request, person and approval.
        order: What was asked for.
        order_digest: Its fingerprint.
        parts: The batches chosen, valued and shared.
        short: Units that could not be given, by approved item.
        notices: What the rules said; blocking ones have their reasons in the order.
        actor: Who dispenses.
        now: When.
    """
    ready = prepare(
        case,
        order,
        order_digest=order_digest,
        parts=parts,
        short=short,
        notices=notices,
        actor=actor,
        on=cairo_day(now),
    )
    voucher_id = post(session, ready.draft, actor=actor, now=now).voucher_id
    session.connection().execute(_INSERT_DISPENSING, {**ready.head, "voucher_id": voucher_id})
    of_dispensing = {"voucher_id": voucher_id, "dispensing_id": voucher_id}
    session.connection().execute(_INSERT_LINE, [{**line, **of_dispensing} for line in ready.lines])
    for statement, rows in (
        (_INSERT_OWING, ready.owings),
        (_INSERT_OVERRIDE, ready.shown),
        (_INSERT_CARE, ready.care),
        (_INSERT_SUBSTITUTION, ready.substitutions),
        (_INSERT_PACK, ready.packs),
    ):
        if rows:
            session.connection().execute(
                statement, [{**row, "voucher_id": voucher_id} for row in rows]
            )
    ended = used_up(case, parts)
    hand_over(session, case.request_id, case.state, used_up=ended, actor=actor, now=now)
    return voucher_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A dispensing as it will be written: its voucher, and rows that lack only the voucher's id."""

    draft: VoucherDraft
    head: dict[str, object]
    lines: list[dict[str, object]]
    owings: list[dict[str, object]]
    shown: list[dict[str, object]]
    care: list[dict[str, object]]
    substitutions: list[dict[str, object]]
    packs: list[dict[str, object]]


def prepare(
    case: Case,
    order: DispensingOrder,
    *,
    order_digest: str,
    parts: Sequence[Part],
    short: Mapping[int, int],
    notices: Sequence[Notice],
    actor: Actor,
    on: date,
) -> Ready:
    """Lay out a dispensing without touching the database; the arguments are those of `write`."""
    assert actor.site_id is not None
    head = head_row(case, order)
    lines = [line_row(case, part, number, on) for number, part in enumerate(parts, start=1)]
    owings = owing_rows(case, short)
    shown = notice_rows(notices, order.overrides, actor)
    care = care_rows(order)
    substitutions = substitution_rows(case, parts)
    packs = pack_rows(parts)
    draft = VoucherDraft(
        kind=VoucherKind.DISPENSING,
        site_id=actor.site_id,
        business_date=on,
        submission_id=order.submission_id,
        submission_digest=order_digest,
        request_id=case.request_id,
        note=order.note,
        movements=[
            Movement(
                line_no=number,
                quantity=-part.pick.quantity,
                value=-part.pick.value,
                batch_id=part.pick.batch_id,
                facts=part.facts,
            )
            for number, part in enumerate(parts, start=1)
        ],
        entries=_entries(parts),
        particulars=[
            approval_particulars({name: getattr(case, name) for name in APPROVAL}),
            *_items(case, parts),
            head_particulars(head),
            *map(line_particulars, lines),
            *map(owing_particulars, owings),
            *map(notice_particulars, shown),
            *map(care_particulars, care),
            *map(substitution_particulars, substitutions),
            *map(pack_particulars, packs),
        ],
    )
    return Ready(
        draft=draft,
        head=head,
        lines=lines,
        owings=owings,
        shown=shown,
        care=care,
        substitutions=substitutions,
        packs=packs,
    )


def _items(case: Case, parts: Sequence[Part]) -> list[tuple[Atom, ...]]:
    """Return each item as approved, once, in the order of ids."""
    given = {part.item.approval_item_id for part in parts}
    return [
        item_particulars({name: getattr(case.items[item_id], name) for name in ITEM})
        for item_id in sorted(given)
    ]


def _entries(parts: Sequence[Part]) -> tuple[Entry, ...]:
    return postings_for(
        VoucherKind.DISPENSING,
        [
            PostingLine(
                line_no=number,
                fund_id=part.facts.fund_id,
                value=-part.pick.value,
                shares=part.shares,
            )
            for number, part in enumerate(parts, start=1)
        ],
    )


def used_up(case: Case, parts: Sequence[Part]) -> bool:
    """Tell whether every approved item is now given in full."""
    left = {item_id: item.quantity_per_issue * item.issues for item_id, item in case.items.items()}
    for line in case.given:
        if line.approval_item_id in left:
            left[line.approval_item_id] -= line.quantity
    for part in parts:
        left[part.item.approval_item_id] -= part.pick.quantity
    return all(quantity <= 0 for quantity in left.values())
