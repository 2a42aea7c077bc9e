"""Every page asks the database as often in a large pharmacy as in a small one.

The same demonstration is played twice, for two months with a dozen people and for half a year with
fifty, and every page without a number in its address is opened in both; those about one row are
asked with the row that holds most.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from pharmacy.app import create_app
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.models import (
    AccessEvent,
    CallNote,
    Dispensing,
    DispensingLine,
    Drug,
    NoticeOverride,
    Staff,
    StandingAuthority,
    StockMovement,
    UnmetDemand,
    Voucher,
)
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import PERMISSIONS
from pharmacy.rules.vocabulary import (
    CallOutcome,
    ControlledLaw,
    NoticeCode,
    Severity,
    VoucherKind,
)
from pharmacy.services import demo_staff, seeding
from pharmacy.services.demo import Demonstration, opening
from pharmacy.web.access import Rule, rule_of
from pharmacy.web.papers.monthly_pack import COSTS, LEFT_OUT, PROOF
from pharmacy.web.report_catalogue import REPORTS
from tests.conftest import SEAL_KEY
from tests.web.inspecting import InspectingClient
from tests.web.people import HASH, PASSWORD, statements_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("engine_name", ["embedded"], indirect=True),
]

NOW = datetime.now(UTC)
SMALL, LARGE = (60, 12), (180, 50)
LISTS = (
    "/audit",
    "/audit/looks",
    "/authority",
    "/b dispensed",
    "/beneficiaries",
    "/dispensings of a day",
    "/formulary/i",
    "/reports/controlled of an item",
    "/reports/cost of a time",
    "/reports/cost/lines",
    "/reports/overrides",
    "/requests",
    "/stock",
    "/stock/i",
    "/vouchers",
    "/waiting",
)
COMES_IN = (VoucherKind.OPENING_BALANCE, VoucherKind.GOODS_RECEIPT)
ELSEWHERE = ("/static", "/api/", "/dev/", "/logout", "/login", "/lock", "/health", "/help")
"""Files, programs, words that are always the same, and what is for the signed out."""


def play(database: Database, days: int, people: int) -> None:
    with database.transaction() as session:
        opened = opening(NOW, days)
        seeding.seed(session, now=opened)
        staff = demo_staff.hire(session, password_hash=HASH, now=opened)
        stage = Demonstration(session, staff=staff, now=NOW, days=days, people=people)
    for month in stage.months():
        with database.transaction() as session:
            stage.play(session, month)
    with database.transaction() as session:
        stage.finish(session)


def add_what_is_rare(database: Database, times: int) -> None:
    """Write down, by hand and so many times, what a short demonstration seldom holds."""
    today = cairo_day(NOW)
    with database.transaction() as session:
        staff = session.scalars(select(Staff.id).where(Staff.username == "pharmacist")).one()
        issues = session.execute(
            select(Dispensing.voucher_id, Dispensing.beneficiary_id, Voucher.site_id)
            .join(Voucher, Voucher.id == Dispensing.voucher_id)
            .order_by(Dispensing.voucher_id.desc())
            .limit(times)
        ).all()
        drug = richest(session, DispensingLine.drug_id)
        for number, issue in enumerate(issues):
            by = {"staff_id": staff, "at": NOW}
            whose = {"beneficiary_id": issue.beneficiary_id}
            waits = {"site_id": issue.site_id, "drug_id": drug, "quantity": 30} | by | whose
            row = {"submission_id": f"rare-{number}", "business_date": today} | waits
            unmet = session.execute(insert(UnmetDemand).returning(UnmetDemand.id), row).scalar_one()
            call = {"unmet_demand_id": unmet, "outcome": CallOutcome.NO_ANSWER}
            session.execute(insert(CallNote), call | by)
            session.execute(insert(AccessEvent), {"action": "view"} | by | whose)
            stood = {"code": NoticeCode.NOT_YET_DUE, "severity": Severity.BLOCK, "facts": {}}
            reason = {"voucher_id": issue.voucher_id, "staff_id": staff, "reason": "سفر"}
            session.execute(insert(NoticeOverride), stood | reason)
            until = {"valid_from": today, "valid_until": today, "given_at": NOW, "ceiling": 1}
            decision = {"decision_number": f"rare-{number}", "staff_id": staff}
            session.execute(insert(StandingAuthority), until | decision)
        law = {"controlled_law": ControlledLaw.LAW_182_1960, "controlled_schedule": "1"}
        session.execute(update(Drug).where(Drug.id == drug).values(law))


def richest(session: Session, column: object, *where: object) -> int:
    """The value that stands in most rows."""
    query = select(column).where(*where).group_by(column)  # type: ignore[call-overload,arg-type]
    query = query.order_by(func.count().desc(), column).limit(1)
    found: int = session.execute(query).scalar_one()
    return found


def about_one(database: Database) -> dict[str, str]:
    """Addresses about one row, each by the name of its page."""
    line = DispensingLine
    with database.reading() as session:
        person = richest(session, line.beneficiary_id)
        drug = richest(session, line.drug_id)
        batch = richest(session, StockMovement.batch_id)
        day = richest(session, Voucher.business_date, Voucher.kind == VoucherKind.DISPENSING)
        issue = richest(session, line.voucher_id, line.reverses_line_id.is_(None))
        receipt = richest(
            session,
            StockMovement.voucher_id,
            StockMovement.voucher_id.in_(select(Voucher.id).where(Voucher.kind.in_(COMES_IN))),
        )
        seen = richest(session, AccessEvent.beneficiary_id)
    whole = f"date_from={(NOW - timedelta(days=200)).date()}&date_to={cairo_day(NOW)}"
    return {
        "/b": f"/b/{person}",
        "/b dispensed": f"/b/{person}/dispensed",
        "/b requests": f"/b/{person}/requests",
        "/b log": f"/b/{seen}/log",
        "/d": f"/d/{issue}",
        "/dispensings of a day": f"/dispensings?on={day}",
        "/formulary/i": f"/formulary/i/{drug}",
        "/stock/i": f"/stock/i/{drug}?{whole}",
        "/stock/b": f"/stock/b/{batch}",
        "/stock/v": f"/stock/v/{receipt}",
        "/reports/overrides of a time": f"/reports/overrides?{whole}",
        "/reports/controlled of an item": f"/reports/controlled?{whole}&drug={drug}&site=all",
        "/reports/cost of a time": f"/reports/cost?{whole}&by=drug&then=month",
    }


def pages(app: Flask, database: Database) -> dict[str, str]:
    plain = {
        rule.rule: rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and not rule.rule.startswith(ELSEWHERE)
    }
    return {**plain, **about_one(database)}


def somebody_for(app: Flask, address: str) -> str:
    """The sign-in name of the first of the staff who may open a page."""
    path = address.partition("?")[0]
    endpoint, _ = app.url_map.bind("localhost").match(path, method="GET")
    rule = rule_of(app.view_functions[endpoint]) or Rule()
    names = ("pharmacist", "clerk", "committee", "store", "finance", "manager", "auditor", "admin")
    roles = {person.username: person.role for person in demo_staff.ACCOUNTS}
    return next(name for name in names if not rule.any_of or rule.any_of & PERMISSIONS[roles[name]])


def asked(settings: Settings, url: str, size: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """Statements and length of each page of a demonstration of a size."""
    database = Database(url, seal_key=SEAL_KEY)
    play(database, *size)
    add_what_is_rare(database, size[1])
    app = create_app(settings, database)
    app.test_client_class = InspectingClient
    clients: dict[str, InspectingClient] = {}
    found = {}
    for name, address in pages(app, database).items():
        username = somebody_for(app, address)
        if username not in clients:
            client = app.test_client()
            assert isinstance(client, InspectingClient)
            assert client.sign_in(username, PASSWORD).status_code == 303
            client.inspects = False  # a part of a page is no page
            clients[username] = client
        with statements_of(database) as seen:
            answer = clients[username].get(address)
        assert answer.status_code in {200, 303}, (name, answer.status)
        found[name] = (len(seen), len(answer.data))
    database.dispose()
    return found


PACK = "/reports/pack"
"""Every paper of a month, one after the other; one that finds nothing asks for no names."""
EACH_PAPER = 6
PAPERS = len(COSTS) + len(REPORTS.keys() - LEFT_OUT) + len(REPORTS[PROOF].by)
"""Papers in the pack, those on requests and the questions left out."""


def test_every_page_asks_as_often_in_a_large_pharmacy_as_in_a_small_one(
    settings: Settings, new_url: Callable[[], str], tmp_path: Path
) -> None:
    small, large = (asked(settings, new_url(), size) for size in (SMALL, LARGE))
    # The pages of the larger pharmacy do show more.
    assert [name for name in LISTS if large[name][1] <= small[name][1]] == []
    assert {
        name: (few, large[name][0])
        for name, (few, _) in small.items()
        if large[name][0] != few and name != PACK
    } == {}
    assert large.pop(PACK)[0] <= EACH_PAPER * PAPERS
    assert {name: count for name, (count, _) in large.items() if count > 25} == {}
