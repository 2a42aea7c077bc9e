"""Papers of a request: taken for what they are, kept once, shown as pictures, removed for good."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pharmacy.errors import AttachmentRefused, MissingFact, NotFound, NotPermitted
from pharmacy.models import AccessEvent, Attachment, AuditEvent
from pharmacy.rules.calendar import add_months
from pharmacy.rules.media import MediaType, media_type_of
from pharmacy.rules.request_vocabulary import Paper
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services.attachment import (
    Given,
    add,
    get_attachment,
    kept,
    known_files,
    note_look,
    of_request,
    read_file,
    remove,
)
from pharmacy.services.attachment_files import AttachmentFolder
from pharmacy.services.attachment_pictures import PAGES_MAX, pictures_of
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_request,
    rows,
    snapshot,
)


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "white") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def scan(pages: int = 1, password: str | None = None) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, encrypt=password, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 720, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def shown(pharmacy: Pharmacy, content: bytes, name: str = "scan.jpg") -> Given:
    with pharmacy.database.reading() as session:
        return read_file(session, content, name)


def keep(pharmacy: Pharmacy, request: int, content: bytes, stored_as: str = "ab/1") -> int:
    given = shown(pharmacy, content)
    with pharmacy.database.transaction() as session:
        clerk = pharmacy[Role.CLERK]
        return add(session, request, given, Paper.PRESCRIPTION, stored_as, actor=clerk, now=NOW)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo("JPEG"), MediaType.JPEG),
        (photo("PNG"), MediaType.PNG),
        (scan(), MediaType.PDF),
        (b"GIF89a" + scan(), None),  # two kinds at once
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: MediaType | None) -> None:
    assert media_type_of(content) is kind


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"", "empty"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (lambda: photo()[:80], "unreadable"),
        (lambda: scan()[:200], "unreadable"),
        (lambda: scan(password="x"), "unreadable"),
        (lambda: scan(PAGES_MAX + 1), "too_many_pages"),
        (lambda: photo("PNG", (10_000, 5_001)), "too_large"),  # few bytes, many pixels
        (lambda: photo() + b"\0" * (5 * 1024 * 1024), "too_large"),
    ],
)
def test_a_file_that_is_not_taken_says_why(
    pharmacy: Pharmacy, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(AttachmentRefused) as refusal:
        shown(pharmacy, make())
    assert refusal.value.reason == reason


def test_a_name_is_only_a_name(pharmacy: Pharmacy) -> None:
    assert shown(pharmacy, photo(), "..\\..\\وصفة\u202e.jpg").file_name == "وصفة.jpg"
    assert shown(pharmacy, photo(), "/etc/passwd").file_name == "passwd"
    assert shown(pharmacy, photo(), "").file_name == "paper"


def test_a_paper_is_kept_once_with_its_check_sum_and_its_time(pharmacy: Pharmacy) -> None:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    first = keep(pharmacy, request, photo())
    before = snapshot(pharmacy.database)
    assert keep(pharmacy, request, photo(), "ab/2") == first
    assert snapshot(pharmacy.database) == before
    second = keep(pharmacy, request, scan(), "ab/3")
    columns = (Attachment.id, Attachment.media_type, Attachment.keep_until)
    until = add_months(TODAY, 24)
    assert rows(pharmacy.database, *columns) == [
        (first, "image/jpeg", until),
        (second, "application/pdf", until),
    ]
    with pharmacy.database.reading() as session:
        assert [one.id for one in of_request(session, request)] == [first, second]
        assert known_files(session) == {"ab/1", "ab/3"}


def test_a_paper_is_seen_by_who_sees_its_request_and_clinical_facts(pharmacy: Pharmacy) -> None:
    own, other = (add_centre(pharmacy.database) for _ in range(2))
    facts = {"channel": Channel.CITY_CENTRE, "centre_id": other}
    request = add_request(pharmacy, add_beneficiary(pharmacy), **facts)
    paper = keep(pharmacy, request, photo())
    stranger = add_actor(pharmacy.database, Role.CLERK, centre_id=own)
    with pharmacy.database.reading() as session:
        assert get_attachment(session, paper, actor=pharmacy[Role.AUDITOR]).id == paper
        with pytest.raises(NotPermitted):
            get_attachment(session, paper, actor=pharmacy[Role.FINANCE])
        with pytest.raises(NotFound):
            get_attachment(session, paper, actor=stranger)


def test_every_look_is_written_down(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)
    paper = keep(pharmacy, add_request(pharmacy, person), photo())
    with pharmacy.database.transaction() as session:
        note_look(session, paper, actor=pharmacy[Role.AUDITOR], now=NOW)
    seen = (AccessEvent.beneficiary_id, AccessEvent.action, AccessEvent.reason)
    assert (person, "view", f"attachment {paper}") in rows(pharmacy.database, *seen)


def test_a_removed_paper_is_gone_and_its_row_says_who_and_why(pharmacy: Pharmacy) -> None:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    paper = keep(pharmacy, request, photo())
    manager = pharmacy[Role.MANAGER]
    before = snapshot(pharmacy.database)
    for actor, reason, refusal in (
        (pharmacy[Role.CLERK], "x", NotPermitted),
        (manager, " ", MissingFact),
    ):
        with pytest.raises(refusal), pharmacy.database.transaction() as session:
            remove(session, paper, reason=reason, actor=actor, now=NOW)
    assert snapshot(pharmacy.database) == before
    with pharmacy.database.transaction() as session:
        assert remove(session, paper, reason="المدة", actor=manager, now=NOW) == "ab/1"
    columns = (Attachment.removed_by, Attachment.removal_reason)
    assert rows(pharmacy.database, *columns) == [(manager.staff_id, "المدة")]
    assert "remove" in {row[0] for row in rows(pharmacy.database, AuditEvent.action)}
    with pharmacy.database.reading() as session, pytest.raises(NotFound):
        get_attachment(session, paper, actor=manager)
    assert keep(pharmacy, request, photo(), "ab/9") != paper  # it may come again


def test_retention_lists_what_is_over(pharmacy: Pharmacy) -> None:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    paper = keep(pharmacy, request, photo())
    manager, until = pharmacy[Role.MANAGER], add_months(TODAY, 24)
    with pharmacy.database.reading() as session:
        over = session.execute(kept(due_by=until, actor=manager)).all()
        early = session.execute(kept(due_by=TODAY, actor=manager)).all()
    assert ([row.id for row in over], early) == ([paper], [])


def test_what_is_shown_is_drawn_anew(pharmacy: Pharmacy) -> None:
    hidden = photo() + b"PK\x03\x04 a second file"
    (picture,) = pictures_of(hidden, MediaType.JPEG)
    assert b"second file" not in picture
    assert Image.open(BytesIO(picture)).size == (60, 40)
    assert len(pictures_of(scan(3), MediaType.PDF)) == 3


def test_files_are_whole_and_orphans_are_found(tmp_path: Path) -> None:
    folder = AttachmentFolder(tmp_path)
    known, orphan = folder.put(b"one"), folder.put(b"two")
    assert folder.read(known) == b"one"
    assert (tmp_path / "attachments" / known).stat().st_mode & 0o777 == 0o600
    written = (tmp_path / "attachments" / orphan).stat().st_mtime
    assert list(folder.orphans({known}, now=written + 3600)) == []
    assert list(folder.orphans({known}, now=written + 90_000)) == [orphan]
    folder.remove(orphan)
    folder.remove(orphan)
    with pytest.raises(NotFound):
        folder.read(orphan)
