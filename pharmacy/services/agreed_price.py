"""The price agreed with contract pharmacies on a day that is past, by the trail of its changes.

A drug's row and a setting hold what is so today; the audit trail holds what stood before each
change. What was on a day is what stood before the first change on a later day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import AuditEvent, Drug
from pharmacy.rules.calendar import cairo_day, day_ends
from pharmacy.rules.claim import agreed_price
from pharmacy.services.settings import whole_setting

PERCENT = "claim_price_percent"


@dataclass(frozen=True, slots=True)
class _Change:
    """The day of a change, and what stood before it."""

    on: date
    before: Mapping[str, object]


class AgreedPrices:
    """The agreed prices of drugs on the days of a claim; read once for all its lines."""

    def __init__(self, session: Session, drugs: Iterable[Drug], since: date) -> None:
        """Read the changes after a day: of these drugs, and of the share that is paid."""
        keys = {str(drug.id) for drug in drugs}
        self._of_drugs = _changes(session, "drug", keys, since)
        self._of_percent = _changes(session, "setting", {PERCENT}, since).get(PERCENT, ())
        self._percent = whole_setting(session, PERCENT)

    def price(self, drug: Drug, quantity: int, on: date) -> int | None:
        """Return the piastres agreed for so many units on a day; None where no price is known.

        A price that was not known yet on that day is the first one that was known since.
        """
        changes = self._of_drugs.get(str(drug.id), ())
        return agreed_price(
            reference_price=_then(changes, "reference_price", drug.reference_price, on),
            pack_size=_then(changes, "pack_size", drug.pack_size, on) or drug.pack_size,
            quantity=quantity,
            percent=_then(self._of_percent, "value", self._percent, on) or 0,
        )


def _then(changes: Iterable[_Change], name: str, today: int | None, on: date) -> int | None:
    """Return what a value was on a day: before its first change on a later day."""
    for change in changes:
        before = change.before.get(name)
        if change.on > on and before is not None:
            return int(cast("int | str", before))
    return today


def _changes(
    session: Session, noun: str, keys: Collection[str], since: date
) -> dict[str, list[_Change]]:
    rows = session.execute(
        select(AuditEvent.noun_id, AuditEvent.at, AuditEvent.before)
        .where(
            AuditEvent.noun == noun,
            AuditEvent.noun_id.in_(keys),
            AuditEvent.at >= day_ends(since),
        )
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    found: dict[str, list[_Change]] = {}
    for key, at, before in rows:
        found.setdefault(key, []).append(_Change(cairo_day(at), before or {}))
    return found
