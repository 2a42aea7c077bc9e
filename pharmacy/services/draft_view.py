"""A draft as a page shows it: the shapes that `draft_preview` fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pharmacy.models import DraftLine, Drug
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import Severity
from pharmacy.services.authority import Authority
from pharmacy.services.dispensing_facts import Case, Item
from pharmacy.services.draft_snapshot import DraftPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Units that would come from a batch, and what they cost (piastres)."""

    batch_id: int
    lot: str
    expiry: date
    quantity: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """What the approval says of an item: units due, left and owed, issue n of m, and the next."""

    due: int
    left: int
    owed: int
    issue: int
    issues: int
    next_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """A line of the draft as it would be handed out; amounts in piastres.

    Attributes:
        drug: What is given, the other brand when there is one.
        approved: The item as approved; None for a new prescription, or when the approval is gone.
        entitled: Where the approval stands; None with it.
        there: Units that may be issued for this person.
        short: Units of the line that are not there.
        notices: What the rules say of this line.
    """

    number: int
    uid: str
    line: DraftLine
    drug: Drug
    approved: Item | None
    entitled: Entitled | None
    new: bool
    quantity: int
    dose: str
    directions_ar: str
    directions_en: str
    packs: Sequence[DraftPack]
    picks: Sequence[Picked]
    there: int
    short: int
    cost: int
    fund: int
    citizen: int
    notices: Sequence[Notice]

    @property
    def matched(self) -> bool:
        """Whether a pack was scanned for it."""
        return bool(self.packs)

    @property
    def substituted(self) -> bool:
        """Whether another brand stands for the approved one."""
        return self.approved is not None and self.approved.drug_id != self.drug.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """An approved item that is not in the draft, and when it is due."""

    item: Item
    entitled: Entitled


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What a ceiling was set at and what is left of it before this dispensing (piastres)."""

    of: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A draft as it would be dispensed; amounts in piastres.

    Attributes:
        notices: What the rules say of the whole, not of one line.
        case: The approved request, when there is one that may be dispensed against.
        authority: The standing authority that would approve new lines, if any is in force.
        new: How many lines need an approval.
    """

    lines: Sequence[PreviewLine]
    later: Sequence[Later]
    notices: Sequence[Notice]
    case: Case | None
    case_ceiling: Ceiling | None
    month_ceiling: Ceiling | None
    authority: Authority | None
    new: int
    cost: int
    fund: int
    citizen: int

    @property
    def matched(self) -> int:
        """How many lines have a scanned pack."""
        return sum(line.matched for line in self.lines)

    @property
    def short(self) -> bool:
        """Whether anything is not there."""
        return any(line.short for line in self.lines)

    @property
    def all_notices(self) -> tuple[Notice, ...]:
        """Everything the rules say, in the order of the lines."""
        return (*(notice for line in self.lines for notice in line.notices), *self.notices)

    def standing(self, reasons: Mapping[str, str]) -> tuple[Notice, ...]:
        """Return the notices that stop it, or block it without a reason."""
        return tuple(
            notice
            for notice in self.all_notices
            if notice.severity is Severity.STOP
            or (notice.severity is Severity.BLOCK and notice.code.value not in reasons)
        )
