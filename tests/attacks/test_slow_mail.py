"""Mail inwards by those who take their time, or are no mail server at all; with patience that a test can wait for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.integration.mail.letters import free_port
from transcripts.inbound import listener
from transcripts.inbound.delivery import Delivery
from transcripts.inbound.places import ListenAt

OURS = "desk@example.com"
COMMAND_S, DATA_S, SESSION_S = 0.2, 0.4, 0.7
MAIL = f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{OURS}>\r\nDATA\r\n"
LATE_S = 2.0
"""After the patience is over: a machine in use."""


@pytest.fixture
def kept() -> list[Delivery]:
    return []


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch, kept: list[Delivery]) -> AsyncIterator[int]:
    monkeypatch.setattr(listener, "COMMAND_S", COMMAND_S)
    monkeypatch.setattr(listener, "DATA_S", DATA_S)

    async def keep(delivery: Delivery) -> None:
        kept.append(delivery)

    at = ListenAt("127.0.0.1", free_port(), lmtp=False)
    mails = listener.SmtpListener(at, keep, OURS.__eq__, max_bytes=10_000, hostname="example.com", shared=False)
    await mails.start()
    yield at.port
    await mails.aclose()


async def drip(port: int, first: str, again: str) -> float:
    """Seconds until the server has closed: `first` at once, then `again` for ever, ten times a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began, gone = time.monotonic(), asyncio.ensure_future(reader.read())
    writer.write(first.encode())
    while not gone.done() and time.monotonic() - began < SESSION_S + 2 * LATE_S:
        await asyncio.wait({gone}, timeout=0.1)
        if not gone.done():
            writer.write(again.encode())
    took_s = time.monotonic() - began
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    writer.close()
    return took_s


@pytest.mark.parametrize(
    ("first", "again", "patience_s"),
    [
        ("", "", COMMAND_S),
        ("EHLO x\r\n", "N", COMMAND_S),
        (f"EHLO x\r\n{MAIL}", "a", DATA_S),
        (f"EHLO x\r\n{MAIL}", "X: y\r\n", DATA_S),
    ],
    ids=["silent", "a command", "a line", "a mail"],
)
async def test_who_says_a_letter_at_a_time_is_cut(
    port: int, kept: list[Delivery], first: str, again: str, patience_s: float
) -> None:
    assert patience_s - 0.1 < await drip(port, first, again) < patience_s + LATE_S
    assert kept == []


async def test_who_says_commands_without_end_is_cut(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "SESSION_S", SESSION_S)

    assert SESSION_S - 0.1 < await drip(port, "EHLO x\r\n", "RSET\r\n") < SESSION_S + LATE_S


async def test_one_address_holds_some_of_the_connections_and_never_all(port: int) -> None:
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(listener.CONNECTIONS_PER_ADDRESS)]
    said = []
    for source in ("127.0.0.1", "127.0.0.2"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        said.append((await reader.readline())[:3])
        writer.close()
    for _, writer in held:
        writer.close()

    assert said == [b"421", b"220"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT"])
async def test_a_page_makes_no_browser_bring_mail(port: int, kept: list[Delivery], method: str) -> None:
    """Who reads it inside our network: what a form of the page sends is a request, and in its body a mail."""
    body = f"EHLO x\r\n{MAIL}Subject: from a page\r\n\r\nx\r\n.\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n{body}".encode())

    said = await asyncio.wait_for(reader.read(), COMMAND_S + LATE_S)
    writer.close()

    assert b"521" in said
    assert b"250" not in said
    assert kept == []
