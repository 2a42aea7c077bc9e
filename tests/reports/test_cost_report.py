import csv as csv_reader
import io
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from reports import arabic
from reports.chart_facts import Form
from reports.cost_report import CostReport, CostTotals, chart_of, csv, pdf, svg, table_of, xlsx
from reports.figures import amount, count
from reports.spreadsheets import Kind
from tests.reports.cost_samples import (
    LONG_CENTRE,
    WORDS,
    by_centre_and_month,
    by_drug,
    by_month,
)
from tests.reports.reading import ink_outside, page_texts, pages, plain, words

EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩٬٫", "0123456789,.")
FIGURE = re.compile(r"^(?:\(?[0-9][0-9,]*(?:\.[0-9]{2})?\)?|–)$")
SAMPLES: dict[str, Callable[[str], CostReport]] = {
    "months": by_month,
    "drugs": by_drug,
    "two dimensions": lambda language: by_centre_and_month(5, 7, language),
}


def wanted(report: CostReport, language: str) -> list[list[str]]:
    """Return the figures of each row and of the total, as paper shows them."""
    table = table_of(report, language)
    assert table.total is not None
    return [
        [
            "–" if cell is None else amount(cell) if column.kind is Kind.MONEY else count(cell)
            for column, cell in zip(table.columns, row, strict=True)
            if column.kind is not Kind.TEXT and not isinstance(cell, str)
        ]
        for row in (*table.rows, table.total)
    ]


def lines(data: bytes) -> list[str]:
    """Return the lines of a paper in logical order, as a reader that knows bidi sees them."""
    document = pypdfium2.PdfDocument(data)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return [plain(line).translate(EASTERN) for line in text.splitlines()]


def printed(data: bytes) -> list[list[str]]:
    """Return the ten figures at the end of each line of the table."""
    ends = [line.split(" ")[-10:] for line in lines(data)]
    return [end for end in ends if len(end) == 10 and all(FIGURE.match(token) for token in end)]


def sheet_rows(data: bytes, columns: int) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return [list(row[:columns]) for row in sheet.to_python(skip_empty_area=False)]


def in_piastres(cell: object, kind: Kind) -> object:
    if cell in {"", None}:
        return None
    return round(float(str(cell)) * 100) if kind is Kind.MONEY else int(float(str(cell)))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_workbook_and_csv_hold_the_rows_and_the_total_to_the_piastre(
    sample: str, language: str
) -> None:
    report = SAMPLES[sample](language)
    table = table_of(report, language)
    rows = [list(row) for row in (*table.rows, table.total or ())]
    kinds = [column.kind for column in table.columns]

    def read(cells: list[object]) -> list[object]:
        return [
            (cell or "") if kind is Kind.TEXT else in_piastres(cell, kind)
            for cell, kind in zip(cells, kinds, strict=True)
        ]

    text = csv(report, language).decode("utf-8-sig")
    from_csv = list(csv_reader.reader(io.StringIO(text, newline="")))
    assert from_csv[0] == [column.title for column in table.columns]
    assert [read(list(row)) for row in from_csv[1:]] == rows

    cells = sheet_rows(xlsx(report, language), len(kinds))
    head = cells.index([column.title for column in table.columns])
    assert [read(row) for row in cells[head + 1 : head + 1 + len(rows)]] == rows


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    ("language", "digits"),
    [("ar", arabic.LATIN_DIGITS), ("ar", arabic.ARABIC_DIGITS), ("en", arabic.LATIN_DIGITS)],
)
def test_paper_holds_every_row_and_the_total_to_the_piastre(
    sample: str, language: str, digits: str
) -> None:
    report = SAMPLES[sample](language)
    found = printed(pdf(report, language, digits))
    expected = wanted(report, language)
    if not report.groups:
        assert found == expected
    for row in expected:
        assert row in found
    assert len(found) == len(expected) + len(report.groups)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_form_carries_the_total_in_figures_and_in_words(language: str) -> None:
    report = by_month(language)
    on_paper = words(pdf(report, language))
    assert amount(report.total.cost) in on_paper
    assert plain(WORDS[language]) in on_paper
    book = openpyxl.load_workbook(io.BytesIO(xlsx(report, language)))
    texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(WORDS[language] in text for text in texts)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "ar",
            (
                "محافظة البحيرة",
                "صندوق دعم الدواء",
                "تقرير تكلفة الصرف",
                "عن الفترة من",
                "المستفيدون أشخاص مختلفون",
                "فلا تجمع أعداد المستفيدين من صف إلى صف",
                "بالتكلفة الفعلية للتشغيلة التي صرف منها",
                "المبالغ بين قوسين سالبة",
                "بيانات تجريبية",
                "الإلغاءات خلال الفترة",
                "إعداد: محاسب الصندوق",
                "مراجعة: رئيس الحسابات",
                "اعتماد: المدير",
                "صفحة",
                "البيانات حتى",
                "كل الأصناف والمراكز والقنوات ومصادر التمويل",
            ),
        ),
        (
            "en",
            (
                "Beheira Governorate",
                "Medicine Support Fund",
                "Cost of dispensing report",
                "Period from 01/07/2025 to 30/06/2026",
                "their numbers do not add up from row to row",
                "at the actual cost of the batch it was issued from",
                "Amounts in brackets are negative",
                "Demonstration data",
                "Reversals in the period",
                "Prepared by",
                "Reviewed by",
                "Approved by",
                "Page 1 of 2",
                "Data as of 05/07/2026 10:42",
                "All items, centres, channels and funds",
            ),
        ),
    ],
)
def test_paper_says_what_a_reader_must_know(language: str, sentences: tuple[str, ...]) -> None:
    text = words(pdf(by_month(language, demo=True), language))
    for sentence in (*sentences, "CR-2026-0042", "9f3a1c77d20be451"):
        assert sentence in text


