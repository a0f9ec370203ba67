"""Mail servers on loopback that misbehave in one chosen way, and one that speaks TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Fault = Literal["at the greeting", "after MAIL", "in the middle of DATA", "before the answer", "after the answer"]


class CrankyServer:
    """A few lines of SMTP, to cut the connection at an exact place. kept: the mails it answered with 250."""

    def __init__(self, cut: Fault | None = None, *, reset: bool = False, answers: dict[str, str] | None = None) -> None:
        self.cut = cut
        self.reset = reset
        self.answers = answers or {}
        self.kept: list[bytes] = []
        self.seen: list[bytes] = []
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[CrankyServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            return
        finally:
            self._end(writer)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut == "at the greeting":
            return
        writer.write((self.answers.get("GREETING", "220 cranky") + "\r\n").encode())
        while line := await reader.readline():
            verb = line[:4].decode().upper().strip()
            writer.write(
                (self.answers.get(verb) or {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")).encode()
            )
            writer.write(b"\r\n")
            if verb == "QUIT" or (verb == "MAIL" and self.cut == "after MAIL"):
                return
            if verb == "DATA" and "DATA" not in self.answers:
                if self.cut == "in the middle of DATA":
                    await reader.readline()
                    return
                mail = await reader.readuntil(b"\r\n.\r\n")
                self.seen.append(mail)
                if self.cut == "before the answer":
                    return
                answer = self.answers.get(".", "250 kept")
                if answer.startswith("250"):
                    self.kept.append(mail)
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
                if self.cut == "after the answer":
                    return

    def _end(self, writer: asyncio.StreamWriter) -> None:
        if self.reset:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()


class Keeper:
    """aiosmtpd's handler: keeps what comes, and how it came."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes, bool]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        assert isinstance(envelope.content, bytes)
        assert server.transport is not None
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.mails.append((envelope.rcpt_tos[0], envelope.content, encrypted))
        return "250 kept"


@asynccontextmanager
async def secured(
    certificate: Path, *, starttls: bool, password: str | None = None
) -> AsyncIterator[tuple[Keeper, int]]:
    """A server with TLS from the start, or by STARTTLS; with a password, only "petr" may send."""
    keeper = Keeper()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        right = (data.login, data.password) == (b"petr", (password or "").encode())
        return AuthResult(success=right, handled=False)

    def protocol() -> SMTP:
        return SMTP(
            keeper,
            hostname="sink.test",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=password is not None,
            auth_require_tls=starttls,
            authenticator=check if password else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        protocol, "localhost", 0, ssl=None if starttls else context, family=socket.AF_INET
    )
    try:
        yield keeper, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def make_certificate(folder: Path) -> Path:
    """A certificate for localhost that nobody signed, its key beside it."""
    certificate = folder / "localhost.pem"
    to_files = ["-out", str(certificate), "-keyout", str(certificate.with_suffix(".key"))]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *to_files]
    subprocess.run(command, check=True, capture_output=True)
    return certificate
