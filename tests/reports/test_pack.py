import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from reports.pack import pdf
from tests.reports import figure_samples
from tests.reports.reading import missing, page_texts, plain

MANY = 30
"""Reports enough for contents of two pages."""

WORDS = {
    "ar": ("صفحة {} من {}", "تقرير رقم", "صفحة الإثبات", "وقائع متأخرة قيدت في هذا الشهر"),
    "en": ("Page {} of {}", "Report no.", "Proof page", "Late facts recorded in this month"),
}


def outline(reader: PdfReader) -> dict[str, int]:
    """Return the bookmarks and the pages they open, counted from 1."""
    marks = [mark for mark in reader.outline if isinstance(mark, Destination)]
    return {
        plain(str(mark.title)): (reader.get_destination_page_number(mark) or 0) + 1
        for mark in marks
    }


@pytest.mark.parametrize("language", ["ar", "en"])
def test_contents_bookmarks_and_pages_agree(language: str) -> None:
    page_of, name, proof, late = WORDS[language]
    made = pdf(
        figure_samples.pack(language),
        figure_samples.reports(language, MANY, rows=1),
        language,
        proof=figure_samples.report(language, title=proof, rows=1),
    )
    reader, texts = PdfReader(io.BytesIO(made)), page_texts(made)
    for number, text in enumerate(texts, start=1):
        assert page_of.format(number, len(texts)) in text
    marks = outline(reader)
    titles = [*(f"{at}. {name} {at}" for at in range(1, MANY + 1)), f"{MANY + 1}. {proof}"]
    assert list(marks)[2:] == [late, *titles]
    assert list(marks.values()) == sorted(marks.values())
    assert list(marks.values())[:4] == [1, 2, 4, 5]  # the contents take two pages
    contents = set(re.findall(r"\d+", " ".join(texts[1:3])))
    for title in titles:
        place, called = title.split(". ", 1)
        assert missing([called], texts[marks[title] - 1]) == set()
        within = f"ترتيبه بالحزمة {place}" if language == "ar" else f"No. {place} of the pack"
        assert within in texts[marks[title] - 1]
        assert str(marks[title]) in contents
    assert [len(page.get("/Annots") or ()) for page in reader.pages][1:3] != [0, 0]
    assert sum(len(page.get("/Annots") or ()) for page in reader.pages) == MANY + 2


def test_the_cover_says_what_month_and_what_it_rests_on() -> None:
    pack = figure_samples.pack("ar")
    made = pdf(pack, (), "ar")
    # One reader keeps the order of Arabic, the other that of codes.
    cover = plain(PdfReader(io.BytesIO(made)).pages[0].extract_text()) + " " + page_texts(made)[0]
    sealed = [part for site in pack.seals for part in site]
    told = ("يونيو 2026", pack.number, pack.made_by, "مغلق", *sealed, "05/07/2026 10:42",
            "القائمة بعد المحتويات", *pack.notes, "إعداد", "مراجعة", "اعتماد")  # fmt: skip
    assert missing(told, cover) == set()
    bare = page_texts(pdf(replace(pack, late=None, signers=None), (), "ar"))
    assert "وقائع متأخرة: لا توجد" in bare[0]
    assert len(bare) == 2  # cover and contents: no list of late facts
    assert "التوقيع" not in bare[0]


def test_the_same_pack_makes_the_same_bytes_in_one_kind_of_digits() -> None:
    def made() -> bytes:
        return pdf(figure_samples.pack("ar"), figure_samples.reports("ar", 2), "ar", "arab")

    first, pack = made(), figure_samples.pack("ar")
    assert first == made()
    raw = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    codes = {pack.number, *(seal for _site, seal in pack.seals)}
    assert codes <= set(re.findall("[0-9A-Za-z-]{6,}", raw))
    assert re.search("[0-9]", re.sub("[A-Za-z][A-Za-z0-9-]*", "", raw)) is None
