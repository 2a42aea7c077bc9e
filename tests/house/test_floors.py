"""Stairs go down: who may import whom, who commits, who knows which database it is."""

import ast
import graphlib
import re

from tests.house.sources import Module, lines_with, modules, texts

# From the cellar up; a module imports its own floor or a lower one.
FLOORS = (
    {"errors"},
    {"rules"},
    {"db", "db_facts", "db_file", "db_session", "db_words", "writer_queue"},
    {"models", "migrations", "config"},
    {"services"},
    {"web"},
    {"app", "cli", "commands"},
)
FLOOR_OF = {name: level for level, names in enumerate(FLOORS) for name in names}
WEB = FLOOR_OF["web"]
# A migration is written once and kept as it was; it is history, not a room to live in.
HISTORY = "pharmacy/migrations/versions/"
ROOMS = ("services", "models", "rules", "reports", "web", "stories")  # of tests
VAGUE = ("util", "utils", "helper", "helpers", "common", "misc")


def floor(name: str) -> int:
    """The floor of `pharmacy.<noun>…`; the package's own `__init__` lies below all."""
    parts = name.split(".")
    return FLOOR_OF[parts[1]] if len(parts) > 1 else -1


def targets(module: Module, known: set[str]) -> set[str]:
    """The modules of the house that a module imports."""
    found = set()
    for name, _line in module.imports:
        target = name if name in known else name.rpartition(".")[0]
        if target in known:
            found.add(target)
    return found


def lived_in() -> tuple[Module, ...]:
    """Every module that people still change."""
    everything = modules("pharmacy", "reports", "tests")
    return tuple(module for module in everything if not module.path.startswith(HISTORY))


def test_every_module_stands_on_a_floor() -> None:
    nouns = {module.name.split(".")[1] for module in modules("pharmacy") if "." in module.name}
    assert nouns - set(FLOOR_OF) == set()


def test_imports_go_down_the_stairs() -> None:
    known = {module.name for module in modules("pharmacy")}
    up = [
        f"{module.path} imports {target}"
        for module in modules("pharmacy")
        for target in targets(module, known)
        if floor(target) > floor(module.name) or (module.name == "pharmacy" != target)
    ]
    assert up == []


def test_no_imports_run_in_a_ring() -> None:
    everything = modules("pharmacy", "reports", "tests")
    known = {module.name for module in everything}
    graph = {module.name: targets(module, known) - {module.name} for module in everything}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, naming the ring


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{module.path}:{node.lineno}"
        for module in modules("pharmacy", "reports", "tests")
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_the_print_shop_knows_nothing_of_the_house() -> None:
    imported = [
        f"{module.path}:{line}: {name}"
        for module in modules("reports")
        for name, line in module.imports
        if name.split(".")[0] in {"pharmacy", "tests", "flask", "sqlalchemy"}
    ]
    assert imported == []


def test_only_the_door_and_the_web_print() -> None:
    below = [
        f"{module.path}:{line}"
        for module in modules("pharmacy")
        for name, line in module.imports
        if name.split(".")[0] == "reports" and floor(module.name) < WEB
    ]
    assert below == []


def test_the_rules_are_pure() -> None:
    # No session, no request, no clock: values in, values or a refusal out.
    impure = {"sqlalchemy", "flask", "os", "random", "time", "pathlib", "secrets"}
    reached = [
        f"{module.path}:{line}: {name}"
        for module in modules("pharmacy")
        if module.name.startswith("pharmacy.rules")
        for name, line in module.imports
        if name.split(".")[0] in impure
    ]
    assert reached == []


def test_the_web_is_known_only_upstairs() -> None:
    known = [
        f"{module.path}:{line}: {name}"
        for module in modules("pharmacy")
        for name, line in module.imports
        if name.split(".")[0] in {"flask", "flask_wtf", "wtforms", "werkzeug", "click"}
        and floor(module.name) < WEB
    ]
    assert known == []


def test_only_one_file_commits() -> None:
    sources = {module.path: module.text for module in modules("pharmacy", "reports")}
    del sources["pharmacy/db.py"]
    assert lines_with(r"\.commit\(", sources) == []


def test_the_engine_is_named_in_two_files_and_the_migrations() -> None:
    found = texts(".py", ".html", under="pharmacy") | texts(".html", under="templates")
    for room in ROOMS:
        found |= texts(".py", under=f"tests/{room}/")
    elsewhere = {
        path: text
        for path, text in found.items()
        if path not in {"pharmacy/db.py", "pharmacy/db_words.py"}
        and not path.startswith("pharmacy/migrations/")
    }
    assert lines_with(r"(?i)sqlite|postgres|psycopg", elsewhere) == []


def test_the_clock_is_read_only_at_the_door() -> None:
    below = {
        module.path: module.text
        for module in modules("pharmacy", "reports")
        if module.name.startswith("reports") or floor(module.name) < WEB
    }
    clocks = r"\b(datetime|date)\.(now|today|utcnow)\(|\btime\.time\("
    assert lines_with(clocks, below) == []


def test_a_module_fits_in_the_head() -> None:
    lengths = {module.path: len(module.text.splitlines()) for module in lived_in()}
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in lived_in()
        for function in module.functions
        if (function.end_lineno or 0) - function.lineno + 1 > 70
    ]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    parts = [(path, re.split(r"[/._-]", path)) for path in texts()]
    assert [path for path, words in parts if set(words) & set(VAGUE)] == []
