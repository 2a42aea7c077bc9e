"""The counter of a demonstration: people collect, wait for what is short; slips are undone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import InsufficientStock, NoticesStand
from pharmacy.models import Owing
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, ReversalReason, Severity
from pharmacy.services.demo_treatment import Medicine
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_order import Care, Collector, DispensingOrder, OrderLine, Override
from pharmacy.services.reversal import reverse

_REVERSED = 0.02
_TRIES = 4
_TRY_AGAIN_DAYS = 5
_COLLECTED_BY_OTHERS = 0.2
_OVERRIDE = "راجعنا الطبيب المعالج وأكد الاستمرار على العلاج"
_PRESCRIBER = "د. هالة عبد الرازق، استشاري الأعصاب"
_NO_PACK_CODE = "العبوة بلا كود يمكن مسحه"
_SLIPS = (
    (ReversalReason.WRONG_QUANTITY, "خطأ في الكمية عند التسجيل"),
    (ReversalReason.WRONG_PERSON, "صرف على ملف مواطن آخر بالخطأ"),
    (ReversalReason.NOT_COLLECTED, "لم يستلم المواطن العلاج"),
)
_COLLECTORS = (
    Collector(name="محمد عبد العال غانم", identity="", relation="ابن"),
    Collector(name="سعاد إبراهيم شلبي", identity="", relation="زوجة"),
    Collector(name="علي حسن الديب", identity="", relation="أخ"),
)


@dataclass(slots=True)
class Course:
    """A course of treatment under way: whose, by which request, what is approved, what is left.

    `owed` holds the open owings: (owing, approved item, units of issue).
    """

    beneficiary_id: int
    condition: str
    request_id: int
    regimen: tuple[Medicine, ...]
    items: tuple[int, ...] = ()
    issues_left: int = 0
    tries: int = 0
    owed: list[tuple[int, int, int]] = field(default_factory=list)


class Counter:
    """The pharmacists' part of a demonstration."""

    def __init__(self, *, chance: Random, staff: dict[str, Actor]) -> None:
        self._chance = chance
        self._staff = staff
        self._count = 0

    def collect(self, session: Session, course: Course, *, now: datetime) -> int | None:
        """Hand out what is due; return in how many days to come again, None when it is over."""
        pharmacist = self._staff[self._chance.choice(("pharmacist", "pharmacist2"))]
        voucher_id = self._issue(session, course, self._lines(course), pharmacist, now)
        if voucher_id is None:
            course.tries += 1
            return _TRY_AGAIN_DAYS if course.tries < _TRIES else None
        settled = bool(course.owed)
        course.tries = 0
        course.owed = self._owings(session, voucher_id)
        if not settled and self._chance.random() < _REVERSED:
            return self._undo(session, course, voucher_id, now)
        if not settled:
            course.issues_left -= 1
        if course.owed:
            return self._chance.randint(7, 12)
        return self._next_visit(course, settled=settled)

    def _next_visit(self, course: Course, *, settled: bool) -> int | None:
        if course.issues_left <= 0:
            return None
        interval = min(medicine.interval_days for medicine in course.regimen)
        return interval - (3 if settled else 0) + self._chance.choice((-1, 0, 0, 1, 2, 4))

    def _lines(self, course: Course) -> list[OrderLine]:
        """Return what is owed, or a month of everything."""
        if course.owed:
            return [
                OrderLine(approval_item_id=item, quantity=quantity, owing_id=owing)
                for owing, item, quantity in course.owed
            ]
        return [
            OrderLine(approval_item_id=item, quantity=medicine.quantity)
            for item, medicine in zip(course.items, course.regimen, strict=True)
        ]

    def _issue(
        self,
        session: Session,
        course: Course,
        lines: list[OrderLine],
        pharmacist: Actor,
        now: datetime,
    ) -> int | None:
        order = self._order(course, lines, now)
        try:
            return dispense(session, order, actor=pharmacist, now=now)
        except InsufficientStock:
            return None
        except NoticesStand as refusal:
            said = [notice for notice in refusal.notices if isinstance(notice, Notice)]
        if any(notice.severity is Severity.STOP for notice in said):
            return None
        reasons = [
            Override(
                code=code,
                reason=_NO_PACK_CODE if code is NoticeCode.PACK_NOT_SCANNED else _OVERRIDE,
            )
            for code in sorted({notice.code for notice in said})
        ]
        try:
            order = self._order(course, lines, now, reasons)
            return dispense(session, order, actor=pharmacist, now=now)
        except (InsufficientStock, NoticesStand):
            return None

    def _order(
        self,
        course: Course,
        lines: list[OrderLine],
        now: datetime,
        overrides: list[Override] | None = None,
    ) -> DispensingOrder:
        self._count += 1
        other = self._chance.random() < _COLLECTED_BY_OTHERS
        return DispensingOrder(
            request_id=course.request_id,
            submission_id=f"demo-dispensing-{self._count}",
            lines=lines,
            overrides=overrides or (),
            collector=self._chance.choice(_COLLECTORS) if other else Collector(),
            care=self._care(course, now),
            partial=True,
        )

    def _care(self, course: Course, now: datetime) -> Care:
        """Return the prescription that came with a controlled medicine, written the day before."""
        if not any(medicine.controlled for medicine in course.regimen):
            return Care()
        return Care(
            prescriber=_PRESCRIBER,
            prescription_number=f"{course.request_id}/{self._count}",
            prescription_date=cairo_day(now) - timedelta(days=1),
            prescription_kept=True,
        )

    def _owings(self, session: Session, voucher_id: int) -> list[tuple[int, int, int]]:
        rows = session.execute(
            select(Owing.id, Owing.approval_item_id, Owing.quantity).where(
                Owing.voucher_id == voucher_id
            )
        )
        return [(row.id, row.approval_item_id, row.quantity) for row in rows]

    def _undo(self, session: Session, course: Course, voucher_id: int, now: datetime) -> int:
        """Undo an issue within the hour; the person comes for it again the next day."""
        reason, note = self._chance.choice(_SLIPS)
        reverse(
            session,
            voucher_id,
            submission_id=f"demo-reversal-{self._count}",
            reason=reason,
            note=note,
            second=self._staff["pharmacist"],
            actor=self._staff["manager"],
            now=now + timedelta(minutes=1),
        )
        course.owed = []
        return 1
