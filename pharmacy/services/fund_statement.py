"""The statement of funds: what each had, what came in and went out by sort, what it then has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Fund
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.fund_figures import FundFigures, Held, fund_figures
from pharmacy.services.report_query import ReportQuery


class HeldAs(StrEnum):
    """What a fund holds: money, medicine bought with it or given to it; what it owes; the net."""

    CASH = "cash"
    STOCK = "stock"
    OWED = "owed"
    NET = "net"


class Line(StrEnum):
    """Lines of the statement that are no kind of voucher."""

    OPENING = "opening"
    GIVEN_IN_KIND = "given_in_kind"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A line of a fund's statement: piastres in and out, and what it then has or owes.

    Attributes:
        held_as: Of what is owed, what was added came in and what was paid went out. The net is
            told before and after all others: cash and medicine less what is owed.
        sort: The kind of voucher, or a line of the statement itself.
        balance: What the fund has, or owes, after the line.
    """

    fund_id: int
    name_ar: str
    name_en: str
    held_as: HeldAs
    sort: VoucherKind | Line
    came: int = 0
    went: int = 0
    balance: int = 0


def fund_statement(
    session: Session, query: ReportQuery, *, actor: Actor
) -> Sequence[StatementLine]:
    """Return the lines of every fund that ever moved, or of the one asked for.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    query.check()
    found = fund_figures(
        session, query.date_from, query.date_to, fund_id=query.fund_id, actor=actor
    )
    funds = session.scalars(select(Fund).where(Fund.id.in_(found)).order_by(Fund.id))
    return [line for fund in funds for line in _lines(fund, found[fund.id])]


def _lines(fund: Fund, figures: FundFigures) -> Iterator[StatementLine]:
    of_fund = {"fund_id": fund.id, "name_ar": fund.name_ar, "name_en": fund.name_en}
    net = {**of_fund, "held_as": HeldAs.NET}
    yield StatementLine(**net, sort=Line.OPENING, balance=figures.net_opening)  # type: ignore[arg-type]
    for held_as, held in (
        (HeldAs.CASH, figures.cash),
        (HeldAs.STOCK, figures.stock),
        (HeldAs.OWED, figures.owed),
    ):
        moved = list(_sorts(held_as, held, figures.given))
        if not moved and not held.opening:
            continue
        balance = held.opening
        names = {**of_fund, "held_as": held_as}
        yield StatementLine(**names, sort=Line.OPENING, balance=balance)  # type: ignore[arg-type]
        for sort, amount in moved:
            balance += amount
            yield StatementLine(
                **names,  # type: ignore[arg-type]
                sort=sort,
                came=max(amount, 0),
                went=max(-amount, 0),
                balance=balance,
            )
        yield StatementLine(**names, sort=Line.CLOSING, balance=balance)  # type: ignore[arg-type]
    yield StatementLine(**net, sort=Line.CLOSING, balance=figures.net_closing)  # type: ignore[arg-type]


def _sorts(held_as: HeldAs, held: Held, given: int) -> Iterator[tuple[VoucherKind | Line, int]]:
    """Give what moved by sort, in before out; goods given in kind are no purchase."""
    moved: dict[VoucherKind | Line, int] = {}
    moved.update(held.moved.items())
    if held_as is HeldAs.STOCK and given:
        moved[Line.GIVEN_IN_KIND] = given
        moved[VoucherKind.GOODS_RECEIPT] = moved.get(VoucherKind.GOODS_RECEIPT, 0) - given
    kinds = (*VoucherKind, Line.GIVEN_IN_KIND)
    for comes in (True, False):
        for kind in kinds:
            amount = moved.get(kind, 0)
            if amount and (amount > 0) is comes:
                yield kind, amount
