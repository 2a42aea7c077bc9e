"""The wheel, built and installed elsewhere with its dependencies, is a working pharmacy."""

import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from pharmacy.db import Database, embedded_url
from pharmacy.models.place import Site
from pharmacy.models.voucher import Voucher
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.voucher_number import label
from tests.house.sources import ROOT

pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path, **more: str) -> str:
    """Run a program as a newcomer's shell would, without anything of this checkout."""
    kept = {
        name: os.environ[name] for name in os.environ if not name.startswith(("PHARMACY", "PY"))
    }
    kept = {name: value for name, value in kept.items() if name != "VIRTUAL_ENV"}
    answer = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**kept, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert answer.returncode == 0, f"{words}:\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    run(sys.executable, *build, ROOT, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    programs = home / "venv" / "bin"
    constraints = ("--constraint", ROOT / "constraints.txt")
    run(programs / "python", "-m", "pip", "-qq", "install", *constraints, wheel, cwd=home)
    return programs


def a_dispensing(url: str) -> str:
    """The number of the first dispensing in a database, as it is written."""
    database = Database(url)
    with database.reading() as session:
        kind = VoucherKind.DISPENSING
        wanted = select(Site.code, Voucher.fiscal_year, Voucher.number).join_from(Voucher, Site)
        row = session.execute(wanted.where(Voucher.kind == kind).order_by(Voucher.id)).first()
    database.dispose()
    assert row is not None
    return label(row.code, kind, row.fiscal_year, row.number)


def test_the_wheel_brings_what_is_not_python_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for ending in (".html", ".css", ".js", ".po", ".csv", "migrations/script.py.mako"):
        assert any(name.endswith(ending) for name in names), ending
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "pharmacy",
        "reports",
        "templates",
    }


def test_the_installed_program_makes_its_demonstration_and_prints_a_receipt(
    installed: Path, tmp_path: Path
) -> None:
    pharmacy = installed / "pharmacy"
    run(pharmacy, "demo", "--no-serve", cwd=tmp_path)
    run(pharmacy, "verify", cwd=tmp_path)
    number = a_dispensing(embedded_url(tmp_path / "instance" / "pharmacy.db"))
    run(pharmacy, "receipt", number, "-o", tmp_path / "receipt.pdf", cwd=tmp_path)
    (page,) = PdfReader(tmp_path / "receipt.pdf").pages
    assert number in unicodedata.normalize("NFKC", page.extract_text())
