"""The proof page: opening + what came − what went = closing, in pounds and units; the books."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.proof import Measure, Part, Proven
from pharmacy.services.number_ranges import last_seals, number_ranges
from pharmacy.services.proof import LedgerProof, Proof, batch_names, proof
from pharmacy.services.report_query import Filter, Grouping, ReportQuery, names_of
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    figure_paper,
    in_language,
    lines_behind,
)
from pharmacy.web.papers.numbered import ranges_table, seals_table
from pharmacy.web.report_words import grouping_name
from reports.figure_report import Headline, Titled
from reports.spreadsheets import Column, Kind, Table

PARTS = {
    Part.RECEIVED: N_("Received"),
    Part.RETURNED: N_("Brought back"),
    Part.DISPENSED: N_("Dispensed"),
    Part.ISSUED: N_("Issued otherwise"),
    Part.LOST: N_("Lost"),
    Part.COUNTED: N_("Counts"),
    Part.MOVED: N_("Transfers"),
    Part.UNDONE: N_("Undone"),
}


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
                gettext("What goes out is negative. Undone are reversals, whatever they undid."),
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
        paper = replace(
            paper,
            headlines=_headlines(found),
            table_title=gettext("In pounds"),
            more=(
                Titled(
                    gettext("In units"),
                    _table(query, found, names, lambda one: one.units, Kind.INTEGER),
                    gettext("Units of different items have no total."),
                ),
                *_books(session, query, found.ledger, language),
            ),
        )
    return Made(
        paper=paper,
        behind=[_links(query, row.key) for row in found.rows],
        behind_total={Part.DISPENSED.value: lines_behind(query)},
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
            Column("opening", gettext("Opening"), kind),
            *(Column(part.value, gettext(name), kind) for part, name in PARTS.items()),
            Column("closing", gettext("Closing"), kind),
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
) -> tuple[Titled, ...]:
    ranges = number_ranges(session, query.date_from, query.date_to, site_id=query.site_id)
    seals = last_seals(session, query.date_to)
    return (
        Titled(gettext("Stock account of each fund"), _ledger(session, ledger, language)),
        Titled(gettext("Numbers of documents"), ranges_table(ranges)),
        Titled(gettext("Last seals"), seals_table(seals)),
    )


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


def _links(query: ReportQuery, key: int) -> Links:
    """Return what a row opens: an item its stock card, a batch its page, others their items."""
    days = {"date_from": query.date_from.isoformat(), "date_to": query.date_to.isoformat()}
    by = query.by[0]
    if by is Grouping.DRUG:
        card = Behind("stock.show", {"drug_id": key, "site": query.site_id or "all", **days})
        return {"name": card, Part.DISPENSED.value: lines_behind(query, drug=key)}
    if by is Grouping.BATCH:
        return {"name": Behind("batch.show", {"batch_id": key})}
    narrowed = {"site": query.site_id, "fund": query.fund_id, by.value: key}
    asks = {name: value for name, value in narrowed.items() if value}
    return {"name": Behind("report.proof", {"by": Grouping.DRUG.value, **asks, **days})}
