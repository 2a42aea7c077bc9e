"""How a refusal's facts become readable, whatever the sentence; shared by its tables."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pharmacy import errors as e
from pharmacy.web.language import gettext

Words = str | Callable[[Any], str]
"""A sentence with places for facts, or what makes one of a refusal."""


def by_reason(table: Mapping[str, str], otherwise: str) -> Callable[[Any], str]:
    """Return what says a refusal by its reason, and what does not stand in the table otherwise."""

    def sentence(refusal: Any) -> str:  # noqa: ANN401 - any refusal with a reason
        return gettext(table.get(refusal.reason, otherwise), **readable_facts(refusal))

    return sentence


def readable_facts(refusal: e.PharmacyError) -> dict[str, object]:
    """Return a refusal's facts by name, dates and numbers written for people."""
    return {name: _readable(value) for name, value in refusal.facts().items()}


def _readable(value: object) -> object:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return f"{value:,}" if isinstance(value, int) else value
