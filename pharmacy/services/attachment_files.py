"""The files of attachments: below the instance folder, under names of ours, whole or not there.

A file is written before its row and removed after it, so that a row never lacks its file; what a
crash leaves without a row is an orphan, which `pharmacy nightly` sweeps.
"""

import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path

from pharmacy.errors import NotFound

_NAME_BYTES = 16
_ORPHAN_SECONDS = 24 * 3600


class AttachmentFolder:
    """Where the files are; `stored_as` is a path below it that nobody outside chooses."""

    def __init__(self, instance: Path) -> None:
        self.root = instance / "attachments"

    def put(self, content: bytes) -> str:
        """Write a file durably under a new name; return the name."""
        name = secrets.token_hex(_NAME_BYTES)
        stored_as = f"{name[:2]}/{name}"
        path = self.root / stored_as
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = path.with_suffix(".part")
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        making.rename(path)
        return stored_as

    def read(self, stored_as: str) -> bytes:
        """Return a file.

        Raises:
            NotFound: It is gone.
        """
        try:
            return (self.root / stored_as).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(noun="attachment", key=stored_as) from error

    def remove(self, stored_as: str) -> None:
        """Remove a file; one that is gone already is no matter."""
        (self.root / stored_as).unlink(missing_ok=True)

    def orphans(self, known: Collection[str], *, now: float) -> Iterator[str]:
        """Give files of a day ago and more that no row knows; `now` in seconds of the clock."""
        for path in self.root.glob("*/*"):
            stored_as = f"{path.parent.name}/{path.name}"
            if stored_as not in known and now - path.stat().st_mtime > _ORPHAN_SECONDS:
                yield stored_as
