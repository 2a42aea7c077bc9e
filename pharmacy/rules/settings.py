"""Settings a governorate may change without a programmer: name, kind, default, bounds.

The by-law of the fund is not published, so what it may decide is a setting. Words for each name
are chosen at the door; the README lists them from this table.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.request_vocabulary import RequestState

DIGITS = ("latn", "arab")
"""Digits of a paper, Western and Arabic-Indic, as settings, addresses and commands name them."""


class SettingKind(StrEnum):
    """How a setting's text is read."""

    TEXT = "text"
    WHOLE = "whole"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One setting: what it is for, how it is read, what holds until someone changes it."""

    kind: SettingKind
    default: str
    help: str
    minimum: int = 0
    maximum: int = 0
    choices: tuple[str, ...] = ()
    optional: bool = False


def _whole(default: int, minimum: int, maximum: int, purpose: str) -> SettingSpec:
    return SettingSpec(
        kind=SettingKind.WHOLE,
        default=str(default),
        minimum=minimum,
        maximum=maximum,
        help=purpose,
    )


def _text(default: str, purpose: str, *, optional: bool = False) -> SettingSpec:
    return SettingSpec(kind=SettingKind.TEXT, default=default, help=purpose, optional=optional)


def _choice(choices: tuple[str, ...], purpose: str) -> SettingSpec:
    return SettingSpec(kind=SettingKind.CHOICE, default=choices[0], choices=choices, help=purpose)


def official_setting(state: RequestState) -> str:
    """Return the name of the setting that holds a state's official name."""
    return f"official_{state.value}"


SETTINGS: MappingProxyType[str, SettingSpec] = MappingProxyType(
    {
        "governorate_ar": _text("محافظة البحيرة", "Name of the governorate on papers, Arabic"),
        "governorate_en": _text(
            "Beheira Governorate", "Name of the governorate on papers, English"
        ),
        "pharmacy_ar": _text("صيدلية دعم الدواء", "Name of the pharmacy on papers, Arabic"),
        "pharmacy_en": _text("Medicine Support Pharmacy", "Name of the pharmacy, English"),
        "fund_ar": _text("صندوق دعم الدواء", "Name of the fund on papers, Arabic"),
        "fund_en": _text("Medicine Support Fund", "Name of the fund on papers, English"),
        "hotline": _text("16528", "Hotline printed on slips and receipts"),
        "paper_digits": _choice(DIGITS, "Digits on papers: Western or Arabic-Indic"),
        "early_refill_percent": _whole(
            80, 0, 100, "Share of the days that must have passed before the next issue"
        ),
        "prescription_days": _whole(
            5, 1, 90, "Days after its writing on which a controlled prescription still holds"
        ),
        "approval_months": _whole(6, 1, 36, "Months an approval holds unless the decision says"),
        "walk_in_ceiling": _whole(
            50_000, 0, 10**9, "Most piastres a walk-in approval at the counter may cost"
        ),
        "decision_route": _choice(
            ("member", "sitting"), "Who decides: a member alone, or an open sitting by its votes"
        ),
        "committee_quorum": _whole(3, 1, 30, "Members present without whom no sitting decides"),
        "budget_control": _choice(
            ("refuse", "warn", "off"), "What becomes of an approval beyond its fund's budget"
        ),
        "budget_warning_percent": _whole(
            80, 1, 100, "Share of a budget, spent or promised, from which it warns"
        ),
        "budget_fund": _text(
            "",
            "Code of the fund that bears approvals which name none; empty: the first of the budget",
            optional=True,
        ),
        "renewal_days": _whole(
            30, 1, 180, "Days before an approval lapses from which its renewal is listed"
        ),
        "claim_price_percent": _whole(
            100, 1, 200, "Share of the reference price that contract pharmacies are paid"
        ),
        "claim_due_days": _whole(
            30, 0, 365, "Days after its decision within which a claim is to be paid"
        ),
        "pack_match": _choice(
            ("off", "warn", "required"), "Whether the pack of a line must be scanned"
        ),
        "pack_match_controlled": _choice(
            ("required", "warn", "off"), "The same for controlled medicines"
        ),
        "counter_lock_minutes": _whole(
            3, 1, 60, "Minutes without a key or a scan after which the counter locks"
        ),
        "draft_hours": _whole(
            24, 1, 24 * 7, "Hours after which an untouched draft of the counter expires"
        ),
        "working_from": _whole(
            8, 0, 12, "Hour at which the counter's working day begins, for unusual patterns"
        ),
        "working_until": _whole(16, 13, 24, "Hour at which it ends"),
        "attachment_megabytes": _whole(5, 1, 7, "Largest attachment of a request, in MB"),
        "attachment_months": _whole(
            24, 1, 240, "Months after which an attachment is due to be removed"
        ),
        "tell_citizens": _choice(
            ("off", "sms"), "Whether citizens get a text message when their request moves"
        ),
        "feedback_reopens": _choice(
            ("on", "off"), "Whether a citizen who says it is not solved reopens an ended request"
        ),
        "public_address": _text(
            "",
            "Address at which citizens reach this program, like https://requests.example;"
            " empty until there is one",
            optional=True,
        ),
        **{
            official_setting(state): _text(
                "",
                f"Official Arabic name of the state `{state.value}`; empty: the program's word",
                optional=True,
            )
            for state in RequestState
        },
        "consent_version": _text("2026-01", "Version of the consent text in force"),
        "goods_receipt_form": _text("نموذج 1 مخازن حكومية", "Form number on the addition permit"),
        "issue_form": _text("نموذج 2 مخازن", "Form number on issue and transfer permits"),
        "return_form": _text("نموذج 8 مخازن", "Form number on return permits"),
        "count_form": _text("نموذج 6 مخازن", "Form number on the minutes of a count"),
        "write_off_form": _text(
            "", "Form number on the minutes of write-offs; empty for none", optional=True
        ),
    }
)
