"""The goods-receipt permit: a posted receipt or opening balance as the print shop wants it."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Drug
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.money import round_half_up
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.settings import all_settings
from pharmacy.services.voucher_view import MovementRow, WholeVoucher, number_of, whole
from pharmacy.web.language import gettext, speaking
from pharmacy.web.words import word
from reports.goods_receipt import GoodsReceipt, ReceivedLine

KINDS = frozenset({VoucherKind.GOODS_RECEIPT, VoucherKind.OPENING_BALANCE})
CHECK_CODE_LETTERS = 8


def goods_receipt(
    session: Session, voucher_id: int, *, language: str, as_of: datetime, demo: bool = False
) -> GoodsReceipt:
    """Return the permit of a receipt; amounts are those posted.

    Raises:
        NotFound: There is no receipt with this id.
    """
    of = whole(session, voucher_id)
    if of.voucher.kind not in KINDS:
        raise NotFound(noun="goods_receipt", key=str(voucher_id))
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    with speaking(language):
        return GoodsReceipt(
            number=of.number,
            on=of.voucher.business_date,
            site=getattr(of.site, f"name_{language}"),
            supplier=of.supplier.name if of.supplier else word(of.voucher.kind),
            invoice_number=of.voucher.document_reference,
            invoice_on=of.voucher.fact_date,
            fund=fund_names(of, language),
            lines=tuple(_line(row, language) for row in of.movements),
            total=of.total,
            total_in_words=in_words(of.total),
            form=all_settings(session)["goods_receipt_form"],
            check_code=of.voucher.seal[:CHECK_CODE_LETTERS].upper(),
            as_of=as_of.astimezone(CAIRO),
            reversed_note=reversed_note(of),
            demo=demo,
        )


def drug_name(drug: Drug, language: str) -> str:
    """Return a drug's name with its strength, once."""
    name: str = getattr(drug, f"name_{language}") or drug.name_ar
    return name if not drug.strength or drug.strength in name else f"{name} {drug.strength}"


def fund_names(of: WholeVoucher, language: str) -> str:
    """Return the names of the funds whose batches a voucher moved."""
    names = {getattr(row.fund, f"name_{language}"): None for row in of.movements}
    return " - ".join(names)


def reversed_note(of: WholeVoucher) -> str:
    """Return by which vouchers it was undone, in the reader's language; empty when by none."""
    return reversed_by(*(number_of(of.site, voucher) for voucher in of.reversals))


def reversed_by(*numbers: str) -> str:
    """Return what a paper says that these vouchers undid, in the reader's language."""
    if not numbers:
        return ""
    return gettext("Reversed by %(numbers)s", numbers=" - ".join(numbers))


def _line(row: MovementRow, language: str) -> ReceivedLine:
    drug, quantity, value = row.drug, row.movement.quantity, row.movement.value
    return ReceivedLine(
        code=drug.code,
        drug=drug_name(drug, language),
        unit=word(drug.unit),
        lot=row.batch.lot,
        expiry=row.batch.expiry,
        packs=quantity // drug.pack_size,
        units=quantity,
        pack_cost=round_half_up(value * drug.pack_size, quantity),
        value=value,
    )
