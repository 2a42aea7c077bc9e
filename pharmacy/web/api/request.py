"""Citizen requests for other programs: recording, reading, taking them forward, deciding."""

from datetime import date

from flask import Blueprint, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.request_vocabulary import RequestAction, RequestState
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services import request as requests
from pharmacy.services import request_list
from pharmacy.services.beneficiary_file import may_see_clinical
from pharmacy.services.beneficiary_looks import view_file
from pharmacy.services.places import centre_id_of, condition_id_of
from pharmacy.web.api import schema as s
from pharmacy.web.api.body import Body
from pharmacy.web.api.cursor import LIMIT, PAGE_QUERY, page_of, paged, row_at
from pharmacy.web.api.operation import Made, Operation, Plain, Write, reads, writes
from pharmacy.web.api.request_shapes import (
    DECISION,
    HAND_STEPS,
    NEW_REQUEST,
    REQUEST,
    STEP,
    SUMMARY,
    request_shown,
)
from pharmacy.web.api.request_steps import decision_of, take_step
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.keyset import Order
from pharmacy.web.language import N_
from pharmacy.web.signing import signer

blueprint = Blueprint("api_request", __name__, url_prefix="/api/v1")

NEWEST = Order(id=CitizenRequest.id, day=CitizenRequest.received_on)


@blueprint.get("/requests")
@reads(
    Operation(
        name="listRequests",
        summary=N_("Citizen requests, the latest received first"),
        scope=Scope.REQUESTS_READ,
        permissions=frozenset({Permission.REQUEST_VIEW}),
        query={
            "q": s.text(100),
            "state": s.word(RequestState),
            "channel": s.word(Channel),
            "category": s.word(RequestCategory),
            "centre": s.text(40),
            "received_from": s.day(),
            "received_to": s.day(),
            **PAGE_QUERY,
        },
        names_others=True,
        answer=page_of("RequestPage", SUMMARY),
    )
)
def index(
    *,
    q: str = "",
    state: str = "",
    channel: str = "",
    category: str = "",
    centre: str = "",
    received_from: str = "",
    received_to: str = "",
    limit: int = LIMIT,
    cursor: str | None = None,
) -> Plain:
    """Return a page of the requests that the account may see."""
    session, at = reading(), row_at(cursor)
    query = request_list.RequestQuery(
        text=q,
        state=RequestState(state) if state else None,
        channel=Channel(channel) if channel else None,
        category=RequestCategory(category) if category else None,
        centre_id=centre_id_of(session, centre) if centre else None,
        date_from=date.fromisoformat(received_from) if received_from else None,
        date_to=date.fromisoformat(received_to) if received_to else None,
    )
    return paged(
        session,
        request_list.listed(query, actor=actor(), today=cairo_day(now())),
        past=None if at is None else NEWEST.beyond(at, newer=False),
        order=NEWEST.columns(newer=False),
        limit=limit,
        shown=_summary,
        row_id=lambda row: int(row.id),
    )


def _summary(row: Row[tuple[object, ...]]) -> Plain:
    names = (row.given_name, row.father_name, row.grandfather_name, row.family_name)
    return {
        "id": row.id,
        "number": row.number,
        "received_on": row.received_on.isoformat(),
        "channel": row.channel.value,
        "category": row.category.value,
        "state": row.state.value,
        "urgency": row.urgency.value,
        "asked_for": row.asked_for if may_see_clinical(actor()) else None,
        "citizen_name": " ".join(name for name in names if name) or row.citizen_name,
        "beneficiary_id": row.beneficiary_id,
    }


@blueprint.post("/requests")
@writes(
    Operation(
        name="recordRequest",
        summary=N_("Record what a citizen asks for"),
        scope=Scope.REQUESTS_WRITE,
        permissions=frozenset({Permission.REQUEST_RECORD}),
        body=NEW_REQUEST,
        answer=REQUEST,
    )
)
def record(call: Write) -> Made:
    """Record a citizen request."""
    wanted = _new_request(call.session, call.body, call.submission_id)
    request_id = requests.record_request(call.session, wanted, actor=actor(), now=now())
    return _made(call.session, request_id)


