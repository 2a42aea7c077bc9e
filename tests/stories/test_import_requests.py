"""The export of another system on the command line: mapped, broken off, gone on with."""

import csv
from pathlib import Path

import pytest

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, ImportJob
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services import importing_jobs
from pharmacy.services.importing_files import FOLDER
from pharmacy.services.importing_mappings import save_mapping
from tests.builders import NOW, add_actor, rows, snapshot
from tests.services.importing_jobs import begin, lines, slices_of, step, text_of
from tests.services.lists import write
from tests.stories.test_command_line import Run, database, run

__all__ = ["database", "run"]

HEADINGS = ("كود", "يوم", "نص الشكوى", "صاحب الشكوى", "تليفون")
ROWS = (
    ["P-1", "01/03/2026", "علاج السكر", "علي حسن", "01012345678"],
    ["P-2", "01/03/2026", "علاج الضغط", "هدى سالم", "12"],
    ["P-3", "لا يوم", "=1+1", "هدى سالم", ""],
    ["P-4", "02/03/2026", "سكن", "منى علي", ""],
)
COLUMNS = {
    "outside_reference": "كود",
    "received_on": "يوم",
    "asked_for": "نص الشكوى",
    "citizen_name": "صاحب الشكوى",
    "citizen_phone": "تليفون",
}


def last_line(text: str) -> str:
    return text.splitlines()[-1]


@pytest.fixture
def mapped(database: Database) -> Database:
    """A pharmacy where the portal's export was mapped before."""
    manager = add_actor(database, Role.MANAGER)
    with database.transaction() as session:
        save_mapping(
            session, Channel.PORTAL, "شهري", columns=COLUMNS,
            defaults={"category": "housing"}, actor=manager, now=NOW,
        )  # fmt: skip
    return database


def test_a_saved_mapping_is_named_and_the_refused_rows_come_back(
    run: Run, mapped: Database, tmp_path: Path
) -> None:
    path = write(tmp_path / "portal.csv", HEADINGS, *ROWS)
    result = run("import", "requests", path, "--mapping", "شهري", "--channel", "portal")
    assert (result.exit_code, result.stdout) == (1, "")
    assert last_line(result.stderr) == "imported 2, changed 0, skipped 0, refused 2, total 4"
    found = rows(mapped, CitizenRequest.outside_reference, CitizenRequest.category)
    assert [(reference, category.value) for reference, category in found] == [
        ("P-1", "housing"), ("P-4", "housing"),
    ]  # fmt: skip
    with (tmp_path / "portal.report.csv").open(encoding="utf-8-sig", newline="") as file:
        headings, *listed = csv.reader(file)
    assert headings == ["row", "outcome", "reason_ar", "reason_en", *HEADINGS]
    assert [(row[0], row[1], row[4:]) for row in listed] == [
        ("3", "refused", ROWS[1]),
        # What a spreadsheet could run is held back, and taken as it was when the list comes again.
        ("4", "refused", ["P-3", "لا يوم", "'=1+1", "هدى سالم", ""]),
    ]
    assert listed[0][2] == "هذا ليس رقم هاتف. اكتبه مثل 010 1234 5678."
    assert listed[0][3] == "This is not a phone number. Type it like 010 1234 5678."
    assert list((tmp_path / "instance" / FOLDER).iterdir()) == []
    listed[1][5] = "02/03/2026"
    mended = write(tmp_path / "mended.csv", headings, listed[1])
    assert (
        run("import", "requests", mended, "--mapping", "شهري", "--channel", "portal").exit_code == 0
    )
    wishes = rows(mapped, CitizenRequest.asked_for, outside_reference="P-3")
    assert wishes == [("=1+1",)]


def test_a_file_that_was_broken_off_goes_on_by_itself_and_says_so(
    run: Run, mapped: Database, tmp_path: Path
) -> None:
    clerk = add_actor(mapped, Role.CLERK)
    content = text_of(lines(8))
    folder = tmp_path / "instance" / FOLDER
    began = begin(mapped, content, folder, clerk)
    step(mapped, began, slices_of(mapped, began.job_id, folder, clerk), clerk)
    path = tmp_path / "again.csv"
    path.write_bytes(content)
    result = run("import", "requests", path)
    assert result.exit_code == 0, result.stderr
    assert "This file was begun before: going on behind row 4 of 9." in result.stderr
    assert last_line(result.stderr) == "imported 8, changed 0, skipped 0, refused 0, total 8"
    assert rows(mapped, ImportJob.state, ImportJob.position) == [(ImportState.DONE, 8)]
    again = run("import", "requests", path)
    assert last_line(again.stderr) == "imported 0, changed 0, skipped 8, refused 0, total 8"


def test_stop_keeps_nothing_of_requests_either(run: Run, mapped: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "portal.csv", HEADINGS, *ROWS)
    before = snapshot(mapped)
    words = ("import", "requests", path, "--mapping", "شهري", "--channel", "portal")
    for more in (("--on-error", "stop"), ("--dry-run",)):
        result = run(*words, *more)
        assert result.exit_code == 1
        assert "Nothing was kept" in result.stderr
        assert snapshot(mapped) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mapping", "شهري"), "--mapping needs --channel"),
        (("--mapping", "سنوي", "--channel", "portal"), "There is no such record"),
        (("--map", "asked_for=لا عمود"), "no column لا عمود"),
        ((), "no column for asked_for, received_on"),
    ],
)
def test_columns_that_do_not_fit_are_said_before_anything_is_begun(
    run: Run, mapped: Database, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    path = write(tmp_path / "portal.csv", HEADINGS, *ROWS)
    before = snapshot(mapped)
    result = run("import", "requests", path, *words)
    assert result.exit_code != 0
    assert said in result.stderr
    assert snapshot(mapped) == before
    assert list((tmp_path / "instance").rglob("*.csv")) == []


def test_a_job_that_somebody_pauses_stands_until_the_command_comes_again(
    run: Run, mapped: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "paused.csv"
    path.write_bytes(text_of(lines(3)))
    clerk = add_actor(mapped, Role.CLERK)
    behind = importing_jobs.Slices.behind

    def paused_meanwhile(slices: importing_jobs.Slices, position: int) -> list[object]:
        with mapped.transaction() as session:
            importing_jobs.pause(session, 1, actor=clerk)
        return list(behind(slices, position))

    with monkeypatch.context() as patch:
        patch.setattr(importing_jobs.Slices, "behind", paused_meanwhile)
        result = run("import", "requests", path)
    assert result.exit_code == 1
    assert "Somebody paused it behind row 1" in result.stderr
    assert run("import", "requests", path).exit_code == 0
    assert len(rows(mapped, CitizenRequest.id)) == 3


def test_mapping_and_channel_are_of_requests_alone(
    run: Run, mapped: Database, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", HEADINGS, *ROWS)
    result = run("import", "beneficiaries", path, "--channel", "portal")
    assert result.exit_code == 2
    assert "--mapping and --channel are of requests" in result.stderr
