"""The small demonstration, played shorter: real services, invented people, the same each time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from pharmacy import migrations
from pharmacy.db import Database
from pharmacy.models import (
    AgendaItem,
    Batch,
    Beneficiary,
    CitizenRequest,
    Claim,
    Dispensing,
    Drug,
    MedicalCheck,
    Sitting,
    SocialResearch,
    Staff,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import is_weekend
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.request_vocabulary import AgendaOutcome, RequestState, SittingState
from pharmacy.rules.vocabulary import BatchStatus, Role, VoucherKind
from pharmacy.services import demo_staff, seeding
from pharmacy.services.demo import SHOWCASE_REGIMEN, Demonstration, opening
from pharmacy.services.demo_people import People, Showcase
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine
from tests.beancount_books import exported, read, transactions
from tests.builders import Snapshot, snapshot
from tests.services.verified import faults

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
DAYS, PEOPLE = 75, 24


def play(database: Database, now: datetime = NOW) -> Showcase:
    """Play a demonstration of ten weeks."""
    opened = opening(now, DAYS)
    with database.transaction() as session:
        seeding.seed(session, now=opened)
        staff = demo_staff.hire(session, password_hash="none", now=opened)
        stage = Demonstration(session, staff=staff, now=now, days=DAYS, people=PEOPLE)
    for month in stage.months():
        with database.transaction() as session:
            stage.play(session, month)
    with database.transaction() as session:
        return stage.finish(session)


@pytest.fixture
def played(database: Database) -> Database:
    """A database with a short demonstration."""
    play(database)
    return database


def test_its_ledger_verifies(played: Database) -> None:
    assert faults(played) == {}


def test_it_holds_a_bit_of_everything(played: Database) -> None:
    with played.reading() as session:
        kinds = dict(
            session.execute(select(Voucher.kind, func.count()).group_by(Voucher.kind)).all()
        )
        assert kinds[VoucherKind.OPENING_BALANCE] == 1
        assert kinds[VoucherKind.GOODS_RECEIPT] >= 3
        assert kinds[VoucherKind.DISPENSING] >= PEOPLE
        assert kinds[VoucherKind.CASH_COUNT] >= 3
        assert session.scalar(select(func.count(Claim.id))) >= 1
        assert {
            VoucherKind.WRITE_OFF,
            VoucherKind.RETURN_TO_SUPPLIER,
            VoucherKind.RETURN_FROM_CITIZEN,
            VoucherKind.COUNT_ADJUSTMENT,
        } <= set(kinds)
        assert session.scalar(select(func.count(Beneficiary.id))) == PEOPLE
        states = set(session.scalars(select(CitizenRequest.state).distinct()))
        assert states == set(RequestState)
        assert session.scalar(select(func.count(SocialResearch.id))) >= 5
        assert session.scalar(select(func.count(MedicalCheck.id))) >= 5
        sittings = session.execute(select(Sitting.number, Sitting.state)).all()
        assert [state for _, state in sittings] == [SittingState.CLOSED, SittingState.PLANNED]
        outcomes = set(session.scalars(select(AgendaItem.outcome).distinct()))
        assert outcomes == {None, *AgendaOutcome}
        assert set(session.scalars(select(Batch.status).distinct())) == set(BatchStatus)
        assert set(session.scalars(select(Staff.role).distinct())) == set(Role)
        assert session.scalar(select(func.count(Supplier.id))) == 9


def test_nothing_happens_at_the_weekend_or_today(played: Database) -> None:
    with played.reading() as session:
        days = session.scalars(select(Voucher.business_date).distinct()).all()
    assert [day for day in days if is_weekend(day)] == []
    assert max(days) < TODAY


@pytest.mark.parametrize("now", [NOW, datetime(2026, 6, 19, 20, 0, tzinfo=UTC)])
def test_the_showcase_has_three_medicines_due_today(database: Database, now: datetime) -> None:
    showcase = play(database, now)
    assert showcase.full_name == "أمينة عبد السلام محمود الشاذلي"
    with database.transaction() as session:
        case = read_case(session, showcase.request_id, on=now.date())
        assert case is not None
        lines = [
            OrderLine(approval_item_id=item.approval_item_id, quantity=item.quantity_per_issue)
            for item in case.items.values()
        ]
        pharmacist = session.scalars(select(Staff).where(Staff.username == "pharmacist")).one()
        actor = demo_staff.actor_of(pharmacist)
        order = DispensingOrder(request_id=showcase.request_id, submission_id="today", lines=lines)
        voucher_id = dispense(session, order, actor=actor, now=now)
        dispensing = session.get_one(Dispensing, voucher_id)
        assert [line.drug_name_en for line in dispensing.lines] == list(SHOWCASE_REGIMEN)


def _without_secrets(database: Database) -> Snapshot:
    """Every row, less what hangs on the key of the seals."""
    rows = snapshot(database)
    sealed = ("voucher", "site_chain", "sealed_record", "record_chain")
    for name in (*sealed, "closed_period", "audit_event"):
        rows[name] = [tuple(map(_plain, row)) for row in rows[name]]
    return rows


def _plain(value: object) -> object:
    """A value, or nothing where it is a keyed digest; those of a closing stand in its log too."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return None if isinstance(value, str) and len(value) == 64 else value


def test_the_same_day_gives_the_same_pharmacy(played: Database, new_url: Callable[[], str]) -> None:
    again = Database(new_url(), seal_key=b"another key than the first had...")
    play(again)
    first, second = _without_secrets(played), _without_secrets(again)
    again.dispose()
    assert first == second


def test_nobody_in_it_lives() -> None:
    crowd = People(Random(1), TODAY)
    people = [crowd.next() for _ in range(300)]
    identities = [parse_national_id(p.national_id, today=TODAY) for p in people]
    assert {identity.number[9:11] for identity in identities} <= {"98", "99"}
    assert all(
        i.sex is p.sex and i.control_digit_agrees for i, p in zip(identities, people, strict=True)
    )
    assert len({p.national_id for p in people}) == len({p.phone for p in people}) == 300


def test_seeding_twice_adds_nothing_and_keeps_corrections(database: Database) -> None:
    with database.transaction() as session:
        first = seeding.seed(session, now=NOW)
        session.scalars(select(Drug).where(Drug.code == "D001")).one().name_ar = "جلوكوفاج"
    assert first == {
        "accounts": 17, "conditions": 21, "centres": 51, "funds": 6, "sites": 3, "formulary": 93,
        "interactions": 32, "holidays": 164,
    }  # fmt: skip
    before = snapshot(database)
    with database.transaction() as session:
        assert not any(seeding.seed(session, now=NOW).values())
    assert snapshot(database) == before


def test_an_earlier_demonstration_can_be_thrown_away_whole(played: Database) -> None:
    migrations.downgrade(played)
    migrations.upgrade(played)
    left = {name: len(rows) for name, rows in snapshot(played).items() if rows}
    assert left == {"record_chain": 1}  # the end of a chain that holds nothing


def test_an_independent_program_finds_no_fault_in_its_books(
    played: Database, tmp_path: Path
) -> None:
    with played.reading() as session:
        path = exported(session, tmp_path / "books", Actor(1, "", Role.AUDITOR, None, None))
        vouchers = session.scalars(select(func.count()).select_from(Voucher)).one()
    entries, errors = read(path)
    assert errors == []
    assert len(list(transactions(entries))) == vouchers
