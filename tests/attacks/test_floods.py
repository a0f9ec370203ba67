"""Too much of everything, and too slowly: whoever does it is refused or cut, and nobody else slowed down."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import aiohttp
import pytest

from tests.attacks.polling import Poller, visitor_of
from tests.attacks.scene import Intruders
from tests.faults.profile import IS_LONG
from tests.harness.desk import Desk
from tests.harness.people import new_client_id
from tests.harness.wire import WireClient

PATIENCE_S = 20.0
BODY_PATIENCE_S = 30.0
# A matcher that goes back and forth would still be busy after the test.
BOMBS = [
    "(a+)+$" * 30,
    "a" * 7_900 + "!",
    "@" * 7_900,
    "a@" * 3_900,
    "a." * 3_900 + "@",
    "," * 7_900,
    "-;q=" * 1_900,
    "\t" * 7_900,
]
SOON_S = 2.0
STARTS = 100_000 if IS_LONG else 20_000
STARTS_AT_ONCE = 2_000
GROWN_BYTES = 60_000_000
STALLED_S = 30.0
LARGE = "/assets/panel/panel.js"
TIMES = 40


def _memory_bytes(desk: Desk) -> int:
    status = Path(f"/proc/{desk.pid}/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def test_a_storm_of_typing_is_cut_short_and_harms_nobody(tight: Desk, intruders: Intruders) -> None:
    stormy, calm = await intruders.visitor(tight), await intruders.visitor(tight)
    chat = await stormy.start("Storm", department="support")
    acks = [await stormy.send("typing", {"chat_id": chat["id"], "on": bool(n % 2)}) for n in range(1_000)]
    began = time.monotonic()
    await calm.ask("page", {"url": "https://x.example"})
    took_s = time.monotonic() - began
    answers = [await asyncio.wait_for(ack, 10) for ack in acks]

    assert sum(answer["ok"] for answer in answers) <= 60
    assert took_s < SOON_S


async def test_starting_chats_again_and_again_is_refused(tight: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(tight)
    for _ in range(3):
        chat = await eve.start("Again", department="support")
        await eve.ask("chat:leave", {"chat_id": chat["id"]})

    start = {"client_id": new_client_id(), "question": "Again", "department": "support"}
    assert (await eve.refused("chat:start", start))["code"] == "rate_limited"
    # Whoever comes with another name has nothing of the same kind left to give, as nobody else is refused.
    assert (await (await intruders.visitor(tight)).start("Me too", department="support"))["state"] == "queued"


@pytest.mark.slow
async def test_endless_starts_make_one_chat_and_slow_nobody_down(tight: Desk, intruders: Intruders) -> None:
    """From four sockets of one person; somebody else is served meanwhile, and the server does not grow."""
    eve, calm = await intruders.visitor(tight), await intruders.visitor(tight)
    sockets = [eve, *[await intruders.visitor(tight, token=eve.token) for _ in range(3)]]
    before_bytes, worst_s, chats = _memory_bytes(tight), 0.0, set()
    for first in range(0, STARTS, STARTS_AT_ONCE):
        starts = [
            sockets[n % 4].send("chat:start", {"client_id": f"s{n}", "question": "?", "department": "support"})
            for n in range(first, first + STARTS_AT_ONCE)
        ]
        began = time.monotonic()
        await calm.call("page", {"url": "https://x.example"})
        worst_s = max(worst_s, time.monotonic() - began)
        answers = [await asyncio.wait_for(ack, 30) for ack in await asyncio.gather(*starts)]
        chats |= {answer["chat"]["id"] for answer in answers if answer["ok"]}

    assert len(chats) == 1, "one open chat, whatever was asked"
    assert worst_s < SOON_S
    assert _memory_bytes(tight) - before_bytes < GROWN_BYTES


async def test_nobodys_letter_box_is_filled_by_many_visitors(tight: Desk, intruders: Intruders) -> None:
    codes = []
    for _ in range(3):
        eve = await intruders.visitor(tight)
        chat = await eve.start("Mail them", department="support")
        answer = await eve.call("chat:transcript", {"chat_id": chat["id"], "email": "victim@example.com"})
        codes.append(answer["ok"] or answer["error"]["code"])

    assert codes == [True, True, "rate_limited"]


async def test_endless_handshakes_of_one_address_are_refused_and_others_come_in(
    tight: Desk, intruders: Intruders
) -> None:
    async with visitor_of(tight, "127.0.0.3") as http:
        opened: list[aiohttp.ClientWebSocketResponse] = []
        refused: list[int] = []
        for _ in range(40):
            try:
                opened.append(await http.ws_connect("/socket.io/?EIO=4&transport=websocket"))
            except aiohttp.WSServerHandshakeError as refusal:
                refused.append(refusal.status)
        assert (len(opened), refused) == (30, [429] * 10)
        assert (await intruders.visitor(tight)).hello["visitor"]["id"]
        for websocket in opened:
            await websocket.close()


async def test_no_text_keeps_a_matcher_busy(target: Desk, intruders: Intruders) -> None:
    eve, calm = await intruders.visitor(target), await intruders.visitor(target)
    for bomb in BOMBS:
        began = time.monotonic()
        for field in ("email", "name", "topic", "question"):
            start = {"client_id": new_client_id(), "question": "q", "department": "support", field: bomb}
            await eve.call("chat:start", start)
        ticket = {"client_id": "x", "email": "e@example.com", "question": "q", "phone": bomb, "department": "support"}
        await eve.call("chat:to_ticket", ticket)
        header = bomb[:7_000].replace("\t", " ")
        async with visitor_of(target, **{"Accept-Language": header, "User-Agent": header, "Cookie": header}) as page:
            for path in ("/nothing", "/widget/app", "/api/v1/me"):
                async with page.get(path, headers={"Accept": "text/html"}) as answer:
                    assert answer.status < 500
        await calm.ask("page", {"url": "https://x.example"})
        assert time.monotonic() - began < SOON_S, bomb[:20]


@pytest.mark.slow
async def test_ten_thousand_messages_at_once_slow_nobody_else_down(tight: Desk, intruders: Intruders) -> None:
    stormy, calm = await intruders.visitor(tight), await intruders.visitor(tight)
    chat = await stormy.start("Flood", department="support")
    flood = [
        stormy.send("message:send", {"chat_id": chat["id"], "client_id": f"f{n}", "body": "x"}) for n in range(10_000)
    ]
    sending = asyncio.gather(*flood)
    worst_s = 0.0
    for _ in range(20):
        began = time.monotonic()
        await calm.call("page", {"url": "https://x.example"})
        worst_s = max(worst_s, time.monotonic() - began)
    answers = [await asyncio.wait_for(ack, 30) for ack in await sending]

    assert sum(answer["ok"] for answer in answers) == 20
    assert worst_s < SOON_S


@pytest.mark.slow
async def test_who_says_what_they_want_a_letter_at_a_time_is_cut(target: Desk, intruders: Intruders) -> None:
    """Slow starters over HTTP and slow upgrades: the server ends them, and serves the others meanwhile."""
    slow = [await asyncio.open_connection("127.0.0.1", target.port) for _ in range(50)]
    upgrading, silent = await Poller.join(target), await Poller.join(target)
    probe = await upgrading.http.ws_connect(upgrading.address("websocket"))
    began = time.monotonic()
    letters = iter("GET /healthz HTTP/1.1\r\nX-Slow: " + "a" * 1000)
    gone = asyncio.gather(*(reader.read() for reader, _ in slow))
    bodies = asyncio.gather(*(_dripped(target, path, kind) for path, kind in BODIES))
    readers = [_who_reads_nothing(target) for _ in range(20)]
    while not gone.done() and time.monotonic() - began < PATIENCE_S + 10:
        letter = next(letters).encode()
        for _, writer in slow:
            writer.write(letter)
        assert (await intruders.visitor(target)).hello["visitor"]["id"]
        await asyncio.wait({gone}, timeout=1)

    assert gone.done()
    assert PATIENCE_S - 2 < time.monotonic() - began < PATIENCE_S + 10
    # The half upgrade ends with its session, which nobody polls any more.
    assert (await asyncio.wait_for(probe.receive(), 30)).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE)
    for _, writer in slow:
        writer.close()
    await upgrading.close()
    # Nor is a session served that was silent for as long.
    code, said = await silent.poll()
    assert (code, "no such session" in said) == (400, True)
    await silent.close()
    # Whoever said what they want, and then drips the rest of it, has as long as a slow phone needs.
    for answered_s, status in await bodies:
        assert status == b"422"
        assert answered_s < BODY_PATIENCE_S + 10
    # And who asks for much and reads none of it has a connection no longer either.
    while (held := _held(target, readers)) and time.monotonic() - began < STALLED_S + 20:
        await intruders.visitor(target)
        await asyncio.wait({asyncio.ensure_future(_dripped(target, "/nothing", "text/plain"))}, timeout=1)
    assert not held
    for reader in readers:
        reader.close()


def _who_reads_nothing(desk: Desk) -> socket.socket:
    """More than the system keeps for a reader is asked for, so that the rest waits in the server."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", desk.port))
    reader.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * TIMES)
    return reader


