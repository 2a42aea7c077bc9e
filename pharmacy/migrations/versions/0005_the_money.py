"""The money: funds, budgets, accounts, invoices, claims, cash counts; and stock documents."""

import sqlalchemy as sa
from alembic import op

from pharmacy import db
from pharmacy.migrations.facts import guard, known_words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

POSTED_FACTS = (
    "budget_entry",
    "budget_override",
    "cash_count",
    "cash_piece",
    "citizen_return_line",
    "claim",
    "claim_decision",
    "claim_line",
    "claim_line_decision",
    "commitment",
    "count_line",
    "invoice_payment",
    "invoice_receipt",
    "money_voucher",
    "stock_document",
    "supplier_invoice",
)
FUND_REFERENCES = {"beneficiary_id": "beneficiary", "centre_id": "centre", "donor_id": "supplier"}
LISTS = {
    ("voucher", "kind"): (
        "'opening_balance', 'goods_receipt', 'dispensing', 'institution_issue', 'return_from_citizen', 'return_to_supplier', 'transfer_out', 'transfer_in', 'count_adjustment', 'write_off', 'recall_withdrawal', 'fund_receipt', 'payment', 'reversal'",
        "'opening_balance', 'goods_receipt', 'dispensing', 'institution_issue', 'return_from_citizen', 'return_to_supplier', 'transfer_out', 'transfer_in', 'count_adjustment', 'write_off', 'recall_withdrawal', 'fund_receipt', 'payment', 'supplier_invoice', 'claim', 'cash_count', 'reversal'",
    ),
    ("posting", "account"): (
        "'stock', 'cash', 'citizen_cash', 'in_transit', 'payables', 'fund_balance', 'gifts_in_kind', 'cost_state', 'cost_donor', 'cost_institutions', 'losses', 'count_differences'",
        "'stock', 'in_transit', 'cash', 'citizen_cash', 'payables', 'fund_balance', 'fund_receipts', 'gifts_in_kind', 'cost_state', 'cost_donor', 'cost_institutions', 'cost_claims', 'losses', 'count_differences', 'price_differences', 'cash_differences', 'expenses'",
    ),
    ("site", "kind"): (
        "'store', 'counter', 'branch'",
        "'store', 'counter', 'branch', 'office'",
    ),
}
"""What the closed lists held before, and hold now."""


