"""Funds and parties on file: who may change them, what is refused, what the log keeps."""

import pytest

from pharmacy.db import Database
from pharmacy.errors import InvalidFund, MissingFact, NotFound, NotPermitted
from pharmacy.models import AuditEvent, Beneficiary, Fund, Supplier
from pharmacy.rules.vocabulary import FundKind, PartyKind, Role
from pharmacy.services.fund import (
    FundFacts,
    add_fund,
    change_fund,
    fund_on_file,
    funds_on_file,
    person_meant,
)
from pharmacy.services.party import PartyFacts, add_party, change_party, parties
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_centre,
    add_condition,
    add_drug,
    open_pharmacy,
    rows,
    snapshot,
)


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
    change(pharmacy, fund, facts(kind=FundKind.ZAKAT, active=False))
    assert rows(pharmacy.database, Fund.kind, Fund.active, id=fund) == [(FundKind.ZAKAT, False)]


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
