"""The slip a citizen takes home when a request is recorded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Beneficiary, Centre, CitizenRequest, Staff
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.identity import mask_identity, mask_phone
from pharmacy.rules.lifecycle import ENDED, ENTITLED
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES
from pharmacy.services.settings import all_settings
from pharmacy.web.citizen_words import tracking_address
from pharmacy.web.language import gettext, speaking
from pharmacy.web.words import word
from reports.request_slip import RequestSlip


def request_slip(
    session: Session,
    request_id: int,
    *,
    language: str,
    copy: bool = False,
    demo: bool = False,
) -> RequestSlip:
    """Return what the slip of a request says; identity and phone are masked.

    Raises:
        NotFound: There is no such request.
    """
    found = session.execute(
        select(CitizenRequest, Beneficiary, Centre, Staff)
        .outerjoin(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
        .outerjoin(Centre, Centre.id == CitizenRequest.centre_id)
        .join(Staff, Staff.id == CitizenRequest.recorded_by)
        .where(CitizenRequest.id == request_id)
    ).one_or_none()
    if found is None:
        raise NotFound(noun="request", key=str(request_id))
    request, person, centre, recorder = found
    phone = (person.phone if person else None) or request.citizen_phone
    with speaking(language):
        return RequestSlip(
            number=request.number,
            moment=request.recorded_at.astimezone(CAIRO),
            citizen=person.full_name if person else request.citizen_name,
            identity=mask_identity(person.identity_number) if person else "",
            phone=mask_phone(phone),
            channel=word(request.channel),
            centre=getattr(centre, f"name_{language}") if centre else "",
            category=word(request.category),
            asked=tuple(line for line in request.asked_for.splitlines() if line.strip()),
            next_steps=_next_steps(request),
            tracking=_tracking(session, request),
            barcode=in_house(InHousePrefix.REQUEST_SLIP, request.id),
            recorded_by=getattr(recorder, f"name_{language}"),
            outside_reference=request.outside_reference or "",
            copy=copy,
            demo=demo,
        )


def _next_steps(request: CitizenRequest) -> tuple[str, ...]:
    if request.state in ENTITLED:
        return (
            gettext("The request is approved. Come to the pharmacy with the card and the ID card."),
        )
    if request.state in ENDED:
        return (gettext("The request is closed. Ask for the reason at the place of recording."),)
    if request.category not in MEDICINE_CATEGORIES:
        return (gettext("The request is sent to the department in charge, which will answer."),)
    return (
        gettext("The papers are checked, then the committee decides."),
        gettext("Bring the prescription and the ID card if they were not handed in yet."),
    )


def _tracking(session: Session, request: CitizenRequest) -> str:
    settings = all_settings(session)
    told = gettext(
        "Keep this slip. Call %(hotline)s and give the number %(number)s to hear where it stands.",
        hotline=settings["hotline"],
        number=request.number,
    )
    where = tracking_address(settings)
    if not where:
        return told
    more = gettext(
        "Or follow it at %(address)s by its number and the last four digits of your phone.",
        address=where,
    )
    return f"{told} {more}"
