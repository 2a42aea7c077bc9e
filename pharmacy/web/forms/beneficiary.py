"""Forms of persons: their facts, a reason to see a number, merging two records."""

from dataclasses import dataclass
from datetime import date

from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from pharmacy.models import Beneficiary
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Sex
from pharmacy.services.beneficiary import Person
from pharmacy.web.forms.base import BaseForm, CodeField, DayField, Needed, PhoneField, WholeField
from pharmacy.web.language import N_

NAME_MAX = 60
HOUSEHOLD_MAX = 60
NOTE_MAX = 1000
REASON_MIN, REASON_MAX = 4, 200
CLINICAL_FIELDS = ("condition_ids", "allergy_ingredients", "allergy_classes", "pregnant_until")


class PersonForm(BaseForm):
    """What is known of a person; names and identity as they stand on the card."""

    given_name = StringField(N_("Given name"), validators=[Needed(), Length(max=NAME_MAX)])
    father_name = StringField(N_("Father's name"), validators=[Needed(), Length(max=NAME_MAX)])
    grandfather_name = StringField(N_("Grandfather's name"), validators=[Length(max=NAME_MAX)])
    family_name = StringField(N_("Family name"), validators=[Needed(), Length(max=NAME_MAX)])
    identity_kind = SelectField(N_("Kind of identity"), validators=[Needed()])
    identity_number = CodeField(N_("Identity number"), validators=[Length(max=60)])
    birth_date = DayField(N_("Birth date"))
    sex = SelectField(N_("Sex"))
    phone = PhoneField(N_("Phone"), validators=[Length(max=40)])
    markaz = StringField(
        N_("Markaz"), validators=[Length(max=NAME_MAX)], render_kw={"list": "markazes"}
    )
    village = StringField(N_("Village or quarter"), validators=[Length(max=NAME_MAX)])
    address = StringField(N_("Address"), validators=[Length(max=200)])
    household_size = WholeField(N_("Persons in the household"), minimum=1, maximum=HOUSEHOLD_MAX)
    eligibility_note = TextAreaField(N_("Eligibility note"), validators=[Length(max=NOTE_MAX)])
    condition_ids = SelectMultipleField(N_("Chronic conditions"), coerce=int)
    allergy_ingredients = TextAreaField(
        N_("Allergic to ingredients"), validators=[Length(max=NOTE_MAX)]
    )
    allergy_classes = TextAreaField(
        N_("Allergic to classes (ATC code)"), validators=[Length(max=NOTE_MAX)]
    )
    pregnant_until = DayField(N_("Pregnant until (expected day)"))
    consented = BooleanField(N_("The person agreed to the consent text in force"))
    consent_on = DayField(N_("Date of consent"))
    known_different = BooleanField(N_("I looked at these records: this is another person"))


class ChangedPersonForm(PersonForm):
    """The same for a record on file: numbers stay hidden, and stay unless typed anew."""

    phone_removed = BooleanField(N_("Remove the phone number"))


class RevealForm(BaseForm):
    """Why the hidden numbers must be seen."""

    reason = StringField(
        N_("Reason"), validators=[Needed(), Length(min=REASON_MIN, max=REASON_MAX)]
    )


class MergeForm(BaseForm):
    """Which record goes on, and why they are one person."""

    kept_id = HiddenField()
    reason = StringField(
        N_("Reason"), validators=[Needed(), Length(min=REASON_MIN, max=REASON_MAX)]
    )


@dataclass(frozen=True, slots=True)
class Consent:
    """The version of the consent text in force, and today."""

    version: str
    today: date


def person_of(form: PersonForm, consent: Consent, *, row: Beneficiary | None = None) -> Person:
    """Return what the form says; what it hides or leaves out stays as it is on file.

    Args:
        form: A form whose shape is valid.
        consent: What a tick of consent means today.
        row: The record as it stands, when one is corrected.
    """
    given = form.consented.data
    return Person(
        given_name=form.given_name.data or "",
        father_name=form.father_name.data or "",
        grandfather_name=form.grandfather_name.data or "",
        family_name=form.family_name.data or "",
        identity_kind=IdentityKind(form.identity_kind.data),
        identity_number=_identity_number(form, row),
        birth_date=form.birth_date.data,
        sex=Sex(form.sex.data) if form.sex.data else None,
        phone=_phone(form, row),
        markaz=form.markaz.data or "",
        village=form.village.data or "",
        address=form.address.data or "",
        household_size=form.household_size.data,
        eligibility_note=form.eligibility_note.data or "",
        pregnant_until=_pregnant_until(form, row),
        consent_version=consent.version if given else (row.consent_version if row else ""),
        consent_on=(form.consent_on.data or consent.today)
        if given
        else (row.consent_on if row else None),
        condition_ids=_condition_ids(form, row),
        allergies=_allergies(form, row),
    )


def _identity_number(form: PersonForm, row: Beneficiary | None) -> str:
    typed = form.identity_number.data or ""
    if typed or row is None or row.identity_kind != form.identity_kind.data:
        return typed
    return row.identity_number or ""


def _phone(form: PersonForm, row: Beneficiary | None) -> str:
    typed = form.phone.data or ""
    if typed or row is None or (isinstance(form, ChangedPersonForm) and form.phone_removed.data):
        return typed
    return row.phone or ""


def _condition_ids(form: PersonForm, row: Beneficiary | None) -> frozenset[int]:
    if "condition_ids" in form:
        return frozenset(form.condition_ids.data or ())
    return frozenset(condition.id for condition in row.conditions) if row else frozenset()


def _pregnant_until(form: PersonForm, row: Beneficiary | None) -> date | None:
    if "pregnant_until" not in form:
        return row.pregnant_until if row else None
    until: date | None = form.pregnant_until.data
    return until


def _allergies(form: PersonForm, row: Beneficiary | None) -> tuple[tuple[AllergyKind, str], ...]:
    if "allergy_ingredients" not in form:
        return tuple((allergy.kind, allergy.code) for allergy in row.allergies) if row else ()
    boxes = (
        (AllergyKind.INGREDIENT, form.allergy_ingredients.data),
        (AllergyKind.CLASS, form.allergy_classes.data),
    )
    return tuple(
        (kind, name.strip())
        for kind, text in boxes
        for line in (text or "").splitlines()
        for name in line.replace("،", ",").split(",")
        if name.strip()
    )


def shown_of(row: Beneficiary) -> dict[str, object]:
    """Return a record as its form shows it: everything but the hidden numbers."""
    names = (
        "given_name", "father_name", "grandfather_name", "family_name", "birth_date", "markaz",
        "village", "address", "household_size", "eligibility_note", "pregnant_until",
    )  # fmt: skip
    shown = {name: getattr(row, name) for name in names}
    by_kind = {
        kind: "\n".join(allergy.code for allergy in row.allergies if allergy.kind is kind)
        for kind in AllergyKind
    }
    return {
        **shown,
        "identity_kind": row.identity_kind.value,
        "sex": row.sex.value,
        "condition_ids": [condition.id for condition in row.conditions],
        "allergy_ingredients": by_kind[AllergyKind.INGREDIENT],
        "allergy_classes": by_kind[AllergyKind.CLASS],
    }
