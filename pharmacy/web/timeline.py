"""Points of a request's history, as the component draws them; the citizen's own among them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.services import feedback, reply
from pharmacy.web.language import gettext, language
from pharmacy.web.words import word


@dataclass(frozen=True, slots=True)
class Event:
    """A point of the timeline, as the component draws it."""

    at: datetime
    title: str
    who: str
    text: str
    kind: str


def citizen_events(session: Session, request_id: int) -> list[Event]:
    """Return what the citizen was told and what the citizen said; two statements."""
    english = language() == "en"
    told = [
        Event(
            at=one.at,
            title=gettext("The citizen was told: %(means)s", means=word(one.means)),
            who=one.name_en if english else one.name_ar,
            text=one.text,
            kind="",
        )
        for one in reply.replies(session, request_id)
    ]
    said = [
        Event(
            at=one.at,
            title=gettext("The citizen says: it is solved")
            if one.solved
            else gettext("The citizen says: it is not solved"),
            who="",
            text=one.text,
            kind="ok" if one.solved else "warn",
        )
        for one in feedback.said(session, request_id)
    ]
    return told + said
