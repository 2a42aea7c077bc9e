"""Papers of the counter: key card, command sheet, batch label, slip of what was not there."""

from dataclasses import replace

import pytest

from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.web.papers import key_card as cards
from reports import batch_label, command_sheet, key_card, receipt, unmet_slip
from tests.reports import reading, samples

LANGUAGES = ("ar", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_card_names_every_key_on_one_page(language: str) -> None:
    values = cards.key_card(language=language)
    pdf = key_card.render(values, language=language)
    text = reading.words(pdf)

    assert reading.pages(pdf) == 1
    for key in ("F1", "Shift+F1", "F2", "F4", "F9", "Ctrl+Enter", "Enter", "Esc", "Del", "Ctrl+Z"):
        assert key in text, key
    for dose in ("1*2*30", "1*3*7"):
        assert dose in text
    for _key, meaning in (*values.keys, *values.scans):
        assert reading.plain(meaning.split("،")[0].split(",")[0]).split()[0] in text, meaning


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_card_has_room_for_all_of_it(language: str) -> None:
    pdf = key_card.render(cards.key_card(language=language), language=language)

    assert not reading.ink_below(pdf, 6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_scans_back_from_the_sheet(language: str) -> None:
    pdf = command_sheet.render(cards.command_sheet(language=language), language=language)

    assert reading.pages(pdf) == 1
    wanted = {("EAN-13", in_house(InHousePrefix.COMMAND, body)) for body in range(1, 6)}
    assert set(reading.barcodes(pdf)) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_that_does_the_same_stands_beside_a_command(language: str) -> None:
    values = cards.command_sheet(language=language)
    text = reading.words(command_sheet.render(values, language=language))

    assert [one.key for one in values.commands] == ["F9", "F4", "Ctrl+Z", "", ""]
    for one in values.commands:
        assert reading.plain(one.name) in text
        assert one.key in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_batch_label_keeps_lot_and_expiry_beside_a_long_name(language: str) -> None:
    pdf = batch_label.render(samples.batch_label(language), language=language)
    text = reading.words(pdf)

    assert "BN2041A-77/3" in text
    assert "09/2027" in text
    assert "642.9 mg/5 ml" in text
    assert reading.pages(pdf) == 1


@pytest.mark.parametrize("draw", [unmet_slip.render_a5, unmet_slip.render_80mm])
def test_the_slip_says_what_was_not_there_and_whom_to_ask(draw: object) -> None:
    assert callable(draw)
    text = reading.words(draw(samples.unmet_slip("en"), language="en"))

    for expected in (
        "Slip of an item not available",
        "P1-U-2026-000031",
        "24/11/2026",
        "14:05",
        samples.LONG_DRUG_EN[:30],
        "3 bottles",
        "2026-045871",
        samples.MASKED,
        "16528",
    ):
        assert expected in text.replace("\n", " "), expected


@pytest.mark.parametrize("draw", [unmet_slip.render_a5, unmet_slip.render_80mm])
def test_a_second_slip_is_a_copy_with_its_number(draw: object) -> None:
    assert callable(draw)
    first, third = samples.unmet_slip("en"), replace(samples.unmet_slip("en"), copy=3)

    assert "COPY" not in reading.words(draw(first, language="en"))
    assert "COPY 3" in reading.words(draw(third, language="en"))


@pytest.mark.parametrize("draw", [receipt.render_a5, receipt.render_80mm])
def test_a_receipt_says_who_collected_what_was_explained_and_what_was_given_instead(
    draw: object,
) -> None:
    assert callable(draw)
    text = reading.words(draw(samples.receipt("en"), language="en"))

    assert "Soad Mohamed Ali (wife)" in text
    assert "how to take it, with food" in text
    assert "in place of Cidophage 1000 mg, agreed by Dr Hala Mansour" in text


def test_a_receipt_is_silent_of_what_did_not_happen() -> None:
    plain = replace(samples.receipt("en"), explained="", collected_by="")
    line = replace(plain.lines[1], in_place_of="", consented_by="")
    text = reading.words(receipt.render_a5(replace(plain, lines=(line,)), language="en"))

    for word in ("Explained", "Collected by", "in place of", "scanned"):
        assert word not in text
