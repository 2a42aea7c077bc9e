"""Goods receipts and reversals for other programs; a dispensing is undone by two, as everywhere."""

from flask import Blueprint, url_for

from pharmacy.errors import NotFound
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import MOST_PIASTRES, MOST_UNITS, Receipt, ReceiptLine, receive
from pharmacy.services.voucher_view import WholeVoucher, seen_whole, whole
from pharmacy.web.api import schema as s
from pharmacy.web.api.body import Body
from pharmacy.web.api.operation import Made, Operation, Plain, Write, reads, writes
from pharmacy.web.context import actor, now, reading
from pharmacy.web.language import N_
from pharmacy.web.signing import TYPED_MAX, signer

blueprint = Blueprint("api_voucher", __name__, url_prefix="/api/v1")

VOUCHER = s.obj(
    "Voucher",
    {
        "id": s.number(),
        "kind": s.word(VoucherKind),
        "number": s.any_text(),
        "business_date": s.day(),
        "posted_at": s.moment(),
        "site": s.any_text(),
        "supplier_id": s.maybe(s.number()),
        "document_reference": s.any_text(),
        "reverses_id": s.maybe(s.number()),
        "reason": s.any_text(),
        "note": s.any_text(),
        "seal": s.any_text(),
        "total": s.signed(),
        "lines": s.answer_items(
            s.obj(
                "VoucherLine",
                {
                    "line": s.whole(),
                    "batch_id": s.number(),
                    "drug_id": s.number(),
                    "drug": s.any_text(),
                    "fund": s.any_text(),
                    "lot": s.any_text(),
                    "expiry": s.day(),
                    "quantity": s.signed(),
                    "value": s.signed(),
                    "reversed": s.flag(),
                },
            )
        ),
    },
)
NEW_RECEIPT = s.sent(
    "NewReceipt",
    {
        "fund_id": s.number(),
        "supplier_id": s.number(),
        "document_reference": s.text(120),
        "lines": s.items(
            s.sent(
                "NewReceiptLine",
                {
                    "drug_id": s.number(),
                    "lot": s.text(60),
                    "expiry": s.day(),
                    "quantity": s.whole(1, MOST_UNITS),
                    "value": s.whole(0, MOST_PIASTRES),
                },
                {"request_id": s.number()},
            )
        ),
    },
    {"note": s.text()},
)
_UNDONE = {"lines": s.items(s.whole(1, 10_000), minimum=1), "note": s.text()}
NEW_REVERSAL = s.sent("NewReversal", {"reason": s.word(ReversalReason)}, _UNDONE)
SIGNED_REVERSAL = s.sent(
    "NewSignedReversal",
    {
        "reason": s.word(ReversalReason),
        "signer": s.text(TYPED_MAX),
        "signer_pin": s.text(TYPED_MAX),
    },
    _UNDONE,
)
BROUGHT_IN = frozenset({VoucherKind.GOODS_RECEIPT, VoucherKind.OPENING_BALANCE})


@blueprint.post("/receipts")
@writes(
    Operation(
        name="recordReceipt",
        summary=N_("Bring goods into stock at the account's site"),
        scope=Scope.RECEIPTS_WRITE,
        permissions=frozenset({Permission.STOCK_RECEIVE}),
        body=NEW_RECEIPT,
        answer=VOUCHER,
    )
)
def record(call: Write) -> Made:
    """Post a goods receipt."""
    given = call.body
    wanted = Receipt(
        submission_id=call.submission_id,
        fund_id=given.whole("fund_id"),
        supplier_id=given.whole("supplier_id"),
        document_reference=given.text("document_reference"),
        note=given.text("note"),
        lines=[
            ReceiptLine(
                drug_id=line.whole("drug_id"),
                lot=line.text("lot"),
                expiry=line.day("expiry"),
                quantity=line.whole("quantity"),
                value=line.whole("value"),
                request_id=line.whole_or_none("request_id"),
            )
            for line in given.objects("lines")
        ],
    )
    voucher_id = receive(call.session, wanted, actor=actor(), now=now())
    shown = _shown(whole(call.session, voucher_id))
    return Made(shown, url_for("api_voucher.show", voucher_id=voucher_id))


