"""What cost is broken down by: the column each dimension reads, and the tables it stands in.

The site is where the medicine was handed out, for an undoing too. Age is in completed years on the
day of the line; age and sex are those of the record that goes on, when records were merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, case, extract, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import month_of
from pharmacy.models import (
    Beneficiary,
    Centre,
    Condition,
    Dispensing,
    DispensingCare,
    DispensingLine,
    Drug,
    Fund,
    Site,
    Voucher,
)
from pharmacy.rules.age_band import AGE_BANDS


class Dimension(StrEnum):
    """What a cost report may be broken down by, one or two of them."""

    MONTH = "month"
    SITE = "site"
    DRUG = "drug"
    ATC_1 = "atc1"
    ATC_2 = "atc2"
    ATC_3 = "atc3"
    CENTRE = "centre"
    CHANNEL = "channel"
    FUND = "fund"
    CONDITION = "condition"
    AGE = "age"
    SEX = "sex"
    PRESCRIBER = "prescriber"


ATC_LETTERS: Mapping[Dimension, int] = MappingProxyType(
    {Dimension.ATC_1: 1, Dimension.ATC_2: 3, Dimension.ATC_3: 4}
)
"""The levels of the ATC classification, and how many letters of a code name a group of each."""

ATC_OF_LENGTH: Mapping[int, Dimension] = MappingProxyType(
    {letters: level for level, letters in ATC_LETTERS.items()}
)
"""The level of the ATC classification that a code of so many letters names a group of."""

# Few records are merged, so they are looked for among the merged and not among all.
_merged = aliased(Beneficiary)
PERSON = case(
    (
        DispensingLine.beneficiary_id.in_(
            select(_merged.id).where(_merged.merged_into_id.is_not(None))
        ),
        select(_merged.merged_into_id)
        .where(_merged.id == DispensingLine.beneficiary_id)
        .scalar_subquery(),
    ),
    else_=DispensingLine.beneficiary_id.expression,
)
"""The person of a line: of merged records the one that goes on."""

_person = aliased(Beneficiary)
_of = aliased(Voucher)


def _fixed(value: int | str) -> ColumnElement[Any]:
    """Return a constant as a part of the statement, so that what is grouped by is what is read."""
    return literal_column(str(value) if isinstance(value, int) else f"'{value}'")


def _years(born: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the completed years from a day to another."""
    of_year = [extract("month", day) * _fixed(100) + extract("day", day) for day in (born, on)]
    before = case((of_year[1] < of_year[0], _fixed(1)), else_=_fixed(0))
    return extract("year", on) - extract("year", born) - before


def age_band(born: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the age band of a person on a day: its key."""
    years = _years(born, on)
    closed = [(years <= _fixed(band.last), _fixed(band.key)) for band in AGE_BANDS if band.last]
    return case(*closed, else_=_fixed(AGE_BANDS[-1].key))


COLUMNS: Mapping[Dimension, ColumnElement[Any]] = MappingProxyType(
    {
        Dimension.MONTH: month_of(DispensingLine.business_date.expression),
        Dimension.SITE: _of.site_id.expression,
        Dimension.DRUG: DispensingLine.drug_id.expression,
        Dimension.CENTRE: Dispensing.centre_id.expression,
        Dimension.CHANNEL: Dispensing.channel.expression,
        Dimension.FUND: DispensingLine.fund_id.expression,
        Dimension.CONDITION: Dispensing.condition_id.expression,
        Dimension.AGE: age_band(
            _person.birth_date.expression, DispensingLine.business_date.expression
        ),
        Dimension.SEX: _person.sex.expression,
        Dimension.PRESCRIBER: func.nullif(func.trim(DispensingCare.prescriber), _fixed("")),
        **{
            level: func.nullif(func.substr(Drug.atc, _fixed(1), _fixed(letters)), _fixed(""))
            for level, letters in ATC_LETTERS.items()
        },
    }
)
"""What the groups of each dimension are: ids, months, words; null where nothing was said."""

OF_HEAD = frozenset({Dimension.CENTRE, Dimension.CHANNEL, Dimension.CONDITION})
"""Dimensions that stand on the head of a dispensing, not on its lines."""
CLINICAL = frozenset({Dimension.CONDITION})
"""Dimensions that beside a card number would be a diagnosis."""
_OF_PERSON = frozenset({Dimension.AGE, Dimension.SEX})


def joined(
    statement: Select[*tuple[Any, ...]], dimensions: Iterable[Dimension]
) -> Select[*tuple[Any, ...]]:
    """Return a select of dispensing lines with the tables of some dimensions, and no others."""
    asked = set(dimensions)
    line = DispensingLine
    if not OF_HEAD.isdisjoint(asked):
        statement = statement.join(Dispensing, Dispensing.voucher_id == line.dispensing_id)
    if Dimension.SITE in asked:
        statement = statement.join(_of, _of.id == line.dispensing_id)
    if not asked.isdisjoint(ATC_LETTERS):
        statement = statement.join(Drug, Drug.id == line.drug_id)
    if not _OF_PERSON.isdisjoint(asked):
        statement = statement.join(_person, _person.id == PERSON)
    if Dimension.PRESCRIBER in asked:
        written = DispensingCare.voucher_id == line.dispensing_id
        statement = statement.outerjoin(DispensingCare, written)
    return statement


_NAMES: Mapping[Dimension, tuple[Any, Any, Any]] = MappingProxyType(
    {
        Dimension.SITE: (Site.id, Site.name_ar, Site.name_en),
        Dimension.DRUG: (Drug.id, Drug.name_ar, Drug.name_en),
        Dimension.CENTRE: (Centre.id, Centre.name_ar, Centre.name_en),
        Dimension.FUND: (Fund.id, Fund.name_ar, Fund.name_en),
        Dimension.CONDITION: (Condition.id, Condition.name_ar, Condition.name_en),
    }
)


def names_of(
    session: Session, dimension: Dimension, keys: Sequence[object]
) -> dict[object, tuple[str, str]]:
    """Return the Arabic and English names behind the ids of a dimension; words have none."""
    columns = _NAMES.get(dimension)
    if columns is None:
        return {}
    statement = select(*columns).where(columns[0].in_(set(keys) - {None}))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}
