"""The register of one controlled medicine, A4 landscape: each line with its running balance.

Law 182/1960 and the Health Minister's decision 172/2011 want from whom it came, to whom it went,
on whose prescription, and what was left; what is undone is entered again the other way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from reports import arabic, figures, words
from reports import spreadsheets as files
from reports.facts import draw_facts
from reports.page import A4_LANDSCAPE, Document, Heading
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("سجل الأدوية المراقبة", "Register of controlled medicines")
CODE = Pair("كود الصنف", "Item code")
UNIT = Pair("الوحدة", "Unit")
LAW = Pair("القانون والجدول", "Law and table")
LAW_TABLE = Pair("{law}، جدول {schedule}", "{law}, table {schedule}")
PERIOD = Pair("الفترة", "Period")
FROM_TO = Pair("من {first} إلى {last}", "{first} to {last}")
DOCUMENT = Pair("رقم الإذن", "Document")
PARTY = Pair("وارد من / منصرف إلى", "Received from / issued to")
PRESCRIBER = Pair("الطبيب", "Prescriber")
PRESCRIPTION = Pair("رقم التذكرة", "Prescription no.")
WRITTEN = Pair("تاريخ التذكرة", "Written on")
RECEIVED = Pair("وارد", "In")
ISSUED = Pair("منصرف", "Out")
BALANCE = Pair("الرصيد", "Balance")
WITNESS = Pair("الشاهد", "Witness")
OPENING = Pair("رصيد أول المدة", "Opening balance")
CLOSING = Pair("رصيد آخر المدة", "Closing balance")
PHARMACIST_IN_CHARGE = Pair("الصيدلي المسؤول", "Pharmacist in charge")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One entry, in smallest units; either `received` or `issued` is not zero."""

    on: date
    document: str
    party: str
    prescriber: str
    prescription_number: str
    prescription_date: date | None
    lot: str
    received: int
    issued: int
    balance: int
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledRegister:
    """A medicine's register for a period; quantities in smallest units."""

    drug: str
    code: str
    unit: str
    law: str
    schedule: str
    site: str
    first: date
    last: date
    opening: int
    lines: tuple[RegisterLine, ...]
    as_of: datetime
    demo: bool = False

    @property
    def closing(self) -> int:
        """What is left at the end of the period."""
        return self.lines[-1].balance if self.lines else self.opening


def render(register: ControlledRegister, *, language: str, digits: str = "latn") -> bytes:
    """Return the register as an A4 landscape PDF."""
    heading = Heading(
        title=TITLE(language), number=register.code, site=register.site, as_of=register.as_of
    )
    document = Document(
        heading, size=A4_LANDSCAPE, language=language, digits=digits, demo=register.demo
    )
    first, last = figures.day(register.first), figures.day(register.last)
    law = LAW_TABLE(language).format(law=register.law, schedule=register.schedule)
    draw_facts(
        document,
        [
            (words.DRUG(language), register.drug),
            (CODE(language), arabic.code(register.code)),
            (UNIT(language), register.unit),
            (LAW(language), law),
            (PERIOD(language), FROM_TO(language).format(first=first, last=last)),
            (words.SITE(language), register.site),
        ],
        columns=3,
    )
    document.y -= 6
    draw_table(document, _columns(language), _rows(register, language), look=Look(size=7.8))
    document.y -= 8
    document.signatures((PHARMACIST_IN_CHARGE, words.REVIEWED_BY, words.APPROVED_BY))
    return document.finish()


def _columns(language: str) -> tuple[Column, ...]:
    return (
        Column(words.DATE(language), 1.05, Kind.CENTRED),
        Column(DOCUMENT(language), 1.7, Kind.CENTRED),
        Column(PARTY(language), 2.3),
        Column(PRESCRIBER(language), 2.2),
        Column(PRESCRIPTION(language), 1.25, Kind.CENTRED),
        Column(WRITTEN(language), 1.05, Kind.CENTRED),
        Column(words.LOT(language), 1.0, Kind.CENTRED),
        Column(RECEIVED(language), 0.75, Kind.FIGURE),
        Column(ISSUED(language), 0.75, Kind.FIGURE),
        Column(BALANCE(language), 0.85, Kind.FIGURE),
        Column(WITNESS(language), 1.3),
    )


def _rows(register: ControlledRegister, language: str) -> Iterator[Row]:
    yield _balance_row(register.first, OPENING(language), register.opening)
    for line in register.lines:
        written = line.prescription_date
        yield Row(
            (
                figures.day(line.on),
                line.document,
                line.party,
                line.prescriber,
                line.prescription_number,
                figures.day(written) if written else "",
                arabic.code(line.lot),
                figures.count(line.received) if line.received else "",
                figures.count(line.issued) if line.issued else "",
                figures.count(line.balance),
                line.witness,
            )
        )
    yield _balance_row(register.last, CLOSING(language), register.closing)


def _balance_row(on: date, text: str, units: int) -> Row:
    cells = (figures.day(on), "", text, "", "", "", "", "", "", figures.count(units), "")
    return Row(cells, Style.TOTAL)


def table(register: ControlledRegister, *, language: str) -> files.Table:
    """Return the register as a table for files, opening and closing balance included."""
    day, count = files.Kind.DAY, files.Kind.INTEGER
    return files.Table(
        columns=(
            files.Column("date", words.DATE(language), day),
            files.Column("document", DOCUMENT(language)),
            files.Column("party", PARTY(language)),
            files.Column("prescriber", PRESCRIBER(language)),
            files.Column("prescription", PRESCRIPTION(language)),
            files.Column("written_on", WRITTEN(language), day),
            files.Column("lot", words.LOT(language)),
            files.Column("received", RECEIVED(language), count),
            files.Column("issued", ISSUED(language), count),
            files.Column("balance", BALANCE(language), count),
            files.Column("witness", WITNESS(language)),
        ),
        rows=(
            _plain_balance(register.first, OPENING(language), register.opening),
            *(
                (
                    line.on,
                    line.document,
                    line.party,
                    line.prescriber,
                    line.prescription_number,
                    line.prescription_date,
                    line.lot,
                    line.received or None,
                    line.issued or None,
                    line.balance,
                    line.witness,
                )
                for line in register.lines
            ),
        ),
        total=_plain_balance(register.last, CLOSING(language), register.closing),
    )


def _plain_balance(on: date, text: str, units: int) -> tuple[files.Cell, ...]:
    return (on, "", text, "", "", None, "", None, None, units, "")
