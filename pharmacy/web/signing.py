"""A second person's signature beside the one at work: badge or name, and PIN."""

from flask import request
from wtforms import PasswordField
from wtforms.validators import Length

from pharmacy.errors import NotPermitted, OwnSignature, SignatureRefused
from pharmacy.models import Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.pins import is_pin, plain_pin
from pharmacy.services import pin as pins
from pharmacy.services import sign_in
from pharmacy.web.context import actor, database, now, passwords
from pharmacy.web.forms.base import BaseForm, CodeField, Needed
from pharmacy.web.language import N_

TYPED_MAX = 64


class SignatureFields:
    """Fields for any form that a second person signs; mix it in before the form's own class."""

    signer = CodeField(
        N_("Badge or sign-in name of the second person"),
        validators=[Needed(), Length(max=TYPED_MAX)],
        render_kw={"data-badge": ""},
    )
    signer_pin = PasswordField(N_("Their PIN"), validators=[Needed(), Length(max=TYPED_MAX)])


def second_of(form: BaseForm, right: Permission) -> Actor | None:
    """Return who signs a form, or None when this person may not, which the form then says.

    Raises:
        PharmacyError: As `signer` does.
    """
    second = signer(form["signer"].data or "", form["signer_pin"].data or "")
    if second.may(right):
        return second
    # Said on the form rather than by a page of its own: another colleague may sign.
    form.explain(NotPermitted(permission=right.value, role=second.role.value))
    return None


def signer(badge_or_name: str, pin: str, *, anywhere: bool = False) -> Actor:
    """Return who signs, of the actor's site or of none; as slow to guess as sign-in.

    `anywhere` lets somebody of another site sign, such as finance at its office.

    Call it before the transaction in which the signature is used: it has its own.

    Raises:
        OwnSignature: It is the person at work.
        SignatureRefused: Nobody here by this badge or name, or the PIN is not theirs.
        PinThrottled, SignInThrottled: Too many tries.
    """
    who, typed = actor(), badge_or_name.strip()
    site_id = None if anywhere else who.site_id
    with database().reading() as short:
        badge = pins.badge_of(typed)
        find = pins.staff_of_name if badge is None else pins.staff_of_badge
        card = find(short, badge or typed, site_id=site_id)
    if card is not None and card.staff_id == who.staff_id:
        raise OwnSignature
    if not is_pin(pin):
        raise SignatureRefused
    with database().transaction() as write:
        attempt = pins.begin_pin_attempt(
            write,
            username=card.username if card else typed,
            address=request.remote_addr or "",
            site_id=site_id,
            now=now(),
        )
    if not passwords().verify(attempt.password_hash, plain_pin(pin)):
        raise SignatureRefused
    with database().transaction() as write:
        row = write.get(Staff, attempt.staff_id)
        if row is None or not row.active:
            raise SignatureRefused
        sign_in.mark_good(write, attempt)
        return Actor(row.id, row.name_ar, row.role, row.site_id, row.centre_id)
