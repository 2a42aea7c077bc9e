"""Safety between medicines: allergy, the same medicine or class twice, interactions, expiry.

Every notice says which line and why; what can be done is said in words at the door. Ingredients
are compared by one folded key, classes by ATC prefix. What a medicine means for the person who
takes it stands in `patient_safety`, what the law asks for it in `controlled`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import AllergyKind, NoticeCode, Severity

RENEWAL_GRACE_DAYS = 7
"""A renewed approval may begin when so many days of the last one's medicine are left."""

_STRENGTH = re.compile(
    r"\([^)]*\)|\b[0-9][0-9.,/ ]*(?:mg|mcg|µg|g|ml|iu|i\.u\.|units?|%)(?![a-z])(?:/[0-9]*[a-z]+)?"
)
_NOT_NAME = re.compile(r"[^\w]+|_")
_HYDRATES = frozenset({
    "anhydrous", "hemihydrate", "monohydrate", "dihydrate", "trihydrate", "pentahydrate",
    "heptahydrate",
})  # fmt: skip
_SALTS = _HYDRATES | frozenset({
    "acetate", "besilate", "besylate", "bisulfate", "bromide", "calcium", "citrate", "disodium",
    "fumarate", "hcl", "hydrobromide", "hydrochloride", "magnesium", "maleate", "mesilate",
    "mesylate", "nitrate", "phosphate", "potassium", "sodium", "succinate", "sulfate", "tartrate",
})  # fmt: skip
_METALS = frozenset({
    "aluminium", "calcium", "ferric", "ferrous", "iron", "lithium", "magnesium", "potassium",
    "sodium", "zinc",
})  # fmt: skip
_CLASS_LENGTH = 5
USUAL_PAIRS = (
    "A10A",  # insulins: a long-acting one with a rapid one
    "A11",  # vitamins
    "A12",  # minerals
    "B05",  # infusions
    "C01DA",  # nitrates: one to prevent an attack, one to end it
    "J04",  # tuberculosis is always treated with several
    "J05A",  # hepatitis C and HIV likewise
    "L01",  # antineoplastics: given by protocols
    "L04AX",  # other immunosuppressants: a mixed bag, azathioprine beside methotrexate
    "N03A",  # antiepileptics: added one to another
    "R03",  # inhalers: a reliever with a preventer
    "V",  # milk, diagnostics, supplies
)
"""ATC prefixes of classes of which two medicines at once are good practice.

A warning there would be clicked away every time, and then so would the next one.
"""

# Names in use here beside the international one (INN).
_OTHER_NAMES = MappingProxyType(
    {
        "5 fluorouracil": "fluorouracil",
        "acetaminophen": "paracetamol",
        "adrenaline": "epinephrine",
        "albuterol": "salbutamol",
        "amoxycillin": "amoxicillin",
        "aspirin": "acetylsalicylic acid",
        "frusemide": "furosemide",
        "glyburide": "glibenclamide",
        "l thyroxine": "levothyroxine",
        "sodium valproate": "valproic acid",
        "thyroxine": "levothyroxine",
        "valproate": "valproic acid",
    }
)


