"""Reading vouchers: one whole, or a list of them; writing is `services.voucher` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, cast, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import (
    Batch,
    CitizenRequest,
    CountLine,
    Drug,
    Fund,
    LedgerAccount,
    Posting,
    Site,
    Staff,
    StockDocument,
    StockMovement,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.stock_vocabulary import ANY_LOSS, RECALLED
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.rules.voucher_number import label


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement with its batch and drug, and the voucher that undid it, if one did."""

    movement: StockMovement
    batch: Batch
    drug: Drug
    fund: Fund
    undone_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeVoucher:
    """A voucher with all that its page and its paper say."""

    voucher: Voucher
    site: Site
    poster: Staff
    supplier: Supplier | None
    request_number: str
    first: Voucher | None
    document: StockDocument | None
    second: Staff | None
    to_site: Site | None
    movements: Sequence[MovementRow]
    postings: Sequence[tuple[Posting, LedgerAccount, Fund]]
    reversals: Sequence[Voucher]

    @property
    def number(self) -> str:
        """The number as it is written."""
        return number_of(self.site, self.voucher)

    @property
    def total(self) -> int:
        """Signed value (piastres) of all that moved."""
        return sum(row.movement.value for row in self.movements)

    @property
    def standing(self) -> list[MovementRow]:
        """The movements nobody undid."""
        return [row for row in self.movements if row.undone_by is None]


def number_of(site: Site, voucher: Voucher) -> str:
    """Return a voucher's number as it is written."""
    return label_of(site.code, voucher)


def label_of(site_code: str, voucher: Voucher) -> str:
    """Return a voucher's number as it is written, by the code of its site."""
    return label(site_code, voucher.kind, voucher.fiscal_year, voucher.number)


LOSSES = (VoucherKind.WRITE_OFF, VoucherKind.RECALL_WITHDRAWAL)
"""The kinds of document by which something is lost."""

_first = aliased(Voucher)
_undoing = aliased(StockMovement)
_second = aliased(Staff)
_to_site = aliased(Site)


