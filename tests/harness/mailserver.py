"""A real SMTP server on loopback that keeps what it accepts, and can refuse, or be away, when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """sender and recipients are the envelope's; `message` is what was sent."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def text(self) -> str:
        """The plain part."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content())

    def html(self) -> str:
        part = self.message.get_body(("html",))
        return "" if part is None else str(part.get_content())


class SmtpSink:
    """Listens on one port from `start` to `stop`; a second `start` listens on the same port again."""

    def __init__(self) -> None:
        self.mails: list[ReceivedMail] = []
        self.port = 0
        self._refusals: deque[str] = deque()
        self._server: asyncio.Server | None = None
        self._arrived = asyncio.Condition()
        self._sessions: set[asyncio.Transport] = set()

    @property
    def url(self) -> str:
        """For SEMAFOR_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody answers on the port any more; what was received stays."""
        if self._server is not None:
            self._server.close()
            for transport in self._sessions:
                transport.abort()
            await self._server.wait_closed()
            self._server = None

    def refuse(self, *answers: str) -> None:
        """Answer the next mails with these lines after DATA, e.g. `451 4.3.0 later`, one each."""
        self._refusals.extend(answers)

    async def wait_for(
        self, predicate: Callable[[ReceivedMail], bool] = lambda mail: True, *, timeout_s: float = TIMEOUT_S
    ) -> ReceivedMail:
        """The first matching mail, also one that has come already."""
        async with self._arrived:
            try:
                async with asyncio.timeout(timeout_s):
                    while not (found := [mail for mail in self.mails if predicate(mail)]):
                        await self._arrived.wait()
            except TimeoutError:
                came = "\n".join(f"  {', '.join(mail.recipients)}: {mail.subject}" for mail in self.mails)
                raise AssertionError(f"no such mail within {timeout_s} s; instead:\n{came or '  nothing'}") from None
        return found[0]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self._refusals:
            return self._refusals.popleft()
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        async with self._arrived:
            self.mails.append(ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
            self._arrived.notify_all()
        return "250 2.0.0 kept"

    def _protocol(self) -> SMTP:
        sink = self

        class Counted(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                sink._sessions.add(transport)
                self._counted = transport
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                sink._sessions.discard(self._counted)
                super().connection_lost(error)

        return Counted(self, hostname="sink.test", enable_SMTPUTF8=True)