def test_reversals_are_listed_by_day_with_their_count_and_sum() -> None:
    text = words(pdf(by_month("en"), "en"))
    assert text.index("03/10/2025 REV-1 DSP-4") < text.index("09/10/2025 REV-2 DSP-9")
    assert "Total of reversals: 2 12.34" in text
    book = openpyxl.load_workbook(io.BytesIO(xlsx(by_month(), "ar")))
    rows = list(book["الإلغاءات خلال الفترة"].iter_rows(values_only=True))
    assert [row[1:] for row in rows[-3:]] == [
        ("REV-1", "DSP-4", "=1+1", 2),
        ("REV-2", "DSP-9", "خطأ في الكمية (Concor 5 mg)", 10.34),
        ("", "", "إجمالي الإلغاءات وعددها 2", 12.34),
    ]


def test_many_reversals_are_cut_on_paper_and_counted() -> None:
    report = by_month("en")
    one = report.reversals[0]
    many = tuple(replace(one, number=f"REV-{at:03d}", cost=1) for at in range(1234))
    text = words(pdf(replace(report, reversals=many), "en"))
    assert "REV-039" in text
    assert "REV-040" not in text
    assert "1,194 more reversals are not listed here" in text
    assert "Total of reversals: 1,234 12.34" in text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_period_without_dispensing_makes_a_whole_paper(language: str) -> None:
    none = CostTotals(lines=0, quantity=0, cost=0, state=0, donor=0, citizen=0, beneficiaries=0)
    report = replace(by_month(language), rows=(), total=none, reversals=())
    text = words(pdf(report, language))
    told = {
        "ar": ("لا يوجد صرف في هذه الفترة", "لا توجد إلغاءات", "اعتماد"),
        "en": ("Nothing was dispensed in this period", "No reversals", "Approved by"),
    }
    for sentence in told[language]:
        assert sentence in text
    assert svg(report, language) == ""
    assert csv(report, language).decode("utf-8-sig").count("\r\n") == 2
    assert openpyxl.load_workbook(io.BytesIO(xlsx(report, language))).worksheets


