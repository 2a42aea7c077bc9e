"""The README names everything that one can set, call or be allowed to do."""

import re
from collections.abc import Iterator

import click

from pharmacy import cli
from pharmacy.config import VARIABLES
from tests.house.readme_tables import by_law_rows, permission_rows
from tests.house.sources import ROOT, texts

README = texts("README.md").get("README.md", "")


def commands(command: click.Command, path: str) -> Iterator[str]:
    """Each command that does something, as it is typed."""
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from commands(child, f"{path} {name}")
    else:
        yield path


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in commands(cli.main, "pharmacy") if name not in README] == []


def test_every_command_says_what_it_does() -> None:
    def silent(command: click.Command) -> list[str]:
        children = command.commands.values() if isinstance(command, click.Group) else ()
        below = [name for child in children for name in silent(child)]
        return below if command.help else [command.name or "", *below]

    assert silent(cli.main) == []


def test_every_setting_is_in_the_readme() -> None:
    assert [one.name for one in VARIABLES if f"`{one.name}`" not in README] == []


def test_every_permission_is_in_the_readme_with_the_roles_that_hold_it() -> None:
    missing = [line for line in permission_rows() if line not in README]
    assert missing == []  # python -m tests.house.readme_tables prints them


def test_every_setting_of_the_by_law_is_in_the_readme_as_it_stands() -> None:
    assert [line for line in by_law_rows() if line not in README] == []


def test_every_make_target_is_in_the_readme_with_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):(.*)$", makefile, re.MULTILINE)
    shown = [name for name, rest in targets if " ## " in rest and name != "help"]
    assert [name for name in shown if not re.search(rf"\bmake {name}\b", README)] == []
    assert {"run", "demo", "test", "check", "bench", "lint"} <= set(shown)


def test_every_file_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
