"""A counter that works through its jobs and says each answer aloud, until somebody kills it."""

import json
import sys

from pharmacy.db import Database
from tests.races.racing import attempt


def main() -> None:
    """Read address, key and jobs from standard input; print an answer a line."""
    url, key, jobs = json.loads(sys.stdin.readline())
    database = Database(url, seal_key=key.encode())
    for job in jobs:
        answer = attempt(database, job)
        sys.stdout.write(json.dumps([job["submission"], *answer]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
