"""What funds held, got and gave in a period: cash and stock apart, every figure from postings.

A movement counts under the kind of voucher that made it; what undid it counts against that kind. So
opening plus all that moved is closing, in cash and in stock, whatever was undone when.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Fund, Posting, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.closed_months import BEGINNING
from pharmacy.services.ledger_totals import balances

STOCK = frozenset({Account.STOCK, Account.IN_TRANSIT})
"""Goods on their way between two sites are still the fund's."""
_READ = (Account.CASH, *sorted(STOCK), Account.GIFTS_IN_KIND)


@dataclass(frozen=True, slots=True)
class Held:
    """What a fund had before a period, and what each kind of voucher added to it (piastres)."""

    opening: int = 0
    moved: Mapping[VoucherKind, int] = field(default_factory=dict)

    @property
    def closing(self) -> int:
        """What it had at the end."""
        return self.opening + sum(self.moved.values())

    def of(self, *kinds: VoucherKind) -> int:
        """Return what some kinds of voucher added, signed."""
        return sum(self.moved.get(kind, 0) for kind in kinds)

    def but(self, *kinds: VoucherKind) -> int:
        """Return what all other kinds added, signed."""
        return sum(self.moved.values()) - self.of(*kinds)


@dataclass(frozen=True, slots=True)
class FundFigures:
    """A fund's cash and stock in a period, and the value of goods given to it (piastres)."""

    cash: Held = Held()
    stock: Held = Held()
    given: int = 0

    @property
    def received(self) -> int:
        """Money that came in."""
        return self.cash.of(VoucherKind.FUND_RECEIPT)

    @property
    def paid(self) -> int:
        """Money that was paid out."""
        return -self.cash.of(VoucherKind.PAYMENT)

    @property
    def bought(self) -> int:
        """Goods that came in against an invoice."""
        return self.stock.of(VoucherKind.GOODS_RECEIPT) - self.given

    @property
    def dispensed(self) -> int:
        """Medicine handed out to persons, at its cost."""
        return -self.stock.of(VoucherKind.DISPENSING)

    @property
    def other_cash(self) -> int:
        """Cash that moved in any other way, signed."""
        return self.cash.but(VoucherKind.FUND_RECEIPT, VoucherKind.PAYMENT)

    @property
    def other_stock(self) -> int:
        """Stock that moved in any other way, signed: opening, losses, counts, institutions."""
        return self.stock.but(VoucherKind.GOODS_RECEIPT, VoucherKind.DISPENSING)


def overdrawn(session: Session, on: date) -> list[tuple[Fund, int]]:
    """Return the funds whose cash is below zero at the end of a day, with the negative piastres.

    No payment takes it there. A drawer does, when citizens were given back more of a fund's shares
    than the fund holds; the notes are gone, so the count says so, and nobody is kept from it.
    """
    cash = balances(session, BEGINNING, on, account=Account.CASH)
    return [(session.get_one(Fund, row.fund_id), row.closing) for row in cash if row.closing < 0]


def fund_figures(
    session: Session,
    date_from: date,
    date_to: date,
    *,
    fund_id: int | None = None,
    actor: Actor,
) -> dict[int, FundFigures]:
    """Return the figures of each fund that ever moved, or of one, by the fund's id: one statement.

    Raises:
        NotPermitted: The role does not see the funds.
    """
    actor.require(Permission.FUND_VIEW)
    first = aliased(Voucher)
    kind = func.coalesce(first.kind, Voucher.kind)
    before = case((Voucher.business_date < date_from, Posting.amount), else_=0)
    within = case((Voucher.business_date >= date_from, Posting.amount), else_=0)
    statement = (
        select(
            Posting.fund_id,
            Posting.account,
            kind,
            func.sum(before).cast(Whole),
            func.sum(within).cast(Whole),
        )
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .outerjoin(first, first.id == Voucher.reverses_id)
        .where(Posting.account.in_(_READ), Voucher.business_date <= date_to)
        .group_by(Posting.fund_id, Posting.account, kind)
    )
    if fund_id is not None:
        statement = statement.where(Posting.fund_id == fund_id)
    opening: dict[tuple[int, str], int] = defaultdict(int)
    moved: dict[tuple[int, str], dict[VoucherKind, int]] = defaultdict(dict)
    given: dict[int, int] = defaultdict(int)
    for fund, account, of_kind, earlier, amount in session.execute(statement):
        if account is Account.GIFTS_IN_KIND:
            given[fund] -= amount
            continue
        key = (fund, "stock" if account in STOCK else "cash")
        opening[key] += earlier
        if amount:
            moved[key][of_kind] = moved[key].get(of_kind, 0) + amount
    return {
        fund: FundFigures(
            cash=Held(opening[fund, "cash"], moved[fund, "cash"]),
            stock=Held(opening[fund, "stock"], moved[fund, "stock"]),
            given=given[fund],
        )
        for fund in {key[0] for key in opening} | set(given)
    }
