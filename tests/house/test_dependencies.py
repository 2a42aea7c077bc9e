"""What we stand on: declared, locked with hashes, and never below a version with a known hole."""

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.house.dependency_floors import FLOORS
from tests.house.sources import ROOT, modules

Requirements = dict[NormalizedName, Requirement]
OURS = {"pharmacy", "reports", "templates", "tests"}


@cache
def declared() -> tuple[Requirements, Requirements]:
    """Requirements by name: those of the program, and those of program and tests together."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run = [Requirement(line) for line in project["dependencies"]]
    test = [Requirement(line) for line in project["optional-dependencies"]["test"]]
    named = {canonicalize_name(one.name): one for one in (*run, *test)}
    return {name: one for name, one in named.items() if one in run}, named


@cache
def locked(name: str) -> dict[NormalizedName, Version]:
    """The version of each package in a lock file."""
    lines = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): Version(number) for package, number in lines}


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_no_version_lies_below_its_floor(name: str) -> None:
    floor, name = Version(FLOORS[name][0]), canonicalize_name(name)
    assert Version(version(name)) >= floor
    assert locked("requirements.txt")[name] >= floor
    requirement = declared()[0].get(name)
    if requirement is not None:
        lowest = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        assert requirement.specifier.contains(floor) or min(lowest) > floor


def test_the_lock_files_hold_what_is_declared() -> None:
    run, everything = declared()
    for name, wanted in (("requirements.txt", run), ("requirements-test.txt", everything)):
        versions = locked(name)
        assert set(wanted) - set(versions) == set()
        wrong = [one for one in wanted if not wanted[one].specifier.contains(versions[one])]
        assert wrong == []


def test_the_lock_files_agree() -> None:
    all_of_them = locked("constraints.txt")
    assert locked("requirements-test.txt") == all_of_them
    assert locked("requirements.txt").items() <= all_of_them.items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_locked_package_has_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_program_we_import_is_declared() -> None:
    run, everything = declared()
    asked = {"pharmacy": run, "reports": run, "tests": everything}
    brought = packages_distributions()
    undeclared = [
        f"{module.path}:{line}: {name}"
        for module in modules(*asked)
        for name, line in module.imports
        if (top := name.split(".")[0]) not in OURS | sys.stdlib_module_names | {"__future__"}
        and not {canonicalize_name(one) for one in brought.get(top, ())}
        & _with_companions(asked[module.name.split(".")[0]])
    ]
    assert undeclared == []


def _with_companions(names: Requirements) -> set[str]:
    # Flask is asked for as the whole of itself: its parts are its own promise.
    parts = {"flask": {"werkzeug", "jinja2", "markupsafe", "itsdangerous"}}
    return {*names, *(part for name in names for part in parts.get(name, ()))}
