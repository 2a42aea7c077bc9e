"""What every test may ask for: a fresh database on each of the two engines.

A test that takes `database` runs twice, once on the embedded engine (a file) and once on a real
server; `--engine embedded` or `--engine server` keeps to one of them. Each engine is migrated once
a run and copied for each test. The processes of one run share one folder and one server, which the
first process to come removes when it leaves.
"""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pharmacy import migrations
from pharmacy.db import Database, embedded_url
from tests.compiling import compile_once
from tests.postgres import NoServer, Server

ENGINES = ("embedded", "server")
TEMPLATE = "template_pharmacy"
SEAL_KEY = b"the seal key of every test, 32 b"
_MEMORY, _DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108 - a folder of its own is made in it
_ROOM = 1 << 30
"""Bytes that must be free in memory before the run works there; it needs some hundred million."""
_PREFIX = "pharmacy-tests-"
_FOLDER = pytest.StashKey[Path]()
_OWN = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=(*ENGINES, "both"), default="both")


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("folder")
    config.stash[_OWN] = given is None
    if given is None:
        for place in (_MEMORY, _DISK):
            sweep(place)
        place = _place()
        # The folders of single tests follow, those of the worker processes and of the browser too.
        os.environ.setdefault("TMPDIR", str(place))
        tempfile.tempdir = None
        # Straight below the place: a socket's path is short, and any account may pass.
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        folder.chmod(0o755)
        (folder / "owner").write_text(str(os.getpid()))
    config.stash[_FOLDER] = Path(given) if given else folder


def _place() -> Path:
    """Return where the run works: in memory where there is room and programs may be started.

    A database of the server is 850 files; on a disk their making takes thirty times as long.
    """
    try:
        state = os.statvfs(_MEMORY)
    except OSError:
        return _DISK
    roomy = state.f_bavail * state.f_frsize >= _ROOM and not state.f_flag & os.ST_NOEXEC
    return _MEMORY if roomy and os.access(_MEMORY, os.W_OK) else _DISK


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker process which folder this run shares."""
    node.workerinput["folder"] = str(node.config.stash[_FOLDER])  # type: ignore[attr-defined]  # xdist has no types


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_OWN, False):  # absent when the run stopped before it began
        _remove(config.stash[_FOLDER])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--engine")
    if wanted == "both":
        return
    unwanted = [item for item in items if _engine_of(item) not in {wanted, None}]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in unwanted]


def _engine_of(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    return call.params.get("engine_name") if call else None


def sweep(place: Path) -> None:
    """Remove what a run left behind that was killed before it could tidy up."""
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            os.kill(int((folder / "owner").read_text()), 0)
        except ProcessLookupError:
            _remove(folder)
        except (OSError, ValueError):
            continue  # another user's, or being made or removed this moment


def _remove(folder: Path) -> None:
    # A server that will not stop must not stop the tests: it holds nothing anybody needs.
    with suppress(NoServer):
        Server(folder / "server").stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the other processes of this run out while the block runs."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    database = Database(url, seal_key=SEAL_KEY)
    migrations.upgrade(database)
    database.dispose()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Each test has its own engine and application; what they compile is the same for all."""
    with pytest.MonkeyPatch.context() as patch:
        compile_once(patch)
        yield


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """The folder that the processes of this run share."""
    return pytestconfig.stash[_FOLDER]


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Server:
    """The run's one PostgreSQL server, started by whoever asks first."""
    server = Server(run_folder / "server")
    with _alone(run_folder):
        if not server.running:
            server.start()
    return server


@pytest.fixture(scope="session")
def embedded_template(run_folder: Path) -> Path:
    """A migrated file to copy."""
    template, making = run_folder / "template.db", run_folder / "making.db"
    with _alone(run_folder):
        if not template.exists():
            _migrate(embedded_url(making))
            making.rename(template)
    return template


@pytest.fixture(scope="session")
def server_template(run_folder: Path, server: Server) -> str:
    """The name of a migrated database to copy."""
    made = run_folder / "template-made"
    with _alone(run_folder):
        if not made.exists():
            server.create(TEMPLATE)
            _migrate(server.url(TEMPLATE))
            made.touch()
    return TEMPLATE


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """One of the two engines; a test that asks, even through another fixture, runs on both."""
    name: str = request.param
    return name


MakeUrl = Callable[[], str]


@pytest.fixture
def new_empty_url(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[MakeUrl]:
    """Addresses of fresh databases without any table, as many as the test asks for."""
    if engine_name == "embedded":
        yield lambda: embedded_url(tmp_path / f"{uuid.uuid4().hex}.db")
    else:
        yield from _server_urls(request.getfixturevalue("server"), template="template0")


@pytest.fixture
def new_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakeUrl]:
    """Addresses of fresh, migrated databases, as many as the test asks for."""
    if engine_name == "embedded":
        template: Path = request.getfixturevalue("embedded_template")

        def copied() -> str:
            return embedded_url(Path(shutil.copy(template, tmp_path / f"{uuid.uuid4().hex}.db")))

        yield copied
    else:
        name = request.getfixturevalue("server_template")
        yield from _server_urls(request.getfixturevalue("server"), template=name)


def _server_urls(server: Server, *, template: str) -> Iterator[MakeUrl]:
    names: list[str] = []

    def made() -> str:
        names.append(f"t{uuid.uuid4().hex}")
        server.create(names[-1], template=template)
        return server.url(names[-1])

    yield made
    for name in names:
        server.drop(name)


@contextmanager
def standing_database(
    engine: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Database]:
    """Give a migrated database that outlives one test, for a file whose tests only read it."""
    if engine == "embedded":
        template: Path = request.getfixturevalue("embedded_template")
        urls = iter([embedded_url(Path(shutil.copy(template, folder / "standing.db")))])
    else:
        name = request.getfixturevalue("server_template")
        makers = _server_urls(request.getfixturevalue("server"), template=name)
        urls = (make() for make in makers)
    database = Database(next(urls), seal_key=SEAL_KEY)
    yield database
    database.dispose()
    next(urls, None)  # the server drops its own


@pytest.fixture
def database_url(new_url: MakeUrl) -> str:
    """The address of this test's own migrated database."""
    return new_url()


@pytest.fixture
def empty_database(new_empty_url: MakeUrl) -> Iterator[Database]:
    """A database without any table, for the tests of the migrations themselves."""
    database = Database(new_empty_url(), seal_key=SEAL_KEY)
    yield database
    database.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """This test's own migrated database, empty but for what the migrations put there."""
    database = Database(database_url, seal_key=SEAL_KEY)
    yield database
    database.dispose()
