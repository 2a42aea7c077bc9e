"""Open311 GeoReport v2: centres and portals that speak it report requests and ask how they stand.

Anybody may ask for the state of requests and hears number, state and days: nothing of a person, of
medicine, or of what was asked for. A token (`api_key`) with the scope hears the service as well.
A request is answered at once, so there are no tokens to come back with later.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from pharmacy.errors import InvalidField, MissingFact, NotFound
from pharmacy.models import Centre, CitizenRequest
from pharmacy.rules.arabic import clean
from pharmacy.rules.calendar import CAIRO, cairo_day
from pharmacy.rules.lifecycle import ENDED, OPEN
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import CentreKind, Channel, RequestCategory, Urgency
from pharmacy.services.beneficiary_file import may_see_clinical
from pharmacy.services.reported import ReportedQuery, reported
from pharmacy.services.request import NewRequest, record_request
from pharmacy.services.settings import all_settings
from pharmacy.web.access import Rule, declare, public
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import KEY_HEADER, Made, key_sent, once
from pharmacy.web.context import actor, close_reading, identity, now, reading
from pharmacy.web.georeport import (
    FORMATS,
    asked_format,
    day_in_cairo,
    listed,
    moment_in_cairo,
    single,
)
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.words import word

blueprint = Blueprint("open311", __name__, url_prefix="/open311")

JURISDICTION = "beheira.gov.eg"
SPAN = timedelta(days=90)
"""The specification's own bound, as is the number of requests in one answer."""
ANY_SERVICE = "request"
IDS_MAX = 100
_FORM = f"<any({','.join(FORMATS)}):form>"

PUBLIC_NOTES: Mapping[RequestState, str] = {
    RequestState.RECEIVED: N_("Received"),
    RequestState.AWAITING_PAPERS: N_("Papers awaited"),
    RequestState.REJECTED: N_("Closed"),
    RequestState.CLOSED: N_("Closed"),
}
UNDER_STUDY = N_("Under study")
"""What anybody hears of where a request stands; more is for who knows the citizen's phone."""

POSTED: Mapping[str, s.Shape] = {
    "description": s.text(1500, lines=True),
    "first_name": s.text(80),
    "last_name": s.text(80),
    "phone": s.text(40),
    "email": s.text(120),
    "address_string": s.text(200),
    "address_id": s.text(60),
    "lat": s.text(20),
    "long": s.text(20),
    "media_url": s.text(200),
    "attribute[urgency]": s.word(Urgency),
}


@blueprint.get(f"/discovery.{_FORM}")
@public
def discovery(form: str) -> ResponseReturnValue:
    """Say where the service is."""
    del form
    base = url_for("open311.services", form="json", _external=True).removesuffix("/services.json")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": "2026-01-01T00:00:00+02:00",
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    said = {
        "changeset": "2026-01-01T00:00:00+02:00",
        "contact": gettext("Hotline %(number)s", number=all_settings(reading())["hotline"]),
        "key_service": gettext("Ask an administrator of the pharmacy for a token."),
        "endpoints": [endpoint],
    }
    return single("discovery", said)


@blueprint.get(f"/v2/services.{_FORM}")
@public
def services(form: str) -> ResponseReturnValue:
    """Say what may be asked for."""
    del form
    _check_jurisdiction()
    rows = [
        {
            "service_code": category.value,
            "service_name": word(category),
            "description": word(category),
            "metadata": True,
            "type": "realtime",
            "keywords": category.value,
            "group": all_settings(reading())[f"governorate_{language()}"],
        }
        for category in RequestCategory
    ]
    return listed("services", "service", rows)


@blueprint.get(f"/v2/services/<code>.{_FORM}")
@public
def definition(code: str, form: str) -> ResponseReturnValue:
    """Say what is asked besides of one service."""
    del form
    _check_jurisdiction()
    category = _category(code)
    urgency = {
        "variable": True,
        "code": "urgency",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": 1,
        "description": gettext("Urgency"),
        "values": [{"key": one.value, "name": word(one)} for one in Urgency],
    }
    said = {"service_code": category.value, "attributes": [urgency]}
    return single("service_definition", said)


def _category(code: str) -> RequestCategory:
    if code not in set(RequestCategory):
        raise NotFound(noun="service_code", key=code[: s.TEXT_MAX])
    return RequestCategory(code)


def _check_jurisdiction() -> None:
    """Refuse a call for another place; to leave it out is good where there is only one."""
    asked = request.values.get("jurisdiction_id", JURISDICTION)
    if asked != JURISDICTION:
        raise NotFound(noun="jurisdiction_id", key=asked[: s.TEXT_MAX])


def _sees_services() -> bool:
    """Tell whether the caller has a token that reads requests; a token that is none is refused."""
    who = identity()
    if who is None:
        if request.values.get("api_key") or request.headers.get("Authorization"):
            raise Forbidden
        return False
    return Scope.REQUESTS_READ in (who.scopes or ()) and who.actor.may(Permission.REQUEST_VIEW)


@blueprint.get(f"/v2/requests.{_FORM}")
@public
def index(form: str) -> ResponseReturnValue:
    """Say how requests stand, the latest received first."""
    del form
    _check_jurisdiction()
    known = _sees_services()
    query = _query(known=known)
    rows = reported(reading(), query, actor=actor() if known else None)
    return _requests(rows, known=known)


def _query(*, known: bool) -> ReportedQuery:
    numbers = _words("service_request_id")
    if numbers:
        return ReportedQuery(numbers=numbers)
    codes = _words("service_code")
    if codes and not known:
        raise Forbidden  # which requests are for medicine is nobody else's matter
    first, last = _span()
    return ReportedQuery(
        date_from=first,
        date_to=last,
        states=_states(),
        categories=frozenset(map(_category, codes)) if codes else None,
    )


