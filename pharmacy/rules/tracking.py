"""What the public page says of a request, how a number is read, and how fast one may guess."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from types import MappingProxyType

from pharmacy.rules.arabic import clean, to_western
from pharmacy.rules.request_vocabulary import RequestState


class PublicState(StrEnum):
    """Where a request stands as anybody may hear it: nothing of it says what was asked for."""

    RECEIVED = "received"
    PAPERS = "papers"
    STUDY = "study"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    CLOSED = "closed"


_S = RequestState
PUBLIC_STATES: Mapping[RequestState, PublicState] = MappingProxyType(
    {
        _S.RECEIVED: PublicState.RECEIVED,
        _S.AWAITING_PAPERS: PublicState.PAPERS,
        _S.CHECKED: PublicState.STUDY,
        _S.SOCIAL_RESEARCH: PublicState.STUDY,
        _S.MEDICAL_CHECK: PublicState.STUDY,
        _S.COMMITTEE: PublicState.STUDY,
        _S.DEFERRED: PublicState.STUDY,
        _S.APPROVED: PublicState.APPROVED,
        _S.DISPENSING: PublicState.UNDER_WAY,
        _S.REJECTED: PublicState.REFUSED,
        _S.CLOSED: PublicState.CLOSED,
    }
)
RATED = frozenset({_S.DISPENSING, _S.REJECTED, _S.CLOSED})
"""States in which the citizen may say whether it was really solved."""
DIGITS = 4
"""So many last digits of the phone prove that it is the citizen's own request."""
SERIAL_DIGITS = 6
_NUMBER = re.compile(r"(?:(?P<year>20[0-9]{2})[-/ ])?(?P<serial>[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within a time close the page to who made them."""

    failures: int
    within: timedelta


PER_ADDRESS = (Limit(20, timedelta(minutes=15)), Limit(100, timedelta(days=1)))
"""A whole village may stand behind one address of a mobile network."""
PER_NUMBER = (Limit(5, timedelta(hours=1)), Limit(15, timedelta(days=1)))
"""Of 10,000 possible endings, 15 a day are tried: a number holds for years."""
KEPT = timedelta(days=1)
"""After which an attempt counts for nothing and is forgotten."""


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A request's number as a citizen types it; the year may be left out."""

    year: int | None
    serial: int

    def candidates(self, this_year: int) -> tuple[str, ...]:
        """Return the numbers that may be meant: without a year, this year's and the last's."""
        years = (this_year, this_year - 1) if self.year is None else (self.year, self.year)
        return tuple(f"{year}-{self.serial:0{SERIAL_DIGITS}d}" for year in years)

    @property
    def counted(self) -> str:
        """The form in which attempts are counted: with and without the year it is one."""
        return f"{self.serial:0{SERIAL_DIGITS}d}"


def parse_number(text: str) -> TypedNumber | None:
    """Return the number typed, in either kind of digits, or None when it is none."""
    found = _NUMBER.fullmatch(to_western(clean(text)))
    if found is None:
        return None
    year = found["year"]
    return TypedNumber(int(year) if year else None, int(found["serial"]))


def parse_digits(text: str) -> str | None:
    """Return the last digits of a phone as typed, in either kind of digits, or None."""
    digits = to_western(clean(text)).replace(" ", "")
    return digits if re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) else None


def counted_address(address: str) -> str:
    """Return the address that attempts are counted by: a whole home network of IPv6 is one."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(number, IPv6Address):
        return str(ip_network((int(number), 64), strict=False))
    return str(number)


def public_state(state: RequestState | None) -> PublicState | None:
    """Return what anybody may hear of a state; None of what is not recorded yet."""
    return None if state is None else PUBLIC_STATES[state]
