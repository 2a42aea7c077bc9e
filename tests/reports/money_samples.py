"""Vouchers of money to print, with as many invoices as wanted."""

from datetime import date

from reports.money_voucher import InvoiceLine, MoneyPaper
from tests.reports.samples import NOW


def payment(language: str = "ar", *, invoices: int = 3) -> MoneyPaper:
    """A payment of invoices, the last of them in part."""
    arabic = language == "ar"
    lines = tuple(
        InvoiceLine(
            number=f"{'ف' if arabic else 'INV'}-2026-{n:04d}",
            dated_on=date(2026, 1 + n % 10, 1 + n % 28),
            amount=123_456_00 + n,
            paid=123_456_00 + n - (50_00 if n == invoices else 0),
            left=50_00 if n == invoices else 0,
        )
        for n in range(1, invoices + 1)
    )
    return MoneyPaper(
        paid=True,
        number="F1-PY-2026-000029",
        on=date(2026, 11, 24),
        fact_on=None,
        governorate="محافظة البحيرة" if arabic else "Beheira Governorate",
        fund_name="صندوق دعم الدواء" if arabic else "Medicine Support Fund",
        site="حسابات الصندوق" if arabic else "Fund accounts",
        fund="تبرع مخصص لمرضى الأورام" if arabic else "Gift for cancer patients",
        party="شركة الدلتا للتوريدات الطبية" if arabic else "Delta Medical Supplies",
        amount=sum(line.paid for line in lines),
        in_words="فقط ألفان وخمسمائة وسبعة وعشرون جنيهًا لا غير" if arabic
        else "Two thousand five hundred and twenty-seven pounds only",
        method="تحويل بنكي" if arabic else "Bank transfer",
        reference="202611-0179",
        purpose="سداد فواتير" if arabic else "Invoices",
        note="",
        poster="ليلى حجازي" if arabic else "Layla Hegazy",
        check_code="17567381",
        as_of=NOW,
        invoices=lines,
    )  # fmt: skip
