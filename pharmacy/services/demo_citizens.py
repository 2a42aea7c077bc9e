"""What a demonstration shows of telling citizens: a reply, a voice, a system that may listen."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest, Webhook
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import ReplyMeans, RequestState
from pharmacy.rules.vocabulary import Channel
from pharmacy.services.feedback import give_feedback
from pharmacy.services.reply import NewReply, tell
from pharmacy.services.tracking import last_step

_REPLY = "تمت الموافقة على طلبكم. يرجى الحضور ببطاقة الرقم القومي وإيصال الطلب."
_VOICE = "استلمت جزءًا فقط ولم يبلغني أحد بموعد الباقي"


def tell_some(
    session: Session, staff: Mapping[str, Actor], request_id: int, *, now: datetime
) -> None:
    """Tell one citizen, let another say that it is not solved, add a webhook that is off.

    Args:
        session: A writing session.
        staff: Actors by sign-in name.
        request_id: The request whose citizen is told.
        now: The moment.
    """
    session.add(
        Webhook(
            name="بوابة الشكاوى (تجربة)",
            url="https://portal.example/notices",
            channel=Channel.PORTAL,
            # The same in every demonstration: the secret is made of the instance's own key as well.
            salt="demonstration",
            active=False,
            created_at=now,
            created_by=staff["admin"].staff_id,
        )
    )
    new = NewReply(submission_id="demo-reply", means=ReplyMeans.IN_PERSON, text=_REPLY)
    tell(session, request_id, new, actor=staff["clerk"], now=now)
    unhappy = session.scalars(
        select(CitizenRequest)
        .where(CitizenRequest.state == RequestState.DISPENSING, CitizenRequest.id != request_id)
        .order_by(CitizenRequest.id.desc())
        .limit(1)
    ).first()
    step = last_step(session, unhappy) if unhappy is not None else None
    if unhappy is not None and step is not None:
        give_feedback(session, unhappy.id, step.id, solved=False, text=_VOICE, now=now)
