"""Citizen requests: the whole life, the clock, the committee, what comes in and what goes out."""

import sqlalchemy as sa
from alembic import op

from pharmacy import db
from pharmacy.migrations.facts import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSTED_FACTS = (
    "citizen_feedback",
    "citizen_reply",
    "medical_check",
    "request_link",
    "social_research",
    "vote",
)


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("day", db.Day(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
        sqlite_strict=True,
    )
    op.create_table(
        "time_limit",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("working_days", db.Whole, nullable=False),
        sa.CheckConstraint(
            "category IN ('medicine', 'supplies', 'infant_milk', 'treatment', 'utilities', 'housing', 'social_aid', 'licence', 'other')",
            name=op.f("ck_time_limit_category_known"),
        ),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent')", name=op.f("ck_time_limit_urgency_known")
        ),
        sa.CheckConstraint("working_days > 0", name=op.f("ck_time_limit_positive")),
        sa.PrimaryKeyConstraint("category", "urgency", name=op.f("pk_time_limit")),
        sqlite_strict=True,
    )
    op.create_table(
        "tracking_attempt",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("succeeded", db.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_attempt")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_tracking_attempt_address_at", "tracking_attempt", ["address", "at"], unique=False
    )
    op.create_index(
        "ix_tracking_attempt_number_at", "tracking_attempt", ["number", "at"], unique=False
    )

    op.create_table(
        "idempotency_key",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("status", db.Whole, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_idempotency_key_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("staff_id", "key", name=op.f("uq_idempotency_key_staff_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_job",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", db.Whole, nullable=False),
        sa.Column("position", db.Whole, nullable=False),
        sa.Column("imported", db.Whole, nullable=False),
        sa.Column("changed", db.Whole, nullable=False),
        sa.Column("skipped", db.Whole, nullable=False),
        sa.Column("refused", db.Whole, nullable=False),
        sa.Column("started_at", db.Moment(), nullable=False),
        sa.Column("started_by", db.Whole, nullable=False),
        sa.Column("finished_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('city_centre', 'village_centre', 'hotline', 'portal', 'app', 'social_media', 'sawtak_masmou', 'public_meeting', 'counter')",
            name=op.f("ck_import_job_channel_known"),
        ),
        sa.CheckConstraint(
            "state IN ('ready', 'running', 'done', 'stopped')",
            name=op.f("ck_import_job_state_known"),
        ),
        sa.CheckConstraint(
            "position = imported + changed + skipped + refused",
            name=op.f("ck_import_job_rows_add_up"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["staff.id"], name=op.f("fk_import_job_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
        sqlite_strict=True,
    )
    op.create_index("ix_import_job_sha256", "import_job", ["sha256"], unique=False)
    op.create_index(
        "uq_import_job_unfinished",
        "import_job",
        ["noun", "sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )

    op.create_table(
        "import_refusal",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("job_id", db.Whole, nullable=False),
        sa.Column("row_number", db.Whole, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_job.id"], name=op.f("fk_import_refusal_job_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_refusal")),
        sa.UniqueConstraint(
            "job_id", "row_number", name=op.f("uq_import_refusal_job_id_row_number")
        ),
        sqlite_strict=True,
    )

    op.create_table(
        "import_mapping",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.Column("saved_at", db.Moment(), nullable=False),
        sa.Column("saved_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "channel IN ('city_centre', 'village_centre', 'hotline', 'portal', 'app', 'social_media', 'sawtak_masmou', 'public_meeting', 'counter')",
            name=op.f("ck_import_mapping_channel_known"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["staff.id"], name=op.f("fk_import_mapping_saved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("channel", "name", name=op.f("uq_import_mapping_channel_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "sitting",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("held_on", db.Day(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("chair_id", db.Whole, nullable=False),
        sa.Column("quorum", db.Whole, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("planned_at", db.Moment(), nullable=False),
        sa.Column("planned_by", db.Whole, nullable=False),
        sa.Column("opened_at", db.Moment(), nullable=True),
        sa.Column("closed_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closed')", name=op.f("ck_sitting_state_known")
        ),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_sitting_quorum")),
        sa.ForeignKeyConstraint(["chair_id"], ["staff.id"], name=op.f("fk_sitting_chair_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["staff.id"], name=op.f("fk_sitting_planned_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("number", name=op.f("uq_sitting_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_sitting_submission_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_sitting_held_on", "sitting", ["held_on"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("active", db.Flag(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("created_by", db.Whole, nullable=False),
        sa.CheckConstraint(
            "channel IN ('city_centre', 'village_centre', 'hotline', 'portal', 'app', 'social_media', 'sawtak_masmou', 'public_meeting', 'counter')",
            name=op.f("ck_webhook_channel_known"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_webhook_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "sitting_member",
        sa.Column("sitting_id", db.Whole, nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("present", db.Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_member_sitting_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sitting_member_staff_id")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "staff_id", name=op.f("pk_sitting_member")),
        sqlite_strict=True,
    )
    op.create_table(
        "attachment",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", db.Whole, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("added_at", db.Moment(), nullable=False),
        sa.Column("added_by", db.Whole, nullable=False),
        sa.Column("keep_until", db.Day(), nullable=False),
        sa.Column("removed_at", db.Moment(), nullable=True),
        sa.Column("removed_by", db.Whole, nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('prescription', 'medical_report', 'id_copy', 'insurance_statement', 'income_proof', 'other')",
            name=op.f("ck_attachment_kind_known"),
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name=op.f("ck_attachment_removed")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_attachment_added_by")),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["staff.id"], name=op.f("fk_attachment_removed_by")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_attachment_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
        sqlite_strict=True,
    )
    op.create_index("ix_attachment_keep_until", "attachment", ["keep_until"], unique=False)
    op.create_index(op.f("ix_attachment_request_id"), "attachment", ["request_id"], unique=False)
    op.create_index(
        "uq_attachment_live_content",
        "attachment",
        ["request_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )

    op.create_table(
        "citizen_feedback",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("event_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("solved", db.Flag(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["request_event.id"], name=op.f("fk_citizen_feedback_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_citizen_feedback_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_feedback")),
        sa.UniqueConstraint("event_id", name=op.f("uq_citizen_feedback_event_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_citizen_feedback_request_id"), "citizen_feedback", ["request_id"], unique=False
    )

    op.create_table(
        "citizen_reply",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "means IN ('sms', 'email', 'phone', 'in_person', 'source_system')",
            name=op.f("ck_citizen_reply_means_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_citizen_reply_request_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_citizen_reply_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_reply")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_citizen_reply_submission_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_citizen_reply_request_id"), "citizen_reply", ["request_id"], unique=False
    )

    op.create_table(
        "incoming_message",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("outside_reference", sa.Text(), nullable=True),
        sa.Column("received_on", db.Day(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_phone", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", db.Whole, nullable=True),
        sa.Column("recorded_at", db.Moment(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.Column("handled_at", db.Moment(), nullable=True),
        sa.Column("handled_by", db.Whole, nullable=True),
        sa.CheckConstraint(
            "(state = 'complaint') = (request_id IS NOT NULL)",
            name=op.f("ck_incoming_message_complaint"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'complaint', 'kept')", name=op.f("ck_incoming_message_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["staff.id"], name=op.f("fk_incoming_message_handled_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_incoming_message_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_incoming_message_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_message")),
        sa.UniqueConstraint(
            "outside_reference", name=op.f("uq_incoming_message_outside_reference")
        ),
        sa.UniqueConstraint("submission_id", name=op.f("uq_incoming_message_submission_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_incoming_message_state_received_on",
        "incoming_message",
        ["state", "received_on"],
        unique=False,
    )

    op.create_table(
        "medical_check",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("condition_id", db.Whole, nullable=True),
        sa.Column("diagnosis", sa.Text(), nullable=False),
        sa.Column("prescription_seen", db.Flag(), nullable=False),
        sa.Column("prescription_on", db.Day(), nullable=True),
        sa.Column("to_buy", db.Flag(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "finding IN ('supports', 'against', 'undecided')",
            name=op.f("ck_medical_check_finding_known"),
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["condition.id"], name=op.f("fk_medical_check_condition_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_medical_check_request_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_medical_check_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medical_check")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_medical_check_request_id"), "medical_check", ["request_id"], unique=False
    )

    op.create_table(
        "request_link",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("earlier_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.CheckConstraint(
            "kind IN ('duplicate_of', 'renews')", name=op.f("ck_request_link_kind_known")
        ),
        sa.CheckConstraint("earlier_id <> request_id", name=op.f("ck_request_link_two")),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["citizen_request.id"], name=op.f("fk_request_link_earlier_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_request_link_request_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_request_link_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_link")),
        sa.UniqueConstraint(
            "request_id",
            "kind",
            "earlier_id",
            name=op.f("uq_request_link_request_id_kind_earlier_id"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_request_link_earlier_id", "request_link", ["earlier_id"], unique=False)

    op.create_table(
        "social_research",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("household_size", db.Whole, nullable=False),
        sa.Column("monthly_income", db.Whole, nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "finding IN ('supports', 'against', 'undecided')",
            name=op.f("ck_social_research_finding_known"),
        ),
        sa.CheckConstraint(
            "insurance IN ('none', 'health_insurance', 'state_treatment', 'employer', 'unknown')",
            name=op.f("ck_social_research_insurance_known"),
        ),
        sa.CheckConstraint("household_size > 0", name=op.f("ck_social_research_household")),
        sa.CheckConstraint("monthly_income >= 0", name=op.f("ck_social_research_income")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_social_research_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_social_research_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_research")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_social_research_request_id"), "social_research", ["request_id"], unique=False
    )

    op.create_table(
        "agenda_item",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("sitting_id", db.Whole, nullable=False),
        sa.Column("position", db.Whole, nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approval_id", db.Whole, nullable=True),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('approved', 'rejected', 'deferred')",
            name=op.f("ck_agenda_item_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_agenda_item_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_agenda_item_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_agenda_item_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint(
            "sitting_id", "position", name=op.f("uq_agenda_item_sitting_id_position")
        ),
        sa.UniqueConstraint(
            "sitting_id", "request_id", name=op.f("uq_agenda_item_sitting_id_request_id")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_agenda_item_request_id", "agenda_item", ["request_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_id", db.Whole, nullable=False),
        sa.Column("event_id", db.Whole, nullable=True),
        sa.Column("webhook_id", db.Whole, nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("attempts", db.Whole, nullable=False),
        sa.Column("next_attempt_at", db.Moment(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("sent_at", db.Moment(), nullable=True),
        sa.Column("given_up_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'webhook') = (webhook_id IS NOT NULL)", name=op.f("ck_outbox_message_webhook")
        ),
        sa.CheckConstraint(
            "kind IN ('sms', 'email', 'webhook')", name=op.f("ck_outbox_message_kind_known")
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_outbox_message_ended_once")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["request_event.id"], name=op.f("fk_outbox_message_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["citizen_request.id"], name=op.f("fk_outbox_message_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_outbox_message_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_message_request_id", "outbox_message", ["request_id"], unique=False)
    op.create_index(
        "ix_outbox_message_waiting",
        "outbox_message",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )

    op.create_table(
        "vote",
        sa.Column("id", db.Whole, nullable=False),
        sa.Column("agenda_item_id", db.Whole, nullable=False),
        sa.Column("staff_id", db.Whole, nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("recorded_by", db.Whole, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.CheckConstraint(
            "choice IN ('for', 'against', 'abstained')", name=op.f("ck_vote_choice_known")
        ),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"], ["agenda_item.id"], name=op.f("fk_vote_agenda_item_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_vote_recorded_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_vote_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint(
            "agenda_item_id", "staff_id", name=op.f("uq_vote_agenda_item_id_staff_id")
        ),
        sqlite_strict=True,
    )
    op.add_column("api_token", sa.Column("scopes", sa.Text(), nullable=False, server_default=""))
    op.add_column("api_token", sa.Column("last_used_at", db.Moment(), nullable=True))

    op.add_column("citizen_request", sa.Column("citizen_identity", sa.Text(), nullable=True))
    op.add_column("citizen_request", sa.Column("citizen_email", sa.Text(), nullable=True))
    op.add_column(
        "citizen_request",
        sa.Column("channel_facts", sa.Text(), nullable=False, server_default="{}"),
    )
    op.add_column(
        "citizen_request", sa.Column("search_text", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("citizen_request", sa.Column("due_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("paused_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("settled_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("first_reply_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("approved_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("handed_over_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("closed_on", db.Day(), nullable=True))
    op.add_column("citizen_request", sa.Column("reopened_on", db.Day(), nullable=True))
    op.create_index(
        "ix_citizen_request_citizen_identity",
        "citizen_request",
        ["citizen_identity"],
        unique=False,
        sqlite_where=sa.text("citizen_identity IS NOT NULL"),
        postgresql_where=sa.text("citizen_identity IS NOT NULL"),
    )
    op.create_index(
        "ix_citizen_request_citizen_phone",
        "citizen_request",
        ["citizen_phone"],
        unique=False,
        sqlite_where=sa.text("citizen_phone IS NOT NULL"),
        postgresql_where=sa.text("citizen_phone IS NOT NULL"),
    )
    op.create_index(
        "ix_citizen_request_meeting_id", "citizen_request", ["meeting_id"], unique=False
    )
    op.create_index(
        "ix_citizen_request_unsettled_due_on",
        "citizen_request",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("settled_on IS NULL"),
        postgresql_where=sa.text("settled_on IS NULL"),
    )
    op.create_index(
        "uq_public_meeting_held_on_place", "public_meeting", ["held_on", "place"], unique=True
    )
    for table in POSTED_FACTS:
        guard(table)


def downgrade() -> None:
    op.drop_index("uq_public_meeting_held_on_place", table_name="public_meeting")
    op.drop_index(
        "ix_citizen_request_unsettled_due_on",
        table_name="citizen_request",
        sqlite_where=sa.text("settled_on IS NULL"),
        postgresql_where=sa.text("settled_on IS NULL"),
    )
    op.drop_index("ix_citizen_request_meeting_id", table_name="citizen_request")
    op.drop_index(
        "ix_citizen_request_citizen_phone",
        table_name="citizen_request",
        sqlite_where=sa.text("citizen_phone IS NOT NULL"),
        postgresql_where=sa.text("citizen_phone IS NOT NULL"),
    )
    op.drop_index(
        "ix_citizen_request_citizen_identity",
        table_name="citizen_request",
        sqlite_where=sa.text("citizen_identity IS NOT NULL"),
        postgresql_where=sa.text("citizen_identity IS NOT NULL"),
    )
    op.drop_column("citizen_request", "reopened_on")
    op.drop_column("citizen_request", "closed_on")
    op.drop_column("citizen_request", "handed_over_on")
    op.drop_column("citizen_request", "approved_on")
    op.drop_column("citizen_request", "first_reply_on")
    op.drop_column("citizen_request", "settled_on")
    op.drop_column("citizen_request", "paused_on")
    op.drop_column("citizen_request", "due_on")
    op.drop_column("citizen_request", "search_text")
    op.drop_column("citizen_request", "channel_facts")
    op.drop_column("citizen_request", "citizen_email")
    op.drop_column("citizen_request", "citizen_identity")

    op.drop_column("api_token", "last_used_at")
    op.drop_column("api_token", "scopes")

    op.drop_table("vote")
    op.drop_index(
        "ix_outbox_message_waiting",
        table_name="outbox_message",
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.drop_index("ix_outbox_message_request_id", table_name="outbox_message")

    op.drop_table("outbox_message")
    op.drop_index("ix_agenda_item_request_id", table_name="agenda_item")

    op.drop_table("agenda_item")
    op.drop_index(op.f("ix_social_research_request_id"), table_name="social_research")

    op.drop_table("social_research")
    op.drop_index("ix_request_link_earlier_id", table_name="request_link")

    op.drop_table("request_link")
    op.drop_index(op.f("ix_medical_check_request_id"), table_name="medical_check")

    op.drop_table("medical_check")
    op.drop_index("ix_incoming_message_state_received_on", table_name="incoming_message")

    op.drop_table("incoming_message")
    op.drop_index(op.f("ix_citizen_reply_request_id"), table_name="citizen_reply")

    op.drop_table("citizen_reply")
    op.drop_index(op.f("ix_citizen_feedback_request_id"), table_name="citizen_feedback")

    op.drop_table("citizen_feedback")
    op.drop_index(
        "uq_attachment_live_content",
        table_name="attachment",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(op.f("ix_attachment_request_id"), table_name="attachment")
    op.drop_index("ix_attachment_keep_until", table_name="attachment")

    op.drop_table("attachment")
    op.drop_table("sitting_member")
    op.drop_table("webhook")
    op.drop_index("ix_sitting_held_on", table_name="sitting")

    op.drop_table("sitting")
    op.drop_table("import_mapping")
    op.drop_table("import_refusal")
    op.drop_index(
        "uq_import_job_unfinished",
        table_name="import_job",
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.drop_index("ix_import_job_sha256", table_name="import_job")

    op.drop_table("import_job")
    op.drop_table("idempotency_key")
    op.drop_index("ix_tracking_attempt_number_at", table_name="tracking_attempt")
    op.drop_index("ix_tracking_attempt_address_at", table_name="tracking_attempt")

    op.drop_table("tracking_attempt")
    op.drop_table("time_limit")
    op.drop_table("holiday")
