"""What is on hand, as a list to page through: by drug, by how soon it expires, by site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, func, select, true
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import Batch, BatchEvent, CitizenRequest, Drug, Fund, Site, Staff
from pharmacy.rules.arabic import fold
from pharmacy.rules.vocabulary import BatchStatus


class Band(StrEnum):
    """How soon a batch expires, in days from a day; each band ends where the next begins.

    Source of the bands: the pharmacy's own practice (see the domain notes, stock).
    """

    EXPIRED = "expired"
    WITHIN_30 = "30"
    WITHIN_90 = "90"
    WITHIN_180 = "180"
    LATER = "later"


_ENDS = {Band.WITHIN_30: 30, Band.WITHIN_90: 90, Band.WITHIN_180: 180}


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFilter:
    """Which batches a list counts; None and empty narrow nothing."""

    on: date
    site_id: int | None = None
    band: Band | None = None
    status: BatchStatus | None = None
    fund_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class BandFigures:
    """What expires in a band: batches, and their value in piastres."""

    band: Band
    batches: int
    value: int


def _band_of(on: date) -> ColumnElement[str]:
    ends = [(Batch.expiry <= on + timedelta(days=days), band.value) for band, days in _ENDS.items()]
    return case((Batch.expiry < on, Band.EXPIRED.value), *ends, else_=Band.LATER.value)


def _conditions(wanted: StockFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Batch.on_hand > 0]
    if wanted.site_id is not None:
        found.append(Batch.site_id == wanted.site_id)
    if wanted.band is not None:
        found.append(_band_of(wanted.on) == wanted.band.value)
    if wanted.status is not None:
        found.append(Batch.status == wanted.status)
    if wanted.fund_id is not None:
        found.append(Batch.fund_id == wanted.fund_id)
    found.extend(
        Drug.folded_name.contains(word, autoescape=True) for word in fold(wanted.text).split()
    )
    return found


def by_drug(wanted: StockFilter) -> Select[Any]:
    """Select a row a drug in the list's own order.

    Values of a row are `drug, on_hand, issuable` (units), `value` (piastres), `first_expiry`.
    """
    issuable = (Batch.status == BatchStatus.AVAILABLE) & (Batch.expiry >= wanted.on)
    sums = (
        select(
            Batch.drug_id,
            # The server engine sums whole numbers into decimal ones.
            cast(func.sum(Batch.on_hand), Whole).label("on_hand"),
            cast(func.coalesce(func.sum(Batch.on_hand).filter(issuable), 0), Whole).label(
                "issuable"
            ),
            cast(func.sum(Batch.value_on_hand), Whole).label("value"),
            func.min(Batch.expiry).label("first_expiry"),
        )
        .join(Drug, Drug.id == Batch.drug_id)
        .where(*_conditions(wanted))
        .group_by(Batch.drug_id)
        .subquery()
    )
    return (
        select(Drug, sums.c.on_hand, sums.c.issuable, sums.c.value, sums.c.first_expiry)
        .join(sums, sums.c.drug_id == Drug.id)
        .order_by(Drug.name_en, Drug.id)
    )


def total_value(session: Session, wanted: StockFilter) -> int:
    """Return the value (piastres) of all that a list holds, whatever page is shown."""
    statement = (
        select(func.coalesce(func.sum(Batch.value_on_hand), 0))
        .join(Drug, Drug.id == Batch.drug_id)
        .where(*_conditions(wanted))
    )
    return int(session.execute(statement).scalar_one())


def bands(session: Session, on: date, *, site_id: int | None = None) -> list[BandFigures]:
    """Return what is on hand by how soon it expires; every band, the empty ones too."""
    band = _band_of(on)
    found = session.execute(
        select(band, func.count(), func.sum(Batch.value_on_hand))
        .where(*_conditions(StockFilter(on=on, site_id=site_id))[: 2 if site_id else 1])
        .group_by(band)
    )
    figures = {row[0]: (int(row[1]), int(row[2])) for row in found}
    return [BandFigures(band, *figures.get(band.value, (0, 0))) for band in Band]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with the fund that paid for it and the site it lies at."""

    batch: Batch
    fund: Fund
    site: Site


def batches_of(
    session: Session, drug_id: int, *, site_id: int | None = None, most: int = 200
) -> Sequence[BatchRow]:
    """Return a drug's batches: those on hand first, the earliest expiry first."""
    statement = (
        select(Batch, Fund, Site)
        .join(Fund, Fund.id == Batch.fund_id)
        .join(Site, Site.id == Batch.site_id)
        .where(Batch.drug_id == drug_id)
        .order_by((Batch.on_hand > 0).desc(), Batch.expiry, Batch.id)
        .limit(most)
    )
    if site_id is not None:
        statement = statement.where(Batch.site_id == site_id)
    return [BatchRow(*row) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class WholeBatch:
    """A batch with its drug, fund and site, and the request it was bought for ("" for none)."""

    batch: Batch
    drug: Drug
    fund: Fund
    site: Site
    request_number: str


def whole_batch(session: Session, batch_id: int) -> WholeBatch:
    """Return a batch.

    Raises:
        NotFound: There is none.
    """
    row = session.execute(
        select(Batch, Drug, Fund, Site, CitizenRequest.number)
        .join(Drug, Drug.id == Batch.drug_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .join(Site, Site.id == Batch.site_id)
        .outerjoin(CitizenRequest, CitizenRequest.id == Batch.request_id)
        .where(Batch.id == batch_id)
    ).first()
    if row is None:
        raise NotFound(noun="batch", key=str(batch_id))
    return WholeBatch(row[0], row[1], row[2], row[3], row[4] or "")


def history_of(session: Session, batch_id: int) -> Sequence[tuple[BatchEvent, Staff]]:
    """Return who held, recalled or released a batch and why, the latest first."""
    statement = (
        select(BatchEvent, Staff)
        .join(Staff, Staff.id == BatchEvent.staff_id)
        .where(BatchEvent.batch_id == batch_id)
        .order_by(BatchEvent.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def sites_and_funds(session: Session) -> tuple[Sequence[Site], Sequence[Fund]]:
    """Return the active sites and funds, for the selects of a filter."""
    sites = session.scalars(select(Site).where(Site.active.is_(true())).order_by(Site.code)).all()
    funds = session.scalars(select(Fund).where(Fund.active.is_(true())).order_by(Fund.code)).all()
    return sites, funds
