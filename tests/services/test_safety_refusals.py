"""Safety through the whole of a dispensing: what stands, what is only said, that nothing moved."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pharmacy.errors import NoticesStand
from pharmacy.models import Batch, DispensingCare, NoticeOverride, Voucher
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import (
    AllergyKind,
    ControlledLaw,
    IdentityKind,
    NoticeCode,
    PregnancyRisk,
    ReversalReason,
    Role,
    Severity,
    Sex,
)
from pharmacy.services.dispensing_order import Care, Override, ScannedPack
from pharmacy.services.reversal import reverse
from pharmacy.services.settings import change_setting
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    unique,
)
from tests.services.refusing import notices, refused

GOOD = Care(
    prescriber="د. هالة عبد الرازق",
    prescription_number="A-17",
    prescription_date=TODAY,
    prescription_kept=True,
)


def stocked(pharmacy: Pharmacy, **facts: Any) -> int:
    drug = add_drug(pharmacy, **facts)
    add_batch(pharmacy, drug, 1_000, 10_000)
    return drug


def approved_for(pharmacy: Pharmacy, *drugs: int, **facts: Any) -> Approved:
    return approve_request(pharmacy, *(item(drug, 30, issues=3) for drug in drugs), **facts)


def facts_of(refusal: NoticesStand) -> dict[str, object]:
    (notice,) = refusal.notices
    assert isinstance(notice, Notice)
    return dict(notice.facts)


def shown(pharmacy: Pharmacy) -> list[tuple[Any, ...]]:
    """(code, severity, facts) of what was said at dispensings that happened."""
    found = rows(
        pharmacy.database, NoticeOverride.code, NoticeOverride.severity, NoticeOverride.facts
    )
    return [(code.value, severity.value, facts) for code, severity, facts in found]


def setting(pharmacy: Pharmacy, name: str, value: str) -> None:
    with pharmacy.database.transaction() as session:
        change_setting(session, name, value, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)


def mother(pharmacy: Pharmacy, **facts: Any) -> int:
    known = {
        "identity_kind": IdentityKind.PASSPORT,
        "identity_number": unique("A"),
        "birth_date": date(1995, 5, 1),
        "sex": Sex.FEMALE,
    }
    return add_beneficiary(pharmacy, **{**known, **facts})


# --- two medicines -------------------------------------------------------------------------------


def test_a_combination_beside_its_ingredient(pharmacy: Pharmacy) -> None:
    plain = stocked(pharmacy, inn="metformin", name_ar="جلوكوفاج")
    mixed = stocked(pharmacy, inn="metformin + sitagliptin", name_ar="جانوميت")
    both = approved_for(pharmacy, plain, mixed)
    refusal = refused(pharmacy, NoticesStand, order(both, 30, 30))
    assert notices(refusal) == [(NoticeCode.COMBINATION_TWICE, Severity.BLOCK, 2)]
    assert facts_of(refusal) == {
        "drug": "جانوميت",
        "other": "جلوكوفاج",
        "ingredient": "metformin",
        "combination": "جانوميت",
    }
    hand_out(pharmacy, order(both, 0, 30))
    refusal = refused(pharmacy, NoticesStand, order(both, 30), days=2)
    assert notices(refusal) == [(NoticeCode.COMBINATION_IN_HAND, Severity.BLOCK, 1)]
    assert facts_of(refusal)["until"] == TODAY + timedelta(days=29)


def test_two_of_one_class_are_said_and_not_refused(pharmacy: Pharmacy) -> None:
    one = stocked(pharmacy, inn="captopril", atc="C09AA01", name_ar="كابتوبريل")
    other = stocked(pharmacy, inn="enalapril", atc="C09AA02", name_ar="إنالابريل")
    both = approved_for(pharmacy, one, other)
    hand_out(pharmacy, order(both, 30, 30))
    home = {"drug": "إنالابريل", "other": "كابتوبريل", "atc_class": "C09AA", "line": 2}
    assert shown(pharmacy) == [("same_class_twice", "warn", home)]
    again = approved_for(pharmacy, other, beneficiary_id=both.beneficiary_id)
    refusal = refused(pharmacy, NoticesStand, order(again, 30), days=1)
    assert [code for code, _, _ in notices(refusal)] == [NoticeCode.SAME_DRUG_IN_HAND]


def test_one_of_the_class_still_at_home_is_said(pharmacy: Pharmacy) -> None:
    one = stocked(pharmacy, inn="captopril", atc="C09AA01", name_ar="كابتوبريل")
    other = stocked(pharmacy, inn="enalapril", atc="C09AA02", name_ar="إنالابريل")
    first = approved_for(pharmacy, one)
    hand_out(pharmacy, order(first, 30))
    hand_out(
        pharmacy,
        order(approved_for(pharmacy, other, beneficiary_id=first.beneficiary_id), 30),
        now=after(1),
    )
    (found,) = shown(pharmacy)
    assert found[:2] == ("same_class_in_hand", "warn")
    assert (found[2]["other"], found[2]["until"]) == ("كابتوبريل", "2026-04-08")


# --- the person ----------------------------------------------------------------------------------


def test_pregnancy(pharmacy: Pharmacy) -> None:
    avoid = stocked(pharmacy, pregnancy_risk=PregnancyRisk.AVOID, name_ar="وارفارين")
    caution = stocked(pharmacy, pregnancy_risk=PregnancyRisk.CAUTION)
    until = TODAY + timedelta(days=90)
    both = approved_for(
        pharmacy, avoid, caution, beneficiary_id=mother(pharmacy, pregnant_until=until)
    )
    refusal = refused(pharmacy, NoticesStand, order(both, 30, 30))
    assert notices(refusal) == [(NoticeCode.PREGNANCY, Severity.BLOCK, 1)]
    assert facts_of(refusal) == {"drug": "وارفارين", "risk": "avoid", "until": until}
    hand_out(pharmacy, order(both, 0, 30))
    assert [(code, severity) for code, severity, _ in shown(pharmacy)] == [("pregnancy", "warn")]


def test_a_pregnancy_that_is_over_or_a_man_s(pharmacy: Pharmacy) -> None:
    avoid = stocked(pharmacy, pregnancy_risk=PregnancyRisk.AVOID)
    over = mother(pharmacy, pregnant_until=TODAY - timedelta(days=1))
    man = mother(pharmacy, sex=Sex.MALE, pregnant_until=TODAY + timedelta(days=9))
    for person in (over, man):
        hand_out(pharmacy, order(approved_for(pharmacy, avoid, beneficiary_id=person), 30))
    assert shown(pharmacy) == []


def test_a_child_below_the_least_age(pharmacy: Pharmacy) -> None:
    drug = stocked(pharmacy, minimum_age_months=192, name_ar="أسبرين")
    child = mother(pharmacy, birth_date=date(2018, 3, 11))
    approved = approved_for(pharmacy, drug, beneficiary_id=child)
    refusal = refused(pharmacy, NoticesStand, order(approved, 30))
    assert notices(refusal) == [(NoticeCode.CHILD, Severity.BLOCK, 1)]
    assert facts_of(refusal) == {"drug": "أسبرين", "age_months": 95, "least_months": 192}
    reason = Override(code=NoticeCode.CHILD, reason="أكد طبيب القلب")
    hand_out(pharmacy, order(approved, 30, overrides=[reason]))


def test_a_dose_that_comes_to_another_quantity_is_said(pharmacy: Pharmacy) -> None:
    drug = stocked(pharmacy, name_ar="ميتفورمين")
    terms = replace(item(drug, 90, issues=2), dose="1*2*30")
    approved = approve_request(pharmacy, terms)
    hand_out(pharmacy, order(approved, 90))
    assert shown(pharmacy) == [
        ("dose_differs", "warn", {"drug": "ميتفورمين", "dose": "1*2*30", "days": 30,
                                  "by_dose": 60, "requested": 90, "line": 1}),
    ]  # fmt: skip


def test_the_rest_of_an_issue_differs_from_no_dose(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 40, 400)
    approved = approve_request(pharmacy, replace(item(drug, 60, issues=2), dose="1*2*30"))
    hand_out(pharmacy, order(approved, 60, partial=True))
    add_batch(pharmacy, drug, 500, 5_000)
    hand_out(pharmacy, order(approved, 20), now=after(3))
    assert shown(pharmacy) == []


def test_who_comes_twice_in_one_day_is_said_with_number_and_medicine(pharmacy: Pharmacy) -> None:
    first = approved_for(pharmacy, stocked(pharmacy, name_ar="إنالابريل"))
    second = approved_for(pharmacy, stocked(pharmacy), beneficiary_id=first.beneficiary_id)
    voucher = hand_out(pharmacy, order(first, 30))
    hand_out(pharmacy, order(second, 30))
    (found,) = shown(pharmacy)
    ((number, year),) = rows(pharmacy.database, Voucher.number, Voucher.fiscal_year, id=voucher)
    assert found[:2] == ("given_today", "warn")
    assert found[2]["what"] == "إنالابريل"
    assert str(year) in found[2]["number"]
    assert found[2]["number"].endswith(str(number))


def test_what_was_undone_today_was_not_given(pharmacy: Pharmacy) -> None:
    approved = approved_for(pharmacy, stocked(pharmacy))
    undo(pharmacy, hand_out(pharmacy, order(approved, 30)))
    hand_out(pharmacy, order(approved, 30))
    assert shown(pharmacy) == []


def undo(pharmacy: Pharmacy, voucher_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            note="",
            second=pharmacy.pharmacist,
            actor=pharmacy[Role.MANAGER],
            now=NOW,
        )


# --- controlled medicines ------------------------------------------------------------------------


@pytest.fixture
def unmatched(pharmacy: Pharmacy) -> None:
    """Packs of controlled medicines need not be scanned in these tests."""
    setting(pharmacy, "pack_match_controlled", "off")


@pytest.fixture
def narcotic(pharmacy: Pharmacy, unmatched: None) -> Approved:
    facts = {"controlled_law": ControlledLaw.LAW_182_1960, "controlled_schedule": "1"}
    return approved_for(pharmacy, stocked(pharmacy, name_ar="مورفين", **facts))


@pytest.fixture
def witness(pharmacy: Pharmacy) -> int:
    staff_id = add_actor(pharmacy.database, Role.PHARMACIST, site_id=pharmacy.site_id).staff_id
    assert staff_id is not None
    return staff_id


OLD = TODAY - timedelta(days=6)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"prescription_number": ""}, ["prescription_missing"]),
        ({"prescription_date": None}, ["prescription_missing"]),
        ({"prescription_date": OLD}, ["prescription_expired"]),
        ({"prescription_kept": False}, ["prescription_not_kept"]),
        ({"second_staff_id": None}, ["second_signature_missing"]),
        ({"second_staff_id": 10**6}, ["second_signature_missing"]),  # nobody who works here
    ],
)
def test_a_narcotic_without_one_of_its_papers(
    pharmacy: Pharmacy, narcotic: Approved, witness: int, change: dict[str, Any], codes: list[str]
) -> None:
    care = replace(GOOD, second_staff_id=witness)
    care = replace(care, **change)
    reasons = [Override(code=NoticeCode(code), reason="سبب") for code in codes]
    for overrides in ([], reasons):  # a stop is lifted by no reason
        wanted = order(narcotic, 30, care=care, overrides=overrides)
        refusal = refused(pharmacy, NoticesStand, wanted)
        assert notices(refusal) == [(NoticeCode(code), Severity.STOP, 1) for code in codes]
    hand_out(pharmacy, order(narcotic, 30, care=replace(GOOD, second_staff_id=witness)))


def test_the_dispenser_is_no_witness(pharmacy: Pharmacy, narcotic: Approved) -> None:
    care = replace(GOOD, second_staff_id=pharmacy.pharmacist.staff_id)
    refusal = refused(pharmacy, NoticesStand, order(narcotic, 30, care=care))
    assert notices(refusal) == [(NoticeCode.SECOND_SIGNATURE_MISSING, Severity.STOP, 1)]


def test_a_prescription_is_used_once_unless_it_was_undone(
    pharmacy: Pharmacy, unmatched: None
) -> None:
    facts = {"controlled_law": ControlledLaw.DECISION_172_2011, "controlled_schedule": "3"}
    drug = stocked(pharmacy, **facts)
    first, second = approved_for(pharmacy, drug), approved_for(pharmacy, drug)
    voucher = hand_out(pharmacy, order(first, 30, care=GOOD))
    # The same writer in another spelling; another writer's number is another paper.
    same = replace(GOOD, prescriber="د. هاله عبد الرازق", prescription_number=" A-17 ")
    refusal = refused(pharmacy, NoticesStand, order(second, 30, care=same))
    assert notices(refusal) == [(NoticeCode.PRESCRIPTION_USED, Severity.STOP, 1)]
    undo(pharmacy, voucher)
    hand_out(pharmacy, order(second, 30, care=same))
    other = replace(GOOD, prescriber="د. سامي نجيب")
    hand_out(pharmacy, order(approved_for(pharmacy, drug), 30, care=other))
    assert len(rows(pharmacy.database, DispensingCare.voucher_id)) == 3


def test_how_long_a_prescription_holds_is_a_setting(
    pharmacy: Pharmacy, narcotic: Approved, witness: int
) -> None:
    care = replace(GOOD, prescription_date=OLD, second_staff_id=witness)
    refused(pharmacy, NoticesStand, order(narcotic, 30, care=care))
    setting(pharmacy, "prescription_days", "6")
    hand_out(pharmacy, order(narcotic, 30, care=care))


# --- packs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "stands", "said"),
    [("off", False, []), ("warn", False, ["pack_not_scanned"]), ("required", True, [])],
)
def test_a_line_of_which_no_pack_was_scanned(
    *, pharmacy: Pharmacy, value: str, stands: bool, said: list[str]
) -> None:
    setting(pharmacy, "pack_match", value)
    drug = stocked(pharmacy, name_ar="ميتفورمين")
    approved = approved_for(pharmacy, drug)
    if stands:
        refusal = refused(pharmacy, NoticesStand, order(approved, 30))
        assert notices(refusal) == [(NoticeCode.PACK_NOT_SCANNED, Severity.BLOCK, 1)]
        assert facts_of(refusal) == {"drug": "ميتفورمين"}
        ((batch,),) = rows(pharmacy.database, Batch.id, drug_id=drug)
        pack = ScannedPack(gtin="", batch_id=batch, quantity=30)
        wanted = order(approved, 30)
        hand_out(pharmacy, replace(wanted, lines=[replace(wanted.lines[0], packs=(pack,))]))
    else:
        hand_out(pharmacy, order(approved, 30))
    assert [code for code, _, _ in shown(pharmacy)] == said


def test_a_controlled_pack_is_scanned_unless_somebody_says_why_not(pharmacy: Pharmacy) -> None:
    facts = {"controlled_law": ControlledLaw.DECISION_172_2011, "controlled_schedule": "2"}
    approved = approved_for(pharmacy, stocked(pharmacy, **facts))
    refusal = refused(pharmacy, NoticesStand, order(approved, 30, care=GOOD))
    assert notices(refusal) == [(NoticeCode.PACK_NOT_SCANNED, Severity.BLOCK, 1)]
    reason = Override(code=NoticeCode.PACK_NOT_SCANNED, reason="الكود ممزق")
    hand_out(pharmacy, order(approved, 30, care=GOOD, overrides=[reason]))


# --- entitlement says what is left ---------------------------------------------------------------


def test_a_refusal_of_entitlement_says_what_is_left_of_what(pharmacy: Pharmacy) -> None:
    drug = stocked(pharmacy, name_ar="إنالابريل")
    approved = approved_for(pharmacy, drug)
    hand_out(pharmacy, order(approved, 30))
    (due,) = (facts_of(refused(pharmacy, NoticesStand, order(approved, 30), days=20)),)
    assert due == {
        "drug": "إنالابريل",
        "last_on": TODAY,
        "next_from": TODAY + timedelta(days=24),
        "left": 60,
        "approved": 90,
    }
    more = facts_of(refused(pharmacy, NoticesStand, order(approved, 45), days=24))
    assert more == {"drug": "إنالابريل", "due": 30, "requested": 45, "left": 60, "approved": 90}
    gone = facts_of(refused(pharmacy, NoticesStand, order(approved, 61), days=24))
    assert gone == {"drug": "إنالابريل", "requested": 61, "left": 60, "approved": 90}


def test_a_reversed_issue_counts_no_days_and_a_part_only_its_own(pharmacy: Pharmacy) -> None:
    approved = approved_for(pharmacy, stocked(pharmacy))
    undo(pharmacy, hand_out(pharmacy, order(approved, 30)))
    hand_out(pharmacy, order(approved, 15))
    early = refused(pharmacy, NoticesStand, order(approved, 30), days=8)
    assert notices(early) == [(NoticeCode.MORE_THAN_AN_ISSUE, Severity.BLOCK, 1)]
    hand_out(pharmacy, order(approved, 30), now=after(9))  # fifteen days less a fifth of thirty


def test_an_allergy_stands_whatever_is_in_hand(pharmacy: Pharmacy) -> None:
    drug = stocked(pharmacy, inn="amoxicillin + clavulanic acid", atc="J01CR02")
    person = add_beneficiary(pharmacy, allergies=((AllergyKind.INGREDIENT, "Amoxycillin"),))
    refusal = refused(
        pharmacy, NoticesStand, order(approved_for(pharmacy, drug, beneficiary_id=person), 30)
    )
    assert notices(refusal) == [(NoticeCode.ALLERGY_INGREDIENT, Severity.BLOCK, 1)]
