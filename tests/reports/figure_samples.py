"""Reports of figures with every part there is: names of forty letters, nine-digit amounts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.figure_report import FigureReport, Headline, Signers, Titled
from reports.pack import Pack
from reports.spreadsheets import Cell, Column, Kind, RowStyle, Table
from tests.reports.chart_samples import LONG, funds, months

AT = datetime(2026, 7, 5, 10, 42, tzinfo=ZoneInfo("Africa/Cairo"))
NINE = 123_456_789_00
HEADS = {
    "ar": ("رصيد أول المدة", "وارد", "مرتجع", "تسويات بالزيادة", "تحويلات واردة", "منصرف", "هالك",
           "تسويات بالعجز", "تحويلات صادرة", "رصيد آخر المدة", "الفرق"),
    "en": ("Opening", "Receipts", "Returns", "Gains", "Transfers in", "Dispensed", "Losses",
           "Shortages", "Transfers out", "Closing", "Difference"),
}  # fmt: skip


def proof_table(language: str, *, sites: int = 2, rows: int = 12) -> Table:
    """Two columns of texts, eleven of amounts; groups, subtotals, a closing line and a total."""
    arabic = language == "ar"
    body: list[tuple[Cell, ...]] = []
    styles: list[RowStyle] = []

    def add(style: RowStyle, *cells: Cell) -> None:
        body.append(cells)
        styles.append(style)

    for site in range(1, sites + 1):
        add(RowStyle.GROUP, LONG.format(site), None, *[None] * 11)
        for row in range(1, rows + 1):
            figures = [NINE - 7 * row * at for at in range(10)]
            add(RowStyle.PLAIN, LONG.format(row), f"LOT-{site:02}-{row:04}", *figures, -row)
        add(RowStyle.SUBTOTAL, "جملة الموقع" if arabic else "Site", "", *[NINE] * 10, -78)
    add(RowStyle.BALANCE, "رصيد مرحّل" if arabic else "Carried over", "", *[NINE] * 10, 0)
    money = (Column(f"f{at}", title, Kind.MONEY) for at, title in enumerate(HEADS[language]))
    return Table(
        columns=(
            Column("drug", "الصنف" if arabic else "Item"),
            Column("lot", "التشغيلة" if arabic else "Lot"),
            *money,
        ),
        rows=tuple(body),
        total=("الإجمالي" if arabic else "Total", "", *[NINE] * 10, 0),
        styles=tuple(styles),
    )


def small_table(language: str, *, rows: int = 3) -> Table:
    arabic = language == "ar"
    return Table(
        columns=(
            Column("day", "اليوم" if arabic else "Day", Kind.DAY),
            Column("number", "رقم الإذن" if arabic else "Number"),
            Column("amount", "القيمة (ج.م)" if arabic else "EGP", Kind.MONEY),
        ),
        rows=tuple((date(2026, 6, at + 1), f"V-{at:05}", at * 100_00) for at in range(rows)),
        total=(None, "", sum(at * 100_00 for at in range(rows))),
    )


def numbered_table(rows: int) -> Table:
    """Rows that are told from each other, and their total."""
    return Table(
        columns=(Column("number", "No."), Column("amount", "EGP", Kind.MONEY)),
        rows=tuple((f"V-{at:05}", 1_000_00) for at in range(rows)),
        total=("Total", rows * 1_000_00),
    )


def report(language: str, *, rows: int = 12, title: str = "", charts: bool = True) -> FigureReport:
    arabic = language == "ar"
    return FigureReport(
        governorate="محافظة البحيرة" if arabic else "Beheira Governorate",
        fund_name="صندوق دعم الدواء" if arabic else "Medicine Support Fund",
        title=title or ("إثبات المخزون" if arabic else "Proof of stock"),
        number="PR-2026-06",
        lines=("عن الفترة من 01/06/2026 إلى 30/06/2026" if arabic else "1 to 30 June 2026",),
        as_of=AT,
        table=proof_table(language, rows=rows),
        notes=("المبالغ بين قوسين سالبة." if arabic else "Amounts in brackets are negative.",),
        demo=True,
        filters="مقصور على المركز: دمنهور" if arabic else "Limited to centre: Damanhour",
        headlines=(
            Headline("إجمالي التكلفة" if arabic else "Total cost", NINE),
            Headline("المستفيدون" if arabic else "Beneficiaries", 1234, Kind.INTEGER),
            Headline("متوسط المستفيد" if arabic else "Average", None),
        ),
        in_words="فقط مائة جنيه لا غير" if arabic else "One hundred Egyptian pounds only",
        charts=(months(language), funds(language)) if charts else (),
        table_title="البيان" if arabic else "Details",
        more=(
            Titled("الإلغاءات" if arabic else "Reversals", small_table(language), "ملحوظة ما"),
            Titled("فروق" if arabic else "Differences", small_table(language, rows=0)),
        ),
        seal="a1b2c3d4",
        signers=Signers(prepared="مسؤول المالية" if arabic else "Finance officer"),
    )


def pack(language: str, *, late: int = 2) -> Pack:
    arabic = language == "ar"
    return Pack(
        governorate="محافظة البحيرة" if arabic else "Beheira Governorate",
        fund_name="صندوق دعم الدواء" if arabic else "Medicine Support Fund",
        month=date(2026, 6, 1),
        number="MP-2026-06",
        as_of=AT,
        made_by="منى عبد الرحمن" if arabic else "Mona",
        state="مغلق" if arabic else "Closed",
        seals=(("F1", "a1b2c3d4"), ("P1", "e5f6a7b8")),
        late=small_table(language, rows=late),
        notes=("تُقرأ مع كشوف البنك." if arabic else "To be read beside the bank's statements.",),
        demo=True,
    )


def reports(language: str, count: int, *, rows: int = 12) -> Iterator[FigureReport]:
    """Give reports one by one, each under its own name; those after the first are short."""
    name = "تقرير رقم" if language == "ar" else "Report no."
    for at in range(1, count + 1):
        whole = report(language, rows=rows, title=f"{name} {at}", charts=at == 1)
        yield whole if at == 1 else replace(whole, headlines=(), more=())
