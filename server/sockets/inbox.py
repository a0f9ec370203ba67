"""One connection's events, handled one after the other in the order in which they were sent.

Messages need not wait for each other: they stand in the record's line in that order, where several share a commit, and
each is acknowledged when it is stored. Whatever else comes waits until they are.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol

from server import wire
from server.sockets.rooms import Connection
from transcripts.records import Message

INBOX_HIGH = 256
"""Events that may wait to be handled; then the connection's socket is not read on."""
SENDING_HIGH = 8
"""Messages that may be in the record's line: the line is everybody's."""

Event = tuple[object, tuple[Any, ...], int | None]
"""Its name, what came with it, and the id of the acknowledgement, if one is asked for."""
Own = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Handler(Protocol):
    """Of a namespace (base.py). None of it raises."""

    async def handle(self, connection: Connection, event: object, args: tuple[Any, ...]) -> wire.Json: ...

    def begin(self, connection: Connection, event: object, args: tuple[Any, ...]) -> asyncio.Future[Message] | None: ...

    def answer(self, begun: asyncio.Future[Message]) -> wire.Json: ...


class Inbox:
    """own: makes a task of the handling, and sees to its end."""

    __slots__ = ("_handler", "_own", "_sending", "_waiting", "_worker", "connection")

    def __init__(self, connection: Connection, handler: Handler, own: Own) -> None:
        self.connection = connection
        self._handler = handler
        self._own = own
        self._waiting: deque[Event] = deque()
        self._sending: set[asyncio.Future[Message]] = set()
        self._worker: asyncio.Task[None] | None = None

    def open(self, greeting: Awaitable[bool]) -> None:
        """Handle what comes after the greeting; nothing where that is False."""
        self._worker = self._own(self._after(greeting))

    def put(self, event: Event) -> None:
        is_idle = self._worker is not None and self._worker.done()
        if is_idle and len(self._sending) < SENDING_HIGH and self._begin(event):
            return
        self._waiting.append(event)
        if is_idle:
            self._worker = self._own(self._work())

    @property
    def is_full(self) -> bool:
        return len(self._waiting) > INBOX_HIGH and self._worker is not None

    async def ends(self) -> bool:
        """Wait until all that came was handled. False: nothing ever will be, not even the greeting."""
        if self._worker is None:
            return False
        await asyncio.wait({self._worker})
        if self._sending:
            await asyncio.wait(self._sending)
        return True

    async def _after(self, greeting: Awaitable[bool]) -> None:
        if await greeting:
            await self._work()

    async def _work(self) -> None:
        while self._waiting:
            if len(self._sending) >= SENDING_HIGH:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
            event = self._waiting.popleft()
            if self._begin(event):
                continue
            if self._sending:
                await asyncio.wait(self._sending)
            name, args, ack_id = event
            self._acknowledge(ack_id, await self._handler.handle(self.connection, name, args))

    def _begin(self, event: Event) -> bool:
        """False: it is to be handled, after all that came before it."""
        name, args, ack_id = event
        begun = self._handler.begin(self.connection, name, args)
        if begun is None:
            return False
        self._sending.add(begun)
        begun.add_done_callback(partial(self._sent, ack_id))
        return True

    def _sent(self, ack_id: int | None, begun: asyncio.Future[Message]) -> None:
        self._sending.discard(begun)
        if not begun.cancelled():
            self._acknowledge(ack_id, self._handler.answer(begun))

    def _acknowledge(self, ack_id: int | None, answer: wire.Json) -> None:
        if ack_id is not None:
            self.connection.acknowledge(ack_id, answer)
