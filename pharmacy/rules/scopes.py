"""What another program may be let do: the one table of scopes that a token can carry.

A program acts as a member of staff. It may do what that person's role may, and of this only what
its scopes name: a scope never gives a right that the role lacks. A token without scopes opens
nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.permissions import Permission


class Scope(StrEnum):
    """A word that a token carries and an operation of the API asks for."""

    REQUESTS_READ = "requests:read"
    REQUESTS_WRITE = "requests:write"
    REQUESTS_DECIDE = "requests:decide"
    BENEFICIARIES_READ = "beneficiaries:read"
    BENEFICIARIES_WRITE = "beneficiaries:write"
    BENEFICIARIES_REVEAL = "beneficiaries:reveal"
    CLINICAL_READ = "clinical:read"
    FORMULARY_READ = "formulary:read"
    STOCK_READ = "stock:read"
    RECEIPTS_READ = "receipts:read"
    RECEIPTS_WRITE = "receipts:write"
    DISPENSINGS_READ = "dispensings:read"
    DISPENSINGS_WRITE = "dispensings:write"
    DISPENSINGS_REVERSE = "dispensings:reverse"
    REPORTS_READ = "reports:read"


_S = Scope
_P = Permission

# A request names its person, and the look at the person is written down.
_OF_REQUESTS = frozenset({_P.REQUEST_VIEW, _P.BENEFICIARY_VIEW})

SCOPES: Mapping[Scope, frozenset[Permission]] = MappingProxyType(
    {
        _S.REQUESTS_READ: _OF_REQUESTS,
        _S.REQUESTS_WRITE: _OF_REQUESTS | {_P.REQUEST_RECORD, _P.REQUEST_CHECK},
        _S.REQUESTS_DECIDE: _OF_REQUESTS | {_P.REQUEST_DECIDE},
        _S.BENEFICIARIES_READ: frozenset({_P.BENEFICIARY_VIEW}),
        _S.BENEFICIARIES_WRITE: frozenset({_P.BENEFICIARY_VIEW, _P.BENEFICIARY_EDIT}),
        _S.BENEFICIARIES_REVEAL: frozenset({_P.BENEFICIARY_VIEW, _P.BENEFICIARY_REVEAL}),
        _S.CLINICAL_READ: frozenset({_P.CLINICAL_VIEW}),
        _S.FORMULARY_READ: frozenset({_P.FORMULARY_VIEW}),
        _S.STOCK_READ: frozenset({_P.STOCK_VIEW}),
        _S.RECEIPTS_READ: frozenset({_P.STOCK_VIEW}),
        _S.RECEIPTS_WRITE: frozenset({_P.STOCK_VIEW, _P.STOCK_RECEIVE}),
        _S.DISPENSINGS_READ: frozenset({_P.DISPENSING_VIEW}),
        _S.DISPENSINGS_WRITE: frozenset({_P.DISPENSING_VIEW, _P.DISPENSE, _P.SAFETY_OVERRIDE}),
        _S.DISPENSINGS_REVERSE: frozenset({_P.DISPENSING_VIEW, _P.DISPENSING_REVERSE}),
        _S.REPORTS_READ: frozenset({_P.REPORT_VIEW, _P.FUND_VIEW, _P.PATTERN_VIEW}),
    }
)
"""Which rights of its account a scope lets a program use; a write reads what it changes."""


def permissions_of(scopes: Iterable[Scope]) -> frozenset[Permission]:
    """Return the rights that some scopes let through."""
    return frozenset().union(*(SCOPES[scope] for scope in scopes))


def scopes_with(permission: Permission) -> tuple[Scope, ...]:
    """Return the scopes that let a right through, so that a refusal can name them."""
    return tuple(scope for scope, rights in SCOPES.items() if permission in rights)


def parse_scopes(text: str) -> frozenset[Scope]:
    """Return the scopes of a stored line of words; a word that is none opens nothing."""
    return frozenset(Scope(word) for word in text.split() if word in set(Scope))


def write_scopes(scopes: Iterable[Scope]) -> str:
    """Return scopes as they are stored: words in the table's order, separated by spaces."""
    wanted = set(scopes)
    return " ".join(scope.value for scope in Scope if scope in wanted)
