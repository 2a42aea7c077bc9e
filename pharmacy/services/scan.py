"""Where a scan leads: to a person, a pack, a badge, a shelf, a command, or to a search."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.errors import UnknownCode
from pharmacy.models import Beneficiary
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scan import Command, Scan, ScanKind, read_scan
from pharmacy.services import counter
from pharmacy.services.pack import PackInHand, look_at_batch, look_at_readings
from pharmacy.services.pin import staff_of_badge


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person, and the request to open when the scan named one."""

    person_id: int
    request_id: int | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class PackFound:
    """A pack, or a batch label of our own."""

    pack: PackInHand
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class BadgeFound:
    """The badge of a member of staff who works at this site."""

    staff_id: int


@dataclass(frozen=True, slots=True)
class ShelfFound:
    """A shelf, by the number on its label."""

    shelf: int


@dataclass(frozen=True, slots=True)
class CommandFound:
    """A command of the laminated sheet, by name: `dispense`, `hold`, `undo`, `clear`, `lock`."""

    name: str


@dataclass(frozen=True, slots=True)
class TextTyped:
    """No code: words or a number to search for."""

    text: str


Found = PersonFound | PackFound | BadgeFound | ShelfFound | CommandFound | TextTyped


def route(session: Session, text: str, *, site_id: int, on: date, actor: Actor) -> Found:
    """Return where a scan, or a text typed in the scan box, leads.

    Args:
        session: A session to read in.
        text: As it came, not cleaned: a separator and the order of vowel marks mean something.
        site_id: Where the pack in the hand stands.
        on: Today in Cairo.
        actor: Who scans.

    Raises:
        UnreadableBarcode: A broken code.
        UnknownCode: A good code, but of nothing on file.
        PackRefused: A pack that may not be given.
    """
    actor.require(Permission.DISPENSE)
    scan = read_scan(text)
    if scan.kind is ScanKind.PACK:
        assert scan.pack is not None
        readings = [scan.pack, *scan.others]
        pack = look_at_readings(session, readings, site_id=site_id, on=on)
        return PackFound(pack, scan.corrected)
    if scan.kind is ScanKind.TEXT:
        return TextTyped(scan.text)
    if scan.kind is ScanKind.NATIONAL_ID:
        person_id = _person_of_identity(session, scan.text)
        return PersonFound(person_id) if person_id is not None else TextTyped(scan.text)
    return _ours(session, scan, site_id=site_id, on=on)


def _ours(session: Session, scan: Scan, *, site_id: int, on: date) -> Found:
    assert scan.body is not None
    if scan.kind is ScanKind.BATCH:
        return PackFound(look_at_batch(session, scan.body, site_id=site_id, on=on))
    if scan.kind is ScanKind.SHELF:
        return ShelfFound(scan.body)
    if scan.kind is ScanKind.BADGE:
        return _badge(session, scan.text, site_id)
    if scan.kind is ScanKind.COMMAND:
        return _command(scan)
    person_id, request_id = _person(session, scan)
    if person_id is None:
        raise UnknownCode(text=scan.text)
    return PersonFound(person_id, request_id)


def _person(session: Session, scan: Scan) -> tuple[int | None, int | None]:
    assert scan.body is not None
    if scan.kind is ScanKind.CARD:
        return counter.person_of_card(session, scan.text), None
    if scan.kind is ScanKind.RECEIPT:
        return counter.person_of_receipt(session, scan.body)
    return counter.person_of_request(session, scan.body), scan.body


def _person_of_identity(session: Session, number: str) -> int | None:
    """Return whose identity number this is; a merged record leads to the one that goes on."""
    survivor = func.coalesce(Beneficiary.merged_into_id, Beneficiary.id)
    return session.scalar(select(survivor).where(Beneficiary.identity_number == number))


def _badge(session: Session, code: str, site_id: int) -> BadgeFound:
    card = staff_of_badge(session, code, site_id=site_id)
    if card is None:
        raise UnknownCode(text=code)
    return BadgeFound(card.staff_id)


def _command(scan: Scan) -> CommandFound:
    try:
        return CommandFound(Command(scan.body or 0).name.lower())
    except ValueError as error:
        raise UnknownCode(text=scan.text) from error
