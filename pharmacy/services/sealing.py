"""What a seal protects of a dispensing, money or a stock document beyond movements and postings.

Approval, items given, head, lines, owings, notices, care, substitutions, packs, in this order. The
approval's terms are bound in so that nobody can raise one behind what was handed out on it. The
writers (dispensing, reversal, the bulk path of the demonstration data) hand the very rows they are
about to insert to these functions. `services.verify_seals` reads the rows back with code of its
own, so that a slip here cannot hide itself.
"""

from collections.abc import Mapping

from pharmacy.rules.seal import Atom, atom

HEAD = (
    "request_id", "approval_id", "beneficiary_id", "channel", "centre_id", "condition_id",
    "patient_name", "card_number", "collected_by_name", "collected_by_identity",
    "collected_by_relation",
)  # fmt: skip
LINE = (
    "line_no", "approval_item_id", "drug_id", "batch_id", "fund_id", "beneficiary_id",
    "business_date", "quantity", "cost", "state_share", "donor_share", "citizen_share", "days",
    "drug_name_ar", "drug_name_en", "strength", "unit", "lot", "expiry", "directions_ar",
    "directions_en", "owing_id", "reverses_line_id",
)  # fmt: skip
OWING = ("approval_item_id", "drug_id", "beneficiary_id", "quantity")
NOTICE = ("code", "severity", "reason", "staff_id")
CARE = (
    "collected_by_phone", "counselled", "prescriber", "prescription_number", "prescription_date",
    "prescription_kept", "second_staff_id",
)  # fmt: skip
SUBSTITUTION = ("line_no", "approved_drug_id", "given_drug_id", "consented_by", "consented_on")
PACK = ("line_no", "gtin", "lot", "serial", "quantity")
MONEY = ("fund_id", "account", "amount", "method", "party_name", "purpose")
COUNT = ("since", "expected", "counted", "difference", "cashier_id", "received_by")
CLAIM = ("claim_id", "pharmacy_id", "number", "dated_on", "claimed", "accepted")
CLAIM_LINE = (
    "line_no", "request_id", "drug_id", "given_on", "claimed_quantity", "claimed_amount",
    "receipt_number", "approval_item_id", "quantity", "accepted", "reason", "note",
)  # fmt: skip
PIECE = ("denomination", "pieces")
APPROVAL = (
    "approval_id", "valid_from", "valid_until", "case_ceiling", "month_ceiling",
    "citizen_basis_points", "donor_basis_points", "citizen_share_max",
)  # fmt: skip
ITEM = ("approval_item_id", "drug_id", "quantity_per_issue", "issues", "interval_days")
DOCUMENT = ("second_staff_id", "committee", "to_site_id", "sent_id")
COUNTED = ("line_no", "batch_id", "expected", "counted")
RETURNED = ("line_no", "dispensing_line_id")


def approval_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of the approval that was dispensed on."""
    return ("approval", *(atom(row[name]) for name in APPROVAL))


def item_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of an approved item that was given, once for each item."""
    return ("item", *(atom(row[name]) for name in ITEM))


def head_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a dispensing's head, from its row without the voucher."""
    return ("dispensing", *(atom(row[name]) for name in HEAD))


def line_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of one dispensing line, all that will be printed included."""
    return ("line", *(atom(row[name]) for name in LINE))


def owing_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of an owing."""
    return ("owing", *(atom(row[name]) for name in OWING))


def notice_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a notice and of the reason it was overridden for."""
    return ("notice", *(atom(row[name]) for name in NOTICE))


def care_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of prescription, witness and counselling."""
    return ("care", *(atom(row[name]) for name in CARE))


def substitution_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of another brand given, and of the consent to it."""
    return ("substitution", *(atom(row[name]) for name in SUBSTITUTION))


def pack_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a scanned pack."""
    return ("pack", *(atom(row[name]) for name in PACK))


def money_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of money that came or went, beyond its postings."""
    return ("money", *(atom(row[name]) for name in MONEY))


def count_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a drawer's count."""
    return ("count", *(atom(row[name]) for name in COUNT))


def piece_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of notes or coins of one kind, the largest first."""
    return ("piece", *(atom(row[name]) for name in PIECE))


def claim_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a claim of which something was accepted."""
    return ("claim", *(atom(row[name]) for name in CLAIM))


def claim_line_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a claimed line and of the decision on it."""
    return ("claim_line", *(atom(row[name]) for name in CLAIM_LINE))


def document_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a stock document: signature, committee, way."""
    return ("document", *(atom(row[name]) for name in DOCUMENT))


def counted_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a counted batch."""
    return ("counted", *(atom(row[name]) for name in COUNTED))


def returned_particulars(row: Mapping[str, object]) -> tuple[Atom, ...]:
    """Return what the seal protects of a citizen's return: the line it was given by."""
    return ("returned", *(atom(row[name]) for name in RETURNED))
