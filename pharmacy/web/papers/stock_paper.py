"""The papers of stock documents: a posted voucher as the print shop wants it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.settings import all_settings
from pharmacy.services.voucher_view import MovementRow, WholeVoucher, counted_lines, whole
from pharmacy.web.language import speaking
from pharmacy.web.papers.goods_receipt import (
    CHECK_CODE_LETTERS,
    drug_name,
    fund_names,
    reversed_note,
)
from pharmacy.web.stock_words import REASONS
from pharmacy.web.words import word
from reports.stock_paper import PaperKind, PaperLine, StockPaper

PAPERS: Mapping[VoucherKind, tuple[PaperKind, str]] = {
    VoucherKind.WRITE_OFF: (PaperKind.WRITE_OFF, "write_off_form"),
    VoucherKind.RECALL_WITHDRAWAL: (PaperKind.RECALL, "write_off_form"),
    VoucherKind.RETURN_TO_SUPPLIER: (PaperKind.RETURN, "return_form"),
    VoucherKind.RETURN_FROM_CITIZEN: (PaperKind.CITIZEN, "return_form"),
    VoucherKind.INSTITUTION_ISSUE: (PaperKind.ISSUE, "issue_form"),
    VoucherKind.TRANSFER_OUT: (PaperKind.TRANSFER, "issue_form"),
    VoucherKind.COUNT_ADJUSTMENT: (PaperKind.COUNT, "count_form"),
}
"""Which paper a kind of voucher has, and the setting that holds the number of its form."""


def stock_paper(
    session: Session, voucher_id: int, *, language: str, as_of: datetime, demo: bool = False
) -> StockPaper:
    """Return the paper of a stock document; amounts are those posted.

    Raises:
        NotFound: There is no stock document with this id.
    """
    of = whole(session, voucher_id)
    if of.voucher.kind not in PAPERS:
        raise NotFound(noun="stock_document", key=str(voucher_id))
    kind, form = PAPERS[of.voucher.kind]
    counts = kind is PaperKind.COUNT
    total = of.total if counts else abs(of.total)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    committee = of.document.committee.splitlines() if of.document else []
    with speaking(language):
        return StockPaper(
            kind=kind,
            number=of.number,
            on=of.voucher.business_date,
            site=getattr(of.site, f"name_{language}"),
            fund=fund_names(of, language),
            lines=tuple(
                _counted(session, of, language)
                if counts
                else [_line(row, language) for row in of.movements]
            ),
            total=total,
            total_in_words="" if counts or not total else in_words(total),
            party=_party(of, language),
            reference=of.voucher.document_reference,
            reason=reason_of(of),
            note=of.voucher.note,
            recorded_by=getattr(of.poster, f"name_{language}"),
            signed_by=getattr(of.second, f"name_{language}") if of.second else "",
            committee=tuple(committee),
            form=all_settings(session)[form],
            check_code=of.voucher.seal[:CHECK_CODE_LETTERS].upper(),
            as_of=as_of.astimezone(CAIRO),
            reversed_note=reversed_note(of),
            demo=demo,
        )


def _party(of: WholeVoucher, language: str) -> str:
    """Return to whom, or whence, it went: supplier, institution, site, or the citizen's request."""
    if of.supplier is not None:
        return of.supplier.name
    if of.to_site is not None:
        return str(getattr(of.to_site, f"name_{language}"))
    return of.request_number


def reason_of(of: WholeVoucher) -> str:
    """Return why it was posted, in the reader's language; empty where no reason is asked for."""
    kinds = REASONS.get(of.voucher.kind)
    return word(kinds(of.voucher.reason)) if kinds and of.voucher.reason else ""


def _line(row: MovementRow, language: str) -> PaperLine:
    return PaperLine(
        code=row.drug.code,
        drug=drug_name(row.drug, language),
        unit=word(row.drug.unit),
        lot=row.batch.lot,
        expiry=row.batch.expiry,
        quantity=abs(row.movement.quantity),
        value=abs(row.movement.value),
    )


def _counted(session: Session, of: WholeVoucher, language: str) -> Sequence[PaperLine]:
    """Return every counted line, those without a difference too."""
    moved = {row.movement.line_no: row.movement.value for row in of.movements}
    return [
        PaperLine(
            code=drug.code,
            drug=drug_name(drug, language),
            unit=word(drug.unit),
            lot=batch.lot,
            expiry=batch.expiry,
            quantity=line.counted,
            value=moved.get(line.line_no, 0),
            expected=line.expected,
        )
        for line, batch, drug in counted_lines(session, of.voucher.id)
    ]
