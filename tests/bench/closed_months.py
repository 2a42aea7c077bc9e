"""A year's reports over closed months beside the same from detail, equal and how much faster.

    python -m tests.bench.closed_months [--file FILE] [--server] [--times 15] [--smoke]

The published years are rebuilt in a file (a named one that is there is copied, not touched), asked
from detail, closed month by month, and asked again. What is printed is the median in milliseconds:
of processor time where the database works in this process, so that a busy machine does not count,
of the clock where it does not.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db import Database, Whole, table_of
from pharmacy.models import Dispensing, DispensingLine, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role
from pharmacy.services.beheira_scale import PUBLISHED
from pharmacy.services.closing import faults, open_months
from pharmacy.services.cost_dimensions import COLUMNS, OF_HEAD, Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.cost_totals import closed_cost
from pharmacy.services.ledger_totals import balances
from pharmacy.services.period import close_period
from pharmacy.services.period_totals import TABLES
from pharmacy.services.reporting import cost
from pharmacy.services.stock_totals import stock_over
from tests.bench.filling import copy_to_server, fill_file
from tests.bench.searching import SMOKE
from tests.postgres import Server

NAME = "bench"
_JUNE = 6
Ask = Callable[[Session], object]


def asked(last: date) -> Mapping[str, Ask]:
    """Return what is asked, by its name: of the last whole fiscal year, and of all years."""
    ends = date(last.year if last.month > _JUNE else last.year - 1, _JUNE, 30)
    year = (date(ends.year - 1, _JUNE + 1, 1), ends)
    ever = (date(2000, 1, 1), last)

    def costs(by: Dimension, days: tuple[date, date]) -> CostQuery:
        return CostQuery(date_from=days[0], date_to=days[1], by=(by,))

    return {
        "money of a year by month": lambda s: money(s, costs(Dimension.MONTH, year)),
        "money of a year by drug": lambda s: money(s, costs(Dimension.DRUG, year)),
        "money of a year by centre": lambda s: money(s, costs(Dimension.CENTRE, year)),
        "money of all years by drug": lambda s: money(s, costs(Dimension.DRUG, ever)),
        "cost of a year by month, with persons": lambda s: cost(s, costs(Dimension.MONTH, year)),
        "cost of all years by drug, with persons": lambda s: cost(s, costs(Dimension.DRUG, ever)),
        "trial balance at the end": lambda s: balances(s, *year),
        "stock movement of a year": lambda s: stock_over(s, *year),
    }


def money(session: Session, query: CostQuery) -> dict[tuple[object, ...], int]:
    """Return the cost of each group, of closed months by their totals and of days by the lines."""
    by = [dimension.value for dimension in query.by]
    closed = closed_cost(session, query.date_from, query.date_to, by, {})
    sums = {key: figures[2] for key, figures in closed.sums.items()} if closed else {}
    days = closed.days if closed else [(query.date_from, query.date_to)]
    keys = [COLUMNS[dimension] for dimension in query.by]
    for first, last in days:
        statement = (
            select(*keys, func.sum(DispensingLine.cost).cast(Whole))
            .select_from(DispensingLine)
            .where(DispensingLine.business_date.between(first, last))
            .group_by(*keys)
        )
        if not OF_HEAD.isdisjoint(query.by):
            of_line = Dispensing.voucher_id == DispensingLine.dispensing_id
            statement = statement.join(Dispensing, of_line)
        for *key, amount in session.execute(statement):
            sums[tuple(key)] = sums.get(tuple(key), 0) + amount
    return sums


def answers(
    database: Database, questions: Mapping[str, Ask], times: int
) -> tuple[dict[str, object], dict[str, float]]:
    """Return what each question was answered, and its median in milliseconds."""
    told: dict[str, object] = {}
    medians: dict[str, float] = {}
    clock = time.process_time if database.embedded else time.perf_counter

    def once(name: str) -> float:
        begun = clock()
        with database.reading() as session:
            told[name] = questions[name](session)
        return 1_000 * (clock() - begun)

    for name in questions:
        once(name)
        medians[name] = statistics.median(once(name) for _ in range(times))
    return told, medians


def close_all(database: Database) -> tuple[int, float]:
    """Close every month that holds vouchers; return how many, and the seconds a month took."""
    now = datetime.now(UTC)
    with database.reading() as session:
        staff_id = session.scalar(select(Staff.id).limit(1)) or 0
        months = open_months(session, date.max)
    actor = Actor(staff_id, "bench", Role.FINANCE)
    begun = time.perf_counter()
    for month in months:
        with database.transaction() as session:
            close_period(session, month, failed=0, reason="لم تُجرد بعد", actor=actor, now=now)
    return len(months), (time.perf_counter() - begun) / max(len(months), 1)


def bench(database: Database, engine: str, times: int) -> None:
    """Ask, close, ask again, and print the table of an engine."""
    with database.reading() as session:
        last = session.scalars(select(func.max(Voucher.business_date))).one()
    questions = asked(last)
    before, slow = answers(database, questions, times)
    count, seconds = close_all(database)
    after, fast = answers(database, questions, times)
    assert after == before, [name for name in questions if after[name] != before[name]]
    with database.reading() as session:
        rows = {
            table_of(model).name: session.scalars(
                select(func.count()).select_from(table_of(model))
            ).one()
            for model in TABLES
        }
        begun = time.perf_counter()
        failed = faults(session)
    sys.stdout.write(
        f"{engine}: {count} months closed, {seconds:.2f} s each; rows kept: {rows}" + "\n"
    )
    sys.stdout.write(f"verify: {failed} checks failed, {time.perf_counter() - begun:.1f} s" + "\n")
    sys.stdout.write(
        "| asked | detail ms | closed months ms | times faster |\n| --- | --- | --- | --- |" + "\n"
    )
    for name in questions:
        ratio = slow[name] / fast[name]
        sys.stdout.write(f"| {name} | {slow[name]:.1f} | {fast[name]:.1f} | {ratio:.1f} |" + "\n")


def main() -> None:
    """Read the words of the command line, and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.closed_months", description=__doc__
    )
    parser.add_argument("--file", type=Path, help="a governorate to copy; made when not named")
    parser.add_argument("--server", action="store_true", help="the server besides")
    parser.add_argument("--times", type=int, default=15, help="how often each is asked")
    parser.add_argument("--smoke", action="store_true", help="a few thousand requests")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pharmacy-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = folder / "bench.db"
        if words.file is not None:
            shutil.copy(words.file, file)
        database = fill_file(file, SMOKE if words.smoke else PUBLISHED)
        if words.server:
            server = Server(folder / "server")
            server.start()
            try:
                server.create(NAME)
                bench(copy_to_server(database, server.url(NAME)), "server", words.times)
            finally:
                server.stop()
        bench(database, "embedded", words.times)


if __name__ == "__main__":
    main()
