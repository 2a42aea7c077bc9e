"""What the rules object to, in the reader's language: why, and what can be done about it.

`why` and `way_out` are one plain sentence each; `notice_sentence` says both. Facts of which the
reader knows another form (money, days, ages, a law) are put into it here.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from flask import Flask

from pharmacy.rules.money import format_egp
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import ControlledLaw, NoticeCode, PregnancyRisk
from pharmacy.web.language import N_, gettext, ngettext
from pharmacy.web.words import word

_C = NoticeCode

NAMES: Mapping[NoticeCode, str] = {
    _C.APPROVAL_NOT_STARTED: N_("Approval not begun"),
    _C.APPROVAL_LAPSED: N_("Approval ended"),
    _C.APPROVAL_USED_UP: N_("Approval used up"),
    _C.MORE_THAN_AN_ISSUE: N_("More than one issue"),
    _C.NOT_YET_DUE: N_("Not yet due"),
    _C.CASE_CEILING: N_("Ceiling of the case"),
    _C.MONTH_CEILING: N_("Ceiling of the month"),
    _C.ALLERGY_INGREDIENT: N_("Allergy to an ingredient"),
    _C.ALLERGY_CLASS: N_("Allergy to a class"),
    _C.SAME_DRUG_IN_HAND: N_("Same medicine at home"),
    _C.SAME_INGREDIENT_IN_HAND: N_("Same ingredient at home"),
    _C.SAME_INGREDIENT_TWICE: N_("Same ingredient twice"),
    _C.COMBINATION_IN_HAND: N_("Combination with what is at home"),
    _C.COMBINATION_TWICE: N_("Combination with another line"),
    _C.SAME_CLASS_IN_HAND: N_("Same class at home"),
    _C.SAME_CLASS_TWICE: N_("Same class twice"),
    _C.INTERACTION: N_("Interaction"),
    _C.COURSE_BEYOND_EXPIRY: N_("Course longer than the expiry"),
    _C.DOSE_DIFFERS: N_("Dose and quantity differ"),
    _C.GIVEN_TODAY: N_("Second time today"),
    _C.PREGNANCY: N_("Pregnancy"),
    _C.CHILD: N_("Below the least age"),
    _C.PRESCRIPTION_MISSING: N_("Prescription missing"),
    _C.PRESCRIPTION_EXPIRED: N_("Prescription too old"),
    _C.PRESCRIPTION_USED: N_("Prescription used before"),
    _C.PRESCRIPTION_NOT_KEPT: N_("Prescription not kept"),
    _C.SECOND_SIGNATURE_MISSING: N_("Second signature missing"),
    _C.PACK_NOT_SCANNED: N_("Pack not scanned"),
    _C.PACK_USED: N_("Pack handed out before"),
    _C.NOT_FIRST_EXPIRY: N_("Not the first expiry"),
    _C.BATCH_NOT_ISSUABLE: N_("Batch that may not be given"),
}
"""A notice in two or three words, for lists and headings."""

WHY: Mapping[NoticeCode, str] = {
    _C.APPROVAL_NOT_STARTED: N_("The approval of %(drug)s begins on %(valid_from)s."),
    _C.APPROVAL_LAPSED: N_("The approval of %(drug)s ended on %(valid_until)s."),
    _C.APPROVAL_USED_UP: N_(
        "More %(drug)s than the approval still holds: asked for %(requested)s,"
        " left %(left)s of %(approved)s."
    ),
    _C.MORE_THAN_AN_ISSUE: N_(
        "More %(drug)s than is due at one time: asked for %(requested)s, due %(due)s;"
        " left in the approval %(left)s of %(approved)s."
    ),
    _C.NOT_YET_DUE: N_(
        "%(drug)s was collected on %(last_on)s and is due next from %(next_from)s;"
        " left in the approval %(left)s of %(approved)s."
    ),
    _C.CASE_CEILING: N_(
        "Above the ceiling of this case: it needs EGP %(needed)s,"
        " and EGP %(left)s is left of EGP %(ceiling)s."
    ),
    _C.MONTH_CEILING: N_(
        "Above this month's ceiling: it needs EGP %(needed)s,"
        " and EGP %(left)s is left of EGP %(ceiling)s."
    ),
    _C.ALLERGY_INGREDIENT: N_("Allergy on file to %(allergy)s, which %(drug)s contains."),
    _C.ALLERGY_CLASS: N_("Allergy on file to the class %(allergy)s, to which %(drug)s belongs."),
    _C.SAME_DRUG_IN_HAND: N_("The beneficiary still has %(other)s until %(until)s."),
    _C.SAME_INGREDIENT_IN_HAND: N_(
        "The beneficiary still has %(other)s until %(until)s, with the same ingredient:"
        " %(ingredient)s."
    ),
    _C.SAME_INGREDIENT_TWICE: N_(
        "%(drug)s and %(other)s hold the same ingredient: %(ingredient)s."
    ),
    _C.COMBINATION_IN_HAND: N_(
        "%(combination)s is a combination: %(ingredient)s is in it and so in both %(drug)s and"
        " %(other)s, which the beneficiary has until %(until)s."
    ),
    _C.COMBINATION_TWICE: N_(
        "%(combination)s is a combination: %(ingredient)s is in it and so in both %(drug)s and"
        " %(other)s."
    ),
    _C.SAME_CLASS_IN_HAND: N_(
        "The beneficiary has %(other)s until %(until)s, of the same class as %(drug)s"
        " (%(atc_class)s)."
    ),
    _C.SAME_CLASS_TWICE: N_("%(drug)s and %(other)s are of the same class (%(atc_class)s)."),
    _C.INTERACTION: N_("%(drug)s interacts with %(other)s: %(effect)s."),
    _C.COURSE_BEYOND_EXPIRY: N_(
        "The batch of %(drug)s expires on %(expiry)s, before the course ends on %(last_dose)s."
    ),
    _C.DOSE_DIFFERS: N_(
        "The dose %(dose)s of %(drug)s comes to %(by_dose)s, but %(requested)s are asked for."
    ),
    _C.GIVEN_TODAY: N_("Something was handed out to them today already: %(what)s (%(number)s)."),
    _C.PREGNANCY: N_("Pregnancy is on file until %(until)s; %(drug)s in pregnancy: %(risk)s."),
    _C.CHILD: N_(
        "%(drug)s is not for those younger than %(least_months)s; the beneficiary's age is"
        " %(age_months)s."
    ),
    _C.PRESCRIPTION_MISSING: N_(
        "%(drug)s is controlled (%(law)s, table %(schedule)s) and needs a prescription with"
        " prescriber, number and date."
    ),
    _C.PRESCRIPTION_EXPIRED: N_(
        "The prescription for %(drug)s was written on %(written_on)s and held until"
        " %(valid_until)s."
    ),
    _C.PRESCRIPTION_USED: N_(
        "The prescription %(prescription)s for %(drug)s was used already, for %(number)s."
    ),
    _C.PRESCRIPTION_NOT_KEPT: N_(
        "The prescription for %(drug)s must stay at the pharmacy (%(law)s, table %(schedule)s)."
    ),
    _C.SECOND_SIGNATURE_MISSING: N_(
        "%(drug)s is handed out by two (%(law)s, table %(schedule)s), and a second signature is"
        " missing."
    ),
    _C.PACK_NOT_SCANNED: N_("No pack of %(drug)s was scanned."),
    _C.PACK_USED: N_(
        "The pack of %(drug)s with serial %(serial)s was handed out already; left in it: %(left)s."
    ),
    _C.NOT_FIRST_EXPIRY: N_(
        "The scanned batch %(lot)s of %(drug)s is not the first to go: another expires on"
        " %(first_expiry)s."
    ),
    _C.BATCH_NOT_ISSUABLE: N_(
        "The scanned batch %(lot)s of %(drug)s may not be given here: it is expired, held back,"
        " empty, or of another fund."
    ),
}
"""Why a notice stands; names facts of that notice only."""

WAY_OUT: Mapping[NoticeCode, str] = {
    _C.APPROVAL_NOT_STARTED: N_("Ask the beneficiary to come back on that day."),
    _C.APPROVAL_LAPSED: N_("Ask the committee to renew it."),
    _C.APPROVAL_USED_UP: N_("Give what is left, or ask the committee for more."),
    _C.MORE_THAN_AN_ISSUE: N_("Give what is due, or write the reason, such as a journey."),
    _C.NOT_YET_DUE: N_(
        "Ask them to come back from that day, or write the reason, such as a journey."
    ),
    _C.CASE_CEILING: N_("Give less, or ask the committee to raise the ceiling."),
    _C.MONTH_CEILING: N_("Give less now and the rest next month, or ask the committee."),
    _C.ALLERGY_INGREDIENT: N_(
        "Do not give it: ask the doctor for another, or write that the doctor confirmed it."
    ),
    _C.ALLERGY_CLASS: N_(
        "Ask what happened then; ask the doctor for another, or write that the doctor confirmed it."
    ),
    _C.SAME_DRUG_IN_HAND: N_(
        "Wait until it is used up, or write the reason, such as loss or breakage."
    ),
    _C.SAME_INGREDIENT_IN_HAND: N_("Ask the doctor which of the two is to be taken, and write it."),
    _C.SAME_INGREDIENT_TWICE: N_("Remove one of the two lines, or write the doctor's reason."),
    _C.COMBINATION_IN_HAND: N_(
        "Ask the doctor whether both are wanted together, and write the answer."
    ),
    _C.COMBINATION_TWICE: N_("Remove one of the two, or write that the doctor wants both."),
    _C.SAME_CLASS_IN_HAND: N_(
        "Ask whether it replaces the other, and tell the beneficiary which to take."
    ),
    _C.SAME_CLASS_TWICE: N_("Make sure that the doctor wants both."),
    _C.INTERACTION: N_(
        "Ask the doctor, tell the beneficiary what to watch for, or remove the line."
    ),
    _C.COURSE_BEYOND_EXPIRY: N_("Take a later batch, or give only what is used by that day."),
    _C.DOSE_DIFFERS: N_("Correct the dose or the quantity, or say how long it lasts."),
    _C.GIVEN_TODAY: N_("Make sure that the same is not handed out twice."),
    _C.PREGNANCY: N_("Ask the doctor for another, or write that the doctor confirmed it."),
    _C.CHILD: N_("Ask the doctor for another, or write that the doctor confirmed it for this age."),
    _C.PRESCRIPTION_MISSING: N_("Enter the three from the paper; without it nothing is given."),
    _C.PRESCRIPTION_EXPIRED: N_("Ask for a new prescription; none is used after its days."),
    _C.PRESCRIPTION_USED: N_("Ask for a new prescription; each is used once."),
    _C.PRESCRIPTION_NOT_KEPT: N_("Take the paper, put it in the file, and tick that it is kept."),
    _C.SECOND_SIGNATURE_MISSING: N_("Ask a colleague to scan their badge and type their PIN."),
    _C.PACK_NOT_SCANNED: N_(
        "Scan the pack or our own label on it, or write why it cannot be scanned."
    ),
    _C.PACK_USED: N_("Put this pack aside, take another, and tell the manager."),
    _C.NOT_FIRST_EXPIRY: N_("Take the batch that expires first, or write the reason."),
    _C.BATCH_NOT_ISSUABLE: N_("Put the pack aside and take one of another batch."),
}
"""What can be done about a notice; names facts of that notice only."""

_IN_PIASTRES = frozenset({_C.CASE_CEILING, _C.MONTH_CEILING})
_NAMED = re.compile(r"%\((\w+)\)s")
_YEAR_MONTHS = 12
_TOLD_IN_MONTHS = 24
"""A child's age is told in months up to here."""


