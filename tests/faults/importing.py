"""An import that takes slice after slice and says after each how far it is, until it is killed."""

import json
import sys
from pathlib import Path

from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role
from tests.services.importing_jobs import slices_of, standing, step


def main() -> None:
    """Read the job from standard input; print the rows done a line."""
    url, job_id, staff_id, folder, size = json.loads(sys.stdin.readline())
    database, clerk = Database(url), Actor(staff_id, "منى", Role.CLERK)
    slices = slices_of(database, job_id, Path(folder), clerk, size=size)
    progress = standing(database, job_id, clerk)
    while not progress.done:
        progress = step(database, progress, slices, clerk)
        sys.stdout.write(f"{progress.position}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
