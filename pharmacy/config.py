"""Settings from PHARMACY_* variables; the program refuses to start half-set.

Every variable stands once, in `VARIABLES`, with the sentence that the README prints for it.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pharmacy.db import embedded_url
from pharmacy.errors import Misconfigured

KEY_BYTES_MIN = 32
_TRUE = frozenset({"1", "true", "yes", "on"})
_SECURITIES = ("starttls", "tls", "none")
_FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, what stands without it, and what it does."""

    name: str
    default: str
    help: str


VARIABLES = (
    Variable("PHARMACY_INSTANCE", "instance", "Folder of the database, the keys and attachments."),
    Variable(
        "PHARMACY_DATABASE_URL",
        "",
        "Address of the database; without it, a file in the instance folder.",
    ),
    Variable(
        "PHARMACY_SEAL_KEY",
        "",
        "Key of the voucher seals, at least 32 characters; without it, the file seal.key (0600)"
        " of the instance folder, made on first use.",
    ),
    Variable(
        "PHARMACY_SECRET_KEY",
        "",
        "Key that signs cookies, at least 32 characters; without it, the file secret.key (0600)"
        " of the instance folder, made on first use.",
    ),
    Variable("PHARMACY_HOST", "127.0.0.1", "Address the server listens on."),
    Variable("PHARMACY_PORT", "8000", "Port the server listens on."),
    Variable(
        "PHARMACY_TRUSTED_HOSTS",
        "localhost,127.0.0.1",
        "Host names the server answers to, separated by commas; a leading dot takes in subdomains.",
    ),
    Variable(
        "PHARMACY_HTTPS",
        "no",
        "yes when browsers reach the server over HTTPS: cookies become secure, HSTS is sent.",
    ),
    Variable(
        "PHARMACY_PROXY_HOPS",
        "0",
        "How many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host.",
    ),
    Variable("PHARMACY_IDLE_MINUTES", "10", "Minutes without a click after which a session locks."),
    Variable("PHARMACY_SESSION_HOURS", "12", "Hours after which a session ends in any case."),
    Variable(
        "PHARMACY_CALLS_A_MINUTE",
        "600",
        "Calls a minute that each token of another program may make, and each address without one.",
    ),
    Variable(
        "PHARMACY_OUTBOX_SECONDS",
        "30",
        "Seconds between two looks of `pharmacy serve` into the outbox; 0 leaves it to"
        " `pharmacy outbox`.",
    ),
    Variable(
        "PHARMACY_SMTP_HOST",
        "",
        "Server that takes our e-mail; without it, each e-mail becomes a file in outbox/email of"
        " the instance folder.",
    ),
    Variable("PHARMACY_SMTP_PORT", "587", "Its port."),
    Variable(
        "PHARMACY_SMTP_SECURITY",
        "starttls",
        "starttls, tls (from the first byte) or none (a server on this machine).",
    ),
    Variable("PHARMACY_SMTP_USER", "", "Name to sign in with, if it asks for one."),
    Variable("PHARMACY_SMTP_PASSWORD", "", "Password to sign in with."),
    Variable("PHARMACY_SMTP_FROM", "", "Address that e-mail comes from; needed with a server."),
    Variable(
        "PHARMACY_SMS_URL",
        "",
        "Gateway to which text messages are posted as JSON `{id, to, text}`; without it, each"
        " becomes a file in outbox/sms of the instance folder.",
    ),
    Variable("PHARMACY_SMS_TOKEN", "", "Bearer token of the gateway."),
    Variable(
        "PHARMACY_WEBHOOK_PRIVATE",
        "no",
        "yes when webhooks may lead to private networks (10.0.0.0/8 and the like).",
    ),
    Variable("PHARMACY_DEMO", "no", "yes marks every page and paper as a demonstration."),
    Variable("PHARMACY_ARGON2_TIME", "3", "Passes of the password hash."),
    Variable("PHARMACY_ARGON2_MEMORY", "65536", "Memory of the password hash in KiB."),
    Variable("PHARMACY_ARGON2_LANES", "1", "Parallel lanes of the password hash."),
)
_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """What one password hash costs: passes, memory in KiB, parallel lanes."""

    passes: int = 3
    memory: int = 65536
    lanes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """How messages leave the house; see the variables of the same names."""

    seconds: int = 30
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    webhook_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the program is told from outside; made once at start."""

    instance: Path
    database_url: str
    seal_key: bytes
    secret_key: bytes
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    https: bool = False
    proxy_hops: int = 0
    idle_minutes: int = 10
    session_hours: int = 12
    calls_a_minute: int = 600
    demo: bool = False
    hash_cost: HashCost = HashCost()
    outside: Outside = Outside()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings, making the instance folder and its keys where they are missing.

        Args:
            environ: The variables; those of the process when not given.

        Raises:
            Misconfigured: A variable is unknown, unreadable or out of bounds.
        """
        given = os.environ if environ is None else environ
        _refuse_unknown(given)
        words = {name: given.get(name, default) for name, default in _DEFAULTS.items()}
        instance = _instance_folder(words["PHARMACY_INSTANCE"])
        return cls(
            instance=instance,
            database_url=words["PHARMACY_DATABASE_URL"] or embedded_url(instance / "pharmacy.db"),
            seal_key=_key(words, "PHARMACY_SEAL_KEY", instance / "seal.key"),
            secret_key=_key(words, "PHARMACY_SECRET_KEY", instance / "secret.key"),
            host=words["PHARMACY_HOST"],
            port=_whole(words, "PHARMACY_PORT", 1, 65535),
            trusted_hosts=_hosts(words),
            https=_flag(words, "PHARMACY_HTTPS"),
            proxy_hops=_whole(words, "PHARMACY_PROXY_HOPS", 0, 5),
            idle_minutes=_whole(words, "PHARMACY_IDLE_MINUTES", 1, 240),
            session_hours=_whole(words, "PHARMACY_SESSION_HOURS", 1, 24),
            calls_a_minute=_whole(words, "PHARMACY_CALLS_A_MINUTE", 1, 1_000_000),
            demo=_flag(words, "PHARMACY_DEMO"),
            hash_cost=HashCost(
                passes=_whole(words, "PHARMACY_ARGON2_TIME", 1, 20),
                memory=_whole(words, "PHARMACY_ARGON2_MEMORY", 8, 4_194_304),
                lanes=_whole(words, "PHARMACY_ARGON2_LANES", 1, 16),
            ),
            outside=_outside(words),
        )


