"""What the citizen was told: written down, and sent where it goes by text message or e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, ReplyUnreachable
from pharmacy.models import Beneficiary, CitizenReply, CitizenRequest, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import kept_upright
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import OutboxKind, ReplyMeans
from pharmacy.services.outbox_writing import put
from pharmacy.services.request import get_request


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """What the citizen is told; `subject` is that of an e-mail."""

    submission_id: str
    means: ReplyMeans
    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it is read, with who gave it."""

    at: datetime
    means: ReplyMeans
    text: str
    name_ar: str
    name_en: str


def tell(session: Session, request_id: int, new: NewReply, *, actor: Actor, now: datetime) -> int:
    """Write down a reply and let it go out; return its id, the first one's when sent twice.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        MissingFact: No text was given.
        ReplyUnreachable: There is no phone, or no e-mail address, for this way.
    """
    actor.require(Permission.REQUEST_CHECK)
    request = get_request(session, request_id, actor=actor, lock=True)
    first = session.scalar(
        select(CitizenReply.id).where(CitizenReply.submission_id == new.submission_id)
    )
    if first is not None:
        return first
    text = new.text.strip()
    if not text:
        raise MissingFact(name="text")
    kind = {ReplyMeans.SMS: OutboxKind.SMS, ReplyMeans.EMAIL: OutboxKind.EMAIL}.get(new.means)
    recipient = _recipient(session, request, new.means) if kind else ""
    row = CitizenReply(
        request_id=request_id,
        at=now,
        staff_id=actor.staff_id,
        means=new.means,
        text=text,
        submission_id=new.submission_id,
    )
    session.add(row)
    if request.first_reply_on is None:
        request.first_reply_on = cairo_day(now)
    session.flush()
    if kind is not None:
        key, subject = f"reply-{row.id}", new.subject if kind is OutboxKind.EMAIL else ""
        body = kept_upright(text)
        put(session, kind, key, request_id, recipient, subject=subject, body=body, now=now)
    return row.id


def _recipient(session: Session, request: CitizenRequest, means: ReplyMeans) -> str:
    to = request.citizen_email if means is ReplyMeans.EMAIL else phone_of(session, request)
    if not to:
        raise ReplyUnreachable
    return to


def phone_of(session: Session, request: CitizenRequest) -> str | None:
    """Return the phone a citizen is told by: the one given with the request, or of the file."""
    if request.citizen_phone or request.beneficiary_id is None:
        return request.citizen_phone
    return session.scalar(select(Beneficiary.phone).where(Beneficiary.id == request.beneficiary_id))


def replies(session: Session, request_id: int) -> Sequence[Reply]:
    """Return what the citizen was told, in order; one statement."""
    reply = CitizenReply
    rows = session.execute(
        select(reply.at, reply.means, reply.text, Staff.name_ar, Staff.name_en)
        .join(Staff, Staff.id == reply.staff_id)
        .where(reply.request_id == request_id)
        .order_by(reply.id)
    )
    return [Reply(*row) for row in rows]
