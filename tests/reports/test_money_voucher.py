"""The voucher of money: the invoices it pays in a table, on as many pages as they need."""

from dataclasses import replace

import pytest

from reports import figures, money_voucher
from tests.reports import money_samples, reading


def _from_the_left(number: str, language: str) -> str:
    """Return ف-2026-0102 as an eye going from left to right meets its parts."""
    return "-".join(reversed(number.split("-"))) if language == "ar" else number


@pytest.mark.parametrize("size", ["a5", "a4"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("invoices", "pages"), [(1, 1), (3, 1), (60, 0)])
def test_a_payment_lists_its_invoices_and_what_is_left(
    language: str, size: str, invoices: int, pages: int
) -> None:
    paper = money_samples.payment(language, invoices=invoices)
    pdf = money_voucher.render(paper, language=language, size=size)
    texts = reading.page_texts(pdf)
    found = " ".join([*texts, reading.words(pdf)])
    told = [
        text
        for line in paper.invoices
        for text in (
            _from_the_left(line.number, language),
            figures.day(line.dated_on),
            *(figures.amount(one) for one in (line.amount, line.paid, line.left)),
        )
    ]
    titles = [
        title(language)
        for title in (
            money_voucher.INVOICE,
            money_voucher.DATED,
            money_voucher.WHOLE,
            money_voucher.NOW_PAID,
            money_voucher.LEFT,
            money_voucher.MANAGER,
        )
    ]
    assert [text for text in told if text not in found] == []
    assert reading.missing([figures.amount(paper.amount), *titles], found) == set()
    assert len(texts) == pages or (pages == 0 and len(texts) > 1)
    for number, text in enumerate(texts, start=1):
        numbered = f"صفحة {number} من {len(texts)}" if language == "ar" else f"Page {number} of"
        assert numbered in text
        assert paper.check_code in text
    assert not reading.ink_at_sides(pdf, 8)


def test_money_for_no_invoice_has_no_table() -> None:
    paper = replace(money_samples.payment("en"), invoices=())
    text = reading.words(money_voucher.render(paper, language="en"))
    assert money_voucher.LEFT("en") not in text.split()
    assert money_voucher.INVOICE("en") not in text
