"""The lines behind a figure of the cost report: receipts, cards and money, never a diagnosis."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import Dispensing, DispensingLine, Fund, Site, Voucher
from pharmacy.services.cost_dimensions import COLUMNS, OF_HEAD, Dimension, joined
from pharmacy.services.reporting import CostQuery, Figures, asks, line_filter

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


def _conditions(query: CostQuery, keys: Keys, *, reversals_only: bool) -> list[ColumnElement[bool]]:
    found = line_filter(query)
    for dimension, key in keys.items():
        column = COLUMNS[dimension]
        found.append(column.is_(None) if key is None else column == key)
    if reversals_only:
        found.append(DispensingLine.reverses_line_id.is_not(None))
    return found


def lines(query: CostQuery, keys: Keys, *, reversals_only: bool = False) -> Select[Any]:
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
        .where(*_conditions(query, keys, reversals_only=reversals_only))
        .order_by(DispensingLine.business_date.desc(), DispensingLine.id.desc())
    )


def sums(
    session: Session, query: CostQuery, keys: Keys, *, reversals_only: bool = False
) -> Figures:
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
        .where(*_conditions(query, keys, reversals_only=reversals_only))
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
