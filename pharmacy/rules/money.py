"""Money: whole piastres inside, Egyptian pounds with two decimals outside."""

import re

from pharmacy.errors import InvalidAmount
from pharmacy.rules.arabic import clean, to_western

PIASTRES = 100
MOST_PIASTRES = 10**12
# Thirteen digits are past the bound, and int() of thousands of them would take its time.
_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,13})(?:\.([0-9]{1,2}))?")


def round_half_up(numerator: int, denominator: int) -> int:
    """Return the whole number nearest to a fraction of nothing or more; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def parse_egp(text: str) -> int:
    """Return the piastres of an amount in pounds, as people type it: `1,234.5`, `١٬٢٣٤٫٥٠`.

    A comma groups thousands and nothing else: `12,50` is refused, never read as 1250 or 12.50.

    Raises:
        InvalidAmount: Negative, more than two decimals, too large, or no amount at all.
    """
    plain = to_western(clean(text)).replace("٬", ",").replace("٫", ".")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise InvalidAmount(text=text)
    pounds, piastres = match.groups()
    amount = int(pounds.replace(",", "")) * PIASTRES + int((piastres or "0").ljust(2, "0"))
    if amount > MOST_PIASTRES:
        raise InvalidAmount(text=text)
    return amount


def format_egp(piastres: int, *, brackets: bool = False) -> str:
    """Return `1,234.50`; a negative amount as `-5.00`, or `(5.00)` in finance papers."""
    pounds, rest = divmod(abs(piastres), PIASTRES)
    text = f"{pounds:,}.{rest:02d}"
    if piastres >= 0:
        return text
    return f"({text})" if brackets else f"-{text}"
