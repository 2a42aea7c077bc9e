"""The seal of a voucher: a keyed hash over the one before it and the voucher's own content.

The content is a list in fixed order of whole numbers and text (dates in ISO form, moments in UTC),
written as JSON without spaces, with a version in front. Vouchers are chained by the site's
sequence, never by the clock. A batch is named by its id and, so that its own row is protected too,
by drug, fund, lot and expiry; a batch that the voucher itself opens has no id yet and is named 0.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum

CONTENT_VERSION = 1
FIRST_SEAL = "0" * 64

Atom = int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContent:
    """All of a voucher that its seal protects.

    Attributes:
        movements: (line, batch or 0, drug, fund, lot, expiry, quantity, value, undone movement).
        postings: (line, account, fund, amount, undone posting).
        particulars: Whatever else belongs to the kind: for a dispensing its head and lines.
    """

    site_id: int
    kind: str
    fiscal_year: int
    number: int
    sequence: int
    business_date: date
    posted_at: datetime
    posted_by: int
    submission_id: str
    reverses_id: int | None
    request_id: int | None
    supplier_id: int | None
    document_reference: str
    reason: str
    note: str
    movements: Sequence[tuple[Atom, ...]]
    postings: Sequence[tuple[Atom, ...]]
    particulars: Sequence[tuple[Atom, ...]] = field(default=())


def canonical(content: SealedContent) -> bytes:
    """Return the content in the one form that is sealed."""
    head: list[Atom] = [
        content.site_id,
        content.kind,
        content.fiscal_year,
        content.number,
        content.sequence,
        content.business_date.isoformat(),
        content.posted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        content.posted_by,
        content.submission_id,
        content.reverses_id,
        content.request_id,
        content.supplier_id,
        content.document_reference,
        content.reason,
        content.note,
    ]
    parts = [
        CONTENT_VERSION,
        head,
        [list(row) for row in content.movements],
        [list(row) for row in content.postings],
        [list(row) for row in content.particulars],
    ]
    return json.dumps(parts, separators=(",", ":"), ensure_ascii=True).encode()


def seal(key: bytes, previous: str, content: SealedContent) -> str:
    """Return the seal (64 hexadecimal digits) that binds the content to the seal before it."""
    message = previous.encode() + b"|" + canonical(content)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def record_seal(
    key: bytes, previous: str, sequence: int, noun: str, values: Sequence[object]
) -> str:
    """Return the seal of a record that belongs to no voucher, bound to the seal before it.

    Args:
        key: The seal key.
        previous: The seal of the record before.
        sequence: The record's place in the chain.
        noun: Its table.
        values: All that its row holds, in the order of the columns.
    """
    content = [sequence, noun, [atom(value) for value in values]]
    written = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, f"{previous}|{written}".encode(), hashlib.sha256).hexdigest()


def end_seal(key: bytes, sequence: int, last: str) -> str:
    """Return the seal of a chain's end, so that nobody without the key ends it earlier."""
    return hmac.new(key, f"end|{sequence}|{last}".encode(), hashlib.sha256).hexdigest()


def atom(value: object) -> Atom:
    """Return a value as it is sealed: whole numbers, text, ISO days, moments in UTC, words."""
    if type(value) is int or type(value) is str or value is None:  # most are
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    assert value is None or isinstance(value, int | str), "a seal holds whole numbers and text"
    return value
