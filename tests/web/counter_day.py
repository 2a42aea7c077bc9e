"""A day at the counter: one site, one person, three drugs on the shelf, one approved request."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import (
    ApprovalItem,
    Batch,
    DispensingLine,
    Fund,
    Owing,
    Posting,
    Site,
    StockMovement,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.seal import FIRST_SEAL
from pharmacy.rules.vocabulary import (
    AllergyKind,
    Channel,
    FundKind,
    IdentityKind,
    Role,
    SiteKind,
    UnitOfIssue,
)
from pharmacy.services import beneficiary, formulary, request, request_decision, stock
from tests.web.people import staff_member

NATIONAL_ID = "26803011898047"
DRUGS = (
    ("C09AA02", "إنالابريل", "Enalapril"),
    ("A10BA02", "ميتفورمين", "Metformin"),
    ("C10AA05", "أتورفاستاتين", "Atorvastatin"),
)


@dataclass(frozen=True, slots=True)
class CounterDay:
    """The ids a test needs."""

    site_id: int
    person_id: int
    card_number: str
    request_id: int
    item_ids: tuple[int, ...]
    drug_ids: tuple[int, ...]
    staff: dict[Role, Actor]


def counter_day(
    database: Database,
    *,
    drugs: int = 2,
    shelf: int = 100,
    allergy: str = "",
    citizen: int = 0,
) -> CounterDay:
    """Open a counter with so many units of each drug and a person entitled to 60 of each."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    with database.transaction() as session:
        site = Site(code="P1", kind=SiteKind.COUNTER, name_ar="المنفذ", name_en="Counter")
        fund = Fund(code="B", kind=FundKind.BUDGET, name_ar="الموازنة", name_en="Budget")
        supplier = Supplier(name="المورد")
        session.add_all([site, fund, supplier])
        session.flush()
        stock.open_site_chain(session, site.id, FIRST_SEAL)
        site_id, fund_id, supplier_id = site.id, fund.id, supplier.id
    staff = _staff(database, site_id)
    with database.transaction() as session:
        drug_ids = tuple(
            formulary.save_drug(
                session,
                formulary.DrugFacts(
                    code=f"D{number}",
                    name_ar=name_ar,
                    name_en=name_en,
                    inn=name_en,
                    strength="10 mg",
                    unit=UnitOfIssue.TABLET,
                    pack_size=30,
                    atc=atc,
                ),
                actor=staff[Role.PHARMACIST],
                now=now,
            )
            for number, (atc, name_ar, name_en) in enumerate(DRUGS[:drugs])
        )
        if shelf:
            stock.receive(
                session,
                stock.Receipt(
                    submission_id="receipt",
                    fund_id=fund_id,
                    supplier_id=supplier_id,
                    document_reference="فاتورة 7",
                    lines=[
                        stock.ReceiptLine(
                            drug_id=drug_id,
                            lot=f"L{drug_id}",
                            expiry=cairo_day(now) + timedelta(days=400),
                            quantity=shelf,
                            value=shelf * 10,
                        )
                        for drug_id in drug_ids
                    ],
                ),
                actor=staff[Role.STORE_KEEPER],
                now=now,
            )
        person_id = beneficiary.register(
            session, _person(allergy), actor=staff[Role.CLERK], now=now
        )
        row = beneficiary.get_active(session, person_id)
        card_number = row.card_number
    request_id, item_ids = _approved(
        database, person_id, drug_ids, staff=staff, now=now, citizen=citizen
    )
    return CounterDay(site_id, person_id, card_number, request_id, item_ids, drug_ids, staff)


def _staff(database: Database, site_id: int) -> dict[Role, Actor]:
    at_site = {Role.PHARMACIST, Role.STORE_KEEPER}
    staff = {}
    for role in Role:
        where = site_id if role in at_site else None
        staff_id = staff_member(database, role, site_id=where)
        staff[role] = Actor(staff_id, "منى سالم", role, where)
    return staff


def _person(allergy: str) -> beneficiary.Person:
    return beneficiary.Person(
        given_name="فاطمة",
        father_name="عبد الرحمن",
        grandfather_name="حسن",
        family_name="محمود",
        identity_kind=IdentityKind.NATIONAL_ID,
        identity_number=NATIONAL_ID,
        phone="01012345678",
        markaz="دمنهور",
        village="سنهور",
        allergies=((AllergyKind.INGREDIENT, allergy),) if allergy else (),
    )


def _approved(
    database: Database,
    person_id: int,
    drug_ids: tuple[int, ...],
    *,
    staff: dict[Role, Actor],
    now: datetime,
    citizen: int,
) -> tuple[int, tuple[int, ...]]:
    today = cairo_day(now)
    with database.transaction() as session:
        request_id = request.record_request(
            session,
            request.NewRequest(
                submission_id="request",
                channel=Channel.HOTLINE,
                asked_for="علاج الضغط والسكر",
                received_on=today,
                beneficiary_id=person_id,
            ),
            actor=staff[Role.CLERK],
            now=now,
        )
        approval_id = request_decision.approve(
            session,
            request_id,
            request_decision.Decision(
                decision_number="12/2026",
                valid_from=today,
                valid_until=date(today.year + 1, today.month, 1),
                citizen_basis_points=citizen,
                items=[
                    request_decision.ApprovedItem(
                        drug_id=drug_id,
                        quantity_per_issue=60,
                        issues=6,
                        directions_ar="قرص واحد مرتين يوميًا",
                        directions_en="1 tablet twice a day",
                    )
                    for drug_id in drug_ids
                ],
            ),
            actor=staff[Role.COMMITTEE],
            now=now,
        )
        items = session.scalars(
            select(ApprovalItem.id)
            .where(ApprovalItem.approval_id == approval_id)
            .order_by(ApprovalItem.id)
        )
        return request_id, tuple(items)


def counted(database: Database) -> dict[str, int]:
    """How many facts there are; a refusal leaves them as they were."""
    with database.reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Voucher, StockMovement, Posting, DispensingLine, Owing)
        } | {"on hand": session.scalar(select(func.sum(Batch.on_hand))) or 0}
