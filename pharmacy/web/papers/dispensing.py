"""The papers of a dispensing: receipt, labels, owing slip; all from what was copied then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from pharmacy.errors import NotFound
from pharmacy.models import (
    Approval,
    Beneficiary,
    Centre,
    CitizenRequest,
    Dispensing,
    DispensingCare,
    DispensingLine,
    Drug,
    Owing,
    Site,
    Staff,
    Substitution,
    Voucher,
)
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.identity import mask_identity
from pharmacy.rules.vocabulary import CounsellingPoint, Storage, VoucherKind
from pharmacy.rules.voucher_number import label as voucher_label
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.words import unit_beside, word
from reports.label import Label
from reports.owing_slip import OwedItem, OwingSlip
from reports.receipt import Receipt
from reports.receipt_content import OwingLine, ReceiptLine

CHECK_CODE_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Dispensed:
    """A dispensing with everything its papers say, read in few statements."""

    head: Dispensing
    voucher: Voucher
    site: Site
    request: CitizenRequest
    centre: Centre | None
    approval: Approval
    beneficiary: Beneficiary
    pharmacist: Staff
    lines: Sequence[DispensingLine]
    undone: Mapping[int, Voucher]
    drugs: Mapping[int, Drug]
    owings: Sequence[Owing]
    care: DispensingCare | None
    substitutions: Mapping[int, Substitution]
    settings: Mapping[str, str]

    @property
    def number(self) -> str:
        """The voucher's number as it is written."""
        voucher = self.voucher
        return voucher_label(self.site.code, voucher.kind, voucher.fiscal_year, voucher.number)

    @property
    def barcode(self) -> str:
        """The receipt's own barcode."""
        return in_house(InHousePrefix.RECEIPT, self.voucher.id)

    @property
    def check_code(self) -> str:
        """The beginning of the seal, by which a paper can be told from an invented one."""
        return self.voucher.seal[:CHECK_CODE_LETTERS].upper()

    @property
    def standing(self) -> list[DispensingLine]:
        """The lines that were not undone."""
        return [line for line in self.lines if line.id not in self.undone]

    @property
    def open_owings(self) -> list[Owing]:
        """What was owed and has not been given up; later dispensings may have settled it."""
        return [owing for owing in self.owings if not owing.closures]


def dispensed(session: Session, voucher_id: int) -> Dispensed:
    """Read a dispensing.

    Raises:
        NotFound: There is none with this id.
    """
    row = session.execute(
        select(Dispensing, Voucher, Site, CitizenRequest, Centre, Approval, Beneficiary, Staff)
        .join(Voucher, Voucher.id == Dispensing.voucher_id)
        .join(Site, Site.id == Voucher.site_id)
        .join(CitizenRequest, CitizenRequest.id == Dispensing.request_id)
        .outerjoin(Centre, Centre.id == CitizenRequest.centre_id)
        .join(Approval, Approval.id == Dispensing.approval_id)
        .join(Beneficiary, Beneficiary.id == Dispensing.beneficiary_id)
        .join(Staff, Staff.id == Voucher.posted_by)
        .where(Voucher.id == voucher_id, Voucher.kind == VoucherKind.DISPENSING)
    ).first()
    if row is None:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    lines = session.scalars(
        select(DispensingLine)
        .where(DispensingLine.voucher_id == voucher_id)
        .order_by(DispensingLine.line_no)
    ).all()
    undone = session.execute(
        select(DispensingLine.reverses_line_id, Voucher)
        .join(Voucher, Voucher.id == DispensingLine.voucher_id)
        .where(
            DispensingLine.dispensing_id == voucher_id,
            DispensingLine.reverses_line_id.is_not(None),
        )
    )
    owings = session.scalars(
        select(Owing).where(Owing.voucher_id == voucher_id).options(selectinload(Owing.closures))
    ).all()
    substitutions = session.scalars(
        select(Substitution).where(Substitution.voucher_id == voucher_id)
    ).all()
    drug_ids = {line.drug_id for line in lines} | {owing.drug_id for owing in owings}
    drug_ids |= {one.approved_drug_id for one in substitutions}
    drugs = session.scalars(select(Drug).where(Drug.id.in_(drug_ids)))
    return Dispensed(
        *row,
        lines=lines,
        undone={line_id: voucher for line_id, voucher in undone if line_id is not None},
        drugs={drug.id: drug for drug in drugs},
        owings=owings,
        care=session.get(DispensingCare, voucher_id),
        substitutions={one.line_no: one for one in substitutions},
        settings=all_settings(session),
    )


def _named(row: object, language: str) -> str:
    return str(getattr(row, f"name_{language}")) if row is not None else ""


def _drug(line: DispensingLine, language: str) -> str:
    name = line.drug_name_ar if language == "ar" else line.drug_name_en
    return name if not line.strength or line.strength in name else f"{name} {line.strength}"


def _owed_drug(drug: Drug, language: str) -> str:
    name = _named(drug, language)
    return name if not drug.strength or drug.strength in name else f"{name} {drug.strength}"


