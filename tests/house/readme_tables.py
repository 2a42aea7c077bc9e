"""The README's tables of what the program knows better: `python -m tests.house.readme_tables`.

`python -m tests.house.readme_tables refusals > tests/house/refusals.md` writes the table of every
refusal and notice anew.
"""

import sys
from collections.abc import Iterator

from pharmacy.config import VARIABLES
from pharmacy.rules.permissions import Permission, roles_with
from pharmacy.rules.settings import SETTINGS
from pharmacy.web.language import speaking
from pharmacy.web.refusal_table import Said, notice_rows, refusal_rows
from tests.house.sources import ROOT

REFUSALS = ROOT / "tests" / "house" / "refusals.md"


def permission_rows() -> Iterator[str]:
    """Each permission with the roles that hold it."""
    for permission in Permission:
        roles = ", ".join(role.value.replace("_", " ") for role in roles_with(permission))
        yield f"| `{permission}` | {roles} |"


def setting_rows() -> Iterator[str]:
    """Each setting with its default and its sentence."""
    for one in VARIABLES:
        default = f"`{one.default}`" if one.default else ""
        yield f"| `{one.name}` | {default} | {one.help} |"


def by_law_rows() -> Iterator[str]:
    """Each setting of the administrator's page with its default and its sentence."""
    for name, spec in SETTINGS.items():
        yield f"| `{name}` | {spec.default} | {spec.help} |"


def refusals() -> str:
    """Every refusal and notice with example facts, in both languages, as the program says it."""
    with speaking("ar"):
        arabic = refusal_rows(), notice_rows()
    with speaking("en"):
        english = refusal_rows(), notice_rows()
    lines = ["# What the program refuses, and what it warns of", ""]
    lines += ["Written by `python -m tests.house.readme_tables refusals`; facts are invented.", ""]
    lines += ["## Refusals", "", *_said(arabic[0], english[0]), ""]
    lines += ["## Notices at the counter", "", *_said(arabic[1], english[1])]
    return "\n".join(lines) + "\n"


def _said(arabic: list[Said], english: list[Said]) -> Iterator[str]:
    yield "| code | Arabic | English |"
    yield "| --- | --- | --- |"
    for one, other in zip(arabic, english, strict=True):
        about = f" ({one.about})" if one.about else ""
        yield f"| `{one.code}`{about} | {_cell(one.sentence)} | {_cell(other.sentence)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


def main() -> None:
    """Print the three tables, or the one of refusals."""
    if sys.argv[1:] == ["refusals"]:
        sys.stdout.write(refusals())
        return
    lines = ["| permission | roles |", "| --- | --- |", *permission_rows(), ""]
    lines += ["| variable | default | meaning |", "| --- | --- | --- |", *setting_rows(), ""]
    lines += ["| setting | default | meaning |", "| --- | --- | --- |", *by_law_rows()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
