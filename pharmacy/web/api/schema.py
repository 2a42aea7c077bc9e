"""Shapes of what programs send and get: one declaration both documents and checks it.

A shape is JSON Schema as OpenAPI 3.1 speaks it, of the few keywords that `check` knows. A shape
with a title becomes a named component of the document.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from pharmacy.errors import InvalidField

Shape = Mapping[str, object]

ID_MAX = 2**53 - 1
"""What every JSON reader keeps exact."""
AMOUNT_MAX = 10**12
TEXT_MAX = 500
LINES_MAX = 100
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_LINE = r"[^\x00-\x1f\x7f]*"
_LINES = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def text(maximum: int = TEXT_MAX, *, minimum: int = 0, lines: bool = False) -> Shape:
    """Return the shape of a text without control characters; `lines` lets line breaks in."""
    shape: dict[str, object] = {"type": "string", "maxLength": maximum}
    if minimum:
        shape["minLength"] = minimum
    return {**shape, "pattern": f"^{_LINES if lines else _LINE}$"}


def any_text() -> Shape:
    """Return the shape of a text in an answer."""
    return {"type": "string"}


def whole(minimum: int = 0, maximum: int = ID_MAX) -> Shape:
    """Return the shape of a whole number."""
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def number() -> Shape:
    """Return the shape of an id."""
    return whole(1)


def signed() -> Shape:
    """Return the shape of a whole number in an answer, of either sign."""
    return {"type": "integer"}


def flag() -> Shape:
    """Return the shape of yes or no."""
    return {"type": "boolean"}


def day() -> Shape:
    """Return the shape of a day of the years 1900 to 2199, as `2026-03-07`."""
    return {"type": "string", "format": "date", "description": "1900-01-01 … 2199-12-31"}


def moment() -> Shape:
    """Return the shape of a moment in an answer, in UTC."""
    return {"type": "string", "format": "date-time"}


def word(words: type[StrEnum] | Sequence[str]) -> Shape:
    """Return the shape of one word of a closed list."""
    return {"type": "string", "enum": [str(one) for one in words]}


def maybe(shape: Shape) -> Shape:
    """Return a shape that may be null too."""
    loose = {**shape, "type": [shape["type"], "null"]}
    choices = shape.get("enum")
    if isinstance(choices, list):
        loose["enum"] = [*choices, None]
    return loose


def items(shape: Shape, *, maximum: int = LINES_MAX, minimum: int = 0) -> Shape:
    """Return the shape of a list that is sent."""
    return {"type": "array", "items": shape, "minItems": minimum, "maxItems": maximum}


def answer_items(shape: Shape) -> Shape:
    """Return the shape of a list in an answer."""
    return {"type": "array", "items": shape}


def obj(title: str, fields: Mapping[str, Shape], *, optional: Sequence[str] = ()) -> Shape:
    """Return the shape of an object with these fields and no others."""
    return {
        "title": title,
        "type": "object",
        "properties": dict(fields),
        "required": [name for name in fields if name not in optional],
        "additionalProperties": False,
    }


def sent(title: str, needed: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    """Return the shape of an object that is sent; what may be left out may be null as well."""
    loose = {name: maybe(shape) for name, shape in optional.items()}
    return obj(title, {**needed, **loose}, optional=list(optional))


def check(shape: Shape, value: object, path: str = "") -> None:
    """Refuse a value that is not of a shape.

    Raises:
        InvalidField: It is not; the name is the place, as `lines[0].quantity`.
    """
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if value is None and "null" in kinds:
        return
    kind = kinds[0]
    if kind == "object":
        _check_object(shape, value, path)
    elif kind == "array":
        _check_list(shape, value, path)
    elif not _scalar_holds(str(kind), shape, value):
        raise InvalidField(name=path or "body")


def _check_object(shape: Shape, value: object, path: str) -> None:
    if not isinstance(value, dict):
        raise InvalidField(name=path or "body")
    fields, needed = shape["properties"], shape["required"]
    assert isinstance(fields, dict)
    assert isinstance(needed, list)
    unknown = sorted(set(value) - set(fields))
    missing = [name for name in needed if name not in value]
    for name in (*missing, *unknown):
        raise InvalidField(name=_printable(f"{path}.{name}" if path else str(name)))
    for name, inner in value.items():
        check(fields[name], inner, f"{path}.{name}" if path else str(name))


def _printable(name: str) -> str:
    """A refusal names what came in: never longer than a name, never what cannot be sent back."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:TEXT_MAX])


def _check_list(shape: Shape, value: object, path: str) -> None:
    inner, least, most = shape["items"], shape["minItems"], shape["maxItems"]
    assert isinstance(inner, dict)
    assert isinstance(least, int)
    assert isinstance(most, int)
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise InvalidField(name=path or "body")
    for number_, one in enumerate(value):
        check(inner, one, f"{path}[{number_}]")


def _scalar_holds(kind: str, shape: Shape, value: object) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        within = isinstance(value, int) and not isinstance(value, bool)
        return within and _between(shape, "minimum", "maximum", value)
    return isinstance(value, str) and _text_holds(shape, value)


def _between(shape: Shape, least: str, most: str, value: object) -> bool:
    assert isinstance(value, int)
    low, high = shape.get(least), shape.get(most)
    return (not isinstance(low, int) or low <= value) and (
        not isinstance(high, int) or value <= high
    )


def _text_holds(shape: Shape, value: str) -> bool:
    if "enum" in shape:
        choices = shape["enum"]
        return isinstance(choices, list) and value in choices
    if shape.get("format") == "date":
        return _is_day(value)
    pattern = str(shape.get("pattern", "^.*$"))[1:-1]
    return (
        _between(shape, "minLength", "maxLength", len(value))
        and re.fullmatch(pattern, value, re.DOTALL) is not None
        # Half of a surrogate pair is no letter: no database and no page can keep it.
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def _is_day(value: str) -> bool:
    if not _DAY.fullmatch(value):
        return False
    try:
        return FIRST_DAY <= date.fromisoformat(value) <= LAST_DAY
    except ValueError:
        return False
