"""Phone numbers, kept in E.164 (`+201012345678`)."""

import re

import phonenumbers

from pharmacy.errors import InvalidPhone
from pharmacy.rules.arabic import clean, to_western

_REGION = "EG"
# Every number of this form is an Egyptian mobile; the library takes a hundred times as long to say
# so, and lists have hundreds of thousands.
_MOBILE = re.compile(r"01[0125][0-9]{8}")
# The library would also dial letters and skip a sentence before the number.
_WRITTEN = re.compile(r"[0-9+() ./-]{5,25}")


def parse_phone(text: str) -> str:
    """Return a valid number in E.164; Egyptian unless it begins with `+`.

    Raises:
        InvalidPhone: It is no valid number.
    """
    if _MOBILE.fullmatch(text):
        return f"+2{text}"
    plain = to_western(clean(text))
    if not _WRITTEN.fullmatch(plain):
        raise InvalidPhone
    try:
        number = phonenumbers.parse(plain, _REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def format_phone(number: str) -> str:
    """Return a stored number as people dial it: `010 12345678`, or with its country code."""
    parsed = phonenumbers.parse(number, _REGION)
    egyptian = phonenumbers.region_code_for_number(parsed) == _REGION
    form = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(parsed, form.NATIONAL if egyptian else form.INTERNATIONAL)
    )
