"""What a help page holds: what the screen is for, steps, keys, and the ways out of its troubles."""

from collections.abc import Mapping
from dataclasses import dataclass

from pharmacy.web.language import N_

KEYS: Mapping[str, str] = {
    "F1": N_("Help for the page you are on"),
    "Shift+F1": N_("Arabic or English"),
    "F2": N_("Scan or search box"),
    "F4": N_("Put aside, take up again"),
    "F9": N_("The main button of the page"),
    "Ctrl+Enter": N_("The same as F9, from any field"),
    "Enter": N_("Search, or take the row in sight; it records nothing"),
    "Esc": N_("Close the list, back to the scan box"),
    "↑ ↓": N_("From row to row in a list"),
    "Del": N_("Take the line off the counter"),
    "Ctrl+Z": N_("Take back the last change of the lines"),
}
"""Every key of the house and what it does; the page of keys and the key card print all of them."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the screen says or does, and what to do then; both are message ids."""

    said: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The help of one screen. Texts are message ids, `keys` are members of `KEYS`."""

    name: str
    title: str
    purpose: str
    steps: tuple[str, ...]
    keys: tuple[str, ...]
    troubles: tuple[Trouble, ...]
