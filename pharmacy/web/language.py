"""The reader's language: message ids are English, the Arabic catalogue is read at start.

Every `translations/ar/*.po` is merged into one catalogue, so that each area keeps a file of its
own and nothing compiled is committed. The language is taken from `?lang=`, then from the cookie
that `?lang=` leaves, then from the member of staff, then it is Arabic. Other programs say it as
programs do, by `Accept-Language`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

from pharmacy.web.context import identity, locked, settings
from pharmacy.web.programs import for_programs

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = ("ar", "en")
COOKIE = "language"
FOLDER = Path(__file__).parents[1] / "translations"
PLURALS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 && n%100<=99 ? 4 : 5);"
)


_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as a page needs it: its code, direction, own name and its counterpart's."""

    code: str
    direction: str
    other_code: str
    other_name: str


TONGUES: Mapping[str, Tongue] = {
    "ar": Tongue("ar", "rtl", "en", "English"),
    "en": Tongue("en", "ltr", "ar", "العربية"),
}


def init_app(app: Flask) -> None:
    """Read the catalogue, and give templates `_`, `ngettext` and `tongue()`."""
    catalogue("ar")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        _raw_gettext, _raw_ngettext, newstyle=True
    )
    app.jinja_env.globals["tongue"] = tongue
    app.after_request(remember)


@cache
def catalogue(code: str) -> NullTranslations:
    """Return the merged catalogue of a language; English ids need none."""
    merged = NullTranslations()
    if code == "en":
        return merged
    for path in sorted((FOLDER / code).glob("*.po")):
        part = _read(path)
        merged = part if not isinstance(merged, Translations) else merged.merge(part)
    return merged


def _read(path: Path) -> Translations:
    with path.open("rb") as file:
        catalog: Catalog = read_po(file, locale=path.parent.name)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use one language in the block, whoever reads: a paper has the language it is asked for in."""
    token = _SPOKEN.set(code)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def language() -> str:
    """Return the code of the reader's language; Arabic outside of a request."""
    spoken = _SPOKEN.get()
    if spoken is not None:
        return spoken
    if not has_request_context():
        return "ar"
    if "language" not in g:
        g.language = _choose()
    chosen: str = g.language
    return chosen


def _choose() -> str:
    who = identity() or locked()
    accepted = _accepted() if for_programs() else None
    wishes = (
        request.args.get("lang"),
        request.cookies.get(COOKIE),
        accepted,
        who and who.language,
        "ar",
    )
    return next(wish for wish in wishes if wish in LANGUAGES)


def _accepted() -> str | None:
    """Return the language that a program likes best of those we have, of whatever country."""
    wishes = (wish.partition("-")[0].lower() for wish in request.accept_languages.values())
    return next((wish for wish in wishes if wish in LANGUAGES), None)


def tongue() -> Tongue:
    """Return the reader's language with its direction and its counterpart."""
    return TONGUES[language()]


def remember(response: Response) -> Response:
    """Keep a language chosen by `?lang=` until the browser closes or somebody signs out."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and request.cookies.get(COOKIE) != chosen:
        response.set_cookie(COOKIE, chosen, httponly=True, samesite="Lax", secure=settings().https)
    return response


def _raw_gettext(message: str) -> str:
    return catalogue(language()).gettext(message)


def _raw_ngettext(one: str, many: str, number: int) -> str:
    return catalogue(language()).ngettext(one, many, number)


def gettext(message: str, /, **facts: object) -> str:
    """Translate a whole sentence, then put its named facts in; a bare per cent is `%%`."""
    return _raw_gettext(message) % facts


def ngettext(one: str, many: str, number: int, /, **facts: object) -> str:
    """Translate a sentence that counts; the fact `num` is the number."""
    return _raw_ngettext(one, many, number) % {"num": number, **facts}


def pgettext(context: str, message: str, /, **facts: object) -> str:
    """Translate a word that reads differently in different places."""
    return str(catalogue(language()).pgettext(context, message)) % facts


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message
