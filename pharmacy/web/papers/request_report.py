"""The request reports: figures of `services.request_report` with their names, for every form.

Page, PDF, workbook, CSV file and command line all take the value made here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO, cairo_day
from pharmacy.rules.vocabulary import Channel, RequestCategory
from pharmacy.services import request_report as service
from pharmacy.services.request_report import (
    RequestDimension,
    RequestFigures,
    RequestReportQuery,
    median,
    ninetieth,
)
from pharmacy.services.request_standing import Standing
from pharmacy.services.settings import all_settings
from pharmacy.web.language import gettext, speaking
from pharmacy.web.words import word
from reports import cost_words, words
from reports import request_words as say
from reports.figure_report import FigureReport
from reports.figures import MONTHS_AR, MONTHS_EN, day
from reports.spreadsheets import Cell, Column, Kind, Table

FEW = 5
"""Of fewer requests than these a share says nothing."""
Figure = Callable[[RequestFigures], int | None]


def _standing(standing: Standing) -> Figure:
    return lambda figures: figures.standing[standing]


FIGURES: Mapping[str, Figure] = {
    "received": lambda figures: figures.received,
    "closed": _standing(Standing.CLOSED),
    "open": _standing(Standing.OPEN),
    "overdue": _standing(Standing.OVERDUE),
    "reopened": _standing(Standing.REOPENED),
    "awaiting_papers": _standing(Standing.AWAITING_PAPERS),
    "within_limit": _standing(Standing.WITHIN_LIMIT),
    "share": lambda figures: figures.share_within,
    "reply_median": lambda figures: median(figures.reply_days),
    "reply_ninetieth": lambda figures: ninetieth(figures.reply_days),
    "settle_median": lambda figures: median(figures.settle_days),
    "settle_ninetieth": lambda figures: ninetieth(figures.settle_days),
    "open_7": _standing(Standing.OPEN_7),
    "open_30": _standing(Standing.OPEN_30),
    "open_90": _standing(Standing.OPEN_90),
    "open_365": _standing(Standing.OPEN_365),
    "open_older": _standing(Standing.OPEN_OLDER),
    "hand_over_median": lambda figures: median(figures.hand_over_days),
    "hand_over_ninetieth": lambda figures: ninetieth(figures.hand_over_days),
    "never_dispensed": _standing(Standing.NEVER_DISPENSED),
}
"""The columns of the report and where each value comes from."""
RANKED: Mapping[str, Figure] = {
    "received": FIGURES["received"],
    "settled": _standing(Standing.SETTLED),
    "overdue": FIGURES["overdue"],
    "within_limit": FIGURES["within_limit"],
    "share": FIGURES["share"],
    "settle_median": FIGURES["settle_median"],
    "settle_ninetieth": FIGURES["settle_ninetieth"],
}
"""The columns of the ranking of centres."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report in words, and the key of each of its rows, by which its figures open lists."""

    query: RequestReportQuery
    paper: FigureReport
    keys: Sequence[object]
    total: RequestFigures


