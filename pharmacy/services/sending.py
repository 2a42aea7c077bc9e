"""What a sender is: it takes one message and says what became of it.

Delivery is at least once. A sender that is cut off between sending and writing down is asked
again, so the receiver goes by the message's id to see what came before.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pharmacy.rules.request_vocabulary import OutboxKind

ERROR_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as a sender takes it.

    Attributes:
        message_id: The same at every attempt; the receiver tells doubles by it.
        recipient: A phone in E.164, an e-mail address, or the address of a webhook.
        secret: What a webhook's notice is signed with; never shown.
    """

    message_id: str
    kind: OutboxKind
    recipient: str
    subject: str = ""
    body: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        error: What went wrong, for whoever looks after the outbox; empty when it was sent.
        unreachable: Nobody answered there, so that further messages need not be tried now.
    """

    error: str = ""
    unreachable: bool = False

    @property
    def sent(self) -> bool:
        """Whether the other side has taken it."""
        return not self.error


SENT = Outcome()


class Sender(Protocol):
    """Takes messages of one kind to the outside."""

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:
        """Send one message within seconds; answer for every failure, raise nothing."""


def failed(reason: object, *, unreachable: bool = False) -> Outcome:
    """Return the outcome of an attempt that failed, its reason kept short and on one line."""
    text = " ".join(str(reason).split()) or "failed"
    return Outcome(text[:ERROR_MAX], unreachable)
