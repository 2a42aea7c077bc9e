"""Finding citizen requests by their words, on either engine.

The embedded engine keeps the words in a full-text table beside the requests, written by triggers;
the server keeps them in an index over the same words. Both are asked for beginnings of words, all
of which must be there, in any order. A request's centre is one of its words, so that a clerk's
search never reads through other centres' requests.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, bindparam, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import BindParameter

CENTRE_WORD = "ة"
"""What the word of a centre begins with: a letter that folding leaves in no other word."""

_SERVER_WORDS = (
    "array_to_tsvector(array_remove(string_to_array('ة'"
    " || coalesce(CAST(citizen_request.centre_id AS text), '')"
    " || ' ' || citizen_request.search_text, ' '), ''))"
)


class has_words(ColumnElement[bool]):  # noqa: N801 - a function of the database, named as one
    """Whether the words of a citizen request begin with each of some words.

    Args:
        words: Folded, of letters and digits only; at least one.
        centre_id: The centre it must have come through, if any.
    """

    inherit_cache = True
    type = Boolean()
    # Or the embedded engine, which has no booleans, is told `… IN (…) = 1`, and reads every row.
    _is_implicitly_boolean = True

    def __init__(self, words: Sequence[str], centre_id: int | None = None) -> None:
        whole = [] if centre_id is None else [f"{CENTRE_WORD}{centre_id}"]
        match = [f'"{word}"' for word in whole] + [f'"{word}"*' for word in words]
        query = [f"'{word}'" for word in whole] + [f"'{word}':*" for word in words]
        self.embedded: BindParameter[str] = bindparam(None, " AND ".join(match))
        self.server: BindParameter[str] = bindparam(None, " & ".join(query))

    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's
        ("embedded", InternalTraversal.dp_clauseelement),
        ("server", InternalTraversal.dp_clauseelement),
    ]


@compiles(has_words, "sqlite")
def _words_embedded(element: has_words, compiler: SQLCompiler, **kw: Any) -> str:
    match = compiler.process(element.embedded, **kw)
    return (
        f"citizen_request.id IN (SELECT rowid FROM request_words WHERE request_words MATCH {match})"
    )


@compiles(has_words, "postgresql")
def _words_server(element: has_words, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{_SERVER_WORDS} @@ CAST({compiler.process(element.server, **kw)} AS tsquery)"


@contextmanager
def words_added_together(session: Session) -> Iterator[None]:
    """Let many citizen requests be added in the block, and learn their words at its end.

    Row by row the embedded engine writes its words out after each, which takes forty times as long.
    Within the block only rows are added; the words of those added in it are not changed there.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    named = "SELECT sql FROM sqlite_master WHERE name = 'request_words_added'"
    trigger = session.execute(text(named)).scalar_one()
    last = session.execute(text("SELECT max(id) FROM citizen_request")).scalar() or 0
    session.execute(text("DROP TRIGGER request_words_added"))
    yield
    learn = "SELECT id, words FROM request_words_source WHERE id > :last"
    session.execute(text(f"INSERT INTO request_words(rowid, words) {learn}"), {"last": last})
    session.connection().exec_driver_sql(trigger)
