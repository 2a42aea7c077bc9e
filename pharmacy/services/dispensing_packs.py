"""Packs with a code of their own: what was taken from each, so that none is handed out twice.

A pack may be opened and given in parts, each time under its code, until its last unit; what was
undone is back in it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from pharmacy.models import DispensedPack, DispensingLine, Drug
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity
from pharmacy.services.dispensing_order import Part
from pharmacy.services.dispensing_rows import packs_taken

Serial = tuple[str, str]
"""GTIN and serial of one pack."""

_undone = aliased(DispensingLine)


def units_taken(session: Session, packs: Iterable[Serial]) -> dict[Serial, int]:
    """Return the units taken from each pack and not undone; packs never seen are left out."""
    wanted = sorted(set(packs))
    if not wanted:
        return {}
    rows = session.execute(
        select(DispensedPack.gtin, DispensedPack.serial, func.sum(DispensedPack.quantity))
        .join(
            DispensingLine,
            (DispensingLine.voucher_id == DispensedPack.voucher_id)
            & (DispensingLine.line_no == DispensedPack.line_no),
        )
        .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
        .where(tuple_(DispensedPack.gtin, DispensedPack.serial).in_(wanted), _undone.id.is_(None))
        .group_by(DispensedPack.gtin, DispensedPack.serial)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def packs_used_up(session: Session, parts: Sequence[Part]) -> list[Notice]:
    """Stop each pack from which more would be taken than it holds.

    Asked under the lock on the batches, so that two counters cannot both take the last units.
    """
    asked: Counter[Serial] = Counter()
    drug_of: dict[Serial, tuple[int, str]] = {}
    for number, pack, quantity in packs_taken(parts):
        if pack.serial:
            asked[pack.gtin, pack.serial] += quantity
            item = parts[number - 1].item
            drug_of[pack.gtin, pack.serial] = (item.drug_id, item.name_ar)
    if not asked:
        return []
    sizes = _pack_sizes(session, {drug_id for drug_id, _ in drug_of.values()})
    taken = units_taken(session, asked)
    notices = []
    for serial, quantity in asked.items():
        drug_id, name = drug_of[serial]
        left = max(sizes[drug_id] - taken.get(serial, 0), 0)
        if quantity > left:
            notices.append(
                Notice(
                    code=NoticeCode.PACK_USED,
                    severity=Severity.STOP,
                    facts={"drug": name, "serial": serial[1], "left": left},
                )
            )
    return notices


def _pack_sizes(session: Session, drug_ids: Iterable[int]) -> dict[int, int]:
    rows = session.execute(select(Drug.id, Drug.pack_size).where(Drug.id.in_(sorted(drug_ids))))
    return {row[0]: row[1] for row in rows}
