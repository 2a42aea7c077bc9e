"""Vouchers of money are for those who answer for money; stock is for all who handle it."""

from dataclasses import dataclass, replace

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Voucher
from pharmacy.rules.vocabulary import ReversalReason, Role, VoucherKind
from pharmacy.services.money_reversal import reverse_money
from tests.builders import NOW, Pharmacy, add_fund, add_site, open_pharmacy, rows, unique
from tests.claims import a_claim
from tests.invoices import give_cash, invoice, pay, receive_goods, record
from tests.services.test_drawer import count
from tests.web.back_office import field_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.people import staff_member
from tests.web.programs import Program, refusal_of

MONEY = frozenset(
    {
        VoucherKind.FUND_RECEIPT,
        VoucherKind.PAYMENT,
        VoucherKind.SUPPLIER_INVOICE,
        VoucherKind.CLAIM,
        VoucherKind.CASH_COUNT,
    }
)
ANSWERING = (Role.FINANCE, Role.MANAGER, Role.AUDITOR)
HANDLING = (Role.PHARMACIST, Role.STORE_KEEPER, Role.COMMITTEE)


@dataclass(frozen=True)
class Posted:
    """A pharmacy with vouchers of every kind of money, and of stock."""

    pharmacy: Pharmacy
    money: tuple[int, ...]
    """Vouchers of money and what undid one of them, without counts of the drawer."""
    count: int
    stock: tuple[int, ...]

    @property
    def elsewhere(self) -> Pharmacy:
        """The same pharmacy as those of another site come to it."""
        return replace(self.pharmacy, site_id=add_site(self.pharmacy.database))


@pytest.fixture
def posted(database: Database) -> Posted:
    pharmacy = open_pharmacy(database)
    a_claim(pharmacy)
    goods = receive_goods(pharmacy, 1_000_00)
    given = give_cash(pharmacy, 5_000_00)
    owed = record(pharmacy, invoice(pharmacy, 1_000_07, goods, reason="نقل"))
    paid = pay(pharmacy, (owed, 1_00))
    counted = count(pharmacy, {20_00: 1}, reason="فكة")
    with database.transaction() as session:
        reverse_money(
            session,
            paid,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )
    kinds = {row[0]: row for row in rows(database, Voucher.id, Voucher.kind, Voucher.reverses_id)}
    of_money = {
        number
        for number, kind, undoes in kinds.values()
        if (kinds[undoes][1] if undoes else kind) in MONEY - {VoucherKind.CASH_COUNT}
    }
    assert {kinds[number][1] for number in of_money} == {
        *MONEY - {VoucherKind.CASH_COUNT},
        VoucherKind.REVERSAL,
    }
    assert given in of_money
    stock = tuple(sorted(set(kinds) - of_money - {counted}))
    return Posted(pharmacy, tuple(sorted(of_money)), counted, stock)


def listed(client: InspectingClient, query: str = "") -> list[int]:
    """The vouchers of the list, by the addresses that its rows open."""
    page = client.page(f"/vouchers{query}")
    opened = [link.get("href", "") for link in page.all("a")]
    return sorted({int(at.rpartition("/")[2]) for at in opened if at.startswith("/stock/v/")})


@pytest.mark.parametrize("role", HANDLING)
def test_who_handles_stock_finds_no_voucher_of_money_by_list_address_or_paper(
    app: Flask, posted: Posted, role: Role
) -> None:
    client = visiting(app, posted.elsewhere)(role)
    own = {posted.count} if role is Role.PHARMACIST else set[int]()
    assert listed(client) == [*posted.stock]
    for kind in MONEY:
        assert listed(client, f"?kind={kind}") == []
    for voucher in (*posted.money, posted.count):
        client.page(f"/stock/v/{voucher}", status=404)
        client.page(f"/stock/v/{voucher}/permit", status=404)
    for voucher in posted.stock:
        client.page(f"/stock/v/{voucher}")
    offered = {one.get("value") for one in field_of(client.page("/vouchers"), "kind")}
    assert offered & MONEY == ({VoucherKind.CASH_COUNT} if own else set())


def test_a_pharmacist_sees_the_counts_of_their_own_drawer_and_nothing_else_of_money(
    app: Flask, posted: Posted
) -> None:
    client = visiting(app, posted.pharmacy)(Role.PHARMACIST)
    assert listed(client) == sorted({*posted.stock, posted.count})
    assert listed(client, "?kind=cash_count") == [posted.count]
    client.page(f"/stock/v/{posted.count}")
    client.page(f"/drawer/counts/{posted.count}")
    for voucher in posted.money:
        client.page(f"/stock/v/{voucher}", status=404)


@pytest.mark.parametrize("role", ANSWERING)
def test_who_answers_for_money_sees_all(app: Flask, posted: Posted, role: Role) -> None:
    client = visiting(app, posted.pharmacy)(role)
    every = sorted({*posted.stock, posted.count, *posted.money})
    assert listed(client) == every
    for voucher in every:
        client.page(f"/stock/v/{voucher}")


def test_no_keeper_of_stock_opens_the_undoing_of_a_voucher_of_money(
    app: Flask, posted: Posted
) -> None:
    client = visiting(app, posted.pharmacy)(Role.STORE_KEEPER)
    for voucher in (*posted.money, posted.count):
        client.page(f"/stock/v/{voucher}/reverse", status=404)


def test_no_program_reads_what_undid_a_payment_by_the_rights_of_a_committee(
    app: Flask, posted: Posted
) -> None:
    database = posted.pharmacy.database
    undoing = posted.money[-1]
    asked = f"/api/v1/reversals/{undoing}"
    committee = Program(app, database, staff_member(database, Role.COMMITTEE))
    assert refusal_of(committee.get(asked))[0] == 404
    auditor = Program(app, database, staff_member(database, Role.AUDITOR))
    assert auditor.get(asked).status_code == 200


def test_the_list_of_a_fund_holds_what_moved_its_stock_and_what_moved_its_money(
    app: Flask, posted: Posted
) -> None:
    pharmacy = posted.pharmacy
    other = add_fund(pharmacy.database)
    finance = visiting(app, pharmacy)(Role.FINANCE)
    every = sorted({*posted.stock, posted.count, *posted.money})
    assert listed(finance, f"?fund={pharmacy.fund_id}") == every
    assert listed(finance, f"?fund={other}") == []
    page = finance.page(f"/vouchers?fund={pharmacy.fund_id}&kind=payment")
    [row] = table_rows(page, "Vouchers")
    assert (row[1], row[-1]) == ("Payment", "-1.00")
