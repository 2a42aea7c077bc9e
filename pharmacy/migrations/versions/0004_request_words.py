"""The words of citizen requests: a full-text table on the embedded engine, an index on the server."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A request's centre is one of its words, after a letter that folded words never hold.
EMBEDDED_WORDS = "'ة' || coalesce({0}.centre_id, '') || ' ' || {0}.search_text"
SERVER_WORDS = (
    "array_to_tsvector(array_remove(string_to_array('ة'"
    " || coalesce(CAST(centre_id AS text), '') || ' ' || search_text, ' '), ''))"
)
TRIGGERS = {
    "added": "INSERT ON citizen_request",
    "changed": "UPDATE OF search_text, centre_id ON citizen_request",
    "removed": "DELETE ON citizen_request",
}


def upgrade() -> None:
    # What was recorded before there was a clock is due when it was received.
    op.execute("UPDATE citizen_request SET due_on = received_on WHERE due_on IS NULL")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE INDEX ix_citizen_request_words ON citizen_request"
            f" USING gin (({SERVER_WORDS})) WITH (fastupdate = off)"
        )
        return
    op.execute(
        "CREATE VIEW request_words_source AS SELECT id,"
        f" {EMBEDDED_WORDS.format('citizen_request')} AS words FROM citizen_request"
    )
    op.execute(
        "CREATE VIRTUAL TABLE request_words USING fts5(words, content='request_words_source',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='1 2 3',"
        " detail=none, columnsize=0)"
    )
    forget = f"INSERT INTO request_words(request_words, rowid, words) VALUES ('delete', old.id, {EMBEDDED_WORDS.format('old')});"
    learn = (
        f"INSERT INTO request_words(rowid, words) VALUES (new.id, {EMBEDDED_WORDS.format('new')});"
    )
    work = {"added": learn, "changed": forget + learn, "removed": forget}
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER request_words_{name} AFTER {when} BEGIN {work[name]} END")
    op.execute("INSERT INTO request_words(request_words) VALUES ('rebuild')")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP INDEX ix_citizen_request_words")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER request_words_{name}")
    op.execute("DROP TABLE request_words")
    op.execute("DROP VIEW request_words_source")
