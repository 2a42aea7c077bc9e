"""The filter of the cost report; all of it stands in the address, so that a report can be kept."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from flask import request
from wtforms import SelectField

from pharmacy.rules.age_band import AGE_KEYS
from pharmacy.rules.arabic import clean
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.cost_choices import Choices
from pharmacy.services.cost_dimensions import ATC_LETTERS, Dimension
from pharmacy.services.reporting import CostQuery
from pharmacy.web.forms.base import FilterForm
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext, language

KEY_PREFIX = "key_"
UNSAID = "none"
"""Stands in an address for a centre or condition that was not named."""


_NAMES: Mapping[Dimension, str] = MappingProxyType(
    {
        Dimension.MONTH: N_("Month"),
        Dimension.SITE: N_("Site"),
        Dimension.DRUG: N_("Item"),
        Dimension.ATC_1: N_("ATC main group"),
        Dimension.ATC_2: N_("ATC group"),
        Dimension.ATC_3: N_("ATC subgroup"),
        Dimension.CENTRE: N_("Centre"),
        Dimension.CHANNEL: N_("Channel"),
        Dimension.FUND: N_("Fund"),
        Dimension.CONDITION: N_("Condition"),
        Dimension.AGE: N_("Age band"),
        Dimension.SEX: N_("Sex"),
        Dimension.PRESCRIBER: N_("Prescriber"),
    }
)


def dimension_name(dimension: Dimension) -> str:
    """Return a dimension's name in the reader's language."""
    return gettext(_NAMES[dimension])


class CostFilter(FilterForm):
    """Which lines, broken down how."""

    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))
    by = SelectField(N_("By"), validate_choice=False)
    then = SelectField(N_("Then by"), validate_choice=False)
    site = SelectField(N_("Site"), validate_choice=False)
    fund = SelectField(N_("Fund"), validate_choice=False)
    centre = SelectField(N_("Centre"), validate_choice=False)
    drug = SelectField(N_("Item"), validate_choice=False)

    def fill_choices(self, rows: Choices) -> None:
        """Give the selects their words in the reader's language."""
        dimensions = [(dimension.value, dimension_name(dimension)) for dimension in Dimension]
        every = ("", gettext("All"))
        self.by.choices = dimensions
        self.then.choices = [("", gettext("Nothing more")), *dimensions]
        self.site.choices = named(rows.sites, every)
        self.fund.choices = named(rows.funds, every)
        self.centre.choices = [
            every,
            *((str(row.id), getattr(row, f"name_{language()}")) for row in rows.centres),
        ]
        self.drug.choices = [
            every,
            *(
                (str(row.id), f"{getattr(row, f'name_{language()}')} ({row.code})")
                for row in rows.drugs
            ),
        ]

    def query(self, *, first: date, last: date) -> CostQuery:
        """Return what was asked for; `first` and `last` where no day was typed."""
        return CostQuery(
            date_from=self.date_from.filled(first),
            date_to=self.date_to.filled(last),
            by=self._by(),
            fund_id=chosen_id(self.fund.data),
            centre_id=chosen_id(self.centre.data),
            drug_id=chosen_id(self.drug.data),
            site_id=chosen_id(self.site.data),
        )

    def _by(self) -> tuple[Dimension, ...]:
        known = [text for text in (self.by.data, self.then.data) if text in set(Dimension)]
        return tuple(dict.fromkeys(Dimension(text) for text in known)) or (Dimension.MONTH,)


def keys_in_address(values: Mapping[str, str] | None = None) -> dict[Dimension, object]:
    """Return what a figure was broken down by, as the address of its lines says it.

    A key that means nothing is kept as it stands, so that it finds no line rather than all.
    """
    given = request.args if values is None else values
    keys: dict[Dimension, object] = {}
    for dimension in Dimension:
        text = given.get(f"{KEY_PREFIX}{dimension.value}")
        if text is not None:
            keys[dimension] = None if text == UNSAID else _key(dimension, text)
    return keys


def _key(dimension: Dimension, text: str) -> object:
    """Return the key a text stands for; what it cannot stand for finds no line."""
    if dimension in _WORDS:
        kind = _WORDS[dimension]
        return kind(text) if text in set(kind) else None
    if dimension in _PATTERNS:
        return text if _PATTERNS[dimension].fullmatch(text) else ""
    if dimension is Dimension.PRESCRIBER:
        return clean(text)
    return chosen_id(text) or 0


_WORDS: Mapping[Dimension, type[StrEnum]] = {Dimension.CHANNEL: Channel, Dimension.SEX: Sex}
_PATTERNS: Mapping[Dimension, re.Pattern[str]] = {
    Dimension.MONTH: re.compile("[0-9]{4}-(?:0[1-9]|1[0-2])"),
    Dimension.AGE: re.compile("|".join(sorted(AGE_KEYS))),
    **dict.fromkeys(ATC_LETTERS, re.compile("[A-Z0-9]{1,4}")),
}
