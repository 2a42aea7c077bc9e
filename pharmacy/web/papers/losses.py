"""The report of losses, and of what has expired and still lies there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import add_months
from pharmacy.rules.stock_vocabulary import ANY_LOSS, RECALLED, LossReason
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.losses import (
    ExpiredBatch,
    Loss,
    batch_names,
    expired_on_hand,
    losses,
)
from pharmacy.services.report_query import Grouping, ReportQuery, names_of
from pharmacy.services.stock_lines import Net
from pharmacy.services.stock_movement import Moment
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    figure_paper,
    in_language,
    month_name,
    movements_behind,
)
from pharmacy.web.report_words import grouping_name
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, Table

_OF_ONE_ITEM = frozenset({Grouping.DRUG, Grouping.BATCH})


def losses_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what was lost in a period, by reason, month, item, fund, site or batch.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = losses(session, query, actor=actor)
    with speaking(language):
        table = _losses_table(session, query, found, language)
        head = Head(
            title=gettext("Losses and expiry"),
            series="LS",
            notes=(
                gettext(
                    "A loss is a write-off or the withdrawal of a recalled batch, net of what was"
                    " undone in the period. Differences of counts stand in an account of their own."
                ),
                gettext("What citizens brought back is destroyed in units; its value is nothing."),
                gettext("Units of different items are different things, so they have no total."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_links(query, dict(zip(query.by, row.keys, strict=True))) for row in found],
        behind_total=_links(query, {}),
    )


def expired_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what had expired and was still on hand when the period ended.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = expired_on_hand(session, query, actor=actor)
    with speaking(language):
        table = _expired_table(found, language)
        head = Head(
            title=gettext("Expired and still on hand"),
            series="EX",
            notes=(
                gettext("As it stood when the last day of the period ended."),
                gettext("It is issued to nobody, and is to be written off or given back."),
                gettext("Units of different items are different things, so they have no total."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[
            {
                "lot": Behind("batch.show", {"batch_id": row.batch_id}),
                **dict.fromkeys(
                    ("units", "value"),
                    movements_behind(query, Moment.CLOSING, batch=row.batch_id),
                ),
            }
            for row in found
        ],
    )


def _losses_table(
    session: Session, query: ReportQuery, found: Sequence[Loss], language: str
) -> Table:
    named = [
        _names(session, one, [row.keys[place] for row in found], language)
        for place, one in enumerate(query.by)
    ]
    of_one = bool(_OF_ONE_ITEM & set(query.by)) or query.drug_id is not None
    return Table(
        columns=(
            *(Column(one.value, grouping_name(one)) for one in query.by),
            Column("lines", gettext("Lines"), Kind.INTEGER),
            Column("units", gettext("Units lost"), Kind.INTEGER),
            Column("value", gettext("Value lost (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                *(names[key] for names, key in zip(named, row.keys, strict=True)),
                row.lines,
                row.units if of_one else None,
                row.value,
            )
            for row in found
        ),
        total=(
            gettext("Total"),
            *(None for _ in query.by[1:]),
            sum(row.lines for row in found),
            sum(row.units for row in found) if query.drug_id is not None else None,
            sum(row.value for row in found),
        ),
    )


def _names(
    session: Session, one: Grouping, keys: Sequence[Any], language: str
) -> Mapping[Any, str]:
    """Return what each key of an arrangement is called."""
    if one is Grouping.REASON:
        return {key: loss_reason(key) for key in keys}
    if one is Grouping.MONTH:
        return {key: month_name(key, language) for key in keys}
    known = batch_names(session, keys) if one is Grouping.BATCH else names_of(session, one, keys)
    return {key: in_language(known[key], language) for key in keys}


def loss_reason(key: str) -> str:
    """Return why something was lost, in the reader's language; of every loss, that it is so."""
    if key == ANY_LOSS:
        return gettext("Every loss")
    return word(VoucherKind.RECALL_WITHDRAWAL if key == RECALLED else LossReason(key))


def _links(query: ReportQuery, keys: Mapping[Grouping, Any]) -> Links:
    """Return the movements by which it was lost, those of undoings among them."""
    first, last = query.date_from, query.date_to
    if Grouping.MONTH in keys:
        begins = date.fromisoformat(f"{keys[Grouping.MONTH]}-01")
        first = max(first, begins)
        last = min(last, add_months(begins, 1) - timedelta(days=1))
    narrowed = {
        one.value: keys[one]
        for one in (Grouping.DRUG, Grouping.FUND, Grouping.SITE, Grouping.BATCH)
        if one in keys
    }
    behind = movements_behind(
        replace(query, date_from=first, date_to=last),
        Net.LOSS,
        lost=keys.get(Grouping.REASON, ANY_LOSS),
        **narrowed,
    )
    return dict.fromkeys(("lines", "units", "value"), behind)


def _expired_table(found: Sequence[ExpiredBatch], language: str) -> Table:
    return Table(
        columns=(
            Column("drug", gettext("Item")),
            Column("code", gettext("Code")),
            Column("unit", gettext("Unit of issue")),
            Column("lot", gettext("Lot")),
            Column("fund", gettext("Fund")),
            Column("expiry", gettext("Expiry"), Kind.DAY),
            Column("units", gettext("On hand"), Kind.INTEGER),
            Column("value", gettext("Value (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                in_language(row.names, language),
                row.code,
                word(row.unit),
                row.lot,
                in_language(row.fund_names, language),
                row.expiry,
                row.units,
                row.value,
            )
            for row in found
        ),
        total=(
            gettext("Total"),
            *(None for _ in range(6)),
            sum(row.value for row in found),
        ),
    )
