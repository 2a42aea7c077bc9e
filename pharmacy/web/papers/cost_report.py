"""The cost report: figures of `services.reporting` with their names, as the print shop wants them.

Page, PDF, workbook, CSV file and command line all take the value made here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services import reporting
from pharmacy.services.cost_dimensions import names_of
from pharmacy.services.reporting import Cost, CostQuery, Figures, report_asked
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.papers.claims_aside import Aside, claims_aside
from pharmacy.web.papers.cost_keys import filters_told, key_label
from pharmacy.web.papers.figure_paper import report_number
from pharmacy.web.words import word
from reports.cost_report import (
    Claims,
    CostFigures,
    CostGroup,
    CostReport,
    CostRow,
    CostTotals,
    ReversalRow,
)

_LAST = "\uffff"
_JOINT = "\x1f"
Label = Callable[[object], str]


def cost_report(
    session: Session, query: CostQuery, *, language: str, as_of: datetime, demo: bool = False
) -> CostReport:
    """Return the report of a query, with every word in one language.

    Args:
        session: A reading session.
        query: Which lines, broken down how.
        language: `ar` or `en`.
        as_of: The moment the figures are read.
        demo: Whether the people in it are invented.

    Raises:
        InvalidPeriod: The period ends before it begins.
    """
    found = reporting.cost(session, query)
    settings = all_settings(session)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    at = as_of.astimezone(CAIRO)
    with speaking(language):
        aside = claims_aside(session, report_asked(query), found.total.cost)
        labels = [_labels(session, found, place, language) for place in range(len(query.by))]
        return CostReport(
            governorate=settings[f"governorate_{language}"],
            fund_name=settings[f"fund_{language}"],
            date_from=query.date_from,
            date_to=query.date_to,
            as_of=at,
            number=report_number("CR", at, query.by),
            by=tuple(dimension.value for dimension in query.by),
            filters=filters_told(session, query, language),
            rows=tuple(_row(group, labels) for group in found.rows),
            groups=tuple(_group(group, labels[0]) for group in found.groups),
            total=CostTotals(**_figures(found.total)),
            reversals=_reversals(found),
            amount_in_words=in_words(found.total.cost),
            seal=found.last_seal,
            claims=_claims(aside),
            remarks=aside.notes if aside else (),
            demo=demo,
        )


def _claims(aside: Aside | None) -> Claims | None:
    if aside is None:
        return None
    sums = aside.sums
    return Claims(lines=sums.lines, quantity=sums.quantity, cost=sums.amount)


def raw_key(key: str) -> str:
    """Return what a row's key stands for: an id, a month, a channel; empty where nothing is said.

    Keys of rows begin with what they are sorted by, which is what people read.
    """
    return key.rpartition(_JOINT)[2]


def _labels(session: Session, found: Cost, place: int, language: str) -> Label:
    """Return what reads the keys of a dimension out, its names fetched in one statement."""
    dimension = found.query.by[place]
    keys = [group.keys[place] for group in found.rows]
    names = names_of(session, dimension, keys)

    return lambda key: key_label(dimension, key, names, language)


def _figures(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in CostFigures.__dataclass_fields__}


def _row(group: reporting.CostGroup, labels: Sequence[Label]) -> CostRow:
    said = [label(key) for label, key in zip(labels, group.keys, strict=True)]
    return CostRow(
        keys=tuple(_sortable(key, text) for key, text in zip(group.keys, said, strict=True)),
        labels=tuple(said),
        **_figures(group.figures),
    )


def _group(group: reporting.CostGroup, label: Label) -> CostGroup:
    said = label(group.keys[0])
    return CostGroup(key=_sortable(group.keys[0], said), label=said, **_figures(group.figures))


def _sortable(raw: object, label: str) -> str:
    """Return a key: months, bands and codes in their order, names by name, the unsaid last."""
    if raw is None:
        return f"{_LAST}{_JOINT}"
    in_order = isinstance(raw, str) and not isinstance(raw, StrEnum)
    return f"{raw if in_order else label}{_JOINT}{raw}"


def _reversals(found: Cost) -> tuple[ReversalRow, ...]:
    return tuple(
        ReversalRow(
            day=undone.on,
            number=undone.number,
            original_number=undone.first_number,
            reason=word(ReversalReason(undone.reason)),
            cost=-undone.cost,
        )
        for undone in found.reversals
    )
