"""Defined daily doses: how many days of a usual adult's treatment some units are, by ATC code.

Of medicines taken by mouth in tablets and capsules of one ingredient, for which the strength says
how much is in a unit. For all others nothing is known, and nothing is said: neither where the dose
is one of the base and the strength one of the salt (hydroxychloroquine, tenofovir disoproxil), nor
where it is one of prevention (folic acid). The doses are those of the ATC/DDD index of the WHO
Collaborating Centre for Drug Statistics Methodology, compared with a public copy of April 2026; a
pharmacist looks at the index of the year before figures in doses are published.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from pharmacy.rules.vocabulary import UnitOfIssue

MILLIGRAMS: Mapping[str, Decimal] = MappingProxyType(
    {
        code: Decimal(dose)
        for code, dose in (
            ("A02BC01", "20"),
            ("A02BC02", "40"),
            ("A05AA02", "750"),
            ("A10BA02", "2000"),
            ("A10BB09", "60"),
            ("A10BB12", "2"),
            ("A10BH01", "100"),
            ("A10BH02", "100"),
            ("A10BK01", "10"),
            ("A10BK03", "17.5"),
            ("A11CC03", "0.001"),
            ("B01AA03", "7.5"),
            ("B01AC04", "75"),
            ("B01AF01", "20"),
            ("C01AA05", "0.25"),
            ("C01BD01", "200"),
            ("C01DA08", "60"),
            ("C03AA03", "25"),
            ("C03BA11", "2.5"),
            ("C03CA01", "40"),
            ("C03DA01", "37.5"),
            ("C07AB03", "75"),
            ("C07AB07", "10"),
            ("C07AG02", "37.5"),
            ("C08CA01", "5"),
            ("C08CA05", "30"),
            ("C09AA01", "50"),
            ("C09AA02", "10"),
            ("C09AA05", "2.5"),
            ("C09CA01", "50"),
            ("C09CA03", "80"),
            ("C09CA06", "8"),
            ("C10AA01", "30"),
            ("C10AA05", "20"),
            ("C10AA07", "10"),
            ("H02AB06", "10"),
            ("H03AA01", "0.15"),
            ("H03BB01", "15"),
            ("J05AF10", "0.5"),
            ("J05AP01", "1000"),
            ("J05AP07", "60"),
            ("J05AP08", "400"),
            ("L01EA01", "400"),
            ("L01XX05", "1400"),
            ("L02BA01", "20"),
            ("L02BB03", "50"),
            ("L02BG03", "1"),
            ("L02BG04", "2.5"),
            ("L04AA06", "2000"),
            ("L04AD01", "250"),
            ("L04AD02", "5"),
            ("L04AX01", "150"),
            ("L04AX03", "2.5"),
            ("N02AX02", "300"),
            ("N03AB02", "300"),
            ("N03AE01", "8"),
            ("N03AF01", "1000"),
            ("N03AG01", "1500"),
            ("N03AX09", "300"),
            ("N03AX14", "1500"),
            ("N05AH03", "10"),
            ("N05AX08", "5"),
            ("N05BA01", "10"),
            ("N06AB06", "50"),
            ("N06DA02", "7.5"),
            ("R03DC03", "10"),
            ("V03AE02", "6400"),
        )
    }
)
"""Milligrams of a defined daily dose, taken by mouth."""

_BY_MOUTH = frozenset({UnitOfIssue.TABLET, UnitOfIssue.CAPSULE})
_STRENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(g|mg|mcg)(?: (?:SR|ER|XR|MR))?")
_TO_MILLIGRAMS = {"g": Decimal(1000), "mg": Decimal(1), "mcg": Decimal("0.001")}


def daily_doses(units: int, *, atc: str, strength: str, unit: UnitOfIssue) -> int | None:
    """Return how many defined daily doses some units are, rounded half away from nothing.

    None where the dose or what a unit holds is not known.
    """
    dose, told = MILLIGRAMS.get(atc), _STRENGTH.fullmatch(strength.strip())
    if dose is None or told is None or unit not in _BY_MOUTH:
        return None
    doses = units * Decimal(told[1]) * _TO_MILLIGRAMS[told[2]] / dose
    sign = -1 if doses < 0 else 1
    return sign * int(abs(doses) + Decimal("0.5"))
