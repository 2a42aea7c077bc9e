"""The proof page: three roads to one figure, and a difference that stands first."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from pharmacy.errors import FutureDate
from pharmacy.rules.proof import PART_OF, Measure, Part
from pharmacy.rules.vocabulary import Role
from pharmacy.services import proof as service
from pharmacy.services.late_facts import late_facts
from pharmacy.services.proof import Proof
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.stock_movement import SORT_OF, Sort
from pharmacy.services.stock_out import return_to_supplier
from tests.builders import NOW, TODAY, Pharmacy, add_batch, add_drug, snapshot
from tests.cost_ledger import cost_ledger
from tests.services.behind import behind_its_back
from tests.services.stock_papers import out, take_out
from tests.services.verified import faults

MARCH: dict[str, Any] = {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}


def proof(pharmacy: Pharmacy, by: Grouping = Grouping.DRUG, **asked: Any) -> Proof:
    query = ReportQuery(**{**MARCH, "by": (by,), **asked})
    with pharmacy.database.reading() as session:
        return service.proof(session, query, actor=pharmacy[Role.AUDITOR])


def test_what_was_there_and_what_moved_come_to_what_is_there(pharmacy: Pharmacy) -> None:
    ledger = cost_ledger(pharmacy)
    found = proof(pharmacy)
    told = {
        row.key: (row.proven.opening, row.proven.parts, row.proven.closing) for row in found.rows
    }
    assert told == {
        ledger.drug_a: (
            Measure(300, 3_000),
            {Part.DISPENSED: Measure(-120, -1_200)},
            Measure(180, 1_800),
        ),
        ledger.drug_b: (
            Measure(100, 3_333),
            {Part.DISPENSED: Measure(-30, -1_000)},
            Measure(70, 2_333),
        ),
    }
    assert found.total.closing == Measure(250, 4_133)
    assert [(row.posted, row.on_hand) for row in found.ledger] == [(4_133, 4_133)]
    assert found.holds
    april = {"date_from": date(2026, 4, 1), "date_to": date(2026, 4, 30)}
    (row,) = [one for one in proof(pharmacy, **april).rows if one.key == ledger.drug_b]
    assert row.proven.parts == {Part.UNDONE: Measure(30, 1_000)}
    assert row.proven.opening == Measure(70, 2_333)


def test_it_is_proven_by_batch_site_and_fund_alike(pharmacy: Pharmacy) -> None:
    cost_ledger(pharmacy)
    whole = proof(pharmacy).total
    for by in (Grouping.BATCH, Grouping.SITE, Grouping.FUND):
        found = proof(pharmacy, by)
        assert (found.total, found.holds) == (whole, True)
    assert proof(pharmacy, fund_id=pharmacy.fund_id).total == whole
    assert proof(pharmacy, site_id=pharmacy.site_id).ledger == proof(pharmacy).ledger


def test_a_shelf_that_holds_another_figure_differs_and_stands_first(pharmacy: Pharmacy) -> None:
    ledger = cost_ledger(pharmacy)
    query = ReportQuery(**MARCH, by=(Grouping.DRUG,))
    changes = {
        "UPDATE batch SET on_hand = on_hand - 1 WHERE drug_id = :drug": Measure(-1),
        (
            "UPDATE dispensing_line SET cost = cost + 5, state_share = state_share + 5"
            " WHERE drug_id = :drug AND quantity > 0"
        ): Measure(0, 5),
        (
            "UPDATE stock_movement SET value = value + 7 WHERE voucher_id = "
            "(SELECT voucher_id FROM batch WHERE drug_id = :drug)"
        ): Measure(0, -7),
    }
    for change, difference in changes.items():
        with behind_its_back(pharmacy.database) as connection:
            assert connection.execute(text(change), {"drug": ledger.drug_b}).rowcount == 1
            session = Session(connection, join_transaction_mode="create_savepoint")
            found = service.proof(session, query, actor=pharmacy[Role.AUDITOR])
        first = found.rows[0]
        assert (first.key, first.proven.difference, found.holds) == (
            ledger.drug_b,
            difference,
            False,
        )
        assert found.total.difference == difference


def test_goods_of_an_earlier_month_come_today_and_say_so(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 10, 900, now=NOW, fact_on=date(2026, 2, 25))
    add_batch(pharmacy, drug, 10, 100, now=NOW, fact_on=date(2026, 3, 2))
    auditor = pharmacy[Role.AUDITOR]
    with pharmacy.database.reading() as session:
        (late,) = late_facts(session, ReportQuery(**MARCH), actor=auditor)
        elsewhere = late_facts(session, ReportQuery(**MARCH, site_id=99), actor=auditor)
    assert elsewhere == []
    assert (late.voucher.fact_date, late.voucher.business_date) == (date(2026, 2, 25), TODAY)
    assert late.amount == 900
    before = snapshot(pharmacy.database)
    with pytest.raises(FutureDate):
        add_batch(pharmacy, drug, 1, 1, now=NOW, fact_on=TODAY + timedelta(days=1))
    assert snapshot(pharmacy.database) == before
    assert faults(pharmacy.database) == {}


def test_it_sorts_vouchers_as_the_movement_of_the_stock_does() -> None:
    sorts = {kind: list(Sort).index(sort) for kind, sort in SORT_OF.items()}
    assert {kind: list(Part).index(part) for kind, part in PART_OF.items()} == sorts


def test_what_went_back_to_its_supplier_is_a_return(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 10, 1_000)
    to: dict[str, Any] = {"supplier_id": pharmacy.supplier_id, "document_reference": "CN-9"}
    take_out(pharmacy, out((batch, 4), **to), return_to_supplier)
    [row] = proof(pharmacy).rows
    assert row.proven.parts == {Part.RETURNED: Measure(-4, -400)}
