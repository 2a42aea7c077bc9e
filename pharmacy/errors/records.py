"""Refusals of what people and requests may be."""

from dataclasses import dataclass
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class InvalidNationalId(PharmacyError):
    """The fourteen digits do not hold together; `reason` says where."""

    reason: str
    field = "identity_number"


class InvalidPhone(PharmacyError):
    """Not an Egyptian phone number, nor an international one with its country code."""

    field = "phone"


@dataclass(eq=False)
class PossibleDuplicate(PharmacyError):
    """Someone on file has the same identity, phone or name; look before a second record is made."""

    beneficiary_ids: tuple[int, ...]
    matched_by: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class IdentityTaken(PharmacyError):
    """The identity number belongs to another active beneficiary."""

    beneficiary_id: int
    field = "identity_number"
    status = 409


class MergeRefused(PharmacyError):
    """A record cannot be merged with itself or with one already merged."""


@dataclass(eq=False)
class BeneficiaryInactive(PharmacyError):
    """The record was merged into another, or the person has died."""

    status_value: str


@dataclass(eq=False)
class TransitionRefused(PharmacyError):
    """A request cannot go from this state to that one."""

    from_state: str
    to_state: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class LinkRefused(PharmacyError):
    """A request repeats or renews only an earlier one, and renews only one of the same person."""

    request_number: str
    field = "earlier"


@dataclass(eq=False)
class OutsideReferenceTaken(PharmacyError):
    """This channel already brought a request with this outside reference."""

    request_number: str
    field = "outside_reference"
    status = 409


@dataclass(eq=False)
class CentreRequired(PharmacyError):
    """A request through a centre names the centre, and the centre is of the channel's kind."""

    channel: str
    field = "centre"


@dataclass(eq=False)
class AttachmentRefused(PharmacyError):
    """A file is not taken as a paper of a request; `reason` says why."""

    reason: str
    field = "file"


@dataclass(eq=False)
class MessageHandled(PharmacyError):
    """A message was made a complaint, or kept, before."""

    state: str
    status: ClassVar[int] = 409


class BeneficiaryRequired(PharmacyError):
    """A medicine request is decided for a named beneficiary."""

    field = "beneficiary"


@dataclass(eq=False)
class InvalidApproval(PharmacyError):
    """The decision's figures do not hold together; `reason` names the field at fault."""

    reason: str


@dataclass(eq=False)
class SittingRefused(PharmacyError):
    """A sitting or its votes do not allow this; `reason` says what is wanting."""

    reason: str
    quorum: int = 0


class SittingRequired(PharmacyError):
    """Requests are decided by a sitting, and this one stands on no agenda of an open one."""

    status = 409


@dataclass(eq=False)
class AlreadyRenewed(PharmacyError):
    """The request was renewed before, by this one."""

    request_number: str
    status: ClassVar[int] = 409


class OwnRequest(PharmacyError):
    """Who approves a request does not dispense it, and the other way about."""


@dataclass(eq=False)
class ImportRefused(PharmacyError):
    """An import cannot begin, go on or change so; `reason` says why."""

    reason: str
    field = "file"
    status = 409
