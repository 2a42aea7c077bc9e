"""Our books as the independent program reads them: Beancount's own parse, booking and checks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from beancount import loader
from beancount.core import data
from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.ledger_export import books
from pharmacy.web.papers.ledger_export import beancount_file

Sums = dict[tuple[str, str], int]
"""Piastres by account and month (`2026-03`)."""


def exported(
    session: Session, path: Path, actor: Actor, first: date | None = None, last: date | None = None
) -> Path:
    """Write the books to a file."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(beancount_file(books(session, first, last, actor=actor), "Fund"))
    return path


def read(path: Path) -> tuple[data.Directives, list[str]]:
    """Return what Beancount makes of a file, and all that it finds wrong in it."""
    entries, errors, _options = loader.load_file(str(path))
    return entries, [error.message for error in errors]


def transactions(entries: data.Directives) -> Iterator[data.Transaction]:
    """Give the vouchers among the entries, without the opening of a period."""
    for entry in entries:
        if isinstance(entry, data.Transaction) and "opening" not in entry.tags:
            yield entry


def sums(entries: data.Directives) -> Sums:
    """Add up what Beancount read, account by account and month by month."""
    found: Sums = defaultdict(int)
    for entry in transactions(entries):
        for posting in entry.postings:
            assert posting.units is not None
            piastres = posting.units.number * 100
            assert piastres == int(piastres)
            found[posting.account, f"{entry.date:%Y-%m}"] += int(piastres)
    return {key: amount for key, amount in found.items() if amount}
