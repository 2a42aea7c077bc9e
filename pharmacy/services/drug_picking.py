"""Picking a drug by what a store keeper types or scans: its code, a pack's barcode, its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select, true
from sqlalchemy.orm import Session

from pharmacy.errors import UnreadableBarcode
from pharmacy.models import Batch, Drug
from pharmacy.rules.arabic import fold, to_western
from pharmacy.rules.gs1 import Pack, parse_pack
from pharmacy.services.formulary import find_by_gtin, search_drugs

CANDIDATES_SHOWN = 5
OFFERED_MOST = 500
JOINT = " · "
"""Stands between code and name in a line that is offered to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The drug that was meant, or those that could be; lot and expiry when a pack told them."""

    drug: Drug | None
    candidates: Sequence[Drug] = ()
    lot: str | None = None
    expiry: date | None = None


def offered(session: Session) -> Sequence[Drug]:
    """Return the drugs to choose from while typing: those ever stocked first, then by name."""
    stocked = exists(select(Batch.id).where(Batch.drug_id == Drug.id))
    return session.scalars(
        select(Drug)
        .where(Drug.active.is_(true()))
        .order_by(stocked.desc(), Drug.name_en, Drug.id)
        .limit(OFFERED_MOST)
    ).all()


def pick(session: Session, text: str) -> Picked:
    """Return the drug a text names: its code, the code before a name, a pack, words of its name.

    One that several names fit is not guessed at.
    """
    code = to_western(text).partition(JOINT)[0].strip()
    drug = session.scalar(select(Drug).where(Drug.code == code, Drug.active.is_(true())))
    if drug is not None:
        return Picked(drug=drug)
    pack = _pack(text)
    if pack is not None:
        found = find_by_gtin(session, pack.gtin)
        known = found if found is not None and found.active else None
        # Only a pack that told its expiry surely ended its lot where the lot ends.
        whole = pack.expiry is not None
        return Picked(drug=known, lot=pack.lot if whole else None, expiry=pack.expiry)
    # A text without a single letter would fit every name.
    candidates = search_drugs(session, text, most=CANDIDATES_SHOWN) if fold(text) else ()
    only = candidates[0] if len(candidates) == 1 else None
    return Picked(drug=only, candidates=() if only else candidates)


def _pack(text: str) -> Pack | None:
    try:
        return parse_pack(text)
    except UnreadableBarcode:
        return None
