"""The way of requests in a demonstration: papers, research, checks, and some in every state."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    DeferralReason,
    Finding,
    Insurance,
    Paper,
    RequestAction,
)
from pharmacy.services.request_handling import close, move
from pharmacy.services.request_study import (
    Examination,
    Research,
    record_check,
    record_research,
)

_RESEARCHED = 0.2
_CHECKED = 0.25
_REPORTS = (
    "زيارة منزلية: لا دخل ثابت للأسرة",
    "الأسرة تسكن بالإيجار، والعائل عامل يومية",
    "معاش تضامن لا يكفي ثمن العلاج",
    "أسرة من أرملة وثلاثة أبناء في التعليم",
)
_DIAGNOSES = (
    "حالة مزمنة تحتاج إلى علاج شهري منتظم",
    "الجرعات موافقة للروشتة والتقرير الطبي",
    "تحسن مع العلاج الحالي، ويُنصح بالاستمرار",
)
_A = RequestAction
_TO_COMMITTEE = (
    _A.CHECK,
    _A.SEND_TO_RESEARCH,
    _A.RECORD_RESEARCH,
    _A.SEND_TO_MEDICAL,
    _A.RECORD_MEDICAL,
    _A.SEND_TO_COMMITTEE,
)
PATHS: tuple[tuple[RequestAction, ...], ...] = (
    (),
    (_A.ASK_PAPERS,),
    (_A.CHECK,),
    _TO_COMMITTEE[:2],
    _TO_COMMITTEE[:4],
    _TO_COMMITTEE,
    (*_TO_COMMITTEE, _A.DEFER),
    (_A.CHECK, _A.CLOSE),
)
"""How far each of the last requests has come: one stands in every state before a decision."""


class Life:
    """Takes requests through their steps.

    Args:
        staff: Actors by sign-in name.
        seed: Where its choices come from.
    """

    def __init__(self, staff: Mapping[str, Actor], seed: int) -> None:
        self._staff = staff
        self._chance = Random(seed)  # noqa: S311 - a play, not a secret

    def prepare(self, session: Session, request_id: int, *, now: datetime) -> None:
        """Check a request before it is decided; now and then with research and medical check."""
        self._go(session, request_id, (_A.CHECK,), now=now)
        if self._chance.random() < _RESEARCHED:
            self._go(session, request_id, _TO_COMMITTEE[1:3], now=now)
        if self._chance.random() < _CHECKED:
            self._go(session, request_id, _TO_COMMITTEE[3:5], now=now)

    def bring_in(self, session: Session, request_ids: Sequence[int], *, now: datetime) -> None:
        """Bring requests before the committee."""
        for request_id in request_ids:
            self._go(session, request_id, _TO_COMMITTEE, now=now)

    def scatter(self, session: Session, request_ids: Sequence[int], *, now: datetime) -> None:
        """Leave requests in every state before a decision, by turns."""
        for index, request_id in enumerate(request_ids):
            self._go(session, request_id, PATHS[index % len(PATHS)], now=now)

    def _go(
        self,
        session: Session,
        request_id: int,
        actions: Sequence[RequestAction],
        *,
        now: datetime,
    ) -> None:
        for minute, action in enumerate(actions):
            self._take(session, request_id, action, now=now + timedelta(minutes=minute))

    def _take(
        self, session: Session, request_id: int, action: RequestAction, *, now: datetime
    ) -> None:
        clerk, committee = self._staff["clerk"], self._staff["committee"]
        match action:
            case RequestAction.RECORD_RESEARCH:
                record_research(session, request_id, self._research(), actor=clerk, now=now)
            case RequestAction.RECORD_MEDICAL:
                found = self._examination(session, request_id, now)
                doctor = self._staff["pharmacist2"]
                record_check(session, request_id, found, actor=doctor, now=now)
            case RequestAction.CLOSE:
                withdrawn = ClosingReason.WITHDRAWN
                close(session, request_id, withdrawn, actor=clerk, now=now)
            case RequestAction.DEFER:
                reason = DeferralReason.PRICE_OFFER.value
                move(session, request_id, action, reason=reason, actor=committee, now=now)
            case RequestAction.ASK_PAPERS:
                reason = Paper.MEDICAL_REPORT.value
                move(session, request_id, action, reason=reason, actor=clerk, now=now)
            case _:
                move(session, request_id, action, actor=clerk, now=now)

    def _research(self) -> Research:
        chance = self._chance
        insurers = (Insurance.NONE, Insurance.NONE, Insurance.HEALTH_INSURANCE, Insurance.UNKNOWN)
        return Research(
            household_size=chance.randint(1, 8),
            monthly_income=chance.randint(12, 60) * 10_000,
            insurance=chance.choice(insurers),
            finding=Finding.SUPPORTS,
            note=chance.choice(_REPORTS),
        )

    def _examination(self, session: Session, request_id: int, now: datetime) -> Examination:
        written = cairo_day(now) - timedelta(days=self._chance.randint(2, 20))
        return Examination(
            diagnosis=self._chance.choice(_DIAGNOSES),
            finding=Finding.SUPPORTS,
            condition_id=session.get_one(CitizenRequest, request_id).condition_id,
            prescription_seen=True,
            prescription_on=written,
            to_buy=self._chance.random() < _CHECKED / 2,
        )
