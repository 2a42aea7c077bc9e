"""The stock card of a drug, from posted movements, as the print shop wants it."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Drug, Site
from pharmacy.rules.calendar import CAIRO
from pharmacy.services.stock_card import CardQuery, CardRow, card
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.goods_receipt import drug_name
from pharmacy.web.words import word
from reports.stock_card import Movement, StockCard


def stock_card(
    session: Session, query: CardQuery, *, language: str, as_of: datetime, demo: bool = False
) -> StockCard:
    """Return the card of a drug for a period.

    Raises:
        NotFound: There is no such drug or site.
        InvalidPeriod: The period ends before it begins.
    """
    drug = session.get(Drug, query.drug_id)
    if drug is None:
        raise NotFound(noun="drug", key=str(query.drug_id))
    opening, rows = card(session, query)
    with speaking(language):
        return StockCard(
            drug=drug_name(drug, language),
            code=drug.code,
            unit=word(drug.unit),
            site=_site(session, query.site_id, language),
            first=query.date_from,
            last=query.date_to,
            opening=opening.quantity,
            opening_value=opening.value,
            movements=tuple(_movement(row) for row in rows),
            as_of=as_of.astimezone(CAIRO),
            storage=word(drug.storage),
            demo=demo,
        )


def party(row: CardRow) -> str:
    """Return from whom goods came or to whom they went; never a person's name."""
    if row.reversed_number:
        return gettext("Undoes %(number)s", number=row.reversed_number)
    if row.supplier:
        return row.supplier
    if row.request_number:
        return gettext("Citizen request %(number)s", number=row.request_number)
    return word(row.kind)


def _site(session: Session, site_id: int | None, language: str) -> str:
    if site_id is None:
        return gettext("All sites")
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound(noun="site", key=str(site_id))
    return str(getattr(site, f"name_{language}"))


def _movement(row: CardRow) -> Movement:
    return Movement(
        on=row.on,
        document=row.number,
        party=party(row),
        received=row.received,
        issued=row.issued,
        adjusted=row.adjusted,
        reason=word(row.reversal_reason),
        balance=row.balance,
        lot=row.lot,
        expiry=row.expiry,
        value_balance=row.value_balance,
    )
