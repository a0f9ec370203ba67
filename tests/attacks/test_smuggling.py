"""Behind a real haproxy: what it and we might read differently reaches nobody else's connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.harness.desk import Desk
from tests.harness.haproxy import Haproxy

CLOSED = "/api/v1/openapi.json"
HIDDEN = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: hidden\r\nX: "
CHUNKED = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SMUGGLED = {
    "length and chunks": CHUNKED
    + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "chunks by another name": CHUNKED
    + b"Content-Length: %d\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "chunks after a tab": CHUNKED
    + b"Content-Length: %d\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "two lengths": CHUNKED + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a space before the colon": CHUNKED + b"Content-Length : %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a bare line feed": CHUNKED + b"X: y\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a chunk's extension": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n" + HIDDEN,
    "an upgrade that is none": b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
}


@pytest.fixture(scope="module")
def proxy(target: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haproxy]:
    proxy = Haproxy(tmp_path_factory.mktemp("haproxy"), [target.port])
    proxy.start()
    yield proxy
    proxy.kill()


@pytest.fixture(scope="module")
def guard(target: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haproxy]:
    """Lets nobody come to CLOSED."""
    guard = Haproxy(tmp_path_factory.mktemp("haproxy"), [target.port], closed=CLOSED)
    guard.start()
    yield guard
    guard.kill()


@pytest.mark.parametrize("smuggled", SMUGGLED.values(), ids=SMUGGLED)
async def test_a_request_hidden_in_another_is_answered_to_nobody(proxy: Haproxy, smuggled: bytes) -> None:
    """Whoever comes next over the proxy's connections gets their own answer, and the hidden one has none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(smuggled)
    said = await _heard(reader)
    writer.close()
    nexts = [await _asked(proxy.port) for _ in range(4)]

    assert b"operationId" not in said
    for answer in nexts:
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        assert answer.count(b"HTTP/1.1 ") == 1
        assert b"operationId" not in answer


UPGRADE = b"Host: x\r\nUpgrade: %s\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
SOCKET = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
HALF_UPGRADES = {
    "a version that nobody speaks": SOCKET + UPGRADE % b"websocket" + b"Sec-WebSocket-Version: 777\r\n\r\n",
    "no version": SOCKET + UPGRADE % b"websocket" + b"\r\n",
    "no key": SOCKET + b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "another protocol": SOCKET + UPGRADE % b"h2c" + b"Sec-WebSocket-Version: 13\r\n\r\n",
    "no socket there": b"GET /healthz HTTP/1.1\r\n" + UPGRADE % b"websocket" + b"Sec-WebSocket-Version: 13\r\n\r\n",
    "with a body": SOCKET.replace(b"GET", b"POST")
    + UPGRADE % b"websocket"
    + b"Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n",
    "an unknown session": SOCKET.replace(b" HTTP", b"&sid=unknown HTTP")
    + UPGRADE % b"websocket"
    + b"Sec-WebSocket-Version: 13\r\n\r\n",
}


@pytest.mark.parametrize("half", HALF_UPGRADES.values(), ids=HALF_UPGRADES)
async def test_an_upgrade_that_fails_opens_no_tunnel_past_the_proxys_rules(guard: Haproxy, half: bytes) -> None:
    """A proxy that took the upgrade for done would pass on all that follows unread, to a path that it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
    writer.write(half + b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % CLOSED.encode())
    said = await _heard(reader)
    writer.close()

    assert b" 101 " not in said
    assert b"operationId" not in said


async def _asked(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /widget/status.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    said = await reader.read()
    writer.close()
    return said


async def _heard(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes, or has been silent for a while."""
    said = b""
    try:
        async with asyncio.timeout(0.5):
            while chunk := await reader.read(65536):
                said += chunk
    except (TimeoutError, ConnectionError):
        pass
    return said
