"""How the shelf of a demonstration fills: opening stock, monthly purchases, gifts, held batches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.models import Batch, Drug, Fund
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.expiry import last_day
from pharmacy.rules.money import round_half_up
from pharmacy.rules.vocabulary import BatchStatus, FundKind, PartyKind, Storage
from pharmacy.services.demo_treatment import Medicine
from pharmacy.services.stock import Receipt, ReceiptLine, hold_batch, open_balance, receive
from pharmacy.services.supplier import add_supplier

SUPPLIERS = (
    "شركة النيل لتوزيع الأدوية",
    "شركة الدلتا للتوريدات الطبية",
    "مخزن أدوية البحيرة",
)
DONORS = ("جمعية الخير للتنمية بدمنهور", "شركة الوادي للصناعات الدوائية")
# Hundredths of what comes in, by fund.
FUND_WEIGHTS: Mapping[str, int] = {"BUDGET": 60, "CASH": 14, "ZAKAT": 10, "CIVIL": 8, "KIND": 8}
RESTRICTED_FUND = "ONCO"
_MILLE = 1000
# Prices of two years ago against those of the seeds, in thousandths.
_OLD_PRICE = 620
_YEARS_BACK_DAYS = 730
_FORGOTTEN = 0.03
_NEARLY_EXPIRED = 0.05
_MONTHS_KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many units of issue of a medicine, wanted on the shelf."""

    medicine: Medicine
    quantity: int


