"""What a PIN may be, whatever figures it is typed in."""

import pytest

from pharmacy.errors import WeakPin
from pharmacy.rules.pins import check_pin, is_pin


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("280491", "280491"),
        ("٢٨٠٤٩١", "280491"),
        ("۲۸۰۴۹۱", "280491"),
        (" 280491 ", "280491"),
        ("\u200f280491", "280491"),
        ("012346", "012346"),
        ("112233", "112233"),
    ],
)
def test_six_digits_are_kept_in_western_figures(typed: str, kept: str) -> None:
    assert check_pin(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "28049", "2804911", "28049a", "28 0491", "²80491", "-80491", "2507310442001"),
        *("000000", "٧٧٧٧٧٧"),
        *("123456", "٦٥٤٣٢١", "012345", "567890", "098765", "765432", "890123"),
    ],
)
def test_what_is_no_pin_or_is_tried_first_is_refused(typed: str) -> None:
    with pytest.raises(WeakPin):
        check_pin(typed)


@pytest.mark.parametrize(
    ("typed", "shaped"), [("123456", True), ("١٢٣٤٥٦", True), ("2507310442001", False), ("", False)]
)
def test_a_weak_pin_still_has_the_shape_of_one(typed: str, shaped: bool) -> None:  # noqa: FBT001 - a table
    assert is_pin(typed) is shaped
