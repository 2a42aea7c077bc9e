"""Messages of Sawtak Masmou in a demonstration: some became complaints, some were kept."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.request_vocabulary import KeptReason
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services.message import NewMessage, keep, make_complaint, record_message

# Days ago, who, what, and what became of it: a category, a reason to keep it, or nothing yet.
_MESSAGES: tuple[tuple[int, str, str, RequestCategory | KeptReason | None], ...] = (
    (40, "هند السيد", "أحتاج صرف علاج الضغط لوالدتي", RequestCategory.MEDICINE),
    (33, "محمود رزق", "شكرًا على سرعة صرف العلاج", KeptReason.THANKS),
    (21, "", "أين أقرب مركز تكنولوجي؟", KeptReason.ENQUIRY),
    (12, "صباح عوض", "كرسي متحرك لابني", RequestCategory.SUPPLIES),
    (3, "", "مريض ولا أجد الدواء", None),
    (1, "عماد الجندي", "لبن أطفال لتوأم", None),
)


def bring_messages(session: Session, today: date, *, actor: Actor) -> None:
    """Write the messages down, and what became of each."""
    for number, (ago, name, text, then) in enumerate(_MESSAGES, start=1):
        on = today - timedelta(days=ago)
        now = datetime.combine(on, time(11, number), CAIRO)
        message = NewMessage(
            submission_id=f"demo-message-{number}",
            received_on=on,
            text=text,
            sender_name=name,
            outside_reference=f"SM-{on.year}-M{number:04d}",
        )
        message_id = record_message(session, message, actor=actor, now=now)
        if isinstance(then, KeptReason):
            keep(session, message_id, then, actor=actor, now=now)
        elif then is not None:
            make_complaint(
                session,
                message_id,
                submission_id=f"demo-complaint-{number}",
                citizen_name=name,
                asked_for=text,
                category=then,
                urgency=Urgency.NORMAL,
                actor=actor,
                now=now,
            )
