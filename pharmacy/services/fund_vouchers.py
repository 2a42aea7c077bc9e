"""Vouchers of money: those of a fund, and one with all that its page and its paper say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import NotFound
from pharmacy.models import Fund, MoneyVoucher, Posting, Site, Voucher
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.voucher_view import WholeVoucher, whole

MONEY_KINDS = frozenset({VoucherKind.FUND_RECEIPT, VoucherKind.PAYMENT})

_first = aliased(MoneyVoucher)


def vouchers_of(fund_id: int, date_from: date, date_to: date) -> Select[Any]:
    """Select what moved a fund's cash in a period, the latest first.

    Returns:
        Rows of voucher, site, signed piastres, and what was said of the money or of what it undid.
    """
    found: Any = (  # a select of several columns is no Select[Any] to the type checker
        select(Voucher, Site, Posting.amount, MoneyVoucher, _first)
        .join(Site, Site.id == Voucher.site_id)
        .join(Posting, Posting.voucher_id == Voucher.id)
        .outerjoin(MoneyVoucher, MoneyVoucher.voucher_id == Voucher.id)
        .outerjoin(_first, _first.voucher_id == Voucher.reverses_id)
        .where(
            Posting.fund_id == fund_id,
            Posting.account == Account.CASH,
            Voucher.business_date.between(date_from, date_to),
        )
        .order_by(Voucher.business_date.desc(), Voucher.id.desc())
    )
    statement: Select[Any] = found
    return statement


@dataclass(frozen=True, slots=True)
class WholeMoney:
    """A voucher of money, whole."""

    of: WholeVoucher
    money: MoneyVoucher
    fund: Fund

    @property
    def undone_by(self) -> Sequence[Voucher]:
        """What undid it."""
        return self.of.reversals


def find_money(session: Session, voucher_id: int) -> tuple[MoneyVoucher, Fund] | None:
    """Return what a voucher says of money, and its fund; None when it moved none."""
    row = session.execute(
        select(MoneyVoucher, Fund)
        .join(Fund, Fund.id == MoneyVoucher.fund_id)
        .where(MoneyVoucher.voucher_id == voucher_id)
    ).first()
    return None if row is None else (row[0], row[1])


def whole_money(session: Session, voucher_id: int) -> WholeMoney:
    """Return a receipt or a payment of money.

    Raises:
        NotFound: There is none with this id.
    """
    found = find_money(session, voucher_id)
    if found is None:
        raise NotFound(noun="voucher", key=str(voucher_id))
    return WholeMoney(whole(session, voucher_id), *found)
