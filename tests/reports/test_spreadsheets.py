import csv
import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from reports.spreadsheets import (
    TEXT_MAX,
    Column,
    Kind,
    Sheet,
    Table,
    csv_file,
    guard,
    pounds,
    xlsx_file,
)

NOW = datetime(2026, 7, 5, 7, 42, tzinfo=UTC)
COLUMNS = (
    Column("name", "الاسم"),
    Column("lines", "البنود", Kind.INTEGER),
    Column("cost", "التكلفة (ج.م)", Kind.MONEY),
    Column("day", "اليوم", Kind.DAY),
)

PAYLOADS = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+2+3",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "  =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200f=1+1",
    "\ufeff=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\ttext",
    "\rtext",
    "\u22121",
    "﹦1",
)


def workbook_of(
    table: Table, *, right_to_left: bool = True, heading: tuple[str, ...] = ()
) -> bytes:
    sheet = Sheet(name="بيان", table=table, heading=heading)
    return xlsx_file([sheet], right_to_left=right_to_left, title="بيان", created=NOW)


def one_cell(text: str) -> Table:
    return Table(columns=COLUMNS[:1], rows=((text,),))


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_file(one_cell(text)).decode("utf-8-sig"), newline="")))
    assert rows[1][0].startswith("'")
    assert rows[1][0].replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_workbook_keeps_the_same_text_as_a_string_and_never_as_a_formula(text: str) -> None:
    data = workbook_of(one_cell(text), heading=(text,))
    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A4"]
    assert cell.data_type in {"s", "inlineStr"}
    assert cell.value == text.replace("\r", "\n")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_line_break_or_a_foreign_separator_inside_a_cell_hides_no_formula() -> None:
    assert guard("سبب\n=1+1") == "سبب\n'=1+1"
    assert guard("سبب\r\n  @x") == "سبب\r\n'  @x"
    assert guard("سبب;=1+1") == "سبب;'=1+1"


@pytest.mark.parametrize(
    "text", ["بيسوبرولول 5 مجم", "2-3 أقراص", "a=b", "محمد (أحمد)", "", "'=x", "0123", "5 - 6"]
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert guard(text) == text


def test_csv_is_utf8_with_its_mark_and_plain_figures() -> None:
    table = Table(
        columns=COLUMNS,
        rows=(("قلم إنسولين", 12_345, -123_450, date(2026, 3, 7)), ("لبن", 0, 5, None)),
        total=("الإجمالي", 12_345, -123_445, None),
    )
    data = csv_file(table)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n") == [
        "الاسم,البنود,التكلفة (ج.م),اليوم",
        "قلم إنسولين,12345,-1234.50,2026-03-07",
        "لبن,0,0.05,",
        "الإجمالي,12345,-1234.45,",
        "",
    ]


@pytest.mark.parametrize(
    ("piastres", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456_789_50, "123456789.50"), (-100, "-1.00")],
)
def test_piastres_become_pounds_exactly(piastres: int, text: str) -> None:
    assert pounds(piastres) == text


def test_a_workbook_holds_real_numbers_exact_to_the_piastre() -> None:
    values = [0, 1, 5, 10, 99, 101, 12_345_678_950, 99_999_999_999_99, -7, 740_000_000, 29, 57]
    table = Table(columns=COLUMNS[2:3], rows=tuple((value,) for value in values))
    data = workbook_of(table)
    read = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert [round(read.cell(at + 2, 1).value * 100) for at in range(len(values))] == values
    assert read["A2"].number_format == "#,##0.00"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>123456789.50</v>" in xml
    assert "<v>0.29</v>" in xml
    again = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [round(float(str(row[0])) * 100) for row in again[1:]] == values


def test_an_arabic_sheet_begins_at_the_right_and_its_head_stays_in_view() -> None:
    table = Table(columns=COLUMNS, rows=(("أ", 1, 2, date(2026, 3, 7)),))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(table, heading=("س", "ص")))).active
    assert sheet is not None
    assert sheet.sheet_view.rightToLeft
    assert sheet.freeze_panes == "A5"
    assert [cell.value for cell in sheet[4]] == [column.title for column in COLUMNS]
    assert sheet["D5"].value == datetime(2026, 3, 7)  # noqa: DTZ001 - a sheet's day has no zone
    english = openpyxl.load_workbook(io.BytesIO(workbook_of(table, right_to_left=False))).active
    assert english is not None
    assert not english.sheet_view.rightToLeft


def test_damaged_and_overlong_texts_are_kept_visibly() -> None:
    table = Table(columns=COLUMNS[:1], rows=(("\ud800سليم",), ("ط" * (TEXT_MAX + 9),), ("0042",)))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(table))).active
    assert sheet is not None
    assert sheet["A2"].value == "?سليم"
    assert len(sheet["A3"].value) == TEXT_MAX
    assert sheet["A3"].value.endswith("…")
    assert sheet["A4"].value == "0042"
    assert csv_file(table).decode("utf-8-sig").split("\r\n")[1] == "?سليم"


def test_a_tab_name_with_forbidden_signs_is_made_lawful() -> None:
    sheet = Sheet(name="'بيان/[2025]:" + "ط" * 40, table=one_cell("س"))
    data = xlsx_file([sheet], right_to_left=True, title="", created=NOW)
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["بيان  2025  " + "ط" * 18]


def test_the_same_table_makes_the_same_file() -> None:
    table = Table(columns=COLUMNS, rows=(("أ", 1, 2, date(2026, 3, 7)),))
    assert workbook_of(table) == workbook_of(table)


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 2 cells under 4 columns"):
        Table(columns=COLUMNS, rows=(("أ", 1),))
