"""First expiry, first out: which batches a quantity is taken from.

The order of preference among batches that may be issued:

1. those whose packs are already in the pharmacist's hand (scanned), in the order of scanning;
2. those bought for this very request, then all others;
3. those whose expiry outlasts the course, then those that run out during it (better than nothing,
   and a notice says so);
4. the earliest expiry, then the earliest receipt, then the lowest id.

A batch bought for one request goes nowhere else; of every other its fund must be one that may pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pharmacy.errors import InsufficientStock
from pharmacy.rules.expiry import is_expired
from pharmacy.rules.fund import Need, Purse, may_pay
from pharmacy.rules.valuation import take_value
from pharmacy.rules.vocabulary import BatchStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot(Purse):
    """A batch as it stands: units of issue and piastres on hand, and for whom it may be used."""

    batch_id: int
    expiry: date
    on_hand: int
    value_on_hand: int
    status: BatchStatus
    received_on: date
    request_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Need):
    """What is wanted: units of issue, on a day, for a course of days, from which funds."""

    quantity: int
    on: date
    course_days: int = 0
    request_id: int | None = None
    scanned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Units of issue taken from a batch, and the value (piastres) that leaves with them."""

    batch_id: int
    quantity: int
    value: int


def may_use(lot: Lot, demand: Demand) -> bool:
    """Tell whether a batch may be issued at all for this demand."""
    if lot.on_hand <= 0 or lot.status is not BatchStatus.AVAILABLE:
        return False
    if is_expired(lot.expiry, demand.on):
        return False
    if lot.request_id is not None:
        return lot.request_id == demand.request_id
    return may_pay(lot, demand)


def _preference(lot: Lot, demand: Demand) -> tuple[int, bool, bool, date, date, int]:
    course_end = demand.on + timedelta(days=max(demand.course_days - 1, 0))
    in_hand = lot.batch_id in demand.scanned
    return (
        demand.scanned.index(lot.batch_id) if in_hand else len(demand.scanned),
        lot.request_id is None,
        lot.expiry < course_end,
        lot.expiry,
        lot.received_on,
        lot.batch_id,
    )


def available(lots: Sequence[Lot], demand: Demand) -> int:
    """Return the units that may be issued for a demand, whatever its quantity."""
    return sum(lot.on_hand for lot in lots if may_use(lot, demand))


def passed_over(lots: Sequence[Lot], demand: Demand, picks: Sequence[Pick]) -> Lot | None:
    """Return the batch that should have gone first, when scanned packs of a later one go instead.

    Only a batch that expires earlier is passed over; which of two of one day goes is all the same.
    """
    if not demand.scanned:
        return None
    taken = {pick.batch_id: pick.quantity for pick in picks}
    last = max((lot.expiry for lot in lots if lot.batch_id in taken), default=None)
    left = [
        lot for lot in lots if may_use(lot, demand) and taken.get(lot.batch_id, 0) < lot.on_hand
    ]
    plain = replace(demand, scanned=())
    first = min(left, key=lambda lot: _preference(lot, plain), default=None)
    if first is None or last is None or first.expiry >= last:
        return None
    ahead = _preference(first, plain)
    passed = any(_preference(lot, plain) > ahead for lot in lots if lot.batch_id in taken)
    return first if passed else None


def allocate(lots: Sequence[Lot], demand: Demand) -> tuple[Pick, ...]:
    """Choose batches for a quantity, split across them as needed.

    Raises:
        InsufficientStock: Less may be issued than is wanted; it says how much there is.
    """
    left = demand.quantity
    picks = []
    usable = (lot for lot in lots if may_use(lot, demand))
    for lot in sorted(usable, key=lambda lot: _preference(lot, demand)):
        if left == 0:
            break
        quantity = min(left, lot.on_hand)
        value = take_value(on_hand=lot.on_hand, value_on_hand=lot.value_on_hand, quantity=quantity)
        picks.append(Pick(batch_id=lot.batch_id, quantity=quantity, value=value))
        left -= quantity
    if left:
        raise InsufficientStock(requested=demand.quantity, available=demand.quantity - left)
    return tuple(picks)