class Shelf:
    """The store keeper's part of a demonstration.

    Args:
        session: A writing session, for reading funds and adding suppliers.
        chance: Where all choices come from.
        keeper: Who receives, at the site that is filled.
        end: The day on which the prices are those of the seeds.
        now: When the suppliers are written down.
    """

    def __init__(
        self, session: Session, *, chance: Random, keeper: Actor, end: date, now: datetime
    ) -> None:
        self._chance = chance
        self._keeper = keeper
        self._end = end
        self._count = 0
        self._funds = {fund.code: fund.id for fund in session.scalars(select(Fund))}
        self._kinds = {fund.id: fund.kind for fund in session.scalars(select(Fund))}
        self._suppliers = self._known(session, SUPPLIERS, PartyKind.SUPPLIER, now)
        self._donors = self._known(session, DONORS, PartyKind.DONOR, now)

    def _known(
        self, session: Session, names: Iterable[str], kind: PartyKind, now: datetime
    ) -> list[int]:
        return [
            add_supplier(session, name, kind=kind, actor=self._keeper, now=now) for name in names
        ]

    def open(self, session: Session, medicines: Iterable[Medicine], *, now: datetime) -> None:
        """Post what stood on the shelf when the books were opened: a little of everything."""
        lines = [self._line(m, m.quantity * 6, now) for m in medicines]
        opening = Receipt(
            submission_id="demo-opening",
            fund_id=self._funds["BUDGET"],
            lines=lines,
            document_reference="جرد أول المدة",
        )
        open_balance(session, opening, actor=self._keeper, now=now)

    def restock(self, session: Session, monthly: Mapping[int, Wanted], *, now: datetime) -> int:
        """Bring every medicine in use up to two months of its use; return the receipts posted."""
        there = self._issuable(session, cairo_day(now))
        by_fund: dict[int, list[ReceiptLine]] = defaultdict(list)
        for drug_id, wanted in sorted(monthly.items()):
            short = wanted.quantity * _MONTHS_KEPT + wanted.medicine.quantity
            short -= there.get(drug_id, 0)
            if short <= 0 or self._chance.random() < _FORGOTTEN:
                continue
            by_fund[self._fund(wanted.medicine)].append(self._line(wanted.medicine, short, now))
        for fund_id, lines in sorted(by_fund.items()):
            self.bring(session, fund_id, lines, now=now)
        return len(by_fund)

    def top_up(self, session: Session, wanted: Iterable[Wanted], *, now: datetime) -> None:
        """See to it that so much of each medicine can be issued."""
        there = self._issuable(session, cairo_day(now))
        lines = [
            self._line(w.medicine, w.quantity * 2, now, days=540)
            for w in wanted
            if there.get(w.medicine.drug_id, 0) < w.quantity
        ]
        if lines:
            self.bring(session, self._funds["BUDGET"], lines, now=now)

    def bring(
        self, session: Session, fund_id: int, lines: list[ReceiptLine], *, now: datetime
    ) -> int:
        """Post a goods receipt; return the voucher's id."""
        self._count += 1
        given = self._kinds[fund_id] is FundKind.GIFT_IN_KIND
        receipt = Receipt(
            submission_id=f"demo-receipt-{self._count}",
            fund_id=fund_id,
            supplier_id=self._chance.choice(self._donors if given else self._suppliers),
            document_reference=f"{'ت' if given else 'ف'}-{now.year}-{self._count:04d}",
            lines=lines,
        )
        return receive(session, receipt, actor=self._keeper, now=now)

    def hold_some(self, session: Session, *, now: datetime) -> None:
        """Put one batch into quarantine and recall another, each with its reason."""
        full = (
            select(Batch.id)
            .join(Drug)
            .where(Batch.on_hand > 0, Batch.expiry > cairo_day(now))
            .order_by(Batch.on_hand, Batch.id)
            .limit(1)
        )
        reasons = {
            BatchStatus.QUARANTINED: "انقطع التيار عن الثلاجة ليلًا: في انتظار قرار الصلاحية",
            BatchStatus.RECALLED: "منشور سحب من هيئة الدواء المصرية",
        }
        kept = {BatchStatus.QUARANTINED: Storage.COLD, BatchStatus.RECALLED: Storage.ROOM}
        for status, reason in reasons.items():
            batch_id = session.scalar(full.where(Drug.storage == kept[status]))
            if batch_id is not None:
                hold_batch(session, batch_id, status, reason=reason, actor=self._keeper, now=now)

    def _issuable(self, session: Session, on: date) -> dict[int, int]:
        rows = session.execute(
            select(Batch.drug_id, func.sum(Batch.on_hand))
            .where(
                Batch.site_id == self._keeper.site_id,
                Batch.on_hand > 0,
                Batch.status == BatchStatus.AVAILABLE,
                Batch.expiry >= on,
            )
            .group_by(Batch.drug_id)
        )
        return {drug_id: int(quantity) for drug_id, quantity in rows}

    def _fund(self, medicine: Medicine) -> int:
        if medicine.atc.startswith("L0") and self._chance.random() < 1 / 3:
            return self._funds[RESTRICTED_FUND]
        (code,) = self._chance.choices(tuple(FUND_WEIGHTS), tuple(FUND_WEIGHTS.values()))
        return self._funds[code]

    def _line(self, medicine: Medicine, units: int, now: datetime, *, days: int = 0) -> ReceiptLine:
        """Return whole packs that hold at least so many units, at the price of the day."""
        packs = -(-units // medicine.pack_size)
        on = cairo_day(now)
        if not days:
            near = self._chance.random() < _NEARLY_EXPIRED
            days = self._chance.randint(50, 120) if near else self._chance.randint(300, 900)
        expires = on + timedelta(days=days)
        back = min((self._end - on).days, _YEARS_BACK_DAYS)
        permille = _MILLE - (_MILLE - _OLD_PRICE) * back // _YEARS_BACK_DAYS
        permille = permille * self._chance.randint(820, 1000) // _MILLE
        return ReceiptLine(
            drug_id=medicine.drug_id,
            lot=f"{self._chance.choice('ABCDEFGHK')}{self._chance.randint(1000, 99999)}",
            expiry=last_day(expires.year, expires.month),
            quantity=packs * medicine.pack_size,
            value=round_half_up(packs * medicine.price * permille, _MILLE),
        )
