"""A real Chromium in front of the real server; console errors and other hosts fail a test."""

import logging
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import close_all

from pharmacy.db import Database
from tests.browser.till import PRINTER, Till, sign_in, stocked_day
from tests.web.fixtures import app, settings

__all__ = ["app", "settings"]

NAMED = "TEST_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PHARMACY = (sys.executable, "-c", "from pharmacy.cli import main; main()")
PATIENCE = 30_000.0
"""Milliseconds after which a page that does not come to the state waited for has failed."""
COUNTER: ViewportSize = {"width": 1366, "height": 768}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this room as one that needs a browser."""
    room = Path(__file__).parent
    for item in items:
        if room in item.path.parents:
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str:
    """Return the browser's program; its absence is a failure, never a skip."""
    found = os.environ.get(NAMED) or next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert found, (
        "the browser tests need Chromium (on Debian: apt-get install chromium fonts-dejavu-core);"
        f" if it stands elsewhere, name it in {NAMED}"
    )
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once for each process of the run."""
    found = find_chromium()
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    # As root its sandbox cannot be set up; the pages it opens are our own.
    bare = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*quiet, *bare])
        yield browser
        browser.close()


class Errors(logging.Handler):
    """Keeps the errors that a server logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.said.append(self.format(record))


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address of the application, served by the server it is delivered with."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    assert isinstance(server, BaseWSGIServer)
    log, errors = logging.getLogger("pharmacy"), Errors()
    log.addHandler(errors)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: close_all(server._map, ignore_all=True))  # noqa: SLF001 - its loop ends when nothing is open
    thread.join()
    server.task_dispatcher.shutdown()
    log.removeHandler(errors)
    assert errors.said == []


@pytest.fixture
def forgiven() -> list[str]:
    """Parts of console messages that a test brings about itself; it adds them here."""
    return []


@pytest.fixture
def tab(chromium: Browser, served: str, forgiven: list[str]) -> Iterator[Page]:
    """A fresh window at the counter, in Arabic; at the end nothing may have gone wrong in it."""
    context = chromium.new_context(base_url=served, locale="ar-EG", viewport=COUNTER)
    context.add_init_script(PRINTER)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        address = urlsplit(asked.url)
        if address.scheme.startswith("http") and address.netloc != urlsplit(served).netloc:
            faults.append(f"asked another host: {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", request)
    yield page
    context.close()
    assert [fault for fault in faults if not any(one in fault for one in forgiven)] == []


@pytest.fixture
def till(tab: Page, database: Database, forgiven: list[str]) -> Till:
    """A pharmacist at the idle counter, with three medicines on the shelf."""
    # A refusal is an answer, though the browser calls it an error.
    forgiven.extend(f"status of {status}" for status in (401, 404, 409, 422))
    day, medicines = stocked_day(database)
    sign_in(tab)
    tab.wait_for_url("**/counter")
    return Till(tab, database, day, medicines)


SERVING = re.compile(r"Serving (http://127.0.0.1:\d+)/ ")
"""What the program says when it listens, and where: it was told to take a free port itself, for
one looked up here may be somebody else's by then."""


def surroundings() -> dict[str, str]:
    """This process's environment without settings of ours; the sources stay importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PHARMACY_")}
    return kept | {"PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A served demonstration in an empty folder, and that folder; made once for each process."""
    folder = tmp_path_factory.mktemp("empty")
    process = subprocess.Popen(
        [*PHARMACY, "demo", "--port", "0"],
        cwd=folder,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    serving = threading.Event()

    def listen() -> None:
        """Keep what it says: an unread pipe would fill up and stop it."""
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if SERVING.search(line):
                serving.set()
        serving.set()

    listener = threading.Thread(target=listen)
    listener.start()
    serving.wait()
    assert process.poll() is None, "".join(said)
    found = SERVING.search("".join(said))
    assert found, "".join(said)
    yield found[1], folder
    process.terminate()
    process.wait(timeout=30)
    listener.join()
    assert process.stderr is not None
    process.stderr.close()
    # An error is logged as its reference, the method and the view, with what went wrong below.
    faults = [line for line in said if re.search(r"Traceback|^\S+ (GET|POST) ", line)]
    assert faults == [], "".join(said)
