"""The formulary from a list: no row silently lost or changed, and the same twice is once."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.errors import DrugCodeTaken, ImportUnreadable, InvalidAmount, NotPermitted
from pharmacy.models import AuditEvent, Drug, DrugGtin
from pharmacy.rules.vocabulary import ControlledLaw, DrugForm, Role, UnitOfIssue
from pharmacy.services.importing import NoteCode, Outcome
from pharmacy.services.importing_drugs import code_of
from tests.builders import Pharmacy, add_actor, snapshot
from tests.services.lists import MARKET, bring_in_drugs, dirty_list, write


def drug(database: Database, name: str) -> Drug:
    with database.reading() as session:
        found = session.scalars(select(Drug).where(Drug.name_en == name)).one()
        session.expunge(found)
        return found


def test_every_row_of_a_dirty_list_is_counted_once_and_accounted_for(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    dirty = dirty_list(tmp_path / "list.csv")
    brought = bring_in_drugs(pharmacy.database, dirty.path, pharmacy.pharmacist)
    assert brought.counts == dirty.counts
    assert sum(bool(v.notes or v.refusal) for v in brought.verdicts) == dirty.with_remark
    with pharmacy.database.reading() as session:
        assert session.scalar(select(func.count(Drug.id))) == dirty.counts.imported
        inactive = select(func.count(Drug.id)).where(~Drug.active)
        assert session.scalar(inactive) == dirty.inactive


def test_the_same_list_again_changes_nothing(pharmacy: Pharmacy, tmp_path: Path) -> None:
    dirty = dirty_list(tmp_path / "list.csv", clean=40)
    bring_in_drugs(pharmacy.database, dirty.path, pharmacy.pharmacist)
    before = snapshot(pharmacy.database)
    again = bring_in_drugs(pharmacy.database, dirty.path, pharmacy.pharmacist)
    assert (again.counts.imported, again.counts.changed) == (0, 0)
    assert (again.counts.skipped, again.counts.refused) == (52, 3)
    after = snapshot(pharmacy.database)
    assert before.pop("audit_event") != after.pop("audit_event")
    assert before == after


def test_dirt_becomes_what_the_report_says(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(
        tmp_path / "list.csv",
        MARKET,
        ["PLUTOCHIB SYRUP \n120 ML", "بلوتوشيب", "SALT", "M", "C", "ORAL.LIQUID", "12.0"],
        ["GONE 5MG 20 TAB. (CANCELLED)", "جون", "SALT", "M", "C", "ORAL.SOLID", "1.5"],
        ["BARE CREAM 50 GM", "بير", "", "M", "C", "TOPICAL", "50"],
        ["ODD 3 AMP.", "أود", "SALT", "M", "C", "INJECTION", "4.415"],
        ["TOO MUCH 3 AMP.", "كثير", "SALT", "M", "C", "INJECTION", "-4"],
    )
    brought = bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    folded, gone, bare, odd = (
        drug(pharmacy.database, name)
        for name in ("PLUTOCHIB SYRUP 120 ML", "GONE 5MG 20 TAB.", "BARE CREAM 50 GM", "ODD 3 AMP.")
    )
    assert (brought.notes(2), folded.form, folded.active) == (
        [NoteCode.TEXT_TIDIED], DrugForm.SYRUP, True,
    )  # fmt: skip
    assert (brought.notes(3), gone.market_status, gone.active) == (
        [NoteCode.MARKER_MOVED], "CANCELLED", False,
    )  # fmt: skip
    assert (gone.strength, gone.unit, gone.pack_size) == ("5 mg", UnitOfIssue.TABLET, 20)
    assert (brought.notes(4), bare.inn, bare.active) == ([NoteCode.NO_INGREDIENT], "", False)
    assert (brought.notes(5), odd.reference_price) == ([NoteCode.PRICE_ROUNDED], 442)
    assert isinstance(brought.verdict(6).refusal, InvalidAmount)


def test_what_the_market_decides_is_followed_and_corrections_stay(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    row = ["ODD 3 AMP.", "أود", "SALT", "M", "C", "INJECTION", "4.40"]
    path = write(tmp_path / "list.csv", MARKET, row)
    bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    with pharmacy.database.transaction() as session:
        session.scalars(select(Drug)).one().name_ar = "أود أمبول"
    dearer = write(tmp_path / "list.csv", MARKET, ["ODD 3 AMP. (N/A)", *row[1:6], "5.00"])
    brought = bring_in_drugs(pharmacy.database, dearer, pharmacy.pharmacist)
    assert brought.outcome(2) is Outcome.CHANGED
    found = drug(pharmacy.database, "ODD 3 AMP.")
    assert (found.reference_price, found.market_status, found.active) == (500, "N/A", False)
    assert found.name_ar == "أود أمبول"
    with pharmacy.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.noun == "drug")).one()
        assert event.before == {"reference_price": 440, "market_status": "", "active": True}


def test_the_code_of_a_trade_name_is_always_the_same() -> None:
    assert code_of("Gone 5MG 20 TAB.") == code_of("GONE 5MG 20 TAB.") == "EG-D9FC8EF566"


def test_an_own_list_is_followed_in_every_mapped_column(pharmacy: Pharmacy, tmp_path: Path) -> None:
    headings = ("الكود", "الاسم الإنجليزي", "الاسم العربي", "pack_size", "unit", "form", "barcode",
                "controlled_law", "controlled_schedule")  # fmt: skip
    row = ["M1", "Clonazepam", "كلونازيبام", "20", "tablet", "Tablet", "09520000000417",
           "decision_172_2011", "3"]  # fmt: skip
    bring_in_drugs(pharmacy.database, write(tmp_path / "1.csv", headings, row), pharmacy.pharmacist)
    row[2], row[3] = "كلونازيبام أقراص", "30"
    brought = bring_in_drugs(
        pharmacy.database, write(tmp_path / "2.csv", headings, row), pharmacy.pharmacist
    )
    assert brought.outcome(2) is Outcome.CHANGED
    found = drug(pharmacy.database, "Clonazepam")
    assert (found.code, found.name_ar, found.pack_size) == ("M1", "كلونازيبام أقراص", 30)
    assert found.controlled_law is ControlledLaw.DECISION_172_2011
    assert found.folded_name.startswith("كلونازيبام اقراص")


def test_it_refuses_a_barcode_that_is_another_drugs(pharmacy: Pharmacy, tmp_path: Path) -> None:
    headings = ("code", "name_en", "inn", "gtin")
    path = write(
        tmp_path / "list.csv",
        headings,
        ["M1", "One", "one", "09520000000417"],
        ["M2", "Two", "two", "9520000000417"],
        ["M3", "Three", "three", "9520000000418"],
    )
    brought = bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    assert [brought.outcome(n) for n in (2, 3, 4)] == [
        Outcome.IMPORTED, Outcome.REFUSED, Outcome.REFUSED,
    ]  # fmt: skip
    assert isinstance(brought.verdict(3).refusal, DrugCodeTaken)
    with pharmacy.database.reading() as session:
        assert session.scalars(select(DrugGtin.gtin)).all() == ["09520000000417"]


def test_it_refuses_an_unknown_word_and_a_schedule_without_its_law(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    headings = ("code", "name_en", "form", "controlled_schedule", "ven")
    path = write(
        tmp_path / "list.csv",
        headings,
        ["M1", "One", "potion", "", ""],
        ["M2", "Two", "", "3", ""],
        ["M3", "Three", "", "", "X"],
        ["M4", "Four", "", "", "v"],
    )
    brought = bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    assert brought.notes(2) == [NoteCode.UNKNOWN_WORD]
    assert brought.notes(3) == [NoteCode.MISSING]
    assert brought.notes(4) == [NoteCode.UNKNOWN_WORD]
    assert brought.outcome(5) is Outcome.IMPORTED


def test_only_who_may_edit_the_formulary_imports_it(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", MARKET)
    clerk = add_actor(pharmacy.database, Role.CLERK)
    before = snapshot(pharmacy.database)
    with pytest.raises(NotPermitted):
        bring_in_drugs(pharmacy.database, path, clerk)
    assert snapshot(pharmacy.database) == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no headings"),
        ("name_en\nأ".encode("cp1256"), "not UTF-8"),
        (b'name_en\n"never closed\n', "unexpected end of data"),
        (b"maker\nx\n", "no column for name_en"),
    ],
)
def test_it_refuses_a_file_that_cannot_be_read_whole(
    pharmacy: Pharmacy, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ImportUnreadable) as caught:
        bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    assert caught.value.reason == reason


def test_it_refuses_a_row_with_more_cells_than_headings(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", ("name_en", "inn"), ["A", "b", "c"], ["D", "e", ""])
    brought = bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    assert brought.notes(2) == [NoteCode.CELLS]
    assert brought.outcome(3) is Outcome.IMPORTED


def test_columns_are_matched_by_hand_where_headings_say_nothing(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = write(tmp_path / "list.csv", ("A", "B", "inn"), ["salt", "Brand 10 TAB.", "x"])
    columns = {"name_en": "B", "inn": "A"}
    bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist, columns)
    found = drug(pharmacy.database, "Brand 10 TAB.")
    assert (found.inn, found.pack_size) == ("salt", 10)
    with pytest.raises(ImportUnreadable) as caught:
        bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist, {"name_en": "Z"})
    assert caught.value.reason == "no column Z"


def test_the_report_holds_the_row_as_it_stood(tmp_path: Path, pharmacy: Pharmacy) -> None:
    path = write(tmp_path / "list.csv", MARKET, ["X  Y", "", "", "", "", "", "z"])
    brought = bring_in_drugs(pharmacy.database, path, pharmacy.pharmacist)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert brought.verdict(2).row.cells == list(csv.reader(file))[1]
