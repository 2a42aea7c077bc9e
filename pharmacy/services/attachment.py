"""Attachments of citizen requests: added, looked at, removed when their time is over."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pharmacy.errors import AttachmentRefused, MissingFact, NotFound
from pharmacy.models import Attachment, CitizenRequest, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import clean
from pharmacy.rules.calendar import add_months, cairo_day
from pharmacy.rules.media import MediaType, media_type_of
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import Paper
from pharmacy.services import audit
from pharmacy.services.attachment_pictures import check_drawable
from pharmacy.services.request import get_request
from pharmacy.services.settings import whole_setting

NAME_MAX = 120
PER_REQUEST_MAX = 40
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Given:
    """A file that has passed the door: what it is, and its SHA-256 in hexadecimal."""

    content: bytes
    file_name: str
    media_type: MediaType
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An attachment as a request's page lists it."""

    id: int
    kind: Paper
    file_name: str
    size: int
    sha256: str
    added_at: datetime
    keep_until: date
    name_ar: str
    name_en: str


def read_file(session: Session, content: bytes, file_name: str) -> Given:
    """Look at a file before anything of it is kept.

    Raises:
        AttachmentRefused: It is empty, too large, of another kind, or cannot be drawn.
    """
    if not content:
        raise AttachmentRefused(reason="empty")
    if len(content) > whole_setting(session, "attachment_megabytes") * _MEGABYTE:
        raise AttachmentRefused(reason="too_large")
    media_type = media_type_of(content)
    if media_type is None:
        raise AttachmentRefused(reason="kind")
    check_drawable(content, media_type)
    name = clean(file_name.replace("\\", "/").rpartition("/")[2])[-NAME_MAX:] or "paper"
    return Given(content, name, media_type, hashlib.sha256(content).hexdigest())


def add(
    session: Session,
    request_id: int,
    given: Given,
    kind: Paper,
    stored_as: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a paper of a request; return its id, the first one's when it is there already.

    Raises:
        NotFound: There is no such request for this actor.
        AttachmentRefused: The request has too many papers.
    """
    actor.require(Permission.REQUEST_RECORD)
    get_request(session, request_id, actor=actor, lock=True)
    live = select(Attachment.id, Attachment.sha256).where(
        Attachment.request_id == request_id, Attachment.removed_at.is_(None)
    )
    there: dict[str, int] = {row.sha256: row.id for row in session.execute(live)}
    if given.sha256 in there:
        return there[given.sha256]
    if len(there) >= PER_REQUEST_MAX:
        raise AttachmentRefused(reason="too_many")
    months = whole_setting(session, "attachment_months")
    row = Attachment(
        request_id=request_id,
        kind=kind,
        file_name=given.file_name,
        media_type=given.media_type.value,
        size=len(given.content),
        sha256=given.sha256,
        stored_as=stored_as,
        added_at=now,
        added_by=actor.staff_id,
        keep_until=add_months(cairo_day(now), months),
    )
    session.add(row)
    session.flush()
    after = {"request_id": request_id, "kind": kind.value, "sha256": given.sha256}
    audit.record(session, "add", "attachment", row.id, after=after, actor=actor, now=now)
    return row.id


def get_attachment(
    session: Session, attachment_id: int, *, actor: Actor, lock: bool = False
) -> Attachment:
    """Return a paper that is there, to who may see its request and clinical facts.

    Raises:
        NotPermitted: The role sees no clinical facts.
        NotFound: It is not there, was removed, or belongs to another centre's request.
    """
    actor.require(Permission.CLINICAL_VIEW)
    row = session.get(Attachment, attachment_id, with_for_update=lock)
    if row is None or row.removed_at is not None:
        raise NotFound(noun="attachment", key=str(attachment_id))
    get_request(session, row.request_id, actor=actor)
    return row


def note_look(session: Session, attachment_id: int, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody looked at a paper: at the person's file where there is one."""
    row = get_attachment(session, attachment_id, actor=actor)
    request = session.get_one(CitizenRequest, row.request_id)
    if request.beneficiary_id is not None:
        reason = f"attachment {row.id}"
        audit.looked(session, request.beneficiary_id, "view", reason=reason, actor=actor, now=now)
    else:
        audit.record(session, "view", "attachment", row.id, actor=actor, now=now)


def remove(
    session: Session, attachment_id: int, *, reason: str, actor: Actor, now: datetime
) -> str:
    """Take a paper away; return the name of the file, which goes when this is committed.

    Raises:
        NotPermitted: The role removes no papers.
        NotFound: It is not there.
        MissingFact: No reason is given.
    """
    actor.require(Permission.ATTACHMENT_REMOVE)
    if not reason.strip():
        raise MissingFact(name="reason")
    row = get_attachment(session, attachment_id, actor=actor, lock=True)
    row.removed_at, row.removed_by, row.removal_reason = now, actor.staff_id, reason.strip()
    session.flush()
    after = {"sha256": row.sha256, "reason": reason.strip()}
    audit.record(session, "remove", "attachment", row.id, after=after, actor=actor, now=now)
    return row.stored_as


def of_request(session: Session, request_id: int) -> Sequence[Listed]:
    """Return the papers of a request that are there, the latest last; one statement."""
    paper = Attachment
    rows = session.execute(
        select(
            paper.id,
            paper.kind,
            paper.file_name,
            paper.size,
            paper.sha256,
            paper.added_at,
            paper.keep_until,
            Staff.name_ar,
            Staff.name_en,
        )
        .join(Staff, Staff.id == paper.added_by)
        .where(paper.request_id == request_id, paper.removed_at.is_(None))
        .order_by(paper.id)
    )
    return [Listed(*row) for row in rows]


def kept(*, due_by: date | None, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return papers that are there, or of them those whose time is over by a day; no order.

    Raises:
        NotPermitted: The role removes no papers.
    """
    actor.require(Permission.ATTACHMENT_REMOVE)
    paper = Attachment
    statement = (
        select(
            paper.id,
            paper.request_id,
            CitizenRequest.number,
            paper.kind,
            paper.file_name,
            paper.size,
            paper.added_at,
            paper.keep_until,
        )
        .join(CitizenRequest, CitizenRequest.id == paper.request_id)
        .where(paper.removed_at.is_(None))
    )
    return statement if due_by is None else statement.where(paper.keep_until <= due_by)


def known_files(session: Session) -> frozenset[str]:
    """Return the names of the files that belong to a paper that is there."""
    return frozenset(
        session.scalars(select(Attachment.stored_as).where(Attachment.removed_at.is_(None)))
    )
