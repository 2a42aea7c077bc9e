"""Every refusal has words, and the words name only facts that the refusal carries."""

import dataclasses
import re

import pytest

from pharmacy import errors
from pharmacy.errors import PharmacyError
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.web import refusal_table
from pharmacy.web.language import speaking
from pharmacy.web.refusals import SENTENCES
from tests.house import readme_tables

REFUSALS = tuple(
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PharmacyError) and kind is not PharmacyError
)


def everything_below(kind: type[PharmacyError]) -> set[type[PharmacyError]]:
    return {kind}.union(*(everything_below(child) for child in kind.__subclasses__()))


def test_every_refusal_stands_in_one_file() -> None:
    # A class made elsewhere would find no words at the door.
    ours = {k for k in everything_below(PharmacyError) if k.__module__.startswith("pharmacy")}
    assert ours - {PharmacyError} == set(REFUSALS)


def test_every_refusal_has_words_and_no_words_are_left_over() -> None:
    assert set(SENTENCES) == set(REFUSALS)


def code_of(kind: type[PharmacyError]) -> str:
    return kind.__new__(kind).code


def facts_of(kind: type[PharmacyError]) -> set[str]:
    if not dataclasses.is_dataclass(kind):
        return set()
    return {fact.name for fact in dataclasses.fields(kind)}


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: str(kind.__name__))
def test_a_sentence_names_only_facts_of_its_refusal(kind: type[PharmacyError]) -> None:
    words = SENTENCES[kind]
    if isinstance(words, str):
        assert set(re.findall(r"%\((\w+)\)s", words)) <= facts_of(kind)
        assert words.endswith(".")


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: str(kind.__name__))
def test_a_refusal_answers_with_a_status_of_refusals(kind: type[PharmacyError]) -> None:
    # 500 is kept for a mistake of our own: somebody tried to change a posted fact.
    allowed = {401, 403, 404, 409, 413, 422, 429, 503}
    assert kind.status in (allowed if kind is not errors.PostedFactChanged else {500})


def test_the_table_of_refusals_is_what_the_program_says() -> None:
    # python -m tests.house.readme_tables refusals > tests/house/refusals.md
    assert readme_tables.REFUSALS.read_text() == readme_tables.refusals()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_table_holds_every_refusal_and_every_notice_with_its_facts(language: str) -> None:
    with speaking(language):
        said = refusal_table.refusal_rows()
        warned = refusal_table.notice_rows()
    assert {row.code for row in said} == {code_of(kind) for kind in REFUSALS}
    assert [row.code for row in warned] == list(NoticeCode)
    for row in (*said, *warned):
        assert not re.search(r"%\(|\bNone\b(?! is on hand)|—", row.sentence), row
