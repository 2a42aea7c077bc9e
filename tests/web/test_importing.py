"""Imports in the browser: a file, its columns, a preview, slice by slice, what was refused."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from pharmacy.models import Centre, CitizenRequest, ImportJob, ImportMapping
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import CentreKind, Channel, RequestCategory, Role
from pharmacy.services.importing_files import FOLDER
from pharmacy.web import importing
from tests.builders import add_centre, rows, snapshot
from tests.services.importing_jobs import HEADINGS, lines, text_of
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page
from tests.web.inspection import text_of as words_of
from tests.web.office import Office, office

__all__ = ["office"]

HOME = "/requests/import"
STRANGE = ("كود", "يوم", "نص الشكوى", "صاحب الشكوى")
STRANGE_ROWS = (["P-1", "01/03/2026", "شقة", "علي"], ["P-2", "يوم ما", "شقة", "هدى"])


def bring(
    visitor: InspectingClient, content: bytes, name: str = "export.csv", **fields: str
) -> TestResponse:
    shown: dict[str, Any] = {"channel": "", "mapping": "", **fields, **token_of(visitor)}
    return post_file(visitor, {**shown, "file": FileStorage(io.BytesIO(content), name)})


def post_file(visitor: InspectingClient, fields: dict[str, Any]) -> TestResponse:
    """Send a form with a file, from memory: the client's own way leaves a file open."""
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return visitor.post(HOME, data=body, content_type=kind)


def token_of(visitor: InspectingClient) -> dict[str, str]:
    """The token that every form of a page carries."""
    fields = visitor.page(HOME).all("input")
    token = next(one for one in fields if one.get("name") == "csrf_token")
    return {"csrf_token": token.get("value") or ""}


def press(visitor: InspectingClient, address: str, action: str) -> TestResponse:
    return visitor.send(address, {}, action=f"{address}/{action}")


def brought(visitor: InspectingClient, content: bytes, **fields: str) -> str:
    answer = bring(visitor, content, **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def stored(office: Office) -> list[Path]:
    folder: Path = office.app.extensions["pharmacy_settings"].instance / FOLDER
    return sorted(folder.iterdir())


def body_of(page: Page) -> list[list[str]]:
    """The cells of the page's first table."""
    return [[words_of(cell) for cell in row] for row in page.all("tbody")[0].iter("tr")]


def test_a_file_is_looked_at_then_comes_in_slice_by_slice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SLICE_ROWS", 3)
    visitor = office.visitor(Role.CLERK)
    before = snapshot(office.database)
    address = brought(visitor, text_of(lines(7, wrong=frozenset({1}))))
    preview = visitor.page(address)
    shown = body_of(preview)
    assert len(shown) == 7
    assert shown[0][4:6] == ["علي 0", "علاج السكر"]
    assert "هذا ليس رقم هاتف" in shown[1][1]
    after = snapshot(office.database)
    assert before["citizen_request"] == after["citizen_request"] == []
    assert before["request_series"] == after["request_series"]
    assert press(visitor, address, "start").status_code == 303
    for position in (3, 6, 7):
        assert press(visitor, address, "next").status_code == 303
        ((found,),) = rows(office.database, ImportJob.position)
        assert found == position
    assert rows(office.database, ImportJob.state) == [(ImportState.DONE,)]
    assert len(rows(office.database, CitizenRequest.id)) == 6
    assert stored(office) == []
    sent = visitor.get(f"{address}/refused")
    assert sent.headers["Content-Disposition"].startswith(
        'attachment; filename="export-refused.csv"'
    )
    headings, *refused = csv.reader(io.StringIO(sent.get_data().decode("utf-8-sig")))
    assert headings == ["row", "outcome", "reason_ar", "reason_en", *HEADINGS]
    assert [(row[0], row[4:]) for row in refused] == [("3", lines(7, wrong=frozenset({1}))[1])]
    assert "export.csv" in words_of(visitor.page(HOME).all("table")[0])
    visitor.page(address)


def test_columns_are_chosen_saved_and_found_again(office: Office) -> None:
    visitor = office.visitor(Role.MANAGER)
    address = brought(visitor, text_of(STRANGE_ROWS, STRANGE))
    page = visitor.page(address)
    assert "ما زال ناقصًا" in words_of(page.all("main")[0])
    assert visitor.post(f"{address}/start").status_code == 400  # without a token
    chosen = {
        "column_received_on": "يوم",
        "column_asked_for": "نص الشكوى",
        "column_citizen_name": "صاحب الشكوى",
        "column_outside_reference": "كود",
        "default_category": "housing",
        "mapping_name": "شهري",
    }
    nameless = visitor.send(address, chosen, action=address)
    assert nameless.status_code == 422
    assert rows(office.database, ImportMapping.id) == []
    answer = visitor.send(address, {**chosen, "file_channel": "portal"}, action=address)
    assert answer.status_code == 303
    (saved,) = rows(office.database, ImportMapping.id, ImportMapping.channel, ImportMapping.name)
    assert saved[1:] == (Channel.PORTAL, "شهري")
    shown = body_of(visitor.page(address))
    assert [row[0] for row in shown] == ["2", "3"]
    press(visitor, address, "start")
    press(visitor, address, "next")
    found = rows(office.database, CitizenRequest.channel, CitizenRequest.category)
    assert found == [(Channel.PORTAL, RequestCategory.HOUSING)]

    # The next file of the channel, in which one column more and one less stands.
    headings = ("جديد", "يوم", "نص الشكوى", "صاحب الشكوى")
    address = brought(visitor, text_of(STRANGE_ROWS, headings), mapping=str(saved[0]))
    assert "معاينة" in words_of(visitor.page(address).all("main")[0])
    assert press(visitor, address, "drop").status_code == 303
    assert stored(office) == []
    delete = f"{HOME}/mappings/{saved[0]}/delete"
    assert visitor.send(HOME, {}, action=delete).status_code == 303
    assert rows(office.database, ImportMapping.id) == []


def test_an_import_is_paused_and_goes_on(office: Office) -> None:
    visitor = office.visitor(Role.CLERK)
    address = brought(visitor, text_of(lines(4)))
    press(visitor, address, "start")
    press(visitor, address, "pause")
    page = visitor.page(address)
    assert "import-next" not in {form.get("id") for form in page.all("form")}
    press(visitor, address, "start")
    press(visitor, address, "next")
    assert len(rows(office.database, CitizenRequest.id)) == 4
    # The back button shows the form of an import that is finished meanwhile.
    token = token_of(visitor)
    for action, status in (("next", 303), ("start", 409), ("pause", 409), ("drop", 409)):
        sent = visitor.post(f"{address}/{action}", data=token)
        assert sent.status_code == status, action
    assert len(rows(office.database, CitizenRequest.id)) == 4


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"%PDF-1.7\n\0", "export.csv", 422),
        (b"PK\x03\x04 not an archive", "export.xlsx", 422),
        (b"", "export.csv", 422),
        (b"x", "", 422),
        (text_of(lines(3)), "export.csv", 409),
    ],
)
def test_what_cannot_be_imported_is_said_and_nothing_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, status: int
) -> None:
    monkeypatch.setattr(importing, "ROWS_MOST", 2)
    visitor = office.visitor(Role.CLERK)
    before = snapshot(office.database)
    assert bring(visitor, content, name).status_code == status
    assert snapshot(office.database)["import_job"] == before["import_job"] == []
    assert not name or stored(office) == []


