"""Listens for mail by SMTP or LMTP: a mail is acknowledged when it is durable, and not before.

Only for our own address and its plus-addresses; nothing is relayed, nobody's address is confirmed. Everything that a
client may make us keep or wait for is bounded: connections, commands, recipients, bytes of all mails under way, time.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import Callable
from email.errors import HeaderParseError
from typing import Any, Final, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from transcripts.errors import StoreError
from transcripts.inbound.delivery import Delivery, Keep
from transcripts.inbound.places import ListenAt

CONNECTIONS: Final = 200
CONNECTIONS_PER_ADDRESS: Final = 50
RECIPIENTS: Final = 20
COMMAND_S: Final = 120.0
DATA_S: Final = 300.0
SESSION_S: Final = 1_800.0
COMMANDS: Final = {"*": 100_000, "NOOP": 50, "VRFY": 10, "EXPN": 10, "HELP": 10, "AUTH": 3}
UNDER_WAY: Final = 4
"""Mails of the largest size that may be under way at once, in bytes; who comes then is told to come again."""
DRAINED: Final = 4
"""So many times the largest size is read of a mail that is refused, so that its sender hears why."""
_SMUGGLED: Final = re.compile(rb"(\A|\r\n|\r|\n)\.(?=(\r\n|\r|\n))")

log = logging.getLogger(__name__)


class Gate:
    """What all connections together may take."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._room_bytes = UNDER_WAY * max_bytes
        self._connected: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        if self._connected.total() >= CONNECTIONS or self._connected[address] >= CONNECTIONS_PER_ADDRESS:
            return False
        self._connected[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._connected[address] -= 1
        if self._connected[address] <= 0:
            del self._connected[address]

    def take(self, bytes_n: int) -> bool:
        if bytes_n > self._room_bytes:
            return False
        self._room_bytes -= bytes_n
        return True

    def give_back(self, bytes_n: int) -> None:
        self._room_bytes += bytes_n


class _Manners:
    """What is said to commands about addresses."""

    def __init__(self, is_ours: Callable[[str], bool]) -> None:
        self._is_ours = is_ours

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not self._is_ours(address):
            return "550 5.1.1 Nobody here has this address"
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients; send the mail again for the others"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_VRFY(self, _server: Any, _session: Any, _envelope: Any, _address: str) -> str:  # noqa: N802
        return "252 2.5.0 Addresses are not confirmed; send the mail and see"

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, IndexError | HeaderParseError):  # the library's reading of `<`, an address that breaks off
            return "501 5.1.7 This is no address"
        log.error("an SMTP session stumbled", extra={"error": type(error).__name__})
        return "451 4.3.0 Something went wrong here; try again later"


