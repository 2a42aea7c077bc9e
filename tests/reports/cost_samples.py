"""Invented cost reports that add up, small and large, in both languages."""

import random
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.cost_report import (
    CostFigures,
    CostGroup,
    CostReport,
    CostRow,
    CostTotals,
    Dimension,
    ReversalRow,
    Signers,
)
from reports.figures import MONTHS_AR, MONTHS_EN

CAIRO = ZoneInfo("Africa/Cairo")
ADDITIVE = ("lines", "quantity", "cost", "state", "donor", "citizen")
WORDS = {
    "ar": "فقط سبعة ملايين وأربعمائة ألف جنيه لا غير",
    "en": "Only seven million four hundred thousand pounds",
}
REASON = "خطأ في الكمية (Concor 5 mg)"
LONG_CENTRE = "مركز تكنولوجي الوحدة المحلية بقرية زاوية غزال البحرية"  # 53 letters
LONG_CENTRE_EN = "Technology centre of the local unit of Zawyet Ghazal"
LONG_DRUG = "Insulin isophane biphasic human 30/70, 100 IU/ml"


def figures(chance: random.Random, largest: int = 9_000_000_00) -> dict[str, int]:
    """Return figures whose shares are the cost; `largest` piastres."""
    cost = chance.randrange(largest)
    state = chance.randrange(cost + 1)
    donor = chance.randrange(cost - state + 1)
    lines = chance.randrange(1, 3000)
    return {
        "lines": lines,
        "quantity": lines * chance.randrange(1, 90),
        "cost": cost,
        "state": state,
        "donor": donor,
        "citizen": cost - state - donor,
        "beneficiaries": lines // 3 + 1,
    }


def summed(rows: Sequence[CostFigures]) -> dict[str, int]:
    names = (*ADDITIVE, "reversed_lines", "reversed_cost")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def report(
    rows: Sequence[CostRow],
    by: tuple[Dimension, ...],
    language: str = "ar",
    *,
    reversals: tuple[ReversalRow, ...] = (),
    demo: bool = False,
    filters: tuple[tuple[str, str], ...] = (),
) -> CostReport:
    by_group: dict[str, list[CostRow]] = {}
    for row in rows:
        by_group.setdefault(row.keys[0], []).append(row)
    groups = tuple(
        CostGroup(key=key, label=inside[0].labels[0], beneficiaries=7, **summed(inside))
        for key, inside in by_group.items()
    )
    arabic = language == "ar"
    return CostReport(
        governorate="محافظة البحيرة" if arabic else "Beheira Governorate",
        fund_name="صندوق دعم الدواء" if arabic else "Medicine Support Fund",
        date_from=date(2025, 7, 1),
        date_to=date(2026, 6, 30),
        as_of=datetime(2026, 7, 5, 10, 42, tzinfo=CAIRO),
        number="CR-2026-0042",
        by=by,
        filters=filters,
        rows=tuple(rows),
        total=CostTotals(beneficiaries=19_600, **summed(rows)),
        groups=groups if len(by) > 1 else (),
        reversals=reversals,
        amount_in_words=WORDS[language],
        signers=Signers(prepared="محاسب الصندوق", reviewed="رئيس الحسابات", approved="المدير"),
        seal="9f3a1c77d20be451",
        demo=demo,
    )


def months(language: str = "ar", count: int = 12) -> list[tuple[str, str]]:
    names = MONTHS_AR if language == "ar" else MONTHS_EN
    found = []
    for at in range(count):
        year, month = divmod(2025 * 12 + 6 + at, 12)
        found.append((f"{year}-{month + 1:02d}", f"{names[month]} {year}"))
    return found


def by_month(language: str = "ar", *, demo: bool = False) -> CostReport:
    """Twelve months; October took back more than it gave, and one amount has nine digits."""
    chance = random.Random(7)
    rows = [
        CostRow(keys=(key,), labels=(label,), **figures(chance)) for key, label in months(language)
    ]
    rows[3] = CostRow(
        keys=rows[3].keys,
        labels=rows[3].labels,
        lines=-1,
        quantity=-30,
        cost=-5_05,
        state=-5_05,
        donor=0,
        citizen=0,
        beneficiaries=0,
        reversed_lines=2,
        reversed_cost=12_34,
    )
    rows[5] = CostRow(
        keys=rows[5].keys,
        labels=rows[5].labels,
        lines=1,
        quantity=1,
        cost=123_456_789_50,
        state=123_456_789_50,
        donor=0,
        citizen=0,
        beneficiaries=3,
    )
    taken_off = (
        ReversalRow(day=date(2025, 10, 9), number="REV-2", original_number="DSP-9", reason=REASON,
                    cost=10_34),
        ReversalRow(day=date(2025, 10, 3), number="REV-1", original_number="DSP-4", reason="=1+1",
                    cost=2_00),
    )  # fmt: skip
    return report(rows, ("month",), language, reversals=taken_off, demo=demo)


def by_drug(language: str = "ar", count: int = 90) -> CostReport:
    chance = random.Random(11)
    name = "بيسوبرولول فيومارات أقراص مغلفة" if language == "ar" else LONG_DRUG
    rows = [
        CostRow(keys=(f"{at:04d}",), labels=(f"{name} {at + 1} mg",), **figures(chance))
        for at in reversed(range(count))
    ]
    return report(rows, ("drug",), language, filters=(("مصدر التمويل", "الموازنة"),))


def by_centre_and_month(centres: int, count: int, language: str = "ar") -> CostReport:
    chance = random.Random(13)
    name = LONG_CENTRE if language == "ar" else LONG_CENTRE_EN
    rows = [
        CostRow(keys=(f"{at:03d}", key), labels=(f"{name} {at + 1}", label), **figures(chance))
        for at in range(centres)
        for key, label in months(language, count)
    ]
    return report(rows, ("centre", "month"), language)
