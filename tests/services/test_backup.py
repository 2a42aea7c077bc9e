"""Backups: whole while others write, proven before they count, put back only when they are."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pharmacy.db import Database, embedded_url
from pharmacy.db_file import path_of
from pharmacy.errors import BackupRefused, PharmacyError
from pharmacy.models import Voucher
from pharmacy.services.backup import backup, restore
from tests.builders import (
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)
from tests.conftest import SEAL_KEY

HOLDS_OPEN = """
import sys
from pharmacy.db import Database
with Database(sys.argv[1]).engine.connect() as connection:
    print(connection.exec_driver_sql("SELECT 1").scalar(), flush=True)
    sys.stdin.read()
"""
embedded_only = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)


def refusal(caught: pytest.ExceptionInfo[BackupRefused]) -> str:
    return caught.value.reason


@pytest.mark.parametrize("engine_name", ["server"], indirect=True)
def test_a_server_is_backed_up_by_its_own_tools(pharmacy: Pharmacy, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused) as refused:
        backup(pharmacy.database, tmp_path / "b.db", key=SEAL_KEY)
    assert refusal(refused) == "server"
    with pytest.raises(BackupRefused) as refused:
        restore(pharmacy.database, tmp_path / "b.db", key=SEAL_KEY)
    assert refusal(refused) == "server"


@embedded_only
def test_what_is_restored_is_what_was_backed_up(pharmacy: Pharmacy, tmp_path: Path) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    before = snapshot(pharmacy.database)
    saved = tmp_path / "saved" / "monday.db"
    assert backup(pharmacy.database, saved, key=SEAL_KEY) == saved.stat().st_size
    assert saved.stat().st_mode & 0o777 == 0o600
    assert list(saved.parent.iterdir()) == [saved]

    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    later = snapshot(pharmacy.database)
    kept = restore(pharmacy.database, saved, key=SEAL_KEY)
    assert snapshot(pharmacy.database) == before
    assert kept is not None
    old = Database(embedded_url(kept))
    assert snapshot(old) == later
    old.dispose()


@embedded_only
def test_a_backup_is_restored_onto_an_empty_machine(pharmacy: Pharmacy, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    backup(pharmacy.database, saved, key=SEAL_KEY)
    bare = Database(embedded_url(tmp_path / "bare" / "pharmacy.db"))
    assert restore(bare, saved, key=SEAL_KEY) is None
    assert snapshot(bare) == snapshot(pharmacy.database)
    bare.dispose()


@embedded_only
def test_a_backup_under_load_is_whole(pharmacy: Pharmacy, tmp_path: Path) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 1_000, 9_999)
    started, done = threading.Event(), threading.Event()

    def write() -> None:
        while not done.is_set():
            hand_out(pharmacy, order(approve_request(pharmacy, item(drug, 1)), 1))
            started.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert started.wait(20)
        for number in range(3):
            backup(pharmacy.database, tmp_path / f"{number}.db", key=SEAL_KEY)
    finally:
        done.set()
        writer.join()
    assert len(rows(pharmacy.database, Voucher.id)) > 2


@embedded_only
def test_a_name_that_is_taken_is_left_alone(pharmacy: Pharmacy, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(BackupRefused) as refused:
        backup(pharmacy.database, taken, key=SEAL_KEY)
    assert refusal(refused) == "exists"
    assert taken.read_text() == "mine"


def refused_restore(pharmacy: Pharmacy, source: Path, key: bytes = SEAL_KEY) -> str:
    """Restore what must be refused, and see that nothing moved and nothing is left lying about."""
    before, folder = snapshot(pharmacy.database), path_of(pharmacy.database).parent
    files = sorted(path.name for path in folder.iterdir())
    with pytest.raises(PharmacyError) as refused:
        restore(pharmacy.database, source, key=key)
    assert snapshot(pharmacy.database) == before
    assert sorted(path.name for path in folder.iterdir()) == files
    assert isinstance(refused.value, BackupRefused)
    return refused.value.reason


@embedded_only
def test_what_is_no_proven_backup_is_not_restored(
    pharmacy: Pharmacy, tmp_path: Path, new_empty_url: object
) -> None:
    assert refused_restore(pharmacy, tmp_path / "missing") == "unreadable"
    text = tmp_path / "text"
    text.write_text("not a database " * 1_000)
    assert refused_restore(pharmacy, text) == "unreadable"
    saved = tmp_path / "saved.db"
    backup(pharmacy.database, saved, key=SEAL_KEY)
    add_batch(pharmacy, add_drug(pharmacy), 1, 1)
    sealed = tmp_path / "sealed.db"
    backup(pharmacy.database, sealed, key=SEAL_KEY)
    assert refused_restore(pharmacy, sealed, key=b"another key") == "not_green"
    content = saved.read_bytes()
    saved.write_bytes(content[: len(content) // 2])
    assert refused_restore(pharmacy, saved) in {"damaged", "unreadable"}
    assert callable(new_empty_url)
    empty = Database(new_empty_url())
    with empty.reading() as session:
        session.connection()
    empty.dispose()
    assert refused_restore(pharmacy, path_of(empty)) == "schema"


@embedded_only
def test_a_database_that_another_process_has_open_is_not_replaced(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.db"
    backup(pharmacy.database, saved, key=SEAL_KEY)
    # A process of its own: a fork would inherit this one's locks.
    program = (sys.executable, "-c", HOLDS_OPEN, pharmacy.database.url)
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        assert refused_restore(pharmacy, saved) == "in_use"
        server.communicate()
    restore(pharmacy.database, saved, key=SEAL_KEY)
