"""Searching among 730,000 requests, both engines, in the service and over HTTP, beside a floor.

    python -m tests.bench.searching [--file FILE] [--looks 60] [--smoke]

The published years are rebuilt in a file (kept when named) and copied to a server that the tests
start. Every kind of look-up is asked with other words each time; what is printed is the median and
the slowest hundredth, in milliseconds. The floor is one raw statement by the number.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import Beneficiary, CitizenRequest, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role
from pharmacy.services.beheira_scale import PUBLISHED, Scale
from pharmacy.services.passwords import Passwords
from pharmacy.services.request_inbox import page
from pharmacy.services.request_list import RequestQuery
from tests.bench.client import Visitor
from tests.bench.filling import copy_to_server, fill_file
from tests.bench.ground import COST, PASSWORD
from tests.bench.looking_up import by_number
from tests.postgres import Server
from tests.web.people import staff_member

NAME = "bench"
SMOKE = replace(
    PUBLISHED,
    centre_requests=3_000,
    portal=200,
    social_media=100,
    sawtak_masmou=20,
    meetings=3,
    meeting_complaints=60,
    beneficiaries=60,
    dispensed=20_000_000,
    special_cases=2,
)
Times = dict[tuple[str, str], list[float]]


def kinds(database: Database, looks: int) -> Mapping[str, Sequence[str]]:
    """Return what is asked for, by kind: so many texts of each, from all over the years."""
    chance = Random(730)
    request = CitizenRequest
    with database.reading() as session:
        last = session.scalar(select(request.id).order_by(request.id.desc()).limit(1)) or 0
        ids = chance.sample(range(1, last + 1), min(last, 20 * looks))
        columns = (request.number, request.citizen_name, request.asked_for, request.search_text)
        rows = session.execute(select(*columns).where(request.id.in_(ids))).all()
        references = session.scalars(
            select(request.outside_reference)
            .where(request.outside_reference.is_not(None))
            .limit(looks)
        ).all()
        people = session.execute(
            select(Beneficiary.identity_number, Beneficiary.phone)
            .where(Beneficiary.phone.is_not(None), Beneficiary.identity_number.is_not(None))
            .limit(looks)
        ).all()
    names = [row.citizen_name for row in rows if len(row.citizen_name.split()) > 1]
    words = Counter(word for name in names for word in name.split())
    common = [word for word, _ in words.most_common(10)]
    wishes = [" ".join(row.asked_for.split()[:3]) for row in rows]
    found = {
        "number": [row.number for row in rows],
        "outside reference": [text for text in references if text],
        "national ID": [person.identity_number or "" for person in people],
        "phone": [person.phone or "" for person in people],
        "whole name": names,
        "common name": common,
        "two parts, turned": [" ".join(reversed(name.split()[:2])) for name in names],
        "two common parts": [
            f"{one} {other}" for one in common for other in common if one != other
        ],
        "beginnings": [" ".join(word[:3] for word in name.split()) for name in names],
        "free text": wishes,
        "nothing like it": [f"{name} زرافة" for name in common],
        "no text": [""],
    }
    return {kind: [of[number % len(of)] for number in range(looks)] for kind, of in found.items()}


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    begun = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begun)


def in_service(database: Database, asked: Mapping[str, Sequence[str]], times: Times) -> None:
    """Ask the service, in this process."""
    actor, today = Actor(1, "bench", Role.MANAGER), PUBLISHED.last_day

    def look(text: str) -> None:
        with database.reading() as session:
            query = RequestQuery(text=text)
            page(session, query, place=None, size=50, actor=actor, today=today)

    for number in asked["number"]:
        times["the floor", "service"].append(timed(lambda n=number: by_number(database, n)))  # type: ignore[misc]  # a lambda's default has no type
    for kind, texts in asked.items():
        look(texts[0])
        for text in texts:
            times[kind, "service"].append(timed(lambda t=text: look(t)))  # type: ignore[misc]


def over_http(
    which: str, url: str, folder: Path, asked: Mapping[str, Sequence[str]], times: Times
) -> None:
    """Ask the pages, one client, a connection that stays."""
    command = [sys.executable, "-m", "tests.bench.looking_up", which, url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            with closing(Visitor(int(server.stdout.readline()))) as visitor:
                _look_at_pages(visitor, asked, times)
        finally:
            server.terminate()


def _look_at_pages(visitor: Visitor, asked: Mapping[str, Sequence[str]], times: Times) -> None:
    visitor.ask("GET", "/login")
    named = [("username", NAME), ("password", PASSWORD)]
    visitor.ask("POST", "/login", [("csrf_token", visitor.token()), *named])
    for kind, texts in asked.items():
        for text in texts:
            path = "/requests?" + urlencode({"q": text})
            begun = time.perf_counter()
            status = visitor.ask("GET", path)
            times[kind, "page"].append(1_000 * (time.perf_counter() - begun))
            assert status == 200, (kind, text, status)


def measure(database: Database, folder: Path, looks: int) -> Times:
    """Return the times of one engine, by kind and by where it was asked."""
    asked = kinds(database, looks)
    times: Times = {
        (kind, where): [] for kind in ("the floor", *asked) for where in ("service", "page")
    }
    in_service(database, asked, times)
    floor: Times = {("number", "page"): []}
    over_http("floor", database.url, folder, {"number": asked["number"]}, floor)
    times["the floor", "page"] = floor["number", "page"]
    over_http("house", database.url, folder, asked, times)
    return times


def show(engines: Mapping[str, Times]) -> None:
    """Print a table: a line for each kind, medians and slowest hundredths of both engines."""
    columns = [(engine, where) for engine in engines for where in ("service", "page")]
    heads = " | ".join(f"{engine}, {where}" for engine, where in columns)
    lines = [f"| p50 / p99 ms | {heads} |", "| --- |" + " --- |" * len(columns)]
    kinds_asked = dict.fromkeys(kind for times in engines.values() for kind, _ in times)
    for kind in kinds_asked:
        cells = []
        for engine, where in columns:
            of = sorted(engines[engine][kind, where])
            cells.append(f"{statistics.median(of):.1f} / {of[int(0.99 * (len(of) - 1))]:.1f}")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    sys.stdout.write("\n".join(lines) + "\n")


def bench(file: Path, folder: Path, *, scale: Scale, looks: int) -> dict[str, Times]:
    """Measure both engines on the same rows."""
    embedded = fill_file(file, scale)
    secret = Passwords(passes=COST.passes, memory=COST.memory, lanes=COST.lanes).hash(PASSWORD)
    with embedded.reading() as session:
        hired = session.scalar(select(Staff.id).where(Staff.username == NAME))
    if hired is None:
        staff_member(embedded, Role.MANAGER, username=NAME, password_hash=secret)
    engines = {"embedded": measure(embedded, folder, looks)}
    server = Server(folder / "server")
    server.start()
    try:
        server.create(NAME)
        copied = copy_to_server(embedded, server.url(NAME))
        engines["server"] = measure(copied, folder, looks)
        copied.dispose()
    finally:
        server.stop()
        embedded.dispose()
    return engines


def main() -> None:
    """Read the words of the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.searching", description=__doc__)
    parser.add_argument("--file", type=Path, help="where the rows are kept; made when not there")
    parser.add_argument("--looks", type=int, default=60, help="look-ups of each kind")
    parser.add_argument("--smoke", action="store_true", help="a few thousand requests")
    asked = parser.parse_args()
    scale, looks = (SMOKE, 5) if asked.smoke else (PUBLISHED, asked.looks)
    with tempfile.TemporaryDirectory(prefix="pharmacy-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        show(bench(asked.file or folder / "bench.db", folder, scale=scale, looks=looks))


if __name__ == "__main__":
    main()
