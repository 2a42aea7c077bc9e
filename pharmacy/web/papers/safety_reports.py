"""The override report as a table, and the register of controlled medicines as a paper."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Drug, Site
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services.safety_reports import Entry, OverrideRow, register
from pharmacy.services.stock_card import CardQuery
from pharmacy.web.language import gettext, language, speaking
from pharmacy.web.notice_words import notice_name, why
from pharmacy.web.papers.goods_receipt import drug_name
from pharmacy.web.papers.stock_card import party as party_of_card
from pharmacy.web.words import word
from reports.controlled_register import ControlledRegister, RegisterLine
from reports.spreadsheets import Column, Kind, Table


def override_table(rows: Sequence[OverrideRow], hidden: frozenset[NoticeCode]) -> Table:
    """Return overrides as a table in the reader's language.

    Args:
        rows: The overrides.
        hidden: Notices of which the reader may not know whom they were about.
    """
    return Table(
        columns=(
            Column("date", gettext("Date"), Kind.DAY),
            Column("number", gettext("Number")),
            Column("notice", gettext("Notice")),
            Column("why", gettext("What it said")),
            Column("reason", gettext("Reason")),
            Column("staff", gettext("Member of staff")),
        ),
        rows=tuple(
            (
                row.at.astimezone(CAIRO).date(),
                "" if row.notice.code in hidden else row.number,
                notice_name(row.notice.code),
                "" if row.notice.code in hidden else why(row.notice),
                row.reason,
                str(getattr(row, f"name_{language()}")),
            )
            for row in rows
        ),
    )


def controlled_register(
    session: Session, query: CardQuery, *, language: str, as_of: datetime, demo: bool = False
) -> ControlledRegister:
    """Return the register of a medicine for a period, as the print shop wants it.

    Raises:
        NotFound: There is no such drug or site.
        InvalidPeriod: The period ends before it begins.
    """
    drug = session.get(Drug, query.drug_id)
    if drug is None:
        raise NotFound(noun="drug", key=str(query.drug_id))
    opening, found = register(session, query)
    with speaking(language):
        return ControlledRegister(
            drug=drug_name(drug, language),
            code=drug.code,
            unit=word(drug.unit),
            law=word(drug.controlled_law),
            schedule=drug.controlled_schedule or "",
            site=_site(session, query.site_id, language),
            first=query.date_from,
            last=query.date_to,
            opening=opening.quantity,
            lines=tuple(_line(entry, language) for entry in found),
            as_of=as_of.astimezone(CAIRO),
            demo=demo,
        )


def party(entry: Entry) -> str:
    """Return from whom it came or to whom it went; here, by law, with the person's name."""
    return entry.hand_over.patient_name or party_of_card(entry.movement)


def _line(entry: Entry, language: str) -> RegisterLine:
    movement, hand_over = entry.movement, entry.hand_over
    return RegisterLine(
        on=movement.on,
        document=movement.number,
        party=party(entry),
        prescriber=hand_over.prescriber,
        prescription_number=hand_over.prescription_number,
        prescription_date=hand_over.prescription_date,
        lot=movement.lot,
        received=entry.received,
        issued=entry.issued,
        balance=movement.balance,
        witness=hand_over.witness_ar if language == "ar" else hand_over.witness_en,
    )


def _site(session: Session, site_id: int | None, language: str) -> str:
    if site_id is None:
        return gettext("All sites")
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound(noun="site", key=str(site_id))
    return str(getattr(site, f"name_{language}"))
