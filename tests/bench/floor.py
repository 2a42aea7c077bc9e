"""The floor to be measured against: Flask and hand-written SQL, no rules, no words, no safety.

It writes the same rows as the house for the same order (voucher, head, lines, movements, postings,
series, chain, the request's last step) in one durable transaction, and asks only what it cannot do
without. Whatever the house takes longer, it takes for its promises.
"""

import hashlib
import hmac
import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

_local = threading.local()
_writer = threading.Lock()

_SESSION = """
    SELECT s.id, t.id, t.site_id FROM staff t LEFT JOIN staff_session s ON s.staff_id = t.id
    WHERE t.role = 'pharmacist' AND t.active = 1 LIMIT 1
"""
_CASE = """
    SELECT r.beneficiary_id, r.channel, r.centre_id, r.condition_id, r.state, b.given_name,
           b.father_name, b.family_name, b.card_number, a.id
    FROM citizen_request r JOIN beneficiary b ON b.id = r.beneficiary_id
    JOIN approval a ON a.request_id = r.id WHERE r.id = ?
"""
_ITEMS = """
    SELECT i.id, i.drug_id, i.directions_ar, i.directions_en, d.name_ar, d.name_en, d.strength,
           d.unit
    FROM approval_item i JOIN drug d ON d.id = i.drug_id WHERE i.approval_id = ?
"""
_GIVEN = "SELECT quantity FROM dispensing_line WHERE beneficiary_id = ?"
_BATCH = """
    SELECT id, fund_id, lot, expiry, on_hand, value_on_hand FROM batch
    WHERE site_id = ? AND drug_id = ? AND on_hand >= ? AND expiry >= ? AND status = 'available'
    ORDER BY expiry, received_on, id LIMIT 1
"""
_VOUCHER = """
    INSERT INTO voucher (site_id, kind, fiscal_year, number, sequence, business_date, posted_at,
        posted_by, submission_id, submission_digest, request_id, document_reference, reason, note,
        content_version, previous_seal, seal)
    VALUES (?, 'dispensing', ?, ?, ?, ?, ?, ?, ?, '', ?, '', '', '', 1, ?, ?)
"""
_HEAD = """
    INSERT INTO dispensing (voucher_id, request_id, approval_id, beneficiary_id, channel, centre_id,
        condition_id, patient_name, card_number, collected_by_name, collected_by_identity,
        collected_by_relation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '')
"""
_MOVEMENT = """
    INSERT INTO stock_movement (voucher_id, line_no, batch_id, quantity, value)
    VALUES (?, ?, ?, ?, ?)
"""
_POSTING = """
    INSERT INTO posting (voucher_id, line_no, account, fund_id, amount) VALUES (?, ?, ?, ?, ?)
"""
_LINE = """
    INSERT INTO dispensing_line (voucher_id, line_no, dispensing_id, approval_item_id, drug_id,
        batch_id, fund_id, beneficiary_id, business_date, quantity, cost, state_share, donor_share,
        citizen_share, days, drug_name_ar, drug_name_en, strength, unit, lot, expiry, directions_ar,
        directions_en)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 30, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_STEP = """
    INSERT INTO request_event (request_id, at, staff_id, from_state, to_state, reason, note)
    VALUES (?, ?, ?, 'approved', 'closed', '', '')
"""


def _connection(path: str) -> sqlite3.Connection:
    found: sqlite3.Connection | None = getattr(_local, "connection", None)
    if found is None:
        found = sqlite3.connect(path, isolation_level=None, timeout=10)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            found.execute(f"PRAGMA {setting}")
        _local.connection = found
    return found


def create_app(path: str, key: bytes) -> Flask:
    """Return the floor's application on an embedded database in a file."""
    app = Flask(__name__)

    @app.get("/")
    @app.get("/login")
    def page() -> str:
        return "floor"

    @app.post("/login")
    def enter() -> str:
        return "in"

    @app.post("/dispensings")
    def dispense() -> Response:
        form = request.form
        order = list(zip(form.getlist("item"), form.getlist("quantity"), strict=True))
        connection = _connection(path)
        _session, staff, site = connection.execute(_SESSION).fetchone()
        with _writer:
            connection.execute("BEGIN IMMEDIATE")
            try:
                facts = (int(form["request_id"]), form["submission_id"], staff, site)
                voucher = _write(connection, key, order, facts)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        return redirect(f"/d/{voucher}", 303)

    return app


def _write(
    c: sqlite3.Connection,
    key: bytes,
    order: list[tuple[str, str]],
    facts: tuple[int, str, int, int],
) -> int:
    request_id, submission, staff, site = facts
    moment = datetime.now(UTC)
    day = (moment + timedelta(hours=2)).date().isoformat()
    year = moment.year if moment.month > 6 else moment.year - 1
    case = c.execute(_CASE, (request_id,)).fetchone()
    person, channel, centre, condition, state, given, father, family, card, approval = case
    items = {row[0]: row for row in c.execute(_ITEMS, (approval,))}
    assert state == "approved"
    c.execute(_GIVEN, (person,)).fetchall()
    parts: list[tuple[Any, ...]] = []
    for item_text, quantity_text in order:
        item, quantity = items[int(item_text)], int(quantity_text)
        batch = c.execute(_BATCH, (site, item[1], quantity, day)).fetchone()
        cost = (2 * batch[5] * quantity + batch[4]) // (2 * batch[4])
        parts.append((item, batch, quantity, cost))
    sequence, last = c.execute(
        "SELECT sequence, seal FROM site_chain WHERE site_id = ?", (site,)
    ).fetchone()
    series = (site, "dispensing", year)
    c.execute("INSERT OR IGNORE INTO voucher_series VALUES (?, ?, ?, 0)", series)
    (number,) = c.execute(
        "UPDATE voucher_series SET last_number = last_number + 1"
        " WHERE site_id = ? AND kind = ? AND fiscal_year = ? RETURNING last_number",
        series,
    ).fetchone()
    content = json.dumps([site, number, request_id, person, day, [(p[2], p[3]) for p in parts]])
    seal = hmac.digest(key, f"{last}|{content}".encode(), hashlib.sha256).hex()
    at = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = (site, year, number, sequence + 1, day, at, staff, submission, request_id, last, seal)
    voucher = c.execute(_VOUCHER, head).lastrowid
    assert voucher is not None
    name = f"{given} {father} {family}"
    place = (channel, centre, condition, name, card)
    c.execute(_HEAD, (voucher, request_id, approval, person, *place))
    for no, (item, batch, quantity, cost) in enumerate(parts, start=1):
        c.execute(_MOVEMENT, (voucher, no, batch[0], -quantity, -cost))
        c.execute(_POSTING, (voucher, no, "stock", batch[1], -cost))
        c.execute(_POSTING, (voucher, no, "cost_state", batch[1], cost))
        c.execute(
            "UPDATE batch SET on_hand = on_hand - ?, value_on_hand = value_on_hand - ?"
            " WHERE id = ? AND on_hand >= ?",
            (quantity, cost, batch[0], quantity),
        )
        given_on = (voucher, no, voucher, item[0], item[1], batch[0], batch[1], person, day)
        words = (item[4], item[5], item[6], item[7], batch[2], batch[3], item[2], item[3])
        c.execute(_LINE, (*given_on, quantity, cost, cost, *words))
    c.execute(
        "UPDATE site_chain SET sequence = ?, seal = ? WHERE site_id = ?", (sequence + 1, seal, site)
    )
    c.execute("UPDATE citizen_request SET state = 'closed' WHERE id = ?", (request_id,))
    c.execute(_STEP, (request_id, at, staff))
    return voucher
