"""The lines of a draft as plain values: kept before a change, put back when it is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pharmacy.models import CounterDraft, DraftLine
from pharmacy.services.draft_keeping import AnyLine

Row = Mapping[str, Any]
"""A line's values by column."""

_KEPT = (
    "uid",
    "approval_item_id",
    "owing_id",
    "drug_id",
    "quantity",
    "dose",
    "packs",
    "consented_by",
    "consented_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPack:
    """A pack scanned for a line: what its code said, the batch on file, the units a pack holds.

    `uid` names the scan, so that a scan sent twice is one pack.
    """

    uid: str
    gtin: str
    batch_id: int | None
    quantity: int
    lot: str = ""
    serial: str = ""


def packs_of(line: AnyLine) -> tuple[DraftPack, ...]:
    """Return the packs scanned for a line, in the order of scanning."""
    return tuple(DraftPack(**row) for row in _rows(line.packs.get("packs")))


def set_packs(line: DraftLine, packs: Sequence[DraftPack]) -> None:
    """Keep the packs scanned for a line."""
    line.packs = {"packs": [asdict(pack) for pack in packs]} if packs else {}


def rows_of(lines: Sequence[DraftLine]) -> list[Row]:
    """Return lines as plain values."""
    return [{name: getattr(line, name) for name in _KEPT} for line in lines]


def snapshot(draft: CounterDraft) -> dict[str, object]:
    """Return what one undo puts back: the lines, and the request they come from."""
    return {"request_id": draft.request_id, "lines": rows_of(draft.lines)}


def kept_rows(draft: CounterDraft) -> list[Row]:
    """Return the lines as they stood before the last change."""
    return _rows(draft.before.get("lines"))


def put_lines(draft: CounterDraft, rows: Sequence[Row]) -> None:
    """Make the lines of a draft these, in this order; a line that stays keeps its row."""
    there = {line.uid: line for line in draft.lines}
    wanted = {row["uid"] for row in rows}
    for line in list(draft.lines):
        if line.uid not in wanted:
            draft.lines.remove(line)
    for position, row in enumerate(rows, start=1):
        values = {**row, "consented_on": _day(row["consented_on"])}
        line = there.get(row["uid"]) or DraftLine(uid=row["uid"])
        for name, value in values.items():
            setattr(line, name, value)
        line.position = position
        if line.uid not in there:
            draft.lines.append(line)


def new_row(uid: str, drug_id: int, quantity: int, **facts: object) -> Row:
    """Return the values of a line; what is not said is empty."""
    return {
        "uid": uid,
        "approval_item_id": None,
        "owing_id": None,
        "drug_id": drug_id,
        "quantity": quantity,
        "dose": "",
        "packs": {},
        "consented_by": "",
        "consented_on": None,
        **facts,
    }


def _day(value: object) -> date | None:
    # JSON knows no days.
    return date.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


def _rows(found: object) -> list[Row]:
    return list(found) if isinstance(found, list) else []
