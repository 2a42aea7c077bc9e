"""The monthly pack: many reports in one PDF, with a cover, contents, and one count of pages.

The reports are drawn as they come and none is kept, so they may be made one by one by a generator.
The contents are drawn last, when every page is known, and put behind the cover.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from reports import arabic, cost_report_pdf, figure_report_pdf, figures
from reports import pack_words as say
from reports.cost_report_facts import CostReport
from reports.facts import draw_facts
from reports.figure_report_facts import FigureReport, Signers
from reports.figure_report_pdf import signer_titles
from reports.page import A4_LANDSCAPE, Document, Heading, NumberedCanvas, canvas_bytes, open_canvas
from reports.sheet import ACCENT, CENTRE, END, LINE, SOFT, Type
from reports.spreadsheets import Table

_ROW = 20.0
_SIGNING_ROOM = 84.0
_PLACE_ROOM = 22.0
_PAGE_ROOM = 44.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What the cover says; the reports come beside it.

    Attributes:
        governorate: the head of every page, in the language of the paper.
        fund_name: the second line of the head.
        month: first day of the month.
        number: the pack's number.
        as_of: the moment of the figures, aware, in Cairo time.
        made_by: who had it made.
        state: whether the month is closed, in words.
        seals: of each site with a chain of its own, its code and the seal of its last voucher.
        late: the facts of closed months recorded in this one; None or no rows where there are none.
        notes: what must be known about the whole.
        signers: titles of the three hands on the cover; None prints no places to sign there.
        demo: prints that the figures are invented.
    """

    governorate: str
    fund_name: str
    month: date
    number: str
    as_of: datetime
    made_by: str
    state: str = ""
    seals: tuple[tuple[str, str], ...] = ()
    late: Table | None = None
    notes: tuple[str, ...] = ()
    signers: Signers | None = field(default_factory=Signers)
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the contents: `first` counts the finished pages before it, contents left out."""

    key: str
    place: str
    title: str
    told: str
    first: int


def pdf(
    pack: Pack,
    reports: Iterable[FigureReport | CostReport],
    language: str,
    digits: str = arabic.LATIN_DIGITS,
    *,
    proof: FigureReport | None = None,
    annex: FigureReport | None = None,
) -> bytes:
    """Return the pack as one PDF, A4 across.

    Args:
        pack: what the cover says.
        reports: in the order of the pack; each begins on a page of its own.
        language: "ar" or "en".
        digits: `arabic.LATIN_DIGITS` or `arabic.ARABIC_DIGITS`; English is always Western.
        proof: the proof page, which is always the last report.
        annex: what stands behind it, for those who may read it.
    """
    title = f"{say.TITLE(language)} {pack.number}"
    binder = _Binder(pack, open_canvas(A4_LANDSCAPE, title=title, language=language),
                     language, digits)  # fmt: skip
    binder.cover()
    binder.late()
    for report in reports:
        binder.report(report)
    for last in (proof, annex):
        if last is not None:
            binder.report(last)
    binder.contents()
    return canvas_bytes(binder.canvas)


class _Binder:
    """Sets one paper behind the other on one canvas, and remembers where each begins."""

    def __init__(self, pack: Pack, canvas: NumberedCanvas, language: str, digits: str) -> None:
        self.pack = pack
        self.canvas = canvas
        self.language = language
        self.digits = digits
        self.entries: list[_Entry] = []
        self.places = 0
        self.covers = 0

    def cover(self) -> None:
        """Draw the cover, and remember how many pages it takes."""
        self.canvas.mark("cover", say.COVER(self.language))
        document = self._opened(self._heading())
        _draw_cover(document, self.pack)
        document.close()
        self.covers = self.canvas.page_count

    def late(self) -> None:
        """List the late facts, where there are any."""
        table = self.pack.late
        if table is None or not table.rows:
            return
        pack, language = self.pack, self.language
        report = FigureReport(
            governorate=pack.governorate,
            fund_name=pack.fund_name,
            title=say.LATE_TITLE(language),
            number=pack.number,
            lines=(self._month(),),
            as_of=pack.as_of,
            table=table,
            notes=(say.LATE_NOTE(language),),
            demo=pack.demo,
            signers=None,
        )
        self._bound(report, figure_report_pdf.heading_of(report), "")

    def report(self, report: FigureReport | CostReport) -> None:
        """Draw a report behind those that are there."""
        self.places += 1
        place = str(self.places)
        within = say.WITHIN(self.language).format(place=place)
        if isinstance(report, CostReport):
            heading = cost_report_pdf.heading_of(report, self.language)
        else:
            heading = figure_report_pdf.heading_of(report)
        self._bound(report, replace(heading, form=within), place)

    def contents(self) -> None:
        """Draw the contents and put them behind the cover."""
        # Nothing of a trial is kept but its length: the numbers it holds are not yet right.
        trial = self._opened(self._heading(), bound=False)
        _draw_contents(trial, self.entries, 0, self.places)
        first = self.canvas.page_count
        self.canvas.mark("contents", say.CONTENTS(self.language))
        document = self._opened(self._heading())
        _draw_contents(document, self.entries, trial.page_number, self.places, self.canvas)
        document.close()
        self.canvas.bring_forward(first, self.covers)

    def _bound(self, report: FigureReport | CostReport, heading: Heading, place: str) -> None:
        key = f"part-{len(self.entries) + 1}"
        first = self.canvas.page_count
        # The period is the pack's own, so that it is told last.
        period, *besides = (*heading.lines, heading.number)
        told = " - ".join(part for part in (*besides, period) if part)
        self.entries.append(_Entry(key, place, heading.title, told, first))
        name = f"{place}. {heading.title}" if place else heading.title
        self.canvas.mark(key, name)
        document = self._opened(heading, demo=report.demo)
        if isinstance(report, CostReport):
            cost_report_pdf.draw(document, report)
        else:
            figure_report_pdf.draw(document, report)
        document.close()

    def _opened(
        self, heading: Heading, *, demo: bool | None = None, bound: bool = True
    ) -> Document:
        return Document(
            heading,
            size=A4_LANDSCAPE,
            language=self.language,
            digits=self.digits,
            demo=self.pack.demo if demo is None else demo,
            note=say.PACK(self.language).format(number=arabic.code(self.pack.number)),
            canvas=self.canvas if bound else None,
        )

    def _month(self) -> str:
        month = figures.month_in_words(self.pack.month, self.language)
        return say.MONTH_OF(self.language).format(month=month)

    def _heading(self) -> Heading:
        return Heading(
            title=say.TITLE(self.language),
            number=self.pack.number,
            on=self.pack.as_of.date(),
            lines=(self._month(),),
            as_of=self.pack.as_of,
            governorate=self.pack.governorate,
            fund=self.pack.fund_name,
        )


def _draw_cover(document: Document, pack: Pack) -> None:
    """Draw the month large, what the pack is made of, and the hands at the foot."""
    sheet, language = document.sheet, document.language
    document.y -= 58
    month = figures.month_in_words(pack.month, language)
    sheet.text(
        sheet.width / 2, document.y, month, Type(34, bold=True, colour=ACCENT), anchor=CENTRE
    )
    document.y -= 46
    late = len(pack.late.rows) if pack.late is not None else 0
    told = say.LATE_COUNT(language).format(count=figures.count(late))
    draw_facts(
        document,
        (
            (say.NUMBER(language), arabic.code(pack.number)),
            (say.STATE(language), pack.state),
            (say.AS_OF(language), figures.moment(pack.as_of)),
            (say.MADE_BY(language), pack.made_by),
            (say.LATE(language), told if late else say.NO_LATE(language)),
        ),
        size=11,
    )
    document.y -= 4
    seals = [(say.SEAL(language).format(site=site), seal) for site, seal in pack.seals]
    draw_facts(document, [(name, arabic.code(seal)) for name, seal in seals], columns=1)
    document.y -= 12
    for note in pack.notes:
        document.y = sheet.block(
            document.start, document.y, document.width, note, Type(9, colour=SOFT), leading=13
        )
    if pack.signers is not None:
        document.need(_SIGNING_ROOM)
        document.y = document.floor + _SIGNING_ROOM
        document.signatures(signer_titles(pack.signers, language))


def _draw_contents(
    document: Document,
    entries: Iterable[_Entry],
    own_pages: int,
    reports: int,
    canvas: NumberedCanvas | None = None,
) -> None:
    """Draw a line for each part, with the page it begins on.

    Args:
        document: opened for the contents.
        entries: the parts, in order.
        own_pages: how many pages the contents take themselves.
        reports: how many parts are reports.
        canvas: gets a link from each line to its part.
    """
    sheet, language = document.sheet, document.language
    document.y -= 6
    title = Type(13, bold=True, colour=ACCENT)
    sheet.text(document.start, document.y, say.CONTENTS(language), title)
    if canvas is not None:
        pages = figures.count(canvas.page_count + own_pages)
        told = say.COUNTED(language).format(count=figures.count(reports), pages=pages)
        sheet.text(document.end, document.y, told, Type(9, colour=SOFT), anchor=END)
    document.y -= 10
    for entry in entries:
        document.need(_ROW)
        document.y -= _ROW
        _draw_entry(document, entry, str(entry.first + own_pages + 1))
        if canvas is not None:
            left, right = sorted((sheet.x(document.start), sheet.x(document.end)))
            spot = (left, document.y - 5, right, document.y + _ROW - 5)
            canvas.linkRect("", entry.key, spot, relative=0, thickness=0)


def _draw_entry(document: Document, entry: _Entry, page: str) -> None:
    """Draw place, title and period, dots, and the page at the end edge."""
    sheet, y = document.sheet, document.y
    strong, soft = Type(10, bold=True), Type(8.5, colour=SOFT)
    sheet.text(document.start, y, entry.place, Type(10, colour=SOFT))
    start = document.start + _PLACE_ROOM
    room = document.width - _PLACE_ROOM - _PAGE_ROOM
    start += sheet.fitted(start, y, room, entry.title, strong, smallest=8) + 8
    left = document.end - _PAGE_ROOM - start
    if entry.told and left > _PAGE_ROOM:
        start += sheet.fitted(start, y, left, entry.told, soft, smallest=7) + 8
    wide = sheet.text(document.end, y, page, strong, anchor=END)
    if start < document.end - wide - 8:
        sheet.canvas.setDash(0.8, 2.6)
        sheet.rule(start, document.end - wide - 8, y + 1, weight=0.8, colour=LINE)
        sheet.canvas.setDash()