@blueprint.get("/receipts/<int:voucher_id>")
@reads(
    Operation(
        name="readReceipt",
        summary=N_("One goods receipt or opening balance"),
        scope=Scope.RECEIPTS_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        answer=VOUCHER,
    )
)
def show(voucher_id: int) -> Plain:
    """Return what brought goods in."""
    of = whole(reading(), voucher_id)
    if of.voucher.kind not in BROUGHT_IN or not _is_here(of):
        raise NotFound(noun="receipt", key=str(voucher_id))
    return _shown(of)


def _is_here(of: WholeVoucher) -> bool:
    return actor().site_id in {None, of.site.id}


@blueprint.post("/receipts/<int:voucher_id>/reversals")
@writes(
    Operation(
        name="reverseReceipt",
        summary=N_("Undo a goods receipt, whole or by line"),
        scope=Scope.RECEIPTS_WRITE,
        permissions=frozenset({Permission.STOCK_RECEIVE}),
        body=NEW_REVERSAL,
        answer=VOUCHER,
    )
)
def undo_receipt(call: Write, voucher_id: int) -> Made:
    """Undo what brought goods in."""
    _refuse_other(call, voucher_id, BROUGHT_IN)
    return _undo(call, voucher_id)


def _second(given: Body) -> Actor:
    """Return who signs beside the account; looked at before the transaction, which it is not of."""
    return signer(given.text("signer"), given.text("signer_pin"))


@blueprint.post("/dispensings/<int:voucher_id>/reversals")
@writes(
    Operation(
        name="reverseDispensing",
        summary=N_("Undo a dispensing, whole or by line, signed by a second person"),
        scope=Scope.DISPENSINGS_REVERSE,
        permissions=frozenset({Permission.DISPENSING_REVERSE}),
        body=SIGNED_REVERSAL,
        answer=VOUCHER,
        signed=_second,
    )
)
def undo_dispensing(call: Write, voucher_id: int) -> Made:
    """Undo a dispensing."""
    _refuse_other(call, voucher_id, frozenset({VoucherKind.DISPENSING}))
    return _undo(call, voucher_id)


def _refuse_other(call: Write, voucher_id: int, kinds: frozenset[VoucherKind]) -> None:
    of = whole(call.session, voucher_id)
    if of.voucher.kind not in kinds or not _is_here(of):
        raise NotFound(noun="voucher", key=str(voucher_id))
    # What is locked and read anew by the service must not be what was read here.
    call.session.expire_all()


def _undo(call: Write, voucher_id: int) -> Made:
    given = call.body
    reversal_id = reverse(
        call.session,
        voucher_id,
        submission_id=call.submission_id,
        reason=given.word("reason", ReversalReason),
        note=given.text("note"),
        lines=given.wholes("lines"),
        second=call.second,
        actor=actor(),
        now=now(),
    )
    shown = _shown(whole(call.session, reversal_id))
    return Made(shown, url_for("api_voucher.show_reversal", voucher_id=reversal_id))


@blueprint.get("/reversals/<int:voucher_id>")
@reads(
    Operation(
        name="readReversal",
        summary=N_("One reversal"),
        scope=Scope.RECEIPTS_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        answer=VOUCHER,
    )
)
def show_reversal(voucher_id: int) -> Plain:
    """Return a reversal."""
    of = seen_whole(reading(), voucher_id, actor=actor())
    if of.voucher.kind is not VoucherKind.REVERSAL or not _is_here(of):
        raise NotFound(noun="reversal", key=str(voucher_id))
    return _shown(of)


def _shown(of: WholeVoucher) -> Plain:
    """Return a voucher for programs: quantities in units of issue, values in piastres, signed."""
    voucher = of.voucher
    return {
        "id": voucher.id,
        "kind": voucher.kind.value,
        "number": of.number,
        "business_date": voucher.business_date.isoformat(),
        "posted_at": voucher.posted_at.isoformat(),
        "site": of.site.code,
        "supplier_id": voucher.supplier_id,
        "document_reference": voucher.document_reference,
        "reverses_id": voucher.reverses_id,
        "reason": voucher.reason,
        "note": voucher.note,
        "seal": voucher.seal,
        "total": of.total,
        "lines": [
            {
                "line": row.movement.line_no,
                "batch_id": row.batch.id,
                "drug_id": row.drug.id,
                "drug": row.drug.name_en,
                "fund": row.fund.code,
                "lot": row.batch.lot,
                "expiry": row.batch.expiry.isoformat(),
                "quantity": row.movement.quantity,
                "value": row.movement.value,
                "reversed": row.undone_by is not None,
            }
            for row in of.movements
        ],
    }
