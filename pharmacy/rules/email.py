"""E-mail addresses: only what is surely none is refused."""

import re

from pharmacy.errors import InvalidField
from pharmacy.rules.arabic import clean

LENGTH_MAX = 254
_ADDRESS = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\".]+(\.[^\s@<>(),;:\".]+)+")


def parse_email(text: str, *, name: str = "email") -> str:
    """Return an address, its domain in small letters.

    Args:
        text: What was typed.
        name: The field, for the refusal.

    Raises:
        InvalidField: It cannot be an address.
    """
    plain = clean(text)
    if len(plain) > LENGTH_MAX or not _ADDRESS.fullmatch(plain):
        raise InvalidField(name=name)
    local, _, domain = plain.rpartition("@")
    return f"{local}@{domain.lower()}"
