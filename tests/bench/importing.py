"""Import a real drug list into a new pharmacy, twice; print counts, time and peak memory.

    python -m tests.bench.importing ../shared/data/egypt_drugs_25070.csv

The real list is not part of this repository, so the tests have one of their own with its dirt.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = (sys.executable, "-c", "from pharmacy.cli import main; main()")


def _run(folder: Path, *words: str) -> str:
    began = time.perf_counter()
    answer = subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env={**os.environ, "PHARMACY_INSTANCE": str(folder / "instance")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    return f"{seconds:6.1f} s  {answer.stderr.splitlines()[-1]}"


def measure(path: Path) -> None:
    """Import a list into an empty pharmacy and again into the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(folder, "init")
        for _ in range(2):
            print(_run(folder, "import", "formulary", str(path), "--on-error", "continue"))  # noqa: T201 - its purpose
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"peak memory {peak} MB")  # noqa: T201


if __name__ == "__main__":
    measure(Path(sys.argv[1]).resolve())
