"""The pharmacy that is raced in: drugs, batches, and as many approved people as will be served."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update

from pharmacy import migrations
from pharmacy.config import HashCost
from pharmacy.db import Base, Database, table_of
from pharmacy.models import (
    Approval,
    ApprovalItem,
    Beneficiary,
    CitizenRequest,
    CounterDraft,
    DraftLine,
    RequestEvent,
    Staff,
)
from pharmacy.rules.vocabulary import Role
from pharmacy.services.passwords import Passwords
from tests.builders import Pharmacy, add_batch, add_drug, approve_request, item, open_pharmacy

KEY = b"the seal key of the benchmark 32"
PASSWORD = "three quiet words"
COST = HashCost(passes=1, memory=8, lanes=1)
LINES = 3
UNITS = 30
_DRUGS = 60
_CHUNK = 500
_PLENTY = 9_000_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What a client needs to know: who signs in, and (request, items) of each person in turn.

    A person's draft bears the number of the request: three lines, ready to be dispensed.
    """

    username: str
    orders: list[tuple[int, tuple[int, ...]]]


def lay(url: str, people: int) -> Ground:
    """Make the pharmacy and its people in an empty database."""
    database = Database(url, seal_key=KEY)
    migrations.upgrade(database)
    pharmacy = open_pharmacy(database)
    drugs = [add_drug(pharmacy) for _ in range(_DRUGS)]
    for drug in drugs:
        for value in (123_456_789, 234_567_891):
            add_batch(pharmacy, drug, _PLENTY, value)
    today = datetime.now(UTC).date()
    first = approve_request(
        pharmacy,
        *(item(drug, UNITS) for drug in drugs[:LINES]),
        valid_from=today - timedelta(days=5),
        valid_until=today + timedelta(days=180),
    )
    username = f"bench-{pharmacy.pharmacist.staff_id}"
    secret = Passwords(passes=COST.passes, memory=COST.memory, lanes=COST.lanes).hash(PASSWORD)
    with database.transaction() as session:
        of_pharmacist = Staff.id == pharmacy.pharmacist.staff_id
        assert pharmacy[Role.PHARMACIST].site_id is not None
        named = {"username": username, "password_hash": secret}
        session.execute(update(Staff).where(of_pharmacist).values(named))
    _copy_people(database, people, drugs, first.request_id)
    _draw_up_drafts(database, pharmacy)
    with database.reading() as session:
        items: dict[int, list[int]] = {}
        query = select(Approval.request_id, ApprovalItem.id).join(
            ApprovalItem, ApprovalItem.approval_id == Approval.id
        )
        for request_id, item_id in session.execute(query.order_by(ApprovalItem.id)):
            items.setdefault(request_id, []).append(item_id)
    database.dispose()
    return Ground(username, [(request, tuple(of)) for request, of in items.items()])


def _copy_people(database: Database, people: int, drugs: list[int], request_id: int) -> None:
    """Write people in bulk, each like the first: person, request, approval, items, steps."""
    with database.reading() as session:
        person, request, approval = (
            _row(session, model, model.id == chosen)
            for model, chosen in ((Beneficiary, 1), (CitizenRequest, request_id), (Approval, 1))
        )
        given = _row(session, ApprovalItem, ApprovalItem.id == 1)
        steps = session.execute(select(*table_of(RequestEvent).columns)).mappings().all()
    numbers = range(2, people + 1)
    rows: dict[type[Base], Any] = {
        Beneficiary: (
            {**person, "id": n, "card_number": f"card-{n}", "identity_number": f"id-{n}"}
            for n in numbers
        ),
        CitizenRequest: (
            {**request, "id": n, "number": f"r-{n}", "submission_id": f"r-{n}", "beneficiary_id": n}
            for n in numbers
        ),
        RequestEvent: (
            {**step, "id": len(steps) * n + k, "request_id": n}
            for n in numbers
            for k, step in enumerate(steps)
        ),
        Approval: ({**approval, "id": n, "request_id": n} for n in numbers),
        ApprovalItem: (
            {
                **given,
                "id": LINES * n + k,
                "approval_id": n,
                "drug_id": drugs[(LINES * n + k) % len(drugs)],
            }
            for n in numbers
            for k in range(LINES)
        ),
    }
    for model, values in rows.items():
        for chunk in iter(lambda values=values: list(islice(values, _CHUNK)), []):  # type: ignore[misc]
            with database.transaction() as session:
                session.execute(insert(table_of(model)), chunk)


def _draw_up_drafts(database: Database, pharmacy: Pharmacy) -> None:
    """Lay every person's draft on the counter, as a scan of the card would."""
    now = datetime.now(UTC)
    with database.transaction() as session:
        plain: dict[str, Any] = {
            column.name: column.default.arg
            for column in table_of(CounterDraft).columns
            if column.default is not None and column.default.is_scalar
        }
        plain |= {"site_id": pharmacy.site_id, "staff_id": pharmacy.pharmacist.staff_id}
        plain |= {"created_at": now, "touched_at": now, "expires_at": now + timedelta(days=1)}
        persons = session.execute(select(CitizenRequest.id, CitizenRequest.beneficiary_id)).all()
        drafts = [
            plain
            | {"id": n, "request_id": n, "beneficiary_id": person, "submission_id": f"bench-{n}"}
            for n, person in persons
        ]
        session.execute(insert(CounterDraft), drafts)
        items = session.execute(
            select(Approval.request_id, ApprovalItem.id, ApprovalItem.drug_id).join(
                ApprovalItem, ApprovalItem.approval_id == Approval.id
            )
        )
        lines = [
            {
                "draft_id": request_id,
                "uid": f"item-{item_id}",
                "position": item_id,
                "approval_item_id": item_id,
                "drug_id": drug_id,
                "quantity": UNITS,
            }
            for request_id, item_id, drug_id in items
        ]
        session.execute(insert(DraftLine), lines)


def _row(session: Any, model: Any, clause: Any) -> Mapping[str, Any]:
    found = session.execute(select(*table_of(model).columns).where(clause)).mappings().one()
    return dict(found)
