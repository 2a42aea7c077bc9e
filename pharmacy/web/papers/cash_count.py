"""The minutes of a counted drawer, from what was posted."""

from datetime import datetime

from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.drawer_view import Counted
from pharmacy.web.forms.drawer import PIECES
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.goods_receipt import CHECK_CODE_LETTERS, reversed_by
from reports.cash_count import CashCountPaper


def cash_count(
    of: Counted, *, language: str, as_of: datetime, demo: bool = False
) -> CashCountPaper:
    """Return what the minutes of a count say."""
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    name = f"name_{language}"
    with speaking(language):
        return CashCountPaper(
            number=of.number,
            moment=of.voucher.posted_at.astimezone(CAIRO),
            site=getattr(of.site, name),
            since=of.since.astimezone(CAIRO) if of.since else None,
            cashier=getattr(of.cashier, name) or of.cashier.name_ar,
            receiver=getattr(of.receiver, name) or of.receiver.name_ar,
            pieces=tuple(
                (gettext(PIECES[one]), number, one * number) for one, number in of.pieces.items()
            ),
            counted=of.count.counted,
            expected=of.count.expected,
            counted_in_words=in_words(of.count.counted),
            reason=of.voucher.note,
            reversed_note=reversed_by(*([of.undoing_number] if of.undone_by else [])),
            check_code=of.voucher.seal[:CHECK_CODE_LETTERS].upper(),
            as_of=as_of.astimezone(CAIRO),
            demo=demo,
        )
