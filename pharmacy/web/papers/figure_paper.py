"""What a maker of a report returns, and the head that all of them share.

A maker takes figures from a service, names them, and puts them into one table; page, PDF, workbook,
CSV file, API and command line all take the value made there. Where the lines behind a figure stand
is said beside the table, row by row, as an endpoint and what its address says, so that a command
line without addresses can make the same report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO, month_start
from pharmacy.rules.vocabulary import Account, PartyKind
from pharmacy.services.cost_query import cost_asked
from pharmacy.services.ledger import accounts
from pharmacy.services.report_query import NAMED, SAID, Filter, ReportQuery, names_of
from pharmacy.services.settings import all_settings
from pharmacy.web.language import gettext, ngettext, speaking
from pharmacy.web.papers.cost_keys import filters_told
from pharmacy.web.report_words import comparison_name, filter_name, grouping_name
from pharmacy.web.words import word
from reports import cost_words
from reports.figure_report import FigureReport
from reports.figures import MONTHS_AR, MONTHS_EN, day
from reports.spreadsheets import Table
from reports.words import ARABIC

_WHOLE = 10_000  # a percent has a hundred hundredths


@dataclass(frozen=True, slots=True)
class Behind:
    """Where the lines behind a figure stand: a page, and what its address says."""

    endpoint: str
    asks: Mapping[str, object] = field(default_factory=dict)


Links = Mapping[str, Behind]
"""What the figures of a row open, by the key of their column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report, whole: what goes on paper, and what each of its figures opens on the screen.

    Attributes:
        paper: All that is read, in one language.
        behind: For each row of the paper's table what its figures open; empty when none does.
        behind_total: The same for the total.
        behind_below: The same for the rows under the total.
        behind_more: The same for the rows of each further table of the paper.
        behind_notes: What a sentence of the notes opens, by the sentence.
        behind_more_totals: The same for the total of each further table.
        behind_charts: The same for the rows of the table of each chart.
        behind_headlines: What each headline opens; None where it opens nothing.
    """

    paper: FigureReport
    behind: Sequence[Links] = ()
    behind_below: Sequence[Links] = ()
    behind_more: Sequence[Sequence[Links]] = ()
    behind_more_totals: Sequence[Links] = ()
    behind_charts: Sequence[Sequence[Links]] = ()
    behind_headlines: Sequence[Behind | None] = ()
    behind_total: Links = field(default_factory=dict)
    behind_notes: Mapping[str, Behind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse links that do not stand beside the rows they belong to."""
        rows = len(self.paper.table.rows)
        if len(self.behind) not in {0, rows}:
            raise ValueError(f"{len(self.behind)} rows of links beside {rows} rows")
        if len(self.behind_below) not in {0, len(self.paper.table.below)}:
            raise ValueError("links of rows under the total do not stand beside them")
        counts = [len(each.table.rows) for each in self.paper.more]
        if self.behind_more and [len(links) for links in self.behind_more] != counts:
            raise ValueError("links of further tables do not stand beside their rows")
        if len(self.behind_headlines) not in {0, len(self.paper.headlines)}:
            raise ValueError("links of headlines do not stand beside them")
        if len(self.behind_more_totals) not in {0, len(counts)}:
            raise ValueError("links of further totals do not stand beside their tables")


class Maker(Protocol):
    """What makes a report of a query, with every word in one language."""

    def __call__(
        self,
        session: Session,
        query: ReportQuery,
        *,
        language: str,
        actor: Actor,
        as_of: datetime,
        demo: bool = False,
    ) -> Made:
        """Return the report.

        Args:
            session: A reading session.
            query: The period, the arrangement, the filters.
            language: `ar` or `en`.
            actor: Who reads it; services ask for the permission.
            as_of: The moment the figures are read.
            demo: Whether the people in it are invented.

        Raises:
            NotPermitted: The role does not see it.
            InvalidPeriod: The period ends before it begins.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above and below a table: its title, its series of numbers, its sentences.

    `party` is what those are whom its query calls suppliers.
    """

    title: str
    series: str
    notes: tuple[str, ...] = ()
    party: PartyKind = PartyKind.SUPPLIER


def figure_paper(
    session: Session,
    query: ReportQuery,
    table: Table,
    head: Head,
    *,
    language: str,
    as_of: datetime,
    demo: bool,
) -> FigureReport:
    """Put a table under the head of the house, the period and the filters in words."""
    settings, at = all_settings(session), as_of.astimezone(CAIRO)
    with speaking(language):
        by = [grouping_name(one) for one in query.by]
    return FigureReport(
        governorate=settings[f"governorate_{language}"],
        fund_name=settings[f"fund_{language}"],
        title=cost_words.titled(head.title, by, language),
        number=report_number(head.series, at, query.by),
        lines=lines_of(query, language),
        filters=filters_of(session, query, language, head.party),
        as_of=at,
        table=table,
        notes=head.notes,
        demo=demo,
    )


def report_number(series: str, at: datetime, by: Sequence[StrEnum]) -> str:
    """Return the number of a report: its series, its moment in Cairo time, what its rows are.

    Papers of one moment, as those of a monthly pack are, are told apart by their arrangement.
    """
    return "-".join([series, f"{at:%Y%m%d-%H%M}", *(one.value.upper() for one in by)])


