"""The report of losses, and of what has expired and still lies there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import month_start
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
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    figure_paper,
    in_language,
    month_name,
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
        behind=[_links(query, row) for row in found],
        behind_total={"lines": _vouchers(query), "value": _vouchers(query)},
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
            {name: Behind("batch.show", {"batch_id": row.batch_id}) for name in ("lot", "value")}
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
        return {key: _reason(key) for key in keys}
    if one is Grouping.MONTH:
        return {key: month_name(key, language) for key in keys}
    known = batch_names(session, keys) if one is Grouping.BATCH else names_of(session, one, keys)
    return {key: in_language(known[key], language) for key in keys}


def _reason(key: str) -> str:
    return word(VoucherKind.RECALL_WITHDRAWAL if key == RECALLED else LossReason(key))


def _links(query: ReportQuery, row: Loss) -> Links:
    """Return what the figures of a row open: its documents, its stock card, its batch."""
    keys = dict(zip(query.by, row.keys, strict=True))
    if Grouping.BATCH in keys:
        behind = Behind("batch.show", {"batch_id": keys[Grouping.BATCH]})
    elif Grouping.DRUG in keys or query.drug_id is not None:
        behind = Behind(
            "stock.show",
            {
                "drug_id": keys.get(Grouping.DRUG, query.drug_id),
                "date_from": query.date_from.isoformat(),
                "date_to": query.date_to.isoformat(),
                "site": query.site_id or "all",
            },
        )
    else:
        behind = _vouchers(query, keys)
    return {"lines": behind, "units": behind, "value": behind}


def _vouchers(query: ReportQuery, keys: Mapping[Grouping, Any] | None = None) -> Behind:
    """Return the list of the documents of a period that lost something."""
    known = keys or {}
    first, last = query.date_from, query.date_to
    if Grouping.MONTH in known:
        begins = date.fromisoformat(f"{known[Grouping.MONTH]}-01")
        first = max(first, begins)
        last = min(last, month_start(begins + timedelta(days=31)) - timedelta(days=1))
    asks: dict[str, object] = {
        "lost": known.get(Grouping.REASON, ANY_LOSS),
        "date_from": first.isoformat(),
        "date_to": last.isoformat(),
        "site": known.get(Grouping.SITE, query.site_id) or "",
        "fund": known.get(Grouping.FUND, query.fund_id) or "",
    }
    return Behind("voucher.index", {name: value for name, value in asks.items() if value})


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