def receipt(of: Dispensed, *, language: str, copy: int = 0, demo: bool = False) -> Receipt:
    """Return the receipt's values; amounts are those posted, undone lines are marked."""
    lines = of.lines
    citizen = sum(line.citizen_share for line in of.standing)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    with speaking(language):
        return Receipt(
            number=of.number,
            moment=of.voucher.posted_at.astimezone(CAIRO),
            site=_named(of.site, language),
            patient=of.head.patient_name,
            card_number=of.head.card_number,
            identity=mask_identity(of.beneficiary.identity_number),
            request_number=of.request.number,
            channel=word(of.request.channel),
            centre=_named(of.centre, language),
            approval_number=of.approval.decision_number,
            lines=tuple(_receipt_line(of, line, language) for line in lines),
            value=sum(line.cost for line in of.standing),
            state=sum(line.state_share for line in of.standing),
            donor=sum(line.donor_share for line in of.standing),
            citizen=citizen,
            citizen_in_words=in_words(citizen),
            pharmacist=_named(of.pharmacist, language),
            barcode=of.barcode,
            check_code=of.check_code,
            owings=tuple(
                OwingLine(
                    drug=_owed_drug(of.drugs[owing.drug_id], language),
                    quantity=owing.quantity,
                    unit=unit_beside(owing.quantity, of.drugs[owing.drug_id].unit),
                    until=of.approval.valid_until,
                )
                for owing in of.open_owings
            ),
            collected_by=_collector(of.head),
            explained=_explained(of.care, language),
            reversed=not of.standing,
            copy=copy,
            demo=demo,
        )


def _receipt_line(of: Dispensed, line: DispensingLine, language: str) -> ReceiptLine:
    undone = of.undone.get(line.id)
    substitution = of.substitutions.get(line.line_no)
    return ReceiptLine(
        drug=_drug(line, language),
        quantity=line.quantity,
        unit=unit_beside(line.quantity, line.unit),
        lot=line.lot,
        expiry=line.expiry,
        directions=line.directions_ar if language == "ar" else line.directions_en,
        cost=line.cost,
        citizen=line.citizen_share,
        reversed=undone is not None,
        reversal_note=""
        if undone is None
        else voucher_label(of.site.code, undone.kind, undone.fiscal_year, undone.number),
        in_place_of=_owed_drug(of.drugs[substitution.approved_drug_id], language)
        if substitution
        else "",
        consented_by=substitution.consented_by if substitution else "",
    )


def _explained(care: DispensingCare | None, language: str) -> str:
    points = care.counselled.split() if care else []
    comma = "، " if language == "ar" else ", "
    return comma.join(word(CounsellingPoint(point)) for point in points)


def _collector(head: Dispensing) -> str:
    parts = (head.collected_by_name, head.collected_by_relation)
    return " - ".join(part for part in parts if part)


def labels(of: Dispensed, *, language: str, demo: bool = False) -> list[Label]:
    """Return one label for each line that stands."""
    settings = of.settings
    with speaking(language):
        return [_label(of, line, language, settings, demo=demo) for line in of.standing]


def _label(
    of: Dispensed,
    line: DispensingLine,
    language: str,
    settings: Mapping[str, str],
    *,
    demo: bool,
) -> Label:
    drug = of.drugs[line.drug_id]
    warnings = drug.warnings_ar if language == "ar" else drug.warnings_en
    return Label(
        patient=of.head.patient_name,
        drug_ar=line.drug_name_ar,
        drug_en=line.drug_name_en,
        strength=line.strength,
        form=word(drug.form),
        directions=line.directions_ar if language == "ar" else line.directions_en,
        quantity=line.quantity,
        unit=unit_beside(line.quantity, line.unit),
        lot=line.lot,
        expiry=line.expiry,
        on=of.voucher.business_date,
        serial=of.number,
        pharmacist=_named(of.pharmacist, language),
        pharmacy=settings[f"pharmacy_{language}"],
        storage=word(drug.storage) if drug.storage is not Storage.ROOM else "",
        warnings=tuple(part.strip() for part in warnings.split("\n") if part.strip()),
        barcode=in_house(InHousePrefix.BATCH, line.batch_id),
        demo=demo,
    )


def owing_slip(of: Dispensed, *, language: str, copy: int = 0, demo: bool = False) -> OwingSlip:
    """Return the slip of what is still owed.

    Raises:
        NotFound: Nothing is owed.
    """
    owings = of.open_owings
    if not owings:
        raise NotFound(noun="owing", key=of.number)
    given: dict[int, int] = {}
    for line in of.standing:
        given[line.approval_item_id] = given.get(line.approval_item_id, 0) + line.quantity
    with speaking(language):
        return OwingSlip(
            number=of.number,
            moment=of.voucher.posted_at.astimezone(CAIRO),
            site=_named(of.site, language),
            patient=of.head.patient_name,
            card_number=of.head.card_number,
            identity=mask_identity(of.beneficiary.identity_number),
            request_number=of.request.number,
            approval_number=of.approval.decision_number,
            approval_ends_on=of.approval.valid_until,
            receipt_number=of.number,
            items=tuple(
                OwedItem(
                    drug=_owed_drug(of.drugs[owing.drug_id], language),
                    unit=word(of.drugs[owing.drug_id].unit),
                    due=given.get(owing.approval_item_id, 0) + owing.quantity,
                    given=given.get(owing.approval_item_id, 0),
                )
                for owing in owings
            ),
            pharmacist=_named(of.pharmacist, language),
            barcode=of.barcode,
            phone=of.settings["hotline"],
            copy=copy,
            demo=demo,
        )
