"""The words for every member of every closed list; `notice_words` has those of notices.

`word(Channel.HOTLINE)` gives the name in the reader's language; a house test sees that each member
has one; accounts alone are called as the chart of accounts says. Templates use the filter `word`;
select fields use `choices`.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from flask import Flask
from wtforms import SelectChoice

from pharmacy.rules import vocabulary as v
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.web.language import N_, gettext, ngettext
from pharmacy.web.official_names import official_name
from pharmacy.web.request_words import REQUEST_WORDS
from pharmacy.web.scope_words import SCOPE_WORDS
from pharmacy.web.stock_words import STOCK_WORDS

# Keyed by list first: members of different lists share values, and so would share a key.
WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    **REQUEST_WORDS,
    **SCOPE_WORDS,
    **STOCK_WORDS,
    v.Role: {
        v.Role.CLERK: N_("Request clerk"),
        v.Role.COMMITTEE: N_("Committee member"),
        v.Role.PHARMACIST: N_("Pharmacist"),
        v.Role.STORE_KEEPER: N_("Store keeper"),
        v.Role.FINANCE: N_("Finance"),
        v.Role.MANAGER: N_("Manager"),
        v.Role.AUDITOR: N_("Auditor"),
        v.Role.ADMINISTRATOR: N_("Administrator"),
    },
    v.Channel: {
        v.Channel.CITY_CENTRE: N_("City technology centre"),
        v.Channel.VILLAGE_CENTRE: N_("Village technology centre"),
        v.Channel.HOTLINE: N_("Hotline 16528"),
        v.Channel.PORTAL: N_("Unified complaints portal"),
        v.Channel.APP: N_("Governorate app"),
        v.Channel.SOCIAL_MEDIA: N_("Social media"),
        v.Channel.SAWTAK_MASMOU: N_("Sawtak Masmou (Your voice is heard)"),
        v.Channel.PUBLIC_MEETING: N_("Public meeting"),
        v.Channel.COUNTER: N_("At the counter"),
    },
    v.CentreKind: {
        v.CentreKind.CITY: N_("City"),
        v.CentreKind.VILLAGE: N_("Village unit"),
    },
    v.RequestCategory: {
        v.RequestCategory.MEDICINE: N_("Medicine"),
        v.RequestCategory.SUPPLIES: N_("Medical supplies"),
        v.RequestCategory.INFANT_MILK: N_("Infant milk"),
        v.RequestCategory.TREATMENT: N_("Treatment or operation"),
        v.RequestCategory.UTILITIES: N_("Utilities"),
        v.RequestCategory.HOUSING: N_("Housing"),
        v.RequestCategory.SOCIAL_AID: N_("Social aid"),
        v.RequestCategory.LICENCE: N_("Licences"),
        v.RequestCategory.OTHER: N_("Other request"),
    },
    v.Urgency: {
        v.Urgency.NORMAL: N_("Normal"),
        v.Urgency.URGENT: N_("Urgent"),
    },
    v.IdentityKind: {
        v.IdentityKind.NATIONAL_ID: N_("National ID"),
        v.IdentityKind.BIRTH_NOTIFICATION: N_("Birth notification"),
        v.IdentityKind.PASSPORT: N_("Passport"),
        v.IdentityKind.REFUGEE_CARD: N_("Refugee card"),
        v.IdentityKind.LOST_CARD: N_("Lost-card report"),
    },
    v.Sex: {
        v.Sex.FEMALE: N_("Female"),
        v.Sex.MALE: N_("Male"),
    },
    v.AllergyKind: {
        v.AllergyKind.INGREDIENT: N_("Ingredient"),
        v.AllergyKind.CLASS: N_("Class of medicines"),
    },
    v.DrugForm: {
        v.DrugForm.TABLET: N_("Tablets"),
        v.DrugForm.CAPSULE: N_("Capsules"),
        v.DrugForm.SYRUP: N_("Syrup"),
        v.DrugForm.SUSPENSION: N_("Suspension"),
        v.DrugForm.DROPS: N_("Drops"),
        v.DrugForm.AMPOULE: N_("Ampoules"),
        v.DrugForm.VIAL: N_("Vial"),
        v.DrugForm.PEN: N_("Injection pen"),
        v.DrugForm.CARTRIDGE: N_("Injection cartridge"),
        v.DrugForm.INHALER: N_("Inhaler"),
        v.DrugForm.SPRAY: N_("Spray"),
        v.DrugForm.CREAM: N_("Cream"),
        v.DrugForm.OINTMENT: N_("Ointment"),
        v.DrugForm.SUPPOSITORY: N_("Suppositories"),
        v.DrugForm.SACHET: N_("Sachets"),
        v.DrugForm.PATCH: N_("Patches"),
        v.DrugForm.POWDER: N_("Powder"),
        v.DrugForm.SOLUTION: N_("Solution"),
        v.DrugForm.SUPPLY: N_("Medical supply"),
        v.DrugForm.MILK: N_("Milk powder"),
        v.DrugForm.OTHER: N_("Other form"),
    },
    v.UnitOfIssue: {
        v.UnitOfIssue.TABLET: N_("tablet"),
        v.UnitOfIssue.CAPSULE: N_("capsule"),
        v.UnitOfIssue.BOTTLE: N_("bottle"),
        v.UnitOfIssue.AMPOULE: N_("ampoule"),
        v.UnitOfIssue.VIAL: N_("vial"),
        v.UnitOfIssue.PEN: N_("pen"),
        v.UnitOfIssue.CARTRIDGE: N_("cartridge"),
        v.UnitOfIssue.INHALER: N_("inhaler"),
        v.UnitOfIssue.TUBE: N_("tube"),
        v.UnitOfIssue.SUPPOSITORY: N_("suppository"),
        v.UnitOfIssue.SACHET: N_("sachet"),
        v.UnitOfIssue.PATCH: N_("patch"),
        v.UnitOfIssue.TIN: N_("tin"),
        v.UnitOfIssue.PIECE: N_("piece"),
    },
    v.Storage: {
        v.Storage.ROOM: N_("Room temperature, below 25 °C"),
        v.Storage.COLD: N_("Refrigerated, 2 to 8 °C"),
        v.Storage.FROZEN: N_("Frozen"),
    },
    v.Ven: {
        v.Ven.VITAL: N_("Vital"),
        v.Ven.ESSENTIAL: N_("Essential"),
        v.Ven.NON_ESSENTIAL: N_("Non-essential"),
    },
    v.ControlledLaw: {
        v.ControlledLaw.LAW_182_1960: N_("Law 182 of 1960 (narcotics)"),
        v.ControlledLaw.DECISION_172_2011: N_("Decision 172 of 2011 (psychotropics)"),
    },
    v.PregnancyRisk: {
        v.PregnancyRisk.CAUTION: N_("With caution"),
        v.PregnancyRisk.AVOID: N_("To be avoided"),
    },
    v.SiteKind: {
        v.SiteKind.STORE: N_("Store"),
        v.SiteKind.COUNTER: N_("Counter"),
        v.SiteKind.BRANCH: N_("Branch"),
        v.SiteKind.OFFICE: N_("Finance office"),
    },
    v.BatchStatus: {
        v.BatchStatus.AVAILABLE: N_("Available"),
        v.BatchStatus.QUARANTINED: N_("Quarantined"),
        v.BatchStatus.RECALLED: N_("Recalled"),
    },
    v.FundKind: {
        v.FundKind.BUDGET: N_("State budget"),
        v.FundKind.CASH_GIFT: N_("Cash gift"),
        v.FundKind.GIFT_IN_KIND: N_("Gift in kind"),
        v.FundKind.ZAKAT: N_("Zakat"),
        v.FundKind.CIVIL_SOCIETY: N_("Civil society"),
    },
    v.VoucherKind: {
        v.VoucherKind.OPENING_BALANCE: N_("Opening balance"),
        v.VoucherKind.GOODS_RECEIPT: N_("Goods receipt"),
        v.VoucherKind.DISPENSING: N_("Dispensing to a citizen"),
        v.VoucherKind.INSTITUTION_ISSUE: N_("Issue to an institution"),
        v.VoucherKind.RETURN_FROM_CITIZEN: N_("Return from a citizen"),
        v.VoucherKind.RETURN_TO_SUPPLIER: N_("Return to the supplier"),
        v.VoucherKind.TRANSFER_OUT: N_("Transfer out"),
        v.VoucherKind.TRANSFER_IN: N_("Transfer in"),
        v.VoucherKind.COUNT_ADJUSTMENT: N_("Count adjustment"),
        v.VoucherKind.WRITE_OFF: N_("Write-off"),
        v.VoucherKind.RECALL_WITHDRAWAL: N_("Recall withdrawal"),
        v.VoucherKind.FUND_RECEIPT: N_("Fund receipt"),
        v.VoucherKind.PAYMENT: N_("Payment"),
        v.VoucherKind.SUPPLIER_INVOICE: N_("Supplier invoice"),
        v.VoucherKind.CLAIM: N_("Claim of a contract pharmacy"),
        v.VoucherKind.CASH_COUNT: N_("Cash count"),
        v.VoucherKind.REVERSAL: N_("Reversal"),
    },
    v.AccountType: {
        v.AccountType.ASSET: N_("Asset"),
        v.AccountType.LIABILITY: N_("Liability"),
        v.AccountType.EQUITY: N_("Equity"),
        v.AccountType.INCOME: N_("Income"),
        v.AccountType.EXPENSE: N_("Expense"),
    },
    v.PartyKind: {
        v.PartyKind.SUPPLIER: N_("Trade supplier"),
        v.PartyKind.DONOR: N_("Donor"),
        v.PartyKind.CONTRACT_PHARMACY: N_("Contract pharmacy"),
        v.PartyKind.INSTITUTION: N_("Institution"),
    },
    v.PaymentMethod: {
        v.PaymentMethod.CASH: N_("Cash in hand"),
        v.PaymentMethod.CHEQUE: N_("Cheque"),
        v.PaymentMethod.TRANSFER: N_("Bank transfer"),
    },
    v.InvoiceState: {
        v.InvoiceState.OPEN: N_("To be paid"),
        v.InvoiceState.OVERDUE: N_("Payment overdue"),
        v.InvoiceState.PAID: N_("Paid in full"),
        v.InvoiceState.UNDONE: N_("Undone"),
    },
    v.ClaimReason: {
        v.ClaimReason.NO_APPROVAL: N_("Not approved"),
        v.ClaimReason.NOT_IN_FORCE: N_("Approval not in force on that day"),
        v.ClaimReason.FUND: N_("This fund may not pay for it"),
        v.ClaimReason.BEYOND_APPROVAL: N_("More than was approved"),
        v.ClaimReason.PRICE: N_("Price above the agreed one"),
        v.ClaimReason.DUPLICATE: N_("Claimed or dispensed before"),
        v.ClaimReason.NO_PRESCRIPTION: N_("No prescription or receipt"),
        v.ClaimReason.OTHER: N_("Another reason, as noted"),
    },
    v.Severity: {
        v.Severity.STOP: N_("Not allowed"),
        v.Severity.BLOCK: N_("Needs a reason"),
        v.Severity.WARN: N_("Take care"),
    },
    v.CounsellingPoint: {
        v.CounsellingPoint.HOW_TO_TAKE: N_("How to take it"),
        v.CounsellingPoint.WITH_FOOD: N_("With or without food"),
        v.CounsellingPoint.SIDE_EFFECTS: N_("Side effects"),
        v.CounsellingPoint.STORAGE: N_("How to keep it"),
        v.CounsellingPoint.FINISH_COURSE: N_("Finish the course"),
        v.CounsellingPoint.WHEN_TO_RETURN: N_("When to come back"),
        v.CounsellingPoint.REPEATED_BACK: N_("The person repeated it"),
    },
    v.DraftState: {
        v.DraftState.OPEN: N_("Open"),
        v.DraftState.HELD: N_("On hold"),
        v.DraftState.DISPENSED: N_("Dispensed"),
        v.DraftState.CLEARED: N_("Cleared"),
        v.DraftState.EXPIRED: N_("Expired"),
    },
    v.CallOutcome: {
        v.CallOutcome.REACHED: N_("Reached"),
        v.CallOutcome.NO_ANSWER: N_("No answer"),
        v.CallOutcome.WRONG_NUMBER: N_("Wrong number"),
        v.CallOutcome.NO_LONGER_NEEDED: N_("No longer needed"),
    },
    v.ReversalReason: {
        v.ReversalReason.WRONG_ENTRY: N_("Entered by mistake"),
        v.ReversalReason.WRONG_PERSON: N_("Wrong person"),
        v.ReversalReason.WRONG_DRUG: N_("Wrong medicine"),
        v.ReversalReason.WRONG_QUANTITY: N_("Wrong quantity"),
        v.ReversalReason.NOT_COLLECTED: N_("Not collected"),
    },
}

# Each calls by name, since that is how messages that count are found for the catalogue.
_UNITS: Mapping[v.UnitOfIssue, Callable[[int, str], str]] = {
    v.UnitOfIssue.TABLET: lambda n, num: ngettext("%(num)s tablet", "%(num)s tablets", n, num=num),
    v.UnitOfIssue.CAPSULE: lambda n, num: ngettext(
        "%(num)s capsule", "%(num)s capsules", n, num=num
    ),
    v.UnitOfIssue.BOTTLE: lambda n, num: ngettext("%(num)s bottle", "%(num)s bottles", n, num=num),
    v.UnitOfIssue.AMPOULE: lambda n, num: ngettext(
        "%(num)s ampoule", "%(num)s ampoules", n, num=num
    ),
    v.UnitOfIssue.VIAL: lambda n, num: ngettext("%(num)s vial", "%(num)s vials", n, num=num),
    v.UnitOfIssue.PEN: lambda n, num: ngettext("%(num)s pen", "%(num)s pens", n, num=num),
    v.UnitOfIssue.CARTRIDGE: lambda n, num: ngettext(
        "%(num)s cartridge", "%(num)s cartridges", n, num=num
    ),
    v.UnitOfIssue.INHALER: lambda n, num: ngettext(
        "%(num)s inhaler", "%(num)s inhalers", n, num=num
    ),
    v.UnitOfIssue.TUBE: lambda n, num: ngettext("%(num)s tube", "%(num)s tubes", n, num=num),
    v.UnitOfIssue.SUPPOSITORY: lambda n, num: ngettext(
        "%(num)s suppository", "%(num)s suppositories", n, num=num
    ),
    v.UnitOfIssue.SACHET: lambda n, num: ngettext("%(num)s sachet", "%(num)s sachets", n, num=num),
    v.UnitOfIssue.PATCH: lambda n, num: ngettext("%(num)s patch", "%(num)s patches", n, num=num),
    v.UnitOfIssue.TIN: lambda n, num: ngettext("%(num)s tin", "%(num)s tins", n, num=num),
    v.UnitOfIssue.PIECE: lambda n, num: ngettext("%(num)s piece", "%(num)s pieces", n, num=num),
}


def init_app(app: Flask) -> None:
    """Give templates `word`, `units` and `unit_beside` as filters."""
    app.jinja_env.filters.update(word=word, units=units, unit_beside=unit_beside)


def word(member: StrEnum | None) -> str:
    """Return the name of a member of a closed list; empty for None."""
    if member is None:
        return ""
    official = official_name(member) if isinstance(member, RequestState) else ""
    return official or gettext(WORDS[type(member)][member])


def choices(members: Iterable[StrEnum], *, empty: str | None = None) -> list[SelectChoice]:
    """Return value and name of each member for a select field.

    Args:
        members: An enumeration, or some of its members.
        empty: The (translated) name of a first choice with no value.
    """
    return options(((member.value, word(member)) for member in members), empty=empty)


def options(pairs: Iterable[tuple[object, str]], *, empty: str | None = None) -> list[SelectChoice]:
    """Return choices for a select field from pairs of value and (translated) name."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return first + [SelectChoice(str(value), name) for value, name in pairs]


def units(quantity: int, unit: v.UnitOfIssue) -> str:
    """Return a quantity with its unit in the right number: `3 أقراص`, `11 قرصًا`."""
    return _UNITS[unit](quantity, f"{quantity:,}")


def unit_beside(quantity: int, unit: v.UnitOfIssue) -> str:
    """Return the unit in the form that stands beside a figure: `3` أقراص, `11` قرصًا, `1` قرص."""
    mark = "\N{REPLACEMENT CHARACTER}"
    phrase = _UNITS[unit](quantity, mark)
    # One and two are said by the noun itself, which beside a figure is the plain word.
    return phrase.replace(mark, "").strip() if mark in phrase else word(unit)
