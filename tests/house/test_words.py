"""Every member of every closed list has a name on screen."""

import re
from enum import StrEnum

import pytest

from pharmacy.rules import request_vocabulary, stock_vocabulary, vocabulary
from pharmacy.rules.vocabulary import NoticeCode, UnitOfIssue
from pharmacy.web.notice_words import NAMES
from pharmacy.web.words import WORDS, units

# What an account is called is a row of the chart of accounts, finance's to change.
LISTS = tuple(
    kind
    for vocabulary_of in (vocabulary, request_vocabulary, stock_vocabulary)
    for kind in vars(vocabulary_of).values()
    if isinstance(kind, type)
    and issubclass(kind, StrEnum)
    and kind not in (StrEnum, vocabulary.Account)
)


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: str(kind.__name__))
def test_every_member_of_a_list_has_a_name(kind: type[StrEnum]) -> None:
    names = NAMES if kind is NoticeCode else WORDS[kind]
    assert set(names) == set(kind)


@pytest.mark.parametrize("unit", list(UnitOfIssue))
@pytest.mark.parametrize("quantity", [0, 1, 2, 3, 11, 100, 102])
def test_every_unit_can_be_counted_in_arabic(unit: UnitOfIssue, quantity: int) -> None:
    said = units(quantity, unit)
    assert re.search("[\u0621-\u064a]", said)
    assert not re.search("[A-Za-z]", said)
    assert (str(quantity) in said) == (quantity not in {1, 2})
