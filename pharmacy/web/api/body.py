"""Reading a JSON body that was found to be of its shape: each field as the service takes it."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pharmacy.errors import InvalidField
from pharmacy.rules.arabic import clean

Words = TypeVar("Words", bound=StrEnum)


class Body:
    """A JSON object; what may be left out reads as nothing."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise InvalidField(name=path or "body")
        self._values = values
        self._path = path

    def _place(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Tell whether a field was given."""
        return self._values.get(name) is not None

    def whole(self, name: str) -> int:
        """Return a whole number that must be given.

        Raises:
            InvalidField: It was not.
        """
        value = self.whole_or_none(name)
        if value is None:
            raise InvalidField(name=self._place(name))
        return value

    def whole_or_none(self, name: str) -> int | None:
        """Return a whole number, or None when it is left out."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidField(name=self._place(name))
        return value

    def text(self, name: str) -> str:
        """Return a text, cleaned; empty when it is left out."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InvalidField(name=self._place(name))
        return clean(value)

    def text_or_none(self, name: str) -> str | None:
        """Return a text, cleaned, or None when nothing is in it."""
        return self.text(name) or None

    def word(self, name: str, words: type[Words], default: Words | None = None) -> Words:
        """Return a word of a closed list.

        Raises:
            InvalidField: It is another word, or left out without a default.
        """
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        try:
            return words(str(value))
        except ValueError as error:
            raise InvalidField(name=self._place(name)) from error

    def day(self, name: str) -> date:
        """Return a day that must be given.

        Raises:
            InvalidField: It was not.
        """
        value = self.day_or_none(name)
        if value is None:
            raise InvalidField(name=self._place(name))
        return value

    def day_or_none(self, name: str) -> date | None:
        """Return a day written `2026-03-07`, or None when it is left out."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError as error:
            raise InvalidField(name=self._place(name)) from error

    def flag(self, name: str) -> bool:
        """Return true or false; false when it is left out."""
        return self._values.get(name) is True

    def objects(self, name: str) -> Sequence["Body"]:
        """Return a list of objects; an empty one when it is left out."""
        value = self._values.get(name)
        listed = value if isinstance(value, list) else []
        place = self._place(name)
        return [Body(item, f"{place}[{number}]") for number, item in enumerate(listed)]

    def wholes(self, name: str) -> Sequence[int] | None:
        """Return a list of whole numbers, or None when it is left out."""
        value = self._values.get(name)
        return [int(one) for one in value] if isinstance(value, list) else None

    def texts(self, name: str) -> Sequence[str]:
        """Return a list of texts, cleaned; an empty one when it is left out."""
        value = self._values.get(name)
        return [clean(str(one)) for one in value] if isinstance(value, list) else []

    def object(self, name: str) -> "Body":
        """Return an object; an empty one when it is left out."""
        value = self._values.get(name)
        return Body({} if value is None else value, self._place(name))
