"""Pages of attachments: uploading, the marked copy, retention."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from werkzeug.datastructures import FileStorage

from pharmacy.config import Settings
from pharmacy.models import Attachment
from pharmacy.rules.vocabulary import Role
from tests.builders import rows
from tests.services.test_attachment import photo, scan
from tests.web.inspection import Page, text_of
from tests.web.office import Office, office

__all__ = ["office"]


def send(office: Office, at: str, content: bytes, name: str = "وصفة.jpg") -> int:
    clerk = office.visitor(Role.CLERK)
    file = FileStorage(BytesIO(content), filename=name)
    answer = clerk.send(at, {"kind": "prescription", "file": file})  # type: ignore[dict-item]  # a file is no text
    return answer.status_code


@pytest.fixture
def papers(office: Office) -> str:
    return f"/r/{office.request(beneficiary_id=office.person())}/attachments"


def test_a_paper_is_kept_and_shown_as_a_marked_copy(
    office: Office, papers: str, settings: Settings
) -> None:
    assert send(office, papers, scan(2), "../تقرير.pdf") == 303
    page = office.visitor(Role.AUDITOR).page(papers)
    assert "تقرير.pdf" in text_of(page.root)
    answer = office.visitor(Role.AUDITOR).get("/attachments/1")
    assert answer.content_type == "application/pdf"
    assert answer.data != scan(2)
    document = pypdfium2.PdfDocument(answer.data)
    assert len(document) == 2
    assert "2/2" in document[1].get_textpage().get_text_bounded()
    files = [path for path in Path(settings.instance, "attachments").glob("*/*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [scan(2)]


def test_the_same_file_twice_leaves_one_file(
    office: Office, papers: str, settings: Settings
) -> None:
    assert [send(office, papers, photo()) for _ in range(2)] == [303, 303]
    assert len(rows(office.database, Attachment.id)) == 1
    assert len(list(Path(settings.instance, "attachments").glob("*/*"))) == 1


def test_what_is_no_paper_is_refused_at_its_field_and_leaves_nothing(
    office: Office, papers: str, settings: Settings
) -> None:
    clerk = office.visitor(Role.CLERK)
    file = FileStorage(BytesIO(b"<script>alert(1)</script>"), filename="x.jpg")
    answer = clerk.send(papers, {"kind": "other", "file": file})  # type: ignore[dict-item]  # a file is no text
    assert answer.status_code == 422
    assert "#file" in [one.get("href") for one in Page(answer.text).all("a")]
    assert rows(office.database, Attachment.id) == []
    assert not list(Path(settings.instance).glob("attachments/*/*"))


def test_who_may_not_see_the_request_sees_no_paper(office: Office, papers: str) -> None:
    send(office, papers, photo())
    for role in (Role.FINANCE, Role.STORE_KEEPER, Role.ADMINISTRATOR):
        assert office.visitor(role).get("/attachments/1").status_code == 403
    assert office.visitor(Role.CLERK).get("/attachments/404").status_code == 404


def test_the_manager_removes_what_is_over(office: Office, papers: str, settings: Settings) -> None:
    send(office, papers, photo())
    manager = office.visitor(Role.MANAGER)
    assert "لا مستندات مستحقة الحذف" in manager.get("/attachments").text
    assert "/attachments/1/remove" in manager.get("/attachments?due=all").text
    answer = manager.send("/attachments/1/remove", {"reason": "انتهت المدة"})
    assert answer.status_code == 303
    assert manager.get("/attachments/1").status_code == 404
    assert not list(Path(settings.instance, "attachments").glob("*/*"))
