"""Funds and parties on file: who may change them, what is refused, what the log keeps."""

from dataclasses import replace

import pytest

from pharmacy.db import Database
from pharmacy.errors import FundInUse, InvalidFund, MissingFact, NotFound, NotPermitted
from pharmacy.models import AuditEvent, Batch, Beneficiary, Fund, Supplier
from pharmacy.rules.vocabulary import FundKind, PartyKind, Role
from pharmacy.services.fund import (
    FundFacts,
    add_fund,
    change_fund,
    fund_on_file,
    funds_on_file,
    person_meant,
)
from pharmacy.services.money import receive_money
from pharmacy.services.party import PartyFacts, add_party, change_party, parties
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_centre,
    add_condition,
    add_drug,
    add_row,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    snapshot,
    unique,
)
from tests.invoices import invoice, pay, record, send_back
from tests.treasury import add_office, money


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


def facts(**given: object) -> FundFacts:
    known = {"code": "onco-2", "kind": FundKind.CIVIL_SOCIETY, "name_ar": "تبرع الأورام"}
    return FundFacts(**{**known, **given})  # type: ignore[arg-type]


def add(pharmacy: Pharmacy, given: FundFacts, role: Role = Role.FINANCE) -> int:
    with pharmacy.database.transaction() as session:
        return add_fund(session, given, actor=pharmacy[role], now=NOW)


def change(pharmacy: Pharmacy, fund_id: int, given: FundFacts) -> None:
    with pharmacy.database.transaction() as session:
        change_fund(session, fund_id, given, actor=pharmacy[Role.FINANCE], now=NOW)


def test_a_fund_that_names_whom_it_is_for_is_restricted(pharmacy: Pharmacy) -> None:
    disease, centre = add_condition(pharmacy.database), add_centre(pharmacy.database)
    person = add_beneficiary(pharmacy)
    fund = add(pharmacy, facts(condition_id=disease, beneficiary_id=person, centre_id=centre))
    plain = add(pharmacy, facts(code="PLAIN"))
    with pharmacy.database.reading() as session:
        found = fund_on_file(session, fund, actor=pharmacy[Role.AUDITOR])
        assert (found.fund.code, found.fund.name_en) == ("ONCO-2", "تبرع الأورام")
        assert found.condition is not None
        assert found.person is not None
        assert found.centre is not None
        assert (found.condition.id, found.person.id, found.centre.id) == (disease, person, centre)
        assert [
            (one.fund.id, one.fund.restricted)
            for one in funds_on_file(session, actor=pharmacy[Role.MANAGER])
        ] == [(pharmacy.fund_id, False), (fund, True), (plain, False)]
        with pytest.raises(NotFound):
            fund_on_file(session, 999, actor=pharmacy[Role.AUDITOR])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "زكاة"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "taken"}, "code_taken"),
        ({"name_ar": " "}, "name_ar"),
    ],
)
def test_what_does_not_hold_is_refused(
    pharmacy: Pharmacy, given: dict[str, object], reason: str
) -> None:
    add(pharmacy, facts(code="TAKEN"))
    before = snapshot(pharmacy.database)
    with pytest.raises(InvalidFund) as refused:
        add(pharmacy, facts(**given))
    assert refused.value.reason == reason
    with pytest.raises(NotFound):
        add(pharmacy, facts(centre_id=999))
    with pytest.raises(NotPermitted):
        add(pharmacy, facts(), Role.MANAGER)
    assert snapshot(pharmacy.database) == before


def test_a_change_is_written_down_and_leaves_the_kind_of_what_was_posted(
    pharmacy: Pharmacy,
) -> None:
    fund = add(pharmacy, facts())
    change(pharmacy, fund, facts(kind=FundKind.ZAKAT, name_en="Oncology"))
    change(pharmacy, fund, facts(kind=FundKind.ZAKAT, name_en="Oncology"))
    events = rows(pharmacy.database, AuditEvent.action, AuditEvent.after, noun="fund")
    assert [row[0] for row in events] == ["add", "change"]
    assert events[1][1] == {"kind": "zakat", "name_en": "Oncology"}
    add_batch(pharmacy, add_drug(pharmacy), 10, 100, fund_id=fund)
    with pytest.raises(InvalidFund) as refused:
        change(pharmacy, fund, facts())
    assert refused.value.reason == "kind"
    change(pharmacy, fund, facts(kind=FundKind.ZAKAT, name_en="Cancer"))
    assert rows(pharmacy.database, Fund.kind, Fund.active, id=fund) == [(FundKind.ZAKAT, True)]


