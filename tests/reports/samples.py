"""Invented papers with hard data: long names, Latin inside Arabic, nine-digit amounts."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.badge import Badge
from reports.barcodes import ean13_check_digit
from reports.batch_label import BatchLabel
from reports.card import Card
from reports.command_sheet import Command, CommandSheet
from reports.goods_receipt import GoodsReceipt, ReceivedLine
from reports.key_card import KeyCard
from reports.label import Label
from reports.owing_slip import OwedItem, OwingSlip
from reports.receipt import OwingLine, Receipt, ReceiptLine
from reports.request_slip import RequestSlip
from reports.stock_card import Movement, StockCard
from reports.unmet_slip import UnmetSlip

CAIRO = ZoneInfo("Africa/Cairo")
NOW = datetime(2026, 11, 24, 14, 5, tzinfo=CAIRO)
LONG_NAME = "عبدالرحمن عبدالفتاح أبوالمجد السيد عبدالعظيم الشرقاوي"
LONG_NAME_EN = "Abdelrahman Abdelfattah Aboulmagd Elsayed Elsharkawy"
LONG_DRUG = "أموكسيسيللين + حمض الكلافيولانيك (أوجمنتين) Augmentin ES 642.9 mg/5 ml معلق للشرب"
LONG_DRUG_EN = "Amoxicillin + clavulanic acid (Augmentin ES) 642.9 mg/5 ml oral suspension"
SITE = {"ar": "صيدلية الصندوق - ديوان عام محافظة البحيرة بدمنهور", "en": "Fund pharmacy, Damanhour"}
MASKED = "**********1234"


def in_house(prefix: int, body: int) -> str:
    twelve = f"{prefix}{body:010d}"
    return twelve + ean13_check_digit(twelve)


def name(language: str) -> str:
    return LONG_NAME if language == "ar" else LONG_NAME_EN


def drug(language: str) -> str:
    return LONG_DRUG if language == "ar" else LONG_DRUG_EN


def _receipt_lines(language: str) -> tuple[ReceiptLine, ...]:
    arabic = language == "ar"
    return (
        ReceiptLine(
            drug=drug(language),
            quantity=2,
            unit="زجاجة" if arabic else "bottles",
            lot="BN2041A",
            expiry=date(2027, 9, 30),
            directions="5 مل مرتين يوميًا بعد الأكل لمدة 7 أيام" if arabic
            else "5 ml twice daily after food for 7 days",
            cost=12_345,
            citizen=1_235,
        ),
        ReceiptLine(
            drug="ميتفورمين (جلوكوفاج) Glucophage 1000 mg" if arabic else "Metformin 1000 mg",
            quantity=60,
            unit="قرص" if arabic else "tablets",
            lot="240117-X/3",
            expiry=date(2028, 2, 29),
            directions="قرص واحد مرتين يوميًا مع الأكل لمدة 30 يومًا" if arabic
            else "One tablet twice daily with food for 30 days",
            cost=123_456_789,
            citizen=0,
            in_place_of="سيدوفاج Cidophage 1000 mg" if arabic else "Cidophage 1000 mg",
            consented_by="د. هالة منصور" if arabic else "Dr Hala Mansour",
        ),
        ReceiptLine(
            drug="بانادول Panadol Extra 500 mg (24 قرص)" if arabic else "Panadol Extra 500 mg",
            quantity=24,
            unit="قرص" if arabic else "tablets",
            lot="PX77",
            expiry=date(2027, 1, 31),
            directions="عند اللزوم" if arabic else "When needed",
            cost=4_800,
            citizen=480,
            reversed=True,
            reversal_note="بالمستند REV-2026-000007 في 24/11/2026 (صنف خاطئ)" if arabic
            else "by REV-2026-000007 on 24/11/2026 (wrong drug)",
        ),
    )  # fmt: skip


def receipt(language: str = "ar", *, copy: int = 0, demo: bool = False) -> Receipt:
    arabic = language == "ar"
    return Receipt(
        number="D1-2026-000123",
        moment=NOW,
        site=SITE[language],
        patient=name(language),
        card_number="0000045871",
        identity=MASKED,
        request_number="2026-045871",
        channel="مركز تكنولوجي بالقرية" if arabic else "Village service centre",
        centre="إيتاي البارود (قرية شبرا النونة)" if arabic else "Itay El-Baroud (Shubra El-Nuna)",
        approval_number="A-2026-03311",
        lines=_receipt_lines(language),
        value=123_469_134,
        state=123_450_000,
        donor=17_899,
        citizen=1_235,
        citizen_in_words="فقط اثنا عشر جنيهًا وخمسة وثلاثون قرشًا لا غير" if arabic
        else "Twelve pounds and thirty-five piastres only",
        pharmacist="د. منى عبدالحميد الصاوي" if arabic else "Dr Mona Abdelhamid El-Sawy",
        barcode=in_house(22, 123),
        check_code="K7QF-2M9A",
        owings=(
            OwingLine(
                drug=drug(language),
                quantity=1,
                unit="زجاجة" if arabic else "bottle",
                until=date(2026, 12, 31),
            ),
        ),
        collected_by="سعاد محمد علي (زوجة)، هاتف 010 1234 5678" if arabic
        else "Soad Mohamed Ali (wife), 010 1234 5678",
        explained="طريقة الاستعمال، مع الطعام" if arabic else "how to take it, with food",
        copy=copy,
        demo=demo,
    )  # fmt: skip


def label(language: str = "ar", *, hard: bool = True) -> Label:
    arabic = language == "ar"
    if not hard:
        return Label(
            patient="فاطمة حسن علي",
            drug_ar="ميتفورمين",
            drug_en="Metformin",
            strength="1000 mg",
            form="أقراص" if arabic else "tablets",
            directions="قرص واحد مرتين يوميًا مع الأكل" if arabic else "One tablet twice daily",
            quantity=60,
            unit="قرص" if arabic else "tablets",
            lot="240117",
            expiry=date(2027, 3, 31),
            on=NOW.date(),
            serial="D1-000124",
            pharmacist="د. منى الصاوي",
            pharmacy="صيدلية صندوق دعم الدواء",
            barcode=in_house(22, 124),
        )
    return Label(
        patient=name(language),
        drug_ar="أموكسيسيللين + حمض الكلافيولانيك (أوجمنتين)",
        drug_en="Amoxicillin + clavulanic acid (Augmentin ES)",
        strength="642.9 mg/5 ml",
        form="معلق للشرب" if arabic else "oral suspension",
        directions="5 مل (ملعقة صغيرة) ثلاث مرات يوميًا بعد الأكل لمدة 10 أيام، ويرج قبل الاستعمال"
        if arabic
        else "5 ml (one teaspoon) three times daily after food for 10 days. Shake well before use",
        quantity=2,
        unit="زجاجة" if arabic else "bottles",
        lot="BN2041A-77/3",
        expiry=date(2027, 9, 30),
        on=NOW.date(),
        serial="D1-2026-000123",
        pharmacist="د. منى عبدالحميد الصاوي" if arabic else "Dr Mona El-Sawy",
        pharmacy=SITE[language],
        storage="يحفظ في الثلاجة 2-8 درجة مئوية" if arabic else "Keep in the refrigerator, 2-8 °C",
        warnings=("قد يسبب النعاس", "لا تتوقف قبل انتهاء المدة") if arabic
        else ("May cause drowsiness", "Finish the course"),
        barcode=in_house(22, 123),
        demo=True,
    )  # fmt: skip


def card(language: str = "ar") -> Card:
    return Card(
        name=name(language),
        number="0000045871",
        identity=MASKED,
        issued_on=NOW.date(),
        barcode=in_house(21, 8_812_345_678),
    )


def badge(language: str = "ar") -> Badge:
    arabic = language == "ar"
    return Badge(
        name=LONG_NAME,
        role="صيدلي" if arabic else "Pharmacist",
        site=SITE[language],
        barcode=in_house(25, 7_310_442_001),
    )


def request_slip(language: str = "ar") -> RequestSlip:
    arabic = language == "ar"
    return RequestSlip(
        number="2026-045871",
        moment=NOW,
        citizen=name(language),
        identity=MASKED,
        phone="010 **** *678",
        channel="مركز تكنولوجي بالمدينة" if arabic else "City service centre",
        centre="كوم حمادة" if arabic else "Kom Hamada",
        category="دواء" if arabic else "Medicine",
        asked=(drug(language), "إنسولين Mixtard 30/70 (100 IU/ml)" if arabic else "Mixtard 30/70"),
        next_steps=(
            "تُعرض الأوراق على اللجنة خلال 3 أيام عمل.",
            "يصلكم الرد برسالة على الهاتف المسجل، ثم تتوجهون إلى منفذ الصرف بالبطاقة.",
        )
        if arabic
        else ("The committee sees the papers within 3 working days.", "You get a text message."),
        tracking="اتصلوا بالخط الساخن 16528 واذكروا رقم الطلب." if arabic
        else "Call the hotline 16528 and give the request number.",
        barcode=in_house(26, 45_871),
        recorded_by="أحمد سمير" if arabic else "Ahmed Samir",
        outside_reference="GOV-7781/2026",
    )  # fmt: skip


def owing_slip(language: str = "ar") -> OwingSlip:
    arabic = language == "ar"
    return OwingSlip(
        number="O1-2026-000031",
        moment=NOW,
        site=SITE[language],
        patient=name(language),
        card_number="0000045871",
        identity=MASKED,
        request_number="2026-045871",
        approval_number="A-2026-03311",
        approval_ends_on=date(2026, 12, 31),
        receipt_number="D1-2026-000123",
        items=(
            OwedItem(
                drug=drug(language),
                unit="زجاجة" if arabic else "bottle",
                due=3,
                given=2,
                expected_on=date(2026, 12, 1),
            ),
            OwedItem(
                drug="ميتفورمين 1000 mg" if arabic else "Metformin 1000 mg",
                unit="قرص" if arabic else "tablet",
                due=12_060,
                given=60,
            ),
        ),
        pharmacist="د. منى عبدالحميد الصاوي" if arabic else "Dr Mona El-Sawy",
        barcode=in_house(22, 123),
        phone="045 331 1234",
    )


def goods_receipt(language: str = "ar", *, lines: int = 9) -> GoodsReceipt:
    arabic = language == "ar"
    return GoodsReceipt(
        number="GR-2026-000017",
        on=date(2026, 11, 24),
        site="المخزن الرئيسي" if arabic else "Main store",
        supplier="الشركة المصرية لتجارة الأدوية (فرع دمنهور)" if arabic
        else "Egyptian Pharmaceutical Trading (Damanhour)",
        invoice_number="INV/2026-88231",
        invoice_on=date(2026, 11, 20),
        fund="تبرعات نقدية - حساب (زكاة) مقيد" if arabic else "Cash gifts (zakat, restricted)",
        lines=tuple(
            ReceivedLine(
                code=f"BH{n:04d}",
                drug=drug(language) if n % 2 else ("إنسولين مخلوط" if arabic else "Insulin mix"),
                unit="زجاجة" if arabic else "bottle",
                lot=f"BN{2000 + n}A",
                expiry=date(2028, 1 + n % 12, 28),
                packs=100 * n,
                units=3_000 * n,
                pack_cost=41_150,
                value=4_115_000 * n,
            )
            for n in range(1, lines + 1)
        ),
        total=4_115_000 * lines * (lines + 1) // 2,
        total_in_words="فقط مليون وثمانمائة وواحد وخمسون ألفًا وسبعمائة وخمسون جنيهًا لا غير"
        if arabic
        else "One million eight hundred and fifty-one thousand seven hundred and fifty pounds only",
        form="نموذج ١ مخازن حكومية" if arabic else "Government stores form 1",
        order_number="PO-2026-011",
        inspection_number="12/2026",
        check_code="M2QX-91TC",
        as_of=NOW,
    )  # fmt: skip


def stock_card(language: str = "ar", *, movements: int = 30) -> StockCard:
    arabic = language == "ar"
    return StockCard(
        drug=drug(language),
        code="BH0001",
        unit="زجاجة" if arabic else "bottle",
        site=SITE[language],
        first=date(2026, 7, 1),
        last=date(2026, 11, 24),
        opening=1_000,
        opening_value=41_150_000,
        movements=tuple(_movement(n, arabic=arabic) for n in range(1, movements + 1)),
        as_of=NOW,
    )


def _movement(n: int, *, arabic: bool) -> Movement:
    kind = n % 3
    return Movement(
        on=date(2026, 7 + n % 5, 1 + n % 28),
        document=f"D1-2026-{n:06d}",
        party=LONG_NAME if kind == 1 and arabic else "دمنهور" if arabic else "Damanhour",
        received=500 if kind == 0 else 0,
        issued=30 if kind == 1 else 0,
        adjusted=-3 if kind == 2 else 0,
        reason=("عجز جرد" if arabic else "count deficit") if kind == 2 else "",
        balance=1_000 + n,
        lot="BN2041A",
        expiry=date(2027, 9, 30),
        value_balance=41_150_000 + n * 100,
    )


def unmet_slip(language: str = "ar") -> UnmetSlip:
    arabic = language == "ar"
    return UnmetSlip(
        number="P1-U-2026-000031",
        moment=NOW,
        site=SITE[language],
        patient=name(language),
        card_number="0000045871",
        identity=MASKED,
        request_number="2026-045871",
        drug=drug(language),
        quantity=3,
        unit="زجاجات" if arabic else "bottles",
        pharmacist="د. منى عبدالحميد الصاوي" if arabic else "Dr Mona El-Sawy",
        hotline="16528",
        barcode=in_house(26, 45_871),
    )


def batch_label(language: str = "ar") -> BatchLabel:
    return BatchLabel(
        drug=drug(language),
        lot="BN2041A-77/3",
        expiry=date(2027, 9, 30),
        barcode=in_house(23, 1_204),
    )


def key_card(language: str = "ar") -> KeyCard:
    arabic = language == "ar"
    return KeyCard(
        keys=tuple(
            (key, "صرف ما في القائمة مرة واحدة" if arabic else "Dispense what is listed, once")
            for key in ("F1", "F2", "F4", "F9", "Ctrl+Enter", "↑ ↓", "Shift+F1")
        ),
        doses=(("1*2*30", "واحدة مرتين يوميًّا 30 يومًا" if arabic else "one, twice a day, 30 days"),),
        scans=(("بطاقة المستفيد", "تفتح ملفه"),) if arabic else (("Card", "opens the file"),),
    )


def command_sheet(language: str = "ar") -> CommandSheet:
    names = ("اصرف", "تعليق", "قفل") if language == "ar" else ("Dispense", "Put aside", "Lock")
    return CommandSheet(
        commands=tuple(
            Command(name=named, key="F9" if body == 1 else "", barcode=in_house(29, body))
            for body, named in enumerate(names, start=1)
        )
    )
