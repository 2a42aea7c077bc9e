"""The Arabic catalogue is complete: every message of code and pages, each form, no guess."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.house.sources import ROOT, modules

TRANSLATIONS = ROOT / "pharmacy" / "translations" / "ar"
METHODS = [("pharmacy/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false", "trimmed": "true"}}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
LEFTOVER = re.compile(r"%(?!\(\w+\)[sd]|%|[sd])")
# For 0, 1 and 2 Arabic needs no figure: the word itself counts.
FORMS = 6
FORMS_WITHOUT_FIGURE = (0, 1, 2)

Key = tuple[str | None, str]


class Entry:
    """A catalogue entry: its message, and the file it stands in."""

    def __init__(self, message: Message, file: str) -> None:
        self.file = file
        self.ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string
        forms = strings if isinstance(strings, tuple | list) else [strings]
        self.strings = [form or "" for form in forms]
        self.fuzzy = message.fuzzy
        self.key: Key = (message.context, self.ids[0])


@cache
def entries() -> tuple[Entry, ...]:
    return tuple(_entries())


def _entries() -> Iterator[Entry]:
    for path in sorted(TRANSLATIONS.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="ar", abort_invalid=True):
                if message.id:
                    yield Entry(message, path.name)


@cache
def used() -> dict[Key, str]:
    """Each message that the sources ask for, and one place that does."""
    found: dict[Key, str] = {}
    extracted = extract_from_dir(ROOT, METHODS, OPTIONS, DEFAULT_KEYWORDS, directory_filter=_ours)
    for file, line, message, _comments, context in extracted:
        one = message[0] if isinstance(message, tuple) else message
        found[context, one] = f"{file}:{line}"
    return found


@cache
def literals() -> frozenset[str]:
    """Every string in our code, and in that of the forms, which speak through our catalogue."""
    borrowed = [
        path.read_text()
        for package in (wtforms, flask_wtf)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
    ]
    sources = [module.tree for module in modules("pharmacy")] + [ast.parse(t) for t in borrowed]
    nodes = (node for source in sources for node in ast.walk(source))
    return frozenset(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _ours(folder: str) -> bool:
    parts = Path(folder).resolve().relative_to(ROOT).parts
    return not parts or parts[0] in {"pharmacy", "templates"}


def test_the_sources_hold_messages() -> None:
    # Otherwise the tests below would be content with an extractor that finds nothing.
    files = {place.split(":")[0] for place in used().values()}
    assert any(file.endswith(".py") for file in files)
    assert any(file.endswith(".html") for file in files)


def test_every_message_has_its_arabic() -> None:
    known = {entry.key for entry in entries() if all(entry.strings)}
    assert [f"{place}: {key[1]}" for key, place in used().items() if key not in known] == []


def test_no_entry_is_a_guess_or_empty() -> None:
    doubtful = [entry.key for entry in entries() if entry.fuzzy or not all(entry.strings)]
    assert doubtful == []


def test_no_entry_is_left_over() -> None:
    left = [one for one in entries() if one.key not in used() and one.ids[0] not in literals()]
    assert [f"{entry.file}: {entry.ids[0]}" for entry in left] == []


def test_a_message_is_translated_in_one_way() -> None:
    seen: dict[Key, Entry] = {}
    for entry in entries():
        first = seen.setdefault(entry.key, entry)
        assert first.strings == entry.strings, f"{entry.key}: {first.file} and {entry.file} differ"


def test_counted_messages_have_all_six_forms() -> None:
    counted = [entry for entry in entries() if len(entry.ids) > 1]
    assert [entry.key for entry in counted if len(entry.strings) != FORMS] == []


def test_both_languages_name_the_same_facts() -> None:
    wrong = []
    for entry in entries():
        asked = set(PLACEHOLDER.findall(" ".join(entry.ids)))
        for form, string in enumerate(entry.strings):
            given = set(PLACEHOLDER.findall(string))
            free = (
                {"num", "min", "max"}
                if len(entry.ids) > 1 and form in FORMS_WITHOUT_FIGURE
                else set()
            )
            if not asked - free <= given <= asked:
                wrong.append(f"{entry.file}: {entry.key[1]}: {string}")
    assert wrong == []


def test_no_bare_percent_sign_breaks_a_message() -> None:
    texts = [(entry, text) for entry in entries() for text in (*entry.ids, *entry.strings)]
    assert [f"{entry.file}: {text}" for entry, text in texts if LEFTOVER.search(text)] == []


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202a", "\u202b", "\u0640"])
def test_no_entry_holds_an_invisible_mark_or_a_stretched_letter(mark: str) -> None:
    # Direction is the page's work (bdi), and a tatweel spoils searching and joining.
    assert [entry.key for entry in entries() if mark in " ".join(entry.strings)] == []
