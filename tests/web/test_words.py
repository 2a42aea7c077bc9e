"""Units beside figures, in the grammar of both languages."""

import pytest

from pharmacy.rules.vocabulary import UnitOfIssue
from pharmacy.web.language import speaking
from pharmacy.web.words import unit_beside

ARABIC = {1: "قرص", 2: "قرص", 3: "أقراص", 10: "أقراص", 11: "قرصًا", 99: "قرصًا", 100: "قرص"}
ENGLISH = {1: "tablet", 2: "tablets", 30: "tablets"}


@pytest.mark.parametrize(("quantity", "unit"), ARABIC.items())
def test_the_unit_beside_a_figure_has_its_arabic_number(quantity: int, unit: str) -> None:
    with speaking("ar"):
        assert unit_beside(quantity, UnitOfIssue.TABLET) == unit


@pytest.mark.parametrize(("quantity", "unit"), ENGLISH.items())
def test_the_unit_beside_a_figure_has_its_english_number(quantity: int, unit: str) -> None:
    with speaking("en"):
        assert unit_beside(quantity, UnitOfIssue.TABLET) == unit
