"""The filter of the cost report; all of it stands in the address, so that a report can be kept."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask import request
from wtforms import SelectField, StringField

from pharmacy.rules.age_band import AGE_BANDS, AGE_KEYS
from pharmacy.rules.arabic import clean
from pharmacy.rules.comparison import Compare
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.cost_choices import Choices
from pharmacy.services.cost_dimensions import ATC_LETTERS, ATC_OF_LENGTH, Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.report_query import SAID, TOP_MOST
from pharmacy.web.forms.base import FilterForm, WholeField
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.papers.cost_keys import key_label
from pharmacy.web.report_words import comparison_name
from pharmacy.web.words import choices

KEY_PREFIX = "key_"
PRESCRIBER_MOST = 120
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
    condition = SelectField(N_("Condition"), validate_choice=False)
    channel = SelectField(N_("Channel"), validate_choice=False)
    atc = SelectField(N_("ATC group"), validate_choice=False)
    sex = SelectField(N_("Sex"), validate_choice=False)
    age = SelectField(N_("Age band"), validate_choice=False)
    prescriber = StringField(N_("Prescriber"), render_kw={"maxlength": PRESCRIBER_MOST})

    top = WholeField(N_("The highest"), minimum=1, maximum=TOP_MOST)
    compare = SelectField(N_("Compare with"), validate_choice=False)

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
        self.condition.choices = named(rows.conditions, every)
        self.channel.choices = choices(Channel, empty=every[1])
        self.sex.choices = choices(Sex, empty=every[1])
        self.age.choices = [every, *_spoken(Dimension.AGE, [band.key for band in AGE_BANDS])]
        codes = {row.atc[:letters] for row in rows.drugs for letters in ATC_OF_LENGTH if row.atc}
        known = [code for code in sorted(codes) if len(code) in ATC_OF_LENGTH]
        beside = [(one.value, comparison_name(one)) for one in Compare]
        self.compare.choices = [("", gettext("Nothing")), *beside]
        self.atc.choices = [every, *_spoken(Dimension.ATC_1, known)]

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
            condition_id=chosen_id(self.condition.data),
            **words_said(self.data),
            top=self.top.data,
            compare=compare_said(self.compare.data),
        )

    def _by(self) -> tuple[Dimension, ...]:
        known = [text for text in (self.by.data, self.then.data) if text in set(Dimension)]
        return tuple(dict.fromkeys(Dimension(text) for text in known)) or (Dimension.MONTH,)


def compare_said(text: str | None) -> Compare | None:
    """Return the comparison that a word means; nonsense compares with nothing."""
    return Compare(text) if text in set(Compare) else None


def _spoken(dimension: Dimension, keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, key_label(dimension, key, {}, language())) for key in keys]


def words_said(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report of dispensing is narrowed to in words; nonsense narrows nothing.

    Args:
        given: What was said by the names of `services.report_query.SAID`.
    """
    return {name: _said(name, clean(str(given.get(name) or ""))) for name in SAID}


def _said(name: str, text: str) -> object:
    if not text:
        return None
    if name == "atc":
        return text.upper() if _ATC.fullmatch(text.upper()) else None
    return _key(Dimension(name), text) or None


_ATC = re.compile("[A-Z](?:[0-9]{2}[A-Z]?)?")


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