def init_app(app: Flask) -> None:
    """Give templates the filters of notices, and ages in words."""
    app.jinja_env.filters.update(
        notice=notice_sentence,
        notice_name=notice_name,
        notice_why=why,
        notice_way_out=way_out,
        age_words=age_words,
    )


def notice_name(code: NoticeCode) -> str:
    """Return a notice in two or three words."""
    return gettext(NAMES[code])


def why(notice: Notice) -> str:
    """Return why a notice stands, as one sentence."""
    return _said(WHY[notice.code], notice)


def way_out(notice: Notice) -> str:
    """Return what can be done about a notice, as one sentence."""
    return _said(WAY_OUT[notice.code], notice)


def notice_sentence(notice: Notice) -> str:
    """Return what the rules object to, and what can be done about it."""
    return f"{why(notice)} {way_out(notice)}"


def _said(message: str, notice: Notice) -> str:
    """Put the facts in; a notice kept by an older release may lack one."""
    in_piastres = notice.code in _IN_PIASTRES
    facts = dict.fromkeys(_NAMED.findall(message), "—")
    facts |= {name: _fact(name, value, in_piastres) for name, value in notice.facts.items()}
    return gettext(message, **facts)


def _fact(name: str, value: int | str | date, in_piastres: bool) -> str:  # noqa: FBT001
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if name in _SPOKEN:
        return _SPOKEN[name](value)
    if isinstance(value, int):
        return format_egp(value) if in_piastres else f"{value:,}"
    return value


def age_words(months: int | str) -> str:
    """Return an age as people say it: months of an infant, years of all others."""
    number = int(months)
    if number < _TOLD_IN_MONTHS:
        return ngettext("%(num)s month", "%(num)s months", number)
    return ngettext("%(num)s year", "%(num)s years", number // _YEAR_MONTHS)


_SPOKEN: Mapping[str, Callable[[int | str], str]] = {
    "age_months": age_words,
    "least_months": age_words,
    "law": lambda value: word(ControlledLaw(str(value))),
    "risk": lambda value: word(PregnancyRisk(str(value))),
}
