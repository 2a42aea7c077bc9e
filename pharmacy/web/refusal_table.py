"""Everything the program may refuse or object to, each said with example facts.

The page `/help/refusals` and `tests/house/refusals.md` are made from this, so neither can say
what the program does not.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pharmacy import errors as e
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import (
    Channel,
    ControlledLaw,
    DraftState,
    NoticeCode,
    PregnancyRisk,
    Role,
    Severity,
)
from pharmacy.web import claim_refusals, money_refusals, refusals, stock_refusals
from pharmacy.web.notice_words import notice_sentence

Facts = Mapping[str, object]

_DAY = date(2026, 3, 7)
_LATER = date(2026, 3, 31)
_NOTICE = Notice(
    code=NoticeCode.NOT_YET_DUE,
    severity=Severity.BLOCK,
    facts={
        "drug": "Glucophage 1000 mg",
        "last_on": _DAY,
        "next_from": _LATER,
        "left": 120,
        "approved": 360,
    },
)

EXAMPLES: Facts = {
    "shown": 40_000,
    "expected": 42_500,
    "permission": Permission.DISPENSE.value,
    "role": Role.CLERK.value,
    "scopes": ("requests:read",),
    "noun": "request",
    "key": "BH0417",
    "retry_after_seconds": 120,
    "variable": "PHARMACY_DATABASE_URL",
    "reason": "missing",
    "name": "Glucophage 1000 mg",
    "minimum": 1,
    "maximum": 1000,
    "text": "6221234567890",
    "date_from": _LATER,
    "date_to": _DAY,
    "username": "mona",
    "beneficiary_id": 12,
    "beneficiary_ids": (12,),
    "matched_by": "identity",
    "status_value": "merged",
    "from_state": RequestState.APPROVED.value,
    "to_state": RequestState.RECEIVED.value,
    "request_number": "2026-000417",
    "channel": Channel.CITY_CENTRE.value,
    "requested": 60,
    "available": 34,
    "drug_id": 3,
    "line": 2,
    "batch_id": 7,
    "submission_id": "a1",
    "fund_id": 1,
    "asked": 1_250_000,
    "held": 840_000,
    "opening": 0,
    "closing": 500,
    "fund_ar": "موازنة المحافظة",
    "fund_en": "Governorate budget",
    "fiscal_year": 2025,
    "what": "invoice",
    "amount": 500_07,
    "received": 500_00,
    "voucher_id": 9,
    "month": "2026-02",
    "request_id": 5,
    "state": RequestState.MEDICAL_CHECK.value,
    "notices": (_NOTICE,),
    "owing_id": 4,
    "left": 120,
    "holder": "منى سالم",
    "drug": "Glucophage 1000 mg",
    "lot": "A2317",
    "expiry": _LATER,
    "quorum": 3,
    "short_on": _DAY,
    "holds": (("cash", 840_000), ("owed", 500_07)),
    "first": _DAY,
    "serial": "S00081",
    "number": "P1-2026-000417",
    "lines": 2,
}
"""A value for every fact that a refusal carries, by its name."""


def _reasons(*names: str) -> tuple[Facts, ...]:
    return tuple({"reason": name} for name in names)


VARIANTS: Mapping[type[e.PharmacyError], tuple[Facts, ...]] = {
    e.InvalidClaim: tuple({"reason": name, "line": 2} for name in claim_refusals.CLAIM_FAULTS),
    e.InvalidNationalId: _reasons(*refusals.NATIONAL_ID_FAULTS),
    e.WeakPassword: tuple({"reason": name, "minimum": 12} for name in (*refusals.PASSWORD_FAULTS,)),
    e.InvalidApproval: _reasons(*refusals.APPROVAL_FAULTS),
    e.AttachmentRefused: _reasons(*refusals.ATTACHMENT_FAULTS),
    e.SittingRefused: _reasons(*refusals.SITTING_FAULTS),
    e.InvalidReceipt: _reasons(*refusals.RECEIPT_FAULTS),
    e.PeriodNotClosable: _reasons(*refusals.PERIOD_FAULTS),
    e.InvoiceTaken: ({"what": "invoice"}, {"what": "receipt"}),
    e.InvalidStockLine: _reasons(*stock_refusals.STOCK_LINE_FAULTS),
    e.InvalidMoney: _reasons(*money_refusals.MONEY_FAULTS),
    e.InvalidFund: _reasons(*money_refusals.FUND_FAULTS),
    e.BackupRefused: _reasons(*refusals.BACKUP_FAULTS),
    e.ImportRefused: _reasons(*refusals.IMPORT_FAULTS),
    e.CannotReverse: _reasons(*refusals.REVERSAL_FAULTS),
    e.UnreadableBarcode: _reasons(*refusals.BARCODE_FAULTS, "in_store"),
    e.PackRefused: tuple(
        {"reason": reason, **({"number": "30/04/2026"} if reason == "expiry_differs" else {})}
        for reason in refusals.PACK_FAULTS
    ),
    e.WebhookAddressRefused: _reasons(*refusals.WEBHOOK_FAULTS),
    e.MissingFact: ({"name": "site"}, {"name": "citizen_name"}),
    e.InvalidField: ({"name": "quantity"},),
    e.InsufficientStock: ({}, {"available": 0}),
    e.DraftClosed: tuple(
        {"state": state.value}
        for state in (DraftState.DISPENSED, DraftState.CLEARED, DraftState.EXPIRED)
    ),
}
"""Refusals that speak in more than one way: the facts that make the difference."""

NOTICE_FACTS: Mapping[str, int | str | date] = {
    "valid_from": _DAY,
    "valid_until": _LATER,
    "requested": 120,
    "left": 60,
    "due": 60,
    "last_on": _DAY,
    "next_from": _LATER,
    "needed": 24_000,
    "allergy": "penicillin",
    "drug": "Augmentin 1 g",
    "other": "Curam 1 g",
    "until": _LATER,
    "ingredient": "amoxicillin",
    "effect": "bleeding",
    "expiry": _DAY,
    "last_dose": _LATER,
    "approved": 360,
    "ceiling": 60_000,
    "combination": "Augmentin 1 g",
    "atc_class": "J01CR",
    "dose": "1*2*30",
    "days": 30,
    "by_dose": 60,
    "what": "Glucophage 1000 mg",
    "number": "P1-DSP-2026-000417",
    "risk": PregnancyRisk.AVOID.value,
    "age_months": 96,
    "least_months": 192,
    "law": ControlledLaw.LAW_182_1960.value,
    "schedule": "1",
    "written_on": _DAY,
    "prescription": "A-104417",
    "serial": "7K2M9",
    "lot": "A2317",
    "first_expiry": _LATER,
}
"""A value for every fact that a notice carries, by its name."""

_OTHERWISE: Mapping[NoticeCode, Mapping[str, int | str | date]] = {
    NoticeCode.CASE_CEILING: {"left": 12_000},
    NoticeCode.MONTH_CEILING: {"left": 12_000},
    NoticeCode.ALLERGY_CLASS: {"allergy": "J01C"},
    NoticeCode.PRESCRIPTION_EXPIRED: {"valid_until": date(2026, 3, 12)},
}
"""Facts of the same name that mean another thing: piastres, a class, the end of a prescription."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence the program may say: its code, what makes the difference, the sentence."""

    code: str
    about: str
    sentence: str


def refusal_rows() -> list[Said]:
    """Return every refusal in the reader's language, in the order of the table of sentences."""
    return [
        Said(refusal.code, _about(facts), refusals.sentence(refusal))
        for kind in refusals.SENTENCES
        for facts, refusal in _made(kind)
    ]


def notice_rows() -> list[Said]:
    """Return every notice in the reader's language."""
    return [
        Said(
            code.value,
            "",
            notice_sentence(
                Notice(
                    code=code,
                    severity=Severity.BLOCK,
                    facts={**NOTICE_FACTS, **_OTHERWISE.get(code, {})},
                )
            ),
        )
        for code in NoticeCode
    ]


def _made(kind: type[e.PharmacyError]) -> Iterator[tuple[Facts, e.PharmacyError]]:
    names: list[str] = []
    if dataclasses.is_dataclass(kind):
        names = [one.name for one in dataclasses.fields(kind)]
    for facts in VARIANTS.get(kind, ({},)):
        yield facts, kind(*(facts.get(name, EXAMPLES[name]) for name in names))


def _about(facts: Facts) -> str:
    return ", ".join(
        str(value) for name, value in facts.items() if name not in {"minimum", "number"}
    )
