"""How a voucher's number is written: site, kind, fiscal year, number without gaps."""

from dataclasses import dataclass
from types import MappingProxyType

from pharmacy.rules.vocabulary import VoucherKind

KIND_LETTERS: MappingProxyType[VoucherKind, str] = MappingProxyType(
    {
        VoucherKind.OPENING_BALANCE: "OB",
        VoucherKind.GOODS_RECEIPT: "GR",
        VoucherKind.DISPENSING: "D",
        VoucherKind.INSTITUTION_ISSUE: "II",
        VoucherKind.RETURN_FROM_CITIZEN: "RC",
        VoucherKind.RETURN_TO_SUPPLIER: "RS",
        VoucherKind.TRANSFER_OUT: "TO",
        VoucherKind.TRANSFER_IN: "TI",
        VoucherKind.COUNT_ADJUSTMENT: "CA",
        VoucherKind.WRITE_OFF: "WO",
        VoucherKind.RECALL_WITHDRAWAL: "RW",
        VoucherKind.FUND_RECEIPT: "FR",
        VoucherKind.PAYMENT: "PY",
        VoucherKind.SUPPLIER_INVOICE: "SI",
        VoucherKind.CLAIM: "CL",
        VoucherKind.CASH_COUNT: "CC",
        VoucherKind.REVERSAL: "RV",
    }
)


def label(site_code: str, kind: VoucherKind, fiscal_year: int, number: int) -> str:
    """Return `P1-D-2025-000417`: dispensing 417 of site P1, fiscal year 2025/2026."""
    return f"{site_code}-{KIND_LETTERS[kind]}-{fiscal_year}-{number:06d}"


@dataclass(frozen=True, slots=True)
class VoucherName:
    """What a written number names."""

    site_code: str
    kind: VoucherKind
    fiscal_year: int
    number: int


_KINDS = {letters: kind for kind, letters in KIND_LETTERS.items()}
_PARTS = 4


def parse_label(text: str) -> VoucherName | None:
    """Return what a written number names, or None when it is none."""
    parts = text.strip().upper().rsplit("-", _PARTS - 1)
    if len(parts) != _PARTS or parts[1] not in _KINDS:
        return None
    if not all(part.isascii() and part.isdecimal() for part in parts[2:]):
        return None
    return VoucherName(parts[0], _KINDS[parts[1]], int(parts[2]), int(parts[3]))
