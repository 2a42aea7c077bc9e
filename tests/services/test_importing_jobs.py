"""Imports that go on where they stopped: each row once, the counts add up, refused rows go back."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import select

from pharmacy.errors import (
    ImportRefused,
    ImportUnreadable,
    InvalidPhone,
    MissingFact,
    NotFound,
    NotPermitted,
    OutsideReferenceTaken,
)
from pharmacy.models import AuditEvent, Centre, CitizenRequest, ImportJob, ImportMapping
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import CentreKind, Channel, Role
from pharmacy.services import importing_jobs, importing_mappings
from pharmacy.services.importing import Counts, NoteCode
from pharmacy.services.importing_files import discard, keep
from tests.builders import NOW, Pharmacy, add_actor, add_centre, rows, snapshot
from tests.services.importing_jobs import HEADINGS, begin, lines, run, slices_of, step, text_of


def test_a_file_comes_in_slice_by_slice_and_its_refused_rows_go_back(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    content = text_of([*lines(7, wrong=frozenset({2})), ["portal", "2026-03-01", "x", "R-0", "y"]])
    progress = begin(database, content, tmp_path, clerk)
    slices = slices_of(database, progress.job_id, tmp_path, clerk)
    positions = []
    while not progress.done:
        progress = step(database, progress, slices, clerk)
        positions.append(progress.position)
    assert positions == [3, 6, 8]
    assert progress.counts == Counts(imported=6, refused=2)
    assert len(rows(database, CitizenRequest.id)) == 6
    with database.reading() as session:
        first, second = importing_jobs.refusals(session, progress.job_id, actor=clerk)
        assert (first.row.number, first.row.cells[5]) == (4, "12")
        assert isinstance(first.refusal, InvalidPhone)
        assert second.row.number == 9
        assert isinstance(second.refusal, OutsideReferenceTaken)
        event = session.scalars(select(AuditEvent).filter_by(action="import")).one()
        assert event.after == {
            "file": "p.csv", "imported": 6, "changed": 0, "skipped": 0, "refused": 2,
        }  # fmt: skip


def test_a_slice_that_somebody_took_is_not_taken_again(pharmacy: Pharmacy, tmp_path: Path) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    began = begin(database, text_of(lines(5)), tmp_path, clerk)
    mine = slices_of(database, began.job_id, tmp_path, clerk)
    theirs = slices_of(database, began.job_id, tmp_path, clerk)
    ahead = step(database, began, theirs, clerk)
    before = snapshot(database)
    assert step(database, began, mine, clerk) == ahead
    assert snapshot(database) == before
    assert run(database, ahead, mine, clerk).counts == Counts(imported=5)


def test_the_same_file_goes_on_with_its_unfinished_job(pharmacy: Pharmacy, tmp_path: Path) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    content = text_of(lines(5))
    began = begin(database, content, tmp_path, clerk)
    step(database, began, slices_of(database, began.job_id, tmp_path, clerk), clerk)
    again = begin(database, content, tmp_path, pharmacy[Role.MANAGER])
    assert (again.job_id, again.position) == (began.job_id, 3)
    slices = slices_of(database, again.job_id, tmp_path, clerk)
    assert run(database, again, slices, clerk).counts == Counts(imported=5)
    # Once it is finished, the same file is a new import, of which everything is there already.
    third = begin(database, content, tmp_path, clerk)
    assert third.job_id != began.job_id
    slices = slices_of(database, third.job_id, tmp_path, clerk)
    assert run(database, third, slices, clerk).counts == Counts(skipped=5)


def test_an_earlier_export_that_overlaps_is_skipped_by_channel_and_reference(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    for count, expected in ((3, Counts(imported=3)), (5, Counts(imported=2, skipped=3))):
        began = begin(database, text_of(lines(count)), tmp_path, clerk)
        slices = slices_of(database, began.job_id, tmp_path, clerk)
        assert run(database, began, slices, clerk).counts == expected


def test_a_paused_job_stands_until_it_is_started_again(pharmacy: Pharmacy, tmp_path: Path) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    began = begin(database, text_of(lines(5)), tmp_path, clerk)
    with database.transaction() as session:
        paused = importing_jobs.pause(session, began.job_id, actor=clerk)
    before = snapshot(database)
    slices = slices_of(database, began.job_id, tmp_path, clerk)
    assert step(database, paused, slices, clerk).state is ImportState.STOPPED
    assert snapshot(database) == before
    with database.transaction() as session:
        importing_jobs.start(session, began.job_id, actor=clerk)
    done = run(database, began, slices, clerk)
    for change in (importing_jobs.pause, importing_jobs.start):
        with pytest.raises(ImportRefused) as caught, database.transaction() as session:
            change(session, done.job_id, actor=clerk)
        assert caught.value.reason == "finished"


def test_columns_are_chosen_until_the_first_row_and_a_job_dropped_until_then(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    content = text_of([["2026-03-01", "علاج", "علي"]], ("a", "b", "c"))
    with pytest.raises(ImportRefused) as caught:
        begin(database, content, tmp_path, clerk)
    assert caught.value.reason == "columns"
    assert rows(database, ImportJob.id) == []
    columns = {"received_on": "a", "asked_for": "b", "citizen_name": "c"}
    began = begin(database, content, tmp_path, clerk, channel=Channel.PORTAL, **columns)
    with pytest.raises(ImportRefused) as caught, database.transaction() as session:
        importing_jobs.choose(
            session, began.job_id, channel=None, columns={}, defaults={}, actor=clerk
        )
    assert caught.value.reason == "started"
    with database.transaction() as session:
        discard(tmp_path, importing_jobs.drop(session, began.job_id, actor=clerk))
    assert rows(database, ImportJob.id) == []
    assert list(tmp_path.glob("*.csv")) == []
    began = begin(database, content, tmp_path, clerk, channel=Channel.APP, **columns)
    run(database, began, slices_of(database, began.job_id, tmp_path, clerk), clerk)
    assert rows(database, CitizenRequest.channel, CitizenRequest.citizen_name) == [
        (Channel.APP, "علي")
    ]
    with pytest.raises(ImportRefused), database.transaction() as session:
        importing_jobs.drop(session, began.job_id, actor=clerk)


def test_at_a_centre_one_sees_and_goes_on_with_what_the_own_centre_began(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    database = pharmacy.database
    here, there = (add_centre(database, kind) for kind in CentreKind)
    clerk = add_actor(database, Role.CLERK, centre_id=here)
    colleague = add_actor(database, Role.CLERK, centre_id=here)
    stranger = add_actor(database, Role.CLERK, centre_id=there)
    content = text_of([["2026-03-01", "علاج", "علي"]], ("date", "request", "name"))
    began = begin(database, content, tmp_path, clerk)
    with pytest.raises(ImportRefused) as caught:
        begin(database, content, tmp_path, stranger)
    assert caught.value.reason == "under_way"
    with database.reading() as session:
        assert [job.id for job in importing_jobs.jobs(session, actor=colleague)] == [began.job_id]
        assert importing_jobs.jobs(session, actor=stranger) == []
        with pytest.raises(NotFound):
            importing_jobs.get_job(session, began.job_id, actor=stranger)
    slices = slices_of(database, began.job_id, tmp_path, colleague)
    run(database, began, slices, colleague)
    ((kind,),) = rows(database, Centre.kind, id=here)
    assert rows(database, CitizenRequest.centre_id, CitizenRequest.channel) == [
        (here, Channel(f"{kind}_centre"))
    ]


def test_a_file_that_is_gone_is_said_so_and_brought_again(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    content = text_of(lines(2))
    began = begin(database, content, tmp_path, clerk)
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    with pytest.raises(ImportRefused) as caught:
        slices_of(database, began.job_id, tmp_path, clerk)
    assert caught.value.reason == "file_gone"
    with pytest.raises(ImportRefused), database.transaction() as session:
        importing_jobs.advance(session, began.job_id, 0, [], actor=clerk, now=NOW)
    again = begin(database, content, tmp_path, clerk)
    assert again.job_id == began.job_id
    slices = slices_of(database, again.job_id, tmp_path, clerk)
    assert run(database, again, slices, clerk).counts == Counts(imported=2)


def test_who_may_not_import_sees_no_import(pharmacy: Pharmacy, tmp_path: Path) -> None:
    database = pharmacy.database
    began = begin(database, text_of(lines(1)), tmp_path, pharmacy[Role.CLERK])
    before = snapshot(database)
    with database.reading() as session, pytest.raises(NotPermitted):
        importing_jobs.get_job(session, began.job_id, actor=pharmacy[Role.FINANCE])
    with pytest.raises(NotPermitted):
        begin(database, text_of(lines(2)), tmp_path, pharmacy[Role.FINANCE])
    assert snapshot(database) == before


def test_a_workbook_is_kept_as_rows_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "requests"
    with xlsxwriter.Workbook(str(path.with_suffix(".xlsx"))) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["portal", "2026-03-01", "علاج", 17, "علي", "01000000001"])
        sheet.write_row(3, 0, ["portal", "2026-03-01", "علاج", 18, "علي", "01000000002"])
    content = path.with_suffix(".xlsx").read_bytes()
    kept = keep(io.BytesIO(content), tmp_path / "imports")
    assert (kept.headings, kept.length) == (list(HEADINGS), 3)
    assert keep(io.BytesIO(content), tmp_path / "imports") == kept
    stored = tmp_path / "imports" / kept.stored_as
    assert (
        stored.read_text(encoding="utf-8").splitlines()[1].startswith("portal,2026-03-01,علاج,17")
    )
    assert stored.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "imports").iterdir()] == [kept.stored_as]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n\0\0",
        b"a\0b\n1\n",
        "قناة".encode("cp1256"),
        b"PK\x03\x04broken",
        b'a,b\n"x',
    ],
)
def test_what_is_no_list_is_not_kept(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImportUnreadable):
        keep(io.BytesIO(content), tmp_path / "imports")
    assert list((tmp_path / "imports").iterdir()) == []


def test_an_archive_of_something_else_or_of_too_much_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "x" * 100_000)
    with pytest.raises(ImportUnreadable):
        keep(io.BytesIO(content.getvalue()), tmp_path)
    monkeypatch.setattr("pharmacy.services.importing_files._UNPACKED_MOST", 50_000)
    with pytest.raises(ImportRefused) as caught:
        keep(io.BytesIO(content.getvalue()), tmp_path)
    assert caught.value.reason == "too_big"


def test_more_rows_than_are_taken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        keep(io.BytesIO(text_of(lines(4))), tmp_path, rows_most=3)
    assert caught.value.reason == "too_many_rows"
    assert keep(io.BytesIO(text_of(lines(3))), tmp_path, rows_most=3).length == 3


def test_a_mapping_is_saved_under_its_name_changed_found_and_deleted(pharmacy: Pharmacy) -> None:
    database, manager = pharmacy.database, pharmacy[Role.MANAGER]
    facts = {"columns": {"asked_for": "الموضوع"}, "defaults": {"category": "housing"}}
    for columns in ({}, {"asked_for": "الموضوع"}):
        with database.transaction() as session:
            mapping_id = importing_mappings.save_mapping(
                session, Channel.PORTAL, " شهري ", actor=manager, now=NOW,
                **{**facts, "columns": columns},
            )  # fmt: skip
    with database.reading() as session:
        found = importing_mappings.find_mapping(session, Channel.PORTAL, "شهري")
        assert (found.id, found.columns, found.defaults) == (mapping_id, *facts.values())
        assert [m.id for m in importing_mappings.mappings(session, actor=manager)] == [mapping_id]
        with pytest.raises(NotFound):
            importing_mappings.find_mapping(session, Channel.APP, "شهري")
    with database.transaction() as session:
        importing_mappings.delete_mapping(session, mapping_id, actor=manager, now=NOW)
    assert rows(database, ImportMapping.id) == []
    with pytest.raises(MissingFact), database.transaction() as session:
        importing_mappings.save_mapping(
            session, Channel.PORTAL, " ", columns={}, defaults={}, actor=manager, now=NOW
        )
    with pytest.raises(NotFound), database.transaction() as session:
        importing_mappings.delete_mapping(session, mapping_id, actor=manager, now=NOW)
    with pytest.raises(NotPermitted), database.transaction() as session:
        importing_mappings.delete_mapping(
            session, mapping_id, actor=pharmacy[Role.FINANCE], now=NOW
        )


def test_notes_of_a_refused_row_come_back_as_they_were(pharmacy: Pharmacy, tmp_path: Path) -> None:
    database, clerk = pharmacy.database, pharmacy[Role.CLERK]
    wrong = [["pigeon", "2026-03-01", "x", "", "y", "", ""], ["portal", "2026-03-01"]]
    progress = begin(database, text_of(wrong), tmp_path, clerk)
    run(database, progress, slices_of(database, progress.job_id, tmp_path, clerk), clerk)
    with database.reading() as session:
        found = list(importing_jobs.refusals(session, progress.job_id, actor=clerk))
    assert [[(n.code, dict(n.facts)) for n in verdict.notes] for verdict in found] == [
        [(NoteCode.UNKNOWN_WORD, {"field": "channel", "text": "pigeon"})],
        [(NoteCode.MISSING, {"field": "citizen_name"})],
    ]
