"""The benchmark runs and its ledger is right; how fast it was is for people to read."""

import pytest

from tests.bench import searching
from tests.bench.__main__ import bench, show


def test_the_smoke_form_of_the_benchmark_runs() -> None:
    outcomes = bench(seconds=0.4, clients=[2], people=900)
    assert [(one.which, one.wrong) for one in outcomes] == [("floor", 0), ("house", 0)]
    assert all(one.done >= 2 for one in outcomes)
    show(outcomes)


@pytest.mark.slow
def test_the_smoke_form_of_the_search_benchmark_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["searching", "--smoke"])
    searching.main()
    table = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in table[2:5]] == [
        "| the floor",
        "| number",
        "| outside reference",
    ]
    assert all(line.count(" / ") == 4 for line in table[2:])
