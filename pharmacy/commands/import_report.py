"""The file in which an import lists its rows with a remark, in Arabic and English."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from pharmacy.services.importing import NoteCode, Verdict
from pharmacy.web.import_words import remark_headings, remark_row


class Report:
    """The file of rows with a remark; it is made with the first of them.

    Args:
        path: Where it will lie.
        headings: Of the file that is imported.
    """

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._path = path
        self._headings = headings
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> bool:
        """Whether any row was listed."""
        return self._file is not None

    def note(self, verdict: Verdict) -> None:
        """List a row unless there is nothing to be said of it."""
        codes = {note.code for note in verdict.notes}
        if verdict.refusal is None and codes <= {NoteCode.UNCHANGED}:
            return
        if self._file is None:
            # With a byte order mark, so that a spreadsheet opens it in Arabic.
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(remark_headings(self._headings))
        csv.writer(self._file).writerow(remark_row(verdict))