def ingredient_key(text: str) -> str:
    """Return the form in which ingredients are compared: `Metformin HCl (500 mg)` → `metformin`.

    A salt behind a name is dropped, since the body knows the base only; behind a metal it is the
    name: sodium chloride is not potassium chloride. Other names in use become the INN.
    """
    plain = _STRENGTH.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    words = _NOT_NAME.sub(" ", plain).replace("sulph", "sulf").split()
    words = ["vitamin" if word == "vit" else word for word in words]
    while len(words) > 1 and words[-1] in _SALTS:
        if words[-1] not in _HYDRATES and set(words[:-1]) <= _METALS:
            break
        words.pop()
    name = " ".join(words)
    return _OTHER_NAMES.get(name, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """An allergy to an ingredient (folded key) or to a class (ATC prefix)."""

    kind: AllergyKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What a person still has at home, and the first day it no longer lasts.

    `item` is the approved item it was given on, whose own frequency speaks for it.
    """

    drug_id: int
    drug_name: str
    ingredients: frozenset[str]
    atc: str
    until: date
    item: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line about to be given: what it holds, for how many days, and its earliest expiry."""

    line: int
    drug_id: int
    drug_name: str
    ingredients: frozenset[str]
    atc: str
    days: int
    expiry: date | None = None
    item: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A pair of ATC codes that must raise a notice."""

    atc_a: str
    atc_b: str
    severity: Severity
    effect: str


def check(
    lines: Sequence[Line],
    *,
    on: date,
    allergies: Sequence[Allergy],
    in_hand: Sequence[Supply],
    interactions: Sequence[Interaction] = (),
) -> tuple[Notice, ...]:
    """Say what stands in the way of giving these lines to this person on a day."""
    notices: list[Notice] = []
    for line in lines:
        notices.extend(_allergic(line, allergies))
        notices.extend(_in_hand(line, in_hand, on))
        notices.extend(_outlives(line, on))
    notices.extend(_twice(lines))
    notices.extend(_interacting(lines, in_hand, on, interactions))
    return tuple(notices)


def _allergic(line: Line, allergies: Sequence[Allergy]) -> Iterator[Notice]:
    for allergy in allergies:
        by_ingredient = allergy.kind is AllergyKind.INGREDIENT
        if by_ingredient and allergy.code in line.ingredients:
            code = NoticeCode.ALLERGY_INGREDIENT
        elif not by_ingredient and allergy.code and line.atc.startswith(allergy.code):
            code = NoticeCode.ALLERGY_CLASS
        else:
            continue
        yield Notice(
            code=code,
            severity=Severity.BLOCK,
            line=line.line,
            facts={"drug": line.drug_name, "allergy": allergy.code},
        )


class _Likeness(Enum):
    """How two medicines are alike, and the notices of it: at home, and within one dispensing."""

    DRUG = (NoticeCode.SAME_DRUG_IN_HAND, NoticeCode.SAME_INGREDIENT_TWICE)
    INGREDIENT = (NoticeCode.SAME_INGREDIENT_IN_HAND, NoticeCode.SAME_INGREDIENT_TWICE)
    COMBINATION = (NoticeCode.COMBINATION_IN_HAND, NoticeCode.COMBINATION_TWICE)
    CLASS = (NoticeCode.SAME_CLASS_IN_HAND, NoticeCode.SAME_CLASS_TWICE)

    @property
    def severity(self) -> Severity:
        """A class may be wanted twice; a substance may not."""
        return Severity.WARN if self is _Likeness.CLASS else Severity.BLOCK


def _likeness(one: Line, other: Line | Supply) -> _Likeness | None:
    """Return the gravest way in which two medicines are alike."""
    if one.drug_id == other.drug_id:
        return _Likeness.DRUG
    if one.ingredients & other.ingredients:
        same = one.ingredients == other.ingredients
        return _Likeness.INGREDIENT if same else _Likeness.COMBINATION
    of_class = one.atc[:_CLASS_LENGTH]
    alike = len(of_class) == _CLASS_LENGTH and other.atc.startswith(of_class)
    return _Likeness.CLASS if alike and not of_class.startswith(USUAL_PAIRS) else None


def _alike_facts(
    likeness: _Likeness, line: Line, other: Line | Supply
) -> dict[str, int | str | date]:
    """Return what two medicines are, and what they share."""
    facts: dict[str, int | str | date] = {"drug": line.drug_name, "other": other.drug_name}
    if likeness is _Likeness.CLASS:
        return {**facts, "atc_class": line.atc[:_CLASS_LENGTH]}
    facts["ingredient"] = ", ".join(sorted(line.ingredients & other.ingredients))
    if likeness is _Likeness.COMBINATION:
        larger = other if len(other.ingredients) > len(line.ingredients) else line
        facts["combination"] = larger.drug_name
    return facts


def _in_hand(line: Line, in_hand: Sequence[Supply], on: date) -> Iterator[Notice]:
    """Say the same medicine from elsewhere; the approval's own frequency speaks for itself."""
    seen: set[int] = set()
    for supply in sorted(in_hand, key=lambda supply: supply.until, reverse=True):
        own = line.item and supply.item == line.item
        likeness = _likeness(line, supply)
        if own or supply.drug_id in seen or likeness is None:
            continue
        # Who renews or changes a treatment comes before the old one is used up.
        renewed = likeness in {_Likeness.DRUG, _Likeness.CLASS}
        grace = RENEWAL_GRACE_DAYS if renewed else 0
        if supply.until <= on + timedelta(days=grace):
            continue
        seen.add(supply.drug_id)
        yield Notice(
            code=likeness.value[0],
            severity=likeness.severity,
            line=line.line,
            facts={
                **_alike_facts(likeness, line, supply),
                "until": supply.until - timedelta(days=1),
            },
        )


def _outlives(line: Line, on: date) -> Iterator[Notice]:
    last_dose = on + timedelta(days=max(line.days - 1, 0))
    if line.expiry is not None and line.expiry < last_dose:
        yield Notice(
            code=NoticeCode.COURSE_BEYOND_EXPIRY,
            severity=Severity.WARN,
            line=line.line,
            facts={"drug": line.drug_name, "expiry": line.expiry, "last_dose": last_dose},
        )


def _twice(lines: Sequence[Line]) -> Iterator[Notice]:
    for index, line in enumerate(lines):
        for other in lines[:index]:
            likeness = _likeness(line, other)
            if likeness is not None:
                yield Notice(
                    code=likeness.value[1],
                    severity=likeness.severity,
                    line=line.line,
                    facts=_alike_facts(likeness, line, other),
                )


def _interacting(
    lines: Sequence[Line],
    in_hand: Sequence[Supply],
    on: date,
    interactions: Sequence[Interaction],
) -> Iterator[Notice]:
    for index, line in enumerate(lines):
        at_home = [(s.atc, s.drug_name) for s in in_hand if s.until > on]
        others = [*((o.atc, o.drug_name) for o in lines[:index]), *at_home]
        for pair in interactions:
            for atc, name in dict.fromkeys(others):
                if line.atc and {line.atc, atc} == {pair.atc_a, pair.atc_b}:
                    yield Notice(
                        code=NoticeCode.INTERACTION,
                        severity=pair.severity,
                        line=line.line,
                        facts={"drug": line.drug_name, "other": name, "effect": pair.effect},
                    )
