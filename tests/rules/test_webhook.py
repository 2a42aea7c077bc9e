"""Where notices may go, and how they are signed."""

import base64

import pytest

from pharmacy.errors import WebhookAddressRefused
from pharmacy.rules.webhook import PREFIX, check_url, reachable, secret_of, signature


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example/notices?from=beheira",
        "https://portal.example:8443/",
        "http://127.0.0.1:9000/x",
        "http://localhost/x",
        "http://[::1]:9000/",
    ],
)
def test_https_and_this_machine_are_addresses(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://portal.example/", "not_https"),
        ("http://127.0.0.1.example/", "not_https"),
        ("ftp://portal.example/", "not_https"),
        ("file:///etc/passwd", "unreadable"),
        ("https://mona:secret@portal.example/", "unreadable"),
        ("https://portal.example/#part", "unreadable"),
        ("https://بوابة.example/", "unreadable"),
        ("https://portal.example:port/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://portal.example/a b", "unreadable"),
        ("https://portal.example/" + "a" * 500, "unreadable"),
        ("", "unreadable"),
    ],
)
def test_everything_else_is_refused(url: str, reason: str) -> None:
    with pytest.raises(WebhookAddressRefused) as refused:
        check_url(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("address", "this_machine", "private", "may"),
    [
        ("93.184.215.14", False, False, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", False, False, True),
        ("10.1.2.3", False, False, False),
        ("10.1.2.3", False, True, True),
        ("192.168.1.1", False, False, False),
        ("fd00::1", False, True, True),
        # The machine's own numbers answer to its own name only, whatever a name leads to.
        ("127.0.0.1", False, True, False),
        ("::ffff:127.0.0.1", False, True, False),
        ("127.0.0.1", True, False, True),
        ("93.184.215.14", True, True, False),
        # Where clouds keep their keys.
        ("169.254.169.254", False, True, False),
        ("fe80::1%eth0", False, True, False),
        ("0.0.0.0", False, True, False),  # noqa: S104 - refused
        ("224.0.0.1", False, True, False),
    ],
)
def test_a_number_is_looked_at_before_it_is_called(
    address: str, *, this_machine: bool, private: bool, may: bool
) -> None:
    assert reachable(address, this_machine=this_machine, private=private) is may


def test_a_signature_is_that_of_the_standard() -> None:
    # The example of standardwebhooks.com's own libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_made_of_key_and_salt_and_of_nothing_else() -> None:
    secret = secret_of(b"key", "salt")
    assert secret == secret_of(b"key", "salt")
    assert len({secret, secret_of(b"other", "salt"), secret_of(b"key", "other")}) == 3
    assert len(base64.b64decode(secret.removeprefix(PREFIX))) == 32