class _Bounded(SMTP):  # type: ignore[misc, unused-ignore]
    """One client's session."""

    def __init__(
        self, gate: Gate, keep: Keep, manners: _Manners, hostname: str, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(
            manners,
            data_size_limit=gate.max_bytes,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="Semafor",
            tls_context=tls,
            timeout=COMMAND_S,
            command_call_limit=dict(COMMANDS),
            loop=asyncio.get_running_loop(),
        )
        self._gate = gate
        self._keep = keep
        self._peer: str | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._peer is not None:  # the same client, behind STARTTLS
            super().connection_made(transport)
            return
        transport = cast("asyncio.Transport", transport)  # uvloop's are not by class
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._gate.enter(address):
            transport.write(b"421 4.7.0 Too many connections; come back later\r\n")
            transport.close()
            return
        self._peer = address
        self._deadline = self.loop.call_later(SESSION_S, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._peer is None:
            return
        self._gate.leave(self._peer)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return None if self._peer is None else super().eof_received()

    async def smtp_POST(self, _arg: str | None) -> None:  # noqa: N802
        """The first line of a web page's form: a browser inside the network would bring a mail in its body.

        Browsers send what a page tells them to any port but a few; each line that is no command would be passed over.
        Raises ConnectionResetError.
        """
        await self.push("521 5.5.1 This is no web server")
        raise ConnectionResetError

    smtp_GET = smtp_HEAD = smtp_PUT = smtp_PATCH = smtp_DELETE = smtp_OPTIONS = smtp_CONNECT = smtp_POST  # noqa: N815

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Say RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        self._reset_timeout(DATA_S)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = bytearray()
        try:
            status = await self._read_mail(content) or await self._kept(bytes(content))
        finally:
            self._gate.give_back(len(content))
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        self._reset_timeout()
        await self.push(status)

    async def _read_mail(self, content: bytearray) -> str | None:
        """Everything up to the lone dot; why the mail is refused, None where it is not.

        `content` has taken its bytes from the gate's room, at any moment as many as it holds.
        """
        refusal: str | None = None
        drained, at_line_start = 0, True
        while True:
            line, is_whole = await self._read_line()
            if at_line_start and is_whole and line == b".\r\n":
                return refusal or _smuggled(content)
            if refusal is None:
                piece = line[1:] if at_line_start and line.startswith(b".") else line
                refusal = self._refusal(len(content), len(piece))
                if refusal is None:
                    content += piece
                else:
                    self._gate.give_back(len(content))
                    content.clear()
            else:
                drained += len(line)
                if drained > DRAINED * self._gate.max_bytes:
                    await self.push(refusal)
                    raise ConnectionResetError
            at_line_start = is_whole

    async def _read_line(self) -> tuple[bytes, bool]:
        """A line with its end, or a piece of one that is very long."""
        try:
            return await self._reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as exc:
            return await self._reader.read(exc.consumed), False

    def _refusal(self, has_bytes: int, more_bytes: int) -> str | None:
        if has_bytes + more_bytes > self._gate.max_bytes:
            return f"552 5.3.4 The mail is larger than {self._gate.max_bytes} bytes"
        if not self._gate.take(more_bytes):
            return "452 4.3.1 Too much mail at once; try again later"
        return None

    async def _kept(self, raw: bytes) -> str:
        assert self.envelope is not None
        sender = str(self.envelope.mail_from or "").replace("<>", "")  # the library's word for the null sender
        delivery = Delivery("smtp", raw, len(raw), sender, tuple(map(str, self.envelope.rcpt_tos)))
        try:
            # A client that hangs up while we write must not undo half of it.
            await asyncio.shield(asyncio.ensure_future(self._keep(delivery)))
        except StoreError:
            return "451 4.3.0 The mail cannot be stored right now; try again later"
        return "250 2.0.0 Stored"


class _BoundedLmtp(_Bounded, LMTP):  # type: ignore[misc, unused-ignore]
    """After the mail LMTP answers once per recipient (RFC 2033, 4.2)."""

    _answers_n = 0

    async def push(self, status: Any) -> None:
        text = status if isinstance(status, str) else bytes(status).decode("ascii", "replace")
        if text.startswith("354"):
            assert self.envelope is not None
            self._answers_n = len(self.envelope.rcpt_tos)
        elif self._answers_n:
            text, self._answers_n = "\r\n".join([text] * self._answers_n), 0
        await super().push(text)


class SmtpListener:
    """is_ours: whether mail to an address is for us. shared: other servers of the desk may listen on the same port.

    tls: STARTTLS is offered with it, to who wants it.
    """

    def __init__(
        self,
        at: ListenAt,
        keep: Keep,
        is_ours: Callable[[str], bool],
        *,
        max_bytes: int,
        hostname: str,
        shared: bool,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._at = at
        self._keep = keep
        self._manners = _Manners(is_ours)
        self._gate = Gate(max_bytes)
        self._hostname = hostname
        self._shared = shared
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._transports: set[asyncio.BaseTransport] = set()

    async def start(self) -> None:
        """Raises OSError where the address cannot be listened on."""
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the library's: it writes addresses down
        kind = _BoundedLmtp if self._at.lmtp else _Bounded

        def session() -> asyncio.BaseProtocol:
            return kind(self._gate, self._keep, self._manners, self._hostname, self._tls)

        self._server = await asyncio.get_running_loop().create_server(
            session, self._at.host, self._at.port, reuse_port=self._shared or None
        )

    async def aclose(self) -> None:
        """Whoever is in the middle of a mail was not told that we have it, and sends it again."""
        if self._server is not None:
            self._server.close()
            self._server = None


def _smuggled(content: bytes | bytearray) -> str | None:
    """A dot alone between line ends that are none is where another server may see the end of the mail."""
    for match in _SMUGGLED.finditer(content):
        if match.group(1) not in (b"", b"\r\n") or match.group(2) != b"\r\n":
            return "550 5.5.2 A line end is CR and LF together; this mail has others around a dot"
    return None