def request_report(
    session: Session,
    query: RequestReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Told:
    """Return the report of a query, with every word in one language.

    Raises:
        NotPermitted: The role sees no request reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = service.report(session, query, actor=actor, today=cairo_day(as_of))
    by = query.by or RequestDimension.CHANNEL
    with speaking(language):
        named = _named(session, found, by, language)
        arranged = say.DIMENSIONS[by.value](language)
        table = Table(
            columns=(Column(by.value, arranged), *_columns(FIGURES, language)),
            rows=tuple((label, *_cells(FIGURES, row.figures)) for label, row in named),
            total=(words.TOTAL(language), *_cells(FIGURES, found.total)),
        )
    first = arranged if language == words.ARABIC else arranged.lower()
    paper = _paper(
        session, query, table, language, as_of,
        title=say.TITLE(language),
        line=say.ARRANGED(language).format(first=first),
        number="RR", demo=demo,
    )  # fmt: skip
    return Told(query, paper, [row.key for _, row in named], found.total)


def ranking(
    session: Session,
    query: RequestReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Told:
    """Return the centres, the highest share within the limit first.

    A centre of which fewer than five requests are settled or overdue stands at the end without a
    place, and the row says so; one that settled nothing has no share, and is not taken as good.

    Raises:
        NotPermitted: The role sees no request reports.
        InvalidPeriod: The period ends before it begins.
    """
    query = RequestReportQuery(
        date_from=query.date_from, date_to=query.date_to, by=RequestDimension.CENTRE
    )
    found = service.report(session, query, actor=actor, today=cairo_day(as_of))
    with speaking(language):
        named = [
            (label, row)
            for label, row in _named(session, found, RequestDimension.CENTRE, language)
            if row.key is not None
        ]
    named.sort(key=lambda pair: _merit(pair[1].figures))
    total = RequestFigures()
    rows: list[tuple[Cell, ...]] = []
    for label, row in named:
        total.add(row.figures)
        few = _judged(row.figures) < FEW
        place = None if few else len(rows) + 1
        remark = say.FEW(language) if few else ""
        rows.append((label, remark, place, *_cells(RANKED, row.figures)))
    table = Table(
        columns=(
            Column("centre", say.DIMENSIONS["centre"](language)),
            Column("remark", say.REMARK(language)),
            Column("place", say.PLACE(language), Kind.INTEGER),
            *_columns(RANKED, language),
        ),
        rows=tuple(rows),
        total=(words.TOTAL(language), "", None, *_cells(RANKED, total)),
    )
    paper = _paper(
        session, query, table, language, as_of,
        title=say.RANKING(language), line=say.RANKED(language), number="RC", demo=demo,
    )  # fmt: skip
    return Told(query, paper, [row.key for _, row in named], total)


def _judged(figures: RequestFigures) -> int:
    return figures.standing[Standing.SETTLED] + figures.standing[Standing.OVERDUE]


def _merit(figures: RequestFigures) -> tuple[bool, int, int]:
    """Return what centres are sorted by: few at the end, then the share, then how many."""
    judged = _judged(figures)
    return judged < FEW, -(figures.share_within or 0), -judged


def _columns(figures: Mapping[str, Figure], language: str) -> tuple[Column, ...]:
    return tuple(
        Column(key, say.TITLES[key](language), Kind.PERCENT if key == "share" else Kind.INTEGER)
        for key in figures
    )


def _cells(columns: Mapping[str, Figure], figures: RequestFigures) -> tuple[Cell, ...]:
    return tuple(of(figures) for of in columns.values())


def _named(
    session: Session, found: service.RequestReport, by: RequestDimension, language: str
) -> list[tuple[str, service.RequestGroup]]:
    """Return the rows with their names: months in the order of time, the rest by name."""
    names = service.centre_names(session) if by is RequestDimension.CENTRE else {}
    rows = [(_label(by, row.key, names, language), row) for row in found.rows]
    if by is not RequestDimension.MONTH:
        rows.sort(key=lambda pair: (pair[1].key is None, pair[0]))
    return rows


def _label(
    by: RequestDimension, key: object, names: Mapping[object, tuple[str, str]], language: str
) -> str:
    if key is None:
        return gettext("Without a centre")
    if by is RequestDimension.CENTRE:
        name_ar, name_en = names[key]
        return (name_ar if language == words.ARABIC else name_en) or name_ar
    if by is RequestDimension.MONTH:
        year, month = str(key).split("-")
        months = MONTHS_AR if language == words.ARABIC else MONTHS_EN
        return f"{months[int(month) - 1]} {year}"
    is_channel = by is RequestDimension.CHANNEL
    return word(Channel(str(key)) if is_channel else RequestCategory(str(key)))


def _paper(
    session: Session,
    query: RequestReportQuery,
    table: Table,
    language: str,
    as_of: datetime,
    *,
    title: str,
    line: str,
    number: str,
    demo: bool,
) -> FigureReport:
    settings, at = all_settings(session), as_of.astimezone(CAIRO)
    period = cost_words.PERIOD(language).format(start=day(query.date_from), end=day(query.date_to))
    return FigureReport(
        governorate=settings[f"governorate_{language}"],
        fund_name=settings[f"fund_{language}"],
        title=title,
        number=f"{number}-{at:%Y%m%d-%H%M}",
        lines=(period, line),
        as_of=at,
        table=table,
        notes=tuple(note(language) for note in say.NOTES),
        demo=demo,
    )