def test_a_fund_that_holds_or_owes_something_is_not_switched_off(pharmacy: Pharmacy) -> None:
    """Goods of 100 on credit, half given for a share of 25; of 40 in cash 15 is paid."""
    add_office(pharmacy.database)
    fund = add(pharmacy, facts(kind=FundKind.CASH_GIFT))
    off = facts(kind=FundKind.CASH_GIFT, active=False)
    change(pharmacy, fund, off)
    change(pharmacy, fund, facts(kind=FundKind.CASH_GIFT))
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 10, 100_00, fund_id=fund)
    [(goods,)] = rows(pharmacy.database, Batch.voucher_id, id=batch)
    approved = approve_request(pharmacy, item(drug, 5), citizen_basis_points=5000)
    hand_out(pharmacy, order(approved, 5))
    with pharmacy.database.transaction() as session:
        given = money(pharmacy, 40_00, fund_id=fund)
        receive_money(session, given, actor=pharmacy[Role.FINANCE], now=NOW)
    owed = record(pharmacy, invoice(pharmacy, 100_00, goods))
    pay(pharmacy, (owed, 15_00))
    before = snapshot(pharmacy.database)
    with pytest.raises(FundInUse) as refused:
        change(pharmacy, fund, off)
    assert refused.value.holds == (
        ("cash", 25_00),
        ("owed", 85_00),
        ("stock", 50_00),
        ("drawer", 25_00),
    )
    assert snapshot(pharmacy.database) == before
    # Its other facts may change all the while, and its invoice is paid.
    change(pharmacy, fund, facts(kind=FundKind.CASH_GIFT, name_en="Hope"))
    pay(pharmacy, (owed, 25_00))
    with pytest.raises(FundInUse) as refused:
        change(pharmacy, fund, off)
    assert refused.value.holds == (("owed", 60_00), ("stock", 50_00), ("drawer", 25_00))


def test_what_one_supplier_owes_does_not_hide_what_another_is_owed(pharmacy: Pharmacy) -> None:
    add_office(pharmacy.database)
    fund = add(pharmacy, facts())
    other = add_row(pharmacy.database, Supplier(name=unique("شركة")))
    with pharmacy.database.transaction() as session:
        given = money(pharmacy, 100_00, fund_id=fund)
        receive_money(session, given, actor=pharmacy[Role.FINANCE], now=NOW)
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 10, 100_00, fund_id=fund)
    [(goods,)] = rows(pharmacy.database, Batch.voucher_id, id=batch)
    pay(pharmacy, (record(pharmacy, invoice(pharmacy, 100_00, goods)), 100_00))
    send_back(pharmacy, batch, 10)
    theirs = replace(pharmacy, fund_id=fund, supplier_id=other)
    add_batch(theirs, drug, 10, 100_00, fund_id=fund)
    with pytest.raises(FundInUse) as refused:
        change(pharmacy, fund, facts(active=False))
    assert refused.value.holds == (("owed", 100_00), ("stock", 100_00), ("credit", 100_00))


def test_the_person_meant_is_found_by_card_or_identity(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)
    ((card, identity),) = rows(
        pharmacy.database, Beneficiary.card_number, Beneficiary.identity_number
    )
    with pharmacy.database.reading() as session:
        assert {person_meant(session, card), person_meant(session, identity)} == {person}
        with pytest.raises(InvalidFund):
            person_meant(session, "12345")


def test_parties_are_kept_by_finance_and_stand_on_file_once(pharmacy: Pharmacy) -> None:
    finance, made = pharmacy[Role.FINANCE], PartyFacts(name="جمعية الخير", kind=PartyKind.DONOR)
    with pharmacy.database.transaction() as session:
        donor = add_party(session, made, actor=finance, now=NOW)
        with pytest.raises(InvalidFund) as refused:
            add_party(session, made, actor=finance, now=NOW)
        assert refused.value.reason == "name_taken"
        with pytest.raises(MissingFact):
            add_party(session, PartyFacts(name="", kind=PartyKind.DONOR), actor=finance, now=NOW)
        with pytest.raises(NotPermitted):
            add_party(session, made, actor=pharmacy.keeper, now=NOW)
    with pharmacy.database.transaction() as session:
        changed = PartyFacts(name="جمعية الخير", kind=PartyKind.DONOR, phone="0453300000")
        change_party(session, donor, changed, actor=finance, now=NOW)
        assert [row.id for row in parties(session, PartyKind.DONOR)] == [donor]
        with pytest.raises(NotFound):
            change_party(session, 999, changed, actor=finance, now=NOW)
    assert rows(pharmacy.database, Supplier.phone, id=donor) == [("0453300000",)]
