"""An operation of the API: declared once, beside its view, and the same for document and check.

    @blueprint.post("/requests")
    @operation(Operation(name="recordRequest", scope=Scope.REQUESTS_WRITE, …))
    def record(call: Write) -> Made: ...

The frame reads and checks what is sent, asks for the permission and the scope, and lets each write
happen once for each `Idempotency-Key`; views only call services.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from pharmacy.errors import InvalidField
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.services.idempotency import Answer, Claim, claim, keep
from pharmacy.services.submission import digest
from pharmacy.web.access import PUBLIC, Rule, declare
from pharmacy.web.api.body import Body
from pharmacy.web.api.schema import Shape, check
from pharmacy.web.context import actor, close_reading, database, now

KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
JSON = "application/json"
_WHOLE = re.compile(r"[0-9]{1,16}")
CREATED = 201

Plain = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an operation asks for and answers.

    Attributes:
        name: Its id in the document.
        summary: What it does, a message of the catalogue.
        scope: What the token must carry; None for what is open to all.
        permissions: The account's role needs one of them.
        answer: The shape of a good answer.
        body: The shape of what is sent; None when nothing is sent.
        query: Shapes of the parameters in the address, all of which may be left out.
        needed: The names of parameters that may not.
        medium: The kind of content of a good answer.
        names_others: Whether what it asks in the address may name what is not there.
        signed: Says who signs beside the account, if anybody does, before the write begins.
    """

    name: str
    summary: str
    answer: Shape
    scope: Scope | None = None
    permissions: frozenset[Permission] = frozenset()
    body: Shape | None = None
    query: Mapping[str, Shape] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    medium: str = JSON
    names_others: bool = False
    signed: Callable[[Body], Actor | None] | None = None

    @property
    def status(self) -> int:
        """The status of a good answer."""
        return 200 if self.body is None else CREATED

    @property
    def rule(self) -> Rule:
        """Who may enter."""
        if self.scope is None:
            return PUBLIC
        return Rule(any_of=self.permissions, scope=self.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What a writing view gets: its session, what was sent, and the id of this submission."""

    session: Session
    body: Body
    submission_id: str
    second: Actor | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a writing view returns: the answer, and where the thing it made stands."""

    answer: Plain
    location: str


ReadView = Callable[..., Plain]
WriteView = Callable[..., Made]
View = Callable[..., ResponseReturnValue]


def reads(declared: Operation) -> Callable[[ReadView], View]:
    """Make a view of a function of the parameters in the address that returns the answer."""

    def make(view: ReadView) -> View:
        @functools.wraps(view)
        def answered(**place: object) -> ResponseReturnValue:
            asked = asked_in_address(declared)
            answer = view(**place, **asked)
            response = jsonify(answer)
            following = answer.get("next")
            if isinstance(following, str):
                response.headers["Link"] = f'<{following}>; rel="next"'
            return response

        return _declared(answered, declared)

    return make


def writes(declared: Operation) -> Callable[[WriteView], View]:
    """Make a view of a function that does a change once for each key."""
    shape = declared.body
    assert shape is not None, "a write is sent something"

    def make(view: WriteView) -> View:
        @functools.wraps(view)
        def answered(**place: object) -> ResponseReturnValue:
            asked_in_address(declared)
            sent = json_sent()
            check(shape, sent)
            key = key_sent()
            second = declared.signed(Body(sent)) if declared.signed else None

            def change(session: Session, submission_id: str) -> Made:
                call = Write(
                    session=session, body=Body(sent), submission_id=submission_id, second=second
                )
                return view(call, **place)

            answer = once(key, sent, change)
            return _response(answer)

        return _declared(answered, declared)

    return make


def open_to_all(declared: Operation) -> Callable[[View], View]:
    """Declare a view that answers by itself; the address is looked at as that of any other."""

    def make(view: View) -> View:
        @functools.wraps(view)
        def answered() -> ResponseReturnValue:
            asked_in_address(declared)
            return view()

        return _declared(answered, declared)

    return make


def operation_of(view: Callable[..., object]) -> Operation | None:
    """Return what a view declared, or None for one that is no operation."""
    return getattr(view, "api_operation", None)


def _declared(view: View, declared: Operation) -> View:
    declare(view, declared.rule)
    view.api_operation = declared  # type: ignore[attr-defined]  # functions carry attributes
    return view


def once(key: str, sent: object, change: Callable[[Session, str], Made]) -> Answer:
    """Do a change in a transaction, once for each key, or return the answer it got before.

    Args:
        key: The program's own, from `key_sent`.
        sent: What was sent; the same words at another address are another call.
        change: Gets the session and the id of this submission.

    Raises:
        SubmissionConflict: The key came before with other content.
    """
    content = digest([request.method, request.path, sent])
    asked = Claim(actor().staff_id, key, content)
    close_reading()
    with database().transaction() as session:
        answer = claim(session, asked, now=now())
        if answer is None:
            answer = _answer(change(session, f"api-{asked.staff_id}-{asked.key}"))
            keep(session, asked, answer)
    return answer


def _answer(made: Made) -> Answer:
    text = json.dumps(made.answer, ensure_ascii=False, sort_keys=True)
    return Answer(CREATED, made.location, text)


def _response(answer: Answer) -> Response:
    response = Response(answer.text, answer.status, content_type=JSON)
    response.headers["Location"] = answer.location
    return response


def key_sent() -> str:
    """Return the key that a program gave to this call.

    Raises:
        InvalidField: It gave none, or not one of one line.
    """
    key = request.headers.get(KEY_HEADER, "").strip()
    if not KEY.fullmatch(key):
        raise InvalidField(name=KEY_HEADER)
    return key


def json_sent() -> object:
    """Return the JSON that was sent.

    Raises:
        UnsupportedMediaType: It says to be something else.
        BadRequest: It is no JSON, or says a field twice.
    """
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        return json.loads(
            request.get_data(), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is said twice")
    return found


def _no_number(word: str) -> object:
    raise ValueError(word)


def asked_in_address(declared: Operation) -> dict[str, object]:
    """Return the parameters in the address, each of its own kind.

    Raises:
        InvalidField: One is unknown, said twice, missing, or not of its kind.
    """
    for name in request.args:
        if name not in declared.query:
            raise InvalidField(name="".join(c if c.isprintable() else "?" for c in name[:80]))
    found: dict[str, object] = {}
    for name, shape in declared.query.items():
        texts = request.args.getlist(name)
        if not texts:
            if name in declared.needed:
                raise InvalidField(name=name)
            continue
        if len(texts) > 1:
            raise InvalidField(name=name)
        found[name] = _of_kind(name, shape, texts[0])
    return found


def _of_kind(name: str, shape: Shape, text: str) -> object:
    value: object = text
    if shape["type"] == "integer" and _WHOLE.fullmatch(text):
        value = int(text)
    elif shape["type"] == "boolean":
        value = {"true": True, "false": False}.get(text, text)
    check(shape, value, name)
    return value
