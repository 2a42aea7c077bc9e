"""The number of a voucher as it stands on papers."""

import pytest

from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.voucher_number import KIND_LETTERS, VoucherName, label, parse_label


def test_a_number_names_site_kind_year_and_count() -> None:
    assert label("P1", VoucherKind.DISPENSING, 2025, 417) == "P1-D-2025-000417"
    assert label("S1", VoucherKind.GOODS_RECEIPT, 2025, 1_234_567) == "S1-GR-2025-1234567"


def test_every_kind_has_letters_of_its_own() -> None:
    assert set(KIND_LETTERS) == set(VoucherKind)
    assert len(set(KIND_LETTERS.values())) == len(KIND_LETTERS)


def test_a_written_number_is_read_back() -> None:
    name = parse_label(" p1-d-2025-000417 ")
    assert name == VoucherName("P1", VoucherKind.DISPENSING, 2025, 417)


@pytest.mark.parametrize("text", ["", "P1-D-2025", "P1-X-2025-1", "P1-D-٢٠٢٥-1", "P1-D-2025-1x"])
def test_what_is_no_number_names_nothing(text: str) -> None:
    assert parse_label(text) is None
