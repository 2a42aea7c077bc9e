"""What the counter or a program asks for, and what of it one batch gives; plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pharmacy.rules.allocation import Pick
from pharmacy.rules.subsidy import Shares
from pharmacy.rules.vocabulary import CounsellingPoint, NoticeCode
from pharmacy.services.dispensing_facts import Item
from pharmacy.services.voucher import BatchFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPack:
    """A pack in the hand: whose batch it is of, and units of issue taken from it.

    `gtin` is empty for our own batch label, `serial` where the pack bears none.
    """

    gtin: str
    batch_id: int
    quantity: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Another brand of the approved drug, and the prescriber's consent to it."""

    drug_id: int
    consented_by: str
    consented_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """What is to be handed out: an approved item, units of issue, and the owing it settles.

    Packs scanned for the line say from which batches it is taken first.
    """

    approval_item_id: int
    quantity: int
    owing_id: int | None = None
    packs: tuple[ScannedPack, ...] = ()
    substitute: Substitute | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A reason given for going on in spite of a blocking notice."""

    code: NoticeCode
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Someone else who collects on the person's behalf."""

    name: str = ""
    identity: str = ""
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is done at hand-over beside the medicine: counselling, prescription, a witness."""

    counselled: tuple[CounsellingPoint, ...] = ()
    prescriber: str = ""
    prescription_number: str = ""
    prescription_date: date | None = None
    prescription_kept: bool = False
    second_staff_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispensingOrder:
    """What the counter or an API call asks for.

    Attributes:
        submission_id: Made by the form; the same one posts once and gives the first back.
        partial: Give what there is and owe the rest, instead of refusing.
    """

    request_id: int
    submission_id: str
    lines: Sequence[OrderLine]
    overrides: Sequence[Override] = ()
    collector: Collector = field(default_factory=Collector)
    care: Care = field(default_factory=Care)
    partial: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One batch's part of a line, valued and shared; `item` is what is given, brand included."""

    line: OrderLine
    item: Item
    pick: Pick
    facts: BatchFacts
    days: int
    shares: Shares
