"""What the tests compile once a process, though each has an engine and an application of its own.

An engine compiles each statement anew, an application each template and each address; that was more
than half of the time of the tests. What is compiled is the same for all of them, and what it is
compiled from is part of the key under which it is kept.
"""

from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine, event
from werkzeug.routing import Rule


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let engines and applications use what others of this process have compiled."""
    _statements(patch)
    patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Templates()})
    _addresses(patch)


def _statements(patch: pytest.MonkeyPatch) -> None:
    statements: dict[object, object] = {}
    dialects: dict[str, Dialect] = {}

    def shared(url: str, **options: Any) -> Engine:
        engine = create_engine(url, execution_options={"compiled_cache": statements}, **options)
        own = engine.dialect
        engine.dialect = dialects.get(own.name, own)
        # It learns of its server at the first connection, and is whole only then.
        event.listen(engine, "connect", lambda *_: dialects.setdefault(own.name, own))
        return engine

    patch.setattr("pharmacy.db.create_engine", shared)


class _Templates(BytecodeCache):
    """Keeps the code of templates; a template that was changed is another one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def _addresses(patch: pytest.MonkeyPatch) -> None:
    """The function that writes a rule's addresses asks the rule itself for the converters."""
    compiled = Rule._compile_builder  # noqa: SLF001 - werkzeug offers no other place
    kept: dict[object, Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - its own call
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    patch.setattr(Rule, "_compile_builder", once)
