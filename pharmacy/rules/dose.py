"""The dose as it is typed at the counter, `1*2*30`, and as a sentence a patient understands.

Units a dose, times a day, days. A part of a unit is a half or a quarter: `½*2*30`, `0.5*2*30`,
`1½*1*14`. The separator is `*`, `×`, `/` or a blank, never two kinds at once, so that `1/2/30` is
one unit twice a day and never half a unit.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from pharmacy.errors import InvalidDose
from pharmacy.rules.arabic import clean, to_western
from pharmacy.rules.vocabulary import UnitOfIssue

UNITS_PER_DOSE_MAX = 100
TIMES_PER_DAY_MAX = 24
DAYS_MAX = 366

_DOSE = re.compile(
    r"(?P<units>\d{0,3}[¼½¾]|\d{1,3}(?:\.(?:0|00|25|5|50|75))?)"
    r" ?(?P<between>[*/ ]) ?(?P<times>\d{1,2}) ?(?P=between) ?(?P<days>\d{1,3})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Units of issue in one dose (a multiple of a quarter), doses a day, days."""

    units_per_dose: Fraction
    times_per_day: int
    days: int

    @property
    def quantity(self) -> int:
        """The units of issue for the whole course, a part of one rounded up."""
        return ceil(self.units_per_dose * self.times_per_day * self.days)


def parse_dose(text: str) -> Dose:
    """Read a dose as typed.

    Raises:
        InvalidDose: It is not of the form, or a part of it is nothing or out of all reason.
    """
    plain = to_western(clean(text)).replace("×", "*").replace("٫", ".").replace(",", ".")
    match = _DOSE.fullmatch(plain)
    if match is None:
        raise InvalidDose(text=text)
    dose = Dose(
        units_per_dose=_units(match["units"]),
        times_per_day=int(match["times"]),
        days=int(match["days"]),
    )
    sane = (
        0 < dose.units_per_dose <= UNITS_PER_DOSE_MAX
        and 0 < dose.times_per_day <= TIMES_PER_DAY_MAX
        and 0 < dose.days <= DAYS_MAX
    )
    if not sane:
        raise InvalidDose(text=text)
    return dose


def _units(text: str) -> Fraction:
    if text[-1].isdecimal():
        return Fraction(text)
    return Fraction(text[:-1] or 0) + Fraction(unicodedata.numeric(text[-1]))


@dataclass(frozen=True, slots=True)
class _Noun:
    """An Arabic noun as numbers bend it, and the gender its `one` takes."""

    one: str
    dual: str
    plural: str
    accusative: str
    feminine: bool = False


def _feminine(one: str, dual: str, plural: str) -> _Noun:
    """Return a noun in taa marbuta, whose accusative is written like its nominative."""
    return _Noun(one, dual, plural, one, feminine=True)


# What is not swallowed or given whole (a bottle, a tube, a pen) is taken by the dose.
_DOSE_AR = _feminine("جرعة", "جرعتان", "جرعات")
_UNITS_AR: MappingProxyType[UnitOfIssue, _Noun] = MappingProxyType(
    {
        UnitOfIssue.TABLET: _Noun("قرص", "قرصان", "أقراص", "قرصًا"),
        UnitOfIssue.CAPSULE: _feminine("كبسولة", "كبسولتان", "كبسولات"),
        UnitOfIssue.AMPOULE: _Noun("أمبول", "أمبولان", "أمبولات", "أمبولًا"),
        UnitOfIssue.VIAL: _Noun("فيال", "فيالان", "فيالات", "فيالًا"),
        UnitOfIssue.SUPPOSITORY: _feminine("لبوسة", "لبوستان", "لبوسات"),
        UnitOfIssue.SACHET: _Noun("كيس", "كيسان", "أكياس", "كيسًا"),
        UnitOfIssue.PATCH: _feminine("لصقة", "لصقتان", "لصقات"),
        UnitOfIssue.PIECE: _feminine("قطعة", "قطعتان", "قطع"),
    }
)
_UNITS_EN: MappingProxyType[UnitOfIssue, tuple[str, str]] = MappingProxyType(
    {
        UnitOfIssue.TABLET: ("tablet", "tablets"),
        UnitOfIssue.CAPSULE: ("capsule", "capsules"),
        UnitOfIssue.AMPOULE: ("ampoule", "ampoules"),
        UnitOfIssue.VIAL: ("vial", "vials"),
        UnitOfIssue.SUPPOSITORY: ("suppository", "suppositories"),
        UnitOfIssue.SACHET: ("sachet", "sachets"),
        UnitOfIssue.PATCH: ("patch", "patches"),
        UnitOfIssue.PIECE: ("piece", "pieces"),
    }
)
COUNTED_BY_DOSE = frozenset(_UNITS_AR)
"""Units of which a dose is a number, so that a dose says how many to hand out."""

