"""Every refusal and every notice is reached by a test that names it."""

import re

import pytest

from pharmacy.errors import PharmacyError
from pharmacy.rules.vocabulary import NoticeCode
from tests.house.sources import texts
from tests.house.test_refusals import REFUSALS, code_of

# Tests that go over whole tables name a refusal without reaching it.
_NOT_A_TEST = ("tests/house/", "tests/bench/", "tests/web/test_words.py")
TESTS = "\n".join(
    text for path, text in texts(".py", under="tests/").items() if not path.startswith(_NOT_A_TEST)
)


def named(pattern: str) -> bool:
    return re.search(pattern, TESTS, re.MULTILINE) is not None


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: str(kind.__name__))
def test_a_refusal_is_reached(kind: type[PharmacyError]) -> None:
    # An import alone reaches nothing; a page or an API answers with the code.
    name, code = kind.__name__, code_of(kind)
    assert named(rf"^(?!from |import | +{name},$).*\b{name}\b|[\"']{code}[\"']")


@pytest.mark.parametrize("code", NoticeCode)
def test_a_notice_is_reached(code: NoticeCode) -> None:
    assert named(rf"\bC(ode)?\.{code.name}\b|\w(Code|_C)\.{code.name}\b|[\"']{code.value}[\"']")
