"""The formulary through its pages: finding, reading, adding and correcting an item."""

from collections.abc import Sequence

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Drug, DrugGtin
from pharmacy.rules.vocabulary import ControlledLaw, PregnancyRisk, Role, Storage
from tests.builders import Pharmacy, add_batch, add_drug, open_pharmacy, rows, snapshot
from tests.web.back_office import Visit, error_beside, field_of, table_rows, visiting
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of

GTIN = "6223000000014"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


def filled(**changes: str) -> dict[str, str]:
    given = {
        "code": "BH01",
        "name_ar": "كونكور ٥ مجم",
        "name_en": "Concor 5 mg",
        "inn": "bisoprolol",
        "dosage_form": "tablet",
        "unit": "tablet",
        "pack_size": "٣٠",
        "storage": "room",
    }
    return {**given, **changes}


def codes(page: Page) -> list[str]:
    return [row[0] for row in table_rows(page, "Formulary")]


def test_it_is_searched_by_words_code_class_and_barcode(pharmacy: Pharmacy, visit: Visit) -> None:
    gtin = frozenset({f"0{GTIN}"})
    add_drug(pharmacy, code="BH01", name_en="Concor", inn="bisoprolol", atc="C07AB07", gtins=gtin)
    add_drug(pharmacy, code="BH02", name_en="Mixtard", inn="insulin", storage=Storage.COLD)
    add_drug(pharmacy, code="BH03", name_en="Old", inn="old", active=False)
    client = visit(Role.CLERK)
    assert codes(client.page("/formulary")) == ["BH01", "BH02"]
    for text in ("conc bisop", "BH01", "c07ab", GTIN):
        assert codes(client.page(f"/formulary?q={text}")) == ["BH01"], text
    assert codes(client.page("/formulary?storage=cold")) == ["BH02"]
    assert codes(client.page("/formulary?inactive=y&q=old")) == ["BH03"]
    assert "No item found" in [text_of(one) for one in client.page("/formulary?q=zzz").all("h2")]


def test_the_law_is_named_beside_the_schedule(pharmacy: Pharmacy, visit: Visit) -> None:
    drug = add_drug(
        pharmacy, controlled_law=ControlledLaw.LAW_182_1960, controlled_schedule="الجدول الثالث"
    )
    shown = text_of(visit(Role.CLERK).page(f"/formulary/i/{drug}").root)
    assert "Law 182 of 1960 (narcotics)" in shown
    assert "الجدول الثالث" in shown


def test_for_whom_an_item_is_safe_is_typed_and_shown(pharmacy: Pharmacy, visit: Visit) -> None:
    client = visit(Role.PHARMACIST)
    typed = filled(code="BH77", name_ar="أسبرين", pregnancy_risk="avoid", minimum_age_months="١٩٢")
    answer = client.send("/formulary/new", typed)
    columns = (Drug.pregnancy_risk, Drug.minimum_age_months)
    assert rows(pharmacy.database, *columns, code="BH77") == [(PregnancyRisk.AVOID, 192)]
    shown = text_of(client.page(answer.location).root)
    assert "To be avoided" in shown
    assert "16 years" in shown


def test_only_those_who_may_see_stock_see_batches(pharmacy: Pharmacy, visit: Visit) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1234)
    path = f"/formulary/i/{drug}"
    assert "12.34" in text_of(visit(Role.PHARMACIST).page(path).root)
    assert "12.34" not in text_of(visit(Role.CLERK).page(path).root)


def test_an_item_is_added_as_it_was_typed(pharmacy: Pharmacy, visit: Visit) -> None:
    typed = filled(
        gtins=f"{GTIN}\n{GTIN}", reference_price="٤٥٫٥", atc="c07ab07",
        controlled_law="law_182_1960", controlled_schedule="الجدول الأول",
    )  # fmt: skip
    answer = visit(Role.PHARMACIST).send("/formulary/new", typed)
    assert answer.status_code == 303
    [drug] = rows(
        pharmacy.database, Drug.code, Drug.name_ar, Drug.pack_size, Drug.reference_price, Drug.atc,
        Drug.controlled_law, Drug.ingredient_keys,
    )  # fmt: skip
    assert drug == (
        "BH01", "كونكور ٥ مجم", 30, 4550, "C07AB07", ControlledLaw.LAW_182_1960, "bisoprolol",
    )  # fmt: skip
    assert rows(pharmacy.database, DrugGtin.gtin) == [(f"0{GTIN}",)]