def _outside(words: Mapping[str, str]) -> Outside:
    host, security = words["PHARMACY_SMTP_HOST"].strip(), words["PHARMACY_SMTP_SECURITY"].strip()
    if security not in _SECURITIES:
        raise Misconfigured(variable="PHARMACY_SMTP_SECURITY", reason="|".join(_SECURITIES))
    if host and "@" not in words["PHARMACY_SMTP_FROM"]:
        raise Misconfigured(variable="PHARMACY_SMTP_FROM", reason="missing")
    sms_url = words["PHARMACY_SMS_URL"].strip()
    if sms_url and not sms_url.startswith(("https://", "http://")):
        raise Misconfigured(variable="PHARMACY_SMS_URL", reason="http")
    return Outside(
        seconds=_whole(words, "PHARMACY_OUTBOX_SECONDS", 0, 3600),
        smtp_host=host,
        smtp_port=_whole(words, "PHARMACY_SMTP_PORT", 1, 65535),
        smtp_security=security,
        smtp_user=words["PHARMACY_SMTP_USER"],
        smtp_password=words["PHARMACY_SMTP_PASSWORD"],
        smtp_from=words["PHARMACY_SMTP_FROM"].strip(),
        sms_url=sms_url,
        sms_token=words["PHARMACY_SMS_TOKEN"].strip(),
        webhook_private=_flag(words, "PHARMACY_WEBHOOK_PRIVATE"),
    )


def _refuse_unknown(given: Mapping[str, str]) -> None:
    """A misspelt variable would leave its default standing in silence."""
    for name in sorted(given):
        if name.startswith("PHARMACY_") and name not in _DEFAULTS:
            raise Misconfigured(variable=name, reason="unknown")


def _instance_folder(text: str) -> Path:
    folder = Path(text).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(variable="PHARMACY_INSTANCE", reason="not_writable") from error
    return folder


def _whole(words: Mapping[str, str], name: str, minimum: int, maximum: int) -> int:
    text = words[name].strip()
    if not (text.isascii() and text.isdecimal() and minimum <= int(text) <= maximum):
        raise Misconfigured(variable=name, reason=f"{minimum}..{maximum}")
    return int(text)


def _flag(words: Mapping[str, str], name: str) -> bool:
    text = words[name].strip().lower()
    if text not in _TRUE | _FALSE:
        raise Misconfigured(variable=name, reason="yes_or_no")
    return text in _TRUE


def _hosts(words: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in words["PHARMACY_TRUSTED_HOSTS"].split(","))
    if not all(hosts) or "*" in hosts:
        raise Misconfigured(variable="PHARMACY_TRUSTED_HOSTS", reason="empty")
    return hosts


def _key(words: Mapping[str, str], name: str, path: Path) -> bytes:
    if words[name]:
        return _long_enough(words[name].strip().encode(), name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path, name)
    except OSError as error:
        raise Misconfigured(variable=name, reason="not_writable") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES_MIN))
        file.flush()
        os.fsync(file.fileno())
    return _read_key(path, name)


def _read_key(path: Path, name: str) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Misconfigured(variable=name, reason="readable_by_others")
    return _long_enough(path.read_bytes().strip(), name)


def _long_enough(key: bytes, name: str) -> bytes:
    if len(key) < KEY_BYTES_MIN:
        raise Misconfigured(variable=name, reason="too_short")
    return key
