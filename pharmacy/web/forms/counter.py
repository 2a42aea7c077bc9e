"""Forms of the counter: what is said beside the lines of a draft."""

from dataclasses import replace

from flask import request
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import Length

from pharmacy.rules.arabic import clean, parse_integer
from pharmacy.rules.vocabulary import CounsellingPoint, NoticeCode
from pharmacy.services.dispensing_order import Care, Collector
from pharmacy.services.draft import DraftFacts
from pharmacy.web.counter_desk import reason_words
from pharmacy.web.forms.base import BaseForm, CodeField, DayField
from pharmacy.web.language import N_
from pharmacy.web.words import choices

NAME_MAX = 120
REASON_MAX = 300
UID_MAX = 64
ID_MAX = 2**62
_OF_REASONS = ("why-", "reason-")
_CODES = frozenset(code.value for code in NoticeCode)


class FactsForm(BaseForm):
    """Who collects, the prescription, what was explained, a note."""

    collected_by_name = StringField(N_("Their name"), validators=[Length(max=NAME_MAX)])
    collected_by_relation = StringField(N_("Relation"), validators=[Length(max=60)])
    collected_by_identity = CodeField(N_("Their ID"), validators=[Length(max=40)])
    collected_by_phone = CodeField(N_("Their phone"), validators=[Length(max=20)])
    prescriber = StringField(N_("Prescriber"), validators=[Length(max=NAME_MAX)])
    prescription_number = CodeField(N_("Prescription number"), validators=[Length(max=60)])
    prescription_date = DayField(N_("Date of the prescription"))
    prescription_kept = BooleanField(N_("The prescription is kept here"))
    counselled = SelectMultipleField(N_("Explained at hand-over"), validate_choice=True)
    note = StringField(N_("Note"), validators=[Length(max=REASON_MAX)])
    partial = BooleanField(N_("Give what there is and owe the rest"))

    def fill(self, facts: DraftFacts) -> None:
        """Show what the draft holds."""
        for name in ("name", "relation", "identity", "phone"):
            self[f"collected_by_{name}"].data = getattr(facts.collector, name)
        for name in ("prescriber", "prescription_number", "prescription_date", "prescription_kept"):
            self[name].data = getattr(facts.care, name)
        self.counselled.data = [point.value for point in facts.care.counselled]
        self.note.data, self.partial.data = facts.note, facts.partial

    def facts(self, kept: DraftFacts) -> DraftFacts:
        """Return what was said; reasons and signatures stay as they are kept."""
        collector = Collector(
            name=self.collected_by_name.data or "",
            identity=self.collected_by_identity.data or "",
            relation=self.collected_by_relation.data or "",
            phone=self.collected_by_phone.data or "",
        )
        care = Care(
            counselled=tuple(CounsellingPoint(point) for point in self.counselled.data or ()),
            prescriber=self.prescriber.data or "",
            prescription_number=self.prescription_number.data or "",
            prescription_date=self.prescription_date.data,
            prescription_kept=bool(self.prescription_kept.data),
            second_staff_id=kept.care.second_staff_id,
        )
        return replace(
            kept,
            collector=collector,
            care=care,
            note=self.note.data or "",
            partial=bool(self.partial.data),
        )


def facts_form(*, typed: bool = False) -> FactsForm:
    """Return the form, empty or as it was sent."""
    form = FactsForm() if typed else FactsForm(formdata=None)
    form.counselled.choices = choices(CounsellingPoint)
    return form


def typed_reasons() -> dict[str, str]:
    """Return the reason given for each notice: one of the list, words, or both."""
    # Most forms bring none, so their fields are looked through and not the codes of all notices.
    named = {name.partition("-")[2] for name in request.form if name.startswith(_OF_REASONS)}
    found = {}
    for code in sorted(named & _CODES):
        choice = request.form.get(f"why-{code}", "")
        text = clean(request.form.get(f"reason-{code}", ""))[:REASON_MAX]
        if reason := reason_words(choice, text):
            found[code] = reason
    return found


def number_of(name: str) -> int | None:
    """Return a number that a page of ours sent hidden; None when it is not there.

    Raises:
        InvalidNumber: It is there and no such number.
    """
    text = request.form.get(name, "").strip()
    return parse_integer(text, minimum=1, maximum=ID_MAX) if text else None


def uid_of(fallback: str) -> str:
    """Return the id the page made for this step, or one of ours without script."""
    return clean(request.form.get("uid", ""))[:UID_MAX] or fallback
