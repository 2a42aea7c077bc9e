"""The README's tables of what the program knows better: `python -m tests.house.readme_tables`."""

import sys
from collections.abc import Iterator

from pharmacy.config import VARIABLES
from pharmacy.rules.permissions import Permission, roles_with


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


def main() -> None:
    """Print both tables."""
    lines = ["| permission | roles |", "| --- | --- |", *permission_rows(), ""]
    lines += ["| variable | default | meaning |", "| --- | --- | --- |", *setting_rows()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
