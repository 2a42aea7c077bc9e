"""The command line, as the person does who sets a pharmacy up: exit codes, and which stream."""

import csv
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, inspect, select, text

from pharmacy.cli import main
from pharmacy.db import Database
from pharmacy.models import ApiToken, AuditEvent, Batch, Drug, Staff, Voucher
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from pharmacy.services.passwords import Passwords
from pharmacy.services.seeding import mark_demo
from pharmacy.services.sign_in import find_token
from tests.builders import NOW, snapshot
from tests.services.lists import dirty_list, write

Run = Callable[..., Result]
CHEAP = Passwords(passes=1, memory=8, lanes=1)


@pytest.fixture
def run(new_empty_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, on a database without any table."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "PHARMACY_DATABASE_URL": new_empty_url(),
        "PHARMACY_INSTANCE": str(tmp_path / "instance"),
        "PHARMACY_ARGON2_TIME": "1",
        "PHARMACY_ARGON2_MEMORY": "8",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def command(*words: str | Path, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed)

    return command


@pytest.fixture
def database(run: Run) -> Iterator[Database]:
    """The database the commands work on, set up by `pharmacy init`."""
    assert run("init").exit_code == 0
    database = Database(os.environ["PHARMACY_DATABASE_URL"])
    yield database
    database.dispose()


def test_init_makes_keys_schema_reference_data_and_the_first_administrator(
    run: Run, tmp_path: Path
) -> None:
    result = run("init")
    assert result.exit_code == 0, result.output
    assert "51 centres" in result.stderr
    password = result.stdout.strip()
    for name in ("seal.key", "secret.key"):
        assert (tmp_path / "instance" / name).stat().st_mode & 0o777 == 0o600
    database = Database(os.environ["PHARMACY_DATABASE_URL"])
    with database.reading() as session:
        (admin,) = session.scalars(select(Staff))
        assert (admin.username, admin.role, admin.must_change_password) == (
            "admin", Role.ADMINISTRATOR, True,
        )  # fmt: skip
        assert CHEAP.verify(admin.password_hash, password)
        assert session.scalar(select(func.count(Drug.id))) == 93
    database.dispose()


def test_init_again_changes_nothing_and_prints_no_password(run: Run, database: Database) -> None:
    before = snapshot(database)
    result = run("init")
    assert (result.exit_code, result.stdout) == (0, "")
    assert snapshot(database) == before


def test_a_weak_password_is_refused_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pharmacy.commands.init._terminal", lambda: True)
    result = run("init", typed="short\nshort\n")
    assert result.exit_code == 1
    assert "The password needs at least 12 letters." in result.stderr


@pytest.mark.parametrize(
    "words", [("serve",), ("staff", "add", "x", "--role", "clerk", "--name", "س")]
)
def test_nothing_starts_on_a_database_of_another_schema(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "run `pharmacy init`" in result.stderr
    assert run("upgrade").exit_code == 0
    assert "up to date" in run("upgrade").stderr


def test_a_misspelt_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHARMACY_PROT", "8000")
    result = run("init")
    assert result.exit_code == 1
    assert "PHARMACY_PROT" in result.stderr


def test_staff_and_tokens_are_added_and_shown_once(run: Run, database: Database) -> None:
    added = run("staff", "add", "Hoda", "--role", "pharmacist", "--name", "هدى", "--site", "P1")
    assert added.exit_code == 0, added.output
    lab = ("token", "add", "lab", "--staff", "hoda", "--scope", "dispensings:write")
    made = run(*lab)
    with database.reading() as session:
        hoda = session.scalars(select(Staff).where(Staff.username == "hoda")).one()
        assert CHEAP.verify(hoda.password_hash, added.stdout.strip())
        signed_in = find_token(session, made.stdout.strip())
        assert signed_in is not None
        assert signed_in.actor.staff_id == hoda.id
        assert signed_in.scopes == {Scope.DISPENSINGS_WRITE}
        assert session.scalars(select(ApiToken)).one().token_hash != made.stdout.strip()
        events = session.scalars(select(AuditEvent).where(AuditEvent.noun == "api_token")).all()
        assert made.stdout.strip() not in str([event.after for event in events])
    assert run(*lab).exit_code == 1
    assert run("token", "revoke", "lab").exit_code == 0
    with database.reading() as session:
        assert find_token(session, made.stdout.strip()) is None


def test_what_does_not_exist_is_refused_in_words(run: Run, database: Database) -> None:
    before = snapshot(database)
    for words, said in (
        (("staff", "add", "x", "--role", "clerk", "--name", "س", "--site", "Z9"), "no site Z9"),
        (("staff", "add", "admin", "--role", "clerk", "--name", "س"), "signs in as admin"),
        (
            ("token", "add", "lab", "--staff", "nobody", "--scope", "stock:read"),
            "no such record",
        ),
        (("staff", "add", "x", "--role", "clerk", "--name", "س", "--as", "me"), "signs in as me"),
    ):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr
    assert snapshot(database) == before


def test_a_dirty_list_is_imported_and_every_remark_listed_in_both_languages(
    run: Run, database: Database, tmp_path: Path
) -> None:
    dirty = dirty_list(tmp_path / "market.csv")
    result = run("import", "formulary", dirty.path, "--on-error", "continue")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == (
        "imported 1,210, changed 0, skipped 2, refused 3, total 1,215"
    )
    with (tmp_path / "market.report.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == dirty.with_remark
    other = next(row for row in listed if row["manufacturer"] == "ANOTHER MAKER")
    assert (other["row"], other["outcome"]) == ("613", "refused")
    assert other["reason_en"].startswith("Row 612 has the same name or code")
    assert other["reason_ar"].startswith("الصف رقم 612")
    with database.reading() as session:
        assert session.scalar(select(func.count(Drug.id))) == 93 + 1_210


def test_by_default_one_refused_row_keeps_everything_out(
    run: Run, database: Database, tmp_path: Path
) -> None:
    dirty = dirty_list(tmp_path / "market.csv", clean=20)
    before = snapshot(database)
    result = run("import", "formulary", dirty.path, "--errors", tmp_path / "faults.csv")
    assert result.exit_code == 1
    assert "Nothing was kept: 3 refused" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        "imported 0, changed 0, skipped 32, refused 3, total 35"
    )
    assert (tmp_path / "faults.csv").exists()
    assert snapshot(database) == before


def test_a_dry_run_keeps_nothing(run: Run, database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", ("A", "inn"), ["Brand 10 TAB.", "salt"])
    columns = tmp_path / "columns.json"
    columns.write_text(json.dumps({"name_en": "A"}))
    before = snapshot(database)
    dry = run("import", "formulary", path, "--map", columns, "--dry-run")
    assert dry.exit_code == 0
    assert dry.stderr.splitlines()[-1] == "imported 1, changed 0, skipped 0, refused 0, total 1"
    assert snapshot(database) == before
    assert run("import", "formulary", path, "--map", "name_en=A").exit_code == 0
    assert snapshot(database) != before


def test_a_file_that_cannot_be_read_is_refused_in_words(
    run: Run, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name_en\nأ".encode("cp1256"))
    before = snapshot(database)
    result = run("import", "formulary", path)
    assert result.exit_code == 1
    assert "list.csv: This file cannot be read." in result.stderr
    assert "(not UTF-8)" in result.stderr
    assert snapshot(database) == before


def test_the_opening_stock_comes_from_a_file(run: Run, database: Database, tmp_path: Path) -> None:
    path = write(
        tmp_path / "stock.csv",
        ("الكود", "التشغيلة", "الصلاحية", "الكمية", "القيمة"),
        ["D001", "A1", "12/2090", "300", "480.00"],
        ["D002", "B1", "12/2090", "٦٠", "٤٨٫٠٠"],
    )
    result = run("import", "stock", path)
    assert result.exit_code == 0, result.output
    with database.reading() as session:
        assert session.scalars(select(Batch.value_on_hand).order_by(Batch.id)).all() == [
            48_000, 4_800,
        ]  # fmt: skip
        assert session.scalars(select(Voucher)).one().site.code == "P1"
    assert "skipped 2" in run("import", "stock", path).stderr


def test_a_demonstration_never_goes_into_a_real_pharmacy(run: Run, database: Database) -> None:
    before = snapshot(database)
    result = run("demo", "--no-serve", "--fresh")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "belongs to a real pharmacy" in result.stderr
    assert snapshot(database) == before


def test_an_unfinished_demonstration_asks_to_be_made_afresh(run: Run) -> None:
    assert run("upgrade").exit_code == 0
    database = Database(os.environ["PHARMACY_DATABASE_URL"])
    with database.transaction() as session:
        mark_demo(session, "building", now=NOW)
    database.dispose()
    result = run("demo", "--no-serve")
    assert result.exit_code == 1
    assert "--fresh" in result.stderr


def test_the_schema_of_a_database_in_use_is_left_alone(run: Run) -> None:
    database = Database(os.environ["PHARMACY_DATABASE_URL"])
    with database.transaction() as session:
        session.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
    for words in (("init",), ("demo", "--no-serve")):
        result = run(*words)
        assert result.exit_code == 1
        assert "does not have the schema of this program" in result.stderr
    assert inspect(database.engine).get_table_names() == ["somebody_elses"]
    database.dispose()


@pytest.mark.slow
def test_the_demonstration_prints_its_sign_ins_and_verifies(run: Run) -> None:
    result = run("demo", "--no-serve")
    assert result.exit_code == 0, result.output
    assert "nile-date-palm-garden" in result.stdout
    assert "pharmacist" in result.stdout
    assert run("verify").exit_code == 0
    again = run("demo", "--no-serve")
    assert "there already" in again.stderr
    assert run("demo", "--no-serve", "--scale", "beheira").exit_code == 1


def test_a_port_that_is_taken_is_named(run: Run, database: Database) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("serve", "--host", "127.0.0.1", "--port", port)
    assert result.exit_code == 1
    assert f"Nothing can listen on 127.0.0.1:{port}" in result.stderr
