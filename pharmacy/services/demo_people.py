"""Invented people for demonstrations: names, identities and places by chance with a seed.

Nobody here lives. National IDs bear the serials 9800 to 9999, which a day's births in one
governorate do not reach; a phone number is a running count behind 0100 000 or 0150 000, copied
from no list of real ones.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pharmacy.rules.identity import compose_national_id
from pharmacy.rules.vocabulary import Sex

MEN = (
    "أحمد", "محمد", "محمود", "مصطفى", "إبراهيم", "عبد الله", "علي", "حسن", "حسين", "خالد", "طارق",
    "سعيد", "رمضان", "شعبان", "فتحي", "جمال", "عادل", "سامي", "صبحي", "يوسف", "كمال", "رفعت",
    "عبد الرحمن", "عبد الحميد", "السيد", "عماد", "هشام", "ياسر", "وليد", "أشرف", "رضا", "صلاح",
    "نبيل", "فوزي", "زكريا", "إسماعيل", "مجدي", "بدر", "ربيع", "حمدي", "شوقي", "عزت",
)  # fmt: skip
WOMEN = (
    "فاطمة", "أمينة", "زينب", "خديجة", "عائشة", "سعاد", "نادية", "هدى", "سميرة", "ليلى", "منى",
    "صباح", "نعمة", "عزيزة", "كريمة", "سامية", "نجلاء", "إيمان", "أسماء", "هناء", "رضا", "حنان",
    "سهير", "عواطف", "فايزة", "ماجدة", "نوال", "وفاء", "ثريا", "جميلة", "حميدة", "بدرية", "شادية",
    "صفاء", "مريم", "نعيمة", "هالة", "ياسمين", "آمال", "إحسان",
)  # fmt: skip
FAMILIES = (
    "الشاذلي", "البنا", "النجار", "الحداد", "عطية", "غانم", "الديب", "شلبي", "القاضي", "الجندي",
    "خليفة", "العشماوي", "سليم", "المنشاوي", "الصاوي", "بركات", "عوض", "الغرباوي", "نصار", "زايد",
    "الخولي", "أبو زيد", "الفقي", "درويش", "الشرقاوي", "حجازي", "مرسي", "الطنطاوي", "عمارة",
    "الليثي", "سالم", "هيكل", "رزق", "مبروك", "العطار", "الحناوي", "قنديل", "أبو العينين", "شاهين",
    "الدسوقي", "يونس", "البسيوني", "عامر", "الملاح", "سرحان", "الكومي", "جاد", "فرج",
)  # fmt: skip
STREETS = (
    "شارع الجمهورية", "شارع المدارس", "شارع المحطة", "شارع الجيش", "شارع سعد زغلول", "طريق الترعة",
    "شارع البحر", "شارع السوق القديم", "عزبة الشرقاوي", "شارع النصر",
)  # fmt: skip
SERIAL_FIRST, SERIAL_LAST = 9800, 9999
_BEHEIRA = "18"
_ELSEWHERE = ("02", "01", "16", "15", "17", "12")
_BORN_IN_BEHEIRA = 0.86
_YOUNGEST, _OLDEST = 6, 88
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPerson:
    """A person who is not: name in four parts, identity, where and how to reach them."""

    given_name: str
    father_name: str
    grandfather_name: str
    family_name: str
    national_id: str
    birth_date: date
    governorate_code: str
    sex: Sex
    phone: str
    street: str
    household_size: int

    @property
    def full_name(self) -> str:
        """The name as it is read out."""
        parts = (self.given_name, self.father_name, self.grandfather_name, self.family_name)
        return " ".join(parts)


class People:
    """A source of invented people; no two share a national ID, a phone or a name.

    Args:
        chance: Where all choices come from; the same seed gives the same people.
        today: Against which ages are reckoned.
    """

    def __init__(self, chance: Random, today: date) -> None:
        self._chance = chance
        self._today = today
        self._taken: set[str] = set()
        self._count = 0

    def next(
        self, *, youngest: int = _YOUNGEST, oldest: int = _OLDEST, sex: Sex | None = None
    ) -> InventedPerson:
        """Return another person, aged between two bounds in years."""
        chance = self._chance
        sex = sex or chance.choice((Sex.FEMALE, Sex.MALE))
        names = self._name(sex)
        born = self._birth(youngest, oldest)
        home = chance.random() < _BORN_IN_BEHEIRA
        governorate = _BEHEIRA if home else chance.choice(_ELSEWHERE)
        self._count += 1
        return InventedPerson(
            given_name=names[0],
            father_name=names[1],
            grandfather_name=names[2],
            family_name=names[3],
            national_id=self._national_id(born, governorate, sex),
            birth_date=born,
            governorate_code=governorate,
            sex=sex,
            phone=invented_phone(self._count),
            street=f"{chance.randint(1, 60)} {chance.choice(STREETS)}",
            household_size=chance.randint(1, 8),
        )

    def _name(self, sex: Sex) -> tuple[str, str, str, str]:
        chance = self._chance
        while True:
            given = chance.choice(WOMEN if sex is Sex.FEMALE else MEN)
            names = (given, chance.choice(MEN), chance.choice(MEN), chance.choice(FAMILIES))
            whole = " ".join(names)
            if whole not in self._taken:
                self._taken.add(whole)
                return names

    def _birth(self, youngest: int, oldest: int) -> date:
        # Most who need medicine for long are old: the square root leans to the upper bound.
        age = youngest + (oldest - youngest) * self._chance.random() ** 0.5
        return self._today - timedelta(days=int(age * _YEAR_DAYS) + self._chance.randint(0, 364))

    def _national_id(self, born: date, governorate: str, sex: Sex) -> str:
        while True:
            serial = self._chance.randrange(SERIAL_FIRST, SERIAL_LAST + 1, 2)
            serial += sex is Sex.MALE
            number = compose_national_id(
                birth_date=born, governorate_code=governorate, serial=serial
            )
            if number not in self._taken:
                self._taken.add(number)
                return number


def invented_phone(count: int) -> str:
    """Return a mobile number as it is typed, another for each count up to 19,999."""
    block, rest = divmod(count, 10_000)
    return f"{('0100', '0150')[block % 2]}000{rest:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showcase:
    """The person with whom a demonstration at the counter begins."""

    beneficiary_id: int
    request_id: int
    full_name: str
    card_number: str
    national_id: str
