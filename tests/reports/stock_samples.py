"""Stock documents to print: hard ones, with long names and many lines."""

from dataclasses import replace
from datetime import date

from reports.count_sheet import CountSheet, SheetLine
from reports.stock_paper import PaperKind, PaperLine, StockPaper
from tests.reports.samples import NOW, drug, in_house

WITNESSES_AR = ("أ. سناء عبد المقصود فهمي", "أ. أحمد رزق السيد", "د. هدى غانم")
WITNESSES_EN = ("Ms Sanaa Abdel Maqsoud Fahmy", "Mr Ahmed Rizk", "Dr Hoda Ghanem")


def write_off(language: str = "ar", *, lines: int = 7) -> StockPaper:
    """Minutes of a write-off before three witnesses."""
    arabic = language == "ar"
    return StockPaper(
        kind=PaperKind.WRITE_OFF,
        number="P1-WO-2026-000017",
        on=date(2026, 11, 24),
        site="المخزن الرئيسي" if arabic else "Main store",
        fund="تبرعات نقدية - حساب (زكاة) مقيد" if arabic else "Cash gifts (zakat, restricted)",
        lines=tuple(
            PaperLine(
                code=f"BH{n:04d}",
                drug=drug(language),
                unit="زجاجة" if arabic else "bottle",
                lot=f"BN{2000 + n}A",
                expiry=date(2026, 1 + n % 10, 28),
                quantity=3_000 * n,
                value=4_115_000 * n,
            )
            for n in range(1, lines + 1)
        ),
        total=4_115_000 * lines * (lines + 1) // 2,
        total_in_words="فقط مليون ومائة واثنان وخمسون ألفًا ومائتا جنيه لا غير"
        if arabic
        else "One million one hundred and fifty-two thousand two hundred pounds only",
        reason="انتهاء الصلاحية" if arabic else "Expired",
        note="كرتونة كاملة لم تُفتح" if arabic else "A whole carton, unopened",
        recorded_by="رجب عوض" if arabic else "Ragab Awad",
        signed_by="د. فؤاد سليم" if arabic else "Dr Fouad Selim",
        committee=WITNESSES_AR if arabic else WITNESSES_EN,
        check_code="M2QX91TC",
        as_of=NOW,
    )


def supplier_return(language: str = "ar") -> StockPaper:
    """A return permit, whose form has a number."""
    arabic = language == "ar"
    return replace(
        write_off(language),
        kind=PaperKind.RETURN,
        form="نموذج 8 مخازن" if arabic else "Stores form 8",
        party="الشركة المصرية لتجارة الأدوية (فرع دمنهور)" if arabic else "Egyptian Trading",
        reference="CN-2026-118",
        reason="",
        committee=(),
    )


def count(language: str = "ar", *, lines: int = 12) -> StockPaper:
    """Minutes of a count with a surplus, a deficit and what agrees."""
    arabic = language == "ar"
    base = write_off(language, lines=lines)
    counted = tuple(
        replace(line, expected=line.quantity - (n % 3 - 1) * 7, value=(n % 3 - 1) * 12_345)
        for n, line in enumerate(base.lines)
    )
    return replace(
        base,
        kind=PaperKind.COUNT,
        form="نموذج 6 مخازن" if arabic else "Stores form 6",
        lines=counted,
        total=sum(line.value for line in counted),
        total_in_words="",
        reason="جرد دوري" if arabic else "Periodic count",
    )


def count_sheet(language: str = "ar", *, lines: int = 12) -> CountSheet:
    """A sheet to count on, of two places; the last batch of the second is held back."""
    arabic = language == "ar"
    every = tuple(
        SheetLine(
            code=f"BH{n:04d}",
            drug=drug(language) if n % 2 else ("إنسولين مخلوط" if arabic else "Insulin mix"),
            unit="زجاجة" if arabic else "bottle",
            lot=f"BN{2000 + n}A-77/3",
            expiry=date(2027, 1 + n % 12, 28),
            barcode=in_house(23, n),
            remark=("محجوزة" if arabic else "held back") if n == lines else "",
        )
        for n in range(1, lines + 1)
    )
    places = ("درجة حرارة الغرفة", "يحفظ مبردًا") if arabic else ("Room temperature", "Cold")
    half = lines // 2
    return CountSheet(
        site="المخزن الرئيسي" if arabic else "Main store",
        printed=NOW,
        items="كل الأصناف" if arabic else "All items",
        places=((places[0], every[:half]), (places[1], every[half:])),
    )
