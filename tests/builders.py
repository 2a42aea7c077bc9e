"""A small pharmacy to test in: each builder goes through the house's own services.

Every builder takes a `Database` or the `Pharmacy` made on it and leaves committed rows; figures are
chosen by the test, everything else has a default. `snapshot` reads every row of every table, so
that a refusal can be shown to have moved nothing.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from pharmacy.db import Base, Database
from pharmacy.models import ApprovalItem as ApprovalItemRow
from pharmacy.models import Batch, Centre, Condition, Fund, LedgerAccount, Site, Staff, Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.seal import FIRST_SEAL
from pharmacy.rules.vocabulary import (
    CentreKind,
    Channel,
    FundKind,
    IdentityKind,
    Role,
    SiteKind,
    UnitOfIssue,
)
from pharmacy.services.beneficiary import Person, register
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine, Override
from pharmacy.services.draft import open_for
from pharmacy.services.draft_dispensing import dispense_draft
from pharmacy.services.formulary import DrugFacts, save_drug
from pharmacy.services.request import NewRequest, record_request
from pharmacy.services.request_decision import ApprovedItem, Decision, approve
from pharmacy.services.seeding import lines
from pharmacy.services.stock import Receipt, ReceiptLine, open_site_chain, receive

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
LONG_EXPIRY = date(2028, 6, 30)

_count = itertools.count(1)

Snapshot = dict[str, list[tuple[object, ...]]]


def unique(prefix: str) -> str:
    """Return a text that no other call in this process returns."""
    return f"{prefix}-{next(_count)}"


def after(days: int) -> datetime:
    """Return the moment so many days after `NOW`."""
    return NOW + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A site with its people, a supplier and the budget as a fund."""

    database: Database
    site_id: int
    fund_id: int
    supplier_id: int
    actors: Mapping[Role, Actor] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Actor:
        return self.actors[role]

    @property
    def pharmacist(self) -> Actor:
        return self.actors[Role.PHARMACIST]

    @property
    def keeper(self) -> Actor:
        return self.actors[Role.STORE_KEEPER]


def add_row(database: Database, row: Any) -> int:
    """Add any row with an id; return the id."""
    with database.transaction() as session:
        session.add(row)
        session.flush()
        found: int = row.id
        return found


def add_site(database: Database, code: str | None = None) -> int:
    """Add a counter with the start of its chain of seals."""
    code = code or unique("P")
    with database.transaction() as session:
        site = Site(code=code, kind=SiteKind.COUNTER, name_ar="صيدلية دمنهور", name_en="Damanhour")
        session.add(site)
        session.flush()
        open_site_chain(session, site.id, FIRST_SEAL)
        return site.id


def add_actor(
    database: Database, role: Role, *, site_id: int | None = None, centre_id: int | None = None
) -> Actor:
    """Add a member of staff at a site or a centre."""
    staff_id = add_row(
        database,
        Staff(
            username=unique(role.value),
            name_ar="منى سالم",
            name_en="Mona Salem",
            password_hash="none",
            role=role,
            site_id=site_id,
            centre_id=centre_id,
            created_at=NOW,
        ),
    )
    return Actor(staff_id, "منى سالم", role, site_id=site_id, centre_id=centre_id)


def add_fund(
    database: Database,
    kind: FundKind = FundKind.BUDGET,
    *,
    restricted: bool = False,
    **facts: Any,
) -> int:
    """Add a fund, restricted or not; its facts say to which disease, person or centre."""
    code = unique("F")
    return add_row(
        database,
        Fund(
            code=code,
            kind=kind,
            name_ar="الموازنة",
            name_en=code,
            restricted=restricted,
            **facts,
        ),
    )


def add_condition(database: Database) -> int:
    """Add a chronic condition."""
    code = unique("C")
    return add_row(database, Condition(code=code, name_ar="السكري", name_en=code))


def add_centre(database: Database, kind: CentreKind = CentreKind.CITY) -> int:
    """Add a technology centre."""
    code = unique("T")
    return add_row(database, Centre(code=code, kind=kind, name_ar="مركز دمنهور", name_en=code))