def lines_of(query: ReportQuery, language: str) -> tuple[str, ...]:
    """Return the period and the period of comparison in words, for the head."""
    span = cost_words.PERIOD(language)
    lines = [span.format(start=day(query.date_from), end=day(query.date_to))]
    with speaking(language):
        if query.top is not None:
            lines.append(
                ngettext(
                    "The highest row by itself, all others together",
                    "The highest %(num)s rows by themselves, all others together",
                    query.top,
                )
            )
        if query.compare is not None and query.beside is not None:
            first, last = query.beside
            lines.append(
                gettext(
                    "Beside it: %(name)s, %(first)s to %(last)s",
                    name=comparison_name(query.compare),
                    first=day(first),
                    last=day(last),
                )
            )
    return tuple(lines)


def filters_of(
    session: Session,
    query: ReportQuery,
    language: str,
    party: PartyKind = PartyKind.SUPPLIER,
) -> str:
    """Return in words what the figures were narrowed to; empty where they were not."""
    with speaking(language):
        told = _told(session, query, language, party)
    if not told:
        return ""
    said = "، ".join(told) if language == ARABIC else ", ".join(told)
    return f"{cost_words.FILTERS(language)}: {said}"


def _told(session: Session, query: ReportQuery, language: str, party: PartyKind) -> list[str]:
    """Return each filter as `name: value`."""
    told = []
    for one, (name, _model) in NAMED.items():
        chosen = getattr(query, name)
        if chosen is not None:
            names = names_of(session, one, [chosen]).get(chosen, ("—", "—"))
            told.append(f"{filter_name(one, party)}: {in_language(names, language)}")
    # What names a row was told above; the others say it in words.
    said = replace(
        cost_asked(query), site_id=None, fund_id=None, centre_id=None, drug_id=None,
        condition_id=None,
    )  # fmt: skip
    told.extend(f"{name}: {text}" for name, text in filters_told(session, said, language))
    if query.account is not None:
        account = accounts(session)[query.account]
        told.append(f"{filter_name(Filter.ACCOUNT)}: {account_name(account, language)}")
    if query.kind is not None:
        told.append(word(query.kind))
    return told


def in_language(names: tuple[str, str], language: str) -> str:
    """Return the one of an Arabic and an English name; the Arabic where there is no other."""
    return (names[0] if language == ARABIC else names[1]) or names[0]


class Called(Protocol):
    """An account of the chart, or what was told of one."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name_ar(self) -> str:
        """Its Arabic name."""

    @property
    def name_en(self) -> str:
        """Its English name."""


def account_name(account: Called, language: str) -> str:
    """Return an account's name and code as the chart has them."""
    return f"{in_language((account.name_ar, account.name_en), language)} ({account.code})"


def month_name(key: str, language: str) -> str:
    """Return a month as people read it, from `2026-03`."""
    year, month = key.split("-")
    return f"{(MONTHS_AR if language == ARABIC else MONTHS_EN)[int(month) - 1]} {year}"


def lines_behind(query: ReportQuery, **narrowed: object) -> Behind:
    """Return where the lines of dispensing of a query stand.

    Args:
        query: Its period and filters are those of the lines.
        narrowed: What the address says besides, such as `drug` or `key_month`.
    """
    return Behind("reporting.lines", _asked(query, **narrowed))


def _asked(query: ReportQuery, **narrowed: object) -> dict[str, object]:
    """Return the period and the filters of a query as an address says them, and what is added."""
    asks: dict[str, object] = {
        **days_of(query),
        **{one.value: getattr(query, name) for one, (name, _model) in NAMED.items()},
        **{name: getattr(query, name) for name in SAID},
        **narrowed,
    }
    return {name: value for name, value in asks.items() if value}


def movements_behind(query: ReportQuery, figure: StrEnum, **narrowed: object) -> Behind:
    """Return where the movements behind a figure of stock stand.

    Args:
        query: Its period and filters are those of the movements.
        figure: A word of `services.stock_lines.What`.
        narrowed: What the address says besides, such as `batch`.
    """
    return Behind("stock_movement.lines", {**_asked(query, **narrowed), "sort": figure.value})


def claims_behind(query: ReportQuery, **narrowed: object) -> Behind:
    """Return where the lines of contract pharmacies of a query stand.

    Args:
        query: Its period, fund, centre, item and supplier are those of the lines.
        narrowed: What the address says besides, such as `drug` or `person`.
    """
    return Behind("care.claims", lines_behind(query, **narrowed).asks)


def card_behind(query: ReportQuery, drug_id: int) -> Behind:
    """Return where the stock card of an item stands, over the period and site of a query."""
    return Behind(
        "stock.show",
        {"drug_id": drug_id, **days_of(query), "site": query.site_id or "all"},
    )


def postings_behind(query: ReportQuery, account: Account, **narrowed: object) -> Behind:
    """Return where the documents that moved an account stand.

    Args:
        query: Its period, site, fund and supplier are those of the documents.
        account: The account.
        narrowed: What the address says besides, such as `kind` or a `fund` of a row.
    """
    asks = {**_asked(query), "account": account.value, **narrowed}
    return Behind("report.account_statement", {name: one for name, one in asks.items() if one})


def days_of(query: ReportQuery) -> dict[str, object]:
    """Return the period of a query as an address says it."""
    return {"date_from": query.date_from.isoformat(), "date_to": query.date_to.isoformat()}


def before(query: ReportQuery) -> ReportQuery:
    """Return the query of the month up to the day before: it ends with what a period opens with."""
    last = query.date_from - timedelta(days=1)
    return replace(query, date_from=month_start(last), date_to=last)


def percent(part: int, whole: int) -> int | None:
    """Return hundredths of a percent, rounded half away from nothing; none of nothing or less."""
    return divided(part * _WHOLE, whole) if whole > 0 else None


def divided(amount: int, by: int) -> int:
    """Divide and round half away from nothing."""
    sign = -1 if amount < 0 else 1
    return sign * ((2 * abs(amount) + by) // (2 * by))
