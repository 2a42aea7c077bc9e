"""The minutes of a sitting, read back from the paper: who was there, votes, decisions, signing."""

from dataclasses import replace

import pytest

from reports.committee_minutes import Stage, render
from tests.reports import reading
from tests.reports.sitting_samples import agenda, minutes

WORDS = {
    "ar": ("محضر جلسة اللجنة", "رئيس الجلسة", "غائب", "موافق", "معترض", "بلا تصويت", "التوقيع"),
    "en": ("Minutes of the committee", "Chair", "Absent", "for 2", "against 1", "no vote",
           "Signature"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_minutes_say_who_was_there_how_they_voted_and_what_was_decided(language: str) -> None:
    said = reading.words(render(minutes(language), language=language))
    for words in WORDS[language]:
        assert reading.plain(words) in said, words
    assert "2026/7" in said
    assert all(f"2026-{number:06d}" in said for number in range(1, 5))
    if language == "en":
        assert "approved 1, rejected 1, deferred 1" in said


def test_those_who_were_there_sign_and_nobody_else() -> None:
    said = reading.words(render(minutes("en"), language="en"))
    assert said.count("Signature:") == 3
    assert "Member: Dr Azza Barakat" not in said


def test_an_agenda_asks_for_no_signature_and_says_when_answers_are_due() -> None:
    said = reading.words(render(agenda("en"), language="en"))
    assert "Agenda of the committee" in said
    assert "31/03/2026" in said
    for words in ("Signature", "Votes", "Decision", "Present"):
        assert words not in said


def test_minutes_of_an_open_sitting_are_a_draft() -> None:
    draft = replace(minutes("en"), stage=Stage.DRAFT, closed_at=None)
    assert "Draft minutes" in reading.words(render(draft, language="en"))


def test_a_long_sitting_goes_on_over_pages_with_the_signatures_on_the_last() -> None:
    pdf = render(minutes("ar", lines=60), language="ar")
    assert reading.pages(pdf) > 2
    assert "2026-000060" in reading.words(pdf)


def test_a_sitting_without_requests_says_so() -> None:
    empty = replace(minutes("en"), lines=())
    assert "No request was before the sitting." in reading.words(render(empty, language="en"))
