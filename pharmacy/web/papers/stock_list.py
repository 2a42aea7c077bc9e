"""What is on hand as a table for files: one row an item."""

from sqlalchemy.orm import Session

from pharmacy.services.stock_list import StockFilter, by_drug
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.goods_receipt import drug_name
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, Table

__all__ = ["Table", "table"]


def table(session: Session, wanted: StockFilter) -> Table:
    """Return the whole list, in the reader's language, with the value of all of it."""
    found = session.execute(by_drug(wanted)).all()
    return Table(
        columns=(
            Column("code", gettext("Code")),
            Column("item", gettext("Item")),
            Column("unit", gettext("Unit of issue")),
            Column("on_hand", gettext("On hand"), Kind.INTEGER),
            Column("issuable", gettext("May be issued"), Kind.INTEGER),
            Column("first_expiry", gettext("First expiry"), Kind.DAY),
            Column("value", gettext("Value (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                drug.code,
                drug_name(drug, language()),
                word(drug.unit),
                int(on_hand),
                int(issuable),
                first_expiry,
                int(value),
            )
            for drug, on_hand, issuable, value, first_expiry in found
        ),
        total=(gettext("Total"), "", "", None, None, None, sum(int(row[3]) for row in found)),
    )
