"""Papers of a demonstration: an invented prescription and report, kept with one open request."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Attachment, CitizenRequest, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import Paper, RequestState
from pharmacy.rules.vocabulary import Role
from pharmacy.services.attachment import add, read_file
from pharmacy.services.attachment_files import AttachmentFolder

_PAPERS = (
    (Paper.PRESCRIPTION, "prescription.png", ("Rx (invented)", "Glucophage 850 mg", "1 x 2 x 30")),
    (Paper.MEDICAL_REPORT, "report.png", ("Medical report (invented)", "Type 2 diabetes")),
)
_SIZE = (620, 877)
_MARGIN, _LINE = 60, 40


def keep_papers(session: Session, folder: AttachmentFolder, *, now: datetime) -> None:
    """Keep the papers with the newest approved request of a person, once."""
    if session.scalar(select(Attachment.id).limit(1)) is not None:
        return
    approved = CitizenRequest.state == RequestState.APPROVED
    wanted = select(CitizenRequest.id).where(approved).order_by(CitizenRequest.id.desc())
    request_id = session.scalars(wanted).first()
    clerk = session.scalars(select(Staff).where(Staff.role == Role.CLERK)).first()
    if request_id is None or clerk is None:
        return
    actor = Actor(clerk.id, clerk.name_ar, Role.CLERK)
    for kind, name, lines in _PAPERS:
        given = read_file(session, _drawn(lines), name)
        stored_as = folder.put(given.content)
        add(session, request_id, given, kind, stored_as, actor=actor, now=now)


def _drawn(lines: tuple[str, ...]) -> bytes:
    picture = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, _MARGIN + number * _LINE), line, fill="black")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