_QUARTERS_AR = MappingProxyType(
    {Fraction(1, 4): "ربع", Fraction(1, 2): "نصف", Fraction(3, 4): "ثلاثة أرباع"}
)
_QUARTERS_EN = MappingProxyType({Fraction(1, 4): "¼", Fraction(1, 2): "½", Fraction(3, 4): "¾"})
_HUNDRED = 100
_PLURAL_FROM, _PLURAL_TO = 3, 10


def directions_ar(dose: Dose, unit: UnitOfIssue) -> str:
    """Return the dose as a sentence: `قرص واحد مرتين يوميًا لمدة 30 يومًا`."""
    noun = _UNITS_AR.get(unit, _DOSE_AR)
    return f"{_amount_ar(dose.units_per_dose, noun)} {_times_ar(dose)} {_days_ar(dose)}"


def _amount_ar(units: Fraction, noun: _Noun) -> str:
    whole, part = divmod(units, 1)
    if not whole:
        return f"{_QUARTERS_AR[part]} {noun.one}"
    if whole == 1 and part:
        return f"{noun.one} و{_QUARTERS_AR[part]}"
    amount = _counted_ar(whole, noun)
    return f"{amount} و{_QUARTERS_AR[part]}" if part else amount


def _counted_ar(number: int, noun: _Noun) -> str:
    if number == 1:
        return f"{noun.one} {'واحدة' if noun.feminine else 'واحد'}"
    if number == 2:  # noqa: PLR2004 - the dual
        return noun.dual
    last_two = number % _HUNDRED
    if _PLURAL_FROM <= last_two <= _PLURAL_TO:
        return f"{number} {noun.plural}"
    return f"{number} {noun.accusative if last_two > _PLURAL_TO else noun.one}"


def _times_ar(dose: Dose) -> str:
    # An adverb: its dual is in the accusative.
    return f"{_counted_ar(dose.times_per_day, _feminine('مرة', 'مرتين', 'مرات'))} يوميًا"


def _days_ar(dose: Dose) -> str:
    # Behind لمدة its dual is in the genitive.
    return f"لمدة {_counted_ar(dose.days, _Noun('يوم', 'يومين', 'أيام', 'يومًا'))}"


def directions_en(dose: Dose, unit: UnitOfIssue) -> str:
    """Return the dose as a sentence: `1 tablet twice a day for 30 days`."""
    one, many = _UNITS_EN.get(unit, ("dose", "doses"))
    days = "1 day" if dose.days == 1 else f"{dose.days} days"
    return (
        f"{_amount_en(dose.units_per_dose, one, many)} {_times_en(dose.times_per_day)} for {days}"
    )


def _amount_en(units: Fraction, one: str, many: str) -> str:
    whole, part = divmod(units, 1)
    number = f"{whole or ''}{_QUARTERS_EN[part] if part else ''}"
    return f"{number} {one if units <= 1 else many}"


def _times_en(times: int) -> str:
    return {1: "once a day", 2: "twice a day"}.get(times, f"{times} times a day")
