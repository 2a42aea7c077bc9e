import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reports import (
    card,
    goods_receipt,
    label,
    receipt,
    request_slip,
    stock_card,
    stock_paper,
)
from reports.barcodes import UnprintableBarcode
from reports.sheet import Sheet
from tests.reports import reading, samples, stock_samples
from tests.reports.papers import PAPERS, render, with_every_text

ALL = sorted(PAPERS)
SETTINGS = [("ar", "latn"), ("ar", "arab"), ("en", "latn")]
BARCODE = {
    "receipt_a5": samples.in_house(22, 123),
    "receipt_80mm": samples.in_house(22, 123),
    "badge": samples.in_house(25, 7_310_442_001),
    "card": samples.in_house(21, 8_812_345_678),
    "request_slip": samples.in_house(26, 45_871),
    "owing_slip": samples.in_house(22, 123),
    "unmet_slip_a5": samples.in_house(26, 45_871),
    "unmet_slip_80mm": samples.in_house(26, 45_871),
    "batch_label": samples.in_house(23, 1_204),
}
CODE = re.compile(r"[A-Za-z]|[0-9]{4}-[0-9]{5,}|[0-9]{10,}|2026/7|1\*2\*30|240117|17567381")
"""What a word that is typed back has in it: it keeps its Western digits on every paper."""
UNDER_BARS = re.compile("[0-9] [0-9]{6} [0-9]{6}")
HOSTILE = {
    "picture": '<img src="/etc/passwd"/><b>x',
    "unclosed tag": "<para><font color=red>عبد <a href='javascript:alert(1)'>",
    "closing": "]]> & &amp; </para> %s {0} \\ (( ))",
    "override": "محمد \u202e12345\u202c \u2067\u2066\u2069 \u200f",
    "controls": "a\x00b\x07c\x1b\nd\r\ne\tf\ufffe",
    "one long word": "ب" * 20_000,
    "long Latin word": "W" * 20_000,
    "many words": "كلمة " * 5_000,
    "astral": "\U0001f48a \U00020000 \ud800 ½ ² ﷺ ﻻ",
    "marks": "\u0627" + "\u064e\u0301" * 300,
    "blank": "   ",
    "empty": "",
    "brackets": "((((((((((((((((((" * 100,
}


@pytest.mark.parametrize(("language", "digits"), SETTINGS)
@pytest.mark.parametrize("name", sorted(BARCODE))
def test_its_barcode_scans_back(name: str, language: str, digits: str) -> None:
    pdf = render(name, language, digits)

    assert reading.barcodes(pdf) == [("EAN-13", BARCODE[name])]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("receipt_a5", (148.0, 210.0)),
        ("label_small", (50.0, 25.0)),
        ("label_large", (60.0, 40.0)),
        ("badge", (85.6, 54.0)),
        ("card", (85.6, 54.0)),
        ("request_slip", (148.0, 210.0)),
        ("owing_slip", (148.0, 210.0)),
        ("unmet_slip_a5", (148.0, 210.0)),
        ("batch_label", (50.0, 25.0)),
        ("key_card", (210.0, 148.0)),
        ("command_sheet", (210.0, 148.0)),
        ("goods_receipt", (210.0, 297.0)),
        ("write_off", (210.0, 297.0)),
        ("count_minutes", (210.0, 297.0)),
        ("count_sheet", (297.0, 210.0)),
        ("committee_minutes", (210.0, 297.0)),
        ("committee_agenda", (210.0, 297.0)),
        ("stock_card", (297.0, 210.0)),
        ("statement", (210.0, 297.0)),
    ],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_its_page_has_exactly_its_size(name: str, size: tuple[float, float], language: str) -> None:
    assert reading.size_mm(render(name, language)) == size


@pytest.mark.parametrize(("language", "digits"), SETTINGS)
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_printed_at_the_edge(name: str, language: str, digits: str) -> None:
    edge = 0.0 if name in {"badge", "card", "key_card", "command_sheet"} else 1.3

    assert not reading.ink_outside(render(name, language, digits), edge)


@pytest.mark.parametrize("name", ALL)
def test_figures_have_one_kind_of_digits_and_codes_keep_theirs(name: str) -> None:
    latin = reading.words(render(name, "ar", "latn"))
    eastern = reading.words(render(name, "ar", "arab"))

    assert [c for c in latin if c in "٠١٢٣٤٥٦٧٨٩٫٬"] == []
    kept = re.findall("[A-Za-z0-9*/-]*[0-9][A-Za-z0-9*/-]*", UNDER_BARS.sub("", eastern))
    assert [word for word in kept if word not in latin or not CODE.search(word)] == []
    assert sum(c.isdigit() for c in latin) == sum(c.isdigit() for c in eastern) > 10


