"""Every paper in Western and in Arabic-Indic digits by its address, or else by the setting."""

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pharmacy.app import create_app
from pharmacy.cli import main
from pharmacy.config import HashCost, Settings
from pharmacy.db import Database
from pharmacy.models import (
    Attachment,
    ClaimDecision,
    ClosedPeriod,
    Dispensing,
    DispensingLine,
    Owing,
    Setting,
    Sitting,
    StockMovement,
    UnmetDemand,
    Voucher,
)
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.attachment_files import AttachmentFolder
from pharmacy.services.demo_papers import keep_papers
from pharmacy.services.voucher_view import whole
from tests.conftest import SEAL_KEY, standing_database
from tests.reports.reading import words
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD
from tests.web.test_page_statements import add_what_is_rare, play, richest, somebody_for

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
WHOLE = f"date_from={(NOW - timedelta(days=90)).date()}&date_to={cairo_day(NOW)}"
LAST_MONTH = f"{cairo_day(NOW).replace(day=1) - timedelta(days=1):%Y-%m}"
UNDER_BARS = re.compile("[0-9] [0-9]{6} [0-9]{6}")
KEPT = re.compile("[A-Za-z0-9*/-]*[0-9][A-Za-z0-9*/-]*")
CODE = re.compile(r"[A-Za-z]|[0-9]{4}-[0-9]{5,}|[0-9]{10,}|[0-9]{4}/[0-9]+|[0-9]\*[0-9]|^60$")

Find = Callable[[Session], object]


def voucher_of(*kinds: VoucherKind) -> Find:
    return lambda session: session.scalars(
        select(Voucher.id).where(Voucher.kind.in_(kinds)).order_by(Voucher.id.desc()).limit(1)
    ).one()


def newest(column: object, *where: object) -> Find:
    return lambda session: session.scalars(
        select(column).where(*where).order_by(column.desc()).limit(1)  # type: ignore[call-overload,attr-defined]
    ).one()


def most(column: object, *where: object) -> Find:
    return lambda session: richest(session, column, *where)


STANDING = DispensingLine.reverses_line_id.is_(None)
PAPERS: dict[str, tuple[str, Find | None]] = {
    "attachment.show": ("/attachments/{}", newest(Attachment.id)),
    "badge.print_badge": ("/admin/staff/{}/badge/print", newest(Voucher.posted_by)),
    "batch.label_pdf": ("/stock/b/{}/label", most(StockMovement.batch_id)),
    "beneficiary.print_card": ("/b/{}/card", most(DispensingLine.beneficiary_id)),
    "claim.letter_pdf": ("/claims/{}/letter", newest(ClaimDecision.claim_id)),
    "dispensing.labels_pdf": ("/d/{}/labels", most(DispensingLine.voucher_id, STANDING)),
    "dispensing.owing_pdf": (
        "/d/{}/owing",
        most(DispensingLine.voucher_id, STANDING),
    ),
    "dispensing.receipt_pdf": ("/d/{}/receipt", most(DispensingLine.voucher_id, STANDING)),
    "drawer.paper_pdf": ("/drawer/counts/{}/paper", voucher_of(VoucherKind.CASH_COUNT)),
    "fund_money.print_paper": ("/funds/v/{}/paper", voucher_of(VoucherKind.PAYMENT)),
    "help.command_sheet_pdf": ("/help/keys/commands", None),
    "help.key_card_pdf": ("/help/keys/card", None),
    "monthly_pack.month_pdf": (f"/reports/pack?month={LAST_MONTH}", None),
    "period.print_certificate": ("/periods/{}/certificate", newest(ClosedPeriod.month)),
    "request.print_slip": ("/r/{}/slip", newest(Dispensing.request_id)),
    "safety_reports.controlled": (
        f"/reports/controlled?{WHOLE}&drug={{}}&site=all&format=pdf",
        most(DispensingLine.drug_id),
    ),
    "sitting.print_minutes": ("/sittings/{}/minutes", newest(Sitting.id)),
    "statement.show": (f"/reports/statement?{WHOLE}&format=pdf", None),
    "stock.show": (f"/stock/i/{{}}?{WHOLE}&format=pdf", most(DispensingLine.drug_id)),
    "stock_count.sheet_pdf": ("/stock/documents/count/sheet", None),
    "unmet.slip_pdf": ("/unmet/{}/slip", newest(UnmetDemand.id)),
    "voucher.print_permit": (
        "/stock/v/{}/permit",
        voucher_of(VoucherKind.GOODS_RECEIPT, VoucherKind.OPENING_BALANCE),
    ),
    # Reports hand their file on: one of each sort.
    "reporting.cost": (f"/reports/cost?{WHOLE}&by=month&format=pdf", None),
    "request_reports.requests": (f"/reports/requests?{WHOLE}&format=pdf", None),
    "report.trial_balance": (f"/reports/trial-balance?{WHOLE}&format=pdf", None),
}


@pytest.fixture(scope="module")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for the whole file: what a print writes down stands in nobody's way."""
    with standing_database("embedded", request, tmp_path_factory.mktemp("papers")) as found:
        yield found


def owe_something(database: Database) -> None:
    """A short demonstration seldom has something owed that did not come yet."""
    line = DispensingLine
    with database.transaction() as session:
        voucher_id = richest(session, line.voucher_id, STANDING)
        row = session.scalars(select(line).where(line.voucher_id == voucher_id).limit(1)).one()
        waits = {"approval_item_id": row.approval_item_id, "drug_id": row.drug_id, "quantity": 30}
        whose = {"voucher_id": voucher_id, "beneficiary_id": row.beneficiary_id}
        session.execute(insert(Owing), waits | whose)


