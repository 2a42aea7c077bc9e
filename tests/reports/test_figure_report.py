import io
from dataclasses import replace

import openpyxl
import pytest

from reports import figure_report as paper
from reports.figures import amount, count
from reports.spreadsheets import Cell, Column, Kind, RowStyle, Table
from tests.reports import figure_samples
from tests.reports.chart_samples import LONG
from tests.reports.reading import ink_at_sides, missing, page_texts, pages, words


@pytest.mark.parametrize("language", ["ar", "en"])
def test_paper_holds_every_part_and_every_figure_whole(language: str) -> None:
    report = figure_samples.report(language)
    data = paper.pdf(report, language)
    found = words(data)
    told = [report.title, report.filters, report.in_words, *report.notes, report.seal]
    told += [report.table_title, *(each.title for each in report.more), report.more[0].note]
    told += [headline.title for headline in report.headlines]
    told += [f"{amount(report.headlines[0].value)} EGP" if language == "en" else "ج.م"]
    told += [chart.title for chart in report.charts]
    assert missing(told, found) == set()
    for table in (report.table, report.more[0].table):
        whole = {
            amount(cell).strip("()") if kind is Kind.MONEY else count(cell)
            for row in (*table.rows, table.total or ())
            for cell, kind in zip(row, [column.kind for column in table.columns], strict=True)
            if isinstance(cell, int)
        }
        assert missing(whole, found) == set()
    assert missing([LONG.format(12)], found) == set()
    assert "…" not in found
    assert not any(ink_at_sides(data, 13.9, page) for page in range(pages(data)))
    read = " ".join(page_texts(data))
    assert ("لا توجد بيانات." if language == "ar" else "There is nothing to list.") in read


def test_who_signs_is_named_and_a_report_nobody_signs_has_no_places() -> None:
    report = figure_samples.report("ar")
    hands = ["إعداد: مسؤول المالية", "التوقيع", "التاريخ:"]
    assert missing(hands, words(paper.pdf(report, "ar"))) == set()
    assert "التوقيع" not in words(paper.pdf(replace(report, signers=None), "ar"))


def test_the_charts_may_stand_last() -> None:
    report = figure_samples.report("en")
    for last in (False, True):
        found = words(paper.pdf(replace(report, charts_last=last), "en"))
        assert (found.index("Cost by month") > found.index("Reversals")) is last


def test_a_workbook_has_a_sheet_for_each_table_and_csv_the_first_alone() -> None:
    report = figure_samples.report("ar")
    book = openpyxl.load_workbook(io.BytesIO(paper.xlsx(report, "ar")))
    assert book.sheetnames == ["البيان", "الإلغاءات", "فروق"]
    first = list(book["البيان"].iter_rows(values_only=True))
    heads = [row[0] for row in first]
    assert report.filters in heads
    assert f"الإجمالي كتابةً: {report.in_words}" in heads
    assert "ختم آخر إذن محسوب: a1b2c3d4" in heads
    at = heads.index("الصنف") + 1
    body = first[at : at + len(report.table.rows)]
    assert [round((row[2] or 0) * 100) for row in body] == [
        row[2] or 0 for row in report.table.rows
    ]
    bold = [book["البيان"].cell(at + 1 + place, 1).font.bold for place in range(len(body))]
    assert bold == [style is not RowStyle.PLAIN for style in report.table.styles]
    assert "ملحوظة ما" in [row[0] for row in book["الإلغاءات"].iter_rows(values_only=True)]
    lines = paper.csv(report).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(report.table.rows) + 1
    assert lines[2].startswith(f"{LONG.format(1)},LOT-01-0001,123456789.00,")


def test_a_table_refuses_styles_that_are_not_of_its_rows() -> None:
    with pytest.raises(ValueError, match="1 styles of 0 rows"):
        Table(columns=(Column("a", "A"),), rows=(), styles=(RowStyle.GROUP,))


def test_a_table_of_texts_alone_and_one_of_figures_alone_are_drawn() -> None:
    report = replace(figure_samples.report("en"), charts=(), more=())
    texts = Table(columns=(Column("a", "A"), Column("b", "B")), rows=((LONG, LONG * 3),))
    row: tuple[Cell, ...] = tuple(figure_samples.NINE for _ in range(12))
    heads = tuple(Column(f"f{at}", f"Figure {at}", Kind.MONEY) for at in range(12))
    for table in (texts, Table(columns=heads, rows=(row,))):
        data = paper.pdf(replace(report, table=table), "en")
        assert not ink_at_sides(data, 13.9)
        assert "…" not in words(data)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_notes_and_signatures_never_stand_on_a_page_without_figures(language: str) -> None:
    signed = "التوقيع" if language == "ar" else "Signature"
    base = replace(
        figure_samples.report(language, charts=False), more=(), filters="", in_words="", seal=""
    )
    note = " ".join(base.notes * 12)  # takes more than one line
    turned = 0
    for rows in (*range(4), *range(12, 40)):
        table = figure_samples.numbered_table(rows)
        made = page_texts(
            paper.pdf(replace(base, table=table, notes=(note, note), headlines=()), language)
        )
        assert [signed in text for text in made] == [*[False] * (len(made) - 1), True]
        shown = {at for at in range(rows) if f"V-{at:05}" in made[-1]}
        assert shown >= set(range(max(rows - 3, 0), rows))
        if len(made) > 1:
            turned += shown == set(range(rows - 3, rows))
            assert f"{rows * 1_000:,}.00" in made[-1]
    assert turned > 1


def test_a_negative_percent_stands_in_brackets_with_its_sign() -> None:
    cells: list[Cell] = [-2_230, 2_230, 0]
    assert [paper.shown(cell, Kind.PERCENT) for cell in cells] == ["(22.30%)", "22.30%", "0.00%"]
