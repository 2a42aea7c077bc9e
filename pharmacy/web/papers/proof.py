"""The proof page: opening + what came − what went = closing, in pounds and units; the books."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import fiscal_year_days
from pharmacy.rules.proof import Measure, Part, Proven
from pharmacy.rules.vocabulary import Account
from pharmacy.services.number_ranges import NumberRange, last_seals, number_ranges
from pharmacy.services.proof import LedgerProof, Proof, batch_names, proof
from pharmacy.services.report_query import Filter, Grouping, ReportQuery, names_of
from pharmacy.services.stock_movement import Moment, Sort
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    card_behind,
    days_of,
    figure_paper,
    in_language,
    movements_behind,
    postings_behind,
)
from pharmacy.web.papers.numbered import ranges_table, seals_table
from pharmacy.web.papers.stock_movement import NAMES
from pharmacy.web.report_words import grouping_name
from reports.figure_report import Headline, Titled
from reports.spreadsheets import Column, Kind, Table

PARTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.RECEIVED: NAMES[Sort.RECEIPTS],
        Part.RETURNED: NAMES[Sort.RETURNS],
        Part.DISPENSED: NAMES[Sort.DISPENSED],
        Part.ISSUED: NAMES[Sort.INSTITUTIONS],
        Part.LOST: NAMES[Sort.LOSSES],
        Part.MOVED: NAMES[Sort.TRANSFERS],
        Part.COUNTED: NAMES[Sort.COUNTS],
        Part.UNDONE: NAMES[Sort.REVERSALS],
    }
)
"""The columns between opening and closing, called as the movement of the stock calls them."""


def proof_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the proof of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = proof(session, query, actor=actor)
    rows = [_links(query, row.key) for row in found.rows]
    names = _names(session, query, found, language)
    with speaking(language):
        head = Head(
            title=gettext("Proof page"),
            series="PR",
            notes=(
                gettext(
                    "The opening is added up from all that moved before; the closing is what the"
                    " shelves hold, less what moved since; what lies between is told by the"
                    " documents themselves. A difference stands first."
                ),
                gettext(
                    "What goes out stands in brackets. Reversals stand together, whatever they"
                    " undid."
                ),
            ),
        )
        paper = figure_paper(
            session,
            query,
            _table(query, found, names, lambda one: one.piastres, Kind.MONEY),
            head,
            language=language,
            as_of=as_of,
            demo=demo,
        )
        units = Titled(
            gettext("In units"),
            _table(query, found, names, lambda one: one.units, Kind.INTEGER),
            gettext("Units of different items have no total."),
        )
        books, behind_books = _books(session, query, found.ledger, language)
        paper = replace(
            paper,
            headlines=_headlines(found),
            table_title=gettext("In pounds"),
            more=(units, *books),
        )
    return Made(
        paper=paper,
        behind=rows,
        behind_total=_links(query),
        behind_headlines=(None, movements_behind(query, Moment.CLOSING)),
        behind_more=(rows, *behind_books),
        behind_more_totals=({}, _links_of_fund(query), {}, {}),
    )


def _headlines(found: Proof) -> tuple[Headline, ...]:
    differing = [row for row in found.rows if row.proven.difference != Measure()]
    books = [row for row in found.ledger if row.difference]
    return (
        Headline(gettext("Rows that differ"), len(differing) + len(books), Kind.INTEGER),
        Headline(gettext("Value at the end"), found.total.closing.piastres),
    )


def _table(
    query: ReportQuery,
    found: Proof,
    names: Sequence[str],
    measure: Callable[[Measure], int],
    kind: Kind,
) -> Table:
    def figures(proven: Proven) -> tuple[int, ...]:
        parts = (proven.parts.get(part, Measure()) for part in PARTS)
        columns = (proven.opening, *parts, proven.closing, proven.difference)
        return tuple(measure(one) for one in columns)

    return Table(
        columns=(
            Column("name", grouping_name(query.by[0])),
            Column("opening", gettext(NAMES[Moment.OPENING]), kind),
            *(Column(part.value, gettext(name), kind) for part, name in PARTS.items()),
            Column("closing", gettext(NAMES[Moment.CLOSING]), kind),
            Column("difference", gettext("Difference"), kind),
        ),
        rows=tuple(
            (name, *figures(row.proven)) for name, row in zip(names, found.rows, strict=True)
        ),
        total=(gettext("Total"), *figures(found.total)) if kind is Kind.MONEY else None,
    )


def _names(session: Session, query: ReportQuery, found: Proof, language: str) -> list[str]:
    ids = [row.key for row in found.rows]
    by = query.by[0]
    known = (
        batch_names(session, ids)
        if by is Grouping.BATCH
        else names_of(session, Filter(by.value), ids)
    )
    return [in_language(known[key], language) for key in ids]


def _books(
    session: Session, query: ReportQuery, ledger: Sequence[LedgerProof], language: str
) -> tuple[Sequence[Titled], Sequence[Sequence[Links]]]:
    """Return the books beside the shelves, the numbers and the seals, and what their rows open."""
    ranges = number_ranges(session, query.date_from, query.date_to, site_id=query.site_id)
    seals = last_seals(session, query.date_to)
    tables = (
        Titled(gettext("Stock account of each fund"), _ledger(session, ledger, language)),
        Titled(gettext("Numbers of documents"), ranges_table(ranges)),
        Titled(gettext("Last seals"), seals_table(seals)),
    )
    behind: Sequence[Sequence[Links]] = (
        [_links_of_fund(query, row.fund_id) for row in ledger],
        [numbers_behind(query, row) for row in ranges],
        [{} for _seal in seals],
    )
    return tables, behind


def _ledger(session: Session, ledger: Sequence[LedgerProof], language: str) -> Table:
    names = names_of(session, Filter.FUND, [row.fund_id for row in ledger])
    return Table(
        columns=(
            Column("fund", grouping_name(Grouping.FUND)),
            Column("posted", gettext("In the books (EGP)"), Kind.MONEY),
            Column("on_hand", gettext("On the shelves (EGP)"), Kind.MONEY),
            Column("difference", gettext("Difference"), Kind.MONEY),
        ),
        rows=tuple(
            (in_language(names[row.fund_id], language), row.posted, row.on_hand, row.difference)
            for row in ledger
        ),
        total=(
            gettext("Total"),
            sum(row.posted for row in ledger),
            sum(row.on_hand for row in ledger),
            sum(row.difference for row in ledger),
        ),
    )


def _links(query: ReportQuery, key: int | None = None) -> Links:
    """Return what a row opens, or the total: its own page, and the movements of each figure."""
    narrowed = {} if key is None else {query.by[0].value: key}
    figures: dict[str, Behind] = {
        one.value: movements_behind(query, one, **narrowed)
        for one in (Moment.OPENING, *PARTS, Moment.CLOSING)
    }
    return figures if key is None else {"name": _page_of(query, key), **figures}


def _page_of(query: ReportQuery, key: int) -> Behind:
    """Return where a row's own page is: an item's card, a batch, of others the proof by items."""
    by = query.by[0]
    if by is Grouping.DRUG:
        return card_behind(query, key)
    if by is Grouping.BATCH:
        return Behind("batch.show", {"batch_id": key})
    narrowed = {"site": query.site_id, "fund": query.fund_id, by.value: key}
    asks = {name: value for name, value in narrowed.items() if value}
    return Behind("report.proof", {"by": Grouping.DRUG.value, **asks, **days_of(query)})


def _links_of_fund(query: ReportQuery, fund_id: int | None = None) -> Links:
    """Return the postings of a fund's stock account, and what its shelves held."""
    of_fund = replace(query, fund_id=fund_id or query.fund_id)
    return {
        "posted": postings_behind(of_fund, Account.STOCK),
        "on_hand": movements_behind(of_fund, Moment.CLOSING),
    }


def numbers_behind(query: ReportQuery, row: NumberRange) -> Links:
    """Return the documents that bear the numbers of a range."""
    asks = {"kind": row.kind.value, "site": row.site_id, **_year_of(query, row.fiscal_year)}
    return {"count": Behind("voucher.index", asks)}


def _year_of(query: ReportQuery, year: int) -> dict[str, object]:
    """Return the days of a period that lie in a fiscal year."""
    first, last = fiscal_year_days(year)
    return days_of(
        replace(query, date_from=max(first, query.date_from), date_to=min(last, query.date_to))
    )
