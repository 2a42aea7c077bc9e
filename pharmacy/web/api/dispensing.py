"""Dispensing for other programs: the same service, the same refusals, the same one effect."""

from flask import Blueprint, url_for

from pharmacy.errors import NotFound
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import NoticeCode, UnitOfIssue
from pharmacy.services import dispensing
from pharmacy.services.dispensing_order import (
    Care,
    Collector,
    DispensingOrder,
    OrderLine,
    Override,
    Substitute,
)
from pharmacy.web.api import schema as s
from pharmacy.web.api.body import Body
from pharmacy.web.api.operation import Made, Operation, Plain, Write, reads, writes
from pharmacy.web.context import actor, now, reading
from pharmacy.web.language import N_
from pharmacy.web.papers.dispensing import Dispensed, dispensed

blueprint = Blueprint("api_dispensing", __name__, url_prefix="/api/v1")

UNITS_MAX = 100_000

LINE = s.obj(
    "DispensingLine",
    {
        "line": s.whole(),
        "approval_item_id": s.number(),
        "drug": s.any_text(),
        "quantity": s.signed(),
        "unit": s.word(UnitOfIssue),
        "lot": s.any_text(),
        "expiry": s.day(),
        "cost": s.signed(),
        "state_share": s.signed(),
        "donor_share": s.signed(),
        "citizen_share": s.signed(),
        "reversed": s.flag(),
    },
)
OWING = s.obj("Owing", {"id": s.number(), "approval_item_id": s.number(), "quantity": s.signed()})
DISPENSING = s.obj(
    "Dispensing",
    {
        "id": s.number(),
        "number": s.any_text(),
        "business_date": s.day(),
        "posted_at": s.moment(),
        "site": s.any_text(),
        "request": s.obj("RequestNamed", {"id": s.number(), "number": s.any_text()}),
        "approval_id": s.number(),
        "beneficiary_card": s.any_text(),
        "seal": s.any_text(),
        "lines": s.answer_items(LINE),
        "owings": s.answer_items(OWING),
    },
)
SUBSTITUTE = s.sent(
    "Substitute",
    {"drug_id": s.number(), "consented_on": s.day()},
    {"consented_by": s.text()},
)
NEW_LINE = s.sent(
    "NewDispensingLine",
    {"approval_item_id": s.number(), "quantity": s.whole(1, UNITS_MAX)},
    {"owing_id": s.number(), "substitute": SUBSTITUTE},
)
NEW_DISPENSING = s.sent(
    "NewDispensing",
    {"request_id": s.number()},
    {
        "lines": s.items(NEW_LINE),
        "overrides": s.items(
            s.sent("Override", {"code": s.word(NoticeCode)}, {"reason": s.text()})
        ),
        "collector": s.sent(
            "Collector",
            {},
            {"name": s.text(), "identity": s.text(), "relation": s.text(), "phone": s.text()},
        ),
        "care": s.sent(
            "Care",
            {},
            {
                "prescriber": s.text(),
                "prescription_number": s.text(),
                "prescription_date": s.day(),
                "prescription_kept": s.flag(),
            },
        ),
        "partial": s.flag(),
        "note": s.text(),
    },
)


@blueprint.post("/dispensings")
@writes(
    Operation(
        name="dispense",
        summary=N_("Hand out medicine against an approved request"),
        scope=Scope.DISPENSINGS_WRITE,
        permissions=frozenset({Permission.DISPENSE}),
        body=NEW_DISPENSING,
        answer=DISPENSING,
    )
)
def dispense(call: Write) -> Made:
    """Hand out medicine against an approved citizen request."""
    order = _order(call.body, call.submission_id)
    voucher_id = dispensing.dispense(call.session, order, actor=actor(), now=now())
    shown = _shown(dispensed(call.session, voucher_id))
    return Made(shown, url_for("api_dispensing.show", voucher_id=voucher_id))


def _order(given: Body, submission_id: str) -> DispensingOrder:
    collector = given.object("collector")
    return DispensingOrder(
        request_id=given.whole("request_id"),
        submission_id=submission_id,
        lines=[_line(line) for line in given.objects("lines")],
        overrides=[
            Override(code=one.word("code", NoticeCode), reason=one.text("reason"))
            for one in given.objects("overrides")
        ],
        collector=Collector(
            name=collector.text("name"),
            identity=collector.text("identity"),
            relation=collector.text("relation"),
            phone=collector.text("phone"),
        ),
        care=_care(given.object("care")),
        partial=given.flag("partial"),
        note=given.text("note"),
    )


def _line(line: Body) -> OrderLine:
    return OrderLine(
        approval_item_id=line.whole("approval_item_id"),
        quantity=line.whole("quantity"),
        owing_id=line.whole_or_none("owing_id"),
        substitute=_substitute(line.object("substitute")) if line.has("substitute") else None,
    )


def _substitute(given: Body) -> Substitute:
    return Substitute(
        drug_id=given.whole("drug_id"),
        consented_by=given.text("consented_by"),
        consented_on=given.day("consented_on"),
    )


def _care(given: Body) -> Care:
    """Read what is done at hand-over; a witness signs at the counter, never for a program."""
    return Care(
        prescriber=given.text("prescriber"),
        prescription_number=given.text("prescription_number"),
        prescription_date=given.day_or_none("prescription_date"),
        prescription_kept=given.flag("prescription_kept"),
    )


@blueprint.get("/dispensings/<int:voucher_id>")
@reads(
    Operation(
        name="readDispensing",
        summary=N_("One dispensing with its lines and what is still owed"),
        scope=Scope.DISPENSINGS_READ,
        permissions=frozenset({Permission.DISPENSING_VIEW}),
        answer=DISPENSING,
    )
)
def show(voucher_id: int) -> Plain:
    """Return one dispensing."""
    of = dispensed(reading(), voucher_id)
    if actor().site_id not in {None, of.site.id}:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    return _shown(of)


def _shown(of: Dispensed) -> Plain:
    """Return a dispensing for programs: quantities in units of issue, amounts in piastres."""
    return {
        "id": of.voucher.id,
        "number": of.number,
        "business_date": of.voucher.business_date.isoformat(),
        "posted_at": of.voucher.posted_at.isoformat(),
        "site": of.site.code,
        "request": {"id": of.request.id, "number": of.request.number},
        "approval_id": of.approval.id,
        "beneficiary_card": of.head.card_number,
        "seal": of.voucher.seal,
        "lines": [
            {
                "line": line.line_no,
                "approval_item_id": line.approval_item_id,
                "drug": line.drug_name_en,
                "quantity": line.quantity,
                "unit": line.unit.value,
                "lot": line.lot,
                "expiry": line.expiry.isoformat(),
                "cost": line.cost,
                "state_share": line.state_share,
                "donor_share": line.donor_share,
                "citizen_share": line.citizen_share,
                "reversed": line.id in of.undone,
            }
            for line in of.lines
        ],
        "owings": [
            {"id": owing.id, "approval_item_id": owing.approval_item_id, "quantity": owing.quantity}
            for owing in of.open_owings
        ],
    }
