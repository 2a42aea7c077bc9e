"""What persons were given, to be held one beside the other: at our counters and elsewhere."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Day, days_between
from pharmacy.models import Beneficiary, DispensingLine, Voucher
from pharmacy.rules.patterns import LOOK_BACK_DAYS, NEAR_DAYS, QUICK_PERCENT
from pharmacy.services.claim_given import given_query, standing_lines
from pharmacy.services.report_query import ReportQuery

Visit = tuple[bool, int]
"""A dispensing by its voucher, or a visit to a contract pharmacy (then true) by its first line."""


@dataclass(frozen=True, slots=True)
class GivenHere:
    """A line that stands: what was given to whom, when, by whom, where; quantity in units.

    `asked` tells whether it belongs to the period; others are only what it is held beside.
    """

    voucher_id: int
    site_id: int
    staff_id: int
    at: datetime
    person: int
    drug_id: int
    on: date
    days: int
    quantity: int
    asked: bool

    @property
    def visit(self) -> Visit:
        """The dispensing it belongs to."""
        return (False, self.voucher_id)

    @property
    def place(self) -> Visit:
        """Where it was given."""
        return (False, self.site_id)


@dataclass(frozen=True, slots=True)
class GivenElsewhere:
    """A line that a contract pharmacy gave and that was accepted; `asked` as above."""

    visit: Visit
    place: Visit
    person: int
    drug_id: int
    on: date
    days: int
    asked: bool


_undoing = aliased(DispensingLine)


def given_to_persons(session: Session, query: ReportQuery) -> list[GivenHere | GivenElsewhere]:
    """Return what persons of a period were given in it and as long before as it matters, by day."""
    elsewhere = [one for one in _given_elsewhere(session, query, query.date_from) if one.asked]
    begins = min([query.date_from, *(one.on for one in elsewhere)])
    known = _given_elsewhere(session, query, begins - timedelta(days=LOOK_BACK_DAYS))
    lines = _standing_lines(session, query, begins)
    found: list[GivenHere | GivenElsewhere] = [*lines, *known]
    asked = {one.person for one in found if one.asked}
    return sorted((one for one in found if one.person in asked), key=lambda line: line.on)


def _standing_lines(session: Session, query: ReportQuery, begins: date) -> list[GivenHere]:
    """Return the counter's lines since a day, and those before that it still comes too soon after.

    Args:
        session: A reading session.
        query: The period, at all sites.
        begins: The first day from which something is asked about.
    """
    line = DispensingLine
    at_hand = (
        100 * days_between(line.business_date, literal(begins, Day)) < QUICK_PERCENT * line.days
    )
    statement = (
        select(
            line.voucher_id, Voucher.site_id, Voucher.posted_by, Voucher.posted_at,
            Beneficiary.merged_into_id, line.beneficiary_id, line.drug_id, line.business_date,
            line.days, line.quantity,
        )
        .join(Voucher, Voucher.id == line.voucher_id)
        .join(Beneficiary, Beneficiary.id == line.beneficiary_id)
        .where(
            line.business_date.between(begins - timedelta(days=LOOK_BACK_DAYS), query.date_to),
            or_(line.business_date >= begins - timedelta(days=NEAR_DAYS), at_hand),
            line.reverses_line_id.is_(None),
            ~exists().where(
                _undoing.reverses_line_id == line.id, _undoing.business_date <= query.date_to
            ),
        )
        .order_by(line.business_date, line.id)
    )  # fmt: skip
    return [
        GivenHere(
            row[0], row[1], row[2], row[3], row[4] or row[5], row[6], row[7], row[8], row[9],
            row[7] >= query.date_from,
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def _given_elsewhere(session: Session, query: ReportQuery, since: date) -> list[GivenElsewhere]:
    """Return what contract pharmacies gave and had decided since a day, by the period's end."""
    everywhere = replace(query, site_id=None)
    decided = standing_lines(session, given_query(everywhere))
    asked = {line.line_id for line in decided}
    if since < query.date_from:
        decided = standing_lines(session, given_query(replace(everywhere, date_from=since)))
    first: dict[tuple[int, date, int], int] = {}
    found = []
    for line in decided:
        key = (line.claim_id, line.on, line.person)
        visit = (True, first.setdefault(key, line.line_id))
        place = (True, line.pharmacy_id)
        found.append(
            GivenElsewhere(
                visit, place, line.person, line.drug_id, line.on, line.days, line.line_id in asked
            )
        )
    return found
