"""Importing the formulary: a governorate's own list, or a market list that has only trade names.

A list with a `code` column is the governorate's own: every mapped column is followed. Without one,
the trade name is the key (less its market marker), and only what the market decides is followed
when the list comes again: price, maker, class, route and market status; what a pharmacist has
corrected since stays. The same list imported twice changes nothing.

What becomes of dirt: a line break or doubled space in a text is folded to a space; a marker such as
(CANCELLED) moves from the name to the market status, and the item is inactive; an item without an
ingredient comes in inactive, since safety cannot see what it holds; a second row of one name is
skipped when all is equal and refused otherwise. Each is noted, row by row.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import DrugCodeTaken, InvalidAmount, PharmacyError, UnreadableBarcode
from pharmacy.models import AuditEvent, Drug, DrugGtin
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import parse_integer
from pharmacy.rules.drug_name import parse_drug_name
from pharmacy.rules.gs1 import GTIN_DIGITS, is_gtin
from pharmacy.rules.money import parse_egp
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import (
    ControlledLaw,
    DrugForm,
    PregnancyRisk,
    Storage,
    UnitOfIssue,
    Ven,
)
from pharmacy.services.formulary import DrugFacts, columns
from pharmacy.services.importing import (
    Note,
    NoteCode,
    Outcome,
    RowRefused,
    Verdict,
    member,
    needed,
)
from pharmacy.services.importing_rows import Row

MARKET_FOLLOWED = frozenset({
    "maker", "drug_class", "route", "reference_price", "market_status",
})  # fmt: skip
_CODE_PREFIX = "EG-"
_CODE_DIGITS = 10
_PACK_MOST = 100_000
_AGE_MOST_MONTHS = 1_200
_YES = frozenset({"yes", "y", "true", "1", "active", "نعم"})
_NO = frozenset({"no", "n", "false", "0", "inactive", "لا"})
# Columns of a row that a list does not decide.
_OWN = frozenset({"id", "created_at"})

_KNOWN = select(table_of(Drug)).where(Drug.code.in_(bindparam("codes", expanding=True)))
_KNOWN_GTINS = select(DrugGtin.gtin, DrugGtin.drug_id).where(
    DrugGtin.gtin.in_(bindparam("gtins", expanding=True))
)
_INSERT = insert(table_of(Drug))
_INSERT_GTIN = insert(table_of(DrugGtin))
_INSERT_AUDIT = insert(table_of(AuditEvent))


def code_of(name: str) -> str:
    """Return the code of a drug known by its trade name only: the same name, the same code."""
    digest = hashlib.sha256(name.upper().encode()).hexdigest()
    return _CODE_PREFIX + digest[:_CODE_DIGITS].upper()


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as far as it can be read on its own."""

    row: Row
    facts: DrugFacts
    values: dict[str, object]
    notes: tuple[Note, ...]


