"""Trade names taken apart, as they stand in the market list."""

import pytest

from pharmacy.rules.drug_name import parse_drug_name
from pharmacy.rules.vocabulary import DrugForm, UnitOfIssue


@pytest.mark.parametrize(
    ("name", "strength", "form", "unit", "pack_size"),
    [
        ("MEPAPHAGE XR 850MG 30 F.C.TAB.", "850 mg", "tablet", "tablet", 30),
        ("STIVARGA 40MG 3*28 F.C. TABS.", "40 mg", "tablet", "tablet", 84),
        ("SOVELPAK 400/100MG 28 TABS.", "400/100 mg", "tablet", "tablet", 28),
        ("CITICOLINE 500 MG 20 CAPSULES", "500 mg", "capsule", "capsule", 20),
        ("LANTUS 100 I.U./ML 5 CARTRIDGES", "100 IU/ml", "cartridge", "cartridge", 5),
        ("MORPHINE SULPHATE 10 MG/ML 6 AMP.", "10 mg/ml", "ampoule", "ampoule", 6),
        ("OGIVRI 440 MG VIAL (PD FOR I.V. INF.)", "440 mg", "vial", "vial", 1),
        ("TAVEGYL 1MG/10ML SYRUP 100ML", "1 mg/10ml", "syrup", "bottle", 1),
        ("DEXAGEL VISCOUS EYE DROPS 5 GM", "", "drops", "bottle", 1),
        ("AVICHEST 5% SYRUP FOR ADULT 100ML", "5%", "syrup", "bottle", 1),
        ("HESSTA 50 MG CREAM", "50 mg", "cream", "tube", 1),
        ("REGETAL CREAM 50 GM", "", "cream", "tube", 1),
        ("TAUROLOCK HEP100 CATHETER LOCK SOLUTION AMP. 3 ML", "", "ampoule", "ampoule", 1),
        ("SILICONE SHEET 1", "", "other", "piece", 1),
    ],
)
def test_strength_form_unit_and_pack_are_read_where_it_is_safe(
    name: str, strength: str, form: str, unit: str, pack_size: int
) -> None:
    pack = parse_drug_name(name)
    assert (pack.strength, pack.form, pack.unit, pack.pack_size) == (
        strength,
        DrugForm(form),
        UnitOfIssue(unit),
        pack_size,
    )
    assert (pack.name, pack.market_status) == (name, "")


@pytest.mark.parametrize(
    ("name", "bare", "status"),
    [
        ("AWAY 5MG 20 TAB. (N/A)", "AWAY 5MG 20 TAB.", "N/A"),
        ("SOON 5MG 20 TAB. (N/A YET)", "SOON 5MG 20 TAB.", "N/A YET"),
        ("GONE (CANCELLED) 5MG 20 TAB.", "GONE 5MG 20 TAB.", "CANCELLED"),
        ("FAR 1 VIAL (ILLEGAL IMPORT) (N/A)", "FAR 1 VIAL", "ILLEGAL IMPORT, N/A"),
        ("KEPT 1 VIAL (HOSPITALS ONLY)", "KEPT 1 VIAL (HOSPITALS ONLY)", ""),
    ],
)
def test_a_market_marker_leaves_the_name(name: str, bare: str, status: str) -> None:
    pack = parse_drug_name(name)
    assert (pack.name, pack.market_status) == (bare, status)
