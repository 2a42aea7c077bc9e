"""The benchmark runs and its ledger is right; how fast it was is for people to read."""

from tests.bench.__main__ import bench, show


def test_the_smoke_form_of_the_benchmark_runs() -> None:
    outcomes = bench(seconds=0.4, clients=[2], people=900)
    assert [(one.which, one.wrong) for one in outcomes] == [("floor", 0), ("house", 0)]
    assert all(one.done >= 2 for one in outcomes)
    show(outcomes)
