"""Verify, close-period, backup and restore, as a person at a terminal runs them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from pharmacy.cli import main
from pharmacy.models import ClosedPeriod
from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy, add_batch, add_drug, after, rows, snapshot
from tests.conftest import SEAL_KEY

Run = Callable[..., Result]


@pytest.fixture
def run(busy: Pharmacy, tmp_path: Path) -> Run:
    """Run a command on the busy pharmacy's database."""
    environment = {
        "PHARMACY_DATABASE_URL": busy.database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, words, env=environment)

    return command


def test_a_ledger_that_is_right_is_shown_line_by_line(run: Run) -> None:
    result = run("verify", "--lang", "en")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "All is right.")
    assert "✓            4  Every dispensing has one citizen request" in result.stdout
    assert "✗" not in result.stdout
    assert "           115               91.11  Received" in result.stdout


def test_it_speaks_arabic_to_those_who_read_it(run: Run) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert "أختام جميع المستندات سليمة" in result.stdout
    assert "كل شيء سليم." in result.stderr


def test_a_fault_is_named_and_the_exit_code_says_so(busy: Pharmacy, run: Run) -> None:
    with busy.database.transaction() as session:
        session.execute(text("UPDATE batch SET on_hand = on_hand + 1 WHERE id = 2"))
    result = run("verify", "--lang", "en")
    assert result.exit_code == 1
    assert "    batch 2: on_hand=19, moved=18, value=" in result.stdout
    assert result.stderr.splitlines()[-1] == "3 checks failed."
    before = snapshot(busy.database)
    refused = run("close-period", "2026-04")
    assert refused.exit_code == 1
    assert "The ledger does not verify." in refused.stderr
    assert snapshot(busy.database) == before


def test_a_month_is_closed_in_the_name_of_somebody(busy: Pharmacy, run: Run) -> None:
    before = snapshot(busy.database)
    refused = run("close-period", "2026-04")
    assert refused.exit_code == 1
    assert "Money of that month lies uncounted in drawers." in refused.stderr
    assert snapshot(busy.database) == before
    result = run("close-period", "2026-04", "--reason", "لم تُجرد بعد")
    assert (result.exit_code, result.stderr) == (0, "2026-04 is closed with 2 documents.\n")
    administrator = busy[Role.ADMINISTRATOR].staff_id
    closed = rows(busy.database, ClosedPeriod.closed_by, month="2026-04")
    assert closed == [(administrator,)]
    again = run("close-period", "2026-04")
    assert again.exit_code == 1
    assert "The month 2026-04 is closed." in again.stderr


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_backup_is_made_and_put_back(busy: Pharmacy, run: Run, tmp_path: Path) -> None:
    before = snapshot(busy.database)
    saved = tmp_path / "saved.db"
    made = run("backup", str(saved))
    assert made.exit_code == 0, made.stderr
    assert made.stderr == f"{saved}: {saved.stat().st_size:,} bytes, checked and verified.\n"
    add_batch(busy, add_drug(busy), 1, 1, now=after(40))
    busy.database.dispose()
    assert run("restore", str(saved), "--yes").exit_code == 0
    assert snapshot(busy.database) == before


@pytest.mark.parametrize("engine_name", ["server"], indirect=True)
def test_a_server_points_to_its_own_tools(run: Run, tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "saved.db"))
    assert result.exit_code == 1
    assert "pg_dump" in result.stderr
