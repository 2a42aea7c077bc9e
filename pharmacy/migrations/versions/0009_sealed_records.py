"""Budgets, promises, invoices and the closing of months are sealed in a chain of their own.

What is there already is sealed here, with the key that the program was started with, table by table
and each in the order of its key. Nothing is changed for it: seals lie in a table of their own.
"""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import context, op

from pharmacy import db
from pharmacy.migrations.facts import guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEALED = {
    "budget_entry": "id, fund_id, fiscal_year, amount, reason, submission_id, recorded_at, recorded_by",
    "commitment": "approval_id, fund_id, fiscal_year, amount, committed_at",
    "budget_override": "approval_id, amount, reason, staff_id, at",
    "supplier_invoice": "id, supplier_id, number, attempt, fund_id, dated_on, business_date, due_on, amount, difference, reason, voucher_id, claim_id, claim_attempt, submission_id, recorded_at, recorded_by",
    "invoice_receipt": "voucher_id, attempt, invoice_id",
    "invoice_payment": "voucher_id, invoice_id, amount",
    "invoice_reversal": "invoice_id, voucher_id, reason, note, submission_id, reversed_on, reversed_at, reversed_by",
    "closed_period": "month, closed_at, closed_by, vouchers, digest, totals_digest, checklist",
}
"""The tables with the columns that are sealed, in order."""
KEY_OF_TWO = {"invoice_receipt", "invoice_payment"}
AT_A_TIME = 1000


def upgrade() -> None:
    sealed = op.create_table(
        "sealed_record",
        sa.Column("sequence", db.Whole, autoincrement=False, nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_sealed_record")),
        sa.UniqueConstraint("noun", "key", name=op.f("uq_sealed_record_noun_key")),
        sqlite_strict=True,
    )
    guard("sealed_record")
    chain = op.create_table(
        "record_chain",
        sa.Column("id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("sequence", db.Whole, nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("end_seal", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_record_chain_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_chain")),
        sqlite_strict=True,
    )
    op.bulk_insert(chain, [_seal_all(sealed, context.config.attributes["seal_key"])])


def downgrade() -> None:
    op.drop_table("record_chain")
    op.drop_table("sealed_record")


def _seal_all(sealed: sa.Table, key: bytes) -> dict[str, object]:
    """Seal every row there is; return the end of the chain."""
    sequence, last = 0, "0" * 64
    rows: list[dict[str, object]] = []
    for noun, columns in SEALED.items():
        names = ", ".join(columns.split(", ")[: 2 if noun in KEY_OF_TWO else 1])
        query = f"SELECT {columns} FROM {noun} ORDER BY {names}"
        for row in op.get_bind().execute(sa.text(query)).all():
            sequence += 1
            content = [sequence, noun, [_plain(value) for value in row]]
            last = _hash(key, f"{last}|{json.dumps(content, separators=(',', ':'))}")
            name = " ".join(str(value) for value in row[: len(names.split(", "))])
            rows.append({"sequence": sequence, "noun": noun, "key": name, "seal": last})
    for start in range(0, len(rows), AT_A_TIME):
        op.bulk_insert(sealed, rows[start : start + AT_A_TIME])
    end = _hash(key, f"end|{sequence}|{last}")
    return {"id": 1, "sequence": sequence, "seal": last, "end_seal": end}


def _hash(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value
