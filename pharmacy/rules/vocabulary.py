"""The closed lists of words the whole house shares.

The value of each member is what is stored and sent; the words people read are chosen at the door
(`pharmacy.web.words`). A list that a governorate may extend (centres, funds, conditions) is a
table, not an enumeration.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do; `rules.permissions` holds the table."""

    CLERK = "clerk"
    COMMITTEE = "committee"
    PHARMACIST = "pharmacist"
    STORE_KEEPER = "store_keeper"
    FINANCE = "finance"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Channel(StrEnum):
    """The way a citizen request came in (قناة الورود)."""

    CITY_CENTRE = "city_centre"
    VILLAGE_CENTRE = "village_centre"
    HOTLINE = "hotline"
    PORTAL = "portal"
    APP = "app"
    SOCIAL_MEDIA = "social_media"
    SAWTAK_MASMOU = "sawtak_masmou"
    PUBLIC_MEETING = "public_meeting"
    COUNTER = "counter"


CENTRE_CHANNELS = frozenset({Channel.CITY_CENTRE, Channel.VILLAGE_CENTRE})


class CentreKind(StrEnum):
    """A technology centre stands in a city or in a village unit."""

    CITY = "city"
    VILLAGE = "village"


class RequestCategory(StrEnum):
    """What a citizen asked for; the governorate registers and reports them all."""

    MEDICINE = "medicine"
    SUPPLIES = "supplies"
    INFANT_MILK = "infant_milk"
    TREATMENT = "treatment"
    UTILITIES = "utilities"
    HOUSING = "housing"
    SOCIAL_AID = "social_aid"
    LICENCE = "licence"
    OTHER = "other"


MEDICINE_CATEGORIES = frozenset(
    {RequestCategory.MEDICINE, RequestCategory.SUPPLIES, RequestCategory.INFANT_MILK}
)


class Urgency(StrEnum):
    """How soon an answer is owed."""

    NORMAL = "normal"
    URGENT = "urgent"


class IdentityKind(StrEnum):
    """What proves who a beneficiary is."""

    NATIONAL_ID = "national_id"
    BIRTH_NOTIFICATION = "birth_notification"
    PASSPORT = "passport"
    REFUGEE_CARD = "refugee_card"
    LOST_CARD = "lost_card"


class Sex(StrEnum):
    """Sex as registered."""

    FEMALE = "female"
    MALE = "male"


class AllergyKind(StrEnum):
    """An allergy names an ingredient (INN) or a class (ATC prefix)."""

    INGREDIENT = "ingredient"
    CLASS = "class"


class DrugForm(StrEnum):
    """Pharmaceutical form."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    SYRUP = "syrup"
    SUSPENSION = "suspension"
    DROPS = "drops"
    AMPOULE = "ampoule"
    VIAL = "vial"
    PEN = "pen"
    CARTRIDGE = "cartridge"
    INHALER = "inhaler"
    SPRAY = "spray"
    CREAM = "cream"
    OINTMENT = "ointment"
    SUPPOSITORY = "suppository"
    SACHET = "sachet"
    PATCH = "patch"
    POWDER = "powder"
    SOLUTION = "solution"
    SUPPLY = "supply"
    MILK = "milk"
    OTHER = "other"


class UnitOfIssue(StrEnum):
    """The smallest unit that is handed out; every quantity in the house counts these."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    BOTTLE = "bottle"
    AMPOULE = "ampoule"
    VIAL = "vial"
    PEN = "pen"
    CARTRIDGE = "cartridge"
    INHALER = "inhaler"
    TUBE = "tube"
    SUPPOSITORY = "suppository"
    SACHET = "sachet"
    PATCH = "patch"
    TIN = "tin"
    PIECE = "piece"


class Storage(StrEnum):
    """How a drug must be kept."""

    ROOM = "room"
    COLD = "cold"
    FROZEN = "frozen"


class Ven(StrEnum):
    """Vital, essential, non-essential."""

    VITAL = "V"
    ESSENTIAL = "E"
    NON_ESSENTIAL = "N"


class ControlledLaw(StrEnum):
    """The law a controlled class comes from: two numbering systems exist, so the law is named.

    Sources: law 182/1960 (narcotics, tables 1 to 6); Health Minister's decision 172/2011
    (psychotropics, schedules 1 to 3).
    """

    LAW_182_1960 = "law_182_1960"
    DECISION_172_2011 = "decision_172_2011"


class SiteKind(StrEnum):
    """A place that holds stock and posts vouchers; the office posts those of money alone."""

    STORE = "store"
    COUNTER = "counter"
    BRANCH = "branch"
    OFFICE = "office"


class BatchStatus(StrEnum):
    """Whether a batch may be issued."""

    AVAILABLE = "available"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


class FundKind(StrEnum):
    """Where the money or the goods came from."""

    BUDGET = "budget"
    CASH_GIFT = "cash_gift"
    GIFT_IN_KIND = "gift_in_kind"
    ZAKAT = "zakat"
    CIVIL_SOCIETY = "civil_society"


class VoucherKind(StrEnum):
    """Everything that can move stock or money."""

    OPENING_BALANCE = "opening_balance"
    GOODS_RECEIPT = "goods_receipt"
    DISPENSING = "dispensing"
    INSTITUTION_ISSUE = "institution_issue"
    RETURN_FROM_CITIZEN = "return_from_citizen"
    RETURN_TO_SUPPLIER = "return_to_supplier"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    COUNT_ADJUSTMENT = "count_adjustment"
    WRITE_OFF = "write_off"
    RECALL_WITHDRAWAL = "recall_withdrawal"
    FUND_RECEIPT = "fund_receipt"
    PAYMENT = "payment"
    SUPPLIER_INVOICE = "supplier_invoice"
    CLAIM = "claim"
    CASH_COUNT = "cash_count"
    REVERSAL = "reversal"


