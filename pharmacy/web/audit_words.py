"""The log in words: what was done, to what, and what changed; personal numbers stay hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from pharmacy.rules.actor import Actor
from pharmacy.rules.identity import mask_identity
from pharmacy.rules.permissions import Permission
from pharmacy.web.language import N_, gettext, language

LOOKS: Mapping[str, str] = {
    "view": N_("Opened the file"),
    "reveal": N_("Saw the identity number and phone"),
    "print": N_("Printed a paper"),
}
PAPERS: Mapping[str, str] = {
    "card": N_("Beneficiary card"),
    "request_slip": N_("Request slip"),
    "receipt": N_("Receipt"),
    "labels": N_("Labels"),
    "owing_slip": N_("Owing slip"),
    "unmet_slip": N_("Slip of what was not there"),
}
ACTIONS: Mapping[tuple[str, str], str] = {
    ("authority", "give"): N_("Gave a standing authority"),
    ("authority", "withdraw"): N_("Withdrew a standing authority"),
    ("beneficiary", "register"): N_("Recorded a person"),
    ("beneficiary", "correct"): N_("Corrected a person's record"),
    ("beneficiary", "merge"): N_("Merged a record into another"),
    ("controlled_register", "view"): N_("Opened the register of controlled medicines"),
    ("counter_draft", "take_over"): N_("Took over a list that was left at the counter"),
    ("drug", "save"): N_("Saved a medicine"),
    ("due_day", "move"): N_("Moved due days"),
    ("fund", "add"): N_("Put a fund on file"),
    ("fund", "change"): N_("Changed a fund"),
    ("holiday", "add"): N_("Put a holiday in the calendar"),
    ("holiday", "change"): N_("Renamed a holiday"),
    ("holiday", "remove"): N_("Took a holiday out of the calendar"),
    ("import_mapping", "delete"): N_("Deleted the columns of an import"),
    ("import_mapping", "save"): N_("Saved the columns of an import"),
    ("requests", "import"): N_("Imported citizen requests"),
    ("period", "close"): N_("Closed a month"),
    ("claim", "reverse"): N_("Undid the decision on a claim"),
    ("setting", "change"): N_("Changed a setting"),
    ("staff", "add"): N_("Opened an account"),
    ("staff", "change"): N_("Changed an account"),
    ("staff", "deactivate"): N_("Closed an account"),
    ("staff", "reactivate"): N_("Opened an account again"),
    ("staff", "reset_password"): N_("Reset a password"),
    ("staff", "set_pin"): N_("Set their own PIN"),
    ("staff", "give_badge"): N_("Gave a badge"),
    ("staff", "reissue_badge"): N_("Gave a new badge in place of one"),
    ("staff", "take_badge"): N_("Took a badge"),
    ("supplier_invoice", "reverse"): N_("Undid an invoice"),
    ("supplier", "add"): N_("Put a supplier or body on file"),
    ("supplier", "change"): N_("Changed a supplier or body"),
    ("time_limit", "change"): N_("Changed a time limit"),
    ("voucher", "sign_reversal"): N_("Signed beside a colleague for undoing a dispensing"),
}
NOUNS: Mapping[str, str] = {
    "authority": N_("Standing authority"),
    "beneficiary": N_("Beneficiary"),
    "controlled_register": N_("Register of controlled medicines"),
    "counter_draft": N_("List at the counter"),
    "drug": N_("Medicine"),
    "due_day": N_("Due days"),
    "fund": N_("Fund"),
    "holiday": N_("Holiday"),
    "import_mapping": N_("Columns of an import"),
    "period": N_("Month"),
    "requests": N_("Citizen requests"),
    "claim": N_("Claim"),
    "setting": N_("Setting"),
    "staff": N_("Account"),
    "supplier": N_("Supplier or body"),
    "supplier_invoice": N_("Invoice"),
    "time_limit": N_("Time limit"),
    "voucher": N_("Voucher"),
}
FIELDS: Mapping[str, str] = {
    "active": N_("Active"),
    "address": N_("Address"),
    "allergies": N_("Allergies"),
    "birth_date": N_("Birth date"),
    "birth_governorate": N_("Governorate of birth"),
    "ceiling": N_("Ceiling (piastres)"),
    "centre_id": N_("Centre"),
    "condition_ids": N_("Chronic conditions"),
    "consent_on": N_("Date of consent"),
    "consent_version": N_("Consent text"),
    "decision_number": N_("Decision number"),
    "eligibility_note": N_("Eligibility note"),
    "family_name": N_("Family name"),
    "father_name": N_("Father's name"),
    "given_name": N_("Given name"),
    "grandfather_name": N_("Grandfather's name"),
    "household_size": N_("Persons in the household"),
    "identity_kind": N_("Kind of identity"),
    "identity_number": N_("Identity number"),
    "language": N_("Language"),
    "markaz": N_("Markaz"),
    "merged_into": N_("Merged into"),
    "name_ar": N_("Name in Arabic"),
    "name_en": N_("Name in English"),
    "phone": N_("Phone"),
    "pregnant_until": N_("Pregnant until"),
    "posted_by": N_("Posted by"),
    "reason": N_("Reason"),
    "requests": N_("Number of requests"),
    "role": N_("Role"),
    "sex": N_("Sex"),
    "site_id": N_("Site"),
    "undone": N_("Voucher undone"),
    "staff_id": N_("Member of staff"),
    "username": N_("Sign-in name"),
    "valid_from": N_("Valid from"),
    "valid_until": N_("Valid until"),
    "value": N_("Value"),
    "village": N_("Village or quarter"),
    "working_days": N_("Working days"),
}
_NEVER_IN_FULL = frozenset({"identity_number", "phone", "collected_by_identity"})
_CLINICAL = frozenset({"allergies", "condition_ids", "eligibility_note", "pregnant_until"})
# Worked out from other fields; saying so twice helps nobody.
_DERIVED = frozenset({"folded_name", "ingredient_keys"})
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a file, as the log shows it."""

    at: datetime
    what: str
    reason: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change; both values as words, empty where there was or is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change, as the log shows it."""

    at: datetime
    what: str
    noun: str
    noun_id: str
    name_ar: str
    name_en: str
    differences: Sequence[Difference]


def look_rows(rows: Iterable[Row[Any]]) -> list[Look]:
    """Return looks at files in words."""
    return [
        Look(row.at, look_word(row.action), _reason(row), row.name_ar, row.name_en) for row in rows
    ]


def look_word(action: str) -> str:
    """Return what kind of look it was."""
    return gettext(LOOKS[action]) if action in LOOKS else action


def _reason(row: Row[Any]) -> str:
    paper, _blank, number = str(row.reason).partition(" ")
    if row.action == "print" and paper in PAPERS:
        return f"{gettext(PAPERS[paper])} {number}".strip()
    return str(row.reason)


def change_rows(rows: Iterable[Row[Any]], reader: Actor) -> list[Change]:
    """Return changes in words, as much of them as the reader may see."""
    return [
        Change(
            at=row.at,
            what=action_word(row.noun, row.action),
            noun=gettext(NOUNS[row.noun]) if row.noun in NOUNS else row.noun,
            noun_id=row.noun_id,
            name_ar=row.name_ar or "",
            name_en=row.name_en or "",
            differences=_differences(row, reader),
        )
        for row in rows
    ]


def action_word(noun: str, action: str) -> str:
    """Return what was done."""
    known = ACTIONS.get((noun, action))
    return gettext(known) if known else f"{noun}: {action}"


def _differences(row: Row[Any], reader: Actor) -> list[Difference]:
    before, after = row.before or {}, row.after or {}
    found = []
    for name in sorted({*before, *after} - _DERIVED):
        old, new = before.get(name), after.get(name)
        if old == new or (not old and not new):
            continue
        label = gettext(FIELDS[name]) if name in FIELDS else name
        if row.noun == "beneficiary" and _hidden(name, reader):
            found.append(Difference(label, "", gettext("(hidden)")))
        else:
            found.append(Difference(label, _shown(name, old), _shown(name, new)))
    return found


def _hidden(name: str, reader: Actor) -> bool:
    """Who may not see persons sees that something changed, not what."""
    if name in _CLINICAL and not reader.may(Permission.CLINICAL_VIEW):
        return True
    return not reader.may(Permission.BENEFICIARY_VIEW)


def _shown(name: str, value: object) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if name in _NEVER_IN_FULL:
        return mask_identity(str(value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = _joined(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _joined(value: object) -> str:
    if isinstance(value, list | tuple):
        comma = ", " if language() == "en" else "، "
        return comma.join(_joined(part) for part in value)
    return str(value)
