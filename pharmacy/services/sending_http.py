"""Messages over HTTP: signed notices to other systems, and text messages by a gateway.

No redirect is followed. A name is resolved once, its numbers are looked at, and the connection goes
to the very number that was looked at, so that a name cannot change its mind in between. What the
other side answers is read no further than its status. Every step is bounded in time, and all of
them together.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pharmacy.rules.webhook import names_this_machine, reachable, signature
from pharmacy.services.sending import SENT, Outcome, Outgoing, failed

TIMEOUT_SECONDS = 10.0
AGENT = "beheira-pharmacy"
_GOOD = range(200, 300)
_TRY_LATER = frozenset({408, 425, 429}) | frozenset(range(500, 600))


class _Blocked(OSError):
    """The name leads to a number that may not be called."""


class _Pinned(http.client.HTTPConnection):
    """A connection to one number, whatever its name says meanwhile.

    Args:
        host: The name, for the certificate and the `Host` header.
        port: The port.
        number: What the name was resolved to.
        context: For TLS; None speaks plainly.
        timeout: Seconds, for each step.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        number: str,
        context: ssl.SSLContext | None,
        timeout: float,
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self._number = number
        self._tls = context
        self.default_port = 443 if context else 80

    def connect(self) -> None:
        """Connect to the number; the certificate is the name's."""
        plain = socket.create_connection((self._number, self.port), self.timeout)
        self.sock: socket.socket = plain
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPoster:
    """Posts JSON.

    Attributes:
        private: Numbers of private networks may be called too.
        guarded: Numbers are looked at; off only for an address that the operator has set.
        timeout: Seconds for each step; the whole exchange may take twice as long.
        context: Certificates to trust; the machine's own when not given.
    """

    private: bool = False
    guarded: bool = True
    timeout: float = TIMEOUT_SECONDS
    context: ssl.SSLContext | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a body and judge the answer by its status."""
        try:
            status = self._status(url, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return failed(error or type(error).__name__, unreachable=True)
        if status in _GOOD:
            return SENT
        return failed(f"HTTP {status}", unreachable=status in _TRY_LATER)

    def _status(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        context = (self.context or ssl.create_default_context()) if secure else None
        connection = _Pinned(
            host, port, number=self._number(host, port), context=context, timeout=self.timeout
        )
        # A receiver that answers a byte at a time would otherwise hold the outbox for hours; twice
        # the time of a step, so that it strikes when the connection stands.
        cut = threading.Event()
        end = threading.Timer(2 * self.timeout, _hang_up, [connection, cut])
        end.daemon = True
        end.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            said = {"Content-Type": "application/json", "User-Agent": AGENT, **headers}
            connection.request("POST", path, body, said)
            status = connection.getresponse().status
            # Headers that were cut off would read like a short answer.
            if cut.is_set():
                raise TimeoutError("timed out")
            return status
        finally:
            end.cancel()
            connection.close()

    def _number(self, host: str, port: int) -> str:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numbers = [str(sockaddr[0]) for *_, sockaddr in found]
        if not self.guarded:
            return numbers[0]
        local = names_this_machine(host)
        allowed = [n for n in numbers if reachable(n, this_machine=local, private=self.private)]
        if not allowed:
            raise _Blocked(f"{host} leads to an address that may not be called")
        return allowed[0]


def _hang_up(connection: http.client.HTTPConnection, cut: threading.Event) -> None:
    cut.set()
    opened: Any = connection.sock  # None until it is connected
    with suppress(OSError):
        if opened is not None:
            opened.shutdown(socket.SHUT_RDWR)


class WebhookSender:
    """Posts signed notices, with the headers of Standard Webhooks."""

    def __init__(self, poster: HttpPoster) -> None:
        self._poster = poster

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:
        """Sign a notice for this moment and post it."""
        body, at = message.body.encode(), int(now.timestamp())
        headers = {
            "webhook-id": message.message_id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(message.secret, message.message_id, at, body),
        }
        return self._poster.post(message.recipient, body, headers)


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Posts text messages as `{"id", "to", "text"}` to a gateway, with its bearer token."""

    url: str
    token: str = field(default="", repr=False)
    poster: HttpPoster = field(default_factory=lambda: HttpPoster(guarded=False))

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:  # noqa: ARG002 - of the protocol
        """Post one text message."""
        facts = {"id": message.message_id, "to": message.recipient, "text": message.body}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = json.dumps(facts, ensure_ascii=False).encode()
        return self.poster.post(self.url, body, headers)
