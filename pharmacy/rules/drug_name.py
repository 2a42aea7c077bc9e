"""What a trade name says of the pack: strength, form, unit of issue, pack size, market status.

`MEPAPHAGE XR 850MG 30 F.C.TAB. (N/A)` is 30 tablets of 850 mg that are not available. Only what is
safe to read is read; everything else stays "other", a piece, a pack of one.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from pharmacy.rules.vocabulary import DrugForm, UnitOfIssue

_F, _U = DrugForm, UnitOfIssue

# What may stand between the number of units and their name: letters, dots, dashes, blanks.
_BETWEEN = r"(?P<between>[A-Z][A-Z.\-+ ]{0,40}?)?"
_COUNT = r"(?<![\w.,*/%-])(?:(?P<packs>\d{1,2}) ?[*X] ?)?(?P<count>\d{1,3}) ?"


def _counted(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_COUNT}{_BETWEEN}(?<![A-Z])(?:{words})\b")


def _named(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Z])(?:{words})\b")


@dataclass(frozen=True, slots=True)
class _Shape:
    form: DrugForm
    unit: UnitOfIssue
    words: str
    counted: bool = True


_TABLET = _Shape(_F.TABLET, _U.TABLET, r"TABLETS?|TABS?|CAPLETS?")
_SHAPES = (
    _TABLET,
    _Shape(_F.CAPSULE, _U.CAPSULE, r"CAPSULES?|CAPS?|ROTACAPS|SOFTGELS?"),
    _Shape(_F.SUPPOSITORY, _U.SUPPOSITORY, r"SUPPOSITOR(?:Y|IES)|SUPP"),
    _Shape(_F.SACHET, _U.SACHET, r"SACHETS?"),
    _Shape(_F.CARTRIDGE, _U.CARTRIDGE, r"CARTRIDGES?"),
    _Shape(_F.PEN, _U.PEN, r"(?:PREF(?:ILLED)?\.? )?PENS?|FLEXPENS?|KWIKPENS?|SOLOSTAR"),
    _Shape(_F.AMPOULE, _U.AMPOULE, r"AMPOULES?|AMPS?"),
    _Shape(_F.VIAL, _U.VIAL, r"VIALS?"),
    _Shape(_F.PATCH, _U.PATCH, r"PATCH(?:ES)?"),
    _Shape(_F.INHALER, _U.INHALER, r"INHALER|EVOHALER|TURBUHALER|DISKUS", counted=False),
    _Shape(_F.SYRUP, _U.BOTTLE, r"SYRUP|SYR", counted=False),
    _Shape(_F.DROPS, _U.BOTTLE, r"DROPS?|DPS", counted=False),
    _Shape(_F.SUSPENSION, _U.BOTTLE, r"SUSPENSION|SUSP", counted=False),
    _Shape(_F.CREAM, _U.TUBE, r"CREAM", counted=False),
    _Shape(_F.OINTMENT, _U.TUBE, r"OINTMENT|OINT", counted=False),
    _Shape(_F.SPRAY, _U.BOTTLE, r"SPRAY", counted=False),
)
_COMPILED = tuple((shape, _counted(shape.words), _named(shape.words)) for shape in _SHAPES)
# Of a tube or a bottle, grams and millilitres say how big it is and not how strong.
_SIZED = frozenset({_U.TUBE, _U.BOTTLE, _U.PIECE})
_STRENGTH = re.compile(
    r"(?<![\d.,*])(?P<amount>\d[\d.,]*(?:[/+]\d[\d.,]*)*)"
    r" ?(?P<measure>MCG|MG|GM|G|I\.?U\.?|UNITS?|%)"
    r"(?P<per> ?/ ?(?:\d[\d.,]* ?)?(?:ML|MG|GM|G|DOSE|HR|H|ACTUATION)\b)?(?![A-Z])"
)
_WRITTEN = MappingProxyType(
    {
        "MCG": " mcg", "MG": " mg", "GM": " g", "G": " g", "IU": " IU", "UNIT": " units",
        "UNITS": " units", "%": "%",
    }
)  # fmt: skip
_MARKER = re.compile(r"\s*\(\s*(N/A YET|N/A|CANCELLED|ILLEGAL IMPORT)\s*\)\s*", re.IGNORECASE)
_MOST_UNITS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPack:
    """A trade name taken apart.

    Attributes:
        name: The name without its market marker.
        market_status: The marker as it stood, empty when there is none.
        pack_size: Units of issue in a pack.
    """

    name: str
    market_status: str
    strength: str
    form: DrugForm
    unit: UnitOfIssue
    pack_size: int


def parse_drug_name(name: str) -> NamedPack:
    """Take a tidied trade name apart."""
    markers = _MARKER.findall(name)
    bare = " ".join(_MARKER.sub(" ", name).split()) if markers else name
    plain = bare.upper()
    form, unit, pack_size = _pack(plain)
    return NamedPack(
        name=bare,
        market_status=", ".join(marker.upper() for marker in markers),
        strength=_strength(plain, unit),
        form=form,
        unit=unit,
        pack_size=pack_size,
    )


def _pack(name: str) -> tuple[DrugForm, UnitOfIssue, int]:
    for shape, counted, named in _COMPILED:
        if named.search(name) is None:
            continue
        match = counted.search(name) if shape.counted else None
        if match is None or _is_measure(match["between"]):
            return shape.form, shape.unit, 1
        size = int(match["count"]) * int(match["packs"] or 1)
        return shape.form, shape.unit, size if 0 < size <= _MOST_UNITS else 1
    return DrugForm.OTHER, UnitOfIssue.PIECE, 1


_MEASURE = re.compile(r"(?:MCG|MG|GM|G|ML|L|I\.?U|UNITS?|CM|MM|DOSES?)\b")


def _is_measure(between: str | None) -> bool:
    """Tell whether the number in front is an amount (`500 MG VIAL`) and not a count."""
    return between is not None and _MEASURE.match(between) is not None


def _strength(name: str, unit: UnitOfIssue) -> str:
    for match in _STRENGTH.finditer(name):
        measure = match["measure"]
        if measure in {"GM", "G"} and unit in _SIZED and not match["per"]:
            continue
        per = "".join((match["per"] or "").lower().split()).replace("gm", "g")
        return f"{match['amount']}{_WRITTEN[measure.replace('.', '')]}{per}"
    return ""
