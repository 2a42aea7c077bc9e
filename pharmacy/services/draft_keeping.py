"""A draft in the hand: whose it is, whether it may change, and the counting of its changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import DraftChanged, DraftClosed, MissingFact, NotFound
from pharmacy.models import CounterDraft, DraftLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import CounsellingPoint, DraftState
from pharmacy.services.dispensing_order import Care, Collector
from pharmacy.services.settings import whole_setting

LIVE = (DraftState.OPEN, DraftState.HELD)
COLLECTED = ("name", "identity", "relation", "phone")
PRESCRIBED = ("prescriber", "prescription_number", "prescription_date", "prescription_kept")

_drafts, _lines = table_of(CounterDraft), table_of(DraftLine)
_LOCK_DRAFT = select(*_drafts.columns).where(_drafts.c.id == bindparam("draft")).with_for_update()
_LINES = (
    select(*_lines.columns)
    .where(_lines.c.draft_id == bindparam("draft"))
    .order_by(_lines.c.position, _lines.c.id)
)

AnyDraft: TypeAlias = CounterDraft | Row[*tuple[Any, ...]]
"""A draft to look at: mapped, or its bare row where every millisecond counts."""

AnyLine: TypeAlias = DraftLine | Row[*tuple[Any, ...]]
"""A line of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What is said beside the lines; the second signature of `care` comes from `sign` alone.

    Attributes:
        reasons: Why to go on in spite of a blocking notice, by its code.
        partial: Give what there is and owe the rest.
    """

    collector: Collector = field(default_factory=Collector)
    care: Care = field(default_factory=Care)
    note: str = ""
    partial: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)


def facts_of(draft: AnyDraft) -> DraftFacts:
    """Return what is said beside the lines."""
    collector = {name: getattr(draft, f"collected_by_{name}") for name in COLLECTED}
    return DraftFacts(
        collector=Collector(**collector),
        care=Care(
            counselled=tuple(CounsellingPoint(point) for point in draft.counselled.split()),
            second_staff_id=draft.second_staff_id,
            **{name: getattr(draft, name) for name in PRESCRIBED},
        ),
        note=draft.note,
        partial=draft.partial,
        reasons={code: str(reason) for code, reason in draft.reasons.items()},
    )


def site_of(actor: Actor) -> int:
    """Return the site at whose counter the actor stands.

    Raises:
        MissingFact: The actor works at no site.
    """
    actor.require(Permission.DISPENSE)
    if actor.site_id is None:
        raise MissingFact(name="site")
    return actor.site_id


def get_draft(session: Session, draft_id: int, *, actor: Actor, lock: bool = False) -> CounterDraft:
    """Return a draft of the actor's own, in whatever state.

    Raises:
        NotPermitted: The role does not dispense.
        NotFound: There is none, or it is a colleague's or another site's.
    """
    actor.require(Permission.DISPENSE)
    draft = session.get(
        CounterDraft, draft_id, with_for_update=lock or None, populate_existing=lock
    )
    if draft is None or not _is_own(draft, actor):
        raise NotFound(noun="draft", key=str(draft_id))
    return draft


def lock_draft(
    session: Session, draft_id: int, *, actor: Actor
) -> tuple[Row[*tuple[Any, ...]], Sequence[Row[*tuple[Any, ...]]]]:
    """Lock a draft of the actor's own and return its bare row, and those of its lines in order.

    Raises:
        NotPermitted: The role does not dispense.
        NotFound: There is none, or it is a colleague's or another site's.
    """
    actor.require(Permission.DISPENSE)
    draft = session.connection().execute(_LOCK_DRAFT, {"draft": draft_id}).first()
    if draft is None or not _is_own(draft, actor):
        raise NotFound(noun="draft", key=str(draft_id))
    return draft, session.connection().execute(_LINES, {"draft": draft_id}).all()


def _is_own(draft: AnyDraft, actor: Actor) -> bool:
    return (draft.site_id, draft.staff_id) == (actor.site_id, actor.staff_id)


def take_up(
    session: Session, draft_id: int, *, version: int | None = None, actor: Actor, now: datetime
) -> CounterDraft:
    """Lock a draft of the actor's own that may change.

    Raises:
        NotFound: There is none, or it is a colleague's.
        DraftClosed: It was dispensed, cleared or has expired.
        DraftChanged: It changed since the page with this version was shown.
    """
    draft = get_draft(session, draft_id, actor=actor, lock=True)
    refuse_closed(draft, now)
    refuse_changed(draft, version)
    return draft


def refuse_changed(draft: AnyDraft, version: int | None) -> None:
    """Refuse a page that shows another version than the draft's; None is sure to be right.

    Raises:
        DraftChanged: It changed since the page was shown.
    """
    if version is not None and version != draft.version:
        raise DraftChanged


def refuse_closed(draft: AnyDraft, now: datetime) -> None:
    """Refuse a draft that may no longer change.

    Raises:
        DraftClosed: It was dispensed, cleared or has expired.
    """
    if draft.state not in LIVE:
        raise DraftClosed(state=draft.state.value)
    if draft.expires_at <= now:
        raise DraftClosed(state=DraftState.EXPIRED.value)


def changed(
    session: Session,
    draft: CounterDraft,
    *,
    now: datetime,
    before: Mapping[str, object] | None = None,
    lines: bool = True,
) -> None:
    """Count a change of a locked draft.

    Args:
        session: A writing session.
        draft: The locked draft, changed.
        now: When.
        before: The lines before it, for one step back.
        lines: Whether lines changed, which takes the signatures over them away.
    """
    draft.version += 1
    draft.touched_at, draft.expires_at = now, expiry(session, now)
    draft.state = DraftState.OPEN
    if lines:
        draft.approved_by = draft.second_staff_id = None
        draft.before = dict(before or {})
    session.flush()


def expiry(session: Session, now: datetime) -> datetime:
    """Return when a draft touched now expires."""
    return now + timedelta(hours=whole_setting(session, "draft_hours"))
