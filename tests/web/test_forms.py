"""The fields of our own, and refusals beside the field they belong to."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField

from pharmacy.errors import (
    Busy,
    IdentityTaken,
    InsufficientStock,
    InvalidApproval,
    MissingFact,
    NotFound,
    PharmacyError,
)
from pharmacy.web.forms.base import (
    CodeField,
    DayField,
    FactForm,
    LineForm,
    MoneyField,
    MonthField,
    Needed,
    WholeField,
)
from pharmacy.web.words import options


class Line(LineForm):
    quantity = WholeField("Line quantity", validators=[Needed()], minimum=1, maximum=100)


class Sample(FactForm):
    name = StringField("Name", validators=[Needed()])
    note = TextAreaField("Note")
    quantity = WholeField("Quantity", minimum=1, maximum=1000)
    cost = MoneyField("Cost")
    on = DayField("Date")
    expiry = MonthField("Expiry")
    lot = CodeField("Lot")
    state = SelectField("State", choices=options([("a", "A"), ("b", "B")]), default="a")
    lines = FieldList(FormField(Line))


@pytest.fixture
def _posting(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/anywhere"):
        yield


def posted(**typed: str) -> Sample:
    return Sample(formdata=MultiDict({"name": "x", **typed}))


pytestmark = pytest.mark.usefixtures("_posting")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("name", "  أحمد \u202e علي\u200f ", "أحمد علي"),
        ("note", " سطر  أول \r\n سطر ثانٍ ", "سطر أول\nسطر ثانٍ"),
        ("quantity", "٣٠", 30),
        ("quantity", "۳۰", 30),
        ("quantity", " 1000 ", 1000),
        ("cost", "١٬٢٣٤٫٥٠", 123450),
        ("cost", "1234.5", 123450),
        ("on", "07/03/2026", date(2026, 3, 7)),
        ("on", "٧/٣/٢٠٢٦", date(2026, 3, 7)),
        ("on", "2026-03-07", date(2026, 3, 7)),
        ("on", "7-3-2026", date(2026, 3, 7)),
        ("expiry", "03/2027", date(2027, 3, 1)),
        ("expiry", "2027-03", date(2027, 3, 1)),
        ("lot", "a٢٣١٧", "a2317"),
    ],
)
def test_it_reads_what_people_type(field: str, typed: str, value: object) -> None:
    form = posted(**{field: typed})
    assert form.validate(), form.errors
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("quantity", "0", "اكتب عددًا صحيحًا من 1 إلى 1,000."),
        ("quantity", "1001", "اكتب عددًا صحيحًا من 1 إلى 1,000."),
        ("quantity", "2.5", "اكتب عددًا صحيحًا من 1 إلى 1,000."),
        ("quantity", "9" * 4400, "اكتب عددًا صحيحًا من 1 إلى 1,000."),
        ("quantity", "²", "اكتب عددًا صحيحًا من 1 إلى 1,000."),
        ("cost", "1.005", "اكتب مبلغًا بالجنيه بحد أقصى رقمين عشريين، مثل 1234.50."),
        ("cost", "NaN", "اكتب مبلغًا بالجنيه بحد أقصى رقمين عشريين، مثل 1234.50."),
        ("on", "31/02/2026", "اكتب التاريخ يوم/شهر/سنة، مثل 07/03/2026."),
        ("on", "07/03/26", "اكتب التاريخ يوم/شهر/سنة، مثل 07/03/2026."),
        ("on", "0000-00-00", "اكتب التاريخ يوم/شهر/سنة، مثل 07/03/2026."),
        ("state", "c", "هذا الاختيار غير متاح. اختر من القائمة."),
        ("name", " \u200f ", "هذا البيان مطلوب."),
    ],
)
def test_it_says_what_it_cannot_read_once_and_shows_it_again(
    field: str, typed: str, said: str
) -> None:
    form = posted(**{field: typed})
    assert not form.validate()
    assert list(form[field].errors) == [said]
    assert form.status == 422
    if field not in {"name", "state"}:
        assert f'value="{typed}"' in str(form[field]())


def test_each_form_brings_an_id_of_its_own() -> None:
    first, second = Sample(formdata=None), Sample(formdata=None)
    assert len(first.submission_id.data) >= 22
    assert first.submission_id.data != second.submission_id.data


def test_mistakes_of_lines_stand_in_the_summary() -> None:
    form = posted(**{"name": "", "lines-0-quantity": "x", "lines-1-quantity": "5"})
    assert not form.validate()
    assert [(m.field_id, m.label) for m in form.mistakes()] == [
        ("name", "Name"),
        ("lines-0-quantity", "Line quantity"),
    ]


@pytest.mark.parametrize(
    ("refusal", "field", "status"),
    [
        (InsufficientStock(requested=3, available=1), "quantity", 409),
        (MissingFact(name="note"), "note", 422),
        (InvalidApproval(reason="on"), "on", 422),
        (IdentityTaken(beneficiary_id=4), "lot", 409),
        (Busy(), None, 503),
    ],
)
def test_a_refusal_stands_beside_its_field(
    refusal: PharmacyError, field: str | None, status: int
) -> None:
    form = posted()
    with form.explaining({"identity_number": "lot"}):
        raise refusal
    assert form.status == status
    assert [m.field_id for m in form.mistakes()] == [field or ""]


def test_what_is_no_matter_of_the_form_passes_through() -> None:
    with pytest.raises(NotFound), posted().explaining():
        raise NotFound(noun="request", key="1")
