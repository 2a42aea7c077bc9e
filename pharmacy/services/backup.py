"""Backups that count: each is opened, checked page by page and verified before it gets its name.

The seal key is not in a backup, on purpose: whoever finds one cannot forge seals. It is kept apart,
and a restore without the right key is refused.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pharmacy import migrations
from pharmacy.db import Database, embedded_url
from pharmacy.db_file import copy_whole, in_use, is_database, is_whole, path_of, put_in_place
from pharmacy.errors import BackupRefused
from pharmacy.services.verify import verify


def backup(database: Database, target: Path, *, key: bytes) -> int:
    """Copy the embedded database to a file, proven whole and green; return its size in bytes.

    Raises:
        BackupRefused: The database is a server's, the name is taken, or the copy does not verify.
    """
    if not database.embedded:
        raise BackupRefused(reason="server")
    if target.exists():
        raise BackupRefused(reason="exists")
    with _scratch(target) as made:
        copy_whole(database, made)
        _prove(made, key)
        size = made.stat().st_size
        put_in_place(made, target)
    return size


def restore(database: Database, source: Path, *, key: bytes) -> Path | None:
    """Put a backup in the place of the embedded database; return where the old one is kept.

    Nobody else may have the database open, and the caller's own connections are closed here.

    Raises:
        BackupRefused: The database is a server's or in use, or the file is no proven backup.
    """
    if not database.embedded:
        raise BackupRefused(reason="server")
    target = path_of(database)
    if not source.is_file():
        raise BackupRefused(reason="unreadable")
    with _scratch(target) as made:
        shutil.copyfile(source, made)
        _prove(made, key)
        database.dispose()
        kept = None
        if target.exists():
            if in_use(target):
                raise BackupRefused(reason="in_use")
            kept = target.with_name(f"{target.name}.before-restore")
            target.replace(kept)
        put_in_place(made, target)
    return kept


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """Give a name beside the target, readable by the owner only, and leave nothing behind."""
    made = target.with_name(f".{target.name}.{os.getpid()}.making")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.touch(mode=0o600, exist_ok=False)
        yield made
    finally:
        for left in made.parent.glob(f"{made.name}*"):
            left.unlink()


def _prove(path: Path, key: bytes) -> None:
    copy = Database(embedded_url(path), seal_key=key)
    try:
        if not is_database(copy):
            raise BackupRefused(reason="unreadable")
        if not is_whole(copy):
            raise BackupRefused(reason="damaged")
        if not migrations.is_current(copy):
            raise BackupRefused(reason="schema")
        with copy.reading() as session:
            if not all(check.ok for check in verify(session, key)):
                raise BackupRefused(reason="not_green")
    finally:
        copy.dispose()
