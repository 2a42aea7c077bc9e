"""A notice: what a rule says of a dispensing before it happens, as facts without sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pharmacy.rules.vocabulary import NoticeCode, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What stands in the way, how hard, on which line (counted from 1), and the facts."""

    code: NoticeCode
    severity: Severity
    line: int | None = None
    facts: Mapping[str, int | str | date] = field(default_factory=dict)
