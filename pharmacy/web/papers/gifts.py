"""The report of gifts: what donors gave in money and in kind, and what became of it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account, PartyKind
from pharmacy.services.donor_gifts import GiftRow, donor_gifts
from pharmacy.services.ledger import accounts
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.stock_movement import Sort
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Head,
    Links,
    Made,
    account_name,
    card_behind,
    figure_paper,
    in_language,
    lines_behind,
    movements_behind,
    postings_behind,
)
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, Table


def gifts_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what donors gave and what became of it.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = donor_gifts(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("donor", gettext("The donor")),
                Column("item", gettext("Gift")),
                Column("unit", gettext("Unit of issue")),
                Column("given_units", gettext("Units given"), Kind.INTEGER),
                Column("given", gettext("Value given (EGP)"), Kind.MONEY),
                Column("units", gettext("Units handed out"), Kind.INTEGER),
                Column("handed_out", gettext("Value of treatment (EGP)"), Kind.MONEY),
                Column("state", gettext("Of it at the state's cost (EGP)"), Kind.MONEY),
                Column("persons", gettext("Persons reached"), Kind.INTEGER),
            ),
            rows=tuple(_gift(row, language) for row in found.rows),
            total=(
                gettext("Total"),
                None,
                None,
                None,
                sum(row.given for row in found.rows),
                None,
                sum(row.handed_out for row in found.rows),
                sum(row.state for row in found.rows),
                found.persons,
            ),
        )
        head = Head(
            title=gettext("Gifts and what they became"),
            series="GF",
            party=PartyKind.DONOR,
            notes=(
                gettext("A person who got several gifts counts once in the total of persons."),
                gettext(
                    "Goods given in kind are valued at their price on the day they came; treatment"
                    " is what was handed out of them and of what was bought with money given."
                ),
                *_adds_up(session, query, language),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_of_gift(query, row) for row in found.rows],
        behind_total=_handed_out(query),
    )


def _adds_up(session: Session, query: ReportQuery, language: str) -> tuple[str, ...]:
    """Say which accounts the value given is of; of one donor it is not all of them."""
    if query.supplier_id is not None:
        return ()
    called = accounts(session)
    money, goods = (
        account_name(called[one], language)
        for one in (Account.FUND_RECEIPTS, Account.GIFTS_IN_KIND)
    )
    return (
        gettext(
            "The value given, whoever gave it, is what the accounts %(money)s and %(goods)s say.",
            money=money,
            goods=goods,
        ),
    )


def _gift(row: GiftRow, language: str) -> tuple[str | int | None, ...]:
    donor = row.donor if row.donor_id else gettext("Not on file: %(name)s", name=row.donor or "—")
    if row.drug_id is None:
        return donor, gettext("Money"), None, None, row.given, None, None, None, None
    return (
        donor,
        in_language((row.name_ar, row.name_en), language),
        word(row.unit) if row.unit else None,
        row.given_units,
        row.given,
        row.units,
        row.handed_out,
        row.state,
        row.persons,
    )


def _of_gift(query: ReportQuery, row: GiftRow) -> Links:
    if row.drug_id is None:
        return {"given": postings_behind(replace(query, supplier_id=None), Account.FUND_RECEIPTS)}
    of_donor = replace(query, supplier_id=row.donor_id)
    came = movements_behind(of_donor, Sort.RECEIPTS, drug=row.drug_id)
    return {
        "item": card_behind(query, row.drug_id),
        "given_units": came,
        "given": came,
        **_handed_out(of_donor, drug=row.drug_id),
    }


def _handed_out(query: ReportQuery, **narrowed: object) -> Links:
    """Return the lines by which what was given was handed out, and the persons it reached."""
    lines = lines_behind(query, only="given", **narrowed)
    persons = lines_behind(query, only="given", per="person", **narrowed)
    return {**dict.fromkeys(("units", "handed_out", "state"), lines), "persons": persons}
