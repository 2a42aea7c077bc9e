"""What a demonstration loses: expiry, breakage, returns both ways, and counts that differ."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Batch, DispensingLine, Fund, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, month_key
from pharmacy.rules.stock_vocabulary import CountOccasion, LossReason, ReturnReason
from pharmacy.rules.vocabulary import BatchStatus, FundKind, VoucherKind
from pharmacy.services.batch_picking import expired_batches
from pharmacy.services.citizen_return import BroughtBack, CitizenReturn, returnable, take_back
from pharmacy.services.stock_count import Count, Counted, adjust_to_count
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.stock_out import StockOut, return_to_supplier, write_off

COMMITTEE = ("د. هدى غانم", "أ. سناء فهمي", "أ. أحمد رزق")
_SEED = 8_2026
_EVENING_DAY = 11
_COUNTED = 8
_RECENT_DAYS = 25
_ACCIDENTS = (
    (LossReason.BROKEN, "سقوط كرتونة أثناء النقل داخل المخزن"),
    (LossReason.TEMPERATURE, "عطل الثلاجة أثناء انقطاع التيار"),
    (LossReason.BROKEN, "كسر زجاجات عند الاستلام من الرف"),
    (LossReason.LOST, "عجز لم يُعرف سببه عند التجهيز"),
)


class Losses:
    """The store's misfortunes, on one evening of each month.

    `store` records, `manager` signs, `pharmacist` takes back.
    """

    def __init__(self, _session: Session, staff: Mapping[str, Actor], _today: date) -> None:
        self._keeper, self._manager = staff["store"], staff["manager"]
        self._pharmacist = staff["pharmacist"]
        self._chance = Random(_SEED)  # noqa: S311 - a play, not a secret
        self._months = 0
        self._last = ""

    def __call__(self, session: Session, day: date, now: datetime) -> None:
        """Let a month's misfortunes happen, each kind at least once in three months."""
        if day.day < _EVENING_DAY or self._last == month_key(day):
            return
        self._last = month_key(day)
        self._months += 1
        steps: list[Callable[[Session, datetime], None]] = [self._accident]
        steps += [self._expired, self._count] if self._months % 2 else [self._from_citizen]
        if self._months % 3 == 0:
            steps.append(self._to_supplier)
        for minute, step in enumerate(steps):
            step(session, now + timedelta(minutes=minute))

    def _name(self, what: str) -> str:
        return f"demo-{what}-{self._months}"

    def _shelf(self, session: Session, now: datetime) -> Sequence[Batch]:
        """Return what is free and on hand at the keeper's site, the fullest first."""
        return session.scalars(
            select(Batch)
            .where(
                Batch.site_id == self._keeper.site_id,
                Batch.status == BatchStatus.AVAILABLE,
                Batch.expiry >= cairo_day(now),
                Batch.on_hand > 0,
            )
            .order_by(Batch.on_hand.desc(), Batch.id)
        ).all()

    def _write_off(self, session: Session, wanted: StockOut, now: datetime) -> None:
        write_off(session, wanted, second=self._manager, actor=self._keeper, now=now)

    def _accident(self, session: Session, now: datetime) -> None:
        fullest = self._shelf(session, now)[:20]
        if not fullest:
            return
        reason, note = self._chance.choice(_ACCIDENTS)
        batch = self._chance.choice(fullest)
        lost = self._chance.randint(1, max(batch.on_hand // 8, 1))
        wanted = StockOut(
            submission_id=self._name("accident"),
            reason=reason,
            lines=[BatchLine(batch_id=batch.id, quantity=lost)],
            note=note,
            committee=COMMITTEE[1:],
        )
        self._write_off(session, wanted, now)

    def _expired(self, session: Session, now: datetime) -> None:
        """Write off what has expired; what expires after that stands there until the next time."""
        assert self._keeper.site_id is not None
        rows = expired_batches(session, self._keeper.site_id, on=cairo_day(now))
        lines = [
            BatchLine(batch_id=batch.id, quantity=batch.on_hand)
            for batch, _drug in rows
            if batch.origin_batch_id is None
        ]
        wanted = StockOut(
            submission_id=self._name("expired"),
            reason=LossReason.EXPIRED,
            lines=lines,
            note="أصناف منتهية الصلاحية",
            committee=COMMITTEE[1:],
        )
        if lines:
            self._write_off(session, wanted, now)

    def _to_supplier(self, session: Session, now: datetime) -> None:
        """Give a part of what expires first back to who sold it."""
        found = session.execute(
            select(Batch, Voucher.supplier_id)
            .join(Voucher, Voucher.id == Batch.voucher_id)
            .join(Fund, Fund.id == Batch.fund_id)
            .where(
                Voucher.kind == VoucherKind.GOODS_RECEIPT,
                Fund.kind != FundKind.GIFT_IN_KIND,
                Batch.site_id == self._keeper.site_id,
                Batch.on_hand > 1,
            )
            .order_by(Batch.expiry, Batch.id)
            .limit(1)
        ).first()
        if found is None:
            return
        batch, supplier_id = found
        wanted = StockOut(
            submission_id=self._name("to-supplier"),
            supplier_id=supplier_id,
            document_reference=f"إ-{now.year}-{self._months:03d}",
            lines=[BatchLine(batch_id=batch.id, quantity=batch.on_hand // 2)],
            note="قرب انتهاء الصلاحية، باتفاق مع المورد",
        )
        return_to_supplier(session, wanted, second=self._manager, actor=self._keeper, now=now)

    def _from_citizen(self, session: Session, now: datetime) -> None:
        """Take back some of what was handed out lately."""
        since = cairo_day(now) - timedelta(days=_RECENT_DAYS)
        recent = session.scalars(
            select(DispensingLine.voucher_id)
            .where(DispensingLine.business_date >= since, DispensingLine.quantity > 1)
            .order_by(DispensingLine.id)
        ).all()
        if not recent:
            return
        dispensing_id = self._chance.choice(recent)
        standing = [row for row in returnable(session, dispensing_id) if not row[1]]
        if not standing:
            return
        line = standing[0][0]
        back = BroughtBack(line_no=line.line_no, quantity=max(line.quantity // 3, 1))
        wanted = CitizenReturn(
            submission_id=self._name("from-citizen"),
            dispensing_id=dispensing_id,
            reason=self._chance.choice(tuple(ReturnReason)),
            lines=[back],
        )
        take_back(session, wanted, actor=self._pharmacist, now=now)

    def _count(self, session: Session, now: datetime) -> None:
        """Count some batches: one is short, one holds more than the books say."""
        counted = [
            Counted(batch_id=batch.id, counted=batch.on_hand, expected=batch.on_hand)
            for batch in self._shelf(session, now)[:_COUNTED]
        ]
        for number, over in ((0, -2), (1, 1)):
            if number < len(counted) and counted[number].expected + over >= 0:
                one = counted[number]
                there = one.expected + over
                counted[number] = Counted(
                    batch_id=one.batch_id, counted=there, expected=one.expected
                )
        if not counted:
            return
        count = Count(
            submission_id=self._name("count"),
            occasion=CountOccasion.PERIODIC,
            lines=counted,
            committee=COMMITTEE,
            note="فروق عد عند التجهيز، روجعت مع الكشوف",
        )
        adjust_to_count(session, count, second=self._manager, actor=self._keeper, now=now)