@pytest.mark.parametrize("hostile", sorted(HOSTILE))
@pytest.mark.parametrize("name", ALL)
def test_hostile_text_is_only_letters(name: str, hostile: str) -> None:
    sample, draw = PAPERS[name]
    data = with_every_text(sample("ar"), HOSTILE[hostile])

    pdf = draw(data, language="ar", digits="latn")

    assert reading.pages(pdf) <= 60
    for danger in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/OpenAction", b"/Subtype /Image"):
        assert danger not in pdf


def test_a_tag_typed_as_a_name_is_printed_as_typed() -> None:
    slip = replace(samples.request_slip("en"), citizen="<b>Ali</b> <img src=x>")

    assert "<b>Ali</b> <img src=x>" in reading.words(request_slip.render(slip, language="en"))


@pytest.mark.parametrize("name", ALL)
def test_the_same_values_give_the_same_bytes(name: str) -> None:
    assert render(name, "ar") == render(name, "ar")


def test_eight_threads_print_what_one_prints() -> None:
    alone = {name: render(name, "ar") for name in ALL}

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda name: (name, render(name, "ar")), ALL * 3))

    assert all(pdf == alone[name] for name, pdf in together)


def test_the_receipt_says_whose_it_is_and_for_which_request() -> None:
    text = reading.words(receipt.render_a5(samples.receipt("ar"), language="ar"))

    for expected in (
        "محافظة البحيرة",
        "صندوق دعم الدواء",
        "إيصال صرف دواء مدعم",
        "D1-2026-000123",
        "24/11/2026",
        "14:05",
        samples.LONG_NAME,
        "0000045871",
        "**********1234",
        "2026-045871",
        "مركز تكنولوجي بالقرية",
        "إيتاي البارود",
        "A-2026-03311",
        "BN2041A",
        "09/2027",
        "قرص واحد مرتين يوميا مع الأكل لمدة",
        "1,234,567.89",
        "قيمة العلاج 1,234,691.34",
        "تتحمله الدولة 1,234,500.00",
        "تتحمله التبرعات 178.99",
        "12.35",
        "فقط اثنا عشر جنيها وخمسة وثلاثون قرشا لا غير",
        "رصيد مستحق لم يصرف بعد",
        "31/12/2026",
        "ملغى",
        "د. منى عبدالحميد الصاوي",
        "K7QF-2M9A",
        "نتمنى لكم الشفاء",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("draw", [receipt.render_a5, receipt.render_80mm])
def test_both_receipts_carry_every_figure_in_english(draw: object) -> None:
    assert callable(draw)
    text = reading.words(draw(samples.receipt("en"), language="en"))

    for expected in (
        samples.LONG_NAME_EN,
        "D1-2026-000123",
        "2026-045871",
        "Village service centre",
        "A-2026-03311",
        "Value of treatment 1,234,691.34",
        "State share 1,234,500.00",
        "Donor share 178.99",
        "Citizen pays (EGP) 12.35",
        "Twelve pounds and thirty-five piastres only",
        "REVERSED - by REV-2026-000007",
        "Dr Mona Abdelhamid El-Sawy",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("draw", [receipt.render_a5, receipt.render_80mm])
def test_only_a_reprint_bears_the_mark_of_a_copy(draw: object) -> None:
    assert callable(draw)
    first = reading.words(draw(samples.receipt("ar"), language="ar"))
    again = reading.words(draw(samples.receipt("ar", copy=2), language="ar"))

    assert "نسخة" not in first
    assert "2 نسخة" in again


@pytest.mark.parametrize("name", ALL)
def test_a_demo_paper_says_so(name: str) -> None:
    sample, draw = PAPERS[name]

    real = draw(replace(sample("ar"), demo=False), language="ar")
    demo = draw(replace(sample("ar"), demo=True), language="ar")

    assert "تجريبي" not in reading.words(real)
    assert "تجريبي" in reading.words(demo)


def test_a_reversed_receipt_says_so_at_the_top() -> None:
    data = replace(samples.receipt("ar"), reversed=True, reversal_note="صنف خاطئ")

    assert "إيصال ملغى - صنف خاطئ" in reading.words(receipt.render_a5(data, language="ar"))


def test_a_receipt_of_forty_lines_turns_pages_and_repeats_the_head() -> None:
    one = samples.receipt("ar")
    pdf = receipt.render_a5(replace(one, lines=one.lines[:2] * 20), language="ar")

    pages = reading.pages(pdf)
    text = reading.words(pdf)
    assert pages == 6
    assert text.count("التشغيلة") == 5
    assert text.count("BN2041A") == text.count("240117-X/3") == 20


def test_the_roll_is_as_long_as_its_content() -> None:
    one = samples.receipt("ar")
    short = receipt.render_80mm(replace(one, lines=one.lines[:1], owings=()), language="ar")
    long = receipt.render_80mm(replace(one, lines=one.lines * 10), language="ar")

    assert reading.size_mm(short)[0] == reading.size_mm(long)[0] == 80.0
    assert reading.pages(short) == reading.pages(long) == 1
    assert reading.size_mm(short)[1] < 200
    assert reading.size_mm(long)[1] > 600
    assert reading.barcodes(long) == [("EAN-13", one.barcode)]


@pytest.mark.parametrize("draw", [label.render_small, label.render_large])
def test_each_label_has_its_own_page(draw: object) -> None:
    assert callable(draw)
    pdf = draw([samples.label("ar"), samples.label("ar", hard=False)] * 3, language="ar")

    assert reading.pages(pdf) == 6


@pytest.mark.parametrize("draw", [label.render_small, label.render_large])
def test_a_label_never_drops_what_keeps_the_patient_safe(draw: object) -> None:
    assert callable(draw)
    text = reading.words(draw([samples.label("ar")], language="ar"))

    for expected in (
        samples.LONG_NAME,
        "أموكسيسيللين + حمض الكلافيولانيك",
        "642.9 mg/5 ml",
        "معلق للشرب",
        "ثلاث مرات يوميا بعد الأكل",
        "زجاجة",
        "BN2041A-77/3",
        "سبتمبر",
        "2027",
        "قد يسبب النعاس",
        "يحفظ في الثلاجة",
        "يحفظ بعيدا عن متناول الأطفال",
        "مدعم - غير مخصص للبيع",
        "24/11/2026",
        "D1-2026-000123",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("draw", [label.render_small, label.render_large])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_label_with_room_carries_its_barcode(draw: object, language: str) -> None:
    assert callable(draw)
    data = samples.label(language, hard=False)

    assert reading.barcodes(draw([data], language=language)) == [("EAN-13", data.barcode)]


def test_the_permit_is_signed_by_committee_store_keeper_and_manager() -> None:
    text = reading.words(goods_receipt.render(samples.goods_receipt("ar"), language="ar"))

    for expected in (
        "إذن إضافة",
        "مخازن حكومية",
        "INV/2026-88231",
        "الشركة المصرية لتجارة الأدوية",
        "1,851,750.00",
        "فقط مليون وثمانمائة وواحد وخمسون ألفا وسبعمائة وخمسون جنيها لا غير",
        "لجنة الفحص والاستلام",
        "رئيس اللجنة",
        "أمين المخزن",
        "مدير الصندوق",
    ):
        assert expected in text, expected


def test_the_permit_repeats_its_head_and_numbers_its_pages() -> None:
    pdf = goods_receipt.render(samples.goods_receipt("en", lines=120), language="en")

    text = reading.words(pdf)
    pages = reading.pages(pdf)
    assert pages == 6
    assert [f"Page {page} of 6" in text for page in range(1, 7)] == [True] * 6
    assert text.count("Pack cost") == 6
    assert "continued" in text


def test_the_minutes_name_what_left_and_who_stood_by() -> None:
    text = reading.words(stock_paper.render(stock_samples.write_off("ar"), language="ar"))

    title, witness, manager = "محضر إعدام واستبعاد أصناف", "سناء عبد المقصود", "د. فؤاد سليم"
    for expected in (title, witness, manager, "1,152,200.00", "الحسابات"):
        assert expected in text, expected
    back = reading.words(stock_paper.render(stock_samples.supplier_return("ar"), language="ar"))
    for expected in ("إذن ارتجاع", "مخازن", "CN-2026-118", "المستلم"):
        assert expected in back, expected


def test_the_minutes_of_a_count_say_what_is_over_and_what_is_short() -> None:
    text = reading.words(stock_paper.render(stock_samples.count("en"), language="en"))

    assert "2,993 3,000 7" in text or "3,007 3,000 7" in text
    assert "(123.45)" in text
    assert "Stores form 6" in text


def test_the_stock_card_opens_and_closes_with_its_balance() -> None:
    text = reading.words(stock_card.render(samples.stock_card("en"), language="en"))

    assert "01/07/2026 Opening balance 1,000 411,500.00" in text
    assert "24/11/2026 Closing balance 1,030 411,530.00" in text
    assert "(3) count deficit" in text
    assert "Data as of 24/11/2026 14:05" in text


def test_an_amount_of_eleven_figures_stays_on_one_line() -> None:
    one = samples.receipt("en")
    line = replace(one.lines[0], cost=99_999_999_999)

    text = reading.words(receipt.render_a5(replace(one, lines=(line,)), language="en"))

    assert "999,999,999.99" in text


def test_it_refuses_a_card_whose_number_is_wrong() -> None:
    with pytest.raises(UnprintableBarcode):
        card.render([replace(samples.card(), barcode="2100000000001")], language="ar")


@pytest.mark.parametrize(("language", "digits"), [("fr", "latn"), ("ar", "deva")])
def test_it_refuses_an_unknown_language_or_digit_style(language: str, digits: str) -> None:
    with pytest.raises(ValueError, match="not"):
        render("card", language, digits)


def test_english_papers_keep_western_digits() -> None:
    sheet_digits = Sheet(None, (10, 10), language="en", digits="arab").digits

    assert sheet_digits == "latn"
