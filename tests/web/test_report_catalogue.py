"""Every report of the registry says the same on screen, paper, in both files and to programs.

One month is posted once; each report is asked for in every arrangement it has, and every figure of
the screen is looked for in each other form of it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any, cast

import pytest
from flask import url_for
from openpyxl import load_workbook

from pharmacy.app import create_app
from pharmacy.config import HashCost, Settings
from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import Role
from pharmacy.services.report_query import Filter
from pharmacy.web.report_catalogue import REPORTS, ReportSpec
from reports import figure_report
from reports.spreadsheets import Kind, pounds
from tests.builders import NOW, add_batch, add_drug, open_pharmacy
from tests.claims import a_claim
from tests.conftest import ENGINES, SEAL_KEY, standing_database
from tests.fund_month import fund_month
from tests.invoices import owe_a_supplier
from tests.posted_month import posted_month
from tests.reports.reading import words
from tests.services.stock_papers import lose
from tests.services.test_drawer import count
from tests.web.back_office import visiting
from tests.web.figures_behind import (
    OPENS_NOTHING,
    OPENS_OTHERWISE,
    Figure,
    figures_of,
    holds,
    opens_nothing,
    opens_otherwise,
)
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of
from tests.web.programs import Program, refusal_of

PERIOD = "date_from=2026-03-01&date_to=2026-03-31"
WIDE = "date_from=2026-01-01&date_to=2026-04-30"
NAMES = tuple(REPORTS)
FEW = 5
STATEMENTS_MOST = 30
EMPTY = "date_from=2001-01-01&date_to=2001-01-31"


@dataclass(frozen=True, slots=True)
class House:
    """A posted month, who reads everything, who sees no persons, and a program that reads."""

    auditor: InspectingClient
    finance: InspectingClient
    program: Program
    actor: Actor


@pytest.fixture(scope="module", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine once for the whole file."""
    return cast("str", request.param)


@pytest.fixture(scope="module")
def database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for the whole file: nothing here writes but the month itself."""
    with standing_database(engine_name, request, tmp_path_factory.mktemp("month")) as found:
        yield found


@pytest.fixture(scope="module")
def house(database: Database, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The month, posted through the house's own services."""
    pharmacy = open_pharmacy(database)
    ledger = posted_month(pharmacy)
    add_batch(pharmacy, ledger.drug_a, 5, 75, now=NOW, fact_on=date(2026, 2, 20))
    drug, past = add_drug(pharmacy), NOW.date() - timedelta(days=1)
    for lost in (add_batch(pharmacy, drug, 7, 99, expiry=past) for _ in range(2)):
        lose(pharmacy, lost, 3, LossReason.EXPIRED)
    count(pharmacy, {25: 2}, reason="عشرة قروش ناقصة")
    a_claim(pharmacy)
    fund_month(pharmacy)
    owe_a_supplier(pharmacy)
    app = create_app(
        Settings(
            instance=tmp_path_factory.mktemp("house"),
            database_url=database.url,
            seal_key=SEAL_KEY,
            secret_key=b"the key of every test's cookies.",
            hash_cost=HashCost(passes=1, memory=8, lanes=1),
        ),
        database,
    )
    app.test_client_class = InspectingClient
    visit = visiting(app, pharmacy)
    actor = pharmacy[Role.AUDITOR]
    program = Program(app, database, actor.staff_id)
    return House(visit(Role.AUDITOR), visit(Role.FINANCE), program, actor)


def asked(spec: ReportSpec) -> Iterator[str]:
    """What a report is asked: its arrangements, and once with all that changes its columns.

    Of many arrangements, which are all made alike, every third.
    """
    more = "&top=1" if Filter.TOP in spec.filters else ""
    for by in [f"&by={one}" for one in spec.by[:: 3 if len(spec.by) > FEW else 1]] or [""]:
        yield f"{WIDE}{by}"
    if more:
        yield f"{PERIOD}{more}"
    if spec.levels > 1:
        yield f"{WIDE}&by={spec.by[0]}&then={spec.by[1]}"


def screen_of(page: Page, title: str) -> list[list[str]]:
    """Every row of a table on the screen, its total last."""
    [table] = [
        one for one in page.all("table") if [text_of(c) for c in one.iter("caption")] == [title]
    ]
    parts = [part for part in table if part.tag in {"tbody", "tfoot"}]
    rows = [row for part in parts for row in part.iter("tr")]
    return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in rows]