def test_a_file_may_be_longer_than_a_form_but_not_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = office.visitor(Role.CLERK)
    wide = [[*row[:2], "علاج " * 40_000, *row[3:]] for row in lines(40)]
    content = text_of(wide)
    assert len(content) > 8 * 1024 * 1024
    assert bring(visitor, content).status_code == 303
    monkeypatch.setattr(importing, "FILE_BYTES_MOST", 1024 * 1024)
    shown: dict[str, Any] = {"file": FileStorage(io.BytesIO(content), "export.csv")}
    assert post_file(visitor, shown).status_code == 413


def test_a_clerk_of_a_centre_imports_for_that_centre_alone(office: Office) -> None:
    here, there = (add_centre(office.database, kind) for kind in CentreKind)
    clerk = office.visitor(Role.CLERK, centre_id=here)
    stranger = office.visitor(Role.CLERK, username="stranger", centre_id=there)
    content = text_of(
        [["2026-03-01", "علاج", "علي", ""], ["2026-03-01", "علاج", "علي", "CODE"]],
        ("date", "request", "name", "centre"),
    )
    ((code,),) = rows(office.database, Centre.code, id=there)
    address = brought(clerk, content.replace(b"CODE", code.encode()))
    assert stranger.get(address).status_code == 404
    token = token_of(stranger)
    for action in ("start", "next", "pause", "drop"):
        sent = stranger.post(f"{address}/{action}", data=token)
        assert sent.status_code == 404
    assert stranger.get(f"{address}/refused").status_code == 404
    assert bring(stranger, content.replace(b"CODE", code.encode())).status_code == 409
    press(clerk, address, "start")
    press(clerk, address, "next")
    assert rows(office.database, CitizenRequest.centre_id) == [(here,)]
    assert rows(office.database, ImportJob.imported, ImportJob.refused) == [(1, 1)]


def test_who_may_import(office: Office) -> None:
    for role in Role:
        status = 200 if role in {Role.CLERK, Role.MANAGER} else 403
        assert office.visitor(role).get(HOME).status_code == status
