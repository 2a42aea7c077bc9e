"""Settings from the environment; half-set, the program refuses to start."""

from pathlib import Path

import pytest

from pharmacy.config import VARIABLES, Settings
from pharmacy.db import embedded_url
from pharmacy.errors import Misconfigured


def test_it_starts_from_nothing_and_keeps_its_keys(tmp_path: Path) -> None:
    environ = {"PHARMACY_INSTANCE": str(tmp_path / "new")}
    first, second = Settings.from_environment(environ), Settings.from_environment(environ)
    assert first == second
    assert first.database_url == embedded_url(tmp_path / "new" / "pharmacy.db")
    assert len(first.seal_key) == 64
    assert first.seal_key != first.secret_key
    assert [
        (tmp_path / "new" / f"{name}.key").stat().st_mode & 0o777 for name in ("seal", "secret")
    ] == [
        0o600,
        0o600,
    ]
    assert (first.idle_minutes, first.session_hours, first.https, first.demo) == (
        10,
        12,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PHARMACY_PORT", "0"),
        ("PHARMACY_PORT", "eight"),
        ("PHARMACY_HTTPS", "maybe"),
        ("PHARMACY_IDLE_MINUTES", "0"),
        ("PHARMACY_TRUSTED_HOSTS", "*"),
        ("PHARMACY_TRUSTED_HOSTS", "a,,b"),
        ("PHARMACY_SEAL_KEY", "short"),
        ("PHARMACY_SECRET_KEY", "short"),
        ("PHARMACY_HTTP", "yes"),
    ],
)
def test_it_refuses_what_makes_no_sense_and_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environment({"PHARMACY_INSTANCE": str(tmp_path), name: value})
    assert refused.value.variable == name


def test_it_refuses_a_key_that_others_can_read(tmp_path: Path) -> None:
    environ = {"PHARMACY_INSTANCE": str(tmp_path)}
    Settings.from_environment(environ)
    (tmp_path / "seal.key").chmod(0o644)
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environment(environ)
    assert (refused.value.variable, refused.value.reason) == (
        "PHARMACY_SEAL_KEY",
        "readable_by_others",
    )


def test_every_variable_says_what_it_does() -> None:
    assert all(variable.help.endswith(".") for variable in VARIABLES)
