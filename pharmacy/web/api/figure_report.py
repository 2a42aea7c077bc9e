"""The reports of the registry for other programs: the rows of the page as plain numbers.

Money is in piastres, quantities in units of issue, shares in hundredths of a percent; words are in
the language of `Accept-Language`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask import Blueprint

from pharmacy.rules.scopes import Scope
from pharmacy.services.report_query import NAMED, TOP_MOST, WORDS_OF, Filter, ReportQuery
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import Operation, Plain, reads
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.language import language
from pharmacy.web.report_catalogue import REPORTS, ReportSpec
from reports.spreadsheets import Cell, Kind, Table

blueprint = Blueprint("api_figure_report", __name__, url_prefix="/api/v1")

_CELL: s.Shape = {"type": ["string", "integer", "null"]}
_CELLS = s.answer_items(_CELL)
COLUMN = s.obj("ReportColumn", {"key": s.any_text(), "title": s.any_text(), "kind": s.word(Kind)})
_TABLE: dict[str, s.Shape] = {
    "columns": s.answer_items(COLUMN),
    "rows": s.answer_items(_CELLS),
    "total": s.maybe(_CELLS),
    "below": s.answer_items(_CELLS),
}
"""Rows `below` stand under the total and are no part of it."""
ANSWER = s.obj(
    "Report",
    {
        "name": s.any_text(),
        "title": s.any_text(),
        "number": s.any_text(),
        "as_of": s.moment(),
        "lines": s.answer_items(s.any_text()),
        "filters": s.any_text(),
        "table_title": s.any_text(),
        **_TABLE,
        "more": s.answer_items(s.obj("ReportTable", {"title": s.any_text(), **_TABLE})),
        "notes": s.answer_items(s.any_text()),
    },
)
_OTHERS: Mapping[Filter, s.Shape] = {
    Filter.TOP: s.whole(1, TOP_MOST),
    **{one: s.word(words) for one, words in WORDS_OF.items()},
}


def declared(spec: ReportSpec) -> Operation:
    """Return what the call of a report asks for: what the report's page asks for."""
    query: dict[str, s.Shape] = {"date_from": s.day(), "date_to": s.day()}
    if len(spec.by) > 1:
        query["by"] = s.word(spec.by)
    if spec.levels > 1:
        query["then"] = s.word(spec.by)
    for one in spec.filters:
        query[NAMED[one][0] if one in NAMED else one.value] = _OTHERS.get(one, s.number())
    return Operation(
        name="report" + spec.word.title().replace("_", ""),
        summary=spec.title,
        scope=Scope.REPORTS_READ,
        permissions=frozenset({spec.permission}),
        query=query,
        needed=frozenset({"date_from", "date_to"}),
        answer=ANSWER,
    )


def _call_of(spec: ReportSpec) -> Callable[..., Plain]:
    def call(**asked: object) -> Plain:
        made = spec.make(
            reading(),
            _query(spec, asked),
            language=language(),
            actor=actor(),
            as_of=now(),
            demo=settings().demo,
        )
        paper = made.paper
        return {
            "name": spec.name,
            "title": paper.title,
            "number": paper.number,
            "as_of": now().isoformat(),
            "lines": list(paper.lines),
            "filters": paper.filters,
            "table_title": paper.table_title,
            **_table(paper.table),
            "more": [{"title": each.title, **_table(each.table)} for each in paper.more],
            "notes": list(paper.notes),
        }

    return call


def _query(spec: ReportSpec, asked: Mapping[str, object]) -> ReportQuery:
    first, last = (date.fromisoformat(str(asked[name])) for name in ("date_from", "date_to"))
    ids = {one.value: asked.get(name) for one, (name, _model) in NAMED.items()}
    return spec.query(first, last, {**asked, **ids})


def _table(table: Table) -> Plain:
    return {
        "columns": [
            {"key": one.key, "title": one.title, "kind": one.kind.value} for one in table.columns
        ],
        "rows": [_plain(row) for row in table.rows],
        "total": _plain(table.total) if table.total else None,
        "below": [_plain(row) for row in table.below],
    }


def _plain(row: Sequence[Cell]) -> list[str | int | None]:
    return [cell.isoformat() if isinstance(cell, date) else cell for cell in row]


for _spec in REPORTS.values():
    blueprint.add_url_rule(
        f"/reports/{_spec.name}", _spec.word, reads(declared(_spec))(_call_of(_spec))
    )
