"""The letter on a decided claim, from what was decided."""

from datetime import datetime

from pharmacy.rules.calendar import CAIRO, cairo_day
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.claim_view import LineView, WholeClaim
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.goods_receipt import CHECK_CODE_LETTERS, drug_name, reversed_by
from pharmacy.web.words import word
from reports import figures
from reports.claim_letter import ClaimLetter, DecidedLine


def claim_letter(
    of: WholeClaim, *, language: str, as_of: datetime, demo: bool = False
) -> ClaimLetter:
    """Return what the letter on a claim says; the claim is decided."""
    decision = of.decision
    assert decision is not None, "only a decided claim has a letter"
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    with speaking(language):
        return ClaimLetter(
            number=of.number or of.claim.number,
            on=cairo_day(decision.decided_at),
            pharmacy=of.pharmacy.name,
            claim_number=of.claim.number,
            claim_on=of.claim.dated_on,
            fund=getattr(of.fund, f"name_{language}"),
            voucher_number=of.number,
            due_on=of.due_on,
            lines=tuple(_line(line, language) for line in of.lines),
            claimed=of.claim.claimed,
            accepted=decision.accepted,
            accepted_in_words=in_words(decision.accepted),
            reversed_note=_undone(of),
            check_code=of.voucher.seal[:CHECK_CODE_LETTERS].upper() if of.voucher else "",
            as_of=as_of.astimezone(CAIRO),
            demo=demo,
        )


def _undone(of: WholeClaim) -> str:
    if of.undone is None:
        return ""
    if of.undone.number:
        return reversed_by(of.undone.number)
    return gettext("Undone on %(day)s", day=figures.day(of.undone.by.reversed_on))


def _line(of: LineView, language: str) -> DecidedLine:
    line, decision = of.line, of.decision
    assert decision is not None, "every line of a decided claim is decided"
    said = [word(decision.reason)] if decision.reason else []
    return DecidedLine(
        request=of.request_number,
        drug=drug_name(of.drug, language),
        on=line.given_on,
        receipt=line.receipt_number,
        quantity=line.quantity,
        amount=line.amount,
        accepted_quantity=decision.quantity,
        accepted=decision.accepted,
        reason=": ".join([*said, *([decision.note] if decision.note else [])]),
    )
