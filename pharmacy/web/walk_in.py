"""A walk-in at the counter: the request is recorded first, then decided, then dispensed.

A committee member may sign for an urgent need right there, with their own name and password; the
pharmacist who dispenses is never the one who approves.
"""

from flask import request
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidApproval, MissingFact, SignInRefused
from pharmacy.models import Drug, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.dose import COUNTED_BY_DOSE, directions_ar, directions_en, parse_dose
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Channel, RequestState, Urgency
from pharmacy.services import request as requests
from pharmacy.services import sign_in
from pharmacy.services.drug_picking import pick
from pharmacy.services.settings import whole_setting
from pharmacy.web.context import actor, database, now, passwords
from pharmacy.web.forms.dispensing import WALK_IN_LINES, WalkInForm


def record_walk_in(form: WalkInForm, beneficiary_id: int) -> tuple[int, bool]:
    """Record the request, and approve it when somebody signs; return (request, approved).

    Raises:
        SignInRefused, SignInThrottled: The signature is not good.
        InvalidApproval: A medicine is not in the formulary, or has no quantity.
    """
    approver = _signature(form) if (form.approver.data or "").strip() else None
    with database().transaction() as session:
        request_id = requests.record_request(
            session,
            requests.NewRequest(
                submission_id=form.submission_id.data,
                channel=Channel.COUNTER,
                asked_for=form.asked_for.data or "",
                received_on=cairo_day(now()),
                urgency=Urgency.URGENT if approver else Urgency.NORMAL,
                beneficiary_id=beneficiary_id,
                prescriber=form.prescriber.data or "",
            ),
            actor=actor(),
            now=now(),
        )
        row = requests.get_request(session, request_id, actor=actor())
        # The same form sent twice finds its first request already approved.
        if approver is not None and row.state is RequestState.RECEIVED:
            decision = _decision(session, form)
            requests.approve(session, request_id, decision, actor=approver, now=now())
    return request_id, approver is not None


def _signature(form: WalkInForm) -> Actor:
    """Return the committee member who signs, by name and password, as slow to guess as sign-in."""
    with database().transaction() as session:
        attempt = sign_in.begin_attempt(
            session,
            username=form.approver.data or "",
            address=request.remote_addr or "",
            now=now(),
        )
    if not passwords().verify(attempt.password_hash, form.approver_password.data or ""):
        raise SignInRefused
    with database().transaction() as session:
        sign_in.mark_good(session, attempt)
        row = session.get(Staff, attempt.staff_id)
        assert row is not None, "a right password belongs to somebody"
        approver = Actor(row.id, row.name_ar, row.role, row.site_id, row.centre_id)
    approver.require(Permission.REQUEST_DECIDE)
    return approver


def _decision(session: Session, form: WalkInForm) -> requests.Decision:
    today = cairo_day(now())
    items = [
        item for number in range(1, WALK_IN_LINES + 1) if (item := _item(session, form, number))
    ]
    if not (form.decision_number.data or "").strip():
        raise MissingFact(name="decision_number")
    ceiling = whole_setting(session, "walk_in_ceiling")
    return requests.Decision(
        decision_number=form.decision_number.data or "",
        valid_from=today,
        valid_until=today,
        items=items,
        case_ceiling=ceiling or None,
    )


def _item(session: Session, form: WalkInForm, number: int) -> requests.ApprovedItem | None:
    text = (form[f"drug_{number}"].data or "").strip()
    if not text:
        return None
    drug = pick(session, text).drug
    if drug is None:
        raise InvalidApproval(reason="drug_inactive")
    return _approved(drug, form[f"quantity_{number}"].data, form[f"dose_{number}"].data or "")


def _approved(drug: Drug, quantity: int | None, dose_text: str) -> requests.ApprovedItem:
    dose = parse_dose(dose_text) if dose_text else None
    if quantity is None and dose is not None and drug.unit in COUNTED_BY_DOSE:
        quantity = dose.quantity
    if quantity is None:
        raise InvalidApproval(reason="quantity_per_issue")
    return requests.ApprovedItem(
        drug_id=drug.id,
        quantity_per_issue=quantity,
        interval_days=dose.days if dose else 30,
        dose=dose_text,
        directions_ar=directions_ar(dose, drug.unit) if dose else "",
        directions_en=directions_en(dose, drug.unit) if dose else "",
    )