def _words(name: str) -> Sequence[str]:
    found = [one.strip() for one in request.args.get(name, "").split(",") if one.strip()]
    if len(found) > IDS_MAX:
        raise InvalidField(name=name)
    return found


def _states() -> frozenset[RequestState] | None:
    wanted = set(_words("status"))
    if not wanted <= {"open", "closed"}:
        raise InvalidField(name="status")
    if len(wanted) != 1:
        return None
    return OPEN if wanted == {"open"} else ENDED


def _span() -> tuple[date, date]:
    """Return the days asked for: ninety at most, the last ninety where nothing is said."""
    first, last = _day("start_date"), _day("end_date")
    if first is None:
        last = last or cairo_day(now())
        return last - SPAN, last
    return first, min(last, first + SPAN) if last is not None else first + SPAN


def _day(name: str) -> date | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=CAIRO)
        day = cairo_day(aware)
    except (ValueError, OverflowError) as error:
        raise InvalidField(name=name) from error
    if not s.FIRST_DAY <= day <= s.LAST_DAY:
        raise InvalidField(name=name)
    return day


@blueprint.get(f"/v2/requests/<number>.{_FORM}")
@public
def show(number: str, form: str) -> ResponseReturnValue:
    """Say how one request stands."""
    del form
    _check_jurisdiction()
    known = _sees_services()
    rows = reported(reading(), ReportedQuery(numbers=[number]), actor=actor() if known else None)
    if not rows:
        raise NotFound(noun="request", key=number[: s.TEXT_MAX])
    return _requests(rows, known=known)


def _requests(rows: Sequence[Row[Any]], *, known: bool) -> ResponseReturnValue:
    agency = all_settings(reading())[f"governorate_{language()}"]
    clinical = known and may_see_clinical(actor())
    shown = [_shown(row, agency, known=known, clinical=clinical) for row in rows]
    return listed("service_requests", "request", shown)


def _shown(row: Row[Any], agency: str, *, known: bool, clinical: bool) -> dict[str, object]:
    public_note = gettext(PUBLIC_NOTES.get(row.state, UNDER_STUDY))
    return {
        "service_request_id": row.number,
        "status": "closed" if row.state in ENDED else "open",
        "status_notes": word(row.state) if known else public_note,
        "service_name": word(row.category) if known else gettext("Citizen request"),
        "service_code": row.category.value if known else ANY_SERVICE,
        "description": row.asked_for if clinical else None,
        "agency_responsible": agency,
        "service_notice": None,
        "requested_datetime": day_in_cairo(row.received_on),
        "updated_datetime": moment_in_cairo(row.moved_at) if row.moved_at else None,
        "expected_datetime": day_in_cairo(row.due_on),
        "address": row.name_ar if known else None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


@blueprint.post(f"/v2/requests.{_FORM}")
def create(form: str) -> ResponseReturnValue:
    """Record a request that another centre or portal took."""
    del form
    _check_jurisdiction()
    posted = {name: request.form.get(name, "").strip() for name in POSTED}
    for name, text in posted.items():
        if text:
            s.check(POSTED[name], text, name)
    category = _category(request.form.get("service_code", ""))
    key = key_sent() if KEY_HEADER in request.headers else secrets.token_urlsafe()
    close_reading()

    def record(session: Session, submission_id: str) -> Made:
        wanted = _new_request(session, category, posted, submission_id)
        request_id = record_request(session, wanted, actor=actor(), now=now())
        number = session.get_one(CitizenRequest, request_id).number
        return Made({"service_request_id": number}, "")

    answer = once(key, [category.value, posted], record)
    made = {**answer.said, "service_notice": None, "account_id": None}
    response = listed("service_requests", "request", [made], status=201)
    place = url_for("open311.show", number=str(made["service_request_id"]), form=asked_format())
    response.headers["Location"] = place
    return response


declare(create, Rule(any_of=frozenset({Permission.REQUEST_RECORD}), scope=Scope.REQUESTS_WRITE))


def _new_request(
    session: Session, category: RequestCategory, posted: Mapping[str, str], submission_id: str
) -> NewRequest:
    if not posted["description"]:
        raise MissingFact(name="description")
    channel, centre_id = _channel(session)
    return NewRequest(
        submission_id=submission_id,
        channel=channel,
        category=category,
        urgency=Urgency(posted["attribute[urgency]"] or Urgency.NORMAL),
        asked_for=_asked_for(posted),
        received_on=cairo_day(now()),
        centre_id=centre_id,
        citizen_name=clean(f"{posted['first_name']} {posted['last_name']}"),
        citizen_phone=parse_phone(posted["phone"]) if posted["phone"] else None,
        citizen_email=posted["email"] or None,
    )


def _asked_for(posted: Mapping[str, str]) -> str:
    """Return what was asked for, with where it is: the place is part of what a citizen says."""
    place = " ".join(
        posted[name] for name in ("address_string", "address_id", "lat", "long") if posted[name]
    )
    parts = (posted["description"], place, posted["media_url"])
    return clean(" - ".join(part for part in parts if part))


def _channel(session: Session) -> tuple[Channel, int | None]:
    """Return the channel of the account: its own centre's, or the portal's."""
    centre_id = actor().centre_id
    if centre_id is None:
        return Channel.PORTAL, None
    kind = session.get_one(Centre, centre_id).kind
    city = kind is CentreKind.CITY
    return Channel.CITY_CENTRE if city else Channel.VILLAGE_CENTRE, centre_id
