"""`make bench`: dispensing over HTTP beside a bare floor, with one client and with eight.

The house is served as `pharmacy serve` serves it: waitress, the embedded engine synced in full,
signed-in sessions, the counter's own F9 over a draft of three lines. Every client is a process of
its own. Medians, the slowest hundredth, throughput and the server's own processor time are printed
with their ratios; afterwards the house's ledger is verified.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from pharmacy.db import Database, embedded_url
from pharmacy.models import Voucher
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.verify import verify
from tests.bench.ground import KEY, PASSWORD, UNITS, Ground, lay

PER_SECOND = 1_500
PAGES = {"house": "/counter", "floor": "/"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run showed: milliseconds, dispensings a second, processor ms for each."""

    which: str
    clients: int
    done: int
    wrong: int
    median: float
    slowest: float
    rate: float
    processor: float | None


def processor_seconds(pid: int) -> float | None:
    """Return the processor time of a process so far, where the machine tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(which: str, clients: int, seconds: float, ground: Ground, file: Path) -> Outcome:
    """Serve one application on a database of its own and let the clients fall upon it."""
    command = [sys.executable, "-m", "tests.bench.serving", which, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            started = [
                _client(which, port, seconds=seconds, ground=ground, orders=orders)
                for orders in _shares(ground, clients)
            ]
            before, begun = processor_seconds(server.pid), time.perf_counter()
            for client in started:
                assert client.stdin is not None
                client.stdin.write("go\n")
                client.stdin.flush()
            answers = [json.loads(client.communicate()[0]) for client in started]
            lasted, after = time.perf_counter() - begun, processor_seconds(server.pid)
        finally:
            server.terminate()
    times = sorted(1_000 * seconds for answer in answers for seconds in answer["times"])
    used = None if before is None or after is None else 1_000 * (after - before) / len(times)
    return Outcome(
        which=which,
        clients=clients,
        done=len(times),
        wrong=sum(answer["wrong"] for answer in answers),
        median=statistics.median(times),
        slowest=times[int(0.99 * (len(times) - 1))],
        rate=len(times) / lasted,
        processor=used,
    )


def _shares(ground: Ground, clients: int) -> list[list[tuple[int, tuple[int, ...]]]]:
    """Deal the people out; the first stays behind for the page with the form."""
    return [ground.orders[1 + number :: clients] for number in range(clients)]


def _client(
    which: str,
    port: int,
    *,
    seconds: float,
    ground: Ground,
    orders: list[tuple[int, tuple[int, ...]]],
) -> subprocess.Popen[str]:
    """Start a client and wait until it has signed in: together they would look like a guesser."""
    asked = {
        "port": port,
        "seconds": seconds,
        "username": ground.username,
        "password": PASSWORD,
        "page": PAGES[which],
        "drafts": which == "house",
        "units": str(UNITS),
        "orders": orders,
    }
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(json.dumps(asked) + "\n")
    client.stdin.flush()
    assert client.stdout.readline() == "ready\n"
    return client


def check(file: Path, outcome: Outcome) -> None:
    """Refuse figures of a house whose ledger does not hold what was answered, or is not right."""
    database = Database(embedded_url(file), seal_key=KEY)
    with database.reading() as session:
        posted = session.scalar(select(func.count()).where(Voucher.kind == VoucherKind.DISPENSING))
        faults = [found.name for found in verify(session, KEY) if not found.ok]
    database.dispose()
    assert (outcome.wrong, posted, faults) == (0, outcome.done, []), (outcome, posted, faults)


def show(outcomes: list[Outcome]) -> None:
    """Print a line for each run and the ratios to the floor beneath each pair."""
    sys.stdout.write("who    clients  done   p50 ms   p99 ms    per s  server CPU ms\n")
    for one in outcomes:
        used = "-" if one.processor is None else f"{one.processor:.2f}"
        sys.stdout.write(
            f"{one.which:6} {one.clients:7} {one.done:5} {one.median:8.2f} {one.slowest:8.2f}"
            f" {one.rate:8.0f} {used:>14}\n"
        )
    for floor, house in zip(outcomes[::2], outcomes[1::2], strict=True):
        used = ""
        if floor.processor and house.processor:
            used = f", server CPU {house.processor / floor.processor:.2f} times"
        sys.stdout.write(
            f"{house.clients} client(s): {house.rate / floor.rate:.2f} of the floor's throughput,"
            f" median {house.median / floor.median:.2f} times{used}\n"
        )


def bench(*, seconds: float, clients: list[int], people: int) -> list[Outcome]:
    """Run the floor and the house with each number of clients, each on a fresh copy."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="pharmacy-bench-") as folder:
        template = Path(folder) / "template.db"
        ground = lay(embedded_url(template), people)
        for number in clients:
            for which in ("floor", "house"):
                file = Path(folder) / which / f"{number}.db"
                file.parent.mkdir(exist_ok=True)
                shutil.copy(template, file)
                outcomes.append(run(which, number, seconds, ground, file))
                if which == "house":
                    check(file, outcomes[-1])
    return outcomes


def main() -> None:
    """Read the words of the command line and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--smoke", action="store_true", help="half a second, to see that it runs")
    asked = parser.parse_args()
    seconds = 0.5 if asked.smoke else asked.seconds
    people = int(PER_SECOND * seconds) + 100
    show(bench(seconds=seconds, clients=asked.clients, people=people))


if __name__ == "__main__":
    main()
