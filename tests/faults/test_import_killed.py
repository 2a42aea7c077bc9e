"""An import killed outright, again and again: nothing is lost and nothing comes twice."""

import json
import random
import subprocess
import sys
from pathlib import Path

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, ImportRefusal, RequestEvent, RequestSeries
from pharmacy.rules.vocabulary import Role
from pharmacy.services.importing import Counts
from tests.builders import open_pharmacy, rows
from tests.services.importing_jobs import begin, lines, run, slices_of, standing, text_of

ROWS, SIZE, LIVES = 3_000, 20, 5
WRONG = frozenset(range(7, ROWS, 97))


def positions_until_killed(
    database: Database, asked: tuple[object, ...], answers: int
) -> list[int]:
    """Let the import work, kill it while it takes the next slice, and return what it had said."""
    command = [sys.executable, "-m", "tests.faults.importing"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as importing:
        assert importing.stdin is not None
        assert importing.stdout is not None
        importing.stdin.write(json.dumps([database.url, *asked]) + "\n")
        importing.stdin.flush()
        heard = [importing.stdout.readline() for _ in range(answers)]
        importing.kill()
        heard += importing.stdout.read().splitlines(keepends=True)
    return [int(line) for line in heard if line.endswith("\n")]


def test_an_import_that_is_killed_goes_on_without_losing_or_doubling_a_row(
    database: Database, tmp_path: Path
) -> None:
    clerk = open_pharmacy(database)[Role.CLERK]
    began = begin(database, text_of(lines(ROWS, wrong=WRONG)), tmp_path, clerk)
    asked = (began.job_id, clerk.staff_id, str(tmp_path), SIZE)
    chance = random.Random(20260310)
    for _ in range(LIVES):
        said = positions_until_killed(database, asked, chance.randint(1, 20))
        progress = standing(database, began.job_id, clerk)
        # What was said is kept; at most the slice after it was kept without being said.
        assert progress.position - said[-1] in {0, SIZE}
        assert progress.counts.imported == len(rows(database, CitizenRequest.id))
        assert progress.counts.refused == len(rows(database, ImportRefusal.id))
    assert not progress.done
    slices = slices_of(database, began.job_id, tmp_path, clerk, size=SIZE)
    done = run(database, progress, slices, clerk)
    assert done.counts == Counts(imported=ROWS - len(WRONG), refused=len(WRONG))
    found = [reference for (reference,) in rows(database, CitizenRequest.outside_reference)]
    assert found == [f"R-{number}" for number in range(ROWS) if number not in WRONG]
    assert len(rows(database, RequestEvent.id)) == len(found)
    assert rows(database, RequestSeries.last_number) == [(len(found),)]
    refused = [number - 2 for (number,) in rows(database, ImportRefusal.row_number)]
    assert refused == sorted(WRONG)
