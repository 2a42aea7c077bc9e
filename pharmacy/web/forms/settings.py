"""The form of all settings, made from the one table of settings."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, SelectField, StringField
from wtforms.validators import Length

from pharmacy.rules.settings import SETTINGS, SettingKind, SettingSpec
from pharmacy.web.forms.base import BaseForm, MoneyField, Needed, WholeField
from pharmacy.web.language import N_, gettext

TEXT_MAX = 200
IN_PIASTRES = frozenset({"walk_in_ceiling"})

LABELS: Mapping[str, str] = {
    "governorate_ar": N_("Governorate on papers, Arabic"),
    "governorate_en": N_("Governorate on papers, English"),
    "pharmacy_ar": N_("Pharmacy on papers, Arabic"),
    "pharmacy_en": N_("Pharmacy on papers, English"),
    "fund_ar": N_("Fund on papers, Arabic"),
    "fund_en": N_("Fund on papers, English"),
    "hotline": N_("Hotline on slips and receipts"),
    "paper_digits": N_("Digits on papers"),
    "early_refill_percent": N_("Days of an issue that must have passed (per cent)"),
    "prescription_days": N_("Days for which a controlled prescription holds"),
    "approval_months": N_("Months an approval holds, unless the decision says"),
    "decision_route": N_("Who decides on a request"),
    "committee_quorum": N_("Members without whom no sitting decides"),
    "budget_control": N_("An approval beyond the budget of its fund"),
    "budget_warning_percent": N_("Used part of a budget from which it warns (per cent)"),
    "budget_fund": N_("Code of the fund that bears what names no fund"),
    "renewal_days": N_("Days before its end from which an approval is listed for renewal"),
    "walk_in_ceiling": N_("Most that a walk-in approval at the counter may cost"),
    "counter_lock_minutes": N_("Idle minutes after which the counter locks"),
    "claim_price_percent": N_(
        "Share of the reference price paid to contract pharmacies (per cent)"
    ),
    "claim_due_days": N_("Days within which an accepted claim is to be paid"),
    "pack_match": N_("Scanning packs before they are handed out"),
    "pack_match_controlled": N_("Scanning packs of controlled medicines"),
    "draft_hours": N_("Hours after which an untouched list at the counter expires"),
    "working_from": N_("Hour at which the counter's working day begins"),
    "working_until": N_("Hour at which the counter's working day ends"),
    "tell_citizens": N_("Telling citizens of each change of state"),
    "feedback_reopens": N_("Reopening when a citizen says it is not solved"),
    "public_address": N_("Address at which citizens reach the tracking page"),
    "attachment_megabytes": N_("Largest paper of a request (MB)"),
    "attachment_months": N_("Months for which papers of requests are kept"),
    "official_received": N_("Official name of the state “Received”"),
    "official_awaiting_papers": N_("Official name of the state “Papers awaited”"),
    "official_checked": N_("Official name of the state “Checked, complete”"),
    "official_social_research": N_("Official name of the state “Social research”"),
    "official_medical_check": N_("Official name of the state “Medical check”"),
    "official_committee": N_("Official name of the state “Before the committee”"),
    "official_deferred": N_("Official name of the state “Deferred”"),
    "official_approved": N_("Official name of the state “Approved”"),
    "official_dispensing": N_("Official name of the state “Being dispensed”"),
    "official_rejected": N_("Official name of the state “Rejected”"),
    "official_closed": N_("Official name of the state “Closed”"),
    "consent_version": N_("Version of the consent text in force"),
    "goods_receipt_form": N_("Form number on the addition permit"),
    "issue_form": N_("Form number on issue and transfer permits"),
    "return_form": N_("Form number on return permits"),
    "count_form": N_("Form number on the minutes of a count"),
    "write_off_form": N_("Form number on the minutes of write-offs"),
}
CHOICES: Mapping[str, str] = {
    "latn": N_("1234, Western"),
    "arab": N_("Arabic-Indic"),
    "member": N_("A member of the committee alone"),
    "sitting": N_("An open sitting, by its votes"),
    "off": N_("Not asked for"),
    "on": N_("Yes, it is reopened"),
    "sms": N_("By text message"),
    "warn": N_("Warn when it was not done"),
    "required": N_("Required"),
    "refuse": N_("Is refused, unless the manager signs for it"),
}
CHOICES_OF: Mapping[tuple[str, str], str] = {
    ("budget_control", "warn"): N_("Is approved with a warning"),
    ("budget_control", "off"): N_("Is approved; budgets are only reported"),
    ("tell_citizens", "off"): N_("They are not told"),
    ("feedback_reopens", "off"): N_("No, it is only listed"),
}
"""Choices that read differently in one setting."""


def setting_label(name: str) -> str:
    """Return what a setting is called; one without words yet is called by its name."""
    return gettext(LABELS[name]) if name in LABELS else name


class SettingsForm(BaseForm):
    """All settings on one page; `settings_form` adds a field for each."""

    def values(self) -> dict[str, str]:
        """Return every setting as the text that is kept."""
        return {name: str("" if self[name].data is None else self[name].data) for name in SETTINGS}


def _field(name: str, spec: SettingSpec) -> Field:
    label = LABELS.get(name, name)
    if spec.kind is SettingKind.CHOICE:
        return SelectField(label, validators=[Needed()])
    if name in IN_PIASTRES:
        return MoneyField(label, validators=[Needed()])
    if spec.kind is SettingKind.WHOLE:
        bounds = {"minimum": spec.minimum, "maximum": spec.maximum}
        return WholeField(label, validators=[Needed()], **bounds)
    if spec.optional:
        return StringField(label, validators=[Length(max=TEXT_MAX)])
    return StringField(label, validators=[Needed(), Length(max=TEXT_MAX)])


_FORM: type[SettingsForm] = type(
    "AllSettingsForm",
    (SettingsForm,),
    {"__doc__": "One field for each setting.", **{n: _field(n, s) for n, s in SETTINGS.items()}},
)


def settings_form(values: Mapping[str, str] | None = None) -> SettingsForm:
    """Return the form: as sent, or showing the values given."""
    shown: dict[str, Any] = {}
    for name, text in (values or {}).items():
        shown[name] = int(text) if SETTINGS[name].kind is SettingKind.WHOLE else text
    form = _FORM(data=shown) if values is None else _FORM(formdata=None, data=shown)
    for name, spec in SETTINGS.items():
        if spec.kind is SettingKind.CHOICE:
            form[name].choices = [
                (choice, gettext(CHOICES_OF.get((name, choice)) or CHOICES.get(choice, choice)))
                for choice in spec.choices
            ]
    return form
