"""The cost report: figures of `services.reporting` with their names, as the print shop wants them.

Page, PDF, workbook, CSV file and command line all take the value made here.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.claim_given import given_query, given_sums
from pharmacy.services.cost_dimensions import Dimension, names_of
from pharmacy.services.cost_query import CostQuery, report_asked
from pharmacy.services.cost_ranked import Others, RankedCost, RankedGroup, ranked_cost
from pharmacy.services.reporting import Cost
from pharmacy.services.settings import all_settings
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.claims_aside import Aside, claims_aside
from pharmacy.web.papers.cost_keys import filters_told, key_label
from pharmacy.web.papers.figure_paper import lines_of, percent, report_number
from pharmacy.web.report_words import comparison_name, in_pounds
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
OTHERS = "\x1e"
"""What the key of all others together stands for; no group has such a key."""
OTHERS_KEY = f"{_LAST}{_LAST}{_JOINT}{OTHERS}"


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
    found = ranked_cost(session, query)
    settings = all_settings(session)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    at = as_of.astimezone(CAIRO)
    with speaking(language):
        aside = claims_aside(session, report_asked(query), found.cost.total.cost)
        sheet = _Sheet(session, found, language)
        return CostReport(
            governorate=settings[f"governorate_{language}"],
            fund_name=settings[f"fund_{language}"],
            date_from=query.date_from,
            date_to=query.date_to,
            as_of=at,
            number=report_number("CR", at, query.by),
            by=tuple(dimension.value for dimension in query.by),
            filters=filters_told(session, query, language),
            rows=sheet.rows(),
            groups=sheet.groups(),
            total=CostTotals(**sheet.figures(found.total)),
            reversals=_reversals(found.cost),
            amount_in_words=in_words(found.cost.total.cost),
            seal=found.cost.last_seal,
            claims=_claims(session, query, aside),
            remarks=aside.notes if aside else (),
            further=lines_of(report_asked(query), language)[1:],
            beside=in_pounds(comparison_name(query.compare)) if query.compare else "",
            ranked=_is_ranked(query),
            others=OTHERS_KEY if found.others else "",
            demo=demo,
        )


def _is_ranked(query: CostQuery) -> bool:
    return query.top is not None or query.compare is not None


def _claims(session: Session, query: CostQuery, aside: Aside | None) -> Claims | None:
    if aside is None:
        return None
    sums, asked = aside.sums, report_asked(query)
    before = None
    if asked.beside is not None:
        first, last = asked.beside
        earlier = replace(asked, date_from=first, date_to=last)
        before = given_sums(session, given_query(earlier)).amount
    return Claims(lines=sums.lines, quantity=sums.quantity, cost=sums.amount, before=before)


def raw_key(key: str) -> str:
    """Return what a row's key stands for: an id, a month, a channel; empty where nothing is said.

    Keys of rows begin with what they are sorted by, which is what people read.
    """
    return key.rpartition(_JOINT)[2]


class _Sheet:
    """The rows of a report with their names, every name fetched in one statement a dimension."""

    def __init__(self, session: Session, found: RankedCost, language: str) -> None:
        self._found, self._query, self._language = found, found.cost.query, language
        self._names = [
            names_of(session, dimension, found.keys_at(place))
            for place, dimension in enumerate(self._query.by)
        ]
        by_cost = self._query.top is not None and self._query.by[0] is not Dimension.MONTH
        self._ranks = {key: place for place, key in enumerate(found.order)} if by_cost else {}

    def rows(self) -> tuple[CostRow, ...]:
        """Return the rows that stand by themselves, and all others."""
        others = self._found.others
        told = [self._row(row, *self._first(row)) for row in self._found.rows]
        if others is None:
            return tuple(told)
        parts = others.rows or [others.whole]
        return (*told, *(self._row(row, OTHERS_KEY, self._all_others(others)) for row in parts))

    def groups(self) -> tuple[CostGroup, ...]:
        """Return the groups that stand by themselves, and all others."""
        others = self._found.others
        told = [
            CostGroup(key=key, label=label, **self.figures(group))
            for group in self._found.groups
            for key, label in [self._first(group)]
        ]
        if others is not None and told:
            label = self._all_others(others)
            told.append(CostGroup(key=OTHERS_KEY, label=label, **self.figures(others.whole)))
        return tuple(told)

    def figures(self, row: RankedGroup) -> dict[str, Any]:
        """Return the figures of a row, with its share of the whole where it is told."""
        names = CostFigures.__dataclass_fields__.keys() - {"before", "share"}
        share = percent(row.figures.cost, self._found.cost.total.cost)
        return {
            **{name: getattr(row.figures, name) for name in names},
            "before": row.before,
            "share": share if _is_ranked(self._query) else None,
        }

    def _row(self, row: RankedGroup, key: str, label: str) -> CostRow:
        keys, labels = [key], [label]
        if len(self._query.by) > 1:
            said = self._label(1, row.keys[-1])
            keys.append(_sortable(row.keys[-1], said))
            labels.append(said)
        return CostRow(keys=tuple(keys), labels=tuple(labels), **self.figures(row))

    def _first(self, row: RankedGroup) -> tuple[str, str]:
        """Return key and name of a row's first dimension; the key begins with its rank."""
        said = self._label(0, row.keys[0])
        key = _sortable(row.keys[0], said)
        rank = self._ranks.get(row.keys[0])
        return (key if rank is None else f"{rank:06d}{_JOINT}{key}"), said

    def _label(self, place: int, key: object) -> str:
        return key_label(self._query.by[place], key, self._names[place], self._language)

    def _all_others(self, others: Others) -> str:
        return gettext("All others (%(count)s)", count=others.count)


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
