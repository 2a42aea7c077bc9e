"""The rows of the cost report on its page: figures as they are shown, and what each opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from pharmacy.rules.money import format_egp
from pharmacy.services.cost_dimensions import CLINICAL
from pharmacy.services.cost_query import CostQuery, asks
from pharmacy.services.report_query import SAID
from pharmacy.web.forms.reporting import KEY_PREFIX, UNSAID
from pharmacy.web.papers.cost_report import OTHERS, raw_key
from pharmacy.web.papers.figure_paper import Behind
from reports import cost_report as paper
from reports.spreadsheets import Kind, Table

KEPT = (
    *("date_from", "date_to", "by", "then", "site", "fund", "centre", "drug", "condition"),
    *SAID,
    *("top", "compare"),
)
LINKED: Mapping[str, Mapping[str, str]] = {
    "lines": {},
    "quantity": {},
    "cost": {},
    "state": {},
    "donor": {},
    "citizen": {},
    "beneficiaries": {"per": "person"},
    "average": {"per": "person"},
    "before": {"beside": "1"},
    "reversed_lines": {"only": "reversals"},
    "reversed_cost": {"only": "reversals"},
}
"""Figures that open the lines behind them, and what the address says besides."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is shown, and the address of the lines behind it ("" for none)."""

    text: str
    href: str = ""
    negative: bool = False


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the report on the page."""

    labels: Sequence[str]
    cells: Sequence[Cell]
    is_subtotal: bool = False


class Links:
    """The addresses behind the figures of a report."""

    def __init__(
        self, report: paper.CostReport, query: CostQuery, *, sees_conditions: bool
    ) -> None:
        self._report = report
        self.open = sees_conditions or CLINICAL.isdisjoint(asks(query))
        hidden = not CLINICAL.isdisjoint(query.by) and not sees_conditions
        self._base = "" if hidden else address_of("reporting.lines")
        self._names = [f"{KEY_PREFIX}{dimension.value}" for dimension in query.by]

    def href(self, keys: Sequence[str], more: Mapping[str, str]) -> str:
        """Return the address of the lines behind a figure; empty where they are not for all."""
        if not self.open or (not self._base and keys):
            return ""
        named = {
            name: raw_key(key) or UNSAID
            for name, key in zip(self._names, keys, strict=False)
            if raw_key(key) != OTHERS
        }
        if keys and raw_key(keys[0]) == OTHERS:
            named["rest"] = "1"
        base = self._base or address_of("reporting.lines")
        wanted = urlencode({**named, **more})
        return f"{base}{'&' if '?' in base else '?'}{wanted}" if wanted else base

    def cells(
        self, row: paper.CostFigures, columns: Sequence[paper.Column], keys: Sequence[str]
    ) -> list[Cell]:
        """Return the figures of a row as they are shown, the very ones of the files."""
        return [
            self._cell(column.key, column.kind, value, keys)
            for column, value in zip(columns, paper.figures_of(self._report, row), strict=True)
        ]

    def _cell(self, key: str, kind: Kind, value: int | None, keys: Sequence[str]) -> Cell:
        return _cell(value, kind, self.href(keys, LINKED[key]) if key in LINKED and value else "")


def _cell(value: int | None, kind: Kind, href: str) -> Cell:
    """Return a figure as it is shown; nothing opens nothing."""
    if value is None:
        return Cell("—")
    if kind is Kind.INTEGER:
        return Cell(f"{value:,}", href if value else "", value < 0)
    text = format_egp(value) + ("%" if kind is Kind.PERCENT else "")
    return Cell(text, href if value else "", value < 0)


def address_of(endpoint: str, **usual: object) -> str:
    """Return a page's address under the same filter, without page, file and figure.

    Args:
        endpoint: The page.
        usual: What the address says where this one says nothing of it.
    """
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return url_for(endpoint, **{**usual, **kept})


def opened(behind: Behind) -> str:
    """Return the address of what stands behind a figure."""
    asks: dict[str, Any] = dict(behind.asks)
    return url_for(behind.endpoint, **asks)


def below_total(
    table: Table, labels: int, claims: Mapping[str, str]
) -> list[tuple[str, list[Cell]]]:
    """Return the rows under the total: claims open their lines, the joint row has two parts."""
    return [
        (
            str(row[0]),
            [
                _cell(
                    value if isinstance(value, int) else None,
                    column.kind,
                    opens.get(column.key, ""),
                )
                for column, value in zip(table.columns[labels:], row[labels:], strict=True)
            ],
        )
        for row, opens in zip(table.below, (claims, {}), strict=False)
    ]


def shown_rows(
    report: paper.CostReport,
    part: Sequence[paper.CostRow],
    columns: Sequence[paper.Column],
    links: Links,
) -> list[ShownRow]:
    """Return a page of rows; where a group begins, its subtotal stands above them."""
    groups = {group.key: group for group in report.groups}
    shown = []
    for row in part:
        group = groups.pop(row.keys[0], None)
        if group is not None:
            cells = links.cells(group, columns, (group.key,))
            shown.append(ShownRow((group.label,), cells, is_subtotal=True))
        shown.append(ShownRow(row.labels, links.cells(row, columns, row.keys)))
    return shown
