"""Checks of the records that belong to no voucher: each has its seal, and their chain holds.

Written a second time here, as the seals of vouchers are: it shares nothing with the writer.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.orm import Session

from pharmacy.services.verify_check import Check, Finding, Query, checked, plain

AT_A_TIME = 1000
_BEGINNING = "0" * 64
_LONGEST_NUMBER = 18

# Each table's columns in the order in which they are sealed; its key first, where it is one column.
SEALED: Mapping[str, str] = MappingProxyType(
    {
        "budget_entry": "id, fund_id, fiscal_year, amount, reason, submission_id, recorded_at,"
        " recorded_by",
        "commitment": "approval_id, fund_id, fiscal_year, amount, committed_at",
        "budget_override": "approval_id, amount, reason, staff_id, at",
        "supplier_invoice": "id, supplier_id, number, attempt, fund_id, dated_on, business_date,"
        " due_on, amount, difference, reason, voucher_id, claim_id, claim_attempt, submission_id,"
        " recorded_at, recorded_by",
        "invoice_receipt": "voucher_id, attempt, invoice_id",
        "invoice_payment": "voucher_id, invoice_id, amount",
        "invoice_reversal": "invoice_id, voucher_id, reason, note, submission_id, reversed_on,"
        " reversed_at, reversed_by",
        "closed_period": "month, closed_at, closed_by, vouchers, digest, totals_digest, checklist",
    }
)
_KEY_OF_TWO = frozenset({"invoice_receipt", "invoice_payment"})
_ROWS: Mapping[str, TextClause] = MappingProxyType(
    {
        noun: text(
            f"SELECT {columns} FROM {noun} WHERE {columns.partition(',')[0]} IN :keys"  # noqa: S608 - words of this file
        ).bindparams(bindparam("keys", expanding=True))
        for noun, columns in SEALED.items()
    }
)


def _unsealed(noun: str, columns: str) -> str:
    names = columns.split(", ")[: 2 if noun in _KEY_OF_TWO else 1]
    key = " || ' ' || ".join(f"CAST(x.{name} AS TEXT)" for name in names)
    return f"""
        SELECT '{noun} ' || {key} AS row_name
        FROM {noun} x
        WHERE NOT EXISTS (SELECT 1 FROM sealed_record s WHERE s.noun = '{noun}' AND s.key = {key})
        """  # noqa: S608 - words of this file


RECORD_QUERIES = (
    Query(
        "records_sealed",
        "SELECT " + " + ".join(f"(SELECT count(*) FROM {noun})" for noun in SEALED),  # noqa: S608
        " UNION ALL ".join(_unsealed(noun, columns) for noun, columns in SEALED.items())
        + " ORDER BY row_name",
    ),
)

_SEALS = text("""
    SELECT sequence, noun, key, seal FROM sealed_record
    WHERE sequence > :after ORDER BY sequence LIMIT :most
""")
_CHAIN = text("SELECT sequence, seal, end_seal FROM record_chain WHERE id = 1")


def record_seals(session: Session, key: bytes) -> Check:
    """Work out the seal of every record anew, and follow their chain to its sealed end."""
    count, last = 0, _BEGINNING
    findings: list[Finding] = []
    for record, values in _records(session):
        count += 1
        if record.sequence != count:
            findings.append(Finding(f"sealed_record {count}", {"fault": "missing"}))
            count = record.sequence
        content = [record.sequence, record.noun, values]
        written = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
        if not _fits(key, f"{last}|{written}", record.seal):
            known = record.noun in SEALED
            row = f"{record.noun} {record.key}" if known else f"sealed_record {record.sequence}"
            fault = "missing" if values is None else "content"
            findings.append(Finding(row, {"fault": fault, "record": record.sequence}))
        last = record.seal
    end = session.execute(_CHAIN).first()
    if end is None or not _ends(key, end, count, last):
        found = 0 if end is None else end.sequence
        findings.append(Finding("record_chain 1", {"sequence": found, "found": count}))
    return checked("record_seals", count, findings)


def _ends(key: bytes, end: Row[Any], count: int, last: str) -> bool:
    """Tell whether the chain ends here, as its sealed end says."""
    ends_here = (end.sequence, end.seal) == (count, last)
    return ends_here and _fits(key, f"end|{count}|{last}", end.end_seal)


def _fits(key: bytes, message: str, seal: str) -> bool:
    worked_out = hmac.digest(key, message.encode(), hashlib.sha256).hex()
    return hmac.compare_digest(worked_out.encode(), seal.encode())


def _records(session: Session) -> Iterator[tuple[Row[Any], list[object] | None]]:
    """Give each seal in order with what its row holds now; none where it is gone."""
    after = 0
    while True:
        seals = session.execute(_SEALS, {"after": after, "most": AT_A_TIME}).all()
        if not seals:
            return
        after = seals[-1].sequence
        found = {noun: _rows(session, noun, seals) for noun in SEALED}
        for record in seals:
            yield record, found.get(record.noun, {}).get(record.key)


def _rows(session: Session, noun: str, seals: Sequence[Row[Any]]) -> Mapping[str, list[object]]:
    """Return the rows of a table that some seals speak of, by their key."""
    firsts = {record.key.split(" ")[0] for record in seals if record.noun == noun}
    keys: Sequence[object] = sorted(firsts)
    if noun != "closed_period":
        numbers = (one for one in firsts if one.isdecimal() and len(one) <= _LONGEST_NUMBER)
        keys = sorted(map(int, numbers))
    if not keys:
        return {}
    rows = ([plain(v) for v in row] for row in session.execute(_ROWS[noun], {"keys": keys}))
    width = 2 if noun in _KEY_OF_TWO else 1
    return {" ".join(map(str, row[:width])): row for row in rows}
