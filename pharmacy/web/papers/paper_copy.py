"""The marked copy of an attachment, for whoever looks at it."""

from datetime import datetime

from pharmacy.models import Attachment, CitizenRequest
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.media import MediaType
from pharmacy.services.attachment_pictures import pictures_of
from pharmacy.web.words import word
from reports.paper_copy import PaperCopy


def paper_copy(
    row: Attachment, request: CitizenRequest, content: bytes, *, viewer: str, now: datetime
) -> PaperCopy:
    """Return what the copy says and shows.

    Raises:
        AttachmentRefused: The file cannot be drawn any more.
    """
    return PaperCopy(
        number=request.number,
        kind=word(row.kind),
        viewer=viewer,
        moment=now.astimezone(CAIRO),
        pictures=pictures_of(content, MediaType(row.media_type)),
    )
