"""Import 730,000 citizen requests, killed half-way and gone on with; rows/s, peak memory, a floor.

    python -m tests.bench.importing_requests [ROWS] [embedded|server ...]

The file is an invented export with some dirt: overlapping references, telephone numbers that are
none, days that are none, empty names. The floor writes the very same rows (as many columns, the
events beside them) by the driver's own `executemany`, with nothing read, checked or looked up.
"""

import csv
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from pharmacy import migrations
from pharmacy.db import Base, Database, embedded_url, table_of
from pharmacy.models import (
    Centre,
    CitizenRequest,
    ImportJob,
    ImportRefusal,
    RequestEvent,
    Staff,
)
from pharmacy.services.importing_jobs import SLICE_ROWS
from tests.bench.importing import PROGRAM
from tests.postgres import Server

ROWS = 730_000
_FLOOR_ROWS = 100_000
HEADINGS = (
    "channel", "centre", "date", "request", "reference", "name", "phone", "national_id", "category",
)  # fmt: skip
_GIVEN = ("محمد", "فاطمة", "عبد الرحمن", "هدى", "أبو زيد", "منى", "إبراهيم", "سعاد", "كريم", "آية")
_WISHES = (
    "علاج شهري للسكر", "علاج الضغط والقلب", "إنسولين", "علاج أورام", "لبن أطفال", "صرف صحي بالقرية",
    "وحدة سكنية", "علاج كلى", "سماعة طبية", "علاج فيروس سي",
)  # fmt: skip
_CHANNELS = ("portal", "hotline", "صوتك مسموع", "app", "تواصل اجتماعي")
_CATEGORIES = ("medicine", "medicine", "supplies", "", "utilities", "housing")


def rows(count: int) -> Iterator[list[str]]:
    """Invent the rows; of every thousand about fifteen are refused and five are there already."""
    chance = random.Random(730)
    begin = date(2018, 1, 1)
    earlier: list[list[str]] = []
    for number in range(count):
        dirt = chance.randrange(1_000)
        if dirt < 5 and earlier:
            yield chance.choice(earlier)
            continue
        day = begin + timedelta(days=chance.randrange(1_589))
        born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
        row = [
            chance.choice(_CHANNELS),
            "",
            "لا يوم" if dirt in {5, 6} else f"{day:%d/%m/%Y}",
            f"{chance.choice(_WISHES)} {chance.randrange(900)}",
            f"X-{number}",
            "" if dirt in {7, 8} else " ".join(chance.choices(_GIVEN, k=4)),
            "12" if dirt < 20 and dirt > 8 else f"01{chance.choice('0125')}{number:08d}",
            f"2{born:%y%m%d}18{9800 + number % 200:04d}1" if dirt > 400 else "",
            chance.choice(_CATEGORIES),
        ]
        if dirt > 990:
            earlier.append(row)
        yield row


@dataclass(frozen=True, slots=True)
class Figures:
    """What an engine made of the file."""

    engine: str
    seconds: float
    killed_at: int
    peak_mb: int
    floor: float
    counts: dict[str, int]

    def __str__(self) -> str:
        total = sum(self.counts.values())
        pace = total / self.seconds
        return (
            f"{self.engine}: {total:,} rows in {self.seconds:.0f} s, {pace:,.0f} rows/s, peak"
            f" {self.peak_mb} MB, killed behind {self.killed_at:,}; floor {self.floor:,.0f} rows/s,"
            f" so {pace / self.floor:.2f} of its throughput; {self.counts}"
        )


@contextmanager
def _engines(folder: Path, names: Sequence[str]) -> Iterator[dict[str, tuple[str, str]]]:
    """Give the addresses of two empty databases of each engine: the pharmacy's, the floor's."""
    files = tuple(embedded_url(folder / name) for name in ("pharmacy.db", "floor.db"))
    found = {"embedded": files} if "embedded" in names else {}
    if "server" not in names:
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="import-bench-") as name:
        Path(name).chmod(0o755)
        server = Server(Path(name) / "server")
        server.start()
        try:
            for database in ("requests", "floor"):
                server.create(database)
            yield {**found, "server": (server.url("requests"), server.url("floor"))}
        finally:
            server.stop()


