"""Beneficiaries for other programs: numbers are masked, and every look is written down."""

from flask import Blueprint, request, url_for

from pharmacy.models import Beneficiary, BeneficiaryStatus
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.identity import mask_identity, mask_phone
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import IdentityKind, Sex
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services import beneficiary_looks
from pharmacy.services.settings import all_settings
from pharmacy.web.api import schema as s
from pharmacy.web.api.body import Body
from pharmacy.web.api.operation import Made, Operation, Plain, Write, reads, writes
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.beneficiary import REASON_MAX, REASON_MIN
from pharmacy.web.language import N_

blueprint = Blueprint("api_beneficiary", __name__, url_prefix="/api/v1")

NAME_MAX, HOUSEHOLD_MAX = 60, 50

PERSON = s.obj(
    "Beneficiary",
    {
        "id": s.number(),
        "card_number": s.any_text(),
        "given_name": s.any_text(),
        "father_name": s.any_text(),
        "grandfather_name": s.any_text(),
        "family_name": s.any_text(),
        "identity_kind": s.word(IdentityKind),
        "identity_number": s.any_text(),
        "phone": s.any_text(),
        "birth_date": s.day(),
        "sex": s.word(Sex),
        "markaz": s.any_text(),
        "village": s.any_text(),
        "status": s.word(BeneficiaryStatus),
        "merged_into_id": s.maybe(s.number()),
    },
)
NUMBERS = s.obj(
    "Numbers",
    {
        "id": s.number(),
        "identity_number": s.maybe(s.any_text()),
        "phone": s.maybe(s.any_text()),
    },
)
NEW_PERSON = s.sent(
    "NewBeneficiary",
    {
        "given_name": s.text(NAME_MAX),
        "father_name": s.text(NAME_MAX),
        "family_name": s.text(NAME_MAX),
        "identity_kind": s.word(IdentityKind),
    },
    {
        "grandfather_name": s.text(NAME_MAX),
        "identity_number": s.text(40),
        "birth_date": s.day(),
        "sex": s.word(Sex),
        "phone": s.text(40),
        "markaz": s.text(80),
        "village": s.text(80),
        "address": s.text(200),
        "household_size": s.whole(1, HOUSEHOLD_MAX),
        "eligibility_note": s.text(500),
        "consented": s.flag(),
        "known_different": s.flag(),
    },
)


@blueprint.get("/beneficiaries")
@reads(
    Operation(
        name="findBeneficiaries",
        summary=N_("Active beneficiaries found by card, identity, phone or name"),
        scope=Scope.BENEFICIARIES_READ,
        permissions=frozenset({Permission.BENEFICIARY_VIEW}),
        query={"q": s.text(100, minimum=beneficiaries.ENOUGH_LETTERS)},
        needed=frozenset({"q"}),
        answer=s.obj("BeneficiaryList", {"items": s.answer_items(PERSON)}),
    )
)
def index(*, q: str) -> Plain:
    """Return the persons found, at most `SEARCH_MOST`."""
    return {"items": [_shown(row) for row in beneficiaries.search(reading(), q, actor=actor())]}


@blueprint.post("/beneficiaries")
@writes(
    Operation(
        name="registerBeneficiary",
        summary=N_("Register a beneficiary"),
        scope=Scope.BENEFICIARIES_WRITE,
        permissions=frozenset({Permission.BENEFICIARY_EDIT}),
        body=NEW_PERSON,
        answer=PERSON,
    )
)
def register(call: Write) -> Made:
    """Register a person; the doubles of the refusal must be looked at first."""
    consent = all_settings(call.session)["consent_version"]
    beneficiary_id = beneficiaries.register(
        call.session,
        _person(call.body, consent),
        known_different=call.body.flag("known_different"),
        actor=actor(),
        now=now(),
    )
    row = beneficiaries.get_active(call.session, beneficiary_id)
    return Made(_shown(row), url_for("api_beneficiary.show", beneficiary_id=beneficiary_id))


def _person(given: Body, consent: str) -> beneficiaries.Person:
    consented = given.flag("consented")
    return beneficiaries.Person(
        given_name=given.text("given_name"),
        father_name=given.text("father_name"),
        grandfather_name=given.text("grandfather_name"),
        family_name=given.text("family_name"),
        identity_kind=given.word("identity_kind", IdentityKind),
        identity_number=given.text("identity_number"),
        birth_date=given.day_or_none("birth_date"),
        sex=given.word("sex", Sex) if given.has("sex") else None,
        phone=given.text("phone"),
        markaz=given.text("markaz"),
        village=given.text("village"),
        address=given.text("address"),
        household_size=given.whole_or_none("household_size"),
        eligibility_note=given.text("eligibility_note"),
        consent_version=consent if consented else "",
        consent_on=cairo_day(now()) if consented else None,
    )


@blueprint.get("/beneficiaries/<int:beneficiary_id>")
@reads(
    Operation(
        name="readBeneficiary",
        summary=N_("One beneficiary, identity and phone masked; the look is logged"),
        scope=Scope.BENEFICIARIES_READ,
        permissions=frozenset({Permission.BENEFICIARY_VIEW}),
        answer=PERSON,
    )
)
def show(beneficiary_id: int) -> Plain:
    """Write down the look, then return the person."""
    close_reading()
    address = request.remote_addr or ""
    with database().transaction() as write:
        beneficiary_looks.view_file(
            write, beneficiary_id, address=address, actor=actor(), now=now()
        )
    return _shown(beneficiaries.get_beneficiary(reading(), beneficiary_id, actor=actor()))


@blueprint.get("/beneficiaries/<int:beneficiary_id>/numbers")
@reads(
    Operation(
        name="revealNumbers",
        summary=N_("Identity and phone number in full; the look is logged with its reason"),
        scope=Scope.BENEFICIARIES_REVEAL,
        permissions=frozenset({Permission.BENEFICIARY_REVEAL}),
        query={"reason": s.text(REASON_MAX, minimum=REASON_MIN)},
        needed=frozenset({"reason"}),
        answer=NUMBERS,
    )
)
def reveal(beneficiary_id: int, *, reason: str) -> Plain:
    """Write down who asks and why, then return the numbers."""
    close_reading()
    with database().transaction() as write:
        identity, phone = beneficiary_looks.reveal(
            write,
            beneficiary_id,
            reason=reason,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    return {"id": beneficiary_id, "identity_number": identity, "phone": phone}


def _shown(row: Beneficiary) -> Plain:
    return {
        "id": row.id,
        "card_number": row.card_number,
        "given_name": row.given_name,
        "father_name": row.father_name,
        "grandfather_name": row.grandfather_name,
        "family_name": row.family_name,
        "identity_kind": row.identity_kind.value,
        "identity_number": mask_identity(row.identity_number),
        "phone": mask_phone(row.phone),
        "birth_date": row.birth_date.isoformat(),
        "sex": row.sex.value,
        "markaz": row.markaz,
        "village": row.village,
        "status": row.status.value,
        "merged_into_id": row.merged_into_id,
    }