class DrugImporter:
    """The importer of the formulary; a batch costs a handful of statements, whatever its size.

    Args:
        fields: The mapped fields of the file.
        actor: Who imports.
        now: When.
    """

    noun = "formulary"
    required = frozenset({"name_en"})
    headings: Mapping[str, tuple[str, ...]] = {
        "code": ("drug code", "item code", "كود الصنف", "الكود"),
        "name_en": ("commercial_name_en", "trade name", "name", "الاسم الإنجليزي"),
        "name_ar": ("commercial_name_ar", "الاسم العربي", "اسم الصنف"),
        "inn": ("scientific_name", "ingredient", "generic name", "الاسم العلمي", "المادة الفعالة"),
        "strength": ("التركيز",),
        "form": ("dosage form", "الشكل الصيدلي"),
        "unit": ("unit of issue", "وحدة الصرف"),
        "pack_size": ("pack", "حجم العبوة"),
        "atc": ("atc code",),
        "gtin": ("barcode", "الباركود"),
        "maker": ("manufacturer", "الشركة المنتجة"),
        "drug_class": ("class", "المجموعة الدوائية"),
        "route": ("طريقة الاستعمال",),
        "storage": ("الحفظ",),
        "controlled_law": (),
        "controlled_schedule": (),
        "ven": (),
        "pregnancy_risk": ("pregnancy", "الحمل"),
        "minimum_age_months": ("أقل عمر بالشهور",),
        "warnings_ar": (),
        "warnings_en": (),
        "usual_dose": ("dose", "الجرعة المعتادة"),
        "reference_price": ("price_egp", "price", "reference_price_egp", "السعر"),
        "market_status": ("status",),
        "active": ("نشط",),
    }

    def __init__(self, fields: Iterable[str], *, actor: Actor, now: datetime) -> None:
        actor.require(Permission.FORMULARY_EDIT)
        self._fields = frozenset(fields)
        self._coded = "code" in self._fields
        self._actor = actor
        self._now = now
        # Of each code of the file: its first row and the fingerprint of what stood there.
        self._seen: dict[str, tuple[int, int]] = {}
        self._gtins: dict[str, int] = {}

    def take(self, session: Session, rows: Sequence[Row]) -> list[Verdict]:
        """Import a batch."""
        verdicts: list[Verdict] = []
        reads: list[_Read] = []
        for row in rows:
            try:
                read = self._read(row)
            except RowRefused as refused:
                verdicts.append(Verdict(row, Outcome.REFUSED, (refused.note,)))
            except PharmacyError as refusal:
                verdicts.append(Verdict(row, Outcome.REFUSED, refusal=refusal))
            else:
                repeated = self._repeated(read)
                verdicts.append(repeated) if repeated else reads.append(read)
        return [*verdicts, *self._write(session, reads)]

    def finish(self, session: Session) -> None:
        """Nothing needs the whole list."""

    # --- reading -----------------------------------------------------------------------------

    def _read(self, row: Row) -> _Read:
        named = parse_drug_name(needed(row, "name_en"))
        notes = (
            [Note(NoteCode.TEXT_TIDIED, {"fields": ", ".join(row.tidied)})] if row.tidied else []
        )
        if named.market_status:
            notes.append(Note(NoteCode.MARKER_MOVED, {"status": named.market_status}))
        if not row["inn"]:
            notes.append(Note(NoteCode.NO_INGREDIENT))
        price, rounded = _price(row["reference_price"])
        if rounded:
            notes.append(Note(NoteCode.PRICE_ROUNDED, {"text": row["reference_price"]}))
        pack = row["pack_size"]
        facts = DrugFacts(
            code=needed(row, "code") if self._coded else code_of(named.name),
            name_en=named.name,
            name_ar=row["name_ar"] or named.name,
            inn=row["inn"],
            strength=row["strength"] or named.strength,
            form=member(row, "form", DrugForm, named.form),
            unit=member(row, "unit", UnitOfIssue, named.unit),
            pack_size=parse_integer(pack, minimum=1, maximum=_PACK_MOST)
            if pack
            else named.pack_size,
            atc=row["atc"].upper() or None,
            gtins=_gtins(row["gtin"]),
            maker=row["maker"],
            drug_class=row["drug_class"],
            route=row["route"],
            storage=member(row, "storage", Storage, Storage.ROOM),
            warnings_ar=row["warnings_ar"],
            warnings_en=row["warnings_en"],
            usual_dose=row["usual_dose"],
            reference_price=price,
            market_status=named.market_status or row["market_status"],
        )
        law, schedule = _controlled(row)
        facts = replace(
            facts,
            controlled_law=law,
            controlled_schedule=schedule,
            ven=_ven(row),
            pregnancy_risk=_pregnancy(row),
            minimum_age_months=_least_age(row),
            active=_active(row, facts),
        )
        return _Read(row, facts, columns(facts), tuple(notes))

    def _repeated(self, read: _Read) -> Verdict | None:
        """Judge a second row of the same code."""
        print_of = hash(tuple(read.values.values()))
        first = self._seen.setdefault(read.facts.code, (read.row.number, print_of))
        if first[0] == read.row.number:
            return None
        facts = {"row": first[0]}
        if first[1] == print_of:
            return Verdict(read.row, Outcome.SKIPPED, (Note(NoteCode.SAME_AS_ROW, facts),))
        return Verdict(read.row, Outcome.REFUSED, (Note(NoteCode.DIFFERS_FROM_ROW, facts),))

    # --- writing -----------------------------------------------------------------------------

    def _write(self, session: Session, reads: Sequence[_Read]) -> list[Verdict]:
        known = {
            row["code"]: row
            for row in session.execute(_KNOWN, {"codes": [r.facts.code for r in reads]}).mappings()
        }
        verdicts: list[Verdict] = []
        new: list[_Read] = []
        audits: list[dict[str, object]] = []
        owners = self._owners(session, reads)
        for read in reads:
            there = known.get(read.facts.code)
            taken = self._taken(read, there["id"] if there else None, owners)
            if taken is not None:
                verdicts.append(Verdict(read.row, Outcome.REFUSED, refusal=taken))
            elif there is None:
                new.append(read)
                verdicts.append(Verdict(read.row, Outcome.IMPORTED, read.notes))
            else:
                verdicts.append(self._follow(session, read, there, owners, audits))
        self._insert(session, new)
        if audits:
            session.execute(_INSERT_AUDIT, audits)
        return verdicts

    def _insert(self, session: Session, reads: Sequence[_Read]) -> None:
        if not reads:
            return
        session.execute(_INSERT, [{**read.values, "created_at": self._now} for read in reads])
        coded = [read for read in reads if read.facts.gtins]
        if not coded:
            return
        rows = session.execute(_KNOWN, {"codes": [read.facts.code for read in coded]}).mappings()
        ids = {row["code"]: row["id"] for row in rows}
        gtins = [
            {"gtin": gtin, "drug_id": ids[read.facts.code]}
            for read in coded
            for gtin in sorted(read.facts.gtins)
        ]
        session.execute(_INSERT_GTIN, gtins)

    def _follow(
        self,
        session: Session,
        read: _Read,
        there: RowMapping,
        owners: Mapping[str, int],
        audits: list[dict[str, object]],
    ) -> Verdict:
        """Change what the list decides about a drug that is on file."""
        changed = {
            name: value
            for name, value in read.values.items()
            if name not in _OWN and self._follows(name) and there[name] != value
        }
        if "market_status" in changed and not self._coded:
            changed["active"] = read.facts.active
        added = [
            {"gtin": gtin, "drug_id": there["id"]}
            for gtin in sorted(read.facts.gtins - set(owners))
        ]
        if not changed and not added:
            return Verdict(read.row, Outcome.SKIPPED, (Note(NoteCode.UNCHANGED),))
        if changed:
            session.execute(update(table_of(Drug)).where(Drug.id == there["id"]).values(**changed))
        if added:
            session.execute(_INSERT_GTIN, added)
        audits.append(
            {
                "at": self._now,
                "staff_id": self._actor.staff_id,
                "action": "import",
                "noun": "drug",
                "noun_id": str(there["id"]),
                "before": {name: there[name] for name in changed},
                "after": {**changed, "gtins": [row["gtin"] for row in added]},
            }
        )
        return Verdict(read.row, Outcome.CHANGED, read.notes)

    def _follows(self, column: str) -> bool:
        """Tell whether the list decides a column of a drug that is on file."""
        if not self._coded:
            return column in MARKET_FOLLOWED & self._fields or column == "market_status"
        derived = {"ingredient_keys": "inn", "folded_name": "name_en"}
        return derived.get(column, column) in self._fields

    # --- barcodes ----------------------------------------------------------------------------

    def _owners(self, session: Session, reads: Sequence[_Read]) -> dict[str, int]:
        gtins = [gtin for read in reads for gtin in read.facts.gtins]
        if not gtins:
            return {}
        rows = session.execute(_KNOWN_GTINS, {"gtins": gtins})
        return {row.gtin: row.drug_id for row in rows}

    def _taken(
        self, read: _Read, drug_id: int | None, owners: Mapping[str, int]
    ) -> DrugCodeTaken | None:
        """Return the refusal of a GTIN that is another drug's, on file or in this file."""
        for gtin in read.facts.gtins:
            of_file = self._gtins.setdefault(gtin, read.row.number)
            if owners.get(gtin, drug_id) != drug_id or of_file != read.row.number:
                return DrugCodeTaken(key=gtin)
        return None


