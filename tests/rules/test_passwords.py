"""What a password must be."""

import pytest

from pharmacy.errors import WeakPassword
from pharmacy.rules.passwords import check_password


@pytest.mark.parametrize(
    "password",
    [
        "violet tractor umbrella",
        "ثلاث كلمات متباعدة",
        "k3#Vq9!mZ2xw",
        "x" * 30 + "abcdefqwe kjh",
        "my pharmacy has green doors",
    ],
)
def test_it_takes_long_passwords_of_any_script(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("elevenchars", "short"),
        ("x" * 65, "long"),
        ("aaaaaaaaaaaaaa", "known"),
        ("123456789012", "known"),
        ("qwertyuiop123", "known"),
        ("Password1234", "known"),
        ("Beheira2026!!", "known"),
        ("صيدلية البحيرة 2026", "known"),
        ("pharmacypharmacy", "known"),
        ("mona.salem 99887", "name"),
    ],
)
def test_it_refuses_what_is_guessed_first(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password, username="mona.salem")
    assert refused.value.reason == reason


def test_one_password_has_one_form() -> None:
    assert check_password("cafe\u0301 violet tractor") == "caf\u00e9 violet tractor"
