"""The slip of what was asked for and not there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Beneficiary, CitizenRequest, Drug, Site, Staff, UnmetDemand
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.identity import mask_identity
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.words import unit_beside
from reports.unmet_slip import UnmetSlip


@dataclass(frozen=True, slots=True)
class Unmet:
    """A demand that was not met, with what its slip says."""

    demand: UnmetDemand
    person: Beneficiary
    drug: Drug
    site: Site
    staff: Staff
    request: CitizenRequest | None
    hotline: str

    @property
    def number(self) -> str:
        """The slip's number: the site's code and the demand's own number."""
        return f"{self.site.code}-U-{self.demand.business_date.year}-{self.demand.id:06d}"


def unmet(session: Session, unmet_id: int, *, site_id: int | None) -> Unmet:
    """Read a demand that was not met, of one site or, for None, of any.

    Raises:
        NotFound: There is none with this id at the site.
    """
    row = session.execute(
        select(UnmetDemand, Beneficiary, Drug, Site, Staff, CitizenRequest)
        .join(Beneficiary, Beneficiary.id == UnmetDemand.beneficiary_id)
        .join(Drug, Drug.id == UnmetDemand.drug_id)
        .join(Site, Site.id == UnmetDemand.site_id)
        .join(Staff, Staff.id == UnmetDemand.staff_id)
        .outerjoin(CitizenRequest, CitizenRequest.id == UnmetDemand.request_id)
        .where(UnmetDemand.id == unmet_id)
    ).one_or_none()
    if row is None or (site_id is not None and row[0].site_id != site_id):
        raise NotFound(noun="unmet", key=str(unmet_id))
    return Unmet(*row, hotline=all_settings(session)["hotline"])


def unmet_slip(of: Unmet, *, language: str, copy: int = 0, demo: bool = False) -> UnmetSlip:
    """Return what the slip says; the identity is masked."""
    name = of.drug.name_ar if language == "ar" else of.drug.name_en
    strength = of.drug.strength
    person = of.person
    with speaking(language):
        return UnmetSlip(
            number=of.number,
            moment=of.demand.at.astimezone(CAIRO),
            site=of.site.name_ar if language == "ar" else of.site.name_en,
            patient=person.full_name,
            card_number=person.card_number,
            identity=mask_identity(person.identity_number),
            request_number=of.request.number if of.request else "",
            drug=name if not strength or strength in name else f"{name} {strength}",
            quantity=of.demand.quantity,
            unit=unit_beside(of.demand.quantity, of.drug.unit),
            pharmacist=of.staff.name_ar if language == "ar" else of.staff.name_en,
            hotline=of.hotline,
            barcode=in_house(InHousePrefix.REQUEST_SLIP, of.request.id)
            if of.request
            else person.card_number,
            copy=copy,
            demo=demo,
        )
