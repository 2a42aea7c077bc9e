"""The Egyptian national ID (الرقم القومي): fourteen digits that say more than a number.

`C YYMMDD GG SSSS K`: century, birth date, governorate where the birth was registered (not where
one lives: it decides nothing), serial whose last digit is odd for a male, control digit. The way
the control digit is made was never published and public programs disagree, so a mismatch is a
notice and never a refusal. Sources: Wikipedia, "Egyptian National Identity Card"; the variants
compared in Petter0x1/egyid and abdulrahmanhossam/egypt-net-core.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from pharmacy.errors import InvalidNationalId
from pharmacy.rules.arabic import to_western
from pharmacy.rules.vocabulary import Sex

GOVERNORATES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "01": ("القاهرة", "Cairo"),
        "02": ("الإسكندرية", "Alexandria"),
        "03": ("بورسعيد", "Port Said"),
        "04": ("السويس", "Suez"),
        "11": ("دمياط", "Damietta"),
        "12": ("الدقهلية", "Dakahlia"),
        "13": ("الشرقية", "Sharqia"),
        "14": ("القليوبية", "Qalyubia"),
        "15": ("كفر الشيخ", "Kafr El Sheikh"),
        "16": ("الغربية", "Gharbia"),
        "17": ("المنوفية", "Monufia"),
        "18": ("البحيرة", "Beheira"),
        "19": ("الإسماعيلية", "Ismailia"),
        "21": ("الجيزة", "Giza"),
        "22": ("بني سويف", "Beni Suef"),
        "23": ("الفيوم", "Fayoum"),
        "24": ("المنيا", "Minya"),
        "25": ("أسيوط", "Assiut"),
        "26": ("سوهاج", "Sohag"),
        "27": ("قنا", "Qena"),
        "28": ("أسوان", "Aswan"),
        "29": ("الأقصر", "Luxor"),
        "31": ("البحر الأحمر", "Red Sea"),
        "32": ("الوادي الجديد", "New Valley"),
        "33": ("مطروح", "Matrouh"),
        "34": ("شمال سيناء", "North Sinai"),
        "35": ("جنوب سيناء", "South Sinai"),
        "88": ("خارج الجمهورية", "Born abroad"),
    }
)

_CENTURIES = MappingProxyType({"2": 1900, "3": 2000})
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SPREADSHEET = re.compile(r"\d[.,٫]?\d*e\+?\d+|\d[.,٫]0+\s*$", re.IGNORECASE)
_SHAPE = re.compile(r"\d{14}")
_SHOWN = 4
_CENTURY_YEARS = 100


class NationalIdFault(StrEnum):
    """Where the fourteen digits do not hold together."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    SPREADSHEET = "spreadsheet"
    CENTURY = "century"
    BIRTH_DATE = "birth_date"
    FUTURE = "future"
    GOVERNORATE = "governorate"


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalId:
    """A national ID, read."""

    number: str
    birth_date: date
    governorate_code: str
    sex: Sex
    control_digit_agrees: bool


def parse_national_id(text: str, *, today: date) -> NationalId:
    """Read a national ID as it is typed, scanned or pasted.

    Raises:
        InvalidNationalId: The structure does not hold together; the reason says where.
    """
    number = _digits(text)
    century = _CENTURIES.get(number[0])
    if century is None:
        raise InvalidNationalId(reason=NationalIdFault.CENTURY.value)
    try:
        birth = date(century + int(number[1:3]), int(number[3:5]), int(number[5:7]))
    except ValueError as error:
        raise InvalidNationalId(reason=NationalIdFault.BIRTH_DATE.value) from error
    if birth > today:
        raise InvalidNationalId(reason=NationalIdFault.FUTURE.value)
    if number[7:9] not in GOVERNORATES:
        raise InvalidNationalId(reason=NationalIdFault.GOVERNORATE.value)
    return NationalId(
        number=number,
        birth_date=birth,
        governorate_code=number[7:9],
        sex=Sex.MALE if int(number[12]) % 2 else Sex.FEMALE,
        control_digit_agrees=control_digit_agrees(number),
    )


def control_digit_agrees(number: str) -> bool:
    """Tell whether fourteen digits end in a control digit that a public variant would give."""
    return number[13] in control_digits(number[:13])


def _digits(text: str) -> str:
    """Return fourteen digits, whatever marks, spaces or dashes stood between them."""
    if text.isascii() and _SHAPE.fullmatch(text):
        return text
    plain = to_western(text)
    if _SPREADSHEET.search(plain):
        raise InvalidNationalId(reason=NationalIdFault.SPREADSHEET.value)
    kept = "".join(
        letter
        for letter in plain
        if unicodedata.category(letter) not in {"Cc", "Cf", "Zs", "Zl", "Zp", "Pd"}
    )
    if not kept.isascii() or not kept.isdecimal():
        raise InvalidNationalId(reason=NationalIdFault.NOT_DIGITS.value)
    if not _SHAPE.fullmatch(kept):
        raise InvalidNationalId(reason=NationalIdFault.LENGTH.value)
    return kept


def control_digits(first_thirteen: str) -> frozenset[str]:
    """Return the control digits that the public variants of the unpublished rule would give."""
    total = _weighted(first_thirteen)
    remainder = total % 11
    variant_a = (11 - remainder) % 10
    variant_b = variant_a if remainder else 0
    return frozenset({str(variant_a), str(variant_b), str(total % 10)})


def compose_national_id(*, birth_date: date, governorate_code: str, serial: int) -> str:
    """Return the number that these facts make, with the control digit of the commonest variant.

    For invented people only. Their serials are 9800 to 9999: no day of births in a governorate
    comes near that many, so that no living person has such a number.
    """
    century = next(
        digit for digit, year in _CENTURIES.items() if birth_date.year - year < _CENTURY_YEARS
    )
    first = f"{century}{birth_date:%y%m%d}{governorate_code}{serial:04d}"
    return first + str((11 - _weighted(first) % 11) % 10)


def _weighted(first_thirteen: str) -> int:
    return sum(int(d) * w for d, w in zip(first_thirteen, _WEIGHTS, strict=True))


def mask_identity(number: str | None) -> str:
    """Return a number with only its last four characters to be seen; a shorter one shows none."""
    if not number:
        return ""
    hidden = len(number) - _SHOWN
    return "•" * hidden + number[hidden:] if hidden > 0 else "•" * len(number)


def mask_phone(number: str | None) -> str:
    """Return a phone number with only its last four digits to be seen."""
    return mask_identity(number)