def add_chart(database: Database) -> None:
    """Add the chart of accounts, as a new database has it."""
    with database.transaction() as session:
        session.execute(insert(LedgerAccount), list(lines("accounts")))


def open_pharmacy(database: Database) -> Pharmacy:
    """Add a site, one member of staff of every role there, a supplier, the budget, the chart."""
    site_id = add_site(database)
    add_chart(database)
    return Pharmacy(
        database,
        site_id=site_id,
        fund_id=add_fund(database),
        supplier_id=add_row(database, Supplier(name=unique("شركة"))),
        actors={role: add_actor(database, role, site_id=site_id) for role in Role},
    )


def add_drug(pharmacy: Pharmacy, **facts: Any) -> int:
    """Add a drug through the formulary."""
    code = unique("D")
    given = {
        "code": code,
        "name_ar": "ميتفورمين",
        "name_en": code,
        "inn": code,
        "strength": "500 mg",
    }
    known = DrugFacts(**{**given, "unit": UnitOfIssue.TABLET, **facts})
    with pharmacy.database.transaction() as session:
        return save_drug(session, known, actor=pharmacy.pharmacist, now=NOW)


def receipt_of(
    pharmacy: Pharmacy,
    *lines: ReceiptLine,
    fund_id: int | None = None,
    fact_on: date | None = None,
) -> Receipt:
    """Return a goods receipt as a form would send it."""
    return Receipt(
        submission_id=unique("receipt"),
        fund_id=fund_id or pharmacy.fund_id,
        lines=lines,
        supplier_id=pharmacy.supplier_id,
        document_reference="INV-1",
        fact_on=fact_on,
    )


def add_batch(
    pharmacy: Pharmacy,
    drug_id: int,
    quantity: int,
    value: int,
    *,
    expiry: date = LONG_EXPIRY,
    fund_id: int | None = None,
    request_id: int | None = None,
    now: datetime = NOW - timedelta(days=30),
    fact_on: date | None = None,
) -> int:
    """Receive one batch of units worth so many piastres; return the batch's id."""
    line = ReceiptLine(
        drug_id=drug_id,
        lot=unique("L"),
        expiry=expiry,
        quantity=quantity,
        value=value,
        request_id=request_id,
    )
    with pharmacy.database.transaction() as session:
        voucher_id = receive(
            session,
            receipt_of(pharmacy, line, fund_id=fund_id, fact_on=fact_on),
            actor=pharmacy.keeper,
            now=now,
        )
        return session.scalars(select(Batch.id).where(Batch.voucher_id == voucher_id)).one()


def person(**facts: Any) -> Person:
    """Return a person nobody has met before, with a well-formed national ID of Beheira."""
    serial = next(_count)
    born = date(1960, 1, 1) + timedelta(days=serial % 9_973)  # a prime, and all before 2000
    given = {
        "given_name": f"فاطمة{serial}",
        "father_name": "محمد",
        "family_name": "السيد",
        "identity_kind": IdentityKind.NATIONAL_ID,
        "identity_number": f"2{born:%y%m%d}18{serial % 10_000:04d}1",
    }
    return Person(**{**given, **facts})


def add_beneficiary(pharmacy: Pharmacy, **facts: Any) -> int:
    """Register a person."""
    with pharmacy.database.transaction() as session:
        clerk = replace(pharmacy[Role.CLERK], centre_id=None)
        return register(session, person(**facts), known_different=True, actor=clerk, now=NOW)


def new_request(beneficiary_id: int | None, **facts: Any) -> NewRequest:
    """Return a request as a form would send it, by default through the hotline."""
    given = {
        "submission_id": unique("request"),
        "channel": Channel.HOTLINE,
        "asked_for": "علاج شهري للسكر",
        "received_on": TODAY - timedelta(days=20),
        "beneficiary_id": beneficiary_id,
    }
    return NewRequest(**{**given, **facts})