@pytest.fixture(scope="module")
def app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A short demonstration, with one of every paper."""
    play(database, 120, 30)
    add_what_is_rare(database, 3)
    owe_something(database)
    instance = tmp_path_factory.mktemp("instance")
    with database.transaction() as session:
        keep_papers(session, AttachmentFolder(instance), now=NOW)
    settings = Settings(
        instance=instance,
        database_url=database.url,
        seal_key=SEAL_KEY,
        secret_key=b"the key of every test's cookies.",
        hash_cost=HashCost(passes=1, memory=8, lanes=1),
    )
    app = create_app(settings, database)
    app.test_client_class = InspectingClient
    return app


@pytest.fixture(scope="module")
def visitors(app: Flask) -> Callable[[str], InspectingClient]:
    """Sign in, once each, the first of the staff who may open an address."""
    known: dict[str, InspectingClient] = {}

    def visit(address: str) -> InspectingClient:
        username = somebody_for(app, address)
        if username not in known:
            known[username] = cast("InspectingClient", app.test_client())
            assert known[username].sign_in(username, PASSWORD).status_code == 303
        return known[username]

    return visit


def address_of(database: Database, name: str) -> str:
    address, find = PAPERS[name]
    if find is None:
        return address
    with database.reading() as session:
        return address.format(find(session))


def asking(address: str, digits: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}digits={digits}&lang=ar"


def test_no_paper_is_left_out(app: Flask) -> None:
    makers = {
        name
        for name, view in app.view_functions.items()
        if "pdf_response(" in inspect.getsource(inspect.unwrap(view))
    }
    assert makers - PAPERS.keys() == set()


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_the_digits_its_address_asks_for(
    name: str, database: Database, visitors: Callable[[str], InspectingClient]
) -> None:
    address = address_of(database, name)

    def printed(digits: str) -> str:
        answer = visitors(address).get(asking(address, digits))
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.status
        return words(answer.data)

    western, eastern, nonsense = (printed(digits) for digits in ("latn", "arab", "roman"))
    assert re.search("[٠-٩]", western + nonsense) is None
    kept = KEPT.findall(UNDER_BARS.sub("", eastern))
    assert [word for word in kept if word not in western or not CODE.search(word)] == []
    codes_only = name in {"badge.print_badge", "help.command_sheet_pdf"}
    assert (re.search("[٠-٩]", eastern) is None) == codes_only


def test_what_no_address_asks_for_is_printed_by_the_setting(
    database: Database, visitors: Callable[[str], InspectingClient]
) -> None:
    address = address_of(database, "stock.show")
    with database.transaction() as session:
        session.add(Setting(name="paper_digits", value="arab", changed_at=NOW, changed_by=1))
    try:
        for asked, eastern in (("latn", False), ("arab", True), ("roman", True), ("", True)):
            text = words(visitors(address).get(asking(address, asked)).data)
            assert (re.search("[٠-٩]", text) is not None) == eastern, asked
        english = words(visitors(address).get(f"{address}&lang=en&digits=arab").data)
        assert re.search("[٠-٩]", english) is None
    finally:
        with database.transaction() as session:
            session.delete(session.get_one(Setting, "paper_digits"))


def test_a_page_offers_its_paper_in_the_other_digits(
    database: Database, visitors: Callable[[str], InspectingClient]
) -> None:
    address = address_of(database, "dispensing.receipt_pdf")
    page = address.removesuffix("/receipt")
    offered = [
        link.get("href", "")
        for link in visitors(address).page(f"{page}?lang=ar").all("a")
        if "digits=" in link.get("href", "")
    ]
    assert offered[:2] == [f"{address}?digits=arab", f"{address}?size=80&digits=arab"]
    english = visitors(address).page(f"{page}?lang=en").all("a")
    assert [link for link in english if "digits=" in link.get("href", "")] == []


def test_a_report_offers_its_pdf_in_the_other_digits(
    visitors: Callable[[str], InspectingClient],
) -> None:
    address = f"/reports/trial-balance?{WHOLE}"
    links = [link.get("href", "") for link in visitors(address).page(f"{address}&lang=ar").all("a")]
    assert [link for link in links if "format=pdf" in link and link.endswith("digits=arab")] != []


@pytest.mark.parametrize(
    "asked",
    [
        "report pack --month {month}",
        "report cost --from {first} --to {last}",
        "report requests --from {first} --to {last}",
        "report centres --from {first} --to {last}",
        "report statement --from {first} --to {last}",
        "report trial-balance --from {first} --to {last}",
        "receipt {number}",
    ],
)
def test_a_command_has_the_digits_it_is_asked_for(
    asked: str, app: Flask, database: Database, tmp_path: Path
) -> None:
    with database.reading() as session:
        number = whole(session, richest(session, DispensingLine.voucher_id, STANDING)).number
    first, last = cairo_day(NOW) - timedelta(days=30), cairo_day(NOW)
    words_of = asked.format(month=LAST_MONTH, first=first, last=last, number=number).split()
    environment = {
        "PHARMACY_DATABASE_URL": database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }
    for digits, eastern in (("latn", False), ("arab", True)):
        output = tmp_path / f"{digits}.pdf"
        said = [*words_of, "--digits", digits, "-o", str(output)]
        told = CliRunner().invoke(main, said, env=environment)
        assert told.exit_code == 0, told.output
        assert (re.search("[٠-٩]", words(output.read_bytes())) is not None) == eastern
