"""Asking `verify` in a test: everything green, or exactly the checks that see a fault."""

from pharmacy.db import Database
from pharmacy.services.verify import Check, verify
from tests.conftest import SEAL_KEY


def checks(database: Database) -> dict[str, Check]:
    """Return the outcome of every check by name."""
    with database.reading() as session:
        return {check.name: check for check in verify(session, SEAL_KEY)}


def faults(database: Database) -> dict[str, list[str]]:
    """Return the rows at fault by check; nothing when all is well."""
    return {
        check.name: [finding.row for finding in check.findings]
        for check in checks(database).values()
        if not check.ok
    }
