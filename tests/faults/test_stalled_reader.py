"""A client that stops reading its socket: the others go on, the server's memory stays bounded, the client is cut."""

from __future__ import annotations

import asyncio
import select
import socket
import time
from pathlib import Path

import pytest

from tests.faults.profile import READERS
from tests.faults.results import tell
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, NewDesk, People
from tests.harness.people import AgentClient, VisitorClient

pytestmark = [pytest.mark.slow, pytest.mark.alone]

MESSAGES = 2_000
# 16 kB each in UTF-8: 32 MB in all, far more than the system's socket buffers hold.
BODY = "я" * 7_990
AT_ONCE = 20
# The cap on what may wait for one reader is 8 MB; the rest is what 2,000 such messages cost in passing.
MEMORY_BYTES = 60_000_000
ANSWER_WITHIN_S = 2.0
ANSWERS = 40
CUT_WITHIN_S = 40.0


class StallingVisitor(VisitorClient):
    def stall(self) -> None:
        """From now on nothing is read; the system's buffer for it is small."""
        raw = self._websocket.get_extra_info("socket")
        assert raw is not None
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection = self._websocket._conn
        assert connection is not None
        assert isinstance(connection.transport, asyncio.Transport)
        connection.transport.pause_reading()

    async def cut_off(self) -> None:
        """Until the server has ended the TCP connection, which the system notices without anybody reading."""
        raw = self._websocket.get_extra_info("socket")
        poller = select.poll()
        poller.register(raw.fileno(), select.POLLRDHUP)
        assert await asyncio.to_thread(poller.poll, CUT_WITHIN_S * 1000), "the stalled client is still connected"


def _memory_bytes(desk: Desk) -> int:
    status = Path(f"/proc/{desk.pid}/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def _flood(agent: AgentClient, chat_id: str) -> None:
    """So many messages, a few under way at a time, each acknowledged in time."""
    for first in range(0, MESSAGES, AT_ONCE):
        orders = [{"chat_id": chat_id, "client_id": f"flood-{n}", "body": BODY} for n in range(first, first + AT_ONCE)]
        answers = [await agent.send("message:send", order) for order in orders]
        for answer in answers:
            assert (await asyncio.wait_for(answer, ANSWER_WITHIN_S))["ok"]


async def _chat_meanwhile(visitor: VisitorClient, agent: AgentClient, flood: asyncio.Task[None]) -> int:
    """Another conversation, message by message, each heard by the other side in time; how many."""
    chat_id = (await visitor.start("Do you have time for me?"))["id"]
    await agent.assigned(chat_id)
    said = 0
    while not flood.done():
        mark, said = agent.mark(), said + 1
        await asyncio.wait_for(visitor.say(chat_id, f"Hello {said}?"), ANSWER_WITHIN_S)
        await agent.wait("message", lambda message: message["kind"] == "text", since=mark, timeout_s=ANSWER_WITHIN_S)
    return said


async def _half_of_the_answers_within_s(agent: AgentClient, listener: VisitorClient, chat_id: str) -> float:
    """From the order until a good reader was shown it, the middle of many."""
    took_s = []
    for n in range(ANSWERS):
        began_s = time.monotonic()
        said = await agent.say(chat_id, f"{n} {BODY[:2000]}")
        await listener.wait("message", lambda message, seq=said["seq"]: message["seq"] == seq)  # type: ignore[misc]
        took_s.append(time.monotonic() - began_s)
    return sorted(took_s)[ANSWERS // 2]


async def test_many_readers_who_stop_reading_slow_down_nobody_who_goes_on(new_desk: NewDesk, people: People) -> None:
    """As many of each; a good one's median is at most twice what it was while all of them read."""
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off", "SEMAFOR_CONNECTIONS_PER_ADDRESS": str(3 * READERS)})
    ada = await people.agent(desk, ADA)
    listener = await people.visitor(desk)
    chat = await listener.start("How many are you?")
    await ada.assigned(chat["id"])
    tabs = [await StallingVisitor.arrive(desk.url, token=listener.token) for _ in range(2 * READERS)]
    try:
        calm_s = await _half_of_the_answers_within_s(ada, listener, chat["id"])
        for tab in tabs[:READERS]:
            tab.stall()
        beside_s = await _half_of_the_answers_within_s(ada, listener, chat["id"])
        for tab in tabs[READERS:]:
            assert (await tab.call("typing", {"chat_id": chat["id"], "on": False}))["ok"], "the others are there"
    finally:
        for tab in tabs:
            await tab.close()
    times, calm_ms = beside_s / calm_s, 1000 * calm_s
    tell(f"{READERS} stopped beside as many others: a good one's median was {times:.2f} x its calm {calm_ms:.1f} ms")
    assert beside_s <= 2 * calm_s


async def test_stalled_reader_holds_nobody_up_and_is_cut(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    ada = await people.agent(desk, ADA)
    reading = await people.visitor(desk)
    chat = await reading.start("How much do you write?")
    await ada.assigned(chat["id"])
    bob = await people.agent(desk, BOB)
    await ada.ask("status:set", {"status": "away"})  # the other conversation is Bob's
    other = await people.visitor(desk)
    stalled = await StallingVisitor.arrive(desk.url, token=reading.token)
    stalled.stall()
    before_bytes = _memory_bytes(desk)

    flood = asyncio.create_task(_flood(ada, chat["id"]))
    said = await _chat_meanwhile(other, bob, flood)
    await flood

    last = await reading.wait("message", lambda message: message["client_id"] == f"flood-{MESSAGES - 1}")
    seqs = [message["seq"] for message in reading.events("message")]
    assert seqs == list(range(seqs[0], last["seq"] + 1))
    assert said > 10
    grown_bytes = _memory_bytes(desk) - before_bytes
    assert grown_bytes < MEMORY_BYTES
    await stalled.cut_off()
    await stalled.close()
