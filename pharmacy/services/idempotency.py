"""Calls of other programs that come twice: the first answer is kept and given again.

The key is claimed first of all, in the transaction that does the work. Of two calls at once the
second waits there, and then finds the answer of the first; a refusal leaves no trace, so that the
same key may be tried again.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.orm import Session

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import SubmissionConflict
from pharmacy.models import IdempotencyKey

KEPT = timedelta(days=30)
"""How long an answer is given again; a document's own id keeps it from being posted twice after."""
_UNANSWERED = 0
_key = table_of(IdempotencyKey)
_OWN = (_key.c.staff_id == bindparam("staff"), _key.c.key == bindparam("asked"))
_FIND = select(_key.c.digest, _key.c.status, _key.c.location, _key.c.answer).where(*_OWN)
_KEEP = (
    update(_key)
    .where(*_OWN)
    .values(status=bindparam("said"), location=bindparam("at_place"), answer=bindparam("text"))
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given: its status, where the thing stands ("" for none), its JSON."""

    status: int
    location: str
    text: str

    @property
    def said(self) -> dict[str, object]:
        """What was answered."""
        found: dict[str, object] = json.loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that a program gave to a call, and the fingerprint of what it asked for."""

    staff_id: int
    key: str
    digest: str


def claim(session: Session, asked: Claim, *, now: datetime) -> Answer | None:
    """Claim a key for this transaction, or return the answer that its first call got.

    Raises:
        SubmissionConflict: The key came before with other content.
    """
    row = {
        "staff_id": asked.staff_id,
        "key": asked.key,
        "digest": asked.digest,
        "status": _UNANSWERED,
        "location": "",
        "answer": "",
        "at": now,
    }
    add_if_absent(session, _key, row)
    keys = {"staff": asked.staff_id, "asked": asked.key}
    found = session.connection().execute(_FIND, keys).one()
    if found.digest != asked.digest:
        raise SubmissionConflict(submission_id=asked.key)
    if found.status == _UNANSWERED:
        return None
    return Answer(found.status, found.location, found.answer)


def keep(session: Session, asked: Claim, answer: Answer) -> None:
    """Keep the answer to a claimed key."""
    row = {"staff": asked.staff_id, "asked": asked.key}
    said = {"said": answer.status, "at_place": answer.location, "text": answer.text}
    session.connection().execute(_KEEP, {**row, **said})


def forget(session: Session, *, now: datetime) -> int:
    """Forget the answers that were kept long enough; return how many."""
    gone = session.connection().execute(delete(_key).where(_key.c.at < now - KEPT))
    assert isinstance(gone, CursorResult)
    return gone.rowcount
