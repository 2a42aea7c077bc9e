"""The lines behind a figure of the cost report, or the persons they were for.

Receipts, cards and money, never a diagnosis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Beneficiary, Dispensing, DispensingLine, Fund, Site, Voucher
from pharmacy.services.cost_dimensions import COLUMNS, OF_HEAD, PERSON, Dimension, joined
from pharmacy.services.cost_query import CostQuery, asks, line_filter
from pharmacy.services.donor_gifts import batches_given
from pharmacy.services.reporting import Figures

Keys = Mapping[Dimension, object]
"""What a figure was broken down by: ids, months, channels; None where nothing was said."""

_receipt = aliased(Voucher)
_SHOWN: Sequence[Any] = (
    DispensingLine,
    Voucher,
    _receipt,
    Site.code,
    Dispensing.card_number,
    Fund,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Which of the lines of a query stand behind a figure.

    Attributes:
        reversals: Those alone that undo another.
        person_id: Those of one person, merged records counted as one.
        given: Those of medicine that donors gave, in kind or by a fund that names them.
        donor_id: Of what was given, that of one donor.
    """

    reversals: bool = False
    person_id: int | None = None
    given: bool = False
    donor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Persons:
    """How many persons stand behind a figure, and what they come to: net lines and piastres."""

    persons: int
    lines: int
    cost: int


EVERY = Only()


def _conditions(query: CostQuery, keys: Keys, only: Only) -> list[ColumnElement[bool]]:
    found = line_filter(query)
    for dimension, key in keys.items():
        column = COLUMNS[dimension]
        found.append(column.is_(None) if key is None else column == key)
    if only.reversals:
        found.append(DispensingLine.reverses_line_id.is_not(None))
    if only.person_id is not None:
        found.append(PERSON.in_([only.person_id]))
    if only.given:
        found.append(DispensingLine.batch_id.in_(batches_given(only.donor_id)))
    return found


def lines(query: CostQuery, keys: Keys, only: Only = EVERY) -> Select[Any]:
    """Select the lines counted in a figure, the latest first.

    Values of a row are `line, voucher, receipt, site_code, card_number, fund`: the voucher that
    posted the line, and the dispensing it belongs to, which for a reversal is an earlier one.
    """
    statement = (
        select(*_SHOWN)
        .select_from(DispensingLine)
        .join(Dispensing, Dispensing.voucher_id == DispensingLine.dispensing_id)
        .join(Voucher, Voucher.id == DispensingLine.voucher_id)
        .join(_receipt, _receipt.id == DispensingLine.dispensing_id)
        .join(Site, Site.id == Voucher.site_id)
        .join(Fund, Fund.id == DispensingLine.fund_id)
    )
    # The head of the dispensing is here already.
    further = {*keys, *asks(query)} - OF_HEAD
    return (
        joined(statement, further)
        .where(*_conditions(query, keys, only))
        .order_by(DispensingLine.business_date.desc(), DispensingLine.id.desc())
    )


def persons(query: CostQuery, keys: Keys, only: Only = EVERY) -> Select[Any]:
    """Select the persons of a figure, the dearest first: `person, card_number, lines, cost`.

    A person is counted who kept something of it.

    Args:
        query: The period and the filters.
        keys: What the figure was broken down by.
        only: Which of the lines.
    """
    kept = _persons(query, keys, only).subquery()
    return (
        select(kept.c.person, Beneficiary.card_number, kept.c.lines, kept.c.cost)
        .join(Beneficiary, Beneficiary.id == kept.c.person)
        .order_by(kept.c.cost.desc(), kept.c.person)
    )


def person_sums(session: Session, query: CostQuery, keys: Keys, only: Only = EVERY) -> Persons:
    """Return what the persons of a figure come to, whatever page of them is shown."""
    kept = _persons(query, keys, only).subquery()
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(kept.c.lines), 0).cast(Whole),
            func.coalesce(func.sum(kept.c.cost), 0).cast(Whole),
        ).select_from(kept)
    ).one()
    return Persons(*row)


def _persons(query: CostQuery, keys: Keys, only: Only) -> Select[Any]:
    line = DispensingLine
    cost = func.sum(line.cost)
    counted = (func.count() - 2 * func.count(line.reverses_line_id)).cast(Whole)
    statement: Select[Any] = (
        select(PERSON.label("person"), counted.label("lines"), cost.cast(Whole).label("cost"))
        .select_from(line)
        .where(*_conditions(query, keys, only))
        .group_by(PERSON)
        .having(func.sum(line.quantity) > 0)
    )
    return joined(statement, [*keys, *asks(query)])


def sums(session: Session, query: CostQuery, keys: Keys, only: Only = EVERY) -> Figures:
    """Return what the lines add up to, whatever page of them is shown; persons are not counted."""
    line = DispensingLine
    undone = line.reverses_line_id.is_not(None)
    statement = (
        select(
            func.count(),
            func.count().filter(undone),
            *(
                func.coalesce(func.sum(column), 0)
                for column in (
                    line.quantity,
                    line.cost,
                    line.state_share,
                    line.donor_share,
                    line.citizen_share,
                )
            ),
            func.coalesce(func.sum(-line.cost).filter(undone), 0),
        )
        .select_from(DispensingLine)
        .where(*_conditions(query, keys, only))
    )
    statement = joined(statement, [*keys, *asks(query)])
    count, undone_lines, quantity, cost, state, donor, citizen, undone_cost = (
        int(figure) for figure in session.execute(statement).one()
    )
    return Figures(
        lines=count - 2 * undone_lines,
        quantity=quantity,
        cost=cost,
        state=state,
        donor=donor,
        citizen=citizen,
        reversed_lines=undone_lines,
        reversed_cost=undone_cost,
    )
