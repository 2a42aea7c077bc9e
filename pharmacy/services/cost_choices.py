"""What reports can be narrowed to: funds, centres, items and more, as rows to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from pharmacy.models import Batch, Centre, Condition, Drug, Fund, Site, Supplier
from pharmacy.services.report_query import Filter

DRUGS_MOST = 1000


@dataclass(frozen=True, slots=True)
class Choices:
    """Rows to choose from; items are those that were ever in stock."""

    sites: Sequence[Site]
    funds: Sequence[Fund]
    centres: Sequence[Centre]
    drugs: Sequence[Drug]
    conditions: Sequence[Condition]


def choices_of(session: Session) -> Choices:
    """Return what there is to choose from, closed funds and centres too: reports look back."""
    return Choices(
        sites=session.scalars(_CHOICES[Filter.SITE]).all(),
        funds=session.scalars(_CHOICES[Filter.FUND]).all(),
        centres=session.scalars(_CHOICES[Filter.CENTRE]).all(),
        drugs=session.scalars(_CHOICES[Filter.DRUG]).all(),
        conditions=session.scalars(_CHOICES[Filter.CONDITION]).all(),
    )


def rows_for(session: Session, what: Filter) -> Sequence[Any]:
    """Return the rows a filter chooses from, each with an id and its names, closed ones too."""
    return session.scalars(_CHOICES[what]).all()


_STOCKED = exists(select(Batch.id).where(Batch.drug_id == Drug.id))
_CHOICES: dict[Filter, Select[Any]] = {
    Filter.SITE: select(Site).order_by(Site.code),
    Filter.FUND: select(Fund).order_by(Fund.code),
    Filter.CENTRE: select(Centre).order_by(Centre.code),
    Filter.DRUG: select(Drug).where(_STOCKED).order_by(Drug.name_en, Drug.id).limit(DRUGS_MOST),
    Filter.SUPPLIER: select(Supplier).order_by(Supplier.name),
    Filter.CONDITION: select(Condition).order_by(Condition.code),
}
