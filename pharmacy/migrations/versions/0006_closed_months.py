"""Closed months keep their totals: cost, balances, what moved and what was on hand."""

import sqlalchemy as sa
from alembic import op

from pharmacy import db
from pharmacy.migrations.facts import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = {"site_id": "site", "drug_id": "drug", "fund_id": "fund"}
TABLES = {
    "period_cost": (
        ("dimension", "key", "site_id", "fund_id"),
        (
            "lines",
            "quantity",
            "cost",
            "state_share",
            "donor_share",
            "reversed_lines",
            "reversed_cost",
        ),
    ),
    "period_balance": (("account", "fund_id", "site_id"), ("debit", "credit")),
    "period_movement": (
        ("site_id", "drug_id", "fund_id", "kind", "undone"),
        ("quantity", "value"),
    ),
    "period_on_hand": (("site_id", "drug_id", "fund_id"), ("quantity", "value")),
}
"""Of each table: what a row is of besides its month, and its figures."""
WORDS = ("dimension", "key", "account", "kind")
CHECKS = {
    "period_cost": {
        "dimension_known": "dimension IN ('all', 'drug', 'centre', 'channel', 'condition')"
    },
    "period_balance": {"debit": "debit >= 0", "credit": "credit >= 0"},
    "period_movement": {},
    "period_on_hand": {"quantity": "quantity >= 0", "value": "value >= 0"},
}


def upgrade() -> None:
    for table, (keys, figures) in TABLES.items():
        op.create_table(
            table,
            sa.Column("month", sa.Text(), nullable=False),
            *(_column(name) for name in (*keys, *figures)),
            *(
                sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
                for name, condition in CHECKS[table].items()
            ),
            sa.ForeignKeyConstraint(
                ["month"], ["closed_period.month"], name=op.f(f"fk_{table}_month")
            ),
            *(
                sa.ForeignKeyConstraint([key], [f"{KEYS[key]}.id"], name=op.f(f"fk_{table}_{key}"))
                for key in keys
                if key in KEYS
            ),
            sa.PrimaryKeyConstraint("month", *keys, name=op.f(f"pk_{table}")),
            sqlite_strict=True,
            # A month is read whole: its rows lie together, in the order of the key.
            sqlite_with_rowid=False,
        )
        guard(table)


def _column(name: str) -> sa.Column[object]:
    kind = sa.Text() if name in WORDS else db.Whole
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
