"""E-mail by SMTP: TLS unless the server is trusted to go without, and bounded in time."""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from pharmacy.services.sending import SENT, Outcome, Outgoing, failed

TIMEOUT_SECONDS = 20
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
SECURITIES = (STARTTLS, TLS, PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our e-mail.

    Attributes:
        security: `starttls`, `tls` (from the first byte) or `none` (on this machine only).
        sender: The address that mail comes from.
        authority: A file of certificates to trust instead of the machine's own; None for these.
    """

    host: str
    port: int = 587
    security: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    authority: str | None = None


class MailSender:
    """Sends each message in a connection of its own."""

    def __init__(self, server: MailServer, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:
        """Hand one message to the server."""
        try:
            with self._connected() as connection:
                connection.send_message(self._mail(message, now))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            return failed(error)  # this message alone is at fault
        except OSError as error:  # a certificate that is not trusted is one too
            return failed(error, unreachable=True)
        except ValueError as error:
            return failed(error)  # an address that no header may hold
        return SENT

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context(cafile=server.authority)
        if server.security == TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            if server.security == STARTTLS:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _mail(self, message: Outgoing, now: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = message.recipient
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(now)
        # The same at every attempt: the receiver's side shows a double once.
        domain = self._server.sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{message.message_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        return mail
