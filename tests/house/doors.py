"""The list of doors: every address, what it asks for, and which roles that lets in.

`python -m tests.house.doors > tests/house/doors.txt` writes it anew; who may enter where is then
read, and agreed to, as a change of that file.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from pharmacy.app import create_app
from pharmacy.config import Settings
from pharmacy.rules.permissions import PERMISSIONS
from pharmacy.web.access import Rule, rule_of
from tests.house.sources import ROOT

FILE = ROOT / "tests" / "house" / "doors.txt"


def lines(app: Flask) -> list[str]:
    """Each door as one line, in the order of addresses."""
    return sorted(_lines(app))


def _lines(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        asked = rule_of(app.view_functions[rule.endpoint])
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{rule.rule} {method}: {_asked(asked)}"


def _asked(rule: Rule | None) -> str:
    if rule is None:
        return "closed"
    if not rule.signed_in:
        return "public"
    if not rule.any_of:
        return "signed in"
    wanted = " or ".join(sorted(rule.any_of))
    roles = sorted(role for role, held in PERMISSIONS.items() if held & rule.any_of)
    scope = f" with {rule.scope.value}" if rule.scope else ""
    return f"{wanted}{scope} ({', '.join(roles)})"


def main() -> None:
    """Print the list for the program as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"PHARMACY_INSTANCE": str(Path(folder))})
        sys.stdout.write("\n".join(lines(create_app(settings))) + "\n")


if __name__ == "__main__":
    main()
