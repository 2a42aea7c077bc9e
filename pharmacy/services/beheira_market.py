"""What was bought and given in the rebuilt years: each month, before the shelf runs short."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from pharmacy.rules.calendar import is_weekend, month_start
from pharmacy.rules.expiry import last_day
from pharmacy.rules.vocabulary import FundKind
from pharmacy.services.beheira_people import Course
from pharmacy.services.beheira_shelf import FundFacts, Shelf
from pharmacy.services.demo_treatment import Medicine
from pharmacy.services.stock import Receipt, ReceiptLine

SUPPLIERS = ("شركة النيل لتوزيع الأدوية", "شركة الدلتا للتوريدات الطبية", "مخزن أدوية البحيرة")
DONORS = ("جمعية الخير للتنمية بدمنهور", "شركة الوادي للصناعات الدوائية")
FUND_WEIGHTS: Mapping[str, int] = {"BUDGET": 62, "CASH": 14, "ZAKAT": 10, "CIVIL": 7, "KIND": 7}
"""Hundredths of what comes in, by fund."""
RESTRICTED_FUND, RESTRICTED_CONDITION = "ONCO", "oncology"
_RESTRICTED_SHARE = 0.35
MILLION = 1_000_000
_MILLE = 1000
_MONTHS_BOUGHT = 6
_SPARE_PERCENT = 108
_SHELF_LIFE_MONTHS = (20, 34)
# Longer than any course: what expires inside one is not counted upon.
_COURSE_DAYS = 40
_FIRST_PRICE, _LAST_PRICE = 640, 1000
_PRICE_NOISE = (950, 1050)


class Market:
    """Where the pharmacy buys.

    Args:
        courses: Everything that will be handed out, so that nothing is short.
        funds: By code.
        suppliers: Ids of those who sell, then of those who give.
        price_millionths: Share of the formulary's reference prices that was paid.
        restricted: Drugs that the restricted fund may pay for, since only its own use them.
        seed: The same seed buys the same.
    """

    def __init__(
        self,
        courses: Sequence[Course],
        *,
        funds: Mapping[str, FundFacts],
        suppliers: tuple[Sequence[int], Sequence[int]],
        price_millionths: int,
        restricted: frozenset[int],
        period: tuple[date, date],
        seed: int,
    ) -> None:
        self._chance = Random(f"{seed}:market")  # noqa: S311 - a play, not a secret
        # Chance of its own, so that what is bought by name leaves all other prices as they are.
        self._by_name = Random(f"{seed}:by name")  # noqa: S311
        self._funds = funds
        self._sellers, self._donors = suppliers
        self._price = price_millionths
        self._restricted = restricted
        self._first, self._last = period
        self._medicines, self._demand = _demand(courses)
        self._count = 0
        self._month: date | None = None

    def receipts(self, on: date, shelf: Shelf) -> Iterator[Receipt]:
        """Give what comes in on a day: the first working day of a month fills the shelf."""
        month = month_start(on)
        if is_weekend(on) or month == self._month:
            return
        self._month = month
        months = _months(month)
        by_fund: dict[str, list[ReceiptLine]] = defaultdict(list)
        for drug_id, demand in sorted(self._demand.items()):
            there = shelf.usable(drug_id, months[-1] + timedelta(days=_COURSE_DAYS))
            if there >= demand.get(month, 0):
                continue
            wanted = sum(demand.get(later, 0) for later in months[:-1]) * _SPARE_PERCENT // 100
            medicine = self._medicines[drug_id]
            packs = -(-(max(wanted, demand[month]) - there) // medicine.pack_size)
            by_fund[self._fund(drug_id)].append(self._line(medicine, packs, on))
        for code, lines in sorted(by_fund.items()):
            yield self._receipt(code, lines, on, self._chance)

    def for_one(self, course: Course, on: date, value: int) -> Receipt:
        """Return the receipt of what was bought for one request, at a price in piastres."""
        (medicine,) = course.regimen
        line = ReceiptLine(
            drug_id=medicine.drug_id,
            lot=f"N{self._by_name.randint(10_000, 99_999)}",
            expiry=_expiry(self._by_name, on),
            quantity=medicine.quantity,
            value=value,
            request_id=course.request_id,
        )
        return self._receipt("BUDGET", [line], on, self._by_name)

    def _receipt(self, code: str, lines: list[ReceiptLine], on: date, chance: Random) -> Receipt:
        self._count += 1
        fund = self._funds[code]
        given = fund.kind is FundKind.GIFT_IN_KIND
        return Receipt(
            submission_id=f"beheira-receipt-{self._count}",
            fund_id=fund.fund_id,
            lines=lines,
            supplier_id=chance.choice(self._donors if given else self._sellers),
            document_reference=f"{'ت' if given else 'ف'}-{on.year}-{self._count:04d}",
        )

    def _fund(self, drug_id: int) -> str:
        if drug_id in self._restricted and self._chance.random() < _RESTRICTED_SHARE:
            return RESTRICTED_FUND
        (code,) = self._chance.choices(tuple(FUND_WEIGHTS), tuple(FUND_WEIGHTS.values()))
        return code

    def _line(self, medicine: Medicine, packs: int, on: date) -> ReceiptLine:
        days = (self._last - self._first).days
        age = (on - self._first).days
        year = _FIRST_PRICE + (_LAST_PRICE - _FIRST_PRICE) * age // days
        noise = self._chance.randint(*_PRICE_NOISE)
        value = packs * medicine.price * year * noise * self._price // (MILLION * _MILLE * _MILLE)
        return ReceiptLine(
            drug_id=medicine.drug_id,
            lot=f"{chr(65 + self._chance.randrange(26))}{self._chance.randint(1000, 9999)}",
            expiry=_expiry(self._chance, on),
            quantity=packs * medicine.pack_size,
            value=value,
        )


def _expiry(chance: Random, on: date) -> date:
    """Return the last day of a month some two years ahead."""
    months = on.year * 12 + on.month - 1 + chance.randint(*_SHELF_LIFE_MONTHS)
    return last_day(months // 12, months % 12 + 1, 0)


def _demand(
    courses: Sequence[Course],
) -> tuple[dict[int, Medicine], dict[int, dict[date, int]]]:
    """Return the medicines by drug, and the units of each that every month will ask for."""
    known: dict[int, Medicine] = {}
    demand: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for course in courses:
        if course.special:
            continue
        for medicine in course.regimen:
            known[medicine.drug_id] = medicine
            for day in course.visits:
                demand[medicine.drug_id][month_start(day)] += medicine.quantity
    return known, demand


def _months(first: date) -> list[date]:
    """Return the months that a purchase is for, and the one behind them."""
    months = [first]
    while len(months) <= _MONTHS_BOUGHT:
        months.append(month_start(months[-1] + timedelta(days=32)))
    return months
