"""What is kept in version control: nothing of one machine, nothing of another's house."""

import re
import stat

from tests.house.sources import ROOT, files, lines_with, texts

# Folders where people and machines keep their checkouts; a path into one works nowhere else.
HOMES = ("root", "home", "Users", "work", "farm", "builds", "opt")
# Addresses that mean no machine: this one, examples, and names of formats.
HOSTS = (
    "localhost",
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104 - a name, no door
    "example",
    "www.w3.org",
    "hl7.org",
    "wiki.open311.org",
)
LOCKS = ("constraints.txt", "requirements.txt", "requirements-test.txt")
ASSETS = (".woff", ".woff2", ".ttf", ".otf", ".min.js", ".min.css", ".map", ".whl", ".gz", ".zip")


def test_no_file_names_a_folder_of_one_machine() -> None:
    homes = "|".join(HOMES)
    assert lines_with(rf"(?<![\w.<])/({homes})/", texts()) == []
    assert [path for path, text in texts().items() if str(ROOT) in text] == []


def test_no_file_names_another_host() -> None:
    known = "|".join(re.escape(host) for host in HOSTS)
    assert (
        lines_with(rf"https?://(?!({known})\b|[{{<\[%\"'`(]|\S*\.(example|test)\b)", texts()) == []
    )


def test_the_lock_files_name_no_host() -> None:
    locks = {path: text for path, text in texts(".txt").items() if path in LOCKS}
    assert sorted(locks) == sorted(LOCKS)
    assert lines_with(r"://|--(extra-)?index|--find-links|@ ", locks) == []


def test_no_asset_of_another_house_is_kept() -> None:
    assert [str(path) for path in files() if path.name.endswith(ASSETS)] == []


def test_nothing_kept_is_large() -> None:
    large = {str(path): (ROOT / path).stat().st_size for path in files()}
    assert {path: size for path, size in large.items() if size > 1_500_000} == {}


def test_what_is_called_as_a_program_may_be_run() -> None:
    scripts = [path for path, text in texts().items() if text.startswith("#!")]
    assert ".ci/run" in scripts
    assert [path for path in scripts if not (ROOT / path).stat().st_mode & stat.S_IXUSR] == []


def test_the_build_machine_calls_the_same_command_as_a_newcomer() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make test"]
