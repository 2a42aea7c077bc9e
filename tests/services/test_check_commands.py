"""`pharmacy check` and `pharmacy nightly`, as the administrator and the scheduler run them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from pharmacy.cli import main
from pharmacy.db import Database
from tests.builders import Pharmacy
from tests.conftest import SEAL_KEY

Run = Callable[..., Result]


@pytest.fixture
def run(busy: Pharmacy, tmp_path: Path) -> Run:
    environment = {
        "PHARMACY_DATABASE_URL": busy.database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }

    def command(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, words, env={**environment, **more})

    return command


def test_a_key_that_others_may_read_is_refused_before_anything_else(
    run: Run, tmp_path: Path
) -> None:
    run("check")
    key = tmp_path / "secret.key"
    key.chmod(0o644)
    result = run("check")
    assert result.exit_code == 1
    assert "secret.key" in result.stderr or "PHARMACY_SECRET_KEY" in result.stderr


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ({}, "browsers come over HTTPS"),
        ({"PHARMACY_HTTPS": "yes"}, "the server answers to its own name"),
        ({"PHARMACY_DEMO": "yes"}, "no invented people"),
        ({"PHARMACY_ARGON2_TIME": "1"}, "passwords are costly to guess"),
    ],
)
def test_what_a_production_needs_is_asked_for(
    run: Run, variables: dict[str, str], wrong: str
) -> None:
    result = run("check", "--deploy", **variables)
    assert result.exit_code == 1
    assert any(line.startswith(f"✗ {wrong}") for line in result.stdout.splitlines())


def test_a_night_verifies_and_keeps_a_copy_that_opens(
    run: Run, busy: Pharmacy, tmp_path: Path
) -> None:
    result = run("nightly")
    assert result.exit_code == 0, result.stderr
    kept = list((tmp_path / "backups").glob("*.db"))
    assert len(kept) == (1 if busy.database.embedded else 0)
    assert run("nightly").exit_code == 0


def test_a_night_on_a_ledger_that_is_wrong_keeps_nothing(
    run: Run, busy: Pharmacy, tmp_path: Path
) -> None:
    _tamper(busy.database)
    result = run("nightly")
    assert result.exit_code == 1
    assert "The ledger is not right" in result.stderr
    assert not (tmp_path / "backups").exists()


def _tamper(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE batch SET on_hand = on_hand + 1 WHERE id = 2"))