def whole(session: Session, voucher_id: int) -> WholeVoucher:
    """Return a voucher, whole: four statements, however many lines it has.

    Raises:
        NotFound: There is none.
    """
    head = session.execute(
        select(
            Voucher,
            Site,
            Staff,
            Supplier,
            CitizenRequest.number,
            _first,
            StockDocument,
            _second,
            _to_site,
        )
        .join(Site, Site.id == Voucher.site_id)
        .join(Staff, Staff.id == Voucher.posted_by)
        .outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
        .outerjoin(CitizenRequest, CitizenRequest.id == Voucher.request_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .outerjoin(StockDocument, StockDocument.voucher_id == Voucher.id)
        .outerjoin(_second, _second.id == StockDocument.second_staff_id)
        .outerjoin(_to_site, _to_site.id == StockDocument.to_site_id)
        .where(Voucher.id == voucher_id)
    ).first()
    if head is None:
        raise NotFound(noun="voucher", key=str(voucher_id))
    movements = session.execute(
        select(StockMovement, Batch, Drug, Fund, _undoing.voucher_id)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Drug, Drug.id == Batch.drug_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .outerjoin(_undoing, _undoing.reverses_id == StockMovement.id)
        .where(StockMovement.voucher_id == voucher_id)
        .order_by(StockMovement.line_no)
    )
    postings = session.execute(
        select(Posting, LedgerAccount, Fund)
        .join(LedgerAccount, LedgerAccount.account == Posting.account)
        .join(Fund, Fund.id == Posting.fund_id)
        .where(Posting.voucher_id == voucher_id)
        .order_by(Posting.id)
    )
    reversals = session.scalars(
        select(Voucher).where(Voucher.reverses_id == voucher_id).order_by(Voucher.id)
    )
    return WholeVoucher(
        voucher=head[0],
        site=head[1],
        poster=head[2],
        supplier=head[3],
        request_number=head[4] or "",
        first=head[5],
        document=head[6],
        second=head[7],
        to_site=head[8],
        movements=[MovementRow(*row) for row in movements],
        postings=[(row[0], row[1], row[2]) for row in postings],
        reversals=reversals.all(),
    )


FINANCE = frozenset(
    {
        VoucherKind.FUND_RECEIPT,
        VoucherKind.PAYMENT,
        VoucherKind.SUPPLIER_INVOICE,
        VoucherKind.CLAIM,
        VoucherKind.CASH_COUNT,
    }
)
"""The kinds of voucher that move money and no stock, with what undoes them."""


def seen_whole(session: Session, voucher_id: int, *, actor: Actor) -> WholeVoucher:
    """Return a voucher, whole, to somebody who may see it.

    Raises:
        NotFound: There is none, or it is of money that the actor has no part in.
    """
    of = whole(session, voucher_id)
    kind = of.first.kind if of.first else of.voucher.kind
    if kind in unseen_by(actor) and not (
        kind is VoucherKind.CASH_COUNT and _counts_at(actor, of.voucher.site_id)
    ):
        raise NotFound(noun="voucher", key=str(voucher_id))
    return of


def unseen_by(actor: Actor) -> frozenset[VoucherKind]:
    """Return the kinds that somebody does not see, but for counts of their own drawer."""
    answers = actor.may(Permission.FUND_VIEW) or actor.may(Permission.REPORT_VIEW)
    return frozenset() if answers else FINANCE


def _counts_at(actor: Actor, site_id: int) -> bool:
    """Tell whether somebody counts the drawer of a site; those of no site, of all."""
    return actor.may(Permission.CASH_COUNT) and actor.site_id in {None, site_id}


def counted_lines(session: Session, voucher_id: int) -> Sequence[Row[CountLine, Batch, Drug]]:
    """Return every line of a count, those without a difference too."""
    return session.execute(
        select(CountLine, Batch, Drug)
        .join(Batch, Batch.id == CountLine.batch_id)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(CountLine.voucher_id == voucher_id)
        .order_by(CountLine.line_no)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFilter:
    """Which vouchers a list shows; None narrows nothing."""

    kind: VoucherKind | None = None
    site_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    document_reference: str = ""
    lost: str = ""
    """A reason of a write-off, `recall`, or `any` for every loss; its undoing is listed too."""
    fund_id: int | None = None


def listed(wanted: VoucherFilter, *, actor: Actor) -> Select[Any]:
    """Select vouchers the actor may see, the latest first.

    Rows of `voucher, site, supplier, value` (piastres); the value is that of the stock and of the
    cash it moved.
    """
    cash = (
        select(cast(func.coalesce(func.sum(Posting.amount), 0), Whole))
        .where(Posting.voucher_id == Voucher.id, Posting.account == Account.CASH)
        .scalar_subquery()
    )
    value = (
        select(cast(func.coalesce(func.sum(StockMovement.value), 0), Whole))
        .where(StockMovement.voucher_id == Voucher.id)
        .scalar_subquery()
    )
    statement = (
        select(Voucher, Site, Supplier, value + cash)
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(*_seen_by(actor))
        .order_by(Voucher.id.desc())
    )
    if wanted.kind is not None:
        statement = statement.where(Voucher.kind == wanted.kind)
    if wanted.site_id is not None:
        statement = statement.where(Voucher.site_id == wanted.site_id)
    if wanted.date_from is not None:
        statement = statement.where(Voucher.business_date >= wanted.date_from)
    if wanted.date_to is not None:
        statement = statement.where(Voucher.business_date <= wanted.date_to)
    if wanted.document_reference:
        statement = statement.where(Voucher.document_reference == wanted.document_reference)
    if wanted.lost:
        statement = statement.where(*lost_by(wanted.lost, _first))
    if wanted.fund_id is not None:
        moved = select(StockMovement.id).join(Batch).where(Batch.fund_id == wanted.fund_id)
        posted = select(Posting.id).where(Posting.fund_id == wanted.fund_id)
        statement = statement.where(
            moved.where(StockMovement.voucher_id == Voucher.id).exists()
            | posted.where(Posting.voucher_id == Voucher.id).exists()
        )
    return statement


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """Return what narrows vouchers, joined with what they undo, to those the actor may see."""
    unseen = unseen_by(actor)
    if not unseen:
        return []
    kind = func.coalesce(_first.kind, Voucher.kind)
    of_stock = kind.not_in(unseen)
    if not actor.may(Permission.CASH_COUNT):
        return [of_stock]
    here = [Voucher.site_id == actor.site_id] if actor.site_id is not None else []
    return [of_stock | and_(kind == VoucherKind.CASH_COUNT, *here)]


def lost_by(reason: str, first: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - an alias
    """Return what narrows vouchers to losses of a reason, and to what undid them.

    Args:
        reason: A reason of a write-off, `recall`, or `any` for every loss.
        first: The alias of `Voucher` under which what a voucher undoes was joined.
    """
    kind = func.coalesce(first.kind, Voucher.kind)
    if reason == ANY_LOSS:
        return [kind.in_(LOSSES)]
    if reason == RECALLED:
        return [kind == VoucherKind.RECALL_WITHDRAWAL]
    said = func.coalesce(first.reason, Voucher.reason)
    return [kind == VoucherKind.WRITE_OFF, said == reason]
