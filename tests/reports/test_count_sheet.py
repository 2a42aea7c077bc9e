"""The sheet to count stock on: every batch with its code, long names whole."""

from dataclasses import replace

import pytest

from reports import count_sheet
from tests.reports import reading, stock_samples


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_count_sheet_says_what_lies_there_and_has_every_batch_to_scan(language: str) -> None:
    sheet = stock_samples.count_sheet(language, lines=40)
    pdf = count_sheet.render(sheet, language=language)
    texts = reading.page_texts(pdf)
    wanted = [line for _, lines in sheet.places for line in lines]
    told = [text for line in wanted for text in (line.code, line.lot, line.unit, line.remark)]
    places = [place for place, _ in sheet.places]
    found = " ".join([*texts, reading.words(pdf)])
    assert reading.missing([sheet.site, sheet.items, *places, *told], found) == set()
    assert len(texts) == 4
    for number, text in enumerate(texts, start=1):
        assert (f"صفحة {number} من 4" if language == "ar" else f"Page {number} of 4") in text
        assert ("طُبع في" if language == "ar" else "Printed") in text or "طبع في" in text
    scanned = [code for page in range(4) for _, code in reading.barcodes(pdf, page, dpi=300)]
    assert sorted(scanned) == sorted(line.barcode for line in wanted)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_long_name_is_whole_on_a_count_sheet(language: str) -> None:
    [(place, (line, *_)), *_] = stock_samples.count_sheet(language).places
    sheet = replace(stock_samples.count_sheet(language), places=((place, (line,)),))
    pdf = count_sheet.render(sheet, language=language)
    text = " ".join([reading.words(pdf), *reading.page_texts(pdf)])
    assert len(line.drug) > 40
    assert [word for word in reading.plain(line.drug).split() if word not in text] == []
    assert "…" not in text