class Account(StrEnum):
    """Accounts of the ledger. A debit is positive, a credit negative; a voucher sums to zero.

    Codes, types and names are rows of `ledger_account`; which voucher posts where is a rule.
    """

    STOCK = "stock"
    IN_TRANSIT = "in_transit"
    CASH = "cash"
    CITIZEN_CASH = "citizen_cash"
    PAYABLES = "payables"
    FUND_BALANCE = "fund_balance"
    FUND_RECEIPTS = "fund_receipts"
    GIFTS_IN_KIND = "gifts_in_kind"
    COST_STATE = "cost_state"
    COST_DONOR = "cost_donor"
    COST_INSTITUTIONS = "cost_institutions"
    COST_CLAIMS = "cost_claims"
    LOSSES = "losses"
    COUNT_DIFFERENCES = "count_differences"
    PRICE_DIFFERENCES = "price_differences"
    CASH_DIFFERENCES = "cash_differences"
    EXPENSES = "expenses"


class AccountType(StrEnum):
    """What an account is: the first two and the last stand in debit, the others in credit."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class PartyKind(StrEnum):
    """What somebody with whom the fund has an account is to it."""

    SUPPLIER = "supplier"
    DONOR = "donor"
    CONTRACT_PHARMACY = "contract_pharmacy"
    INSTITUTION = "institution"


class PaymentMethod(StrEnum):
    """How money came or went."""

    CASH = "cash"
    CHEQUE = "cheque"
    TRANSFER = "transfer"


class InvoiceState(StrEnum):
    """How an invoice stands on a day; what is overdue is open too."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    UNDONE = "undone"


class ClaimReason(StrEnum):
    """Why a line of a contract pharmacy's claim was not accepted, or not in full."""

    NO_APPROVAL = "no_approval"
    NOT_IN_FORCE = "not_in_force"
    FUND = "fund"
    BEYOND_APPROVAL = "beyond_approval"
    PRICE = "price"
    DUPLICATE = "duplicate"
    NO_PRESCRIPTION = "no_prescription"
    OTHER = "other"


class Severity(StrEnum):
    """How hard a notice is: a stop is final, a block needs an override, a warning informs."""

    STOP = "stop"
    BLOCK = "block"
    WARN = "warn"


class NoticeCode(StrEnum):
    """What the rules can say about a dispensing before it happens."""

    APPROVAL_NOT_STARTED = "approval_not_started"
    APPROVAL_LAPSED = "approval_lapsed"
    APPROVAL_USED_UP = "approval_used_up"
    MORE_THAN_AN_ISSUE = "more_than_an_issue"
    NOT_YET_DUE = "not_yet_due"
    CASE_CEILING = "case_ceiling"
    MONTH_CEILING = "month_ceiling"
    ALLERGY_INGREDIENT = "allergy_ingredient"
    ALLERGY_CLASS = "allergy_class"
    SAME_DRUG_IN_HAND = "same_drug_in_hand"
    SAME_INGREDIENT_IN_HAND = "same_ingredient_in_hand"
    SAME_INGREDIENT_TWICE = "same_ingredient_twice"
    INTERACTION = "interaction"
    COURSE_BEYOND_EXPIRY = "course_beyond_expiry"
    COMBINATION_IN_HAND = "combination_in_hand"
    COMBINATION_TWICE = "combination_twice"
    SAME_CLASS_IN_HAND = "same_class_in_hand"
    SAME_CLASS_TWICE = "same_class_twice"
    DOSE_DIFFERS = "dose_differs"
    GIVEN_TODAY = "given_today"
    PREGNANCY = "pregnancy"
    CHILD = "child"
    PRESCRIPTION_MISSING = "prescription_missing"
    PRESCRIPTION_EXPIRED = "prescription_expired"
    PRESCRIPTION_USED = "prescription_used"
    PRESCRIPTION_NOT_KEPT = "prescription_not_kept"
    SECOND_SIGNATURE_MISSING = "second_signature_missing"
    PACK_NOT_SCANNED = "pack_not_scanned"
    PACK_USED = "pack_used"
    NOT_FIRST_EXPIRY = "not_first_expiry"
    BATCH_NOT_ISSUABLE = "batch_not_issuable"


class DraftState(StrEnum):
    """Where a draft of the counter stands; only the first two may still change."""

    OPEN = "open"
    HELD = "held"
    DISPENSED = "dispensed"
    CLEARED = "cleared"
    EXPIRED = "expired"


class CounsellingPoint(StrEnum):
    """What was explained at hand-over, as a list to tick."""

    HOW_TO_TAKE = "how_to_take"
    WITH_FOOD = "with_food"
    SIDE_EFFECTS = "side_effects"
    STORAGE = "storage"
    FINISH_COURSE = "finish_course"
    WHEN_TO_RETURN = "when_to_return"
    REPEATED_BACK = "repeated_back"


class PregnancyRisk(StrEnum):
    """What a drug means in pregnancy; none known is no entry."""

    CAUTION = "caution"
    AVOID = "avoid"


class CallOutcome(StrEnum):
    """What came of calling somebody whose medicine has arrived."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    NO_LONGER_NEEDED = "no_longer_needed"


class ReversalReason(StrEnum):
    """Why a posted fact was undone."""

    WRONG_ENTRY = "wrong_entry"
    WRONG_PERSON = "wrong_person"
    WRONG_DRUG = "wrong_drug"
    WRONG_QUANTITY = "wrong_quantity"
    NOT_COLLECTED = "not_collected"