def plain(cell: object, kind: str) -> str:
    """A cell of the API as a CSV file writes it."""
    if cell is None:
        return ""
    if isinstance(cell, int) and kind in {Kind.MONEY, Kind.PERCENT}:
        return pounds(cell)
    return str(cell)


def shown(cell: Any, kind: str) -> str:
    """A cell of the API as the screen shows it."""
    if kind == Kind.DAY and cell is not None:
        year, month, day = cell.split("-")
        return f"{day}/{month}/{year}"
    return " ".join(figure_report.shown(cell, Kind(kind)).split())


def booked(cell: object, kind: str) -> str:
    """A cell of a workbook as a CSV file writes it."""
    if cell is None:
        return ""
    if kind in {Kind.MONEY, Kind.PERCENT}:
        return f"{float(str(cell)):.2f}"
    return str(cell)[:10] if kind == Kind.DAY else str(cell)


@dataclass(frozen=True, slots=True)
class Told:
    """A table of the API's answer: caption, columns, rows, its total and what is below last."""

    caption: str
    titles: list[str]
    kinds: list[str]
    rows: list[list[object]]

    def written(self, way: Callable[[Any, str], str]) -> list[list[str]]:
        """The rows as one form of the report writes them."""
        return [
            [way(cell, kind) for cell, kind in zip(row, self.kinds, strict=True)]
            for row in self.rows
        ]


def tables_of(api: Any) -> list[Told]:
    """The first table of an answer, which CSV has too, and all further ones."""
    return [
        Told(
            caption,
            [column["title"] for column in table["columns"]],
            [column["kind"] for column in table["columns"]],
            [*table["rows"], *([table["total"]] if table["total"] else []), *table["below"]],
        )
        for caption, table in [
            (api["table_title"] or api["title"], api),
            *((each["title"], each) for each in api["more"]),
        ]
    ]


