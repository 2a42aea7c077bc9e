"""Lists to import: files made by the tests, and the list of drugs with the dirt of the real one."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.services.importing import Counts, Importer, NoteCode, Outcome, Verdict, run
from pharmacy.services.importing_drugs import DrugImporter
from pharmacy.services.importing_rows import Sheet
from tests.builders import NOW

MARKET = (
    "commercial_name_en", "commercial_name_ar", "scientific_name", "manufacturer", "drug_class",
    "route", "price_egp",
)  # fmt: skip
Make = Callable[[Session, Sheet], Importer]


@dataclass(frozen=True)
class Brought:
    """What an import said of its rows."""

    counts: Counts
    verdicts: Sequence[Verdict]

    def outcome(self, number: int) -> Outcome:
        """What became of a row, the headings being row 1."""
        return self.verdict(number).outcome

    def notes(self, number: int) -> list[NoteCode]:
        """What was said of a row."""
        return [note.code for note in self.verdict(number).notes]

    def verdict(self, number: int) -> Verdict:
        """The one verdict on a row."""
        (found,) = [verdict for verdict in self.verdicts if verdict.row.number == number]
        return found


def write(path: Path, headings: Sequence[str], *rows: Sequence[object]) -> Path:
    """Write a CSV file as a spreadsheet does, with a byte order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def bring_in(
    database: Database,
    path: Path,
    kind: type[Importer],
    make: Make,
    *,
    actor: Actor,
    columns: Mapping[str, str] | None = None,
) -> Brought:
    """Import a file and keep what was good."""
    sheet = Sheet(path, columns=columns or {}, known=kind.headings, required=kind.required)
    verdicts: list[Verdict] = []
    with database.transaction() as session:
        counts = run(
            session,
            sheet.rows(),
            make(session, sheet),
            source=path.name,
            note=verdicts.append,
            actor=actor,
            now=NOW,
        )
    assert counts.total == sheet.length == len({v.row.number for v in verdicts}) == len(verdicts)
    return Brought(counts, verdicts)


def bring_in_drugs(
    database: Database, path: Path, actor: Actor, columns: Mapping[str, str] | None = None
) -> Brought:
    """Import a formulary."""
    return bring_in(
        database,
        path,
        DrugImporter,
        lambda _session, sheet: DrugImporter(sheet.fields.values(), actor=actor, now=NOW),
        actor=actor,
        columns=columns,
    )


@dataclass(frozen=True)
class DirtyList:
    """A list with every kind of dirt of the real one, and what must become of it."""

    path: Path
    counts: Counts
    with_remark: int
    inactive: int


def dirty_list(path: Path, *, clean: int = 1_200) -> DirtyList:
    """Write a list of so many clean rows, and dirt among them.

    Its dirt is that of the market list of June 2026: line breaks inside names, market markers,
    names that stand twice (once all equal, once with another maker), no ingredient, doubled
    blanks, a price of three decimals, prices from 0.30 to 375,504.
    """
    chance = Random(7)
    rows: list[list[str]] = [
        [
            f"BRAND{number} {chance.choice((5, 50))}MG {chance.choice((10, 30))} F.C.TABS.",
            f"براند {number}",
            f"INGREDIENT{number % 90}",
            "MAKER > AGENT",
            "CLASS",
            "ORAL.SOLID",
            f"{chance.randint(30, 90_000) / 100:.2f}",
        ]
        for number in range(clean)
    ]
    rows[0][6], rows[1][6] = "0.3", "375504.0"
    tail = ["اسم", "SALT", "MAKER", "CLASS", "ORAL.SOLID", "12.0"]
    dirt = [
        ["CARBONECOL 30 H.G. CAPS\n.", *tail],
        ["PLUTOCHIB SYRUP \n120 ML", *tail],
        ["GONE 5MG 20 TAB. (CANCELLED)", *tail],
        ["AWAY 5MG 20 TAB. (N/A)", *tail],
        ["SMUGGLED 5MG 20 TAB. (ILLEGAL IMPORT)", *tail],
        ["NOTHING IN IT CREAM 50 GM", "اسم", "", "MAKER", "COSMETIC", "TOPICAL", "50.0"],
        ["DOUBLED  BLANK 10 SACHETS", *tail],
        ["ODD PRICE 3 AMP.", *tail[:-1], "4.415"],
        ["TWICE EQUAL 10 TAB.", *tail],
        ["TWICE EQUAL 10 TAB.", *tail],
        ["TWICE OTHER 24 TAB", *tail],
        ["TWICE  OTHER 24 TAB", "اسم", "SALT", "ANOTHER MAKER", "CLASS", "ORAL.SOLID", "12.0"],
        ["NO PRICE AT ALL 10 TAB.", *tail[:-1], "twelve"],
        ["", "", "", "", "", "", ""],
        ["", *tail],
    ]
    # In the middle, so that dirt falls into several batches.
    at = clean // 2
    write(path, MARKET, *rows[:at], *dirt, *rows[at:])
    counts = Counts(imported=clean + 10, skipped=2, refused=3)
    return DirtyList(path, counts, with_remark=13, inactive=4)
