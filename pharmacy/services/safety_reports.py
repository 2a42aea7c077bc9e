"""What was overridden, by whom and why; and the register of controlled medicines."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidPeriod
from pharmacy.models import (
    Dispensing,
    DispensingCare,
    Drug,
    NoticeOverride,
    Site,
    Staff,
    Voucher,
)
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services import stock_card
from pharmacy.services.stock_card import Balance, CardQuery, CardRow

LONGEST_PERIOD_DAYS = 366 * 30
OVERRIDES_MOST = 20_000
"""Overrides in one file; a longer period is saved in parts."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


# --- overrides -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideQuery:
    """Which overrides: of a period (days of the dispensing, both included), a notice, a person."""

    date_from: date
    date_to: date
    code: NoticeCode | None = None
    staff_id: int | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """A notice that was overridden: at which dispensing, what it said, the reason, by whom."""

    voucher_id: int
    at: datetime
    number: str
    notice: Notice
    reason: str
    staff_id: int
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often a notice was overridden."""

    code: NoticeCode
    count: int


@dataclass(frozen=True, slots=True)
class StaffCount:
    """How often a person overrode."""

    staff_id: int
    name_ar: str
    name_en: str
    count: int


def check_period(query: OverrideQuery) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        InvalidPeriod: It does, or is absurdly long.
    """
    if not 0 <= (query.date_to - query.date_from).days <= LONGEST_PERIOD_DAYS:
        raise InvalidPeriod(date_from=query.date_from, date_to=query.date_to)


def _where(query: OverrideQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        NoticeOverride.severity == Severity.BLOCK,
        Voucher.business_date.between(query.date_from, query.date_to),
    ]
    if query.code is not None:
        found.append(NoticeOverride.code == query.code)
    if query.staff_id is not None:
        found.append(NoticeOverride.staff_id == query.staff_id)
    if query.site_id is not None:
        found.append(Voucher.site_id == query.site_id)
    return found


_SHOWN: Sequence[Any] = (
    NoticeOverride.voucher_id,
    Voucher.posted_at,
    Voucher.kind,
    Voucher.fiscal_year,
    Voucher.number,
    Site.code.label("site_code"),
    NoticeOverride.code,
    NoticeOverride.severity,
    NoticeOverride.facts,
    NoticeOverride.reason,
    NoticeOverride.staff_id,
    Staff.name_ar,
    Staff.name_en,
)


def overrides(query: OverrideQuery) -> Select[Any]:
    """Select the overrides, newest first; read each by `override_row`."""
    return (
        select(*_SHOWN)
        .join(Voucher, Voucher.id == NoticeOverride.voucher_id)
        .join(Site, Site.id == Voucher.site_id)
        .join(Staff, Staff.id == NoticeOverride.staff_id)
        .where(*_where(query))
        .order_by(NoticeOverride.id.desc())
    )


def override_row(row: Any) -> OverrideRow:  # noqa: ANN401 - a row of SQLAlchemy's
    """Return a row of `overrides` by names."""
    return OverrideRow(
        voucher_id=row.voucher_id,
        at=row.posted_at,
        number=label(row.site_code, row.kind, row.fiscal_year, row.number),
        notice=kept_notice(row.code, row.severity, row.facts),
        reason=row.reason,
        staff_id=row.staff_id,
        name_ar=row.name_ar,
        name_en=row.name_en,
    )


def kept_notice(code: NoticeCode, severity: Severity, facts: Mapping[str, object]) -> Notice:
    """Return a notice as it was said; its days were kept as text."""
    said = {name: _fact(value) for name, value in facts.items() if name != "line"}
    line = facts.get("line")
    return Notice(
        code=code,
        severity=severity,
        line=line if isinstance(line, int) else None,
        facts={name: value for name, value in said.items() if value is not None},
    )


def _fact(value: object) -> int | str | date | None:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return value if isinstance(value, int | str) else None


