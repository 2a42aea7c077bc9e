"""Defined daily doses, where what a unit holds is known."""

import pytest

from pharmacy.rules.defined_dose import daily_doses
from pharmacy.rules.vocabulary import UnitOfIssue

TABLET = UnitOfIssue.TABLET


@pytest.mark.parametrize(
    ("units", "atc", "strength", "unit", "doses"),
    [
        (150, "A10BA02", "500 mg", TABLET, 38),  # 37.5
        (-150, "A10BA02", "500 mg", TABLET, -38),
        (60, "A10BA02", "1 g", TABLET, 30),
        (30, "H03AA01", "50 mcg", TABLET, 10),
        (30, "C03BA11", "1.5 mg SR", TABLET, 18),
        (30, "C03DA01", "25 mg", TABLET, 20),
        (0, "C08CA01", "5 mg", UnitOfIssue.CAPSULE, 0),
        # Not of one ingredient, not by mouth, not in the list: nothing is said. Nor where the dose
        # is one of the base and the strength one of the salt.
        (30, "P01BA02", "200 mg", TABLET, None),
        (30, "N04BA02", "250/25 mg", TABLET, None),
        (30, "A10BA02", "500/50 mg", TABLET, None),
        (30, "A10BA02", "500 mg", UnitOfIssue.VIAL, None),
        (30, "", "500 mg", TABLET, None),
    ],
)
def test_units_become_doses_only_where_both_are_known(
    units: int, atc: str, strength: str, unit: UnitOfIssue, doses: int | None
) -> None:
    assert daily_doses(units, atc=atc, strength=strength, unit=unit) == doses
