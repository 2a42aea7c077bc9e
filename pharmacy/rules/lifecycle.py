"""The life of a citizen request: one table of allowed steps."""

from types import MappingProxyType

from pharmacy.errors import TransitionRefused
from pharmacy.rules.vocabulary import RequestState

_S = RequestState

TRANSITIONS: MappingProxyType[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        # What asks for no medicine is answered and closed; `services.request.answer` sees to that.
        _S.RECEIVED: frozenset({_S.UNDER_REVIEW, _S.APPROVED, _S.REJECTED, _S.CLOSED}),
        _S.UNDER_REVIEW: frozenset({_S.UNDER_REVIEW, _S.APPROVED, _S.REJECTED, _S.CLOSED}),
        # Closed when all is given, or lapsed; approved again when a dispensing is undone.
        _S.APPROVED: frozenset({_S.CLOSED}),
        _S.REJECTED: frozenset({_S.UNDER_REVIEW}),
        _S.CLOSED: frozenset({_S.UNDER_REVIEW, _S.APPROVED}),
    }
)


def check_transition(before: RequestState, after: RequestState) -> None:
    """Refuse a step that the table does not know.

    Raises:
        TransitionRefused: It does not.
    """
    if after not in TRANSITIONS[before]:
        raise TransitionRefused(from_state=before.value, to_state=after.value)
