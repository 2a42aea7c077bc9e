"""What a visitor reads when something is refused or goes wrong."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from pharmacy.db import Database
from pharmacy.errors import (
    Busy,
    InsufficientStock,
    NotFound,
    NoticesStand,
    NotPermitted,
    PharmacyError,
    TransitionRefused,
)
from pharmacy.models.staff import ApiToken
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import NoticeCode, Role, Severity
from pharmacy.services.sign_in import token_hash
from pharmacy.web.access import public, signed_in
from pharmacy.web.context import actor
from pharmacy.web.refusals import sentence
from tests.web.inspecting import InspectingClient
from tests.web.people import HIRED, PASSWORD, staff_member


def raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return public(view)


@pytest.fixture
def answer_to(app: Flask) -> Callable[[Exception, str], "Answer"]:
    return lambda error, path: Answer(app, error, path)


class Answer:
    """The answer of a view that raises."""

    def __init__(self, app: Flask, error: Exception, path: str) -> None:
        app.add_url_rule(path, "raising", raising(error))
        response = app.test_client().get(path)
        self.status = response.status_code
        self.text = response.text
        self.headers = response.headers
        self.json = response.get_json(silent=True)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound(noun="request", key="7"), 404, "لا يوجد سجل بهذا الرقم"),
        (
            NotPermitted(permission=Permission.DISPENSE.value, role="clerk"),
            403,
            "دورك لا يسمح بهذا. الأدوار المسموح لها: صيدلي.",
        ),
        (
            InsufficientStock(requested=60, available=34),
            409,
            "المتاح للصرف 34 فقط من 60 مطلوبة.",
        ),
        (Busy(), 503, "النظام مشغول. لم يُسجَّل شيء: اضغط الزر مرة أخرى."),
        (ZeroDivisionError("a secret"), 500, "لم يُسجَّل شيء."),
        (OperationalError("SELECT a secret", {}, Exception("database is locked")), 503, "مشغول"),
    ],
)
def test_a_refusal_is_a_page_with_words_and_a_reference(
    answer_to: Callable[[Exception, str], Answer], error: Exception, status: int, said: str
) -> None:
    answer = answer_to(error, "/raising")
    assert answer.status == status
    assert said in answer.text
    assert "الرقم المرجعي" in answer.text
    assert "secret" not in answer.text


def test_a_busy_database_says_when_to_come_again(
    answer_to: Callable[[Exception, str], Answer],
) -> None:
    assert answer_to(Busy(), "/raising").headers["Retry-After"] == "2"


def test_programs_are_answered_with_problem_details(
    answer_to: Callable[[Exception, str], Answer],
) -> None:
    answer = answer_to(InsufficientStock(requested=60, available=34, drug_id=3), "/api/raising")
    assert answer.headers["Content-Type"] == "application/problem+json"
    reference = answer.json.pop("reference")
    assert len(reference) == 8
    assert answer.json == {
        "type": "about:blank",
        "title": "غيّر شخص آخر هذا السجل قبلك",
        "status": 409,
        "detail": "المتاح للصرف 34 فقط من 60 مطلوبة. اصرف المتاح وأصدر إيصال رصيد مستحق بالباقي.",
        "code": "insufficient_stock",
        "field": "quantity",
        "facts": {"requested": 60, "available": 34, "drug_id": 3, "line": None},
    }


def test_a_program_comes_with_its_token_and_a_cookie_opens_nothing_to_it(
    app: Flask, database: Database
) -> None:
    staff_id = staff_member(database, Role.ADMINISTRATOR)
    app.add_url_rule("/api/who", "who", signed_in(lambda: {"role": actor().role.value}))
    read = "/api/v1/formulary"
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.sign_in("administrator", PASSWORD)
    answer = client.get(read)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.get_json()["status"] == 401
    with database.transaction() as session:
        session.add(
            ApiToken(
                name="portal",
                token_hash=token_hash("t"),
                staff_id=staff_id,
                created_at=HIRED,
                scopes="formulary:read",
            )
        )
    bearer = {"Authorization": "Bearer t"}
    assert client.get(read, headers=bearer).status_code == 200
    # What declares no scope is for people: a program is turned away, whatever its token may do.
    assert client.get("/api/who", headers=bearer).status_code == 403
    stranger = app.test_client()
    assert stranger.get(read, headers={"Authorization": "Bearer u"}).status_code == 401
    assert stranger.get("/help", headers=bearer).status_code == 303


def test_an_unknown_page_and_a_wrong_method_have_pages(client: InspectingClient) -> None:
    assert "الصفحة غير موجودة" in client.get("/nothing-here").text
    answer = client.post("/health")
    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


def test_a_role_that_may_not_is_told_who_may(client: InspectingClient, database: Database) -> None:
    staff_member(database, Role.CLERK)
    client.sign_in("clerk", PASSWORD)
    answer = client.get("/dev/components")
    assert answer.status_code == 403
    assert "مسؤول النظام" in answer.text


def test_a_line_is_named_where_the_refusal_has_one() -> None:
    refusal = InsufficientStock(requested=5, available=0, line=2)
    assert sentence(refusal) == ("السطر 2: لا يوجد رصيد صالح للصرف. سجّل السطر كله رصيدًا مستحقًّا.")


def test_states_are_named_in_words() -> None:
    refusal = TransitionRefused(
        from_state=RequestState.CLOSED.value, to_state=RequestState.APPROVED.value
    )
    assert sentence(refusal) == (
        "حالة الطلب الآن «مغلق» ولا يمكن أن تصبح «تمت الموافقة». راجع الطلب مرة أخرى."
    )


def test_notices_are_sentences_with_their_facts() -> None:
    notice = Notice(
        code=NoticeCode.CASE_CEILING,
        severity=Severity.STOP,
        facts={"ceiling": 360_000, "left": 100_050, "needed": 223_200},
    )
    assert sentence(NoticesStand(notices=(notice,))) == (
        "يتجاوز الحد الأقصى للحالة: المطلوب 2,232.00 جنيه، والمتبقي 1,000.50 جنيه من 3,600.00"
        " جنيه. اصرف كمية أقل، أو اطلب من اللجنة رفع الحد الأقصى."
    )


@pytest.mark.parametrize("kind", PharmacyError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_refusal_can_be_said(kind: type[PharmacyError]) -> None:
    facts = {
        "permission": "request.view",
        "from_state": "closed",
        "to_state": "approved",
        "state": "closed",
        "notices": (),
        "retry_after_seconds": 61,
        "available": 3,
        "scopes": ("requests:read",),
        "short_on": date(2026, 3, 7),
        "holds": (("cash", 1), ("owed", 2)),
    }
    names = [fact.name for fact in fields(kind)] if is_dataclass(kind) else []
    refusal = kind(**{name: facts.get(name, 1) for name in names})
    if kind is NoticesStand:
        assert sentence(refusal) == ""
    else:
        assert sentence(refusal).rstrip(".)")
