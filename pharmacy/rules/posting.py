"""Postings: the double entry behind every voucher, one table of kinds.

A debit is positive, a credit negative; the entries of a line, and so of a voucher, sum to zero.
Entries carry the fund of the batch that moved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from pharmacy.rules.subsidy import Shares
from pharmacy.rules.vocabulary import Account, VoucherKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """A voucher line as the ledger sees it.

    Attributes:
        value: Signed value (piastres) of the stock moved: in positive, out negative.
        gift: A gift in kind: it owes nobody.
        shares: Who bears the cost of a dispensing line.
    """

    line_no: int
    fund_id: int
    value: int
    gift: bool = False
    shares: Shares | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A signed amount (piastres) on one account and fund."""

    line_no: int
    account: Account
    fund_id: int
    amount: int


_COUNTER_ACCOUNT: MappingProxyType[VoucherKind, Account] = MappingProxyType(
    {
        VoucherKind.OPENING_BALANCE: Account.FUND_BALANCE,
        VoucherKind.GOODS_RECEIPT: Account.PAYABLES,
        VoucherKind.RETURN_TO_SUPPLIER: Account.PAYABLES,
        VoucherKind.INSTITUTION_ISSUE: Account.COST_INSTITUTIONS,
        VoucherKind.TRANSFER_OUT: Account.IN_TRANSIT,
        VoucherKind.TRANSFER_IN: Account.IN_TRANSIT,
        VoucherKind.COUNT_ADJUSTMENT: Account.COUNT_DIFFERENCES,
        VoucherKind.WRITE_OFF: Account.LOSSES,
        VoucherKind.RECALL_WITHDRAWAL: Account.LOSSES,
        VoucherKind.RETURN_FROM_CITIZEN: Account.LOSSES,
    }
)

# A gift that comes in, or goes back to its giver, neither makes nor settles a debt.
_WITH_THE_GIVER = frozenset({VoucherKind.GOODS_RECEIPT, VoucherKind.RETURN_TO_SUPPLIER})


def _dispensed(line: PostingLine) -> list[tuple[Account, int]]:
    shares = line.shares
    assert shares is not None, "a dispensing line says who bears its cost"
    assert shares.total == -line.value, "shares sum to the cost"
    return [
        (Account.STOCK, line.value),
        (Account.COST_STATE, shares.state),
        (Account.COST_DONOR, shares.donor),
        (Account.CITIZEN_CASH, shares.citizen),
    ]


def _moved(kind: VoucherKind) -> Callable[[PostingLine], list[tuple[Account, int]]]:
    def amounts(line: PostingLine) -> list[tuple[Account, int]]:
        gift = line.gift and kind in _WITH_THE_GIVER
        against = Account.GIFTS_IN_KIND if gift else _COUNTER_ACCOUNT[kind]
        return [(Account.STOCK, line.value), (against, -line.value)]

    return amounts


def postings_for(kind: VoucherKind, lines: Sequence[PostingLine]) -> tuple[Entry, ...]:
    """Return the entries of a voucher that moves stock; amounts of zero are left out.

    Raises:
        KeyError: The kind moves no stock of its own (money vouchers, reversals).
    """
    amounts = _dispensed if kind is VoucherKind.DISPENSING else _moved(kind)
    return tuple(
        Entry(line_no=line.line_no, account=account, fund_id=line.fund_id, amount=amount)
        for line in lines
        for account, amount in amounts(line)
        if amount
    )


def reverse_entries(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries that undo these, in the same order."""
    return tuple(replace(entry, amount=-entry.amount) for entry in entries)
