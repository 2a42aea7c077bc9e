"""What lies on the counter as its page shows it: lines, notices, and what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pharmacy.models import Beneficiary, CounterDraft, DispensingLine, Drug
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import DraftState, NoticeCode, Severity
from pharmacy.services import counter
from pharmacy.services.dispensing_facts import Case
from pharmacy.services.draft import HeldDraft
from pharmacy.services.draft_view import Later, Preview
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.papers.dispensing import Dispensed

REASONS: Sequence[tuple[str, str]] = (
    ("prescriber", N_("The prescriber was asked and confirms it")),
    ("stopped", N_("The other medicine was stopped")),
    ("tolerated", N_("Taken before without harm")),
    ("lost", N_("Lost or spoilt, and proven")),
    ("travel", N_("Travels before the next date")),
    ("only", N_("Nothing else is on the shelf")),
    ("other", N_("Another reason, in words")),
)
"""Why one goes on in spite of a notice; the words beside it are free."""

_BY_WORD = dict(REASONS)
_JOINT = " — "


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a visitor asked of the page beside the draft itself.

    Attributes:
        edit: The line in edit, by its uid, and which column of it.
        typed: What was typed into that field, when it was refused.
        error: Why it was refused, in words.
        chosen: The line that the last step was about.
        notices: What the rules said when it was dispensed, instead of what they foresee.
        reasons: Reasons just typed, by notice code.
        beyond: Whether the manager may let new lines pass beyond the budget.
        override_reason: Why, as it was just typed.
    """

    edit: str = ""
    column: str = ""
    typed: str | None = None
    error: str = ""
    chosen: str = ""
    notices: Sequence[Notice] | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    beyond: bool = False
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as the table shows it; `cost` is piastres, `lots` pairs of lot and expiry."""

    uid: str
    drug: Drug
    lots: Sequence[tuple[str, date]]
    dose: str
    directions: str
    quantity: int
    cost: int
    state: str
    there: int = 0
    low: bool = False
    approved: bool = True
    owing: bool = False
    brand_of: str = ""
    consented_by: str = ""
    selected: bool = False
    edit: str = ""
    typed: str | None = None
    error: str = ""
    tools: bool = False
    brands: Sequence[tuple[Drug, int]] = ()

    @property
    def name(self) -> str:
        """The medicine's name in the reader's language."""
        return self.drug.name_en if language() == "en" else self.drug.name_ar


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything the counter shows; amounts in piastres."""

    draft: CounterDraft | None = None
    state: str = "idle"
    person: Beneficiary | None = None
    requests: Sequence[counter.OpenRequest] = ()
    preview: Preview | None = None
    rows: Sequence[Row] = ()
    recent: Sequence[counter.Recent] = ()
    held: Sequence[HeldDraft] = ()
    today: Sequence[counter.Recent] = ()
    done: Dispensed | None = None
    besides: Sequence[Dispensed] = ()
    signed: Mapping[str, str] = field(default_factory=dict)
    view: View = field(default_factory=View)

    @property
    def open(self) -> bool:
        """Whether lines may still change."""
        return self.state in {"open", "held"}

    @property
    def title(self) -> str:
        """What is going on, as the heading over the lines."""
        if self.state == "idle":
            return gettext("Start here")
        if self.state == DraftState.DISPENSED.value:
            return gettext("Dispensed")
        if not self.open:
            return gettext("Not dispensed")
        if self.case is not None:
            return gettext("Repeat on an approval")
        return gettext("New prescription")

    @property
    def case(self) -> Case | None:
        """The approved request at hand."""
        return self.preview.case if self.preview and self.open else None

    @property
    def request(self) -> counter.OpenRequest | None:
        """The approved request at hand, as its tab names it."""
        wanted = self.draft.request_id if self.draft else None
        return next((row for row in self.requests if row.request_id == wanted), None)

    @property
    def issue_of(self) -> tuple[int, int] | None:
        """Which issue of how many this is, by the item that has the most of them."""
        entitled = [line.entitled for line in self.preview.lines] if self.preview else []
        known = [one for one in entitled if one is not None]
        if not known:
            return None
        longest = max(known, key=lambda one: one.issues)
        return longest.issue, longest.issues

    @property
    def ceilings(self) -> Sequence[tuple[str, int, int]]:
        """The ceilings that hold: name, piastres left before this, piastres in all."""
        if self.preview is None:
            return []
        pairs = (
            (gettext("Left of the ceiling of the case"), self.preview.case_ceiling),
            (gettext("Left of this month's ceiling"), self.preview.month_ceiling),
        )
        return [(name, one.left, one.of) for name, one in pairs if one is not None]

    @property
    def said(self) -> Sequence[str]:
        """What was said beside the lines, in words, so that it is seen while the panel is shut."""
        if self.draft is None:
            return []
        facts = {
            gettext("collected by another"): self.draft.collected_by_name,
            gettext("prescription"): self.draft.prescriber or self.draft.prescription_number,
            gettext("counselled"): self.draft.counselled,
            gettext("note"): self.draft.note,
            gettext("give what there is"): self.draft.partial,
            gettext("signed"): self.signed,
        }
        return [words for words, there in facts.items() if there]

    @property
    def signatures(self) -> Sequence[tuple[str, str, str, str]]:
        """The signatures one may take: purpose, title, who signed, and what for."""
        found = []
        if self.preview is not None and self.preview.new:
            authority = self.preview.authority
            hint = gettext("New lines need a committee member's signature.")
            if authority is not None:
                hint = gettext(
                    "New lines are approved by decision %(number)s; nobody needs to sign.",
                    number=authority.decision_number,
                )
            title = gettext("Approval of the new lines")
            found.append(("approve", title, self.signed.get("approve", ""), hint))
        hint = gettext("A colleague looks at controlled medicine and signs for it.")
        title = gettext("Second signature")
        found.append(("witness", title, self.signed.get("witness", ""), hint))
        return found

    @property
    def notices(self) -> Sequence[Notice]:
        """What the rules say, the hardest first, each thing once."""
        if self.view.notices is not None:
            said = self.view.notices
        else:
            said = self.preview.all_notices if self.preview else ()
        hardest = [Severity.STOP, Severity.BLOCK, Severity.WARN]
        return sorted(said, key=lambda notice: hardest.index(notice.severity))

    def asked_before(self, place: int) -> frozenset[str]:
        """Return the codes of the notices above this one: one reason does for each code."""
        return frozenset(notice.code.value for notice in self.notices[:place])

    def why(self, code: NoticeCode) -> tuple[str, str]:
        """Return the reason given for a notice: which of the list, and the words."""
        kept = dict(self.draft.reasons) if self.draft else {}
        return split_reason(str(self.view.reasons.get(code.value, kept.get(code.value, ""))))

    def name_of_line(self, number: int) -> str:
        """Return the medicine of a line, counted from 1."""
        return self.rows[number - 1].name if 0 < number <= len(self.rows) else str(number)

    @property
    def matched(self) -> int:
        """How many lines were matched by a scan."""
        return sum(row.state == "matched" for row in self.rows)

    @property
    def later(self) -> Sequence[Later]:
        """Approved items that are not due, or were taken out."""
        return self.preview.later if self.preview and self.open else ()

    @property
    def fund(self) -> int:
        """What the fund bears."""
        if self.done:
            return sum(line.cost - line.citizen_share for line in self.given)
        return self.preview.fund if self.preview else 0

    @property
    def citizen(self) -> int:
        """What the citizen pays."""
        if self.done:
            return sum(line.citizen_share for line in self.given)
        return self.preview.citizen if self.preview else 0

    @property
    def given(self) -> Sequence[DispensingLine]:
        """The lines handed out."""
        every = [self.done, *self.besides] if self.done else []
        return [line for one in every for line in one.lines]

    @property
    def short(self) -> bool:
        """Whether anything is not there."""
        return self.preview is not None and self.preview.short

    @property
    def resumable(self) -> int | None:
        """The draft that F4 takes up again from an empty counter: one's own, last touched."""
        mine = [row for row in self.held if row.mine]
        return mine[-1].draft_id if mine and self.draft is None else None

    @property
    def hindrance(self) -> str:
        """Why nothing can be dispensed now, in words; empty when it can be tried."""
        if self.draft is None:
            return gettext("Scan a card first.")
        if not self.open:
            return gettext("This is done. Scan the next card.")
        if not self.rows:
            return gettext("There are no lines to dispense.")
        return ""


def reason_words(choice: str, text: str) -> str:
    """Return a reason as it is kept: the words of the list, then one's own."""
    listed = gettext(_BY_WORD[choice]) if choice in _BY_WORD and choice != "other" else ""
    return _JOINT.join(part for part in (listed, text.strip()) if part)


def split_reason(kept: str) -> tuple[str, str]:
    """Return which of the list a kept reason is, and the words beside it."""
    for choice, words in REASONS:
        listed = gettext(words)
        if kept == listed or kept.startswith(listed + _JOINT):
            return choice, kept.removeprefix(listed).removeprefix(_JOINT)
    return ("other", kept) if kept else ("", "")
