"""Beneficiaries: no doubles, corrections on record, merges that keep both histories, looks."""

from dataclasses import replace
from typing import Any

import pytest

from pharmacy.errors import (
    BeneficiaryInactive,
    IdentityTaken,
    InvalidNationalId,
    InvalidPhone,
    MergeRefused,
    MissingFact,
    NotFound,
    NotPermitted,
    PharmacyError,
    PossibleDuplicate,
)
from pharmacy.models import (
    AccessEvent,
    AuditEvent,
    Beneficiary,
    BeneficiaryAllergy,
    BeneficiaryStatus,
    DispensingLine,
)
from pharmacy.rules.gs1 import InHousePrefix, parse_in_house
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Role, Sex
from pharmacy.services import beneficiary
from pharmacy.services.beneficiary import Person
from pharmacy.services.beneficiary_looks import reveal, view_file
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_condition,
    add_drug,
    approve_request,
    hand_out,
    item,
    order,
    person,
    rows,
    snapshot,
)


def register(pharmacy: Pharmacy, who: Person, *, known_different: bool = False) -> int:
    with pharmacy.database.transaction() as session:
        return beneficiary.register(
            session, who, known_different=known_different, actor=pharmacy[Role.CLERK], now=NOW
        )


def refused(pharmacy: Pharmacy, refusal: type[PharmacyError], who: Person) -> dict[str, object]:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        register(pharmacy, who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def test_a_person_is_read_from_the_national_id(pharmacy: Pharmacy) -> None:
    condition = add_condition(pharmacy.database)
    who = person(
        given_name=" فَاطِمَة ",
        identity_number="٢٨٥٠٣٠٧١٨٠١٢٤١",
        phone="٠١٠ ١٢٣٤ ٥٦٧٨",
        allergies=((AllergyKind.INGREDIENT, "Ibuprofen"), (AllergyKind.CLASS, " j01c ")),
        condition_ids=frozenset({condition}),
    )
    found = register(pharmacy, who)
    database = pharmacy.database
    ((card, folded, number, born, sex, phone),) = rows(
        database,
        Beneficiary.card_number,
        Beneficiary.folded_name,
        Beneficiary.identity_number,
        Beneficiary.birth_date,
        Beneficiary.sex,
        Beneficiary.phone,
        id=found,
    )
    code = parse_in_house(card)
    assert code is not None
    assert code.prefix is InHousePrefix.CARD
    assert folded.startswith("فاطمه محمد")
    assert (number, born.isoformat(), sex) == ("28503071801241", "1985-03-07", Sex.FEMALE)
    assert phone == "+201012345678"
    allergies = rows(database, BeneficiaryAllergy.kind, BeneficiaryAllergy.code)
    assert allergies == [(AllergyKind.CLASS, "J01C"), (AllergyKind.INGREDIENT, "ibuprofen")]
    assert rows(database, AuditEvent.action, noun="beneficiary") == [("register",)]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"given_name": " "}, MissingFact),
        ({"family_name": ""}, MissingFact),
        ({"identity_number": "29913451801241"}, InvalidNationalId),
        ({"phone": "12"}, InvalidPhone),
        ({"identity_kind": IdentityKind.PASSPORT, "identity_number": ""}, MissingFact),
        ({"identity_kind": IdentityKind.PASSPORT, "identity_number": "A1"}, MissingFact),
    ],
)
def test_a_form_with_a_fault_records_nobody(
    pharmacy: Pharmacy, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    refused(pharmacy, refusal, replace(person(), **facts))


def test_a_second_record_of_the_same_identity_is_refused(pharmacy: Pharmacy) -> None:
    first = person()
    found = register(pharmacy, first)
    again = person(identity_number=first.identity_number)
    assert refused(pharmacy, IdentityTaken, again) == {"beneficiary_id": found}


def test_a_likely_double_is_shown_first_and_may_be_another_person(pharmacy: Pharmacy) -> None:
    first = register(pharmacy, person(given_name="أحمد", phone="01012345678", markaz="دمنهور"))
    same_phone = person(phone="+20 10 1234 5678")
    facts = refused(pharmacy, PossibleDuplicate, same_phone)
    assert facts == {"beneficiary_ids": (first,), "matched_by": "phone"}
    # Another spelling of the same name in the same place.
    same_name = person(given_name="احمد", markaz="دمنهور")
    facts = refused(pharmacy, PossibleDuplicate, same_name)
    assert facts == {"beneficiary_ids": (first,), "matched_by": "name"}
    register(pharmacy, same_name, known_different=True)


def test_a_correction_says_what_was_and_what_is(pharmacy: Pharmacy) -> None:
    who = person(phone="01012345678")
    found = register(pharmacy, who)
    with pharmacy.database.transaction() as session:
        clerk = pharmacy[Role.CLERK]
        changed = replace(who, phone="01112345678")
        beneficiary.correct(session, found, changed, actor=clerk, now=NOW)
    (_, event) = rows(pharmacy.database, AuditEvent.before, AuditEvent.after, noun="beneficiary")
    assert event == ({"phone": "+201012345678"}, {"phone": "+201112345678"})


def merge(pharmacy: Pharmacy, double: int, kept: int, **who: Any) -> None:
    with pharmacy.database.transaction() as session:
        actor = who.get("actor", pharmacy[Role.MANAGER])
        reason = who.get("reason", "نفس الشخص")
        beneficiary.merge(session, double, kept, reason=reason, actor=actor, now=NOW)


def test_a_merge_keeps_both_histories(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    people = [add_beneficiary(pharmacy) for _ in range(3)]
    for one in people:
        hand_out(pharmacy, order(approve_request(pharmacy, item(drug), beneficiary_id=one), 30))
    oldest, double, kept = people
    merge(pharmacy, oldest, double)
    merge(pharmacy, double, kept)
    of_line = rows(pharmacy.database, DispensingLine.beneficiary_id)
    assert of_line == [(oldest,), (double,), (kept,)]
    assert rows(pharmacy.database, Beneficiary.status, Beneficiary.merged_into_id) == [
        (BeneficiaryStatus.MERGED, kept),
        (BeneficiaryStatus.MERGED, kept),
        (BeneficiaryStatus.ACTIVE, None),
    ]
    with pharmacy.database.reading() as session:
        assert beneficiary.same_person_ids(session, kept) == (oldest, double, kept)
        with pytest.raises(BeneficiaryInactive):
            beneficiary.get_active(session, double)


def test_a_merge_that_makes_no_sense(pharmacy: Pharmacy) -> None:
    one, other = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    merge(pharmacy, one, other)
    before = snapshot(pharmacy.database)
    for double, kept in ((other, other), (one, other), (other, one), (other, 404)):
        with pytest.raises(MergeRefused):
            merge(pharmacy, double, kept)
    third = add_beneficiary(pharmacy)
    with pytest.raises(MissingFact):
        merge(pharmacy, third, other, reason=" ")
    with pytest.raises(NotPermitted):
        merge(pharmacy, third, other, actor=pharmacy[Role.CLERK])
    assert len(rows(pharmacy.database, AuditEvent.id, action="merge")) == 1
    assert len(before["beneficiary"]) == 2


def test_the_identity_of_a_merged_record_is_free_for_the_one_that_goes_on(
    pharmacy: Pharmacy,
) -> None:
    first = person()
    double = register(pharmacy, first)
    kept = add_beneficiary(pharmacy)
    merge(pharmacy, double, kept)
    register(pharmacy, replace(first, given_name="سعاد"))


def test_revealing_a_number_is_written_down_with_its_reason(pharmacy: Pharmacy) -> None:
    who = person(phone="01012345678")
    found = register(pharmacy, who)
    clerk = pharmacy[Role.CLERK]
    with pharmacy.database.transaction() as session:
        shown = reveal(
            session, found, reason="اتصال بالمريض", address="10.0.0.7", actor=clerk, now=NOW
        )
    assert shown == (who.identity_number, "+201012345678")
    assert rows(
        pharmacy.database,
        AccessEvent.staff_id,
        AccessEvent.beneficiary_id,
        AccessEvent.action,
        AccessEvent.reason,
        AccessEvent.address,
    ) == [(clerk.staff_id, found, "reveal", "اتصال بالمريض", "10.0.0.7")]


def test_nothing_is_revealed_without_reason_or_right(pharmacy: Pharmacy) -> None:
    found = add_beneficiary(pharmacy)
    before = snapshot(pharmacy.database)
    cases = (
        (Role.CLERK, " ", MissingFact, found),
        (Role.FINANCE, "سبب", NotPermitted, found),
        (Role.AUDITOR, "سبب", NotPermitted, found),
        (Role.CLERK, "سبب", NotFound, 404),
    )
    for role, reason, refusal, one in cases:
        with pytest.raises(refusal), pharmacy.database.transaction() as session:
            reveal(session, one, reason=reason, actor=pharmacy[role], now=NOW)
    assert snapshot(pharmacy.database) == before


def test_opening_a_file_is_written_down(pharmacy: Pharmacy) -> None:
    found = add_beneficiary(pharmacy)
    with pharmacy.database.transaction() as session:
        view_file(session, found, actor=pharmacy[Role.AUDITOR], now=NOW)
    assert rows(pharmacy.database, AccessEvent.action, AccessEvent.beneficiary_id) == [
        ("view", found)
    ]


@pytest.mark.parametrize(
    "text", ["فاطمه محم", "فاطمة", "السيد فاطمة", "1012345678", "010 1234 5678", "٠١٠١٢٣٤٥٦٧٨"]
)
def test_a_person_is_found_by_words_or_numbers(pharmacy: Pharmacy, text: str) -> None:
    found = register(pharmacy, person(given_name="فاطمة", phone="01012345678"))
    register(pharmacy, person(given_name="سعاد"), known_different=True)
    with pharmacy.database.reading() as session:
        people = beneficiary.search(session, text, actor=pharmacy[Role.CLERK])
        assert [one.id for one in people] == [found]
        assert beneficiary.search(session, "فا", actor=pharmacy[Role.CLERK]) == []
        assert beneficiary.search(session, "%%%", actor=pharmacy[Role.CLERK]) == []
