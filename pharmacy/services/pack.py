"""The pack in the hand: which medicine, which batch, and whether it may be given.

Read only: `services.dispensing` asks again under the locks when it counts. A lot is recalled as
printed on the pack, so one recalled batch of it stops every pack of that lot at the site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import PackRefused, UnknownCode
from pharmacy.models import Batch, DispensedPack, DispensingLine, Drug, Site, Voucher
from pharmacy.rules.expiry import is_expired
from pharmacy.rules.gs1 import Pack
from pharmacy.rules.scan import split_swallowed
from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.rules.voucher_number import label
from pharmacy.services.dispensing_packs import units_taken
from pharmacy.services.formulary import find_by_gtin


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInHand:
    """A pack that may be given.

    Attributes:
        gtin: As scanned, 14 digits; empty for a batch label of our own.
        drug_id: The medicine.
        drug_name_ar: Its Arabic name.
        drug_name_en: Its English name.
        pack_size: Units of issue in a whole pack.
        batch_id: The batch it is of; None when its code names no lot.
        lot: As on file; empty without a batch.
        expiry: As on file, or as the pack says when no batch is known.
        serial: As the pack says; empty when it has none.
    """

    gtin: str
    drug_id: int
    drug_name_ar: str
    drug_name_en: str
    pack_size: int
    batch_id: int | None = None
    lot: str = ""
    expiry: date | None = None
    serial: str = ""


def look_at_pack(session: Session, pack: Pack, *, site_id: int, on: date) -> PackInHand:
    """Return the pack as far as it is known here.

    Raises:
        UnknownCode: No medicine on file is sold under this GTIN.
        PackRefused: It may not be given; `reason` says why.
    """
    return look_at_readings(session, [pack], site_id=site_id, on=on)


def look_at_readings(
    session: Session, readings: Sequence[Pack], *, site_id: int, on: date
) -> PackInHand:
    """Return the pack that one of several readings of a code names.

    The reading whose lot is on file wins, since nothing in the code can tell; otherwise the first.

    Raises:
        UnknownCode: No medicine on file is sold under this GTIN.
        PackRefused: It may not be given; `reason` says why.
    """
    drug, first = None, readings[0]
    for reading in readings:
        drug = find_by_gtin(session, reading.gtin)
        if drug is not None:
            first = reading
            break
    if drug is None:
        raise UnknownCode(text=first.gtin)
    batches = _batches(session, drug.id, site_id)
    if all(reading.lot is None and reading.serial is None for reading in readings):
        return _without_lot(session, drug, first, on)
    known = _known(readings, batches)
    if known is None and first.lot is None:
        return _without_lot(session, drug, first, on)
    if known is None:
        _refuse_expired(drug, first, on)
        raise _refusal("unknown_lot", drug, first)
    return _of_lot(session, drug, known, [row for row in batches if row.lot == known.lot], on)


def look_at_batch(session: Session, batch_id: int, *, site_id: int, on: date) -> PackInHand:
    """Return what a batch label of our own is on; a label of another site names nothing here.

    Raises:
        UnknownCode: There is no such batch at this site.
        PackRefused: It may not be given; `reason` says why.
    """
    row = session.get(Batch, batch_id)
    if row is None or row.site_id != site_id:
        raise UnknownCode(text=str(batch_id))
    label_of = Pack(gtin="", lot=row.lot, expiry=row.expiry)
    return _of_lot(session, row.drug, label_of, [row], on)


def units_left_in(session: Session, gtin: str, serial: str, *, drug: Drug) -> int:
    """Return the units of issue still in a pack, by its serial; one without a serial is whole."""
    if not serial:
        return drug.pack_size
    taken = units_taken(session, [(gtin, serial)])
    return max(drug.pack_size - taken.get((gtin, serial), 0), 0)


def _batches(session: Session, drug_id: int, site_id: int) -> Sequence[Batch]:
    return session.scalars(
        select(Batch)
        .where(Batch.drug_id == drug_id, Batch.site_id == site_id)
        .order_by(Batch.expiry, Batch.id)
    ).all()


def _known(readings: Sequence[Pack], batches: Sequence[Batch]) -> Pack | None:
    """Return the first reading whose lot is on file; a whole lot before a swallowed one."""
    lots = frozenset(row.lot for row in batches)
    whole = [reading for reading in readings if reading.lot in lots]
    cut = (found for reading in readings if (found := split_swallowed(reading, lots)))
    return whole[0] if whole else next(cut, None)


def _without_lot(session: Session, drug: Drug, pack: Pack, on: date) -> PackInHand:
    """Return a pack whose code names the medicine only: its batch is the one that expires first."""
    _refuse_expired(drug, pack, on)
    _refuse_used(session, drug, pack)
    return _in_hand(drug, pack, None)


def _of_lot(
    session: Session, drug: Drug, pack: Pack, batches: Sequence[Batch], on: date
) -> PackInHand:
    _refuse_expired(drug, pack, on)
    if any(row.status is BatchStatus.RECALLED for row in batches):
        raise _refusal("recalled", drug, pack)
    dated = [row for row in batches if pack.expiry is None or _same_month(row.expiry, pack.expiry)]
    if not dated:
        on_file = ", ".join(dict.fromkeys(f"{row.expiry:%m/%Y}" for row in batches))
        raise _refusal("expiry_differs", drug, pack, number=on_file)
    fresh = [row for row in dated if not is_expired(row.expiry, on)]
    if not fresh:
        raise _refusal("expired", drug, pack, expiry=dated[-1].expiry)
    free = [row for row in fresh if row.status is BatchStatus.AVAILABLE]
    if not free:
        raise _refusal("quarantined", drug, pack)
    _refuse_used(session, drug, pack)
    there = [row for row in free if row.on_hand > 0]
    if not there:
        raise _refusal("nothing_left", drug, pack)
    return _in_hand(drug, pack, there[0])


def _same_month(one: date, other: date) -> bool:
    """Packs print a month, and papers often only that; the day between them says nothing."""
    return (one.year, one.month) == (other.year, other.month)


def _refuse_expired(drug: Drug, pack: Pack, on: date) -> None:
    if pack.expiry is not None and is_expired(pack.expiry, on):
        raise _refusal("expired", drug, pack)


def _refuse_used(session: Session, drug: Drug, pack: Pack) -> None:
    if pack.serial and not units_left_in(session, pack.gtin, pack.serial, drug=drug):
        number = _last_use(session, pack.gtin, pack.serial)
        raise _refusal("used", drug, pack, number=number)


def _last_use(session: Session, gtin: str, serial: str) -> str:
    """Return the number of the newest dispensing that took from a pack."""
    row = session.execute(
        select(Site.code, Voucher.kind, Voucher.fiscal_year, Voucher.number)
        .join(Voucher, Voucher.site_id == Site.id)
        .join(DispensedPack, DispensedPack.voucher_id == Voucher.id)
        .join(
            DispensingLine,
            (DispensingLine.voucher_id == DispensedPack.voucher_id)
            & (DispensingLine.line_no == DispensedPack.line_no),
        )
        .where(
            DispensedPack.gtin == gtin,
            DispensedPack.serial == serial,
            DispensingLine.id.not_in(
                select(DispensingLine.reverses_line_id).where(
                    DispensingLine.reverses_line_id.is_not(None)
                )
            ),
        )
        .order_by(DispensedPack.id.desc())
        .limit(1)
    ).one()
    return label(row[0], row[1], row[2], row[3])


def _refusal(
    reason: str, drug: Drug, pack: Pack, *, expiry: date | None = None, number: str = ""
) -> PackRefused:
    return PackRefused(
        reason=reason,
        drug=drug.name_ar,
        lot=pack.lot or "",
        expiry=expiry or pack.expiry,
        serial=pack.serial or "",
        number=number,
    )


def _in_hand(drug: Drug, pack: Pack, batch: Batch | None) -> PackInHand:
    return PackInHand(
        gtin=pack.gtin,
        drug_id=drug.id,
        drug_name_ar=drug.name_ar,
        drug_name_en=drug.name_en,
        pack_size=drug.pack_size,
        batch_id=batch.id if batch else None,
        lot=batch.lot if batch else "",
        expiry=batch.expiry if batch else pack.expiry,
        serial=pack.serial or "",
    )
