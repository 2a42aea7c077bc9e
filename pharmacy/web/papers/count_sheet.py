"""The sheet of a stock count: batches on hand by where they lie, without what the books hold."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.models import Batch, Drug, Site
from pharmacy.rules.arabic import fold
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import BatchStatus, Storage
from pharmacy.services.batch_picking import lying_at
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.goods_receipt import drug_name
from pharmacy.web.words import word
from reports.count_sheet import CountSheet, SheetLine

Pair = tuple[Batch, Drug]


def count_sheet(
    session: Session,
    site_id: int,
    *,
    asked: str = "",
    language: str,
    as_of: datetime,
    demo: bool = False,
) -> CountSheet:
    """Return the sheet of a site's batches on hand.

    Args:
        session: A reading session.
        site_id: Whose stock is counted.
        asked: Only items whose name holds these words, or of this code; all when empty.
        language: `ar` or `en`.
        as_of: The moment it is printed.
        demo: Whether the stock is invented.
    """
    site = session.get_one(Site, site_id)
    asked = asked.strip()
    with speaking(language):
        return CountSheet(
            site=getattr(site, f"name_{language}"),
            printed=as_of.astimezone(CAIRO),
            items=gettext("Only: %(words)s", words=asked) if asked else gettext("All items"),
            places=tuple(_places(lying_at(session, site_id, asked), language)),
            demo=demo,
        )


def _places(found: Iterable[Pair], language: str) -> Iterator[tuple[str, tuple[SheetLine, ...]]]:
    """Go from shelf to refrigerator to freezer, and last to the locked cupboard."""
    pairs = sorted(found, key=lambda pair: _shelf(pair, language))
    for kept in Storage:
        there = [pair for pair in pairs if pair[1].storage is kept and not pair[1].controlled_law]
        if there:
            yield word(kept), tuple(_line(pair, language) for pair in there)
    locked = [pair for pair in pairs if pair[1].controlled_law]
    if locked:
        yield gettext("Controlled medicines"), tuple(_line(pair, language) for pair in locked)


def _shelf(pair: Pair, language: str) -> tuple[str, str, str, int]:
    batch, drug = pair
    # Folded, so that أ and إ stand together.
    return fold(drug_name(drug, language)), drug.code, f"{batch.expiry}", batch.id


def _line(pair: Pair, language: str) -> SheetLine:
    batch, drug = pair
    return SheetLine(
        code=drug.code,
        drug=drug_name(drug, language),
        unit=word(drug.unit),
        lot=batch.lot,
        expiry=batch.expiry,
        barcode=in_house(InHousePrefix.BATCH, batch.id),
        remark="" if batch.status is BatchStatus.AVAILABLE else word(batch.status),
    )
