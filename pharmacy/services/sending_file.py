"""The sender of a fresh house: each message becomes a file, and nothing leaves the machine."""

import os
from datetime import datetime
from pathlib import Path

from pharmacy.services.sending import SENT, Outcome, Outgoing, failed


class FileSender:
    """Writes one file per message below a folder; sent again, it is the same file.

    Args:
        folder: Made when the first message comes; only its owner reads it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:
        """Write the message, whole or not at all."""
        lines = [
            f"id: {message.message_id}",
            f"to: {message.recipient}",
            f"at: {now.isoformat(timespec='seconds')}",
            *([f"subject: {message.subject}"] if message.subject else []),
            "",
            message.body,
            "",
        ]
        target = self._folder / message.kind.value / f"{_file_name(message.message_id)}.txt"
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("\n".join(lines))
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            return failed(error.strerror or error, unreachable=True)
        return SENT


def _file_name(message_id: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in message_id)
