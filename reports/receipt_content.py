"""What a dispensing receipt says, whichever paper it is printed on."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import figures, words
from reports.words import Pair

TITLE = Pair("إيصال صرف دواء مدعم", "Subsidised medicine receipt")
VALUE_OF_TREATMENT = Pair("قيمة العلاج", "Value of treatment")
CITIZEN_PAYS = Pair("المطلوب من المواطن", "Citizen pays")
PAYS = Pair("يدفعه", "Pays")
OWING = Pair("رصيد مستحق لم يُصرف بعد", "Still owing to the beneficiary")
OWING_UNTIL = Pair("يُصرف حتى", "collect by")
COLLECTED_BY = Pair("المستلم", "Collected by")
EXPLAINED = Pair("شُرح للمستلم", "Explained")
IN_PLACE_OF = Pair(
    "بديل عن {approved} بموافقة {consent}", "in place of {approved}, agreed by {consent}"
)
RECEIVED = Pair("استلمت الأصناف الموضحة", "I received the items above")
VOID = Pair("إيصال ملغى", "Reversed receipt")
THANKS = Pair(
    "نتمنى لكم الشفاء. يُرجى الاحتفاظ بالإيصال وإحضاره مع البطاقة في الصرف القادم. "
    "لا تُعاد الأدوية بعد خروجها من الصيدلية حفاظًا على سلامتكم.",
    "We wish you a good recovery. Please keep this receipt and bring it with your card next time. "
    "For your safety medicines cannot be returned once they have left the pharmacy.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One batch of one drug as it was handed out.

    `quantity` counts smallest units of issue, named in `unit`; `cost` and `citizen` are piastres.
    A reversed line is crossed out and carries `reversal_note`. `in_place_of` names the approved
    drug where another brand of it was given, and `consented_by` the prescriber who agreed.
    """

    drug: str
    quantity: int
    unit: str
    lot: str
    expiry: date | None
    directions: str
    cost: int
    citizen: int
    reversed: bool = False
    reversal_note: str = ""
    in_place_of: str = ""
    consented_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwingLine:
    """What was due and could not be given yet; `quantity` in smallest units named in `unit`."""

    drug: str
    quantity: int
    unit: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """All a receipt says. Money is piastres, `moment` is in Cairo time.

    `barcode` is the EAN-13 of the receipt (prefix 22); `identity` is already masked.
    """

    number: str
    moment: datetime
    site: str
    patient: str
    card_number: str
    identity: str
    request_number: str
    channel: str
    centre: str
    approval_number: str
    lines: tuple[ReceiptLine, ...]
    value: int
    state: int
    donor: int
    citizen: int
    citizen_in_words: str
    pharmacist: str
    barcode: str
    check_code: str = ""
    owings: tuple[OwingLine, ...] = ()
    collected_by: str = ""
    explained: str = ""
    reversed: bool = False
    reversal_note: str = ""
    copy: int = 0
    demo: bool = False


def receipt_facts(receipt: Receipt, language: str) -> list[tuple[str, str]]:
    """Return who received it and under which request and approval, label by label."""
    return [
        (words.PATIENT(language), receipt.patient),
        (words.CARD_NUMBER(language), receipt.card_number),
        (words.IDENTITY(language), receipt.identity),
        (words.REQUEST(language), receipt.request_number),
        (words.APPROVAL(language), receipt.approval_number),
        (words.CHANNEL(language), receipt.channel),
        (words.CENTRE(language), receipt.centre),
        (COLLECTED_BY(language), receipt.collected_by),
        (EXPLAINED(language), receipt.explained),
    ]


def owing_text(owing: OwingLine, language: str) -> str:
    """Return one owing as a line: drug, how much, until when."""
    text = f"{owing.drug}: {figures.count(owing.quantity)} {owing.unit}"
    if owing.until is not None:
        text += f" - {OWING_UNTIL(language)} {figures.day(owing.until)}"
    return text


def line_note(line: ReceiptLine, language: str) -> str:
    """Return what stands under a line: its directions and substitution, or how it was reversed."""
    if line.reversed:
        parts = (words.REVERSED(language), line.reversal_note)
    else:
        parts = (line.directions, _substitution(line, language))
    return " - ".join(part for part in parts if part)


def _substitution(line: ReceiptLine, language: str) -> str:
    if not line.in_place_of:
        return ""
    return IN_PLACE_OF(language).format(approved=line.in_place_of, consent=line.consented_by)
