"""A run that was killed outright leaves its folder behind; the next run tidies it and begins."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest


def _dead() -> int:
    """Return the number of a process that has ended."""
    ended = subprocess.Popen((sys.executable, "-c", ""))
    ended.wait()
    return ended.pid


@pytest.mark.parametrize("pid_file", ["{dead}\n/data\n", "1\n/data\n", "", "no number\n"])
def test_a_killed_run_and_its_dead_server_stop_no_later_run(tmp_path: Path, pid_file: str) -> None:
    folder = tmp_path / "pharmacy-tests-left"
    data = folder / "server" / "data"
    data.mkdir(parents=True)
    (folder / "owner").write_text(str(_dead()))
    (folder / "server" / "binaries").write_text("/nowhere")
    (data / "postmaster.pid").write_text(pid_file.format(dead=_dead()))

    conftest.sweep(tmp_path)

    assert not folder.exists()


def test_a_run_that_goes_on_keeps_its_folder(run_folder: Path) -> None:
    conftest.sweep(run_folder.parent)

    assert run_folder.exists()
