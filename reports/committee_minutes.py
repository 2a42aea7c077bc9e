"""Minutes of a sitting of the committee (محضر جلسة), A4: agenda, votes, decisions, signatures.

Before the sitting opens the same paper is its agenda; while it is open, a draft that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from reports import figures
from reports.facts import draw_facts, draw_heading
from reports.page import A4, Document, Heading
from reports.sheet import SOFT, Type
from reports.table import Column, Kind, Look, Row, draw_table
from reports.words import Pair


class Stage(Enum):
    """How far the sitting has come."""

    AGENDA = "agenda"
    DRAFT = "draft"
    FINAL = "final"


TITLES = {
    Stage.AGENDA: Pair("جدول أعمال جلسة اللجنة", "Agenda of the committee"),
    Stage.DRAFT: Pair("مسودة محضر جلسة اللجنة", "Draft minutes of the committee"),
    Stage.FINAL: Pair("محضر جلسة اللجنة", "Minutes of the committee"),
}
PLACE = Pair("المكان", "Place")
OPENED = Pair("بدأت الجلسة", "Opened")
CLOSED = Pair("انتهت الجلسة", "Closed")
QUORUM = Pair("النصاب القانوني", "Quorum")
PRESENT_COUNT = Pair("عدد الحاضرين", "Members present")
CHAIR = Pair("رئيس الجلسة", "Chair")
MEMBER = Pair("عضو", "Member")
MEMBERS = Pair("أعضاء اللجنة", "Members of the committee")
NAME = Pair("الاسم", "Name")
PART = Pair("الصفة", "Part")
ATTENDANCE = Pair("الحضور", "Attendance")
PRESENT = Pair("حاضر", "Present")
ABSENT = Pair("غائب", "Absent")
AGENDA = Pair("الموضوعات المعروضة وما تقرر بشأنها", "Requests and what was decided")
TO_COME = Pair("الموضوعات المعروضة", "Requests on the agenda")
LINE = Pair("م", "No.")
REQUEST = Pair("رقم الطلب", "Request")
CITIZEN = Pair("مقدم الطلب", "Citizen")
ASKED = Pair("الموضوع", "What is asked for")
DUE = Pair("موعد الرد", "Due on")
VOTES = Pair("التصويت", "Votes")
DECISION = Pair("القرار", "Decision")
TALLY = Pair("موافق {yes}\nمعترض {no}\nممتنع {rest}", "for {yes}\nagainst {no}\nabstained {rest}")
NO_VOTE = Pair("بلا تصويت", "no vote")
NOTHING = Pair("لم تُعرض طلبات على الجلسة.", "No request was before the sitting.")
COUNTS = Pair(
    "عدد الطلبات المعروضة: {all}؛ الموافقة: {approved}، الرفض: {rejected}، التأجيل: {deferred}.",
    "Requests before the sitting: {all}; approved {approved}, rejected {rejected}, "
    "deferred {deferred}.",
)
NOTE = Pair("ملاحظات", "Notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendant:
    """A member called to the sitting."""

    name: str
    is_chair: bool = False
    is_present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """The votes on a request."""

    in_favour: int = 0
    against: int = 0
    abstained: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteLine:
    """A request on the agenda; `decision` and `details` are ready words.

    `dissent` names who voted against or abstained; `kind` is `approved`, `rejected`, `deferred`
    or empty, for the counts.
    """

    position: int
    request: str
    citizen: str
    asked: str
    due_on: date | None
    votes: Votes | None = None
    kind: str = ""
    decision: str = ""
    details: Sequence[str] = ()
    dissent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What the paper says; moments in Cairo time."""

    number: str
    on: date
    place: str
    stage: Stage
    quorum: int
    members: Sequence[Attendant]
    lines: Sequence[MinuteLine]
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    note: str = ""
    governorate: str = ""
    fund: str = ""
    as_of: datetime | None = None
    demo: bool = False


