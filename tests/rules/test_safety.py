"""Allergy, the same medicine in hand, interactions, expiry: each with its line and its facts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.rules.notice import Notice
from pharmacy.rules.safety import Allergy, Interaction, Line, Supply, check, ingredient_key
from pharmacy.rules.vocabulary import AllergyKind, NoticeCode, Severity

ON = date(2026, 3, 7)
AMOXICILLIN = Line(
    line=1,
    drug_id=1,
    drug_name="Amoxil",
    ingredients=frozenset({"amoxicillin"}),
    atc="J01CA04",
    days=7,
    expiry=date(2027, 3, 31),
    item=11,
)
WARFARIN = Line(
    line=2,
    drug_id=2,
    drug_name="Marevan",
    ingredients=frozenset({"warfarin"}),
    atc="B01AA03",
    days=30,
    item=12,
)


def at_home(line: Line, *, days_left: int, **facts: object) -> Supply:
    supply = Supply(
        drug_id=line.drug_id,
        drug_name=line.drug_name,
        ingredients=line.ingredients,
        atc=line.atc,
        until=ON + timedelta(days=days_left),
        item=line.item,
    )
    return replace(supply, **facts)  # type: ignore[arg-type]


def notices(
    *lines: Line,
    allergies: tuple[Allergy, ...] = (),
    in_hand: tuple[Supply, ...] = (),
    interactions: tuple[Interaction, ...] = (),
) -> tuple[Notice, ...]:
    return check(lines, on=ON, allergies=allergies, in_hand=in_hand, interactions=interactions)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Metformin", "metformin"),
        ("METFORMIN HCl", "metformin"),
        ("Metformin Hydrochloride (500 mg)", "metformin"),
        ("amlodipine besylate 5mg", "amlodipine"),
        ("insulin glargine 100 IU/ml", "insulin glargine"),
        ("amoxicillin trihydrate", "amoxicillin"),
        ("Amoxycillin", "amoxicillin"),
        ("aspirin 81 mg", "acetylsalicylic acid"),
        ("paracetamol", "paracetamol"),
        ("Acetaminophen", "paracetamol"),
        ("losartan potassium", "losartan"),
        ("potassium chloride", "potassium chloride"),
        ("sodium chloride 0.9%", "sodium chloride"),
        ("ferrous sulphate", "ferrous sulfate"),
        ("magnesium sulfate heptahydrate", "magnesium sulfate"),
        ("calcium", "calcium"),
        ("calcium carbonate", "calcium carbonate"),
        ("sodium valproate", "valproic acid"),
        ("vitamin B12", "vitamin b12"),
        ("VIT. B12 (1000 MCG)", "vitamin b12"),
        ("5-fluorouracil", "fluorouracil"),
        ("  Folic   Acid ", "folic acid"),
        ("", ""),
    ],
)
def test_ingredients_are_compared_by_one_name(text: str, key: str) -> None:
    assert ingredient_key(text) == key
    assert ingredient_key(key) == key


@pytest.mark.parametrize(
    ("kind", "code", "found"),
    [
        (AllergyKind.INGREDIENT, "amoxicillin", NoticeCode.ALLERGY_INGREDIENT),
        (AllergyKind.INGREDIENT, "amox", None),
        (AllergyKind.CLASS, "J01C", NoticeCode.ALLERGY_CLASS),
        (AllergyKind.CLASS, "J01CA04", NoticeCode.ALLERGY_CLASS),
        (AllergyKind.CLASS, "J01D", None),
        (AllergyKind.CLASS, "", None),
    ],
)
def test_an_allergy_blocks(kind: AllergyKind, code: str, found: NoticeCode | None) -> None:
    said = notices(AMOXICILLIN, allergies=(Allergy(kind=kind, code=code),))
    if found is None:
        assert said == ()
        return
    assert said == (
        Notice(
            code=found,
            severity=Severity.BLOCK,
            line=1,
            facts={"drug": "Amoxil", "allergy": code},
        ),
    )


def test_the_approval_s_own_frequency_speaks_for_what_it_gave() -> None:
    assert notices(WARFARIN, in_hand=(at_home(WARFARIN, days_left=25),)) == ()


@pytest.mark.parametrize(("days_left", "blocks"), [(0, False), (7, False), (8, True), (25, True)])
def test_the_same_drug_on_another_approval_blocks_but_for_the_last_week(
    *, days_left: int, blocks: bool
) -> None:
    said = notices(WARFARIN, in_hand=(at_home(WARFARIN, days_left=days_left, item=99),))
    assert [notice.code for notice in said] == [NoticeCode.SAME_DRUG_IN_HAND] * blocks


def test_a_combination_in_hand_that_holds_the_ingredient_blocks() -> None:
    clavulanate = at_home(
        AMOXICILLIN,
        days_left=3,
        drug_id=5,
        drug_name="Augmentin",
        ingredients=frozenset({"amoxicillin", "clavulanic acid"}),
        item=99,
    )
    assert notices(AMOXICILLIN, in_hand=(clavulanate,)) == (
        Notice(
            code=NoticeCode.COMBINATION_IN_HAND,
            severity=Severity.BLOCK,
            line=1,
            facts={
                "drug": "Amoxil",
                "other": "Augmentin",
                "ingredient": "amoxicillin",
                "combination": "Augmentin",
                "until": date(2026, 3, 9),
            },
        ),
    )


def test_one_drug_given_many_times_is_said_once_with_its_latest_day() -> None:
    supplies = tuple(at_home(AMOXICILLIN, days_left=days, drug_id=5, item=99) for days in (1, 9, 4))
    (notice,) = notices(AMOXICILLIN, in_hand=supplies)
    assert notice.facts["until"] == date(2026, 3, 15)


def test_two_lines_with_one_ingredient_block_on_the_second() -> None:
    twin = replace(AMOXICILLIN, line=3, drug_id=9, drug_name="Emox")
    (notice,) = notices(AMOXICILLIN, WARFARIN, twin)
    assert (notice.code, notice.line) == (NoticeCode.SAME_INGREDIENT_TWICE, 3)
    assert notice.facts == {"drug": "Emox", "other": "Amoxil", "ingredient": "amoxicillin"}


BLEEDING = Interaction(atc_a="B01AA03", atc_b="J01CA04", severity=Severity.WARN, effect="bleeding")


def test_an_interaction_is_found_between_lines_and_with_what_is_in_hand() -> None:
    expected = {"other": "Amoxil", "drug": "Marevan", "effect": "bleeding"}
    (between,) = notices(AMOXICILLIN, WARFARIN, interactions=(BLEEDING,))
    (with_home,) = notices(
        WARFARIN, in_hand=(at_home(AMOXICILLIN, days_left=1),), interactions=(BLEEDING,)
    )
    assert between == with_home
    assert (between.code, between.severity) == (NoticeCode.INTERACTION, Severity.WARN)
    assert (between.line, between.facts) == (2, expected)


def test_what_is_used_up_interacts_no_more() -> None:
    gone = at_home(AMOXICILLIN, days_left=0)
    assert notices(WARFARIN, in_hand=(gone,), interactions=(BLEEDING,)) == ()


@pytest.mark.parametrize(
    ("days", "expiry", "warns"),
    [
        (30, date(2026, 4, 5), False),  # the last dose on the last day of use
        (31, date(2026, 4, 5), True),
        (0, ON, False),
        (30, None, False),
    ],
)
def test_it_warns_when_the_course_outlives_the_batch(
    *, days: int, expiry: date | None, warns: bool
) -> None:
    said = notices(replace(WARFARIN, days=days, expiry=expiry))
    assert [(notice.code, notice.severity) for notice in said] == [
        (NoticeCode.COURSE_BEYOND_EXPIRY, Severity.WARN)
    ] * warns
    if warns:
        assert said[0].facts["last_dose"] == date(2026, 4, 6)


def medicine(name: str, ingredients: str, atc: str, *, line: int = 1) -> Line:
    return Line(
        line=line,
        drug_id=sum(map(ord, name)),
        drug_name=name,
        ingredients=frozenset(ingredients.split("+")),
        atc=atc,
        days=30,
        item=100 + line,
    )


# (given now, given beside it or still at home) → how the two are alike
ALIKE = [
    ("Concor", "bisoprolol", "C07AB07", "Tenormin", "atenolol", "C07AB03", "same_class"),
    ("Capoten", "captopril", "C09AA01", "Ezapril", "enalapril", "C09AA02", "same_class"),
    ("Amaryl", "glimepiride", "A10BB12", "Diamicron", "gliclazide", "A10BB09", "same_class"),
    ("Lipitor", "atorvastatin", "C10AA05", "Zocor", "simvastatin", "C10AA01", "same_class"),
    ("Glucophage", "metformin", "A10BA02", "Cidophage", "metformin", "A10BA02", "same_ingredient"),
    ("Glucophage", "metformin", "A10BA02", "Janumet", "metformin+sitagliptin", "A10BD07",
     "combination"),
    ("Augmentin", "amoxicillin+clavulanic acid", "J01CR02", "Flumox",
     "amoxicillin+flucloxacillin", "J01CR50", "combination"),
    ("Glucophage", "metformin", "A10BA02", "Amaryl", "glimepiride", "A10BB12", None),
    ("Lantus", "insulin glargine", "A10AE04", "Toujeo", "insulin degludec", "A10AE06", None),
    ("Sovaldi", "sofosbuvir", "J05AP08", "Daklinza", "daclatasvir", "J05AP07", None),
    ("Tegretol", "carbamazepine", "N03AF01", "Trileptal", "oxcarbazepine", "N03AF02", None),
    ("Spiriva", "tiotropium", "R03BB04", "Atrovent", "ipratropium", "R03BB01", None),
    ("Milk A", "milk", "", "Milk B", "soya", "", None),
    ("Lasix", "furosemide", "C03CA01", "Short code", "something", "C03", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "its", "one_atc", "other", "others", "other_atc", "alike"),
    ALIKE,
    ids=[f"{row[0]} and {row[3]}" for row in ALIKE],
)
def test_two_medicines_are_alike(  # noqa: PLR0917 - the columns of the table
    one: str, its: str, one_atc: str, other: str, others: str, other_atc: str, alike: str | None
) -> None:
    first = medicine(other, others, other_atc)
    second = medicine(one, its, one_atc, line=2)
    home = at_home(first, days_left=20)
    together, with_home = notices(first, second), notices(second, in_hand=(home,))
    if alike is None:
        assert together == with_home == ()
        return
    severity = Severity.WARN if alike == "same_class" else Severity.BLOCK
    assert [(n.code, n.severity, n.line) for n in together] == [
        (NoticeCode(f"{alike}_twice"), severity, 2)
    ]
    assert [(n.code, n.severity, n.line) for n in with_home] == [
        (NoticeCode(f"{alike}_in_hand"), severity, 2)
    ]


def test_a_combination_is_named_with_what_is_inside_both() -> None:
    plain = medicine("Glucophage", "metformin", "A10BA02")
    mixed = medicine("Janumet", "metformin+sitagliptin", "A10BD07", line=2)
    expected = {"drug": "Janumet", "other": "Glucophage", "ingredient": "metformin",
                "combination": "Janumet"}  # fmt: skip
    assert [notice.facts for notice in notices(plain, mixed)] == [expected]


@pytest.mark.parametrize(("days_left", "warns"), [(7, False), (8, True)])
def test_a_change_within_a_class_may_begin_in_the_last_week(*, days_left: int, warns: bool) -> None:
    old = at_home(medicine("Capoten", "captopril", "C09AA01"), days_left=days_left)
    said = notices(medicine("Ezapril", "enalapril", "C09AA02", line=2), in_hand=(old,))
    assert [notice.facts.get("atc_class") for notice in said] == ["C09AA"] * warns
