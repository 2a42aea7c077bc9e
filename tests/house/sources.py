"""The house's own files, as its tests read them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A Python file: `name` as it is imported, `imports` every name it imports and where."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @property
    def imports(self) -> Iterator[tuple[str, int]]:
        """Each imported module or member by its full name, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno}: relative import"
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Each function and method."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        yield from (node for node in ast.walk(self.tree) if isinstance(node, kinds))


@cache
def files() -> tuple[Path, ...]:
    """Every file that is kept in version control, relative to the root."""
    lines = (ROOT / ".gitignore").read_text().split()
    ignored = [".git", *(line.strip("/") for line in lines)]

    def kept(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if any(fnmatch(path.name, pattern) for pattern in ignored):
                continue
            if path.is_dir():
                yield from kept(path)
            else:
                yield path.relative_to(ROOT)

    return tuple(kept(ROOT))


@cache
def texts(*suffixes: str, under: str = "") -> dict[str, str]:
    """Every text file below a folder whose name ends so, by its path."""
    found = {}
    for path in files():
        name = path.as_posix()
        if not name.startswith(under) or (suffixes and not name.endswith(suffixes)):
            continue
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            found[name] = content.decode()
    return found


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of these top-level packages."""
    found = []
    for path, text in texts(".py").items():
        if path.split("/")[0] in packages:
            name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found.append(Module(path, name, text, ast.parse(text)))
    return tuple(found)


def lines_with(pattern: str, found: dict[str, str]) -> list[str]:
    """Where a regular expression occurs, as `path:line: text`; it is tried line by line."""
    expression = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in found.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if expression.search(line)
    ]
