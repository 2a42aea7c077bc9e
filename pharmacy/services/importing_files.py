"""Files to import, kept below the instance folder until their last row is done.

A file is known by the SHA-256 of what was brought, whatever its name. What is kept is a CSV: a
workbook is read once, when it comes, so that every later slice costs only its own rows. What kind
a file is, its first bytes say; its name says nothing.
"""

import csv
import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pharmacy.errors import ImportRefused, ImportUnreadable
from pharmacy.services.importing_rows import measured, opened

FOLDER = "imports"
"""The folder of files to import, in the instance folder."""
_BLOCK = 1024 * 1024
_ZIP, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What a workbook may come to when it is unpacked; a small file can hold very much of nothing.
_UNPACKED_MOST = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that was brought: its fingerprint, where it lies, its headings, its rows."""

    sha256: str
    stored_as: str
    headings: list[str]
    length: int


def keep(source: IO[bytes], folder: Path, *, rows_most: int | None = None) -> KeptFile:
    """Keep a file to be imported; the same file brought again is the same file.

    Args:
        source: Its content.
        folder: Where such files lie; made when it is not there.
        rows_most: The most rows that are taken.

    Raises:
        ImportUnreadable: It is neither a CSV in UTF-8 nor a workbook, or has no headings.
        ImportRefused: It has more rows, or unpacks to more than any list.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as name:
        brought = Path(name) / "brought"
        sha256 = _copied(source, brought)
        kind = _kind(brought)
        brought = brought.rename(brought.with_suffix(kind))
        ready = brought if kind == ".csv" else _as_csv(brought, Path(name) / "ready.csv")
        headings, length = measured(ready)
        if rows_most is not None and length > rows_most:
            raise ImportRefused(reason="too_many_rows")
        stored_as = f"{sha256}.csv"
        ready.replace(folder / stored_as)
    return KeptFile(sha256=sha256, stored_as=stored_as, headings=headings, length=length)


def discard(folder: Path, stored_as: str) -> None:
    """Remove a file that nobody goes on with."""
    (folder / stored_as).unlink(missing_ok=True)


def _copied(source: IO[bytes], to: Path) -> str:
    digest = hashlib.sha256()
    with to.open("xb") as file:
        to.chmod(0o600)
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _kind(path: Path) -> str:
    """Return the ending that a file should have, by its content."""
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if head.startswith(_ZIP):
        return _kind_of_archive(path)
    if head.startswith(_OLD_WORKBOOK):
        return ".xls"
    if b"\0" in head:
        raise ImportUnreadable(reason="neither CSV nor a workbook")
    return ".csv"


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if sum(part.file_size for part in archive.infolist()) > _UNPACKED_MOST:
                raise ImportRefused(reason="too_big")
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ImportUnreadable(reason=type(error).__name__) from error
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if {"mimetype", "content.xml"} <= names:
        return ".ods"
    raise ImportUnreadable(reason="an archive that is no workbook")


def _as_csv(workbook: Path, to: Path) -> Path:
    with opened(workbook) as lines, to.open("x", encoding="utf-8", newline="") as file:
        to.chmod(0o600)
        # A row without any cell would be read back as no row at all.
        csv.writer(file).writerows(cells or [""] for cells in lines)
        file.flush()
        os.fsync(file.fileno())
    return to
