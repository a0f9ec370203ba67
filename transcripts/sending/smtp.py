"""Mail by SMTP: the address of the mail server as a URL, and one connection per mail.

Only what the server says about this mail's sender, recipient or content decides about the mail. A refused sign-in or
greeting is about us: the mail waits while somebody mends the settings.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from transcripts.errors import TranscriptError
from transcripts.plain import one_line
from transcripts.sending.headers import addr_spec
from transcripts.sending.transport import DeliveryError, PermanentFailure, TemporaryFailure

Security = Literal["none", "tls", "starttls"]
_SCHEMES: Final[dict[str, tuple[Security, int]]] = {
    "smtp": ("none", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}
_STEP_TIMEOUT_S: Final = 30.0
_ERROR_CHARS: Final = 300


class SmtpUrlError(TranscriptError):
    """A mail server's URL cannot be read; the message never holds the password."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """user, password: None where the server asks for no sign-in."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def server_of(url: str) -> SmtpServer:
    """smtp://, smtps:// or smtp+starttls://user:pass@host:port; user and password may be percent-encoded.

    smtp:// never encrypts; smtp+starttls:// refuses to go on where the server cannot. Raises SmtpUrlError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SmtpUrlError("The mail server's port is no number between 1 and 65535.") from None
    if parts.scheme not in _SCHEMES:
        raise SmtpUrlError("Write the mail server as smtp://, smtps:// or smtp+starttls://user:password@host:port.")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        # An unescaped "/", "?" or "#" in a password ends the host early.
        raise SmtpUrlError(
            "The mail server's URL has no plain host; percent-encode special characters in the password."
        )
    if (parts.username is None) != (parts.password is None):
        raise SmtpUrlError("The mail server's URL needs user and password, or neither.")
    security, default_port = _SCHEMES[parts.scheme]
    return SmtpServer(
        host=parts.hostname,
        port=port or default_port,
        security=security,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


class SmtpTransport:
    """tls: for servers with a certificate of their own authority; None trusts the system's."""

    def __init__(self, server: SmtpServer, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls

    async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
        """Return after the server's 250 to the whole mail. Raises TemporaryFailure, PermanentFailure."""
        await self.deliver(envelope_from, to, raw)

    async def deliver(self, envelope_from: str, to: str, raw: bytes) -> str:
        """What the server answered to the whole mail. Raises TemporaryFailure, PermanentFailure.

        A connection lost around the final dot counts as not sent: better twice, under one Message-ID, than never.
        """
        try:
            sender, recipient = addr_spec(envelope_from), addr_spec(to)
        except ValueError as exc:
            raise PermanentFailure("The address cannot be written to a mail server.") from exc
        client = self._client(sender)
        try:
            with _failures():
                await client.connect()
                _, answer = await client.sendmail(sender, [recipient], raw)
        finally:
            # Closed without QUIT: after the 250 its answer could only make a sent mail look failed.
            client.close()
        return f"250 {one_line(answer, _ERROR_CHARS)}"

    async def greet(self, envelope_from: str) -> None:
        """Connect with TLS and sign in as for a mail, and send none. Raises TemporaryFailure, PermanentFailure."""
        try:
            client = self._client(addr_spec(envelope_from))
        except ValueError as exc:
            raise PermanentFailure("The sender's address cannot be written to a mail server.") from exc
        try:
            with _failures():
                await client.connect()
                await client.noop()
        finally:
            client.close()

    def _client(self, envelope_from: str) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            # Said in EHLO. Left out, the library asks the resolver for the machine's name, which may take seconds.
            local_hostname=envelope_from.rpartition("@")[2] or "localhost",
            timeout=_STEP_TIMEOUT_S,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._tls,
        )


@contextmanager
def _failures() -> Iterator[None]:
    """What the library and the network say, as TemporaryFailure or PermanentFailure with its remedy."""
    try:
        yield
    except (SMTPException, OSError) as exc:
        failure = _failure(exc)
        failure.remedy = _remedy(exc)
        raise failure from exc


_REMEDIES: Final[tuple[tuple[tuple[type[BaseException], ...], str], ...]] = (
    (
        (SMTPAuthenticationError,),
        "Check the user and the password in SEMAFOR_SMTP_URL; some providers want a password for applications.",
    ),
    (
        (SMTPSenderRefused,),
        "The mail server does not let us write from this address: choose one that its sign-in may use.",
    ),
    (
        (SMTPRecipientsRefused, SMTPRecipientRefused),
        "The mail server does not take mail for this recipient: check the address, or sign in to the server.",
    ),
    (
        (SMTPNotSupported, ssl.SSLError),
        "The port does not speak TLS as SEMAFOR_SMTP_URL says, or its certificate is not of this host.",
    ),
    ((SMTPTimeoutError, TimeoutError), "Check host and port in SEMAFOR_SMTP_URL, and that no firewall is in between."),
    ((SMTPResponseException,), "The sentence is the mail server's own: its log says more."),
)
_USUAL_REMEDY: Final = "Check host, port and kind of connection in SEMAFOR_SMTP_URL, and that the mail server runs."


def _remedy(exc: Exception) -> str:
    """What an operator can do about a try that failed."""
    causes = (exc, _root(exc))
    fitting = (say for kinds, say in _REMEDIES if any(isinstance(cause, kinds) for cause in causes))
    return next(fitting, _USUAL_REMEDY)


def _root(exc: BaseException | None) -> BaseException | None:
    while exc is not None and exc.__cause__ is not None:
        exc = exc.__cause__
    return exc


def _failure(exc: Exception) -> DeliveryError:
    if isinstance(exc, SMTPRecipientsRefused) and exc.recipients:
        exc = exc.recipients[0]
    if isinstance(exc, SMTPResponseException):
        sentence = f"The mail server answered {exc.code} {one_line(exc.message, _ERROR_CHARS)}"
        about_this_mail = isinstance(exc, SMTPSenderRefused | SMTPRecipientRefused | SMTPDataError)
        is_final = about_this_mail and 500 <= exc.code < 600  # what is no answer at all (RFC 5321, 4.2.1) may pass
        return PermanentFailure(sentence) if is_final else TemporaryFailure(sentence)
    reason = exc.message if isinstance(exc, SMTPException) else str(exc)
    return TemporaryFailure(f"The mail server cannot be reached: {one_line(str(reason), _ERROR_CHARS)}")
