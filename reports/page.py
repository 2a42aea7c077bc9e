"""A paper of one or more pages: size, official head, foot with page x of y, marks, signatures.

A document is filled from the top: draw on `document.sheet` at `document.y` and move it down.
`document.need(height)` turns the page when the room is used up. `document.finish()` gives bytes;
the same values always give the same bytes.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports import arabic, figures, words
from reports.sheet import ACCENT, CENTRE, END, INK, LINE, SOFT, STOP, Sheet, Type
from reports.words import Pair

A4 = (210 * mm, 297 * mm)
A4_LANDSCAPE = (297 * mm, 210 * mm)
A5 = (148 * mm, 210 * mm)
A5_LANDSCAPE = (210 * mm, 148 * mm)
CR80 = (85.6 * mm, 54 * mm)
MARGIN: float = 14 * mm

_SAVING = threading.Lock()
_FOOT: float = 9 * mm
_SHORT_HEAD = 23.0
_WATERMARK = 0.04
_SMALLEST_TITLE = 10.5

_DATED_ROOM = 150.0
"""Points of a third of the width in which the day stands beside the hand; an A5 has fewer."""
_SIGNING_PART = 0.6
SIGNATURES = (words.PREPARED_BY, words.REVIEWED_BY, words.APPROVED_BY)


class NumberedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that keeps its pages until the end, when the number of pages is known."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - ReportLab's own
        super().__init__(*args, **options)
        self._pages: list[dict[str, object]] = []
        self._mark: tuple[str, str] | None = None
        self.foot: Callable[[int, int], None] = lambda _page, _pages: None

    @property
    def page_count(self) -> int:
        """How many pages are finished."""
        return len(self._pages)

    def mark(self, key: str, title: str) -> None:
        """Give the page under the pen a place in the outline; links go to it by its key."""
        self._mark = (key, arabic.clean(title))

    def bring_forward(self, first: int, to: int) -> None:
        """Put the pages from `first` on before the page `to`, counted from 0."""
        self._pages[to:] = self._pages[first:] + self._pages[to:first]

    def showPage(self) -> None:  # noqa: N802 - ReportLab's own name
        """Keep the page for later, as one text: a register has thousands of strokes a page."""
        self._code[:] = ["\n".join(self._code)]
        self._pages.append(dict(self.__dict__))
        self._mark = None
        self._startPage()

    def save(self) -> None:
        """Give each page its foot and write them all."""
        pages = self._pages
        for number in range(1, len(pages) + 1):
            self.__dict__.update(pages[number - 1])
            pages[number - 1] = {}  # what is written is not held twice
            if self._mark is not None:
                key, title = self._mark
                self.bookmarkPage(key)
                self.addOutlineEntry(title, key)
                self.showOutline()
            self.foot(number, len(pages))
            super().showPage()
        super().save()


def open_canvas(size: tuple[float, float], *, title: str, language: str) -> NumberedCanvas:
    """Return a new canvas with a clean title and no trace of when or where it was made."""
    canvas = NumberedCanvas(BytesIO(), pagesize=size, invariant=1, pageCompression=1, lang=language)
    canvas.setTitle(arabic.clean(title)[:200])
    canvas.setAuthor(words.FUND_OFFICE(language))
    canvas.setCreator("")
    canvas.setProducer("")
    return canvas


def canvas_bytes(canvas: Canvas) -> bytes:
    """Return the bytes of a finished canvas.

    One at a time: ReportLab cuts the subset of a face by moving a cursor in the face's file, which
    every canvas of the process shares.
    """
    with _SAVING:
        canvas.save()
    return bytes(canvas._filename.getvalue())  # noqa: SLF001 - the stream given to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the head of a paper says.

    `number` and `on` may be empty; `lines` are further lines under the title (period, site);
    `as_of` is the moment up to which the figures are true, in Cairo time. `governorate` and
    `fund` stand in place of the shared words where a paper is given them.
    """

    title: str
    number: str = ""
    on: date | None = None
    site: str = ""
    form: str = ""
    lines: Sequence[str] = ()
    as_of: datetime | None = None
    governorate: str = ""
    fund: str = ""


