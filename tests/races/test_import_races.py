"""Many who go on with the same import at once take each slice once."""

from pathlib import Path

import pytest

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, ImportJob, RequestSeries
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Role
from tests.builders import NOW, open_pharmacy, rows
from tests.conftest import SEAL_KEY
from tests.races.racing import race
from tests.services.importing_jobs import begin, lines, run, slices_of, standing, text_of

ROWS, SIZE = 60, 7


@pytest.mark.parametrize(("processes", "threads"), [(4, 2), (2, 8)])
def test_each_slice_is_taken_once_whoever_goes_on(
    database: Database, tmp_path: Path, processes: int, threads: int
) -> None:
    clerk = open_pharmacy(database)[Role.CLERK]
    began = begin(database, text_of(lines(ROWS, wrong=frozenset({5, 40}))), tmp_path, clerk)
    job = {
        "do": "import",
        "role": Role.CLERK.value,
        "staff": clerk.staff_id,
        "site": clerk.site_id,
        "job": began.job_id,
        "folder": str(tmp_path),
        "size": SIZE,
        "now": NOW.isoformat(),
    }
    answers = race(database.url, SEAL_KEY, [job] * 24, processes=processes, threads=threads)
    assert {kind for kind, _value in answers} <= {"posted"}
    # Whoever comes second finds the slice done, and goes on from there.
    slices = slices_of(database, began.job_id, tmp_path, clerk)
    done = run(database, standing(database, began.job_id, clerk), slices, clerk)
    assert (done.counts.imported, done.counts.refused, done.counts.skipped) == (ROWS - 2, 2, 0)
    references = [reference for (reference,) in rows(database, CitizenRequest.outside_reference)]
    assert sorted(references) == sorted(f"R-{n}" for n in range(ROWS) if n not in {5, 40})
    assert rows(database, RequestSeries.last_number) == [(ROWS - 2,)]
    assert rows(database, ImportJob.state, ImportJob.position) == [(ImportState.DONE, ROWS)]
