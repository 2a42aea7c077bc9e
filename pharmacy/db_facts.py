"""A column type for small mappings that are only ever shown."""

import json
from collections.abc import Mapping

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class Facts(TypeDecorator[Mapping[str, object]]):
    """A small mapping kept as JSON text: only ever shown, never searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: Mapping[str, object] | None,
        dialect: Dialect,  # noqa: ARG002 - the same on every engine
    ) -> str | None:
        """Return the mapping as text."""
        if value is None:
            return None
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True, default=str)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the same on every engine
    ) -> dict[str, object] | None:
        """Return the text as the mapping it was."""
        return None if value is None else json.loads(value)
