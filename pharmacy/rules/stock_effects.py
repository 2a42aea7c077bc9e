"""The one table that says which kind of voucher moves stock, and in which direction."""

from dataclasses import dataclass
from types import MappingProxyType

from pharmacy.rules.vocabulary import VoucherKind


@dataclass(frozen=True, slots=True)
class StockEffect:
    """What a kind of voucher does to stock.

    Attributes:
        direction: +1 brings in, -1 takes out, 0 moves none, None may do either.
        opens_batch: Its lines open batches of their own.
    """

    direction: int | None
    opens_batch: bool = False


_BRINGS_NEW = StockEffect(+1, opens_batch=True)
_TAKES = StockEffect(-1)

STOCK_EFFECTS: MappingProxyType[VoucherKind, StockEffect] = MappingProxyType(
    {
        VoucherKind.OPENING_BALANCE: _BRINGS_NEW,
        VoucherKind.GOODS_RECEIPT: _BRINGS_NEW,
        VoucherKind.TRANSFER_IN: _BRINGS_NEW,
        # What a citizen brings back is never issued again: a batch of its own, quarantined.
        VoucherKind.RETURN_FROM_CITIZEN: _BRINGS_NEW,
        VoucherKind.DISPENSING: _TAKES,
        VoucherKind.INSTITUTION_ISSUE: _TAKES,
        VoucherKind.RETURN_TO_SUPPLIER: _TAKES,
        VoucherKind.TRANSFER_OUT: _TAKES,
        VoucherKind.WRITE_OFF: _TAKES,
        VoucherKind.RECALL_WITHDRAWAL: _TAKES,
        VoucherKind.COUNT_ADJUSTMENT: StockEffect(None),
        VoucherKind.REVERSAL: StockEffect(None),
        VoucherKind.FUND_RECEIPT: StockEffect(0),
        VoucherKind.PAYMENT: StockEffect(0),
        VoucherKind.SUPPLIER_INVOICE: StockEffect(0),
        VoucherKind.CLAIM: StockEffect(0),
        VoucherKind.CASH_COUNT: StockEffect(0),
    }
)
