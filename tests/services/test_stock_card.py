"""The stock card: movements in order, a running balance, from whom and to whom."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.errors import InvalidPeriod
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services import stock_card
from pharmacy.services.stock_card import Balance, CardQuery, CardRow
from tests.builders import Pharmacy
from tests.cost_ledger import FROM, TO, Ledger, cost_ledger


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def card(pharmacy: Pharmacy, query: CardQuery) -> tuple[Balance, list[CardRow]]:
    with pharmacy.database.reading() as session:
        return stock_card.card(session, query)


def query_of(drug_id: int, **changes: date | int) -> CardQuery:
    return replace(CardQuery(drug_id=drug_id, date_from=FROM, date_to=TO), **changes)


def test_it_carries_the_balance_of_units_and_of_money(pharmacy: Pharmacy, ledger: Ledger) -> None:
    opening, rows = card(pharmacy, query_of(ledger.drug_b))
    assert opening == Balance(100, 3333)
    assert [(row.on, row.quantity, row.balance, row.value_balance) for row in rows] == [
        (date(2026, 3, 10), -30, 70, 2333),
        (date(2026, 4, 10), 30, 100, 3333),
    ]


def test_it_tells_receipts_issues_and_adjustments_apart(pharmacy: Pharmacy, ledger: Ledger) -> None:
    _opening, rows = card(pharmacy, query_of(ledger.drug_b, date_from=date(2026, 2, 1)))
    assert [(row.kind, row.received, row.issued, row.adjusted) for row in rows] == [
        (VoucherKind.GOODS_RECEIPT, 100, 0, 0),
        (VoucherKind.DISPENSING, 0, 30, 0),
        (VoucherKind.REVERSAL, 0, 0, 30),
    ]


def test_it_names_supplier_request_and_the_voucher_undone(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    _opening, rows = card(pharmacy, query_of(ledger.drug_b, date_from=date(2026, 2, 1)))
    receipt, issue, reversal = rows
    assert receipt.supplier.startswith("شركة")
    assert receipt.document_reference == "INV-1"
    assert issue.request_number == reversal.request_number == "2026-000001"
    assert reversal.reversed_number == issue.number
    assert reversal.reversal_reason is ReversalReason.WRONG_QUANTITY


def test_it_begins_with_what_was_there_before_the_period(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    opening, rows = card(pharmacy, query_of(ledger.drug_b, date_from=date(2026, 4, 1)))
    assert opening == Balance(70, 2333)
    assert [row.balance for row in rows] == [100]


def test_a_later_page_carries_the_balance_on(pharmacy: Pharmacy, ledger: Ledger) -> None:
    query = query_of(ledger.drug_a)
    with pharmacy.database.reading() as session:
        opening = stock_card.balance(session, query, before=query.date_from)
        statement = stock_card.movements(query, opening).limit(1).offset(2)
        [row] = [stock_card.card_row(row) for row in session.execute(statement)]
    assert (row.quantity, row.balance, row.value_balance) == (-30, 180, 1800)


def test_it_keeps_to_one_site(pharmacy: Pharmacy, ledger: Ledger) -> None:
    here = card(pharmacy, query_of(ledger.drug_a, site_id=pharmacy.site_id))
    assert here == card(pharmacy, query_of(ledger.drug_a))
    elsewhere = card(pharmacy, query_of(ledger.drug_a, site_id=pharmacy.site_id + 1))
    assert elsewhere == (Balance(0, 0), [])


def test_it_refuses_a_period_that_ends_before_it_begins(pharmacy: Pharmacy) -> None:
    with pytest.raises(InvalidPeriod):
        card(pharmacy, query_of(1, date_from=TO, date_to=FROM))