def outside(data: bytes) -> list[str]:
    """Return letters whose box leaves the page, margins of 8 mm counted as outside."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            if left < 20 or bottom < 12 or right > width - 20 or top > height - 20:
                found.append(text.get_text_range(at, 1))
        text.close()
    document.close()
    return [letter for letter in found if letter.strip()]


@pytest.mark.parametrize("sample", SAMPLES)
def test_long_names_and_large_amounts_stay_on_the_page(sample: str) -> None:
    data = pdf(SAMPLES[sample]("ar"), "ar")
    assert outside(data) == []
    assert not ink_outside(data, 6, page=0)
    assert not ink_outside(data, 6, page=1)


def test_a_long_name_is_printed_whole() -> None:
    found = lines(pdf(by_centre_and_month(2, 2), "ar"))
    assert any(line.startswith(plain(f"{LONG_CENTRE} 2 ")) for line in found)


def test_a_group_that_a_page_splits_names_itself_again() -> None:
    data = pdf(by_centre_and_month(2, 40), "ar")
    assert [line for line in lines(data) if line.endswith("(تابع)")] == [
        f"{LONG_CENTRE} 1 (تابع)",
        f"{LONG_CENTRE} 1 (تابع)",
        f"{LONG_CENTRE} 2 (تابع)",
        f"{LONG_CENTRE} 2 (تابع)",
    ]
    assert pages(data) == 5


def test_notes_and_signatures_of_the_paper_have_rows_and_the_total_beside_them() -> None:
    turned = 0
    for rows in (1, 2, *range(20, 46)):
        report = replace(by_drug("en", rows), seal="")
        made = page_texts(pdf(report, "en"))
        assert ["Signature" in text for text in made] == [*[False] * (len(made) - 1), True]
        shown = [at for at in range(1, rows + 1) if f" {at} mg" in made[-1]]
        assert shown[-3:] == list(range(max(rows - 2, 1), rows + 1))
        assert amount(report.total.cost) in made[-1]
        turned += len(shown) == 3
    assert turned > 1


def test_the_chart_shows_every_month_and_the_twelve_dearest_of_anything_else() -> None:
    by_time = chart_of(by_month(), "ar")
    assert by_time is not None
    assert by_time.form is Form.COLUMNS
    assert list(by_time.series[0].values) == [row.cost for row in by_month().rows]
    report = by_drug("en")
    dearest = chart_of(report, "en")
    assert dearest is not None
    ordered = sorted((row.cost for row in report.rows), reverse=True)
    assert list(dearest.series[0].values) == ordered[:12]
    assert dearest.title == "Cost by item: the highest 12 of 90"
    assert dearest.note == f"All the others together: EGP {amount(sum(ordered[12:]))}"
    grouped = chart_of(by_centre_and_month(3, 2), "ar")
    assert grouped is not None
    assert (
        sum(value or 0 for value in grouped.series[0].values)
        == by_centre_and_month(3, 2).total.cost
    )


def test_the_screen_chart_is_sound_in_both_languages() -> None:
    for language in ("ar", "en"):
        root = ET.fromstring(svg(by_month(language), language))  # noqa: S314 - our own text
        assert root.get("role") == "img"
        assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 12


def test_a_workbook_of_two_dimensions_has_a_sheet_of_subtotals() -> None:
    report = by_centre_and_month(3, 2)
    book = openpyxl.load_workbook(io.BytesIO(xlsx(report, "ar")))
    assert book.sheetnames == ["البيان التفصيلي", "المركز التكنولوجي"]
    rows = list(book["المركز التكنولوجي"].iter_rows(values_only=True))
    labels = [group.label for group in report.ordered_groups]
    at = next(at for at, row in enumerate(rows) if row[0] == labels[0])
    assert [row[0] for row in rows[at : at + 4]] == [*labels, "الإجمالي"]
    assert [round(float(str(row[3])) * 100) for row in rows[at : at + 4]] == [
        *(group.cost for group in report.ordered_groups),
        report.total.cost,
    ]


def test_a_drug_called_like_a_formula_stays_a_name_everywhere() -> None:
    report = by_drug("en", 3)
    rows = (replace(report.rows[0], labels=("=HYPERLINK(1)",)), *report.rows[1:])
    report = replace(report, rows=rows)
    assert "'=HYPERLINK(1)" in csv(report, "en").decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(xlsx(report, "en")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [c.data_type for c in cells if c.value == "=HYPERLINK(1)"] == ["s"]
    assert not [c for c in cells if c.data_type == "f"]
    assert "=HYPERLINK(1)" in words(pdf(report, "en"))


def test_the_same_report_makes_the_same_bytes() -> None:
    for make in (pdf, xlsx, csv, svg):
        assert make(by_month(), "ar") == make(by_month(), "ar")


def test_an_arabic_paper_never_mixes_two_kinds_of_digits() -> None:
    report = replace(by_month(), number="٠٠٤٢", reversals=by_month().reversals)
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(pdf(report, "ar", arabic.ARABIC_DIGITS))).pages
    )
    assert report.seal in text
    figures = re.sub(rf"(REV|DSP)-[0-9-]+|{report.seal}|0042", "", text)
    assert re.findall("[0-9]", figures) == []


def test_every_centre_of_two_years_is_printed_with_page_x_of_y() -> None:
    data = pdf(by_centre_and_month(51, 24), "ar")
    last = pages(data)
    numbered = [line for line in lines(data) if line.endswith(f"من {last}")]
    assert len(numbered) == last
    assert numbered[-1].endswith(f"صفحة {last} من {last}")
