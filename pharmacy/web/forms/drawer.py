"""Forms of the cash drawer: what lies in it, then the second person's signature."""

from collections.abc import Mapping
from types import MappingProxyType

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from pharmacy.errors import InvalidMoney
from pharmacy.rules.drawer import DENOMINATIONS, MOST_PIECES
from pharmacy.web.forms.base import BaseForm, FactForm, FilterForm, WholeField
from pharmacy.web.forms.stock import PeriodDayField
from pharmacy.web.language import N_
from pharmacy.web.signing import SignatureFields

PIECES: Mapping[int, str] = MappingProxyType(
    {
        200_00: N_("Notes of 200 pounds"),
        100_00: N_("Notes of 100 pounds"),
        50_00: N_("Notes of 50 pounds"),
        20_00: N_("Notes of 20 pounds"),
        10_00: N_("Notes of 10 pounds"),
        5_00: N_("Notes of 5 pounds"),
        1_00: N_("Pounds, note or coin"),
        50: N_("Half pounds"),
        25: N_("Quarter pounds"),
    }
)
"""What a piece of each denomination (piastres) is called."""


class DrawerSearch(FilterForm):
    """The days of the counts that are listed."""

    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))


class DrawerForm(BaseForm):
    """How many of each note and coin; what is left empty is none."""

    n20000 = WholeField(PIECES[200_00], maximum=MOST_PIECES)
    n10000 = WholeField(PIECES[100_00], maximum=MOST_PIECES)
    n5000 = WholeField(PIECES[50_00], maximum=MOST_PIECES)
    n2000 = WholeField(PIECES[20_00], maximum=MOST_PIECES)
    n1000 = WholeField(PIECES[10_00], maximum=MOST_PIECES)
    n500 = WholeField(PIECES[5_00], maximum=MOST_PIECES)
    n100 = WholeField(PIECES[1_00], maximum=MOST_PIECES)
    n50 = WholeField(PIECES[50], maximum=MOST_PIECES)
    n25 = WholeField(PIECES[25], maximum=MOST_PIECES)

    @property
    def boxes(self) -> list[WholeField]:
        """The fields, the largest note first."""
        return [self[f"n{one}"] for one in DENOMINATIONS]

    @property
    def counted(self) -> dict[int, int]:
        """How many there are of each denomination (piastres) of which there are any."""
        found = {one: self[f"n{one}"].data or 0 for one in DENOMINATIONS}
        return {one: number for one, number in found.items() if number}


class HandOverForm(SignatureFields, FactForm):
    """Why count and books differ, and the signature of whoever takes the money."""

    pieces = HiddenField()
    shown = HiddenField()
    reason = TextAreaField(N_("Why it differs"), validators=[Length(max=300)])

    @property
    def counted(self) -> dict[int, int]:
        """The pieces as they were counted on the page before.

        Raises:
            InvalidMoney: Somebody changed them on the way.
        """
        try:
            pairs = [part.split(":") for part in (self.pieces.data or "").split(",") if part]
            return {int(one): int(number) for one, number in pairs}
        except ValueError as error:
            raise InvalidMoney(reason="pieces") from error

    @property
    def expected(self) -> int:
        """The piastres that were shown.

        Raises:
            InvalidMoney: Somebody changed them on the way.
        """
        try:
            return int(self.shown.data or "")
        except ValueError as error:
            raise InvalidMoney(reason="pieces") from error


def packed(pieces: Mapping[int, int]) -> str:
    """Return pieces as the hidden field carries them."""
    return ",".join(f"{one}:{number}" for one, number in pieces.items())
