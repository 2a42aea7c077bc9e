"""How figures, dates and codes look on a page: Western digits, isolated left to right."""

import re
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup, escape

from pharmacy.rules.calendar import CAIRO, cairo_day
from pharmacy.rules.identity import mask_identity
from pharmacy.rules.money import format_egp
from pharmacy.web.context import now
from pharmacy.web.language import language
from reports import figures

_ISOLATED = Markup('<bdi dir="ltr">%s</bdi>')
_CODE = Markup('<bdi dir="ltr" class="code">%s</bdi>')
# Behind an Arabic letter bidi turns what a hyphen or a star joins: `000417-2026` for `2026-000417`.
_TURNED = re.compile(r"((?:[A-Za-z][A-Za-z0-9]*-)*\d+(?:[*-]\d+)+)")
_NONE = Markup('<span class="none">—</span>')


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        money=money,
        amount=amount,
        number=number,
        day=day,
        moment=moment,
        month=month,
        code=code,
        person=person,
        masked=mask_identity,
        age=age,
        isolated=isolated,
    )


def money(piastres: int | None) -> Markup:
    """Show piastres as pounds: `1,234.50`; the unit stands in the head of the column."""
    return _NONE if piastres is None else _ISOLATED % format_egp(piastres)


def amount(piastres: int) -> Markup:
    """Show piastres as reports and papers do: `1,234.50`, or `(1,234.50)` below nothing."""
    return _ISOLATED % figures.amount(piastres)


def number(value: int | None) -> Markup:
    """Show a whole number in groups of three."""
    return _NONE if value is None else _ISOLATED % f"{value:,}"


def day(value: date | None) -> Markup:
    """Show a date as `07/03/2026`."""
    return _NONE if value is None else _ISOLATED % value.strftime("%d/%m/%Y")


def age(born: date, on: date | None = None) -> int:
    """Return whole years of age on a day, today when none is given."""
    day_ = on or cairo_day(now())
    return day_.year - born.year - ((day_.month, day_.day) < (born.month, born.day))


def month(value: date | None) -> Markup:
    """Show a month, or the month of an expiry, as `03/2026`."""
    return _NONE if value is None else _ISOLATED % value.strftime("%m/%Y")


def moment(value: datetime | None) -> Markup:
    """Show a moment as Cairo's date and time: `07/03/2026 10:42`."""
    if value is None:
        return _NONE
    return _ISOLATED % value.astimezone(CAIRO).strftime("%d/%m/%Y %H:%M")


def code(value: object) -> Markup:
    """Show a number, code or phone that is read as one piece and never broken."""
    return _NONE if value is None or value == "" else _CODE % value


def person(row: object) -> Markup:
    """Show the name of whatever has `name_ar` and `name_en` in the reader's language, isolated."""
    name_ar = getattr(row, "name_ar", "")
    name_en = getattr(row, "name_en", "")
    first, second = (name_en, name_ar) if language() == "en" else (name_ar, name_en)
    return Markup("<bdi>%s</bdi>") % (first or second)


def isolated(sentence: str) -> Markup:
    """Show a sentence whose doses and numbers read from left to right.

    One that has marks of its own stays as it is: who put them in isolated the facts.
    """
    if isinstance(sentence, Markup) and "<" in sentence:
        return sentence
    return Markup(_TURNED.sub(r'<bdi dir="ltr">\1</bdi>', str(escape(sentence))))  # noqa: S704 - escaped
