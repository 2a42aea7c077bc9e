"""The base of all forms and the fields of our own.

Every text is cleaned in one place (`bind_field`): normal form, no control or direction marks, no
blanks around. Numbers, amounts and dates are typed as people here write them, in Western or Arabic
digits, and shown again exactly as typed when something is wrong.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from pharmacy.errors import InvalidDate, PharmacyError
from pharmacy.rules.arabic import clean, parse_integer, to_western
from pharmacy.rules.money import parse_egp
from pharmacy.web.language import catalogue, language
from pharmacy.web.refusals import sentence

TEXT_MAX = 4000
QUANTITY_MAX = 10_000_000
_SUBMISSION_BYTES = 16
_AT_THE_FORM = frozenset({401, 409, 422, 429, 503})
"""Refusals with these statuses are answered on the form; others are pages of their own."""


def clean_text(value: object) -> object:
    """Clean a text line by line, so that a note keeps its lines."""
    if not isinstance(value, str):
        return value
    return "\n".join(clean(line) for line in value.splitlines()).strip()


class _Translations:
    """WTForms' own messages, out of our catalogue."""

    def gettext(self, message: str) -> str:
        return catalogue(language()).gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return catalogue(language()).ngettext(one, many, number)


_TRANSLATIONS = _Translations()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake for the summary above a form: the field's id and name, and what is wrong."""

    field_id: str
    label: str
    text: str


class BaseForm(FlaskForm):
    """A form that changes something: CSRF, cleaned text, refusals beside the field they belong to.

    Attributes:
        refusal: The refusal of the service, when there was one.
    """

    refusal: PharmacyError | None = None
    form_errors: list[str]

    class Meta(FlaskForm.Meta):
        """How every field is bound and in which words WTForms speaks."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:  # noqa: ANN401 - WTForms has no types
            """Add the cleaning filter to every field of text but passwords."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                given = unbound_field.kwargs.get("filters", ())
                options["filters"] = [clean_text, *given]
            return unbound_field.bind(form=form, **options)

        def get_translations(self, form: object) -> _Translations:  # noqa: ARG002 - WTForms' signature
            """Speak the reader's language."""
            return _TRANSLATIONS

    @property
    def status(self) -> int:
        """The HTTP status with which the page of this form is answered."""
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.errors else 200

    def mistakes(self) -> list[Mistake]:
        """Return every mistake in reading order, those of lines within lines too."""
        own = [Mistake("", "", str(text)) for text in self.form_errors]
        return own + [mistake for field in self for mistake in _mistakes_of(field)]

    def explaining(self, fields: Mapping[str, str] | None = None) -> "Explaining":
        """Return a block that puts a service's refusal beside the field it belongs to.

        Args:
            fields: Names of refusals' fields that have another name in this form.
        """
        return Explaining(self, fields or {})

    def explain(self, refusal: PharmacyError, fields: Mapping[str, str] | None = None) -> None:
        """Put a refusal in words beside its field, or above the form when it has none here."""
        self.refusal = refusal
        name = self._field_of(refusal, fields or {})
        if name is not None:
            field = self._fields[name]
            field.errors = [*field.errors, sentence(refusal)]
        else:
            self.form_errors = [*self.form_errors, sentence(refusal)]

    def _field_of(self, refusal: PharmacyError, renamed: Mapping[str, str]) -> str | None:
        """Return the field named by the refusal, by its missing fact or by its reason."""
        told = (getattr(refusal, "field_name", None), refusal.field, refusal.facts().get("reason"))
        names = [renamed.get(name, name) for name in told if isinstance(name, str)]
        return next((name for name in names if name in self._fields), None)


def _mistakes_of(field: Any) -> Iterator[Mistake]:  # noqa: ANN401 - WTForms has no types
    inner = getattr(field, "entries", None) or getattr(
        getattr(field, "form", None), "_fields", None
    )
    if inner is None:
        for text in field.errors:
            yield Mistake(field.id, field.label.text, str(text))
        return
    for child in inner.values() if isinstance(inner, Mapping) else inner:
        yield from _mistakes_of(child)


class Explaining:
    """The block of `BaseForm.explaining`; refusals that are no matter of the form pass through."""

    def __init__(self, form: BaseForm, fields: Mapping[str, str]) -> None:
        self._form = form
        self._fields = fields

    def __enter__(self) -> BaseForm:
        return self._form

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, PharmacyError) and error.status in _AT_THE_FORM:
            self._form.explain(error, self._fields)
            return True
        return False


class FactForm(BaseForm):
    """A form that posts a fact: it brings its own id, so that sending it twice records it once."""

    submission_id = HiddenField(default=lambda: secrets.token_urlsafe(_SUBMISSION_BYTES))


class LineForm(BaseForm):
    """One line of a form, for `FieldList(FormField(...))`; the form around it is signed."""

    class Meta(BaseForm.Meta):
        """The form around it is signed."""

        csrf = False


