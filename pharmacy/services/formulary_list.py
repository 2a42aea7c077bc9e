"""The formulary as a list to page through and to search by name, code, GTIN or ATC class."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from pharmacy.models import Drug, DrugGtin
from pharmacy.rules.arabic import fold, to_western
from pharmacy.rules.gs1 import GTIN_DIGITS, is_gtin
from pharmacy.rules.vocabulary import Storage, Ven


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugFilter:
    """Which drugs a list shows; None and empty narrow nothing."""

    text: str = ""
    active_only: bool = True
    controlled_only: bool = False
    storage: Storage | None = None
    ven: Ven | None = None


def listed(wanted: DrugFilter) -> Select[Any]:
    """Select drugs by English name."""
    statement: Select[Any] = select(*(Drug,)).order_by(Drug.name_en, Drug.id)
    if wanted.active_only:
        statement = statement.where(Drug.active.is_(true()))
    if wanted.controlled_only:
        statement = statement.where(Drug.controlled_law.is_not(None))
    if wanted.storage is not None:
        statement = statement.where(Drug.storage == wanted.storage)
    if wanted.ven is not None:
        statement = statement.where(Drug.ven == wanted.ven)
    return statement.where(_matches(wanted.text)) if wanted.text.strip() else statement


def _matches(text: str) -> ColumnElement[bool]:
    plain = to_western(text).strip()
    named = and_(
        true(),
        *(Drug.folded_name.contains(word, autoescape=True) for word in fold(text).split()),
    )
    ways: list[ColumnElement[bool]] = [
        named,
        Drug.code == plain,
        Drug.atc.startswith(plain.upper(), autoescape=True),
    ]
    if is_gtin(plain):
        owner = select(DrugGtin.drug_id).where(DrugGtin.gtin == plain.zfill(GTIN_DIGITS))
        ways.append(Drug.id.in_(owner))
    return or_(*ways)
