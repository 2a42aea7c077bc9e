"""Stock by movement, in piastres or in units: opening, each sort of movement, closing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.report_query import Filter, Grouping, ReportQuery, names_of
from pharmacy.services.stock_movement import (
    NOTHING,
    Amount,
    Moment,
    Moved,
    Sort,
    batch_names,
    narrowed,
    stock_movement,
)
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Head,
    Links,
    Made,
    Maker,
    figure_paper,
    in_language,
    movements_behind,
)
from pharmacy.web.report_words import grouping_name, in_pounds
from reports.spreadsheets import Column, Kind, Table


class Measure(StrEnum):
    """What the figures are."""

    VALUE = "value"
    UNITS = "units"


NAMES: Mapping[Sort | Moment, str] = MappingProxyType(
    {
        Moment.OPENING: N_("Opening"),
        Sort.RECEIPTS: N_("Goods received"),
        Sort.RETURNS: N_("Returns"),
        Sort.DISPENSED: N_("Issued to beneficiaries"),
        Sort.INSTITUTIONS: N_("To institutions"),
        Sort.LOSSES: N_("Losses"),
        Sort.TRANSFERS: N_("Transfers"),
        Sort.COUNTS: N_("Count differences"),
        Sort.REVERSALS: N_("Reversals"),
        Moment.CLOSING: N_("Closing"),
    }
)
"""The columns of the report, in their order."""


def _made(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
    measure: Measure,
) -> Made:
    """Return what moved of the stock, in one measure.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = stock_movement(session, query, actor=actor)
    names = _names(session, query, found, language)
    named = sorted(zip(names, found, strict=True), key=lambda pair: pair[0])
    total = sum(found, start=NOTHING)
    with speaking(language):
        adds_up = measure is Measure.VALUE or query.drug_id is not None
        table = Table(
            columns=(
                *(Column(one.value, grouping_name(one)) for one in query.by),
                *(Column(key.value, _title(key, measure), _KINDS[measure]) for key in NAMES),
            ),
            rows=tuple((*label, *_figures(row, measure)) for label, row in named),
            total=(gettext("Total"), *[None] * (len(query.by) - 1), *_figures(total, measure))
            if adds_up
            else None,
        )
        head = _head(measure)
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_links(query, row) for _label, row in named],
        behind_total=_links(query, total) if adds_up else {},
    )


stock_value_report: Maker = partial(_made, measure=Measure.VALUE)
stock_unit_report: Maker = partial(_made, measure=Measure.UNITS)
_KINDS = {Measure.VALUE: Kind.MONEY, Measure.UNITS: Kind.INTEGER}


def _title(key: Sort | Moment, measure: Measure) -> str:
    name = gettext(NAMES[key])
    return in_pounds(name) if measure is Measure.VALUE else name


def _head(measure: Measure) -> Head:
    if measure is Measure.VALUE:
        title = gettext("Stock: value and movement")
        about = gettext("Each batch is carried at what it cost itself; nothing is averaged.")
    else:
        title = gettext("Stock: units and movement")
        about = gettext("Units of different items are different things, so they have no total.")
    return Head(
        title=title,
        series="SV" if measure is Measure.VALUE else "SU",
        notes=(
            gettext("In each row the opening and all movements come to the closing."),
            gettext("What goes out stands in brackets. Losses are write-offs and recalls."),
            about,
        ),
    )


def _figures(row: Moved, measure: Measure) -> tuple[int, ...]:
    found = (_amount(row, key) for key in NAMES)
    return tuple(one.value if measure is Measure.VALUE else one.quantity for one in found)


def _amount(row: Moved, key: Sort | Moment) -> Amount:
    if isinstance(key, Sort):
        return row.moved.get(key, Amount())
    return row.opening if key is Moment.OPENING else row.closing


def _names(
    session: Session, query: ReportQuery, found: Sequence[Moved], language: str
) -> list[tuple[str, ...]]:
    """Return what each row is called, a name for each arrangement."""
    columns: list[list[str]] = []
    for place, one in enumerate(query.by):
        ids = [row.keys[place] for row in found]
        if one is Grouping.BATCH:
            names = batch_names(session, ids)
        else:
            names = names_of(session, Filter(one.value), ids)
        columns.append([in_language(names[key], language) for key in ids])
    return list(zip(*columns, strict=True))


def _links(query: ReportQuery, row: Moved) -> Links:
    """Return the movements behind each figure; sorts of which nothing moved open nothing."""
    of_row, batch_id = narrowed(query, row.keys)
    return {
        key.value: movements_behind(of_row, key, batch=batch_id)
        for key in NAMES
        if key in row.moved or isinstance(key, Moment)
    }