def upgrade() -> None:
    for (table, column), (before, after) in LISTS.items():
        known_words(table, column, before, after)
    op.add_column("voucher", sa.Column("fact_date", db.Day(), nullable=True))
    op.add_column(
        "closed_period", sa.Column("totals_digest", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(
        "closed_period", sa.Column("checklist", sa.Text(), nullable=False, server_default="[]")
    )
    whole = db.Whole.compile(op.get_bind().dialect)
    for column, table in FUND_REFERENCES.items():
        op.execute(
            f"ALTER TABLE fund ADD COLUMN {column} {whole}"
            f" CONSTRAINT fk_fund_{column} REFERENCES {table} (id)"
        )
    op.execute(
        "ALTER TABLE supplier ADD COLUMN kind TEXT NOT NULL DEFAULT 'supplier'"
        " CONSTRAINT ck_supplier_kind_known CHECK"
        " (kind IN ('supplier', 'donor', 'contract_pharmacy', 'institution'))"
    )
    op.create_table(
        "ledger_account",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "account IN ('stock', 'in_transit', 'cash', 'citizen_cash', 'payables', 'fund_balance', 'fund_receipts', 'gifts_in_kind', 'cost_state', 'cost_donor', 'cost_institutions', 'cost_claims', 'losses', 'count_differences', 'price_differences', 'cash_differences', 'expenses')",
            name=op.f("ck_ledger_account_account_known"),
        ),
        sa.CheckConstraint(
            "type IN ('asset', 'liability', 'equity', 'income', 'expense')",
            name=op.f("ck_ledger_account_type_known"),
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "money_voucher",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "account IN ('stock', 'in_transit', 'cash', 'citizen_cash', 'payables', 'fund_balance', 'fund_receipts', 'gifts_in_kind', 'cost_state', 'cost_donor', 'cost_institutions', 'cost_claims', 'losses', 'count_differences', 'price_differences', 'cash_differences', 'expenses')",
            name=op.f("ck_money_voucher_account_known"),
        ),
        sa.CheckConstraint(
            "method IN ('cash', 'cheque', 'transfer')", name=op.f("ck_money_voucher_method_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_money_voucher_amount")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_money_voucher_fund_id")),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_money_voucher_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_money_voucher")),
        sqlite_strict=True,
    )
    op.create_table(
        "cash_count",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("since", db.Moment(), nullable=True),
        sa.Column("expected", db.Whole, nullable=False),
        sa.Column("counted", db.Whole, nullable=False),
        sa.Column("difference", db.Whole, nullable=False),
        sa.Column("cashier_id", db.Whole, nullable=False),
        sa.Column("received_by", db.Whole, nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_cash_count_counted")),
        sa.CheckConstraint(
            "difference = counted - expected", name=op.f("ck_cash_count_difference")
        ),
        sa.ForeignKeyConstraint(
            ["cashier_id"], ["staff.id"], name=op.f("fk_cash_count_cashier_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["staff.id"], name=op.f("fk_cash_count_received_by")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_cash_count_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_cash_count")),
        sqlite_strict=True,
    )
    op.create_table(
        "cash_piece",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("denomination", db.Whole, autoincrement=False, nullable=False),
        sa.Column("pieces", db.Whole, nullable=False),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_cash_piece_pieces")),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["cash_count.voucher_id"], name=op.f("fk_cash_piece_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", "denomination", name=op.f("pk_cash_piece")),
        sqlite_strict=True,
    )
    op.create_table(
        "budget_entry",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("fiscal_year", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_budget_entry_amount")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_budget_entry_fund_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_budget_entry_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entry")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_budget_entry_submission_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_budget_entry_fund_id_fiscal_year",
        "budget_entry",
        ["fund_id", "fiscal_year"],
        unique=False,
    )
    op.create_table(
        "commitment",
        sa.Column("approval_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("fiscal_year", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("committed_at", db.Moment(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_commitment_amount")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_commitment_approval_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_commitment_fund_id")),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_commitment")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_commitment_fund_id_fiscal_year", "commitment", ["fund_id", "fiscal_year"], unique=False
    )
    op.create_table(
        "budget_override",
        sa.Column("approval_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_override_amount")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["commitment.approval_id"], name=op.f("fk_budget_override_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_budget_override_staff_id")
        ),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_budget_override")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("pharmacy_id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("dated_on", db.Day(), nullable=False),
        sa.Column("claimed", db.Whole, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_claim_fund_id")),
        sa.ForeignKeyConstraint(
            ["pharmacy_id"], ["supplier.id"], name=op.f("fk_claim_pharmacy_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_claim_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("pharmacy_id", "number", name=op.f("uq_claim_pharmacy_id_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_claim_submission_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_line",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("claim_id", db.Whole, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.Column("given_on", db.Day(), nullable=False),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_line_amount")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_claim_line_quantity")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_claim_line_drug_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_claim_line_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
        sa.UniqueConstraint("claim_id", "line_no", name=op.f("uq_claim_line_claim_id_line_no")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_claim_line_request_id"), "claim_line", ["request_id"], unique=False)
    op.create_table(
        "claim_decision",
        sa.Column("claim_id", db.Whole, autoincrement=False, nullable=False),
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
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_decision_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_claim_decision_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_claim_decision_voucher_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_decision")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_claim_decision_submission_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_claim_decision_voucher_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_line_decision",
        sa.Column("claim_line_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("claim_id", db.Whole, nullable=False),
        sa.Column("approval_item_id", db.Whole, nullable=True),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.Column("accepted", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('no_approval', 'not_in_force', 'beyond_approval', 'price', 'duplicate', 'no_prescription', 'other')",
            name=op.f("ck_claim_line_decision_reason_known"),
        ),
        sa.CheckConstraint("accepted >= 0", name=op.f("ck_claim_line_decision_accepted")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_claim_line_decision_quantity")),
        sa.ForeignKeyConstraint(
            ["approval_item_id"],
            ["approval_item.id"],
            name=op.f("fk_claim_line_decision_approval_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim_decision.claim_id"], name=op.f("fk_claim_line_decision_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_line_id"], ["claim_line.id"], name=op.f("fk_claim_line_decision_claim_line_id")
        ),
        sa.PrimaryKeyConstraint("claim_line_id", name=op.f("pk_claim_line_decision")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_claim_line_decision_approval_item_id"),
        "claim_line_decision",
        ["approval_item_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_claim_line_decision_claim_id"), "claim_line_decision", ["claim_id"], unique=False
    )
    op.create_table(
        "supplier_invoice",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("supplier_id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("dated_on", db.Day(), nullable=False),
        sa.Column("due_on", db.Day(), nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("difference", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=True),
        sa.Column("claim_id", db.Whole, nullable=True),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "(difference <> 0) = (voucher_id IS NOT NULL)",
            name=op.f("ck_supplier_invoice_difference_posted"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_supplier_invoice_amount")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim_decision.claim_id"], name=op.f("fk_supplier_invoice_claim_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_supplier_invoice_fund_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_supplier_invoice_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_invoice_supplier_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_supplier_invoice_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_supplier_invoice_claim_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_supplier_invoice_submission_id")),
        sa.UniqueConstraint(
            "supplier_id", "number", name=op.f("uq_supplier_invoice_supplier_id_number")
        ),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_supplier_invoice_voucher_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "invoice_receipt",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("invoice_id", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["supplier_invoice.id"], name=op.f("fk_invoice_receipt_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_invoice_receipt_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_invoice_receipt")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_invoice_receipt_invoice_id"), "invoice_receipt", ["invoice_id"], unique=False
    )
    op.create_table(
        "invoice_payment",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("invoice_id", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_payment_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["supplier_invoice.id"], name=op.f("fk_invoice_payment_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["money_voucher.voucher_id"], name=op.f("fk_invoice_payment_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", "invoice_id", name=op.f("pk_invoice_payment")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_invoice_payment_invoice_id"), "invoice_payment", ["invoice_id"], unique=False
    )
    op.create_table(
        "stock_document",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("second_staff_id", db.Whole, nullable=True),
        sa.Column("committee", sa.Text(), nullable=False),
        sa.Column("to_site_id", db.Whole, nullable=True),
        sa.Column("sent_id", db.Whole, nullable=True),
        sa.ForeignKeyConstraint(
            ["second_staff_id"], ["staff.id"], name=op.f("fk_stock_document_second_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["sent_id"], ["voucher.id"], name=op.f("fk_stock_document_sent_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_site_id"], ["site.id"], name=op.f("fk_stock_document_to_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_stock_document_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_stock_document")),
        sa.UniqueConstraint("sent_id", name=op.f("uq_stock_document_sent_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "count_line",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("batch_id", db.Whole, nullable=False),
        sa.Column("expected", db.Whole, nullable=False),
        sa.Column("counted", db.Whole, nullable=False),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_count_line_expected")),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_count_line_counted")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_count_line_batch_id")),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_count_line_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", "line_no", name=op.f("pk_count_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_count_line_batch_id"), "count_line", ["batch_id"], unique=False)
    op.create_table(
        "citizen_return_line",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("dispensing_line_id", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispensing_line_id"],
            ["dispensing_line.id"],
            name=op.f("fk_citizen_return_line_dispensing_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_citizen_return_line_voucher_id")
        ),
        sa.PrimaryKeyConstraint("voucher_id", "line_no", name=op.f("pk_citizen_return_line")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_citizen_return_line_dispensing_line_id"),
        "citizen_return_line",
        ["dispensing_line_id"],
        unique=False,
    )

    for table in POSTED_FACTS:
        guard(table)


def downgrade() -> None:
    for table in (
        "citizen_return_line",
        "count_line",
        "stock_document",
        "invoice_payment",
        "invoice_receipt",
        "supplier_invoice",
        "claim_line_decision",
        "claim_decision",
        "claim_line",
        "claim",
        "budget_override",
        "commitment",
        "budget_entry",
        "cash_piece",
        "cash_count",
        "money_voucher",
        "ledger_account",
    ):
        op.drop_table(table)
    op.execute("ALTER TABLE supplier DROP COLUMN kind")
    for column in FUND_REFERENCES:
        op.execute(f"ALTER TABLE fund DROP COLUMN {column}")
    op.execute("ALTER TABLE closed_period DROP COLUMN checklist")
    op.execute("ALTER TABLE closed_period DROP COLUMN totals_digest")
    op.execute("ALTER TABLE voucher DROP COLUMN fact_date")
    for (table, column), (before, after) in LISTS.items():
        known_words(table, column, after, before, shrinks=True)
