"""Reading a JSON body: known keys only, each of its own kind and within bounds."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import request

from pharmacy.errors import InvalidField
from pharmacy.rules.arabic import clean

WHOLE_MAX = 2**62
TEXT_MAX = 500
LIST_MAX = 100


class Body:
    """A JSON object whose fields are asked for one by one; what nobody asked for is refused."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise InvalidField(name=path or "body")
        self._values = values
        self._path = path
        self._asked: set[str] = set()

    def _take(self, name: str) -> object:
        self._asked.add(name)
        return self._values.get(name)

    def has(self, name: str) -> bool:
        """Tell whether a field was given."""
        return self._take(name) is not None

    def _refuse(self, name: str) -> InvalidField:
        return InvalidField(name=f"{self._path}.{name}" if self._path else name)

    def whole(self, name: str, *, minimum: int = 1, maximum: int = WHOLE_MAX) -> int:
        """Return a whole number.

        Raises:
            InvalidField: It is missing, no whole number or out of bounds.
        """
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._refuse(name)
        if not minimum <= value <= maximum:
            raise self._refuse(name)
        return value

    def whole_or_none(self, name: str) -> int | None:
        """Return a whole number, or None when it is left out."""
        return None if self._take(name) is None else self.whole(name)

    def text(self, name: str, default: str = "") -> str:
        """Return a text, cleaned.

        Raises:
            InvalidField: It is no text, or too long.
        """
        value = self._take(name)
        if value is None:
            return default
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            raise self._refuse(name)
        return clean(value)

    def day(self, name: str) -> date | None:
        """Return a day written `2026-03-07`, or None when it is left out.

        Raises:
            InvalidField: It is something else.
        """
        value = self._take(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError as error:
            raise self._refuse(name) from error

    def flag(self, name: str) -> bool:
        """Return true or false; false when it is left out.

        Raises:
            InvalidField: It is something else.
        """
        value = self._take(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self._refuse(name)
        return value

    def objects(self, name: str) -> Sequence["Body"]:
        """Return a list of objects; an empty one when it is left out.

        Raises:
            InvalidField: It is no list, or too long.
        """
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > LIST_MAX:
            raise self._refuse(name)
        prefix = f"{self._path}.{name}" if self._path else name
        return [Body(item, f"{prefix}[{number}]") for number, item in enumerate(value)]

    def object(self, name: str) -> "Body":
        """Return an object; an empty one when it is left out."""
        value = self._take(name)
        return Body({} if value is None else value, name)

    def done(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            InvalidField: A key is unknown.
        """
        unknown = sorted(set(map(str, self._values)) - self._asked)
        if unknown:
            raise self._refuse(unknown[0])


def body() -> Body:
    """Return the JSON body of this call.

    Raises:
        InvalidField: The body is no JSON object.
    """
    return Body(request.get_json(silent=True))