def sheet_of(sheet: Any, told: Told) -> list[list[str]]:
    """The rows of a workbook's sheet as CSV would write them."""
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    width = len(told.titles)
    at = next(number for number, row in enumerate(cells) if row[:width] == told.titles)
    return [
        [booked(cell, kind) for cell, kind in zip(row, told.kinds, strict=False)]
        for row in cells[at + 1 : at + 1 + len(told.rows)]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_screen_paper_workbook_csv_and_api_hold_the_same_figures(house: House, name: str) -> None:
    for query in asked(REPORTS[name]):
        path = f"/reports/{name}?{query}"
        api: Any = house.program.get(f"/api/v1{path}").json
        assert api["rows"], f"{path}: the posted month gives no row"
        tables = [told for told in tables_of(api) if told.rows]
        first = tables[0]

        page = house.auditor.page(path)
        for told in tables:
            assert screen_of(page, told.caption) == told.written(shown)

        text = house.auditor.get(f"{path}&format=csv").text.lstrip("\ufeff")
        assert list(csv.reader(io.StringIO(text))) == [first.titles, *first.written(plain)]

        book = load_workbook(io.BytesIO(house.auditor.get(f"{path}&format=xlsx").get_data()))
        filled = [sheet for sheet in book.worksheets if sheet.max_row > 1]
        for told in tables:
            assert any(
                sheet_of(one, told) == told.written(plain) for one in filled if has(one, told)
            )

        figures = Counter(
            cell
            for told in tables
            for row in told.written(shown)
            for cell, kind in zip(row, told.kinds, strict=True)
            if kind != Kind.TEXT and cell != "–"
        )
        for language in ("en", "ar"):
            pdf = house.auditor.get(f"{path}&format=pdf&lang={language}").get_data()
            printed = Counter(words(pdf).split())
            assert figures - printed == Counter(), f"{path} ({language}): not on paper"
        house.auditor.get(f"{path}&lang=en")


def has(sheet: Any, told: Told) -> bool:
    """Tell whether a sheet has the head of a table."""
    width = len(told.titles)
    rows = sheet.iter_rows(values_only=True)
    return any(list(row[:width]) == told.titles for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_that_is_a_link_opens_a_page_and_few_statements_make_it(
    house: House, database: Database, name: str
) -> None:
    with statements_of(database) as asked_of_it:
        page = house.auditor.page(f"/reports/{name}?{WIDE}")
    assert len(asked_of_it) <= STATEMENTS_MOST
    links = {
        link.get("href", "")
        for link in page.all("a")
        if any(parent.tag in {"tbody", "tfoot"} for parent in page.above(link))
    }
    assert links, "figures without the lines behind them"
    for address in sorted(links)[:12]:
        house.auditor.page(address)


def figures(house: House, database: Database, spec: ReportSpec) -> Iterator[Figure]:
    """Every figure of a report in every arrangement, over all that was posted and over its end."""
    arranged = [(one.value, None) for one in spec.by] or [(None, None)]
    if spec.levels > 1:
        arranged.append((spec.by[0].value, spec.by[1].value))
    as_of = datetime.now(UTC)
    with database.reading() as session:
        for first in (date(2026, 1, 1), date(2026, 3, 3)):
            for by, then in arranged:
                said = {"by": by, "then": then, "top": 1}
                query = spec.query(first, date(2026, 4, 30), said)
                made = spec.make(session, query, language="en", actor=house.actor, as_of=as_of)
                yield from figures_of(made)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_opens_something_or_is_among_those_that_open_nothing(
    house: House, database: Database, name: str
) -> None:
    closed = {
        (one.place, one.column)
        for one in figures(house, database, REPORTS[name])
        if one.opens is None and not opens_nothing(name, one)
    }
    assert closed == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_figure_opens_holds_it(house: House, database: Database, name: str) -> None:
    sample: dict[tuple[str, str, str], tuple[str, Figure]] = {}
    with house.auditor.application.test_request_context():
        for one in figures(house, database, REPORTS[name]):
            if one.opens is not None and not opens_otherwise(name, one):
                address = url_for(one.opens.endpoint, **dict(one.opens.asks))
                sample[one.place, one.column, one.opens.endpoint] = address, one
    false = {
        (place, column, one.text, address)
        for (place, column, _page), (address, one) in sample.items()
        if not holds(house.auditor.page(address), one)
    }
    assert false == set()


def test_who_may_not_see_persons_gets_their_figures_without_links_and_their_lists_without_cards(
    house: House,
) -> None:
    report = f"/reports/beneficiary-cost?{WIDE}"
    link = re.compile(r"/reports/cost/lines[^\"]*person=\d+")
    [of_one, *_more] = link.findall(house.auditor.get(report).text)
    assert link.search(house.finance.get(report).text) is None
    assert house.auditor.get(unescape(of_one)).status_code == 200
    assert house.finance.get(unescape(of_one)).status_code == 403

    persons = f"/reports/cost/lines?{WIDE}&per=person"
    seen, hidden = (rows_of(who.page(persons)) for who in (house.auditor, house.finance))
    assert [row[1:] for row in seen] == [row[1:] for row in hidden]
    assert {row[0] for row in hidden} == {"hidden"}
    assert "hidden" not in {row[0] for row in seen}


def rows_of(page: Page) -> list[list[str]]:
    """What stands in the body of a page's one table."""
    [body] = page.all("tbody")
    return [[text_of(cell) for cell in row] for row in body]


def test_no_reason_is_given_for_a_report_that_is_not_there() -> None:
    assert {name for name, _of in (*OPENS_NOTHING, *OPENS_OTHERWISE)} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_period_says_so_and_a_turned_one_is_refused(house: House, name: str) -> None:
    house.auditor.page(f"/reports/{name}?{EMPTY}")
    turned = "date_from=2026-04-01&date_to=2026-03-01"
    answer = house.auditor.get(f"/reports/{name}?{turned}")
    assert answer.status_code == 422
    assert "The period must begin before it ends" in answer.text
    refused = house.program.get(f"/api/v1/reports/{name}?{turned}")
    assert refusal_of(refused) == (422, "invalid_period", "date_from")


def test_the_index_leads_to_every_report(house: House) -> None:
    page = house.auditor.page("/reports")
    leads = {link.get("href", ""): text_of(link) for link in page.all("a")}
    assert {f"/reports/{name}" for name in NAMES} <= set(leads)
