"""Dispensing for other programs: the same service, the same refusals, the same one effect.

`Idempotency-Key` is the submission id: the same key with the same content gives the first answer
back, with other content it is refused.
"""

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import InvalidField, NotFound
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services import dispensing
from pharmacy.services.dispensing_order import (
    Care,
    Collector,
    DispensingOrder,
    OrderLine,
    Override,
    Substitute,
)
from pharmacy.web.access import requires
from pharmacy.web.api.body import Body, body
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.papers.dispensing import Dispensed, dispensed

blueprint = Blueprint("api_dispensing", __name__, url_prefix="/api/v1")

KEY_MAX = 255


@blueprint.post("/dispensings")
@requires(Permission.DISPENSE)
def dispense() -> ResponseReturnValue:
    """Hand out medicine against an approved citizen request."""
    order = _order(body())
    with database().transaction() as session:
        voucher_id = dispensing.dispense(session, order, actor=actor(), now=now())
    answer = jsonify(_shown(dispensed(reading(), voucher_id)))
    answer.status_code = 201
    answer.headers["Location"] = url_for("api_dispensing.show", voucher_id=voucher_id)
    return answer


def _order(given: Body) -> DispensingOrder:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > KEY_MAX:
        raise InvalidField(name="Idempotency-Key")
    lines = [_line(line) for line in given.objects("lines")]
    overrides = [_override(override) for override in given.objects("overrides")]
    collector = given.object("collector")
    order = DispensingOrder(
        request_id=given.whole("request_id"),
        submission_id=key,
        lines=lines,
        overrides=overrides,
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
    collector.done()
    given.done()
    return order


def _line(line: Body) -> OrderLine:
    order = OrderLine(
        approval_item_id=line.whole("approval_item_id"),
        quantity=line.whole("quantity", maximum=100_000),
        owing_id=line.whole_or_none("owing_id"),
        substitute=_substitute(line) if line.has("substitute") else None,
    )
    line.done()
    return order


def _substitute(line: Body) -> Substitute:
    given = line.object("substitute")
    consented_on = given.day("consented_on")
    if consented_on is None:
        raise InvalidField(name="substitute.consented_on")
    substitute = Substitute(
        drug_id=given.whole("drug_id"),
        consented_by=given.text("consented_by"),
        consented_on=consented_on,
    )
    given.done()
    return substitute


def _care(given: Body) -> Care:
    """Read what is done at hand-over; a witness signs at the counter, never for a program."""
    care = Care(
        prescriber=given.text("prescriber"),
        prescription_number=given.text("prescription_number"),
        prescription_date=given.day("prescription_date"),
        prescription_kept=given.flag("prescription_kept"),
    )
    given.done()
    return care


def _override(override: Body) -> Override:
    code, reason = override.text("code"), override.text("reason")
    override.done()
    if code not in set(NoticeCode):
        raise InvalidField(name="overrides.code")
    return Override(code=NoticeCode(code), reason=reason)


@blueprint.get("/dispensings/<int:voucher_id>")
@requires(Permission.DISPENSING_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Return one dispensing."""
    of = dispensed(reading(), voucher_id)
    if actor().site_id not in {None, of.site.id}:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    return jsonify(_shown(of))


def _shown(of: Dispensed) -> dict[str, object]:
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
