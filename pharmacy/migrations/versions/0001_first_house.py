"""The first house: people, requests, formulary, stock, vouchers, dispensings, audit."""

import sqlalchemy as sa
from alembic import op

from pharmacy import db
from pharmacy.migrations.facts import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows of these tables are facts: the database itself refuses to change or remove them.
POSTED_FACTS = (
    "access_event",
    "approval",
    "approval_fund",
    "approval_item",
    "audit_event",
    "batch_event",
    "closed_period",
    "dispensing",
    "dispensing_line",
    "notice_override",
    "owing",
    "owing_closure",
    "posting",
    "request_event",
    "stock_movement",
    "voucher",
)


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("parent_id", db.Whole, nullable=True),
        sa.Column("active", db.Flag(), nullable=False),
        sa.CheckConstraint("kind IN ('city', 'village')", name=op.f("ck_centre_kind_known")),
        sa.ForeignKeyConstraint(["parent_id"], ["centre.id"], name=op.f("fk_centre_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
    )
    op.create_table(
        "condition",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
        sa.UniqueConstraint("code", name=op.f("uq_condition_code")),
    )
    op.create_table(
        "drug",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("inn", sa.Text(), nullable=False),
        sa.Column("ingredient_keys", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("pack_size", db.Whole, nullable=False),
        sa.Column("atc", sa.Text(), nullable=True),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("drug_class", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("storage", sa.Text(), nullable=False),
        sa.Column("controlled_law", sa.Text(), nullable=True),
        sa.Column("controlled_schedule", sa.Text(), nullable=True),
        sa.Column("ven", sa.Text(), nullable=True),
        sa.Column("pregnancy_risk", sa.Text(), nullable=True),
        sa.Column("minimum_age_months", db.Whole, nullable=True),
        sa.Column("warnings_ar", sa.Text(), nullable=False),
        sa.Column("warnings_en", sa.Text(), nullable=False),
        sa.Column("usual_dose", sa.Text(), nullable=False),
        sa.Column("reference_price", db.Whole, nullable=True),
        sa.Column("market_status", sa.Text(), nullable=False),
        sa.Column("active", db.Flag(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.CheckConstraint(
            "controlled_law IN ('law_182_1960', 'decision_172_2011')",
            name=op.f("ck_drug_controlled_law_known"),
        ),
        sa.CheckConstraint(
            "form IN ('tablet', 'capsule', 'syrup', 'suspension', 'drops', 'ampoule', 'vial', 'pen', 'cartridge', 'inhaler', 'spray', 'cream', 'ointment', 'suppository', 'sachet', 'patch', 'powder', 'solution', 'supply', 'milk', 'other')",
            name=op.f("ck_drug_form_known"),
        ),
        sa.CheckConstraint(
            "storage IN ('room', 'cold', 'frozen')", name=op.f("ck_drug_storage_known")
        ),
        sa.CheckConstraint(
            "unit IN ('tablet', 'capsule', 'bottle', 'ampoule', 'vial', 'pen', 'cartridge', 'inhaler', 'tube', 'suppository', 'sachet', 'patch', 'tin', 'piece')",
            name=op.f("ck_drug_unit_known"),
        ),
        sa.CheckConstraint("ven IN ('V', 'E', 'N')", name=op.f("ck_drug_ven_known")),
        sa.CheckConstraint(
            "(controlled_law IS NULL) = (controlled_schedule IS NULL)",
            name=op.f("ck_drug_schedule_names_law"),
        ),
        sa.CheckConstraint(
            "pregnancy_risk IN ('caution', 'avoid')", name=op.f("ck_drug_pregnancy_risk_known")
        ),
        sa.CheckConstraint("minimum_age_months > 0", name=op.f("ck_drug_minimum_age")),
        sa.CheckConstraint("pack_size > 0", name=op.f("ck_drug_pack_size")),
        sa.CheckConstraint("reference_price >= 0", name=op.f("ck_drug_reference_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug")),
        sa.UniqueConstraint("code", name=op.f("uq_drug_code")),
    )
    op.create_index("ix_drug_atc", "drug", ["atc"], unique=False)
    op.create_index("ix_drug_folded_name", "drug", ["folded_name"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("atc_a", sa.Text(), nullable=False),
        sa.Column("atc_b", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("effect_en", sa.Text(), nullable=False),
        sa.Column("effect_ar", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('stop', 'block', 'warn')", name=op.f("ck_interaction_severity_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("atc_a", "atc_b", name=op.f("uq_interaction_atc_a_atc_b")),
    )
    op.create_table(
        "public_meeting",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("held_on", db.Day(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_meeting")),
    )
    op.create_table(
        "request_series",
        sa.Column("year", db.Whole, autoincrement=False, nullable=False),
        sa.Column("last_number", db.Whole, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_request_series")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("succeeded", db.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_attempt_username_at", "sign_in_attempt", ["username", "at"], unique=False
    )
    op.create_table(
        "site",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("active", db.Flag(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('store', 'counter', 'branch')", name=op.f("ck_site_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    op.create_table(
        "supplier",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("active", db.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
    )
    op.create_table(
        "drug_gtin",
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_drug_gtin_drug_id")),
        sa.PrimaryKeyConstraint("gtin", name=op.f("pk_drug_gtin")),
    )
    op.create_index(op.f("ix_drug_gtin_drug_id"), "drug_gtin", ["drug_id"], unique=False)
    op.create_table(
        "fund",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("restricted", db.Flag(), nullable=False),
        sa.Column("condition_id", db.Whole, nullable=True),
        sa.Column("active", db.Flag(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('budget', 'cash_gift', 'gift_in_kind', 'zakat', 'civil_society')",
            name=op.f("ck_fund_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_fund_condition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("code", name=op.f("uq_fund_code")),
    )
    op.create_table(
        "site_chain",
        sa.Column("site_id", db.Whole, nullable=False),
        sa.Column("sequence", db.Whole, nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_chain_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_chain")),
    )
    op.create_table(
        "staff",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("badge_code", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("site_id", db.Whole, nullable=True),
        sa.Column("centre_id", db.Whole, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", db.Flag(), nullable=False),
        sa.Column("must_change_password", db.Flag(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.CheckConstraint(
            "role IN ('clerk', 'committee', 'pharmacist', 'store_keeper', 'finance', 'manager', 'auditor', 'administrator')",
            name=op.f("ck_staff_role_known"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_staff_centre_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_staff_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("badge_code", name=op.f("uq_staff_badge_code")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "voucher_series",
        sa.Column("site_id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fiscal_year", db.Whole, nullable=False),
        sa.Column("last_number", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_voucher_series_site_id")),
        sa.PrimaryKeyConstraint("site_id", "kind", "fiscal_year", name=op.f("pk_voucher_series")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("created_by", db.Whole, nullable=True),
        sa.Column("revoked_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_api_token_created_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_api_token_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(
        "uq_api_token_live_name",
        "api_token",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("noun_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_noun_noun_id", "audit_event", ["noun", "noun_id"], unique=False)
    op.create_table(
        "beneficiary",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("card_number", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("father_name", sa.Text(), nullable=False),
        sa.Column("grandfather_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("identity_kind", sa.Text(), nullable=False),
        sa.Column("identity_number", sa.Text(), nullable=True),
        sa.Column("birth_date", db.Day(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_governorate", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("markaz", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_size", db.Whole, nullable=True),
        sa.Column("eligibility_note", sa.Text(), nullable=False),
        sa.Column("pregnant_until", db.Day(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consent_on", db.Day(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into_id", db.Whole, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("created_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_beneficiary_merged_points"),
        ),
        sa.CheckConstraint(
            "identity_kind IN ('national_id', 'birth_notification', 'passport', 'refugee_card', 'lost_card')",
            name=op.f("ck_beneficiary_identity_kind_known"),
        ),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("ck_beneficiary_sex_known")),
        sa.CheckConstraint(
            "status IN ('active', 'merged', 'deceased')", name=op.f("ck_beneficiary_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff.id"], name=op.f("fk_beneficiary_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["beneficiary.id"], name=op.f("fk_beneficiary_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary")),
        sa.UniqueConstraint("card_number", name=op.f("uq_beneficiary_card_number")),
    )
    op.create_index("ix_beneficiary_folded_name", "beneficiary", ["folded_name"], unique=False)
    op.create_index(
        "ix_beneficiary_merged_into_id", "beneficiary", ["merged_into_id"], unique=False
    )
    op.create_index("ix_beneficiary_phone", "beneficiary", ["phone"], unique=False)
    op.create_index(
        "uq_beneficiary_active_identity",
        "beneficiary",
        ["identity_kind", "identity_number"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "closed_period",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("closed_at", db.Moment(), nullable=False),
        sa.Column("closed_by", db.Whole, nullable=False),
        sa.Column("vouchers", db.Whole, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff.id"], name=op.f("fk_closed_period_closed_by")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closed_period")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", db.Moment(), nullable=False),
        sa.Column("changed_by", db.Whole, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_setting_changed_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("last_seen_at", db.Moment(), nullable=False),
        sa.Column("expires_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("locked_at", db.Moment(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "access_event",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_access_event_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_access_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_event")),
    )
    op.create_index(op.f("ix_access_event_at"), "access_event", ["at"], unique=False)
    op.create_index(
        op.f("ix_access_event_beneficiary_id"), "access_event", ["beneficiary_id"], unique=False
    )
    op.create_index(op.f("ix_access_event_staff_id"), "access_event", ["staff_id"], unique=False)
    op.create_table(
        "beneficiary_allergy",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ingredient', 'class')", name=op.f("ck_beneficiary_allergy_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["beneficiary.id"],
            name=op.f("fk_beneficiary_allergy_beneficiary_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary_allergy")),
        sa.UniqueConstraint(
            "beneficiary_id", "code", name=op.f("uq_beneficiary_allergy_beneficiary_id_code")
        ),
    )
    op.create_index(
        op.f("ix_beneficiary_allergy_beneficiary_id"),
        "beneficiary_allergy",
        ["beneficiary_id"],
        unique=False,
    )
    op.create_table(
        "beneficiary_condition",
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("condition_id", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["beneficiary.id"],
            name=op.f("fk_beneficiary_condition_beneficiary_id"),
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_beneficiary_condition_condition_id")
        ),
        sa.PrimaryKeyConstraint(
            "beneficiary_id", "condition_id", name=op.f("pk_beneficiary_condition")
        ),
    )
    op.create_table(
        "citizen_request",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("centre_id", db.Whole, nullable=True),
        sa.Column("meeting_id", db.Whole, nullable=True),
        sa.Column("outside_reference", sa.Text(), nullable=True),
        sa.Column("received_on", db.Day(), nullable=False),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=True),
        sa.Column("beneficiary_id", db.Whole, nullable=True),
        sa.Column("citizen_name", sa.Text(), nullable=False),
        sa.Column("citizen_phone", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=False),
        sa.Column("condition_id", db.Whole, nullable=True),
        sa.Column("prescriber", sa.Text(), nullable=False),
        sa.Column("asked_for", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "category IN ('medicine', 'supplies', 'infant_milk', 'treatment', 'utilities', 'housing', 'social_aid', 'licence', 'other')",
            name=op.f("ck_citizen_request_category_known"),
        ),
        sa.CheckConstraint(
            "channel IN ('city_centre', 'village_centre', 'hotline', 'portal', 'app', 'social_media', 'sawtak_masmou', 'public_meeting', 'counter')",
            name=op.f("ck_citizen_request_channel_known"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'awaiting_papers', 'checked', 'social_research', 'medical_check', 'committee', 'deferred', 'approved', 'dispensing', 'rejected', 'closed')",
            name=op.f("ck_citizen_request_state_known"),
        ),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent')", name=op.f("ck_citizen_request_urgency_known")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_citizen_request_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_citizen_request_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_citizen_request_condition_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["public_meeting.id"], name=op.f("fk_citizen_request_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_citizen_request_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_request")),
        sa.UniqueConstraint(
            "channel",
            "outside_reference",
            name=op.f("uq_citizen_request_channel_outside_reference"),
        ),
        sa.UniqueConstraint(
            "id", "beneficiary_id", name=op.f("uq_citizen_request_id_beneficiary_id")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_citizen_request_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_citizen_request_submission_id")),
    )
    op.create_index(
        "ix_citizen_request_beneficiary_id", "citizen_request", ["beneficiary_id"], unique=False
    )
    op.create_index(
        "ix_citizen_request_centre_id_received_on",
        "citizen_request",
        ["centre_id", "received_on"],
        unique=False,
    )
    op.create_index(
        "ix_citizen_request_channel_received_on",
        "citizen_request",
        ["channel", "received_on"],
        unique=False,
    )
    op.create_index(
        "ix_citizen_request_received_on", "citizen_request", ["received_on"], unique=False
    )
    op.create_index(
        "ix_citizen_request_state_received_on",
        "citizen_request",
        ["state", "received_on"],
        unique=False,
    )
    op.create_table(
        "approval",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.Column("decided_by", db.Whole, nullable=False),
        sa.Column("valid_from", db.Day(), nullable=False),
        sa.Column("valid_until", db.Day(), nullable=False),
        sa.Column("case_ceiling", db.Whole, nullable=True),
        sa.Column("month_ceiling", db.Whole, nullable=True),
        sa.Column("citizen_basis_points", db.Whole, nullable=False),
        sa.Column("donor_basis_points", db.Whole, nullable=False),
        sa.Column("citizen_share_max", db.Whole, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("case_ceiling >= 0", name=op.f("ck_approval_case_ceiling")),
        sa.CheckConstraint(
            "citizen_basis_points BETWEEN 0 AND 10000", name=op.f("ck_approval_citizen_share")
        ),
        sa.CheckConstraint(
            "donor_basis_points BETWEEN 0 AND 10000", name=op.f("ck_approval_donor_share")
        ),
        sa.CheckConstraint("month_ceiling >= 0", name=op.f("ck_approval_month_ceiling")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_approval_valid")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_approval_decided_by")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_approval_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("id", "request_id", name=op.f("uq_approval_id_request_id")),
    )
    op.create_index(op.f("ix_approval_request_id"), "approval", ["request_id"], unique=False)
    op.create_table(
        "request_event",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_request_event_request_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_request_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_event")),
    )
    op.create_index(
        op.f("ix_request_event_request_id"), "request_event", ["request_id"], unique=False
    )
    op.create_table(
        "voucher",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("site_id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fiscal_year", db.Whole, nullable=False),
        sa.Column("number", db.Whole, nullable=False),
        sa.Column("sequence", db.Whole, nullable=False),
        sa.Column("business_date", db.Day(), nullable=False),
        sa.Column("posted_at", db.Moment(), nullable=False),
        sa.Column("posted_by", db.Whole, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("submission_digest", sa.Text(), nullable=False),
        sa.Column("reverses_id", db.Whole, nullable=True),
        sa.Column("request_id", db.Whole, nullable=True),
        sa.Column("supplier_id", db.Whole, nullable=True),
        sa.Column("document_reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_version", db.Whole, nullable=False),
        sa.Column("previous_seal", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)",
            name=op.f("ck_voucher_reversal_names"),
        ),
        sa.CheckConstraint(
            "kind <> 'dispensing' OR request_id IS NOT NULL", name=op.f("ck_voucher_has_request")
        ),
        sa.CheckConstraint(
            "kind IN ('opening_balance', 'goods_receipt', 'dispensing', 'institution_issue', 'return_from_citizen', 'return_to_supplier', 'transfer_out', 'transfer_in', 'count_adjustment', 'write_off', 'recall_withdrawal', 'fund_receipt', 'payment', 'reversal')",
            name=op.f("ck_voucher_kind_known"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_voucher_number")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_voucher_sequence")),
        sa.ForeignKeyConstraint(["posted_by"], ["staff.id"], name=op.f("fk_voucher_posted_by")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_voucher_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["voucher.id"], name=op.f("fk_voucher_reverses_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_voucher_site_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_voucher_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("id", "request_id", name=op.f("uq_voucher_id_request_id")),
        sa.UniqueConstraint(
            "site_id",
            "kind",
            "fiscal_year",
            "number",
            name=op.f("uq_voucher_site_id_kind_fiscal_year_number"),
        ),
        sa.UniqueConstraint("site_id", "sequence", name=op.f("uq_voucher_site_id_sequence")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_voucher_submission_id")),
    )
    op.create_index("ix_voucher_business_date", "voucher", ["business_date"], unique=False)
    op.create_index("ix_voucher_request_id", "voucher", ["request_id"], unique=False)
    op.create_index("ix_voucher_reverses_id", "voucher", ["reverses_id"], unique=False)
    op.create_table(
        "approval_fund",
        sa.Column("approval_id", db.Whole, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_approval_fund_approval_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_approval_fund_fund_id")),
        sa.PrimaryKeyConstraint("approval_id", "fund_id", name=op.f("pk_approval_fund")),
    )
    op.create_table(
        "approval_item",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("approval_id", db.Whole, nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.Column("quantity_per_issue", db.Whole, nullable=False),
        sa.Column("issues", db.Whole, nullable=False),
        sa.Column("interval_days", db.Whole, nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("directions_ar", sa.Text(), nullable=False),
        sa.Column("directions_en", sa.Text(), nullable=False),
        sa.CheckConstraint("interval_days > 0", name=op.f("ck_approval_item_interval")),
        sa.CheckConstraint("issues > 0", name=op.f("ck_approval_item_issues")),
        sa.CheckConstraint("quantity_per_issue > 0", name=op.f("ck_approval_item_quantity")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_approval_item_approval_id")
        ),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_approval_item_drug_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_item")),
    )
    op.create_index(
        op.f("ix_approval_item_approval_id"), "approval_item", ["approval_id"], unique=False
    )
    op.create_table(
        "batch",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("site_id", db.Whole, nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=True),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("origin_batch_id", db.Whole, nullable=True),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", db.Day(), nullable=False),
        sa.Column("received_on", db.Day(), nullable=False),
        sa.Column("received_quantity", db.Whole, nullable=False),
        sa.Column("received_value", db.Whole, nullable=False),
        sa.Column("on_hand", db.Whole, nullable=False),
        sa.Column("value_on_hand", db.Whole, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('available', 'quarantined', 'recalled')", name=op.f("ck_batch_status_known")
        ),
        sa.CheckConstraint(
            "on_hand > 0 OR value_on_hand = 0", name=op.f("ck_batch_empty_is_worthless")
        ),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_batch_on_hand")),
        sa.CheckConstraint("received_quantity > 0", name=op.f("ck_batch_received_quantity")),
        sa.CheckConstraint("received_value >= 0", name=op.f("ck_batch_received_value")),
        sa.CheckConstraint("value_on_hand >= 0", name=op.f("ck_batch_value_on_hand")),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_batch_drug_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_batch_fund_id")),
        sa.ForeignKeyConstraint(
            ["origin_batch_id"], ["batch.id"], name=op.f("fk_batch_origin_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_batch_request_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_batch_site_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_batch_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_drug_id", "batch", ["drug_id"], unique=False)
    op.create_index(
        "ix_batch_site_id_drug_id_expiry", "batch", ["site_id", "drug_id", "expiry"], unique=False
    )
    op.create_index("ix_batch_voucher_id", "batch", ["voucher_id"], unique=False)
    op.create_table(
        "dispensing",
        sa.Column("voucher_id", db.Whole, autoincrement=False, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("approval_id", db.Whole, nullable=False),
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("centre_id", db.Whole, nullable=True),
        sa.Column("condition_id", db.Whole, nullable=True),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("card_number", sa.Text(), nullable=False),
        sa.Column("collected_by_name", sa.Text(), nullable=False),
        sa.Column("collected_by_identity", sa.Text(), nullable=False),
        sa.Column("collected_by_relation", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('city_centre', 'village_centre', 'hotline', 'portal', 'app', 'social_media', 'sawtak_masmou', 'public_meeting', 'counter')",
            name=op.f("ck_dispensing_channel_known"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id", "request_id"],
            ["approval.id", "approval.request_id"],
            name=op.f("fk_dispensing_approval_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_dispensing_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_dispensing_centre_id")),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_dispensing_condition_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id", "beneficiary_id"],
            ["citizen_request.id", "citizen_request.beneficiary_id"],
            name=op.f("fk_dispensing_request_id_beneficiary_id"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id", "request_id"],
            ["voucher.id", "voucher.request_id"],
            name=op.f("fk_dispensing_voucher_id_request_id"),
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_dispensing")),
    )
    op.create_index("ix_dispensing_approval_id", "dispensing", ["approval_id"], unique=False)
    op.create_index("ix_dispensing_beneficiary_id", "dispensing", ["beneficiary_id"], unique=False)
    op.create_index("ix_dispensing_request_id", "dispensing", ["request_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("amount", db.Whole, nullable=False),
        sa.Column("reverses_id", db.Whole, nullable=True),
        sa.CheckConstraint(
            "account IN ('stock', 'cash', 'citizen_cash', 'in_transit', 'payables', 'fund_balance', 'gifts_in_kind', 'cost_state', 'cost_donor', 'cost_institutions', 'losses', 'count_differences')",
            name=op.f("ck_posting_account_known"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_posting_amount")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_posting_fund_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["posting.id"], name=op.f("fk_posting_reverses_id")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_posting_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_posting_reverses_id")),
    )
    op.create_index("ix_posting_account_fund_id", "posting", ["account", "fund_id"], unique=False)
    op.create_index(op.f("ix_posting_voucher_id"), "posting", ["voucher_id"], unique=False)
    op.create_table(
        "batch_event",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("batch_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_event_batch_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_batch_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_event")),
    )
    op.create_index(op.f("ix_batch_event_batch_id"), "batch_event", ["batch_id"], unique=False)
    op.create_table(
        "notice_override",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.CheckConstraint(
            "code IN ('approval_not_started', 'approval_lapsed', 'approval_used_up', 'more_than_an_issue', 'not_yet_due', 'case_ceiling', 'month_ceiling', 'allergy_ingredient', 'allergy_class', 'same_drug_in_hand', 'same_ingredient_in_hand', 'same_ingredient_twice', 'interaction', 'course_beyond_expiry', 'combination_in_hand', 'combination_twice', 'same_class_in_hand', 'same_class_twice', 'dose_differs', 'given_today', 'pregnancy', 'child', 'prescription_missing', 'prescription_expired', 'prescription_used', 'prescription_not_kept', 'second_signature_missing', 'pack_not_scanned', 'pack_used', 'not_first_expiry', 'batch_not_issuable')",
            name=op.f("ck_notice_override_code_known"),
        ),
        sa.CheckConstraint(
            "severity IN ('stop', 'block', 'warn')", name=op.f("ck_notice_override_severity_known")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_notice_override_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["dispensing.voucher_id"], name=op.f("fk_notice_override_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_override")),
    )
    op.create_index(op.f("ix_notice_override_code"), "notice_override", ["code"], unique=False)
    op.create_index(
        op.f("ix_notice_override_voucher_id"), "notice_override", ["voucher_id"], unique=False
    )
    op.create_table(
        "owing",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("approval_item_id", db.Whole, nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_owing_quantity")),
        sa.ForeignKeyConstraint(
            ["approval_item_id"], ["approval_item.id"], name=op.f("fk_owing_approval_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_owing_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_owing_drug_id")),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["dispensing.voucher_id"], name=op.f("fk_owing_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owing")),
    )
    op.create_index(op.f("ix_owing_approval_item_id"), "owing", ["approval_item_id"], unique=False)
    op.create_index(op.f("ix_owing_beneficiary_id"), "owing", ["beneficiary_id"], unique=False)
    op.create_index(op.f("ix_owing_drug_id"), "owing", ["drug_id"], unique=False)
    op.create_index(op.f("ix_owing_voucher_id"), "owing", ["voucher_id"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("batch_id", db.Whole, nullable=False),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.Column("value", db.Whole, nullable=False),
        sa.Column("reverses_id", db.Whole, nullable=True),
        sa.CheckConstraint(
            "(quantity > 0 AND value >= 0) OR (quantity < 0 AND value <= 0)",
            name=op.f("ck_stock_movement_signs_agree"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movement_quantity")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_stock_movement_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["stock_movement.id"], name=op.f("fk_stock_movement_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_stock_movement_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_stock_movement_reverses_id")),
        sa.UniqueConstraint(
            "voucher_id", "line_no", name=op.f("uq_stock_movement_voucher_id_line_no")
        ),
    )
    op.create_index(
        op.f("ix_stock_movement_batch_id"), "stock_movement", ["batch_id"], unique=False
    )
    op.create_table(
        "dispensing_line",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("voucher_id", db.Whole, nullable=False),
        sa.Column("line_no", db.Whole, nullable=False),
        sa.Column("dispensing_id", db.Whole, nullable=False),
        sa.Column("approval_item_id", db.Whole, nullable=False),
        sa.Column("drug_id", db.Whole, nullable=False),
        sa.Column("batch_id", db.Whole, nullable=False),
        sa.Column("fund_id", db.Whole, nullable=False),
        sa.Column("beneficiary_id", db.Whole, nullable=False),
        sa.Column("business_date", db.Day(), nullable=False),
        sa.Column("quantity", db.Whole, nullable=False),
        sa.Column("cost", db.Whole, nullable=False),
        sa.Column("state_share", db.Whole, nullable=False),
        sa.Column("donor_share", db.Whole, nullable=False),
        sa.Column("citizen_share", db.Whole, nullable=False),
        sa.Column("days", db.Whole, nullable=False),
        sa.Column("drug_name_ar", sa.Text(), nullable=False),
        sa.Column("drug_name_en", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", db.Day(), nullable=False),
        sa.Column("directions_ar", sa.Text(), nullable=False),
        sa.Column("directions_en", sa.Text(), nullable=False),
        sa.Column("owing_id", db.Whole, nullable=True),
        sa.Column("reverses_line_id", db.Whole, nullable=True),
        sa.CheckConstraint(
            "unit IN ('tablet', 'capsule', 'bottle', 'ampoule', 'vial', 'pen', 'cartridge', 'inhaler', 'tube', 'suppository', 'sachet', 'patch', 'tin', 'piece')",
            name=op.f("ck_dispensing_line_unit_known"),
        ),
        sa.CheckConstraint(
            "(quantity > 0) = (reverses_line_id IS NULL)",
            name=op.f("ck_dispensing_line_reversal_is_negative"),
        ),
        sa.CheckConstraint(
            "cost = state_share + donor_share + citizen_share",
            name=op.f("ck_dispensing_line_shares_add_up"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_dispensing_line_quantity")),
        sa.ForeignKeyConstraint(
            ["approval_item_id"],
            ["approval_item.id"],
            name=op.f("fk_dispensing_line_approval_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_dispensing_line_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_dispensing_line_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispensing_id"],
            ["dispensing.voucher_id"],
            name=op.f("fk_dispensing_line_dispensing_id"),
        ),
        sa.ForeignKeyConstraint(["drug_id"], ["drug.id"], name=op.f("fk_dispensing_line_drug_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_dispensing_line_fund_id")),
        sa.ForeignKeyConstraint(
            ["owing_id"], ["owing.id"], name=op.f("fk_dispensing_line_owing_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_line_id"],
            ["dispensing_line.id"],
            name=op.f("fk_dispensing_line_reverses_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_dispensing_line_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispensing_line")),
        sa.UniqueConstraint("reverses_line_id", name=op.f("uq_dispensing_line_reverses_line_id")),
        sa.UniqueConstraint(
            "voucher_id", "line_no", name=op.f("uq_dispensing_line_voucher_id_line_no")
        ),
    )
    op.create_index(
        "ix_dispensing_line_approval_item_id", "dispensing_line", ["approval_item_id"], unique=False
    )
    op.create_index("ix_dispensing_line_batch_id", "dispensing_line", ["batch_id"], unique=False)
    op.create_index(
        "ix_dispensing_line_beneficiary_id",
        "dispensing_line",
        ["beneficiary_id", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_dispensing_line_business_date",
        "dispensing_line",
        [
            "business_date",
            "drug_id",
            "fund_id",
            "beneficiary_id",
            "dispensing_id",
            "quantity",
            "cost",
            "state_share",
            "donor_share",
        ],
        unique=False,
    )
    op.create_index(
        "ix_dispensing_line_dispensing_id", "dispensing_line", ["dispensing_id"], unique=False
    )
    op.create_index("ix_dispensing_line_drug_id", "dispensing_line", ["drug_id"], unique=False)
    op.create_index("ix_dispensing_line_owing_id", "dispensing_line", ["owing_id"], unique=False)
    op.create_index(
        "ix_dispensing_line_reversals",
        "dispensing_line",
        ["business_date"],
        unique=False,
        sqlite_where=sa.text("reverses_line_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_line_id IS NOT NULL"),
    )
    op.create_table(
        "owing_closure",
        sa.Column("owing_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owing_id"], ["owing.id"], name=op.f("fk_owing_closure_owing_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_owing_closure_staff_id")),
        sa.PrimaryKeyConstraint("owing_id", name=op.f("pk_owing_closure")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION pharmacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'posted facts are never changed: %', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table in POSTED_FACTS:
        guard(table)


def downgrade() -> None:
    op.drop_table("owing_closure")
    op.drop_index(
        "ix_dispensing_line_reversals",
        table_name="dispensing_line",
        sqlite_where=sa.text("reverses_line_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_line_id IS NOT NULL"),
    )
    op.drop_index("ix_dispensing_line_owing_id", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_drug_id", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_dispensing_id", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_business_date", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_beneficiary_id", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_batch_id", table_name="dispensing_line")
    op.drop_index("ix_dispensing_line_approval_item_id", table_name="dispensing_line")
    op.drop_table("dispensing_line")
    op.drop_index(op.f("ix_stock_movement_batch_id"), table_name="stock_movement")
    op.drop_table("stock_movement")
    op.drop_index(op.f("ix_owing_voucher_id"), table_name="owing")
    op.drop_index(op.f("ix_owing_drug_id"), table_name="owing")
    op.drop_index(op.f("ix_owing_beneficiary_id"), table_name="owing")
    op.drop_index(op.f("ix_owing_approval_item_id"), table_name="owing")
    op.drop_table("owing")
    op.drop_index(op.f("ix_notice_override_voucher_id"), table_name="notice_override")
    op.drop_index(op.f("ix_notice_override_code"), table_name="notice_override")
    op.drop_table("notice_override")
    op.drop_index(op.f("ix_batch_event_batch_id"), table_name="batch_event")
    op.drop_table("batch_event")
    op.drop_index(op.f("ix_posting_voucher_id"), table_name="posting")
    op.drop_index("ix_posting_account_fund_id", table_name="posting")
    op.drop_table("posting")
    op.drop_index("ix_dispensing_request_id", table_name="dispensing")
    op.drop_index("ix_dispensing_beneficiary_id", table_name="dispensing")
    op.drop_index("ix_dispensing_approval_id", table_name="dispensing")
    op.drop_table("dispensing")
    op.drop_index("ix_batch_voucher_id", table_name="batch")
    op.drop_index("ix_batch_site_id_drug_id_expiry", table_name="batch")
    op.drop_index("ix_batch_drug_id", table_name="batch")
    op.drop_table("batch")
    op.drop_index(op.f("ix_approval_item_approval_id"), table_name="approval_item")
    op.drop_table("approval_item")
    op.drop_table("approval_fund")
    op.drop_index("ix_voucher_reverses_id", table_name="voucher")
    op.drop_index("ix_voucher_request_id", table_name="voucher")
    op.drop_index("ix_voucher_business_date", table_name="voucher")
    op.drop_table("voucher")
    op.drop_index(op.f("ix_request_event_request_id"), table_name="request_event")
    op.drop_table("request_event")
    op.drop_index(op.f("ix_approval_request_id"), table_name="approval")
    op.drop_table("approval")
    op.drop_index("ix_citizen_request_state_received_on", table_name="citizen_request")
    op.drop_index("ix_citizen_request_received_on", table_name="citizen_request")
    op.drop_index("ix_citizen_request_channel_received_on", table_name="citizen_request")
    op.drop_index("ix_citizen_request_centre_id_received_on", table_name="citizen_request")
    op.drop_index("ix_citizen_request_beneficiary_id", table_name="citizen_request")
    op.drop_table("citizen_request")
    op.drop_table("beneficiary_condition")
    op.drop_index(op.f("ix_beneficiary_allergy_beneficiary_id"), table_name="beneficiary_allergy")
    op.drop_table("beneficiary_allergy")
    op.drop_index(op.f("ix_access_event_staff_id"), table_name="access_event")
    op.drop_index(op.f("ix_access_event_beneficiary_id"), table_name="access_event")
    op.drop_index(op.f("ix_access_event_at"), table_name="access_event")
    op.drop_table("access_event")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("setting")
    op.drop_table("closed_period")
    op.drop_index(
        "uq_beneficiary_active_identity",
        table_name="beneficiary",
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_index("ix_beneficiary_phone", table_name="beneficiary")
    op.drop_index("ix_beneficiary_merged_into_id", table_name="beneficiary")
    op.drop_index("ix_beneficiary_folded_name", table_name="beneficiary")
    op.drop_table("beneficiary")
    op.drop_index("ix_audit_event_noun_noun_id", table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(
        "uq_api_token_live_name",
        table_name="api_token",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("api_token")
    op.drop_table("voucher_series")
    op.drop_table("staff")
    op.drop_table("site_chain")
    op.drop_table("fund")
    op.drop_index(op.f("ix_drug_gtin_drug_id"), table_name="drug_gtin")
    op.drop_table("drug_gtin")
    op.drop_table("supplier")
    op.drop_table("site")
    op.drop_index("ix_sign_in_attempt_username_at", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_address_at", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("request_series")
    op.drop_table("public_meeting")
    op.drop_table("interaction")
    op.drop_index("ix_drug_folded_name", table_name="drug")
    op.drop_index("ix_drug_atc", table_name="drug")
    op.drop_table("drug")
    op.drop_table("condition")
    op.drop_table("centre")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION pharmacy_refuse_change()")
