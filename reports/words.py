"""The words printed on every paper, in pairs of Arabic and English.

A paper's own words stand in its module; here are those that several papers share.
"""

from typing import NamedTuple

ARABIC = "ar"
ENGLISH = "en"


class Pair(NamedTuple):
    """One word or sentence in both languages; call it with a language to read it."""

    ar: str
    en: str

    def __call__(self, language: str) -> str:
        """Return the words in `language`: "ar", or anything else for English."""
        return self.ar if language == ARABIC else self.en


GOVERNORATE = Pair("محافظة البحيرة", "Beheira Governorate")
FUND_OFFICE = Pair("صندوق دعم الدواء", "Medicine Support Fund")
DEMO = Pair("تجريبي", "DEMO")
COPY = Pair("نسخة", "COPY")
REVERSED = Pair("ملغى", "REVERSED")
NUMBER = Pair("رقم", "No.")
DATE = Pair("التاريخ", "Date")
TIME = Pair("الساعة", "Time")
PAGE_OF = Pair("صفحة {page} من {pages}", "Page {page} of {pages}")
AS_OF = Pair("البيانات حتى", "Data as of")
PRINTED = Pair("طُبع في", "Printed")
SITE = Pair("الموقع", "Site")
POUNDS = Pair("ج.م", "EGP")
TOTAL = Pair("الإجمالي", "Total")
CONTINUED = Pair("تابع", "continued")
NAME_LINE = Pair("الاسم:", "Name:")
SIGNATURE_LINE = Pair("التوقيع:", "Signature:")
DATE_LINE = Pair("التاريخ:", "Date:")
PREPARED_BY = Pair("إعداد", "Prepared by")
REVIEWED_BY = Pair("مراجعة", "Reviewed by")
APPROVED_BY = Pair("اعتماد", "Approved by")
CHECK_CODE = Pair("رمز التحقق", "Check code")

PATIENT = Pair("اسم المستفيد", "Beneficiary")
CARD_NUMBER = Pair("رقم البطاقة", "Card no.")
IDENTITY = Pair("الرقم القومي", "National ID")
REQUEST = Pair("رقم الطلب", "Request no.")
CHANNEL = Pair("قناة الورود", "Channel")
CENTRE = Pair("المركز التكنولوجي", "Service centre")
APPROVAL = Pair("رقم الموافقة", "Approval no.")
PHARMACIST = Pair("الصيدلي", "Pharmacist")

DRUG = Pair("الصنف", "Item")
QUANTITY = Pair("الكمية", "Quantity")
LOT = Pair("التشغيلة", "Lot")
EXPIRY = Pair("الصلاحية", "Expiry")
COST = Pair("التكلفة", "Cost")
VALUE = Pair("القيمة", "Value")
LINE = Pair("م", "#")

STATE_SHARE = Pair("تتحمله الدولة", "State share")
DONOR_SHARE = Pair("تتحمله التبرعات", "Donor share")
CITIZEN_SHARE = Pair("يدفعه المواطن", "Citizen share")

UNCOUNTED_COPY = 1
"""A paper's `copy` is 0 on the original, the number of the print from 2 on, or this."""


def copy_mark(copy: int, language: str) -> str:
    """Return what a copy bears: the word, and which print it is where that was counted."""
    return COPY(language) + (f" {copy}" if copy > UNCOUNTED_COPY else "")
