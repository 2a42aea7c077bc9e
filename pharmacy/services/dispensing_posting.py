"""Writing a dispensing that may happen: voucher, head, lines, owings, notices; nothing decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.models import Dispensing, DispensingLine, NoticeOverride, Owing
from pharmacy.rules.actor import Actor
from pharmacy.rules.allocation import Pick
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.posting import Entry, PostingLine, postings_for
from pharmacy.rules.seal import Atom
from pharmacy.rules.subsidy import Shares
from pharmacy.rules.vocabulary import NoticeCode, VoucherKind
from pharmacy.services.dispensing_facts import Case, Item
from pharmacy.services.request_steps import close_used_up
from pharmacy.services.sealing import (
    APPROVAL,
    ITEM,
    approval_particulars,
    head_particulars,
    item_particulars,
    line_particulars,
    notice_particulars,
    owing_particulars,
)
from pharmacy.services.voucher import BatchFacts, Movement, VoucherDraft, post


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """What is to be handed out: an approved item, units of issue, and the owing it settles."""

    approval_item_id: int
    quantity: int
    owing_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A reason given for going on in spite of a blocking notice."""

    code: NoticeCode
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Someone else who collects on the person's behalf."""

    name: str = ""
    identity: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispensingOrder:
    """What the counter or an API call asks for.

    Attributes:
        submission_id: Made by the form; the same one posts once and gives the first back.
        partial: Give what there is and owe the rest, instead of refusing.
    """

    request_id: int
    submission_id: str
    lines: Sequence[OrderLine]
    overrides: Sequence[Override] = ()
    collector: Collector = field(default_factory=Collector)
    partial: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One batch's part of a line, valued and shared."""

    line: OrderLine
    item: Item
    pick: Pick
    facts: BatchFacts
    days: int
    shares: Shares


_INSERT_DISPENSING = insert(table_of(Dispensing))
_INSERT_LINE = insert(table_of(DispensingLine))
_INSERT_OVERRIDE = insert(table_of(NoticeOverride))
_INSERT_OWING = insert(table_of(Owing))


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
    for statement, rows in ((_INSERT_OWING, ready.owings), (_INSERT_OVERRIDE, ready.shown)):
        if rows:
            session.connection().execute(
                statement, [{**row, "voucher_id": voucher_id} for row in rows]
            )
    if used_up(case, parts):
        close_used_up(session, case.request_id, actor=actor, now=now)
    return voucher_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A dispensing as it will be written: its voucher, and rows that lack only the voucher's id."""

    draft: VoucherDraft
    head: dict[str, object]
    lines: list[dict[str, object]]
    owings: list[dict[str, object]]
    shown: list[dict[str, object]]


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
    head = _head_row(case, order)
    lines = [_line_row(case, part, number, on) for number, part in enumerate(parts, start=1)]
    owings = _owing_rows(case, short)
    shown = _notice_rows(notices, order.overrides, actor)
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
            *_items(parts),
            head_particulars(head),
            *map(line_particulars, lines),
            *map(owing_particulars, owings),
            *map(notice_particulars, shown),
        ],
    )
    return Ready(draft=draft, head=head, lines=lines, owings=owings, shown=shown)


def _items(parts: Sequence[Part]) -> list[tuple[Atom, ...]]:
    """Return each item given, once, in the order of ids."""
    items = {part.item.approval_item_id: part.item for part in parts}
    return [
        item_particulars({name: getattr(items[item_id], name) for name in ITEM})
        for item_id in sorted(items)
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


def _head_row(case: Case, order: DispensingOrder) -> dict[str, object]:
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


def _line_row(case: Case, part: Part, number: int, on: date) -> dict[str, object]:
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


def _owing_rows(case: Case, short: Mapping[int, int]) -> list[dict[str, object]]:
    return [
        {
            "approval_item_id": item_id,
            "drug_id": case.items[item_id].drug_id,
            "beneficiary_id": case.beneficiary_id,
            "quantity": quantity,
        }
        for item_id, quantity in short.items()
    ]


def _notice_rows(
    notices: Sequence[Notice], overrides: Sequence[Override], actor: Actor
) -> list[dict[str, object]]:
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


def used_up(case: Case, parts: Sequence[Part]) -> bool:
    """Tell whether every approved item is now given in full."""
    left = {item_id: item.quantity_per_issue * item.issues for item_id, item in case.items.items()}
    for line in case.given:
        if line.approval_item_id in left:
            left[line.approval_item_id] -= line.quantity
    for part in parts:
        left[part.item.approval_item_id] -= part.pick.quantity
    return all(quantity <= 0 for quantity in left.values())