def render(minutes: Minutes, *, language: str, digits: str = "latn") -> bytes:
    """Return the minutes, or the agenda, as an A4 PDF."""
    heading = Heading(
        title=TITLES[minutes.stage](language),
        number=minutes.number,
        on=minutes.on,
        governorate=minutes.governorate,
        fund=minutes.fund,
        as_of=minutes.as_of,
    )
    document = Document(heading, size=A4, language=language, digits=digits, demo=minutes.demo)
    draw_facts(document, _facts(minutes, language))
    draw_heading(document, MEMBERS(language))
    document.y -= 6
    _draw_members(document, minutes)
    began = minutes.stage is not Stage.AGENDA
    draw_heading(document, (AGENDA if began else TO_COME)(language))
    document.y -= 6
    _draw_agenda(document, minutes)
    _draw_end(document, minutes)
    return document.finish()


def _facts(minutes: Minutes, language: str) -> list[tuple[str, str]]:
    present = sum(member.is_present for member in minutes.members)
    facts = [(PLACE(language), minutes.place), (QUORUM(language), figures.count(minutes.quorum))]
    if minutes.stage is not Stage.AGENDA:
        facts.append((PRESENT_COUNT(language), figures.count(present)))
    moments = ((OPENED, minutes.opened_at), (CLOSED, minutes.closed_at))
    return facts + [(pair(language), figures.moment(at)) for pair, at in moments if at]


def _draw_members(document: Document, minutes: Minutes) -> None:
    language, began = document.language, minutes.stage is not Stage.AGENDA
    columns = [
        Column(LINE(language), 0.4, Kind.CENTRED),
        Column(NAME(language), 4),
        Column(PART(language), 2),
        *([Column(ATTENDANCE(language), 1.5)] if began else []),
    ]
    rows = [
        (
            figures.count(place),
            member.name,
            (CHAIR if member.is_chair else MEMBER)(language),
            *([(PRESENT if member.is_present else ABSENT)(language)] if began else []),
        )
        for place, member in enumerate(minutes.members, start=1)
    ]
    draw_table(document, columns, rows)


def _draw_agenda(document: Document, minutes: Minutes) -> None:
    language, began = document.language, minutes.stage is not Stage.AGENDA
    if not minutes.lines:
        document.y -= 12
        document.sheet.text(document.start, document.y, NOTHING(language), Type(9, colour=SOFT))
        return
    columns = [
        Column(LINE(language), 0.4, Kind.CENTRED),
        Column(REQUEST(language), 1.25, Kind.CENTRED),
        Column(CITIZEN(language), 2.1),
        Column(ASKED(language), 3.2),
        *(
            [Column(VOTES(language), 1.5), Column(DECISION(language), 1.7)]
            if began
            else [Column(DUE(language), 1.1, Kind.CENTRED)]
        ),
    ]
    rows = [_row(line, language, began=began) for line in minutes.lines]
    draw_table(document, columns, rows, look=Look(size=8.5, head_size=8))


def _row(line: MinuteLine, language: str, *, began: bool) -> Row:
    cells = [figures.count(line.position), line.request, line.citizen, line.asked]
    if not began:
        return Row([*cells, figures.day(line.due_on)])
    notes = [*line.details, line.dissent]
    return Row(
        [*cells, _votes(line.votes, language), line.decision],
        note=" - ".join(note for note in notes if note),
    )


def _votes(votes: Votes | None, language: str) -> str:
    if votes is None:
        return NO_VOTE(language)
    return TALLY(language).format(yes=votes.in_favour, no=votes.against, rest=votes.abstained)


def _draw_end(document: Document, minutes: Minutes) -> None:
    """Draw the counts, the note, and the places where those who were there sign."""
    language, kind = document.language, Type(9)
    texts = []
    if minutes.stage is not Stage.AGENDA and minutes.lines:
        names = ("approved", "rejected", "deferred")
        counts = {name: sum(line.kind == name for line in minutes.lines) for name in names}
        texts.append(COUNTS(language).format(all=len(minutes.lines), **counts))
    if minutes.note:
        texts.append(f"{NOTE(language)}: {minutes.note}")
    for text in texts:
        document.need(60)
        document.y = document.sheet.block(
            document.start, document.y - 16, document.width, text, kind, max_lines=8
        )
    if minutes.stage is Stage.AGENDA:
        return
    present = [member for member in minutes.members if member.is_present]
    ordered = sorted(present, key=lambda member: not member.is_chair)
    document.y -= 10
    document.signatures(
        [f"{(CHAIR if one.is_chair else MEMBER)(language)}: {one.name}" for one in ordered]
    )
