"""What free text is looked for in: one folded text for each citizen request, and its one writer.

The text is words of letters and digits with one space between, which both engines index as they
stand (`pharmacy.db_words`). What people type is read the same way.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from pharmacy.db_words import has_words
from pharmacy.errors import InvalidNationalId, InvalidPhone
from pharmacy.models import Beneficiary, BeneficiaryStatus, CitizenRequest
from pharmacy.rules.arabic import clean, fold, to_western
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.vocabulary import Channel, IdentityKind

WORD_MAX = 40
"""Letters of a word that count; the server refuses to index words of thousands."""
WORDS_MAX = 8
SERIAL_DIGITS = 6
EXACT_MAX = 500
"""Requests that one number, reference, identity or phone is expected to bring at most."""


def searchable(name: str, asked_for: str, on_behalf_of: str = "") -> str:
    """Return the folded words of a request: whose it is, who asked for them, what for."""
    return " ".join(chain.from_iterable(map(words_of, (name, on_behalf_of, asked_for))))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, of letters and digits that both engines know as such."""
    known = "".join(letter if _counts(letter) else " " for letter in fold(text))
    return [word[:WORD_MAX] for word in known.split()]


def _counts(letter: str) -> bool:
    # An old table of characters: newer letters are marks to the embedded engine's tokenizer.
    return unicodedata.ucd_3_2_0.category(letter)[0] in "LN"


def index_request(session: Session, request: CitizenRequest) -> None:
    """Write the search text of a request anew, from what it says and whom it names."""
    name = request.citizen_name
    if request.beneficiary_id is not None:
        person = session.get_one(Beneficiary, request.beneficiary_id)
        name = f"{person.full_name} {name}"
    request.search_text = searchable(name, request.asked_for, request.on_behalf_of)


def index_person(session: Session, beneficiary_ids: Iterable[int]) -> None:
    """Write the search text of every request of some persons anew, after a change of name."""
    named = CitizenRequest.beneficiary_id.in_(list(beneficiary_ids))
    for request in session.scalars(select(CitizenRequest).where(named)):
        index_request(session, request)
    session.flush()


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that somebody looks for, read.

    Attributes:
        plain: As typed, cleaned, digits Western.
        numbers: What may be a request's number or another system's reference; may be empty.
        identity: The fourteen digits of a national ID, if that is what it is.
        phone: In E.164, if that is what it is.
        words: Beginnings of words that must all be there; may be empty.
    """

    plain: str
    numbers: frozenset[str] = frozenset()
    identity: str | None = None
    phone: str | None = None
    words: tuple[str, ...] = ()


def read(text: str, *, today: date) -> Asked:
    """Read a text: figures mean a number, reference, identity or phone; all else means words."""
    plain = to_western(clean(text))
    figures = any(letter.isdecimal() for letter in plain)
    phone = _phone(plain) if figures else None
    single = " " not in plain
    numbers = set()
    if figures and single:
        numbers = {plain}
        if plain.isdecimal() and len(plain) <= SERIAL_DIGITS:
            # People call a request by its serial; this year's and last year's are meant.
            numbers |= {f"{year}-{int(plain):06d}" for year in (today.year, today.year - 1)}
    only_figures = phone is not None or (single and not any(map(str.isalpha, plain)))
    words = () if only_figures and figures else tuple(dict.fromkeys(words_of(plain)))[:WORDS_MAX]
    identity = _identity(plain, today) if figures else None
    return Asked(plain, frozenset(numbers), identity, phone, () if identity else words)


def _phone(text: str) -> str | None:
    try:
        return parse_phone(text)
    except InvalidPhone:
        return None


def _identity(text: str, today: date) -> str | None:
    try:
        return parse_national_id(text, today=today).number
    except InvalidNationalId:
        return None


def exactly(asked: Asked) -> Select[int] | None:
    """Return the ids of requests that a text names by a number of any kind; None if it has none.

    A person's requests are found by that person's identity and phone too, and so are those of
    records that were merged into the person's.
    """
    request = CitizenRequest
    found: list[Select[int]] = []
    if asked.numbers:
        numbers = sorted(asked.numbers)
        # All channels are named so that the index of outside references serves.
        reference = request.channel.in_(list(Channel)) & (request.outside_reference == asked.plain)
        found += [_ids(request.number.in_(numbers)), _ids(reference)]
    if asked.identity:
        person = select(Beneficiary.id).where(
            Beneficiary.identity_kind == IdentityKind.NATIONAL_ID,
            Beneficiary.identity_number == asked.identity,
            Beneficiary.status == BeneficiaryStatus.ACTIVE,
        )
        merged = select(Beneficiary.id).where(Beneficiary.merged_into_id.in_(person))
        found += [
            _ids(request.citizen_identity == asked.identity),
            _ids(request.beneficiary_id.in_(person)),
            _ids(request.beneficiary_id.in_(merged)),
        ]
    if asked.phone:
        owners = select(Beneficiary.id).where(Beneficiary.phone == asked.phone)
        found += [
            _ids(request.citizen_phone == asked.phone),
            _ids(request.beneficiary_id.in_(owners)),
        ]
    if not found:
        return None
    named = found[0].union(*found[1:]).subquery()
    return select(named.c.id)


def _ids(clause: ColumnElement[bool]) -> Select[int]:
    return select(CitizenRequest.id).where(clause).correlate(None)


def naming(asked: Asked, centre_id: int | None = None) -> ColumnElement[bool]:
    """Return the clause for everything that a text may mean, through the indexes alone."""
    clauses: list[ColumnElement[bool]] = []
    numbered = exactly(asked)
    if numbered is not None:
        clauses.append(CitizenRequest.id.in_(numbered))
    if asked.words:
        clauses.append(has_words(asked.words, centre_id))
    return or_(*clauses) if clauses else CitizenRequest.id.is_(None) if asked.plain else true()


def spelled(asked: Asked) -> list[ColumnElement[bool]]:
    """Return the clauses for the words of a text, looked for in the row itself."""
    spaced = " " + CitizenRequest.search_text
    return [spaced.contains(f" {word}") for word in asked.words]
