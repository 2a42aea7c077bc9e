"""Another brand in the place of the approved one: the same substance, strength and unit only.

Source: law 127/1955, article 34: no change of substance, in kind or amount, without the consent of
the prescriber. The fund goes further and lets only brands of the very same medicine stand in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import SubstitutionRefused
from pharmacy.models import Drug
from pharmacy.rules.arabic import fold
from pharmacy.services.dispensing_facts import Item
from pharmacy.services.dispensing_order import Substitute


@dataclass(frozen=True, slots=True)
class Brands:
    """The drugs named as substitutes, read once for a dispensing."""

    drugs: Mapping[int, Drug]
    on: date

    def given(self, item: Item, substitute: Substitute | None) -> Item:
        """Return an approved item as it is given: itself, or as the other brand.

        Raises:
            SubstitutionRefused: It is not the same medicine, or nobody consented.
        """
        if substitute is None or substitute.drug_id == item.drug_id:
            return item
        drug = self.drugs.get(substitute.drug_id)
        if drug is None:
            raise SubstitutionRefused(reason="inactive")
        refuse_other_medicine(item, drug)
        if not substitute.consented_by.strip() or substitute.consented_on > self.on:
            raise SubstitutionRefused(reason="consent")
        return replace(
            item,
            drug_id=drug.id,
            name_ar=drug.name_ar,
            name_en=drug.name_en,
            strength=drug.strength,
            unit=drug.unit,
            atc=drug.atc or "",
            pack_size=drug.pack_size,
            controlled_law=drug.controlled_law,
            controlled_schedule=drug.controlled_schedule or "",
            pregnancy_risk=drug.pregnancy_risk,
            minimum_age_months=drug.minimum_age_months,
        )


def refuse_other_medicine(item: Item, drug: Drug) -> None:
    """Refuse a drug that is not the approved medicine under another name.

    Raises:
        SubstitutionRefused: Substance, strength or unit differ.
    """
    same = {
        "substance": bool(item.ingredients)
        and item.ingredients == frozenset(drug.ingredient_keys.split("+")),
        "strength": fold(item.strength) == fold(drug.strength),
        "unit": item.unit == drug.unit,
    }
    for reason, holds in same.items():
        if not holds:
            raise SubstitutionRefused(reason=reason)


def other_brands(session: Session, substitutes: Sequence[Substitute | None], *, on: date) -> Brands:
    """Read the active drugs that stand in for others; no statement when none does."""
    ids = {substitute.drug_id for substitute in substitutes if substitute is not None}
    if not ids:
        return Brands({}, on)
    rows = session.scalars(select(Drug).where(Drug.id.in_(ids), Drug.active.is_(true())))
    return Brands({drug.id: drug for drug in rows}, on)
