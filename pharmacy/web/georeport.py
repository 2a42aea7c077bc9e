"""How Open311 GeoReport v2 says things: JSON or XML, moments with their offset, lists of errors.

Source: the GeoReport v2 specification of Open311. XML is only written here, never read: what is
posted is a form.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from xml.etree import ElementTree as ET

from flask import Response, request

from pharmacy.rules.calendar import CAIRO

FORMATS = ("json", "xml")
_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# XML 1.0, production 2: what no document may hold, however it is written.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ERROR_STATUSES = {401: 403, 422: 400}
"""The specification knows 403 for a key that is missing, and 400 for anything wrong in a call."""

Said = Mapping[str, object]


def asked_format() -> str:
    """Return the format at the end of the address; XML where it says none."""
    return "json" if request.path.endswith(".json") else "xml"


def listed(root: str, each: str, rows: Sequence[Said], *, status: int = 200) -> Response:
    """Return a list: an array in JSON, an element around elements in XML."""
    if asked_format() == "json":
        return _response(json.dumps(list(rows), ensure_ascii=False), status)
    top = ET.Element(root)
    for row in rows:
        _fill(ET.SubElement(top, each), row)
    return _response(_document(top), status)


def single(root: str, said: Said) -> Response:
    """Return one thing: an object in JSON, an element in XML."""
    if asked_format() == "json":
        return _response(json.dumps(said, ensure_ascii=False), 200)
    top = ET.Element(root)
    _fill(top, said)
    return _response(_document(top), 200)


def error(status: int, description: str) -> Response:
    """Return a refusal as the specification has it."""
    code = _ERROR_STATUSES.get(status, status)
    return listed("errors", "error", [{"code": code, "description": description}], status=code)


def _response(text: str, status: int) -> Response:
    return Response(text, status, content_type=_TYPES[asked_format()])


def _document(top: ET.Element) -> str:
    content: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return content.decode()


def _fill(element: ET.Element, said: Said) -> None:
    for name, value in said.items():
        inner = ET.SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(inner, value)
        elif isinstance(value, list):
            each = _ONE_OF[name]
            for one in value:
                if isinstance(one, Mapping):
                    _fill(ET.SubElement(inner, each), one)
                else:
                    ET.SubElement(inner, each).text = _text(one)
        else:
            inner.text = _text(value)


_ONE_OF = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the elements within a list are called."""


def _text(value: object) -> str | None:
    if value is None:
        return None
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    return _UNWRITABLE.sub("", plain)


def moment_in_cairo(moment: datetime) -> str:
    """Return a moment with Cairo's offset, summer time included."""
    return moment.astimezone(CAIRO).isoformat(timespec="seconds")


def day_in_cairo(day: date | None) -> str | None:
    """Return the first moment of a day in Cairo, or None."""
    if day is None:
        return None
    return datetime.combine(day, time(), tzinfo=CAIRO).isoformat(timespec="seconds")
