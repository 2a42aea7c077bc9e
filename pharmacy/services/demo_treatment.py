"""What the invented people are treated with: usual regimens by condition, in names of the seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Condition, Drug
from pharmacy.rules.dose import directions_ar, directions_en, parse_dose
from pharmacy.rules.vocabulary import UnitOfIssue
from pharmacy.services.request_decision import ApprovedItem

REGIMENS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "diabetes": (
            ("Metformin", "Glimepiride"),
            ("Metformin", "Vildagliptin"),
            ("Gliclazide", "Metformin"),
            ("Metformin", "Insulin glargine", "Insulin syringe 1 mL"),
            ("Insulin aspart", "Insulin glargine", "Blood glucose test strips"),
            ("Metformin", "Empagliflozin"),
            ("Metformin", "Sitagliptin"),
        ),
        "hypertension": (
            ("Amlodipine", "Hydrochlorothiazide"),
            ("Bisoprolol", "Enalapril"),
            ("Losartan", "Amlodipine"),
            ("Captopril", "Indapamide"),
            ("Atenolol", "Ramipril"),
            ("Candesartan", "Rosuvastatin"),
            ("Valsartan",),
        ),
        "heart": (
            ("Clopidogrel", "Acetylsalicylic acid, low dose", "Atorvastatin"),
            ("Furosemide", "Carvedilol", "Spironolactone"),
            ("Bisoprolol", "Rosuvastatin", "Clopidogrel"),
            ("Warfarin", "Bisoprolol"),
            ("Isosorbide dinitrate", "Acetylsalicylic acid, low dose", "Rosuvastatin"),
            ("Rivaroxaban", "Bisoprolol"),
        ),
        "liver": (
            ("Ursodeoxycholic acid", "Lactulose"),
            ("Entecavir",),
            ("Sofosbuvir", "Daclatasvir"),
            ("Spironolactone", "Lactulose"),
            ("Tenofovir disoproxil",),
        ),
        "epilepsy": (
            ("Levetiracetam",),
            ("Carbamazepine", "Folic acid"),
            ("Valproic acid",),
            ("Lamotrigine", "Levetiracetam"),
            ("Phenytoin", "Folic acid"),
            ("Clonazepam", "Levetiracetam"),
        ),
        "mental": (("Risperidone",), ("Olanzapine",), ("Sertraline",)),
        "oncology": (
            ("Tamoxifen",),
            ("Letrozole", "Calcium carbonate"),
            ("Anastrozole",),
            ("Bicalutamide",),
            ("Hydroxycarbamide", "Folic acid"),
            ("Imatinib",),
        ),
        "parkinson": (("Levodopa and carbidopa",),),
        "dementia": (("Donepezil",),),
        "rheumatic": (
            ("Hydroxychloroquine", "Prednisolone"),
            ("Methotrexate", "Folic acid"),
        ),
        "transplant": (
            ("Tacrolimus", "Mycophenolate mofetil", "Prednisolone"),
            ("Ciclosporin", "Azathioprine", "Prednisolone"),
        ),
        "kidney": (
            ("Sevelamer", "Alfacalcidol"),
            ("Epoetin alfa", "Calcium carbonate", "Alfacalcidol"),
        ),
        "chest": (
            ("Salbutamol inhaler", "Budesonide and formoterol"),
            ("Tiotropium", "Salbutamol inhaler"),
            ("Montelukast", "Salbutamol inhaler"),
        ),
        "thyroid": (("Levothyroxine",), ("Carbimazole",)),
        "stomach": (("Omeprazole",), ("Pantoprazole",)),
        "thalassaemia": (("Deferasirox", "Folic acid"),),
        "eyes": (("Timolol eye drops", "Latanoprost eye drops"),),
        "anaemia": (("Folic acid",),),
        "neonatal": (("Premature infant milk",),),
    }
)
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "diabetes": 24, "hypertension": 20, "heart": 16, "liver": 6, "epilepsy": 6, "mental": 4,
        "oncology": 5, "parkinson": 2, "dementia": 1, "rheumatic": 3, "transplant": 2, "kidney": 4,
        "chest": 8, "thyroid": 4, "stomach": 2, "thalassaemia": 1, "eyes": 3, "anaemia": 2,
        "neonatal": 2,
    }
)  # fmt: skip
"""How often each condition is met, by hundredths or so."""

_MONTHLY = MappingProxyType(
    {
        UnitOfIssue.CARTRIDGE: 3, UnitOfIssue.PEN: 3, UnitOfIssue.BOTTLE: 2, UnitOfIssue.VIAL: 4,
        UnitOfIssue.INHALER: 1, UnitOfIssue.PIECE: 50, UnitOfIssue.TIN: 6, UnitOfIssue.TABLET: 12,
    }
)  # fmt: skip
_BY_THE_DOCTOR = ("حسب تعليمات الطبيب المعالج", "As the doctor in charge has said")
DEFAULT_INTERVAL = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A drug of the seeds as a regimen uses it: a month's quantity in units of issue.

    `price` is piastres for a pack of `pack_size` units, as of June 2026.
    """

    drug_id: int
    name_en: str
    name_ar: str
    strength: str
    unit: UnitOfIssue
    atc: str
    ingredients: frozenset[str]
    pack_size: int
    price: int
    quantity: int
    interval_days: int
    dose: str
    directions_ar: str
    directions_en: str
    controlled: bool = False

    def approved(self, issues: int) -> ApprovedItem:
        """Return the line of a decision that grants so many months."""
        return ApprovedItem(
            drug_id=self.drug_id,
            quantity_per_issue=self.quantity,
            issues=issues,
            interval_days=self.interval_days,
            dose=self.dose,
            directions_ar=self.directions_ar,
            directions_en=self.directions_en,
        )


def medicines(session: Session) -> dict[str, Medicine]:
    """Return the active drugs of the formulary by their English names."""
    drugs = session.scalars(select(Drug).where(Drug.code.startswith("D")).order_by(Drug.id))
    return {drug.name_en: _medicine(drug) for drug in drugs if drug.active}


def _medicine(drug: Drug) -> Medicine:
    directions = _BY_THE_DOCTOR
    quantity, interval = _MONTHLY.get(drug.unit, drug.pack_size), DEFAULT_INTERVAL
    if drug.usual_dose:
        dose = parse_dose(drug.usual_dose)
        directions = (directions_ar(dose, drug.unit), directions_en(dose, drug.unit))
        quantity, interval = dose.quantity, dose.days
    return Medicine(
        drug_id=drug.id,
        name_en=drug.name_en,
        name_ar=drug.name_ar,
        strength=drug.strength,
        unit=drug.unit,
        atc=drug.atc or "",
        ingredients=frozenset(key for key in drug.ingredient_keys.split("+") if key),
        pack_size=drug.pack_size,
        price=drug.reference_price or 0,
        quantity=quantity,
        # A short course is repeated by the month all the same.
        interval_days=interval if interval >= DEFAULT_INTERVAL - 2 else DEFAULT_INTERVAL,
        dose=drug.usual_dose,
        directions_ar=directions[0],
        directions_en=directions[1],
        controlled=drug.controlled_law is not None,
    )


def conditions(session: Session) -> dict[str, tuple[int, str]]:
    """Return (id, Arabic name) of every condition by its code."""
    rows = session.scalars(select(Condition))
    return {row.code: (row.id, row.name_ar) for row in rows}