def _held(desk: Desk, readers: list[socket.socket]) -> int:
    """How many of their connections the server still has open."""
    ours = {f":{reader.getsockname()[1]:04X}" for reader in readers}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{desk.port:04X}") and row[2][-5:] in ours and row[3] == "01" for row in rows)


BODIES = [
    ("/reset", "application/x-www-form-urlencoded"),
    ("/privacy", "application/x-www-form-urlencoded"),
    ("/incidents/subscribe", "application/json"),
    ("/api/v1/sessions", "application/json"),
]


async def _dripped(desk: Desk, path: str, kind: str) -> tuple[float, bytes]:
    """(seconds until it was answered, status) of a request whose body comes a letter a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode())
    began, said = time.monotonic(), asyncio.ensure_future(reader.readline())
    while not said.done() and time.monotonic() - began < BODY_PATIENCE_S + 20:
        writer.write(b"a")
        await asyncio.wait({said}, timeout=1)
    writer.close()
    return time.monotonic() - began, (await said).split()[1]


@pytest.mark.slow
async def test_a_frame_that_never_ends_is_cut_like_a_silent_client(target: Desk) -> None:
    client = await WireClient.connect(target.url, "/visitor", {})
    raw = client._websocket.get_extra_info("socket")
    assert raw is not None
    writer = client._websocket._writer
    assert writer is not None
    client.vanish()
    # The head of a frame of 900,000 bytes, and never more than a few of them.
    writer.transport.write(b"\x81\xff" + (900_000).to_bytes(8, "big") + b"\x00\x00\x00\x00" + b"42")

    await client.closed(timeout_s=30)
    await client.close()