def _new_request(session: Session, given: Body, submission_id: str) -> requests.NewRequest:
    centre, condition, phone = given.text("centre"), given.text("condition"), given.text("phone")
    return requests.NewRequest(
        submission_id=submission_id,
        channel=given.word("channel", Channel),
        category=given.word("category", RequestCategory),
        urgency=given.word("urgency", Urgency, Urgency.NORMAL),
        asked_for=given.text("asked_for"),
        received_on=given.day_or_none("received_on") or cairo_day(now()),
        centre_id=centre_id_of(session, centre) if centre else None,
        outside_reference=given.text_or_none("outside_reference"),
        beneficiary_id=given.whole_or_none("beneficiary_id"),
        citizen_name=given.text("citizen_name"),
        citizen_phone=parse_phone(phone) if phone else None,
        on_behalf_of=given.text("on_behalf_of"),
        condition_id=condition_id_of(session, condition) if condition else None,
        prescriber=given.text("prescriber"),
        renews_id=given.whole_or_none("renews_id"),
    )


def _made(session: Session, request_id: int) -> Made:
    # Steps are written past the session's own picture of the row.
    session.expire_all()
    _write_down_the_look(session, request_id)
    shown = request_shown(session, request_id, actor=actor())
    return Made(shown, url_for("api_request.show", request_id=request_id))


def _write_down_the_look(session: Session, request_id: int) -> None:
    """Write down that a request was read, where it names a person; its page does the same."""
    row = requests.get_request(session, request_id, actor=actor())
    if row.beneficiary_id is not None:
        why, address = f"request {row.number}", request.remote_addr or ""
        view_file(
            session, row.beneficiary_id, reason=why, address=address, actor=actor(), now=now()
        )


@blueprint.get("/requests/<int:request_id>")
@reads(
    Operation(
        name="readRequest",
        summary=N_("One citizen request with its steps and decisions; the look is logged"),
        scope=Scope.REQUESTS_READ,
        permissions=frozenset({Permission.REQUEST_VIEW}),
        answer=REQUEST,
    )
)
def show(request_id: int) -> Plain:
    """Write down the look, then return the request."""
    close_reading()
    with database().transaction() as write:
        _write_down_the_look(write, request_id)
    return request_shown(reading(), request_id, actor=actor())


@blueprint.post("/requests/<int:request_id>/steps")
@writes(
    Operation(
        name="takeStep",
        summary=N_("Take a citizen request a step onward"),
        scope=Scope.REQUESTS_WRITE,
        permissions=frozenset({Permission.REQUEST_CHECK}),
        body=STEP,
        answer=REQUEST,
    )
)
def step(call: Write, request_id: int) -> Made:
    """Take a step of the life cycle that needs no decision."""
    action = call.body.word("action", RequestAction)
    assert action in HAND_STEPS, "the shape lets no other in"
    take_step(call.session, request_id, action, call.body, actor=actor(), now=now())
    return _made(call.session, request_id)


def _manager(given: Body) -> Actor | None:
    """Return who signs for an approval beyond the budget, if anybody does."""
    typed = given.text("signer")
    return signer(typed, given.text("signer_pin")) if typed else None


@blueprint.post("/requests/<int:request_id>/decisions")
@writes(
    Operation(
        name="decideRequest",
        summary=N_("Approve, reject, defer or reopen a citizen request"),
        scope=Scope.REQUESTS_DECIDE,
        permissions=frozenset({Permission.REQUEST_DECIDE}),
        body=DECISION,
        answer=REQUEST,
        signed=_manager,
    )
)
def decide(call: Write, request_id: int) -> Made:
    """Decide a request."""
    decision_of(call.session, request_id, call.body, second=call.second, actor=actor(), now=now())
    return _made(call.session, request_id)
