"""What migrations share: guards of posted facts, and closed lists that grow."""

import sqlalchemy as sa
from alembic import op


def guard(table: str) -> None:
    """Refuse every update and delete of a table's rows."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'posted facts are never changed: {table}'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION pharmacy_refuse_change()"
    )


def known_words(table: str, column: str, before: str, after: str, *, shrinks: bool = False) -> None:
    """Let a column hold another list of words, given as SQL (`'a', 'b'`).

    The embedded engine cannot alter a check, and a table that others point to cannot be rebuilt
    inside a transaction. Its manual names this way for checks, which no stored row depends on
    (www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"); a
    statement that finds nothing to change stops the migration. A list that `shrinks`, on the way
    down, binds what is written from then on.
    """
    name = f"ck_{table}_{column}_known"
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        late = " NOT VALID" if shrinks else ""
        known = f"CHECK ({column} IN ({after})){late}"
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {known}")
        return
    op.execute("PRAGMA writable_schema = ON")
    changed = op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = :table AND instr(sql, :before) > 0"
        ),
        {
            "before": f"{column} IN ({before})",
            "after": f"{column} IN ({after})",
            "table": table,
        },
    )
    op.execute("PRAGMA writable_schema = RESET")
    if changed.rowcount != 1:
        raise AssertionError(f"{table}.{column} does not hold the words expected")
