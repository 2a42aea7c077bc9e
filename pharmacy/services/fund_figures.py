"""What funds held, got, gave and owed in a period: each apart, every figure from postings.

A movement counts under the kind of voucher that made it; what undid it counts against that kind. So
opening plus all that moved is closing, in cash, in stock and in what is owed, whatever was undone
when.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

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
_READ = (Account.CASH, *sorted(STOCK), Account.PAYABLES, Account.GIFTS_IN_KIND)

_PART = MappingProxyType({Account.CASH: "cash", Account.PAYABLES: "owed"})


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
    """A fund's cash, stock and debts in a period, and what goods given to it are worth (piastres).

    Attributes:
        owed: To suppliers and contract pharmacies; what was paid of it is negative.
    """

    cash: Held = Held()
    stock: Held = Held()
    owed: Held = Held()
    given: int = 0

    @property
    def net_opening(self) -> int:
        """Cash and stock less what was owed, before the period."""
        return self.cash.opening + self.stock.opening - self.owed.opening

    @property
    def net_closing(self) -> int:
        """Cash and stock less what is owed, at the end."""
        return self.cash.closing + self.stock.closing - self.owed.closing

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
    def from_citizens(self) -> int:
        """Citizens' shares that were handed over from the drawers."""
        return self.cash.of(VoucherKind.CASH_COUNT)

    @property
    def other_stock(self) -> int:
        """Stock that moved in any other way, signed: opening, losses, counts, institutions."""
        return self.stock.but(VoucherKind.GOODS_RECEIPT, VoucherKind.DISPENSING)

    @property
    def charged(self) -> int:
        """What suppliers may ask for more than before: goods, less returns, and differences."""
        return self.owed.but(VoucherKind.CLAIM, VoucherKind.PAYMENT, VoucherKind.FUND_RECEIPT)

    @property
    def claimed(self) -> int:
        """What was accepted of the claims of contract pharmacies."""
        return self.owed.of(VoucherKind.CLAIM)

    @property
    def settled(self) -> int:
        """What suppliers and contract pharmacies were paid, less what they paid back."""
        return -self.owed.of(VoucherKind.PAYMENT, VoucherKind.FUND_RECEIPT)


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
        key = (fund, _PART.get(account, "stock"))
        sign = -1 if account is Account.PAYABLES else 1  # a debt stands in credit
        opening[key] += sign * earlier
        if amount:
            moved[key][of_kind] = moved[key].get(of_kind, 0) + sign * amount
    return {
        fund: FundFigures(
            cash=Held(opening[fund, "cash"], moved[fund, "cash"]),
            stock=Held(opening[fund, "stock"], moved[fund, "stock"]),
            owed=Held(opening[fund, "owed"], moved[fund, "owed"]),
            given=given[fund],
        )
        for fund in {key[0] for key in opening} | set(given)
    }