class Document:
    """A paper that grows downwards over as many pages as it needs."""

    def __init__(
        self,
        heading: Heading,
        *,
        size: tuple[float, float] = A4,
        language: str,
        digits: str = arabic.LATIN_DIGITS,
        demo: bool = False,
        copy: int = 0,
        margin: float = MARGIN,
        note: str = "",
        canvas: NumberedCanvas | None = None,
    ) -> None:
        """Open the first page.

        `canvas` sets this paper behind others in one file: its pages are counted with theirs.
        """
        self.heading = heading
        self.language = language
        self.demo = demo
        self.copy = copy
        self.margin = margin
        self.note = note
        self.page_number = 0
        self._canvas = canvas or open_canvas(
            size, title=f"{heading.title} {heading.number}".strip(), language=language
        )
        self._canvas.setPageSize(size)
        self._canvas.foot = self._draw_foot
        self.sheet = Sheet(self._canvas, size, language=language, digits=digits)
        self.y = 0.0
        self._open_page()

    @property
    def start(self) -> float:
        """Distance of the text from the start edge, in points."""
        return self.margin

    @property
    def end(self) -> float:
        """Where the text ends, in points from the start edge."""
        return float(self.sheet.width - self.margin)

    @property
    def width(self) -> float:
        """Room for text in points."""
        return self.end - self.start

    @property
    def _fund(self) -> str:
        return self.heading.fund or self.say(words.FUND_OFFICE)

    @property
    def floor(self) -> float:
        """Lowest y a page may use, in points."""
        return self.margin * 0.6 + _FOOT

    @property
    def whole(self) -> float:
        """Room in points of a page under its short head."""
        return float(self.sheet.height - self.margin - _SHORT_HEAD - self.floor)

    def say(self, pair: Pair) -> str:
        """Return shared words in the document's language."""
        return pair(self.language)

    def need(self, height: float) -> bool:
        """Turn the page unless `height` points are left; say whether it was turned."""
        if self.y - height >= self.floor:
            return False
        self.page_break()
        return True

    def page_break(self) -> None:
        """Start a new page with a short head."""
        self._canvas.showPage()
        self._open_page()

    def close(self) -> None:
        """Close the last page; another paper may follow on the same canvas."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """Close the last page and return the PDF."""
        self.close()
        return canvas_bytes(self._canvas)

    def _open_page(self) -> None:
        self.page_number += 1
        if self.demo:
            demo_watermark(self.sheet)
        self.y = self.sheet.height - self.margin
        if self.page_number == 1:
            self._draw_head()
        else:
            self._draw_short_head()

    def _draw_short_head(self) -> None:
        sheet, small = self.sheet, Type(8, colour=SOFT)
        parts = [self._fund, self.heading.title, arabic.code(self.heading.number)]
        self.y -= 8
        room = self.width * 0.75
        sheet.fitted(self.start, self.y, room, " - ".join(p for p in parts if p), small)
        sheet.text(self.end, self.y, self.say(words.CONTINUED), small, anchor=END)
        self.y -= 5
        sheet.rule(self.start, self.end, self.y)
        self.y -= 10

    def _draw_head(self) -> None:
        sheet, top = self.sheet, self.y
        small = sheet.width < A4[0] - 1
        side = self.width * (0.3 if small else 0.28)
        governorate = self.heading.governorate or self.say(words.GOVERNORATE)
        office = Type(10, bold=True)
        sheet.fitted(self.start, top - 10, side, governorate, office, smallest=8)
        sheet.fitted(self.start, top - 24, side, self._fund, office, smallest=8)
        if self.heading.site:
            kind = Type(7 if small else 8, colour=SOFT)
            sheet.block(
                self.start, top - 36, side, self.heading.site, kind, max_lines=2, leading=9.5
            )
        self._draw_reference(top - 10, side)
        centre = sheet.width / 2
        room = self.width - 2 * side - 8
        title = Type(13 if small else 15, bold=True, colour=ACCENT)
        while title.size > _SMALLEST_TITLE and sheet.measure(self.heading.title, title) > room:
            title = title.sized(title.size - 0.5)
        y = top - 14
        for line in sheet.wrapped(self.heading.title, room, title, max_lines=2):
            sheet.text(centre, y, line, title, anchor=CENTRE)
            y -= title.size * 1.4
        for text in self.heading.lines:
            sheet.fitted(centre, y, room, text, Type(8.5, colour=SOFT), smallest=6.5, anchor=CENTRE)
            y -= 12.5
        y = min(y + 6, top - (51 if self.heading.site else 43))
        if self.copy:
            sheet.tag(centre, y - 7, words.copy_mark(self.copy, self.language),
                      Type(9, bold=True, colour=STOP),
                      anchor=CENTRE)  # fmt: skip
            y -= 19
        sheet.rule(self.start, self.end, y, weight=1.2, colour=ACCENT)
        sheet.rule(self.start, self.end, y - 2.2, weight=0.4, colour=ACCENT)
        self.y = y - 14

    def _draw_reference(self, y: float, side: float) -> None:
        heading, small = self.heading, Type(9)
        rows = [
            (self.say(words.NUMBER), arabic.code(heading.number)),
            (self.say(words.DATE), figures.day(heading.on)),
        ]
        for label, value in rows:
            if value:
                self._label_value(self.end - side, y, side, label, value)
                y -= 13
        if heading.form:
            self.sheet.fitted(
                self.end, y, side, heading.form, small.sized(8), smallest=6.5, anchor=END
            )

    def _label_value(self, start: float, y: float, room: float, label: str, value: str) -> None:
        end = start + room
        value_wide = self.sheet.fitted(
            end, y, room * 0.72, value, Type(9, bold=True), smallest=6.5, anchor=END
        )
        self.sheet.fitted(
            end - value_wide - 4, y, room - value_wide - 4, label, Type(8, colour=SOFT),
            smallest=6, anchor=END,
        )  # fmt: skip

    def _draw_foot(self, page: int, pages: int) -> None:
        sheet, small = self.sheet, Type(7.5, colour=SOFT)
        y = self.margin * 0.6
        sheet.rule(self.start, self.end, y + 10, weight=0.4)
        numbered = self.say(words.PAGE_OF).format(page=page, pages=pages)
        sheet.text(self.end, y, numbered, small, anchor=END)
        parts = [self.note]
        if self.heading.as_of is not None:
            parts.insert(0, f"{self.say(words.AS_OF)} {figures.moment(self.heading.as_of)}")
        if self.demo:
            parts.append(self.say(words.DEMO))
        text = "  |  ".join(part for part in parts if part)
        sheet.fitted(self.start, y, self.width * 0.8, text, small, smallest=6)

    def signatures(self, titles: Sequence[Pair | str] = SIGNATURES) -> None:
        """Draw the places where people sign, three to a row, kept together on one page."""
        self.need(signing_room(len(titles)))
        for first in range(0, len(titles), 3):
            row = titles[first : first + 3]
            step = self.width / max(len(row), 2)
            for index, title in enumerate(row):
                self._signature(self.start + index * step, step - 14, title)
            self.y -= 62

    def _signature(self, start: float, room: float, title: Pair | str) -> None:
        sheet, y = self.sheet, self.y - 12
        label = title if not isinstance(title, Pair) else self.say(title)
        sheet.fitted(start, y, room, label, Type(9, bold=True), smallest=7)
        self._dotted(start, y - 18, room, words.NAME_LINE)
        # Either every hand of the paper has its day beside it, or none.
        signing = room * _SIGNING_PART if self.width / 3 >= _DATED_ROOM else room
        self._dotted(start, y - 36, signing, words.SIGNATURE_LINE)
        if signing < room:
            self._dotted(start + signing + 5, y - 36, room - signing - 5, words.DATE_LINE)

    def _dotted(self, start: float, y: float, room: float, pair: Pair) -> None:
        """Write a label and, from it to the end of the room, the line that somebody writes on."""
        sheet = self.sheet
        wide = sheet.text(start, y, self.say(pair), Type(7.5, colour=SOFT))
        sheet.canvas.setDash(1, 2)
        sheet.rule(start + wide + 4, start + room, y - 1, weight=0.6, colour=LINE)
        sheet.canvas.setDash()


def signing_room(places: int = len(SIGNATURES)) -> float:
    """Return the room in points that places to sign take."""
    return 62.0 + 62.0 * ((places - 1) // 3)


def check_note(code: str, language: str) -> str:
    """Return the check code with its label, for the foot of a paper; nothing without one."""
    return f"{words.CHECK_CODE(language)}: {arabic.code(code)}" if code else ""


def demo_watermark(sheet: Sheet) -> None:
    """Write the word "demo" large and pale across the page, under everything else."""
    canvas = sheet.canvas
    word = sheet.shaped(words.DEMO(sheet.language))
    size = min(sheet.width, sheet.height) * 0.3
    canvas.saveState()
    canvas.setFillColor(INK, alpha=_WATERMARK)
    canvas.setFont("PrintShop-Bold", size)
    canvas.translate(sheet.width / 2, sheet.height / 2)
    canvas.rotate(30)
    canvas.drawCentredString(0, -size * 0.3, word)
    canvas.restoreState()
