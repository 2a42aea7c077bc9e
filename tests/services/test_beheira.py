"""The rebuilt governorate, at a hundredth: every figure is exact and verify is green."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text

from pharmacy.db import Database, reset_identities
from pharmacy.models import (
    Approval,
    Beneficiary,
    Centre,
    CitizenRequest,
    Dispensing,
    DispensingLine,
    NoticeOverride,
    PublicMeeting,
    RequestSeries,
    Staff,
    Supplier,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget
from pharmacy.rules.gs1 import InHousePrefix, parse_in_house
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.lifecycle import TRANSITIONS
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Account, CentreKind, Channel, Role, VoucherKind
from pharmacy.services import reporting
from pharmacy.services.beheira import PUBLISHED, Scale, rebuild
from pharmacy.services.beheira_scale import CITY_CENTRES, VILLAGE_CENTRES
from pharmacy.services.budget import budgets
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.invoice_view import paid_of, unmatched
from pharmacy.services.ledger import trial_balance
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.statement import StatementQuery
from pharmacy.web.papers.statement import governors_statement
from reports.statement import cells_of, render
from tests.reports.reading import pages, plain, words
from tests.services.verified import faults

HUNDREDTH = replace(
    PUBLISHED,
    centre_requests=6_840,
    portal=249,
    social_media=174,
    sawtak_masmou=19,
    meetings=6,
    meeting_complaints=14,
    beneficiaries=196,
    dispensed=7_400_000,
    special_cases=2,
)

TINY = replace(
    HUNDREDTH, centre_requests=900, beneficiaries=24, dispensed=900_000, meetings=2, special_cases=1
)


@pytest.fixture
def tiny(database: Database) -> Database:
    """A village's worth, for what does not depend on how much there is."""
    rebuild(database, scale=TINY)
    return database


@pytest.fixture
def rebuilt(database: Database) -> Database:
    """The governorate at a hundredth of its size."""
    rebuild(database, scale=HUNDREDTH)
    return database


def test_the_published_figures_are_the_published_ones() -> None:
    assert (
        Scale(
            first_day=date(2018, 1, 1),
            last_day=date(2022, 5, 9),
            centre_requests=684_000,
            portal=24_900,
            social_media=17_400,
            sawtak_masmou=1_900,
            meetings=66,
            meeting_complaints=1_388,
            beneficiaries=19_600,
            dispensed=740_000_000,
            special_cases=PUBLISHED.special_cases,
        )
        == PUBLISHED
    )
    assert PUBLISHED.requests == 729_588
    assert (CITY_CENTRES, VILLAGE_CENTRES) == (16, 35)


def test_every_count_and_the_money_are_exact(rebuilt: Database) -> None:
    with rebuilt.reading() as session:
        by_channel = dict(
            session.execute(
                select(CitizenRequest.channel, func.count()).group_by(CitizenRequest.channel)
            ).all()
        )
        at_centres = select(func.count(CitizenRequest.centre_id.distinct()))
        centres = select(Centre.kind, func.count()).group_by(Centre.kind)
        assert dict(session.execute(centres).all()) == {
            CentreKind.CITY: CITY_CENTRES,
            CentreKind.VILLAGE: VILLAGE_CENTRES,
        }
        assert session.scalar(at_centres) == 51
        assert by_channel.pop(Channel.CITY_CENTRE) + by_channel.pop(Channel.VILLAGE_CENTRE) == 6_840
        assert by_channel == {
            Channel.PORTAL: 249,
            Channel.SOCIAL_MEDIA: 174,
            Channel.SAWTAK_MASMOU: 19,
            Channel.PUBLIC_MEETING: 14,
        }
        assert session.scalar(select(func.count(PublicMeeting.id))) == 6
        whole = CostQuery(date_from=date(2018, 1, 1), date_to=date(2022, 5, 9))
        total = reporting.cost(session, whole).total
        assert (total.cost, total.beneficiaries, total.citizen) == (7_400_000, 196, 0)
        beyond = select(func.count()).where(
            ~DispensingLine.business_date.between(date(2018, 1, 1), date(2022, 5, 9))
        )
        assert session.scalar(beyond) == 0
        query = ReportQuery(date_from=date(2018, 1, 1), date_to=date(2022, 5, 9))
        trial = trial_balance(session, query, actor=Actor(1, "", Role.AUDITOR))
        stands = {row.account: row.closing for row in trial}
        [left] = session.execute(
            select(func.sum(SupplierInvoice.amount - paid_of())).select_from(SupplierInvoice)
        ).one()
        came = sum(one.amount for one in unmatched(session))
        assert -stands[Account.PAYABLES] == left + came > 0
        assert stands[Account.CASH] > 0 > stands[Account.FUND_RECEIPTS]
        *years, following = [
            list(budgets(session, year, on=date(2022, 5, 9)).values()) for year in range(2017, 2023)
        ]
        assert [len(year) for year in years] == [1, 1, 1, 1, 1]
        assert all(0 < one.spent < one.granted for year in years for one in year)
        assert following == [Budget(granted=0)], "it is the next to be granted"


