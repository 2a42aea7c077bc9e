"""What a cost report can be narrowed to: funds, centres and items, as rows to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pharmacy.models import Batch, Centre, Drug, Fund

DRUGS_MOST = 1000


@dataclass(frozen=True, slots=True)
class Choices:
    """Rows to choose from; items are those that were ever in stock."""

    funds: Sequence[Fund]
    centres: Sequence[Centre]
    drugs: Sequence[Drug]


def choices_of(session: Session) -> Choices:
    """Return what there is to choose from, closed funds and centres too: reports look back."""
    stocked = exists(select(Batch.id).where(Batch.drug_id == Drug.id))
    drugs = select(Drug).where(stocked).order_by(Drug.name_en, Drug.id).limit(DRUGS_MOST)
    return Choices(
        funds=session.scalars(select(Fund).order_by(Fund.code)).all(),
        centres=session.scalars(select(Centre).order_by(Centre.code)).all(),
        drugs=session.scalars(drugs).all(),
    )
