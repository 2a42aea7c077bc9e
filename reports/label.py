"""The drug label: 50×25 mm and 60×40 mm, one label to a page.

A label must be read at home by someone who reads with difficulty, so the patient, the drug and
the directions are large and always there. When room is short the bar code goes first, then the
English name, the prescriber-side details, and only then does all print shrink a little.
There is no diagnosis on a label.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from reportlab.lib.units import mm

from reports import arabic, barcodes, figures, words
from reports.page import NumberedCanvas, canvas_bytes, open_canvas
from reports.sheet import END, INK, Sheet, Type
from reports.words import Pair

SMALL_SIZE: tuple[float, float] = (50 * mm, 25 * mm)
LARGE_SIZE: tuple[float, float] = (60 * mm, 40 * mm)

KEEP_AWAY = Pair("يحفظ بعيدًا عن متناول الأطفال", "Keep out of the reach of children")
NOT_FOR_SALE = Pair("مدعم - غير مخصص للبيع", "Subsidised - not for sale")
LOT_SHORT = Pair("تشغيلة", "Lot")
EXPIRES = Pair("صالح حتى", "Use by")

_BAR_MODULE: float = 0.25 * mm  # two dots of a 203 dpi label printer
_LEADING = 1.27
_SHRINK = 0.96
_SMALLEST = 4.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on one package. `quantity` counts smallest units of issue, named in `unit`.

    `directions` are plain words in the label's language; `barcode` is an EAN-13 or empty.
    """

    patient: str
    drug_ar: str
    drug_en: str
    strength: str
    form: str
    directions: str
    quantity: int
    unit: str
    lot: str
    expiry: date | None
    on: date
    serial: str
    pharmacist: str
    pharmacy: str
    storage: str = ""
    warnings: tuple[str, ...] = ()
    barcode: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Sizes of print in points on one size of label, and the height of its bars."""

    margin: float
    patient: float
    drug: float
    directions: float
    detail: float
    small: float
    bars: float
    direction_lines: int


_SMALL = _Sizes(1.5 * mm, 7.0, 8.0, 7.2, 5.6, 4.9, 3.7 * mm, 3)
_LARGE = _Sizes(2.2 * mm, 8.5, 10.0, 9.0, 6.8, 5.8, 5.5 * mm, 4)
_FIRST_SHRINKS = 3


@dataclass(frozen=True, slots=True)
class _Item:
    """One field: its text, its print and how many lines it may take.

    `drop` 0 always stays; a field with a higher number goes earlier, or keeps only its `short`
    text (the strength and the form stay when the other name goes).
    """

    text: str
    kind: Type
    lines: int = 1
    drop: int = 0
    end: str = ""
    ruled: bool = False
    short: str = ""
    vital: bool = False


def render_small(labels: Sequence[Label], *, language: str, digits: str = "latn") -> bytes:
    """Return labels of 50×25 mm, one to a page."""
    return _render(labels, SMALL_SIZE, _SMALL, language=language, digits=digits)


def render_large(labels: Sequence[Label], *, language: str, digits: str = "latn") -> bytes:
    """Return labels of 60×40 mm, one to a page."""
    return _render(labels, LARGE_SIZE, _LARGE, language=language, digits=digits)


def _render(
    labels: Sequence[Label],
    size: tuple[float, float],
    sizes: _Sizes,
    *,
    language: str,
    digits: str,
) -> bytes:
    canvas: NumberedCanvas = open_canvas(size, title=NOT_FOR_SALE(language), language=language)
    sheet = Sheet(canvas, size, language=language, digits=digits)
    for label in labels:
        _draw_label(sheet, label, sizes)
        canvas.showPage()
    return canvas_bytes(canvas)


def _draw_label(sheet: Sheet, label: Label, sizes: _Sizes) -> None:
    room = sheet.height - 2 * sizes.margin
    items = _items(label, sizes, sheet.language)
    bars = bool(label.barcode)
    shrinks = _FIRST_SHRINKS if sizes is _LARGE else 0
    while _height(sheet, items, sizes) + _foot_height(sizes, bars=bars) > room:
        if shrinks:
            shrinks, items = shrinks - 1, [_smaller(item) for item in items]
        elif bars:
            bars = False
        elif (last := max(item.drop for item in items)) > 0:
            items = [kept for item in items for kept in _dropped(item, last)]
        elif _shrinkable(items):
            items = [_smaller(item) for item in items]
        elif not (long := [item for item in items if item.lines > 1]):
            break
        else:
            items = _cut(items, long)
    y = sheet.height - sizes.margin
    for item in items:
        y = _draw_item(sheet, item, sizes, y)
    _draw_foot(sheet, label, sizes, bars=bars)


def _items(label: Label, sizes: _Sizes, language: str) -> list[_Item]:
    large = sizes is _LARGE
    head = Type(sizes.small)
    detail = Type(sizes.detail)
    shop = f"{words.DEMO(language)} - {label.pharmacy}" if label.demo else label.pharmacy
    batch = (
        f"{figures.count(label.quantity)} {label.unit} | "
        f"{LOT_SHORT(language)} {arabic.code(label.lot)} | "
        f"{EXPIRES(language)} {_expiry(label, language)}"
    )
    first, other = label.drug_ar, label.drug_en
    if language != words.ARABIC:
        first, other = label.drug_en or label.drug_ar, label.drug_ar
    second = " ".join(part for part in (label.strength, label.form) if part)
    items = [
        _Item(shop, head, end=f"{label.serial}  {figures.day(label.on)}", ruled=True),
        _Item(label.patient, Type(sizes.patient, bold=True)),
        _Item(first, Type(sizes.drug, bold=True), lines=2),
        _Item(f"{second} - {other}", detail, drop=1, short=second),
        _Item(
            label.directions,
            Type(sizes.directions, bold=True),
            lines=sizes.direction_lines,
            vital=True,
        ),
        _Item(batch, detail, lines=2),
        _Item(". ".join(label.warnings), Type(sizes.detail, bold=True), lines=2),
        _Item(label.storage, detail, lines=2 if large else 1),
    ]
    if large:
        pharmacist = f"{words.PHARMACIST(language)}: {label.pharmacist}"
        items.append(_Item(pharmacist, head, drop=2))
    return [item for item in items if item.text.strip()]


def _expiry(label: Label, language: str) -> str:
    return "" if label.expiry is None else figures.month_in_words(label.expiry, language)


def _shrinkable(items: Sequence[_Item]) -> bool:
    return any(item.kind.size > _SMALLEST for item in items)


def _smaller(item: _Item) -> _Item:
    size = max(_SMALLEST, item.kind.size * _SHRINK)
    return replace(item, kind=item.kind.sized(size))


def _cut(items: Sequence[_Item], long: Sequence[_Item]) -> list[_Item]:
    """Take one line from the last field that has more than one; the vital one gives last."""
    victim = next((item for item in reversed(long) if not item.vital), long[0])
    return [replace(item, lines=item.lines - 1) if item is victim else item for item in items]


def _dropped(item: _Item, last: int) -> list[_Item]:
    if item.drop != last:
        return [item]
    return [replace(item, text=item.short, drop=0)] if item.short else []


def _lines(sheet: Sheet, item: _Item, sizes: _Sizes) -> list[str]:
    room = sheet.width - 2 * sizes.margin
    return sheet.wrapped(item.text, room, item.kind, item.lines)


def _item_height(sheet: Sheet, item: _Item, sizes: _Sizes) -> float:
    count = 1 if item.lines == 1 else len(_lines(sheet, item, sizes))
    return count * item.kind.size * _LEADING + (1.5 if item.ruled else 0.0)


def _height(sheet: Sheet, items: Sequence[_Item], sizes: _Sizes) -> float:
    return sum(_item_height(sheet, item, sizes) for item in items)


def _foot_height(sizes: _Sizes, *, bars: bool) -> float:
    return sizes.bars + 1.5 if bars else sizes.small * _LEADING + 1.0


def _draw_item(sheet: Sheet, item: _Item, sizes: _Sizes, y: float) -> float:
    start, room = sizes.margin, sheet.width - 2 * sizes.margin
    base = y - item.kind.size * 0.97
    step = item.kind.size * _LEADING
    if item.end:
        used = sheet.fitted(
            sheet.width - start, base, room * 0.6, item.end, item.kind, smallest=4, anchor=END
        )
        room -= used + 4
    if item.lines == 1:
        sheet.fitted(start, base, room, item.text, item.kind, smallest=item.kind.size * 0.72)
        base -= step
    else:
        base = sheet.block(
            start, base, room, item.text, item.kind, max_lines=item.lines, leading=step
        )
    after = base + item.kind.size * 0.97
    if item.ruled:
        sheet.rule(start, sheet.width - start, after - 0.2, weight=0.4, colour=INK)
        after -= 1.5
    return after


def _draw_foot(sheet: Sheet, label: Label, sizes: _Sizes, *, bars: bool) -> None:
    start, y = sizes.margin, sizes.margin
    room = sheet.width - 2 * start
    kind, strong = Type(sizes.small), Type(sizes.small, bold=True)
    keep, sale = KEEP_AWAY(sheet.language), NOT_FOR_SALE(sheet.language)
    smallest = sizes.small * 0.72
    if not bars:
        sheet.fitted(start, y + 1, room * 0.46, sale, strong, smallest=smallest)
        sheet.fitted(start + room, y + 1, room * 0.52, keep, kind, smallest=smallest, anchor=END)
        return
    wide = barcodes.ean13_width(_BAR_MODULE)
    left = start if sheet.rtl else sheet.width - start - wide
    barcodes.draw_ean13(
        sheet, left, y, label.barcode, module=_BAR_MODULE, height=sizes.bars, text=False
    )
    half = room - wide
    sheet.fitted(start, y + sizes.bars * 0.58, half, sale, strong, smallest=smallest)
    sheet.fitted(start, y + 1, half, keep, kind, smallest=smallest)
