"""Files: how they are called and what a browser may do with them."""

import pytest
from flask import Flask

from pharmacy.web.documents import csv_response, disposition_header, pdf_response, xlsx_response


def test_a_pdf_is_shown_in_the_browser(app: Flask) -> None:
    with app.app_context():
        answer = pdf_response(b"%PDF-1.7", "إيصال صرف 12.pdf")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"12.pdf\"; filename*=UTF-8''"
        "%D8%A5%D9%8A%D8%B5%D8%A7%D9%84%20%D8%B5%D8%B1%D9%81%2012.pdf"
    )


def test_tables_are_saved(app: Flask) -> None:
    with app.app_context():
        for answer in (csv_response(b"a", "a.csv"), xlsx_response(b"a", "a.xlsx")):
            assert answer.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"b\r\nX: y.csv', "attachment; filename=\"abX y.csv\"; filename*=UTF-8''abX%20y.csv"),
        (
            "../../etc/passwd.pdf",
            "attachment; filename=\"etcpasswd.pdf\"; filename*=UTF-8''etcpasswd.pdf",
        ),
        (
            "صرف.pdf",
            "attachment; filename=\"document.pdf\"; filename*=UTF-8''%D8%B5%D8%B1%D9%81.pdf",
        ),
    ],
)
def test_a_name_cannot_break_out_of_its_header(name: str, header: str) -> None:
    assert disposition_header("attachment", name) == header
