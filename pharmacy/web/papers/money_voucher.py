"""The voucher of money received or paid, as the print shop wants it; amounts are those posted."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.fund_vouchers import whole_money
from pharmacy.services.invoice_view import PaidOn, paid_on
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.papers.goods_receipt import CHECK_CODE_LETTERS, reversed_note
from pharmacy.web.words import word
from reports.money_voucher import InvoiceLine, MoneyPaper


def money_voucher(
    session: Session, voucher_id: int, *, language: str, as_of: datetime, demo: bool = False
) -> MoneyPaper:
    """Return the paper of a receipt or a payment of money.

    Raises:
        NotFound: There is none with this id.
    """
    it = whole_money(session, voucher_id)
    of, money = it.of, it.money
    known = all_settings(session)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    with speaking(language):
        return MoneyPaper(
            paid=of.voucher.kind is VoucherKind.PAYMENT,
            number=of.number,
            on=of.voucher.business_date,
            fact_on=of.voucher.fact_date,
            governorate=known[f"governorate_{language}"],
            fund_name=known[f"fund_{language}"],
            site=getattr(of.site, f"name_{language}"),
            fund=getattr(it.fund, f"name_{language}"),
            party=money.party_name,
            amount=money.amount,
            in_words=in_words(money.amount),
            method=word(money.method),
            reference=of.voucher.document_reference,
            purpose=money.purpose,
            note=of.voucher.note,
            poster=getattr(of.poster, f"name_{language}") or of.poster.name_ar,
            check_code=of.voucher.seal[:CHECK_CODE_LETTERS].upper(),
            as_of=as_of.astimezone(CAIRO),
            reversed_note=reversed_note(of),
            invoices=tuple(_line(one) for one in paid_on(session, voucher_id)),
            demo=demo,
        )


def _line(one: PaidOn) -> InvoiceLine:
    return InvoiceLine(
        number=one.invoice.number,
        dated_on=one.invoice.dated_on,
        amount=one.invoice.amount,
        paid=one.amount,
        left=one.left,
    )
