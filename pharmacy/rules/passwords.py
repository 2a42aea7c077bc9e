"""What a password must be: long, and not one that a guesser tries first.

Source: ASVS 5.0, 6.2.1 to 6.2.12: at least 12 letters of any script, at most 64, no rules of
composition, no forced change, known passwords and words of the house refused.
"""

import re
import unicodedata

from pharmacy.errors import WeakPassword

LENGTH_MIN = 12
LENGTH_MAX = 64
_DISTINCT_MIN = 5
_OWN_LETTERS_MIN = 6

_KNOWN_WORDS = """
    password passw0rd p@ssword motdepasse admin administrator welcome letmein changeme default
    qwerty qwertyuiop azerty asdfghjkl zxcvbnm iloveyou monkey dragon football baseball sunshine
    princess master superman michael shadow secret login user test demo abcdef google
    pharmacy pharmacist medicine dawaa dawa fund sandouk beheira behera buhaira damanhour damanhur
    rashid rosetta egypt misr masr cairo alexandria governorate muhafaza mohafza ministry health
    mohamed mohammed muhammad ahmed mahmoud mostafa fatma allah
    صيدلية الصيدلية دواء الدواء صندوق دعم البحيرة بحيرة دمنهور رشيد مصر محافظة المحافظة
    القاهرة الصحة وزارة محمد احمد أحمد محمود مصطفى فاطمة كلمة السر المرور مرحبا الله
    """.split()  # noqa: SIM905 - words are read best as words
_KNOWN = re.compile("|".join(sorted(map(re.escape, _KNOWN_WORDS), key=len, reverse=True)))
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_RUN_MIN = 4


def check_password(password: str, *, username: str = "") -> str:
    """Return the password in the one form that is hashed (NFC), or refuse it.

    Raises:
        WeakPassword: `reason` is `short`, `long`, `name` (holds the sign-in name) or `known`.
    """
    normal = unicodedata.normalize("NFC", password)
    if len(normal) < LENGTH_MIN:
        raise WeakPassword(reason="short", minimum=LENGTH_MIN)
    if len(normal) > LENGTH_MAX:
        raise WeakPassword(reason="long", minimum=LENGTH_MIN)
    folded = normal.lower()
    if username and username.lower() in folded:
        raise WeakPassword(reason="name", minimum=LENGTH_MIN)
    if len(set(folded)) < _DISTINCT_MIN or _is_known(folded):
        raise WeakPassword(reason="known", minimum=LENGTH_MIN)
    return normal


def _is_known(folded: str) -> bool:
    """Tell whether hardly anything is left once known words, runs and years are taken away."""
    own = _KNOWN.sub("", folded)
    for run in _RUNS:
        own = _without_runs(own, run)
        own = _without_runs(own, run[::-1])
    own = re.sub(r"(?:19|20)\d\d", "", own)
    own = re.sub(r"(.)\1{2,}", r"\1", own)
    return len(set(own)) < _OWN_LETTERS_MIN


def _without_runs(text: str, run: str) -> str:
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = start + _RUN_MIN
        if text[start:end] not in run or len(text[start:end]) < _RUN_MIN:
            kept.append(text[start])
            start += 1
            continue
        while end < len(text) and text[start : end + 1] in run:
            end += 1
        start = end
    return "".join(kept)
