"""Invoices and decisions on claims may be undone, and are then recorded or decided anew.

A number, a receipt and a claim come again with the next `attempt`. The embedded engine cannot alter
a key, and a table that others point to cannot be rebuilt inside a transaction: the five tables that
hang together are made anew on both engines, children first, with every row they held.
"""

import sqlalchemy as sa
from alembic import op

from pharmacy import db
from pharmacy.migrations.facts import guard

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REASONS = "'no_approval', 'not_in_force', 'fund', 'beyond_approval', 'price', 'duplicate', 'no_prescription', 'other'"
UNDOING_REASONS = "'wrong_entry', 'wrong_person', 'wrong_drug', 'wrong_quantity', 'not_collected'"
COLUMNS = {
    "claim_decision": "claim_id, voucher_id, accepted, submission_id, decided_at, decided_by",
    "claim_line_decision": "claim_line_id, claim_id, approval_item_id, quantity, accepted, reason, note",
    "supplier_invoice": "id, supplier_id, number, fund_id, dated_on, due_on, amount, difference, reason, voucher_id, claim_id, submission_id, recorded_at, recorded_by",
    "invoice_receipt": "voucher_id, invoice_id",
    "invoice_payment": "voucher_id, invoice_id, amount",
}
"""The tables made anew, parents first, with the columns that they had before."""
POSTED_ON = (
    "COALESCE((SELECT v.business_date FROM voucher v WHERE v.id = kept_supplier_invoice.voucher_id"
    " OR v.id = (SELECT d.voucher_id FROM claim_decision d"
    " WHERE d.claim_id = kept_supplier_invoice.claim_id)), dated_on)"
)
ADDED = {
    "claim_decision": {"attempt": "1"},
    "claim_line_decision": {"attempt": "1"},
    "supplier_invoice": {
        "attempt": "1",
        "claim_attempt": "CASE WHEN claim_id IS NULL THEN NULL ELSE 1 END",
        "business_date": POSTED_ON,
    },
    "invoice_receipt": {"attempt": "1"},
    "invoice_payment": {},
}
"""What a row that was there before holds in the columns it is given."""
DECISION_STANDS = "NOT EXISTS (SELECT 1 FROM claim_reversal r WHERE r.claim_id = x.claim_id AND r.attempt = x.attempt)"
INVOICE_STANDS = "NOT EXISTS (SELECT 1 FROM invoice_reversal r WHERE r.invoice_id = x.{key})"
STANDING = {
    "claim_decision": DECISION_STANDS,
    "claim_line_decision": DECISION_STANDS,
    "supplier_invoice": INVOICE_STANDS.format(key="id"),
    "invoice_receipt": INVOICE_STANDS.format(key="invoice_id"),
    "invoice_payment": INVOICE_STANDS.format(key="invoice_id"),
}
"""What the schema before has room for: it knows nothing of what was undone."""


def upgrade() -> None:
    for table in COLUMNS:
        _keep(table, "1 = 1")
    _drop()
    _create(attempts=True)
    for table, columns in COLUMNS.items():
        added = ADDED[table]
        _refill(table, ", ".join([columns, *added]), ", ".join([columns, *added.values()]))
    _create_reversals()


def downgrade() -> None:
    for table, condition in STANDING.items():
        _keep(table, condition)
    op.drop_table("invoice_reversal")
    op.drop_table("claim_reversal")
    _drop()
    _create(attempts=False)
    for table, columns in COLUMNS.items():
        _refill(table, columns, columns)


def _keep(table: str, condition: str) -> None:
    op.execute(f"CREATE TABLE kept_{table} AS SELECT x.* FROM {table} x WHERE {condition}")


def _drop() -> None:
    for table in reversed(COLUMNS):
        op.drop_table(table)


def _refill(table: str, columns: str, values: str) -> None:
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM kept_{table}")
    op.execute(f"DROP TABLE kept_{table}")
    if table == "supplier_invoice" and op.get_bind().dialect.name != "sqlite":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('supplier_invoice', 'id'),"
            " COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM supplier_invoice"
        )
    guard(table)


