"""Refusals around what goes out to citizens and other systems, and what comes back."""

from dataclasses import dataclass
from typing import ClassVar

from pharmacy.errors.access import SignInThrottled
from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class WebhookAddressRefused(PharmacyError):
    """Notices go to https addresses and to programs of this machine only."""

    reason: str
    field = "url"


@dataclass(eq=False)
class WebhookNameTaken(PharmacyError):
    """Another webhook has this name."""

    key: str
    field = "title"


class ReplyUnreachable(PharmacyError):
    """The citizen gave no phone for a text message, or no e-mail address for an e-mail."""

    field = "means"


class TrackingRefused(PharmacyError):
    """No request has this number and this ending of the phone; which of the two is not said."""

    field = "number"


@dataclass(eq=False)
class TrackingThrottled(SignInThrottled):
    """Too many wrong tries for this number or from this address."""

    field = "number"


class FeedbackRefused(PharmacyError):
    """The citizen has said it of this outcome, or there is no outcome yet."""

    status: ClassVar[int] = 409
