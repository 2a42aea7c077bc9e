"""What a PIN must be: six digits that nobody tries first.

A PIN proves only beside a badge or a name, on a device where somebody signed in by password, and
has five tries; so six digits are enough, if they are not the ones that everybody chooses.
Source: NIST SP 800-63B-4, 3.1.1.2 (six digits and more, the common ones refused).
"""

from pharmacy.errors import WeakPin
from pharmacy.rules.arabic import clean, to_western

PIN_DIGITS = 6
_UP = "01234567890123456789"
_DOWN = _UP[::-1]


def is_pin(text: str) -> bool:
    """Tell whether a text has the shape of a PIN, in any figures; nothing else is worth a try."""
    plain = to_western(clean(text))
    return plain.isascii() and plain.isdecimal() and len(plain) == PIN_DIGITS


def check_pin(text: str) -> str:
    """Return a new PIN in Western digits, the one form that is hashed, or refuse it.

    Raises:
        WeakPin: Not six digits, all alike, or in a row up or down.
    """
    if not is_pin(text):
        raise WeakPin
    plain = plain_pin(text)
    if len(set(plain)) == 1 or plain in _UP or plain in _DOWN:
        raise WeakPin
    return plain


def plain_pin(text: str) -> str:
    """Return what was typed in the form that is hashed."""
    return to_western(clean(text))