def by_code(session: Session, query: OverrideQuery) -> list[CodeCount]:
    """Return how often each notice was overridden, the most often first."""
    counted = func.count().label("counted")
    statement = (
        select(NoticeOverride.code, counted)
        .join(Voucher, Voucher.id == NoticeOverride.voucher_id)
        .where(*_where(query))
        .group_by(NoticeOverride.code)
        .order_by(counted.desc(), NoticeOverride.code)
    )
    return [CodeCount(row[0], row[1]) for row in session.execute(statement)]


def by_staff(session: Session, query: OverrideQuery) -> list[StaffCount]:
    """Return how often each person overrode, the most often first."""
    counted = func.count().label("counted")
    statement = (
        select(Staff.id, Staff.name_ar, Staff.name_en, counted)
        .join(NoticeOverride, NoticeOverride.staff_id == Staff.id)
        .join(Voucher, Voucher.id == NoticeOverride.voucher_id)
        .where(*_where(query))
        .group_by(Staff.id, Staff.name_ar, Staff.name_en)
        .order_by(counted.desc(), Staff.id)
    )
    return [StaffCount(*row) for row in session.execute(statement)]


def all_overrides(session: Session, query: OverrideQuery) -> list[OverrideRow]:
    """Return the overrides of a period for a file."""
    rows = session.execute(overrides(query).limit(OVERRIDES_MOST))
    return [override_row(row) for row in rows]


# --- the register of controlled medicines --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandOver:
    """To whom a controlled medicine went, on whose prescription, before which witness."""

    patient_name: str = ""
    prescriber: str = ""
    prescription_number: str = ""
    prescription_date: date | None = None
    witness_ar: str = ""
    witness_en: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: a movement of the stock card, and the hand-over behind it."""

    movement: CardRow
    hand_over: HandOver

    @property
    def received(self) -> int:
        """Units that came in, what was put back included; else 0."""
        return max(self.movement.quantity, 0)

    @property
    def issued(self) -> int:
        """Units that went out; else 0."""
        return max(-self.movement.quantity, 0)


def controlled_drugs(session: Session) -> Sequence[Drug]:
    """Return the controlled items of the formulary, inactive ones included, by law and name."""
    statement = select(Drug).where(Drug.controlled_law.is_not(None))
    return session.scalars(
        statement.order_by(Drug.controlled_law, Drug.controlled_schedule, Drug.name_ar)
    ).all()


def entries(session: Session, movements: Sequence[CardRow]) -> list[Entry]:
    """Return movements of a stock card with the hand-overs behind them, by one statement."""
    ids = {row.voucher_id for row in movements if row.kind is VoucherKind.DISPENSING}
    known = _hand_overs(session, ids) if ids else {}
    return [Entry(row, known.get(row.voucher_id, HandOver())) for row in movements]


def register(session: Session, query: CardQuery) -> tuple[Balance, list[Entry]]:
    """Return the opening balance and every line of a period.

    Raises:
        InvalidPeriod: It ends before it begins.
    """
    opening, movements = stock_card.card(session, query)
    return opening, entries(session, movements)


def _hand_overs(session: Session, voucher_ids: set[int]) -> dict[int, HandOver]:
    statement = (
        select(
            Dispensing.voucher_id,
            Dispensing.patient_name,
            DispensingCare.prescriber,
            DispensingCare.prescription_number,
            DispensingCare.prescription_date,
            Staff.name_ar,
            Staff.name_en,
        )
        .outerjoin(DispensingCare, DispensingCare.voucher_id == Dispensing.voucher_id)
        .outerjoin(Staff, Staff.id == DispensingCare.second_staff_id)
        .where(Dispensing.voucher_id.in_(voucher_ids))
    )
    return {
        row[0]: HandOver(row[1], row[2] or "", row[3] or "", row[4], row[5] or "", row[6] or "")
        for row in session.execute(statement)
    }