class FilterForm(BaseForm):
    """A form of a list or report: sent by GET, so that its state is an address to keep."""

    class Meta(BaseForm.Meta):
        """Nothing is changed, so nothing is signed."""

        csrf = False

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(formdata=request.args, **given)


class Needed:
    """The field must be filled in; 0 is a value, blanks are none.

    Unlike WTForms' own, it says nothing beside a text that could not be read.
    """

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse an empty field.

        Raises:
            StopValidation: It is empty.
        """
        if field.errors:
            raise StopValidation
        if field.data is None or field.data in ("", [], ()):
            raise StopValidation(field.gettext("This field is required."))


class TypedField(Field):  # the base of fields that read a text in their own way
    """A field that keeps what was typed, and the value it stands for.

    Attributes:
        kind: What the template draws: `number`, `money`, `date` …
    """

    widget = TextInput()
    kind = "text"
    data: Any

    def __init__(self, label: str = "", validators: Iterable[Any] = (), **options: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(label, list(validators), **options)
        self.typed: str | None = None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the text.

        Raises:
            ValueError: In words, when the text cannot be read.
        """
        if not valuelist:
            return
        self.typed = valuelist[0]
        text = clean(self.typed)
        self.data = None
        if text:
            try:
                self.data = self.read(text)
            except PharmacyError as refusal:
                raise ValueError(sentence(refusal)) from refusal

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.show(self.data)

    def read(self, text: str) -> Any:  # noqa: ANN401 - each field its own
        """Return the value of a text, or refuse it."""
        raise NotImplementedError

    def show(self, value: Any) -> str:  # noqa: ANN401 - each field its own
        """Return a value as it would be typed."""
        return str(value)


class WholeField(TypedField):
    """A whole number between bounds, both included."""

    kind = "number"

    def __init__(
        self,
        label: str = "",
        validators: Iterable[Any] = (),
        *,
        minimum: int = 0,
        maximum: int = QUANTITY_MAX,
        **options: Any,  # noqa: ANN401 - handed on to WTForms
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum = minimum
        self.maximum = maximum

    def read(self, text: str) -> int:
        """Return the number.

        Raises:
            InvalidNumber: It is none, or out of bounds.
        """
        return parse_integer(text, minimum=self.minimum, maximum=self.maximum)


class MoneyField(TypedField):
    """An amount typed in pounds and kept in piastres."""

    kind = "money"

    def read(self, text: str) -> int:
        """Return piastres.

        Raises:
            InvalidAmount: It is no amount with at most two decimals.
        """
        return parse_egp(text)

    def show(self, value: int) -> str:
        """Return pounds without grouping, as they would be typed."""
        return f"{value // 100}.{value % 100:02}"


class DayField(TypedField):
    """A date typed as day/month/year; the ISO form is read too."""

    kind = "date"

    def read(self, text: str) -> date:
        """Return the date.

        Raises:
            InvalidDate: There is no such date.
        """
        return parse_day(text)

    def show(self, value: date) -> str:
        """Return the date as it would be typed."""
        return value.strftime("%d/%m/%Y")


class MonthField(DayField):
    """A month typed as month/year; kept as its first day."""

    kind = "month"

    def read(self, text: str) -> date:
        """Return the month's first day.

        Raises:
            InvalidDate: There is no such month.
        """
        parts = _date_parts(text)
        iso = len(parts) > 0 and len(parts[0]) == _YEAR_DIGITS
        return parse_day(f"{text}-01" if iso else f"01/{text}")

    def show(self, value: date) -> str:
        """Return the month as it would be typed."""
        return value.strftime("%m/%Y")


class PhoneField(StringField):
    """A phone number as typed; the rule `parse_phone` reads it."""

    kind = "phone"


class CodeField(StringField):
    """A code, lot or identity number: typed left to right, digits in one form."""

    kind = "code"
    data: str | None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the text with its digits made Western."""
        super().process_formdata(valuelist)
        if self.data:
            self.data = to_western(self.data)


class ScanField(CodeField):
    """A box that takes a scan or typed text."""

    kind = "scan"


_YEAR_DIGITS = 4
_YEAR_MIN, _YEAR_MAX = 1900, 2200


def _date_parts(text: str) -> list[str]:
    western = to_western(text)
    for separator in "-.\\ ":
        western = western.replace(separator, "/")
    return [part for part in western.split("/") if part]


def parse_day(text: str) -> date:
    """Read `07/03/2026`, `7-3-2026` or `2026-03-07`, in either kind of digits.

    Raises:
        InvalidDate: There is no such date between 1900 and 2200.
    """
    parts = _date_parts(text)
    if len(parts) != len("dmy") or not all(p.isascii() and p.isdecimal() for p in parts):
        raise InvalidDate(text=text)
    year, month, day = parts if len(parts[0]) == _YEAR_DIGITS else reversed(parts)
    if len(year) != _YEAR_DIGITS or not _YEAR_MIN <= int(year) <= _YEAR_MAX:
        raise InvalidDate(text=text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise InvalidDate(text=text) from error
