"""Every notice says why it stands and what can be done, in both languages, of facts it has."""

import re
from datetime import date

import pytest

from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity
from pharmacy.web.language import gettext, speaking
from pharmacy.web.notice_words import NAMES, WAY_OUT, WHY, notice_sentence, why

C = NoticeCode
ITEM = frozenset({"drug"})
LEFT = ITEM | {"left", "approved"}
PAIR = ITEM | {"other"}
SHARED = PAIR | {"ingredient"}
LAW = ITEM | {"law", "schedule"}
MONEY = frozenset({"ceiling", "left", "needed"})
# What the rules put into each; the tests of the rules compare these with what they make.
FACTS: dict[NoticeCode, frozenset[str]] = {
    C.APPROVAL_NOT_STARTED: ITEM | {"valid_from"},
    C.APPROVAL_LAPSED: ITEM | {"valid_until"},
    C.APPROVAL_USED_UP: LEFT | {"requested"},
    C.MORE_THAN_AN_ISSUE: LEFT | {"requested", "due"},
    C.NOT_YET_DUE: LEFT | {"last_on", "next_from"},
    C.CASE_CEILING: MONEY,
    C.MONTH_CEILING: MONEY,
    C.ALLERGY_INGREDIENT: ITEM | {"allergy"},
    C.ALLERGY_CLASS: ITEM | {"allergy"},
    C.SAME_DRUG_IN_HAND: SHARED | {"until"},
    C.SAME_INGREDIENT_IN_HAND: SHARED | {"until"},
    C.SAME_INGREDIENT_TWICE: SHARED,
    C.INTERACTION: PAIR | {"effect"},
    C.COURSE_BEYOND_EXPIRY: ITEM | {"expiry", "last_dose"},
    C.COMBINATION_IN_HAND: SHARED | {"combination", "until"},
    C.COMBINATION_TWICE: SHARED | {"combination"},
    C.SAME_CLASS_IN_HAND: PAIR | {"atc_class", "until"},
    C.SAME_CLASS_TWICE: PAIR | {"atc_class"},
    C.DOSE_DIFFERS: ITEM | {"dose", "days", "by_dose", "requested"},
    C.GIVEN_TODAY: frozenset({"number", "what"}),
    C.PREGNANCY: ITEM | {"risk", "until"},
    C.CHILD: ITEM | {"age_months", "least_months"},
    C.PRESCRIPTION_MISSING: LAW,
    C.PRESCRIPTION_EXPIRED: LAW | {"written_on", "valid_until", "days"},
    C.PRESCRIPTION_USED: LAW | {"prescription", "number"},
    C.PRESCRIPTION_NOT_KEPT: LAW,
    C.SECOND_SIGNATURE_MISSING: LAW,
    C.PACK_NOT_SCANNED: ITEM,
    C.PACK_USED: ITEM | {"serial", "left"},
    C.NOT_FIRST_EXPIRY: ITEM | {"lot", "first_expiry"},
    C.BATCH_NOT_ISSUABLE: ITEM | {"lot"},
}
NAMED = re.compile(r"%\((\w+)\)s")
ARABIC = re.compile("[\u0621-\u064a]")


@pytest.mark.parametrize("code", list(NoticeCode))
def test_a_notice_has_its_words_in_both_languages(code: NoticeCode) -> None:
    for messages in (NAMES, WHY, WAY_OUT):
        english = messages[code]
        assert set(NAMED.findall(english)) <= FACTS[code]
        with speaking("ar"):
            arabic = gettext(english, **dict.fromkeys(FACTS[code], "7"))
        assert ARABIC.search(arabic), english
        assert not re.search("[A-Za-z]", arabic.replace("PIN", "")), arabic


@pytest.mark.parametrize("code", list(NoticeCode))
def test_why_and_what_to_do_are_one_sentence_each(code: NoticeCode) -> None:
    for message in (WHY[code], WAY_OUT[code]):
        assert re.fullmatch(r"[^.]*\.", message.replace("No. ", "")), message


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Above the ceiling of this case: it needs EGP 300.00, and EGP 240.00 is left of"
                " EGP 600.00. Give less, or ask the committee to raise the ceiling."
            ),
        ),
        (
            "ar",
            (
                "يتجاوز الحد الأقصى للحالة: المطلوب 300.00 جنيه،"
                " والمتبقي 240.00 جنيه من 600.00 جنيه."
                " اصرف كمية أقل، أو اطلب من اللجنة رفع الحد الأقصى."
            ),
        ),
    ],
)
def test_money_is_said_in_pounds(language: str, said: str) -> None:
    facts = {"ceiling": 60_000, "left": 24_000, "needed": 30_000}
    with speaking(language):
        assert notice_sentence(_notice(C.CASE_CEILING, **facts)) == said


@pytest.mark.parametrize(
    ("age", "least", "said"),
    [
        (95, 192, "أقل عمر يُصرف له أسبرين هو 16 سنة، وعمر المستفيد 7 سنوات."),
        (1, 24, "أقل عمر يُصرف له أسبرين هو سنتان، وعمر المستفيد شهر واحد."),
        (11, 12, "أقل عمر يُصرف له أسبرين هو 12 شهرًا، وعمر المستفيد 11 شهرًا."),
    ],
)
def test_ages_are_said_as_people_say_them(age: int, least: int, said: str) -> None:
    with speaking("ar"):
        assert why(_notice(C.CHILD, drug="أسبرين", age_months=age, least_months=least)).endswith(
            said
        )


def test_laws_days_and_risks_are_said_in_words() -> None:
    with speaking("en"):
        assert why(_notice(C.PREGNANCY, drug="Warfarin", risk="avoid", until=date(2026, 9, 1))) == (
            "Pregnancy is on file until 01/09/2026; Warfarin in pregnancy: To be avoided."
        )
        law = {"drug": "Morphine", "law": "law_182_1960", "schedule": "1"}
        assert "(Law 182 of 1960 (narcotics), table 1)" in why(
            _notice(C.PRESCRIPTION_MISSING, **law)
        )


def test_a_notice_kept_by_an_older_release_is_still_said() -> None:
    with speaking("en"):
        said = why(_notice(C.NOT_YET_DUE, left=60))
    assert said == "— was collected on — and is due next from —; left in the approval 60 of —."


def _notice(code: NoticeCode, **facts: int | str | date) -> Notice:
    return Notice(code=code, severity=Severity.BLOCK, facts=facts)