def _price(text: str) -> tuple[int | None, bool]:
    """Return piastres, and whether a third decimal was rounded away."""
    if not text:
        return None, False
    try:
        return parse_egp(text), False
    except InvalidAmount:
        pass
    try:
        amount = Decimal(text)
        whole = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise InvalidAmount(text=text) from error
    return parse_egp(f"{whole:f}"), whole != amount


def _gtins(text: str) -> frozenset[str]:
    if not text:
        return frozenset()
    if not is_gtin(text):
        raise UnreadableBarcode(text=text, reason="check_digit")
    return frozenset({text.zfill(GTIN_DIGITS)})


def _controlled(row: Row) -> tuple[ControlledLaw | None, str | None]:
    """Return the law and its schedule; two numbering systems exist, so neither stands alone."""
    law, schedule = row["controlled_law"], row["controlled_schedule"]
    if bool(law) != bool(schedule):
        raise RowRefused(NoteCode.MISSING, field="controlled_schedule" if law else "controlled_law")
    if not law:
        return None, None
    return member(row, "controlled_law", ControlledLaw, ControlledLaw.LAW_182_1960), schedule


def _pregnancy(row: Row) -> PregnancyRisk | None:
    if not row["pregnancy_risk"]:
        return None
    return member(row, "pregnancy_risk", PregnancyRisk, PregnancyRisk.AVOID)


def _least_age(row: Row) -> int | None:
    text = row["minimum_age_months"]
    return parse_integer(text, minimum=1, maximum=_AGE_MOST_MONTHS) if text else None


def _ven(row: Row) -> Ven | None:
    text = row["ven"].upper()
    if text and text not in set(Ven):
        raise RowRefused(NoteCode.UNKNOWN_WORD, field="ven", text=row["ven"])
    return Ven(text) if text else None


def _active(row: Row, facts: DrugFacts) -> bool:
    """What is not on the market, or holds nobody knows what, may not be approved."""
    said = row["active"].lower()
    if said in _NO:
        return False
    if said and said not in _YES:
        raise RowRefused(NoteCode.UNKNOWN_WORD, field="active", text=row["active"])
    if said:
        return True
    return not facts.market_status and bool(facts.inn)