PERIOD = StatementQuery.of(date(2018, 1, 1), date(2022, 5, 9))
STATED = {
    "centres": "51",
    "city_centres": "16",
    "village_centres": "35",
    "at_centres": "6,840",
    "portal": "249",
    "social_media": "174",
    "sawtak_masmou": "19",
    "meetings": "6",
    "public_meeting": "14",
    "received": "7,296",
    "beneficiaries": "196",
    "cost": "74,000.00",
    "average": "377.55",
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_governors_statement_prints_every_figure(rebuilt: Database, language: str) -> None:
    with rebuilt.reading() as session:
        made = governors_statement(
            session,
            PERIOD,
            language=language,
            actor=Actor(1, "", Role.MANAGER),
            as_of=datetime(2022, 5, 9, 12, tzinfo=UTC),
        )
        latest = select(Voucher.seal).order_by(Voucher.business_date.desc(), Voucher.id.desc())
        last = session.scalar(latest.limit(1))
    shown = {row.key: cells_of(row)[0] for section in made.sections for row in section.rows}
    assert shown | STATED == shown
    assert made.seal == last
    assert shown["closed"] != shown["received"]
    pdf = render(made, language=language)
    assert pages(pdf) == 1
    paper = words(pdf)
    assert all(figure in paper for figure in shown.values())
    in_words = {
        "ar": "أربعة وسبعون ألف جنيه",
        "en": "Seventy-four thousand Egyptian pounds only",
    }
    assert plain(in_words[language]) in paper


def test_verify_finds_nothing_and_nobody_needed_an_exception(rebuilt: Database) -> None:
    assert faults(rebuilt) == {}
    with rebuilt.reading() as session:
        assert session.scalar(select(func.count(NoticeOverride.id))) == 0


def test_everybody_treated_has_an_approved_request_and_a_card(rebuilt: Database) -> None:
    with rebuilt.reading() as session:
        people = session.scalars(select(Beneficiary)).all()
        treated = select(func.count(Dispensing.beneficiary_id.distinct())).join(
            Approval, Approval.id == Dispensing.approval_id
        )
        assert session.scalar(treated) == len(people) == 196
        assert len({person.identity_number for person in people}) == 196
        assert len({person.phone for person in people}) == 196
        for person in people:
            code = parse_in_house(person.card_number)
            identity = parse_national_id(person.identity_number or "", today=date(2022, 5, 9))
            assert code is not None
            assert code.prefix is InHousePrefix.CARD
            assert (identity.birth_date, identity.sex) == (person.birth_date, person.sex)
            assert 9800 <= int(identity.number[9:13]) <= 9999


def test_each_year_numbers_its_requests_without_gaps(tiny: Database) -> None:
    with tiny.reading() as session:
        numbers = session.scalars(select(CitizenRequest.number).order_by(CitizenRequest.id)).all()
        series = session.scalars(select(RequestSeries).order_by(RequestSeries.year)).all()
    wanted = [
        f"{row.year}-{number:06d}" for row in series for number in range(1, row.last_number + 1)
    ]
    assert list(numbers) == wanted
    assert [row.year for row in series] == [2018, 2019, 2020, 2021, 2022]


def test_every_history_takes_only_allowed_steps_and_ends_at_the_state(tiny: Database) -> None:
    query = text("""
        SELECT e.request_id, e.from_state, e.to_state, e.at, r.state
        FROM request_event e JOIN citizen_request r ON r.id = e.request_id
        ORDER BY e.request_id, e.id
    """)
    with tiny.reading() as session:
        rows = session.execute(query).all()
    last: dict[int, tuple[str, object, str]] = {}
    for request_id, before, after, when, state in rows:
        if request_id in last:
            stood, earlier, _ = last[request_id]
            assert before == stood
            assert RequestState(after) in TRANSITIONS[RequestState(stood)]
            assert when >= earlier
        else:
            assert (before, after) == (None, "received")
        last[request_id] = (after, when, state)
    assert len(last) == TINY.requests
    assert all(stood == state for stood, _, state in last.values())


def test_the_same_seed_ends_in_the_same_seals_and_another_in_others(new_url: object) -> None:
    def ends(seed: int) -> list[str]:
        assert callable(new_url)
        database = Database(new_url(), seal_key=b"k" * 32)
        rebuild(database, scale=TINY, seed=seed)
        with database.reading() as session:
            seals = session.scalars(select(Voucher.seal).order_by(Voucher.id)).all()
        database.dispose()
        return list(seals)

    first = ends(1)
    assert ends(1) == first
    assert ends(2) != first


def test_work_goes_on_behind_the_rebuilt_years(tiny: Database) -> None:
    with tiny.transaction() as session:
        last = session.scalar(select(func.max(Supplier.id))) or 0
        supplier = Supplier(name="شركة جديدة")
        session.add(supplier)
        session.flush()
        assert supplier.id > last
        highest = session.scalar(select(func.max(Voucher.id))) or 0
        reset_identities(session)
        kinds = session.execute(select(Voucher.kind, func.count()).group_by(Voucher.kind)).all()
    assert highest == sum(count for _, count in kinds)
    assert {kind for kind, _ in kinds} == {
        VoucherKind.GOODS_RECEIPT,
        VoucherKind.DISPENSING,
        VoucherKind.FUND_RECEIPT,
        VoucherKind.PAYMENT,
    }


def test_who_worked_in_the_past_cannot_sign_in(tiny: Database) -> None:
    with tiny.reading() as session:
        staff = session.scalars(select(Staff)).all()
    assert len(staff) == 5
    assert not any(member.active for member in staff)


def test_it_refuses_a_database_that_holds_requests_already(tiny: Database) -> None:
    with pytest.raises(AssertionError, match="holds none yet"):
        rebuild(tiny, scale=TINY)


def test_it_says_how_far_it_has_come(database: Database) -> None:
    heard: list[tuple[str, int, int]] = []
    rebuild(
        database,
        scale=TINY,
        progress=lambda step, done, total: heard.append((step, done, total)),
    )
    for step in ("requests", "costing", "dispensings"):
        of_step = [(done, total) for name, done, total in heard if name == step]
        assert of_step == sorted(of_step)
        assert of_step[-1][0] == of_step[-1][1]
