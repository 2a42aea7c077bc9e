"""Style sheets, scripts and page templates: both directions, no inline code, no other host."""

import re

import pytest

from tests.house.sources import lines_with, texts

# Physical sides break in one of the two directions.
PHYSICAL = (
    r"(margin|padding|border)-(left|right|top|bottom)",
    r"(^|[^-.\w])(left|right|top|bottom)\s*:",
    r"text-align:\s*(left|right)",
    r"float:|\bclear:\s*(left|right)",
    r"(^|[^-\w])(width|height)\s*:",
    r"border-(top|bottom)-(left|right)-radius",
)
TEMPLATES = texts(".html", under="templates")


def declarations(sheet: str) -> str:
    """A style sheet without comments and at-rule conditions, which keep `max-width`; lines stay."""
    bare = re.sub(
        r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), sheet, flags=re.DOTALL
    )
    return re.sub(r"@(media|container|supports)[^{]*", "", bare)


@pytest.mark.parametrize("pattern", PHYSICAL)
def test_style_sheets_speak_of_start_and_end(pattern: str) -> None:
    sheets = {path: declarations(text) for path, text in texts(".css").items()}
    assert lines_with(pattern, sheets) == []


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    assert lines_with(r"@import|url\(\s*[\"']?(https?:)?//", texts(".css")) == []


def test_style_sheets_do_without_spacing_letters_or_slanting_arabic() -> None:
    assert (
        lines_with(
            r"letter-spacing:(?! *(inherit|normal))|font-style: *italic|text-transform",
            texts(".css"),
        )
        == []
    )


@pytest.mark.parametrize(
    "pattern",
    [
        r"\|\s*safe\b",
        r"\bautoescape\b",
        r"<style|\bstyle\s*=",
        r"\son[a-z]+\s*=",
        r"javascript:",
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
        r"(src|href|action)\s*=\s*[\"']?(https?:)?//",
    ],
)
def test_templates_hold_no_code_and_switch_no_escaping_off(pattern: str) -> None:
    assert lines_with(pattern, TEMPLATES) == []


def test_scripts_evaluate_nothing_and_write_no_markup() -> None:
    risky = r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
    assert lines_with(risky, texts(".js")) == []


def test_templates_hold_no_words_outside_the_catalogue() -> None:
    # Arabic letters in a template are words that English readers would meet untranslated.
    letters = r"[\u0621-\u064a]"
    bare = {
        path: re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL) for path, text in TEMPLATES.items()
    }
    assert lines_with(letters, bare) == []
