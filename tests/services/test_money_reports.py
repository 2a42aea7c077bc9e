"""Cost per person, prices, what is owed, what was undone: exact rows of one posted month."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pharmacy.db import Database
from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.models import Drug
from pharmacy.rules.vocabulary import NoticeCode, ReversalReason, Role, VoucherKind
from pharmacy.services.beneficiary_cost import CostBand, beneficiary_cost
from pharmacy.services.owed_report import Owed, owed_and_unmet
from pharmacy.services.price_change import price_changes
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.safety_reports import CodeCount
from pharmacy.services.undone_report import undone_report
from tests.builders import Pharmacy, open_pharmacy, rows
from tests.conftest import ENGINES, standing_database
from tests.cost_ledger import Ledger, card_of
from tests.posted_month import posted_month

PERIOD = ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 4, 30))
REPORTS: tuple[Callable[..., Any], ...] = (
    beneficiary_cost,
    price_changes,
    owed_and_unmet,
    undone_report,
)


@pytest.fixture(scope="module", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine once for the whole file, which only reads what was posted."""
    return str(request.param)


@pytest.fixture(scope="module")
def house(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pharmacy, Ledger]]:
    folder = tmp_path_factory.mktemp("month")
    with standing_database(engine_name, request, folder) as database:
        pharmacy = open_pharmacy(database)
        yield pharmacy, posted_month(pharmacy)


def asked(
    house: tuple[Pharmacy, Ledger],
    report: Callable[..., Any],
    query: ReportQuery = PERIOD,
    role: Role = Role.AUDITOR,
) -> Any:
    pharmacy, _ledger = house
    with pharmacy.database.reading() as session:
        return report(session, query, actor=pharmacy[role])


def drug_of(database: Database, code: str) -> int:
    [(drug_id,)] = rows(database, Drug.id, code=code)
    return int(drug_id)


def test_persons_are_counted_once_in_the_band_of_what_they_kept(
    house: tuple[Pharmacy, Ledger],
) -> None:
    pharmacy, ledger = house
    found = asked(house, beneficiary_cost)
    # 2000 of C, the woman's two records 900, the man 600, and 600 against the ceiling: all below
    # five hundred pounds.
    assert found.bands == [
        CostBand(0, 4, 4100, 0),
        *(CostBand(place, 0, 0, 0) for place in range(1, 6)),
    ]
    assert [(case.person.lines, case.person.total) for case in found.highest] == [
        (1, 2000),
        (3, 900),
        (1, 600),
        (2, 600),
    ]
    assert found.highest[1].card_number == card_of(pharmacy, ledger.first)
    [reached] = found.ceilings
    assert (reached.month, reached.ceiling, reached.borne) == ("2026-03", 600, 600)
    assert asked(house, beneficiary_cost, replace(PERIOD, top=1)).highest == found.highest[:1]
    hidden = asked(house, beneficiary_cost, role=Role.FINANCE).highest
    assert {case.card_number for case in hidden} == {""}
    of_centre = replace(PERIOD, centre_id=ledger.centre_id)
    assert [band.cost for band in asked(house, beneficiary_cost, of_centre).bands[:1]] == [600]


def test_prices_are_of_a_pack_from_the_first_receipt_to_the_last(
    house: tuple[Pharmacy, Ledger],
) -> None:
    pharmacy, ledger = house
    wide = replace(PERIOD, date_from=date(2026, 1, 1))
    a, c, b = (
        (row.code, row.receipts, row.quantity, row.first, row.last, row.least, row.most, row.change)
        for row in sorted(
            asked(house, price_changes, wide), key=lambda row: ("A", "C", "B").index(row.code)
        )
    )
    assert a == ("A", 2, 400, 10, 15, 10, 15, 5)
    assert b == ("B", 1, 100, 33, 33, 33, 33, 0)
    assert c == ("C", 1, 20, 100, 100, 100, 100, 0)
    [only] = asked(house, price_changes)
    assert (only.drug_id, only.first, only.change) == (ledger.drug_a, 15, 0)
    assert asked(house, price_changes, replace(wide, supplier_id=pharmacy.supplier_id + 1)) == []


def test_what_is_owed_and_what_was_not_there_stand_side_by_side(
    house: tuple[Pharmacy, Ledger],
) -> None:
    pharmacy, _ledger = house
    [row] = asked(house, owed_and_unmet)
    assert row == Owed(
        drug_id=drug_of(pharmacy.database, "C"),
        name_ar="صنف ج",
        name_en="Item C",
        owings=1,
        owed=10,
        times=1,
        unmet=30,
        persons=1,
    )
    assert row.open == 10
    assert asked(house, owed_and_unmet, replace(PERIOD, site_id=pharmacy.site_id + 1)) == []


def test_what_was_undone_names_document_reason_and_amount(house: tuple[Pharmacy, Ledger]) -> None:
    _pharmacy, ledger = house
    found = asked(house, undone_report)
    [row] = found.reversals
    assert (row.voucher_id, row.first_id) == (ledger.reversal, ledger.first)
    assert (row.on, row.first_on) == (date(2026, 4, 10), date(2026, 3, 10))
    assert (row.first_kind, row.reason) == (VoucherKind.DISPENSING, ReversalReason.WRONG_QUANTITY)
    assert row.amount == 1000
    assert found.by_code == [CodeCount(NoticeCode.NOT_YET_DUE, 1)]
    assert [one.count for one in found.by_staff] == [1]
    march = replace(PERIOD, date_to=date(2026, 3, 31))
    assert asked(house, undone_report, march).reversals == []


@pytest.mark.parametrize("report", REPORTS)
def test_only_who_sees_reports_sees_it_and_a_turned_period_is_refused(
    house: tuple[Pharmacy, Ledger], report: Callable[..., Any]
) -> None:
    with pytest.raises(NotPermitted):
        asked(house, report, role=Role.CLERK)
    turned = replace(PERIOD, date_to=date(2026, 2, 1))
    with pytest.raises(InvalidPeriod):
        asked(house, report, turned)
