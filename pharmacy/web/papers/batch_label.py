"""The label of a batch on the shelf, from the batch as it stands."""

from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.services.stock_list import WholeBatch
from reports.batch_label import BatchLabel


def batch_label(of: WholeBatch, *, language: str, demo: bool = False) -> BatchLabel:
    """Return what the label of a batch says."""
    name = of.drug.name_ar if language == "ar" else of.drug.name_en
    strength = of.drug.strength
    return BatchLabel(
        drug=name if not strength or strength in name else f"{name} {strength}",
        lot=of.batch.lot,
        expiry=of.batch.expiry,
        barcode=in_house(InHousePrefix.BATCH, of.batch.id),
        demo=demo,
    )
