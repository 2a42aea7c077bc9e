"""What is on hand by drug and by how soon it expires; picking a drug; suppliers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pharmacy.errors import MissingFact, NotPermitted
from pharmacy.models import AuditEvent, Supplier
from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.services import stock_list
from pharmacy.services.drug_picking import offered, pick
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_list import Band, StockFilter
from pharmacy.services.supplier import add_supplier
from tests.builders import NOW, TODAY, Pharmacy, add_batch, add_drug

GTIN = "06223000000014"


def listed(pharmacy: Pharmacy, **wanted: object) -> list[tuple[str, int, int, int]]:
    with pharmacy.database.reading() as session:
        found = session.execute(stock_list.by_drug(StockFilter(on=TODAY, **wanted)))  # type: ignore[arg-type]  # the filter's own facts
        return [(row[0].code, int(row[1]), int(row[2]), int(row[3])) for row in found]


def test_it_counts_what_is_there_apart_from_what_may_be_issued(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy, code="A")
    add_batch(pharmacy, drug, 100, 1000)
    add_batch(pharmacy, drug, 50, 700, expiry=TODAY - timedelta(days=1))
    held = add_batch(pharmacy, drug, 20, 300)
    with pharmacy.database.transaction() as session:
        hold_batch(
            session,
            held,
            BatchStatus.QUARANTINED,
            reason="حرارة",
            actor=pharmacy.keeper,
            now=NOW,
        )
    assert listed(pharmacy) == [("A", 170, 100, 2000)]
    assert listed(pharmacy, status=BatchStatus.QUARANTINED) == [("A", 20, 0, 300)]
    assert listed(pharmacy, site_id=pharmacy.site_id + 1) == []


def test_every_batch_falls_in_one_band_by_its_last_day_of_use(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    days = {-1: 1, 0: 2, 30: 4, 31: 8, 90: 16, 91: 32, 180: 64, 181: 128}
    for day, value in days.items():
        add_batch(pharmacy, drug, 1, value, expiry=TODAY + timedelta(days=day))
    with pharmacy.database.reading() as session:
        found = {
            figures.band: (figures.batches, figures.value)
            for figures in stock_list.bands(session, TODAY, site_id=pharmacy.site_id)
        }
    assert found == {
        Band.EXPIRED: (1, 1),
        Band.WITHIN_30: (2, 6),
        Band.WITHIN_90: (2, 24),
        Band.WITHIN_180: (2, 96),
        Band.LATER: (1, 128),
    }
    assert [row[3] for row in listed(pharmacy, band=Band.WITHIN_90)] == [24]


def test_a_drug_is_picked_by_code_offered_line_barcode_or_a_name_that_is_one_only(
    pharmacy: Pharmacy,
) -> None:
    concor = add_drug(
        pharmacy, code="BH01", name_en="Concor 5 mg", inn="bisoprolol", gtins=frozenset({GTIN})
    )
    add_drug(pharmacy, code="BH02", name_en="Concor 10 mg", inn="bisoprolol")
    pack = f"(01){GTIN}(17)270331(10)L77"
    with pharmacy.database.reading() as session:
        for text in ("BH01", "BH٠1", "BH01 · كونكور", "concor 5", GTIN[1:], pack):
            found = pick(session, text).drug
            assert found is not None, text
            assert found.id == concor, text
        scanned = pick(session, pack)
        assert (scanned.lot, str(scanned.expiry)) == ("L77", "2027-03-31")
        both = pick(session, "concor")
        assert both.drug is None
        assert {drug.code for drug in both.candidates} == {"BH01", "BH02"}
        assert pick(session, "insulin").candidates == []


def test_an_empty_text_picks_nothing_even_where_there_is_one_drug(pharmacy: Pharmacy) -> None:
    add_drug(pharmacy)
    with pharmacy.database.reading() as session:
        assert [pick(session, text).drug for text in ("", " ", "؟!")] == [None, None, None]


def test_an_inactive_drug_is_neither_offered_nor_picked(pharmacy: Pharmacy) -> None:
    add_drug(pharmacy, code="OLD", active=False, gtins=frozenset({GTIN}))
    with pharmacy.database.reading() as session:
        assert [pick(session, text).drug for text in ("OLD", GTIN[1:])] == [None, None]
        assert offered(session) == []


def test_a_supplier_is_added_once_and_written_down(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        first = add_supplier(session, " ابن سينا ", actor=pharmacy.keeper, now=NOW)
        again = add_supplier(session, "ابن سينا", actor=pharmacy.keeper, now=NOW)
    assert first == again
    with pharmacy.database.reading() as session:
        found = session.scalars(select(Supplier.name).where(Supplier.id == first)).all()
        assert found == ["ابن سينا"]
        noted = select(AuditEvent.noun_id).where(AuditEvent.noun == "supplier")
        assert session.scalars(noted).all() == [str(first)]


def test_a_supplier_needs_a_name_and_the_right(pharmacy: Pharmacy) -> None:
    with pytest.raises(MissingFact), pharmacy.database.transaction() as session:
        add_supplier(session, "  ", actor=pharmacy.keeper, now=NOW)
    with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
        add_supplier(session, "ابن سينا", actor=pharmacy.pharmacist, now=NOW)