def add_request(pharmacy: Pharmacy, beneficiary_id: int | None, **facts: Any) -> int:
    """Record a citizen request."""
    with pharmacy.database.transaction() as session:
        clerk = pharmacy[Role.CLERK]
        return record_request(session, new_request(beneficiary_id, **facts), actor=clerk, now=NOW)


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved request: its ids, and the approved items in the order they were given."""

    beneficiary_id: int
    request_id: int
    approval_id: int
    item_ids: Sequence[int]


def decision(*items: ApprovedItem, **facts: Any) -> Decision:
    """Return a decision that holds for half a year from ten days ago."""
    given = {
        "decision_number": unique("Q"),
        "valid_from": TODAY - timedelta(days=10),
        "valid_until": TODAY + timedelta(days=180),
    }
    return Decision(**{**given, "items": items, **facts})


def item(drug_id: int, quantity: int = 30, *, issues: int = 1, days: int = 30) -> ApprovedItem:
    """Return an approved item: units an issue, issues, days between."""
    return ApprovedItem(
        drug_id=drug_id,
        quantity_per_issue=quantity,
        issues=issues,
        interval_days=days,
        directions_ar="قرص واحد يوميًا",
        directions_en="One tablet daily",
    )


def approve_request(
    pharmacy: Pharmacy,
    *items: ApprovedItem,
    beneficiary_id: int | None = None,
    condition_id: int | None = None,
    request_id: int | None = None,
    **facts: Any,
) -> Approved:
    """Record a request (unless given) for a person (unless given) and approve it."""
    if beneficiary_id is None:
        beneficiary_id = add_beneficiary(pharmacy)
    if request_id is None:
        request_id = add_request(pharmacy, beneficiary_id, condition_id=condition_id)
    committee = pharmacy[Role.COMMITTEE]
    when = NOW - timedelta(days=10)
    with pharmacy.database.transaction() as session:
        wanted = decision(*items, **facts)
        approval_id = approve(session, request_id, wanted, actor=committee, now=when)
        ids = select(ApprovalItemRow.id).where(ApprovalItemRow.approval_id == approval_id)
        item_ids = session.scalars(ids.order_by(ApprovalItemRow.id)).all()
    return Approved(beneficiary_id, request_id, approval_id, item_ids)


def order(
    approved: Approved,
    *quantities: int,
    submission_id: str | None = None,
    partial: bool = False,
    overrides: Sequence[Override] = (),
    owing_id: int | None = None,
    **facts: Any,
) -> DispensingOrder:
    """Return an order for the approved items in turn, so many units of each (0 leaves one out)."""
    return DispensingOrder(
        request_id=approved.request_id,
        submission_id=submission_id or unique("dispensing"),
        lines=[
            OrderLine(approval_item_id=item_id, quantity=quantity, owing_id=owing_id)
            for item_id, quantity in zip(approved.item_ids, quantities, strict=False)
            if quantity
        ],
        partial=partial,
        overrides=overrides,
        **facts,
    )


def hand_out(
    pharmacy: Pharmacy,
    wanted: DispensingOrder,
    *,
    actor: Actor | None = None,
    now: datetime = NOW,
) -> int:
    """Dispense in a transaction of its own; return the voucher's id."""
    with pharmacy.database.transaction() as session:
        return dispense(session, wanted, actor=actor or pharmacy.pharmacist, now=now)


def over_the_counter(pharmacy: Pharmacy, approved: Approved) -> int:
    """Dispense what is due by way of a draft; return the voucher's id."""
    actor, of = pharmacy.pharmacist, approved.beneficiary_id
    with pharmacy.database.transaction() as session:
        draft_id = open_for(session, of, request_id=approved.request_id, actor=actor, now=NOW)
        return dispense_draft(session, draft_id, version=1, actor=actor, now=NOW)


def snapshot(database: Database) -> Snapshot:
    """Return every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(*table.columns))), key=repr
            )
            for table in Base.metadata.sorted_tables
        }


def rows(database: Database, *columns: Any, **where: object) -> list[tuple[Any, ...]]:
    """Return the chosen columns of one model's rows that meet simple conditions, by id."""
    model = columns[0].class_
    query = select(*columns).filter_by(**where).order_by(*model.__table__.primary_key)
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query)]