def _measure(engine: str, urls: tuple[str, str], path: Path, folder: Path) -> Figures:
    folder.mkdir()
    environment = {
        **os.environ,
        "PHARMACY_DATABASE_URL": urls[0],
        "PHARMACY_INSTANCE": str(folder / "instance"),
    }
    subprocess.run([*PROGRAM, "init"], env=environment, check=True, capture_output=True)
    database = Database(urls[0])
    began = time.perf_counter()
    killed_at = _killed_half_way(database, path, folder, environment)
    went_on = subprocess.run(
        [*PROGRAM, "import", "requests", str(path)],
        env=environment,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    assert "This file was begun before" in went_on.stderr, went_on.stderr
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    counts = _proven(database)
    floor = _floor(database, Database(urls[1]))
    database.dispose()
    return Figures(engine, seconds, killed_at, peak, floor, counts)


def _killed_half_way(
    database: Database, path: Path, folder: Path, environment: dict[str, str]
) -> int:
    """Import until half the rows are done, then kill the command outright."""
    command = [*PROGRAM, "import", "requests", str(path)]
    position = select(ImportJob.position, ImportJob.total)
    with subprocess.Popen(
        command, env=environment, cwd=folder, stderr=subprocess.DEVNULL
    ) as importing:
        while importing.poll() is None:
            with database.reading() as session:
                row = session.execute(position).first()
            if row and row.position >= row.total // 2:
                importing.send_signal(signal.SIGKILL)
                break
            time.sleep(0.2)
    with database.reading() as session:
        return session.execute(position).one().position


def _proven(database: Database) -> dict[str, int]:
    """Count what is there against what the job says, and the references against each other."""
    with database.reading() as session:
        job = session.scalars(select(ImportJob)).one()
        reference = CitizenRequest.outside_reference
        recorded = session.scalar(select(func.count(CitizenRequest.id)))
        distinct = session.scalar(select(func.count(func.distinct(reference))))
        events = session.scalar(select(func.count(RequestEvent.id)))
        refused = session.scalar(select(func.count(ImportRefusal.id)))
        assert job.position == job.total
        assert job.imported == recorded == distinct == events
        assert job.refused == refused
        return {"imported": job.imported, "skipped": job.skipped, "refused": job.refused}


def _floor(source: Database, floor: Database) -> float:
    """Write the very same rows by the driver alone; return rows a second of the first of them."""
    migrations.upgrade(floor)
    with source.reading() as session, floor.transaction() as there:
        for table in (table_of(Staff), table_of(Centre)):
            found = [dict(row) for row in session.execute(select(table)).mappings()]
            there.execute(insert(table), found)
    seconds, written, last = 0.0, 0, 0
    with source.reading() as session:
        reader: Any = session.connection().connection.cursor()
        while True:
            batches = [
                _raw(reader, model, last, source) for model in (CitizenRequest, RequestEvent)
            ]
            if not batches[0][1] or written >= _FLOOR_ROWS:
                return written / seconds
            written += len(batches[0][1])
            last = max(row[0] for row in batches[0][1])
            began = time.perf_counter()
            with floor.transaction() as there:
                writer: Any = there.connection().connection.cursor()
                for statement, found in batches:
                    writer.executemany(statement, found)
            seconds += time.perf_counter() - began


def _raw(reader: Any, model: type[Base], last: int, of: Database) -> tuple[str, list[Any]]:
    """Return the statement that writes some rows of a table, and the rows as the driver has them.

    Requests and their events were written in one order, so their ids go side by side.
    """
    table = table_of(model)
    names = [column.name for column in table.c]
    mark = "?" if of.embedded else "%s"
    columns = ", ".join(f'"{name}"' for name in names)
    reader.execute(
        f"SELECT {columns} FROM {table.name} WHERE id > {last} ORDER BY id LIMIT {SLICE_ROWS}"  # noqa: S608
    )
    marks = ", ".join(mark for _ in names)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", reader.fetchall()  # noqa: S608


def main() -> None:
    """Make the file, measure each engine, print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    names = sys.argv[2:] or ["embedded", "server"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(chain([HEADINGS], rows(count)))
        print(f"{count:,} rows, {path.stat().st_size // 1_000_000} MB")  # noqa: T201 - its purpose
        with _engines(folder, names) as urls:
            for engine, pair in urls.items():
                print(_measure(engine, pair, path, folder / engine), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
