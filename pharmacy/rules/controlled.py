"""What the law asks before a controlled medicine is handed out.

Sources: law 182/1960, table 1 (narcotics): only on a doctor's prescription, not later than five
days from its writing, used once and kept with the date of issue; tables 2 and 3 are preparations
under none or a part of these rules. The Health Minister's decision 172/2011, schedule 1
(psychotropics): official form, kept, entered in the register; schedules 2 and 3: on a
prescription that is kept. The second signature, of a colleague who was there, is the house's own
rule for what law 182/1960 lists in table 1 and decision 172/2011 in schedule 1.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from pharmacy.rules.arabic import fold, to_western
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import ControlledLaw, NoticeCode, Severity


@dataclass(frozen=True, slots=True)
class Needs:
    """What a controlled medicine is handed out with."""

    prescription: bool
    witness: bool


_NOTHING = Needs(prescription=False, witness=False)
_PRESCRIPTION = Needs(prescription=True, witness=False)
_EVERYTHING = Needs(prescription=True, witness=True)
_NEEDS: Mapping[tuple[ControlledLaw, str], Needs] = {
    (ControlledLaw.LAW_182_1960, "1"): _EVERYTHING,
    (ControlledLaw.LAW_182_1960, "2"): _NOTHING,
    (ControlledLaw.LAW_182_1960, "3"): _PRESCRIPTION,
    (ControlledLaw.DECISION_172_2011, "1"): _EVERYTHING,
    (ControlledLaw.DECISION_172_2011, "2"): _PRESCRIPTION,
    (ControlledLaw.DECISION_172_2011, "3"): _PRESCRIPTION,
}


_ORDINALS = MappingProxyType(
    {"اول": "1", "first": "1", "ثاني": "2", "second": "2", "ثالث": "3", "third": "3"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledLine:
    """A line of a controlled medicine.

    `owed` is a line that settles an owing: its prescription was looked at, and kept, when the
    first part was given.
    """

    line: int
    drug_name: str
    law: ControlledLaw
    schedule: str
    owed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """The paper in the hand, and the colleague who signed.

    `used_on` names the dispensing that stands against the same paper, empty for none.
    """

    prescriber: str = ""
    number: str = ""
    written_on: date | None = None
    kept: bool = False
    used_on: str = ""
    witness_id: int | None = None


def needs_of(law: ControlledLaw, schedule: str) -> Needs:
    """Return what the law asks; of a table the house does not know, everything."""
    return _NEEDS.get((law, _table(schedule)), _EVERYTHING)


def _table(schedule: str) -> str:
    """Return the number in a table's name: `3`, `٣` and `الجدول الثالث` are one."""
    words = re.findall(r"\w+", to_western(fold(schedule)))
    named = [_ORDINALS.get(word.removeprefix("ال"), word) for word in words]
    numbers = [word for word in named if word.isdecimal()]
    return numbers[0] if len(numbers) == 1 else ""


def check(
    lines: Sequence[ControlledLine],
    prescription: Prescription,
    *,
    on: date,
    valid_days: int,
    dispenser_id: int | None,
) -> tuple[Notice, ...]:
    """Say what stands in the way of handing out controlled medicines; all of it is a stop.

    Args:
        lines: The controlled ones of the dispensing.
        prescription: What is known of the paper.
        on: The day.
        valid_days: How many days after its writing a prescription may be used.
        dispenser_id: Who hands out, who cannot be the witness too.
    """
    notices: list[Notice] = []
    for line in lines:
        needs = needs_of(line.law, line.schedule)
        if needs.prescription and not line.owed:
            notices.extend(_of_paper(line, prescription, on, valid_days))
        alone = prescription.witness_id in {None, dispenser_id}
        if needs.witness and alone:
            notices.append(_stop(NoticeCode.SECOND_SIGNATURE_MISSING, line))
    return tuple(notices)


def _of_paper(
    line: ControlledLine, paper: Prescription, on: date, valid_days: int
) -> Iterator[Notice]:
    """Say what is wrong with the prescription; a date to come is as good as none."""
    written = paper.written_on
    named = paper.number.strip() and paper.prescriber.strip()
    if not named or written is None or written > on:
        yield _stop(NoticeCode.PRESCRIPTION_MISSING, line)
        return
    valid_until = written + timedelta(days=valid_days)
    if valid_until < on:
        dates = {"written_on": written, "valid_until": valid_until}
        yield _stop(NoticeCode.PRESCRIPTION_EXPIRED, line, **dates, days=valid_days)
    if paper.used_on:
        known = {"prescription": paper.number.strip(), "number": paper.used_on}
        yield _stop(NoticeCode.PRESCRIPTION_USED, line, **known)
    if not paper.kept:
        yield _stop(NoticeCode.PRESCRIPTION_NOT_KEPT, line)


def _stop(code: NoticeCode, line: ControlledLine, **facts: int | str | date) -> Notice:
    known = {"drug": line.drug_name, "law": line.law.value, "schedule": line.schedule}
    return Notice(code=code, severity=Severity.STOP, line=line.line, facts={**known, **facts})