def _create(*, attempts: bool) -> None:
    attempt = ["attempt"] if attempts else []
    of_claim = ["claim_id", "claim_attempt"] if attempts else ["claim_id"]
    decision = ["claim_id", *attempt]
    op.create_table(
        "claim_decision",
        sa.Column("claim_id", db.Whole, autoincrement=False, nullable=False),
        *_whole(attempt),
        sa.Column("voucher_id", db.Whole, nullable=True),
        sa.Column("accepted", db.Whole, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.Column("decided_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "(accepted > 0) = (voucher_id IS NOT NULL)",
            name=op.f("ck_claim_decision_owed_by_a_voucher"),
        ),
        sa.CheckConstraint("accepted >= 0", name=op.f("ck_claim_decision_accepted")),
        *_points(
            "claim_decision", claim_id="claim.id", decided_by="staff.id", voucher_id="voucher.id"
        ),
        sa.PrimaryKeyConstraint(*decision, name=op.f("pk_claim_decision")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_claim_decision_submission_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_claim_decision_voucher_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_line_decision",
        sa.Column("claim_line_id", db.Whole, autoincrement=False, nullable=False),
        *_whole(attempt),
        sa.Column("claim_id", db.Whole, nullable=False),
        sa.Column("approval_item_id", db.Whole, nullable=True),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.Column("accepted", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            f"reason IN ({REASONS})", name=op.f("ck_claim_line_decision_reason_known")
        ),
        sa.CheckConstraint("accepted >= 0", name=op.f("ck_claim_line_decision_accepted")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_claim_line_decision_quantity")),
        *_points(
            "claim_line_decision",
            approval_item_id="approval_item.id",
            claim_line_id="claim_line.id",
        ),
        _points_to_decision("claim_line_decision", decision, decision),
        sa.PrimaryKeyConstraint("claim_line_id", *attempt, name=op.f("pk_claim_line_decision")),
        sqlite_strict=True,
    )
    _index("claim_line_decision", "approval_item_id")
    _index("claim_line_decision", "claim_id")
    op.create_table(
        "supplier_invoice",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("supplier_id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        *_whole(attempt),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("dated_on", db.Day(), nullable=False),
        *([sa.Column("business_date", db.Day(), nullable=False)] if attempts else []),
        sa.Column("due_on", db.Day(), nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("difference", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=True),
        *(sa.Column(name, db.Whole, nullable=True) for name in of_claim),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "(difference <> 0) = (voucher_id IS NOT NULL)",
            name=op.f("ck_supplier_invoice_difference_posted"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_supplier_invoice_amount")),
        *_points(
            "supplier_invoice",
            fund_id="fund.id",
            recorded_by="staff.id",
            supplier_id="supplier.id",
            voucher_id="voucher.id",
        ),
        _points_to_decision("supplier_invoice", of_claim, decision),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice")),
        *(
            sa.UniqueConstraint(*names, name=op.f(f"uq_supplier_invoice_{'_'.join(names)}"))
            for names in (
                of_claim,
                ["submission_id"],
                ["supplier_id", "number", *attempt],
                ["voucher_id"],
            )
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "invoice_receipt",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        *_whole(attempt),
        sa.Column("invoice_id", db.Whole, nullable=False),
        *_points("invoice_receipt", invoice_id="supplier_invoice.id", voucher_id="voucher.id"),
        sa.PrimaryKeyConstraint("voucher_id", *attempt, name=op.f("pk_invoice_receipt")),
        sqlite_strict=True,
    )
    _index("invoice_receipt", "invoice_id")
    op.create_table(
        "invoice_payment",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("invoice_id", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_payment_amount")),
        *_points(
            "invoice_payment",
            invoice_id="supplier_invoice.id",
            voucher_id="money_voucher.voucher_id",
        ),
        sa.PrimaryKeyConstraint("voucher_id", "invoice_id", name=op.f("pk_invoice_payment")),
        sqlite_strict=True,
    )
    _index("invoice_payment", "invoice_id")


def _create_reversals() -> None:
    claim = ["claim_id", "attempt"]
    for table, keys in {"invoice_reversal": ["invoice_id"], "claim_reversal": claim}.items():
        op.create_table(
            table,
            *_whole(keys),
            sa.Column("voucher_id", db.Whole, nullable=True),
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("note", sa.Text(), nullable=False),
            sa.Column("submission_id", sa.Text(), nullable=False),
            sa.Column("reversed_on", db.Day(), nullable=False),
            sa.Column("reversed_at", db.Moment(), nullable=False),
            sa.Column("reversed_by", db.Whole, nullable=False),
            sa.CheckConstraint(
                f"reason IN ({UNDOING_REASONS})", name=op.f(f"ck_{table}_reason_known")
            ),
            *_points(table, reversed_by="staff.id", voucher_id="voucher.id"),
            *(
                [_points_to_decision(table, claim, claim)]
                if keys == claim
                else _points(table, invoice_id="supplier_invoice.id")
            ),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("submission_id", name=op.f(f"uq_{table}_submission_id")),
            sa.UniqueConstraint("voucher_id", name=op.f(f"uq_{table}_voucher_id")),
            sqlite_strict=True,
        )
        guard(table)


def _whole(names: list[str]) -> list[sa.Column[int]]:
    return [sa.Column(name, db.Whole, autoincrement=False, nullable=False) for name in names]


def _points(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def _points_to_decision(table: str, columns: list[str], key: list[str]) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{'_'.join(columns)}")
    return sa.ForeignKeyConstraint(columns, [f"claim_decision.{one}" for one in key], name=name)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