REFUSED: Sequence[tuple[dict[str, str], str, str]] = [
    ({"name_ar": ""}, "name_ar", "This field is required."),
    ({"pack_size": "0"}, "pack_size", "Type a whole number from 1 to 10,000."),
    ({"gtins": "6223000000015"}, "gtins", "The check digit is wrong. Scan it again."),
    ({"controlled_law": "law_182_1960"}, "controlled_schedule", "This is needed. Fill it in."),
    ({"code": "TAKEN"}, "code", "Another item has the code TAKEN."),
    ({"gtins": "6224000000011"}, "gtins", "Another item has the code 06224000000011."),
]


def test_it_refuses_beside_the_field_keeps_what_was_typed_and_adds_nothing(
    pharmacy: Pharmacy, visit: Visit
) -> None:
    add_drug(pharmacy, code="TAKEN", gtins=frozenset({"06224000000011"}))
    client = visit(Role.PHARMACIST)
    before = snapshot(pharmacy.database)
    for changes, field, words in REFUSED:
        answer = client.send("/formulary/new", filled(**changes))
        assert answer.status_code == 422, changes
        page = Page(answer.get_data(as_text=True))
        assert error_beside(page, field) == words
        assert field_of(page, "name_en").get("value") == "Concor 5 mg"
    after = snapshot(pharmacy.database)
    assert (after["drug"], after["drug_gtin"]) == (before["drug"], before["drug_gtin"])


def test_an_item_is_corrected_and_keeps_what_was_not_touched(
    pharmacy: Pharmacy, visit: Visit
) -> None:
    drug = add_drug(
        pharmacy, code="BH01", name_ar="خطأ", gtins=frozenset({f"0{GTIN}"}), storage=Storage.COLD
    )
    path = f"/formulary/i/{drug}/edit"
    answer = visit(Role.PHARMACIST).send(path, {"name_ar": "كونكور"})
    assert answer.location == f"/formulary/i/{drug}"
    found = rows(pharmacy.database, Drug.name_ar, Drug.code, Drug.strength, Drug.storage)
    assert found == [("كونكور", "BH01", "500 mg", Storage.COLD)]
    assert rows(pharmacy.database, DrugGtin.gtin) == [(f"0{GTIN}",)]


def test_only_a_pharmacist_changes_the_formulary(pharmacy: Pharmacy, visit: Visit) -> None:
    drug = add_drug(pharmacy)
    for role in Role:
        client = visit(role)
        client.page("/formulary")
        edits = role is Role.PHARMACIST
        for path in ("/formulary/new", f"/formulary/i/{drug}/edit"):
            client.page(path, status=200 if edits else 403)


def test_an_item_that_is_not_there_is_not_found(visit: Visit) -> None:
    client = visit(Role.PHARMACIST)
    client.page("/formulary/i/999", status=404)
    client.page("/formulary/i/999/edit", status=404)


def test_a_page_asks_as_many_statements_for_many_items_as_for_one(
    pharmacy: Pharmacy, visit: Visit
) -> None:
    add_drug(pharmacy)
    client = visit(Role.PHARMACIST)
    with statements_of(pharmacy.database) as few:
        client.page("/formulary")
    for _ in range(5):
        add_drug(pharmacy)
    with statements_of(pharmacy.database) as many:
        client.page("/formulary")
    assert len(few) == len(many)


def test_every_page_is_a_good_page_in_arabic(pharmacy: Pharmacy, visit: Visit) -> None:
    drug = add_drug(pharmacy)
    client = visit(Role.PHARMACIST, language="ar")
    for path in ("/formulary", f"/formulary/i/{drug}", "/formulary/new"):
        client.page(path)
