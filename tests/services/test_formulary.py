"""The formulary and the settings: one code, one drug; every change on record."""

from dataclasses import replace
from typing import Any

import pytest

from pharmacy.errors import (
    DrugCodeTaken,
    InvalidNumber,
    MissingFact,
    NotFound,
    NotPermitted,
    PharmacyError,
    UnreadableBarcode,
)
from pharmacy.models import AuditEvent, Drug, DrugGtin, Setting
from pharmacy.rules.vocabulary import Role, UnitOfIssue
from pharmacy.services.formulary import (
    DrugFacts,
    find_by_gtin,
    save_drug,
    search_drugs,
)
from pharmacy.services.settings import all_settings, change_setting, whole_setting
from tests.builders import NOW, Pharmacy, rows, snapshot

METFORMIN = DrugFacts(
    code="D-1",
    name_ar="جلوكوفاج ٥٠٠",
    name_en="Glucophage 500",
    inn="Metformin HCl",
    strength="500 mg",
    unit=UnitOfIssue.TABLET,
    pack_size=50,
    atc="A10BA02",
    gtins=frozenset({"06221234567891"}),
)


def save(pharmacy: Pharmacy, facts: DrugFacts, drug_id: int | None = None, **who: Any) -> int:
    with pharmacy.database.transaction() as session:
        actor = who.get("actor", pharmacy.pharmacist)
        return save_drug(session, facts, drug_id=drug_id, actor=actor, now=NOW)


def refused(
    pharmacy: Pharmacy, refusal: type[PharmacyError], facts: DrugFacts, **who: Any
) -> dict[str, object]:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        save(pharmacy, facts, **who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def test_a_drug_is_kept_with_its_folded_names_and_ingredients(pharmacy: Pharmacy) -> None:
    drug = save(pharmacy, replace(METFORMIN, inn="Sitagliptin + Metformin HCl"))
    ((keys, folded),) = rows(pharmacy.database, Drug.ingredient_keys, Drug.folded_name, id=drug)
    assert keys == "metformin+sitagliptin"
    assert "جلوكوفاج 500" in folded
    assert rows(pharmacy.database, DrugGtin.gtin) == [("06221234567891",)]
    with pharmacy.database.reading() as session:
        assert [found.id for found in search_drugs(session, "جلوكوفاج ٥٠٠")] == [drug]
        assert [found.id for found in search_drugs(session, "glucoph metf")] == [drug]
        found = find_by_gtin(session, "06221234567891")
        assert found is not None
        assert found.id == drug


def test_a_correction_is_on_record_with_before_and_after(pharmacy: Pharmacy) -> None:
    drug = save(pharmacy, METFORMIN)
    save(pharmacy, replace(METFORMIN, pack_size=30, active=False), drug)
    (_, event) = rows(pharmacy.database, AuditEvent.before, AuditEvent.after, noun="drug")
    assert event == ({"active": True, "pack_size": 50}, {"active": False, "pack_size": 30})
    with pharmacy.database.reading() as session:
        assert search_drugs(session, "glucophage") == []
        assert len(search_drugs(session, "glucophage", active_only=False)) == 1


def test_a_drug_that_cannot_be_saved(pharmacy: Pharmacy) -> None:
    save(pharmacy, METFORMIN)
    other = replace(METFORMIN, code="D-2", gtins=frozenset())
    assert refused(pharmacy, DrugCodeTaken, replace(other, code="D-1")) == {"key": "D-1"}
    taken = replace(other, gtins=METFORMIN.gtins)
    assert refused(pharmacy, DrugCodeTaken, taken) == {"key": "06221234567891"}
    wrong = replace(other, gtins=frozenset({"06221234567892"}))
    assert refused(pharmacy, UnreadableBarcode, wrong)["reason"] == "check_digit"
    refused(pharmacy, MissingFact, replace(other, name_ar=" "))
    refused(pharmacy, MissingFact, replace(other, controlled_schedule="1"))
    refused(pharmacy, NotPermitted, other, actor=pharmacy[Role.CLERK])
    with pytest.raises(NotFound):
        save(pharmacy, other, 404)


def change(pharmacy: Pharmacy, name: str, value: str, role: Role = Role.ADMINISTRATOR) -> None:
    with pharmacy.database.transaction() as session:
        change_setting(session, name, value, actor=pharmacy[role], now=NOW)


def test_a_setting_has_a_default_until_somebody_changes_it(pharmacy: Pharmacy) -> None:
    with pharmacy.database.reading() as session:
        assert whole_setting(session, "early_refill_percent") == 80
    change(pharmacy, "early_refill_percent", " ٩٠ ")
    with pharmacy.database.reading() as session:
        assert whole_setting(session, "early_refill_percent") == 90
        assert all_settings(session)["early_refill_percent"] == "90"
    (event,) = rows(pharmacy.database, AuditEvent.before, AuditEvent.after, noun="setting")
    assert event == ({"value": "80"}, {"value": "90"})


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("early_refill_percent", "101", InvalidNumber),
        ("early_refill_percent", "x", InvalidNumber),
        ("paper_digits", "roman", MissingFact),
        ("hotline", " ", MissingFact),
        ("colour", "red", NotFound),
    ],
)
def test_a_setting_keeps_its_bounds(
    pharmacy: Pharmacy, name: str, value: str, refusal: type[PharmacyError]
) -> None:
    with pytest.raises(refusal):
        change(pharmacy, name, value)
    assert rows(pharmacy.database, Setting.name) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_the_administrator_changes_settings(pharmacy: Pharmacy, role: Role) -> None:
    with pytest.raises(NotPermitted):
        change(pharmacy, "hotline", "16528", role)
