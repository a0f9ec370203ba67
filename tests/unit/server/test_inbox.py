"""A connection's events: one after the other, but messages stand in the record's line together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from server import wire
from server.sockets.inbox import INBOX_HIGH, SENDING_HIGH, Inbox
from server.sockets.rooms import Connection
from transcripts.records import SYSTEM, Message

AT = datetime(2026, 11, 22, tzinfo=UTC)


class Outlet:
    """What the client hears: ids of acknowledgements, and what they say."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, Any]] = []

    def is_full(self) -> bool:
        return False

    def write(self, message: bytes) -> None:
        text = message.decode().removeprefix("43/visitor,")
        ack_id, _, answer = text.partition("[")
        self.heard.append((int(ack_id), orjson.loads(answer[:-1])))


class Desk:
    """Messages are begun and wait in `line`; everything else is handled when `go_on` says so."""

    def __init__(self) -> None:
        self.line: list[asyncio.Future[Message]] = []
        self.handled: list[object] = []
        self.go_on = asyncio.Event()

    def begin(self, connection: Connection, event: object, args: tuple[Any, ...]) -> asyncio.Future[Message] | None:
        if event != "message:send":
            return None
        self.line.append(asyncio.get_running_loop().create_future())
        return self.line[-1]

    def answer(self, begun: asyncio.Future[Message]) -> wire.Json:
        return {"seq": begun.result().seq} if begun.exception() is None else {"error": str(begun.exception())}

    async def handle(self, connection: Connection, event: object, args: tuple[Any, ...]) -> wire.Json:
        self.handled.append(event)
        await self.go_on.wait()
        return {"did": event}

    def store(self, number: int) -> None:
        """The first `number` that wait."""
        for begun in self.line[:number]:
            begun.set_result(Message("c1", 7, "m1", SYSTEM, "text", "words", AT))
        del self.line[:number]


class Line:
    def __init__(self) -> None:
        self.desk, self.outlet = Desk(), Outlet()
        self.tasks: set[asyncio.Task[None]] = set()
        connection = Connection("s1", "e1", "/visitor", "127.0.0.1", self.outlet, lambda _: None)
        self.inbox = Inbox(connection, self.desk, self._own)
        self.greeted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.inbox.open(self.greeted)

    def _own(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        return task

    async def greet(self) -> None:
        self.greeted.set_result(True)
        await asyncio.wait(self.tasks)

    def put(self, ack_id: int, event: str = "message:send") -> None:
        self.inbox.put((event, ({},), ack_id))

    @property
    def acknowledged(self) -> list[int]:
        return [ack_id for ack_id, _ in self.outlet.heard]


async def rest() -> None:
    """Until nothing moves."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def line() -> Line:
    return Line()


async def test_messages_wait_in_the_line_together_and_whatever_else_comes_waits_for_them(line: Line) -> None:
    await line.greet()
    for number in (1, 2, 3):
        line.put(number)
    line.put(4, "chat:leave")
    line.put(5)
    await rest()
    assert (len(line.desk.line), line.desk.handled) == (3, [])

    line.desk.store(2)
    await rest()
    assert (line.acknowledged, line.desk.handled) == ([1, 2], [])

    line.desk.store(1)
    await rest()
    assert (line.acknowledged, line.desk.handled, line.desk.line) == ([1, 2, 3], ["chat:leave"], [])

    line.desk.go_on.set()
    await rest()
    line.desk.store(1)
    await rest()
    assert line.acknowledged == [1, 2, 3, 4, 5]


async def test_nothing_is_begun_before_the_greeting_and_a_refused_message_is_answered_in_its_turn(line: Line) -> None:
    line.put(1)
    line.put(2)
    await rest()
    assert line.desk.line == []

    await line.greet()
    line.desk.line.pop(0).set_exception(ValueError("closed"))
    line.desk.store(1)
    await rest()
    assert line.outlet.heard == [(1, {"error": "closed"}), (2, {"seq": 7})]


async def test_one_connection_takes_few_places_in_the_line_and_is_not_read_on_when_it_floods(line: Line) -> None:
    await line.greet()
    for number in range(SENDING_HIGH + INBOX_HIGH + 1):
        line.put(number)
    await rest()
    assert len(line.desk.line) == SENDING_HIGH
    assert line.inbox.is_full

    read_on = asyncio.ensure_future(line.inbox.ends())
    while not read_on.done():
        assert len(line.desk.line) <= SENDING_HIGH
        line.desk.store(3)
        await rest()
    assert line.acknowledged == list(range(SENDING_HIGH + INBOX_HIGH + 1))
    assert not line.inbox.is_full


async def test_who_was_never_greeted_is_not_waited_for() -> None:
    connection = Connection("s1", "e1", "/visitor", "127.0.0.1", Outlet(), lambda _: None)
    line = Line()

    assert not await Inbox(connection, line.desk, line._own).ends()

    line.greeted.set_result(False)
    line.put(1)
    assert await line.inbox.ends()
    assert line.desk.line == []
