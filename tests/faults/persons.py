"""One client as the widget and the panel are: comes back by itself, asks again, and (threads.py) for what it missed.

What it does and is shown goes into the history; nobody here judges anything. load.py and crowd.py say what people want.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any, Literal

import aiohttp

from tests.faults.histories import History, Json, Link, Operation, instant
from tests.faults.threads import Threads
from tests.harness.wire import ConnectionRefusedByServer, Received, WireClient

GONE = (ConnectionError, TimeoutError, AssertionError, aiohttp.ClientError)
"""What a client notices when its server was killed, whatever it was doing."""
RECONNECT_S = (0.5, 5.0)
"""The widget's and the panel's: the first pause before another attempt, and the longest."""
ANSWER_S = 10.0
AGAIN_S = 1.0
"""The widget's pause before it asks again what was answered `unavailable`, or not at all."""
ENDED_S = 5.0


class Scene:
    """What all persons of one test share. up: the server listens; draining: nobody begins anything new.

    url: where people connect unless they are sent to one of `places`. pace: all pauses are so many times longer.
    """

    def __init__(self, url: str, seed: int, *, places: Sequence[str] = (), pace: float = 1.0) -> None:
        self.url = url
        self.places = tuple(places) or (url,)
        self.pace = pace
        self.random = Random(seed)
        self.history = History()
        self.up = asyncio.Event()
        self.draining = asyncio.Event()
        self.run = 1
        self.connections = itertools.count(1)
        self.sources = itertools.count(1)
        self.acknowledged = 0
        self._changed = asyncio.Condition()

    async def acknowledge(self) -> None:
        self.acknowledged += 1
        await self.happened()

    async def happened(self) -> None:
        """Somebody was told something: whoever waits for it looks again."""
        async with self._changed:
            self._changed.notify_all()

    async def until(self, predicate: Callable[[], bool], within_s: float = 30) -> None:
        """Raises TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(predicate), within_s)

    async def progress(self, operations: int, within_s: float = 30) -> None:
        """Wait until so many more were acknowledged."""
        goal = self.acknowledged + operations
        await self.until(lambda: self.acknowledged >= goal, within_s)


class Person(ABC):
    """One client that is connected again and again. Subclasses say to what, and what they make of an event."""

    namespace: str
    kind: Literal["visitor", "agent"]

    def __init__(self, scene: Scene, url: str | None = None) -> None:
        """url: of the one server this client goes to; else the scene's."""
        self.id = ""
        self.over = False
        self.is_away = False
        self.connection_no = 0
        self.scene = scene
        self.source = next(scene.sources)
        self.url = url or scene.url
        self.random = Random(scene.random.random())
        self._client: WireClient | None = None
        self._listener: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._sent_no = itertools.count(1)
        self._news = asyncio.Event()
        self._connecting = asyncio.Lock()
        self._threads = Threads(scene.history)

    @abstractmethod
    def auth(self) -> Json: ...

    @abstractmethod
    def greeted(self, hello: Json) -> None: ...

    @abstractmethod
    def hear(self, event: str, data: Any) -> None: ...

    @abstractmethod
    async def live(self) -> None: ...

    def has(self, chat_id: str, seq: int) -> bool:
        """It was shown everything of the chat up to this seq."""
        return self._threads.seen(chat_id) >= seq

    def mine(self) -> set[str]:
        """The chats this client wants to know all of."""
        return set()

    # ---- connections -------------------------------------------------------------------------------------------------

    @property
    def is_connected(self) -> bool:
        if self._client is None or self._listener is None:
            return False
        return not self._listener.done() and not self._client._reader.done()

    async def connection(self) -> WireClient:
        """The live connection; a new one as soon as there is a server again."""
        wait_s, longest_s = RECONNECT_S
        async with self._connecting:
            while not self.is_connected or self._client is None:
                await self.leave()
                await self.scene.up.wait()
                if not await self._connect():
                    await asyncio.sleep(wait_s * self.random.uniform(0.5, 1.5))
                    wait_s = min(2 * wait_s, longest_s)
            return self._client

    async def be_answered(self) -> None:
        """Until the desk says anything about a question of this client's, over as many connections as it takes."""
        while True:
            with suppress(*GONE):
                client = await self.connection()
                answer = await client.call("typing", {"chat_id": "nobody's", "on": False})
                if answer["error"]["code"] != "unavailable":
                    return
                await self.pause(AGAIN_S)
                continue
            await self.pause(RECONNECT_S[0])

    async def leave(self) -> None:
        """Also closed where who leaves is cancelled meanwhile."""
        client, self._client = self._client, None
        listener, self._listener = self._listener, None
        try:
            if listener is not None:
                listener.cancel()
                await asyncio.gather(listener, return_exceptions=True)
        finally:
            # A listener that was cancelled before its first step has written no end.
            if self._link is not None and self._link.until is None:
                self._link.until = time.time()
            if client is not None:
                await client.close()

    async def lost(self) -> None:
        """The connection is gone, and nobody asked for that."""
        await self.leave()

    async def _connect(self) -> bool:
        try:
            self._client = client = await WireClient.connect(self.url, self.namespace, self.auth())
            hello = await client.wait("hello")
        except ConnectionRefusedByServer as exc:
            if "unavailable" not in str(exc.error):
                raise
            return False
        except GONE:
            return False
        self.connection_no = next(self.scene.connections)
        self.greeted(hello)
        self._link = link = Link(self.connection_no, self.source, self.id, self.kind, time.time())
        self.scene.history.links.append(link)
        self._listener = asyncio.create_task(self._listen(client, link))
        return True

    async def _listen(self, client: WireClient, link: Link) -> None:
        catching_up = asyncio.create_task(self._catch_up(client, link))
        try:
            async for received in events_of(client):
                if received.event == "message":
                    self._threads.hear(received.data, link, "push")
                elif received.event in ("chat", "assigned"):
                    self._threads.announce(received.data)
                    if received.event == "assigned":
                        self._threads.at_once.set()
                self.hear(received.event, received.data)
                self._news.set()
                await self.scene.happened()
        finally:
            link.until = time.time()
            catching_up.cancel()
            await asyncio.gather(catching_up, return_exceptions=True)

    async def _catch_up(self, client: WireClient, link: Link) -> None:
        with suppress(*GONE):
            await self._threads.catch_up(client, link, self.mine)

    # ---- orders ------------------------------------------------------------------------------------------------------

    async def deliver(self, *operations: Operation, gives_up: bool = False) -> None:
        """Send in order, again after each lost connection, until all are decided. gives_up: do not ask again."""
        self.scene.history.operations += [op for op in operations if op.attempts == 0]
        while waiting := [op for op in operations if op.outcome == "unknown"]:
            client = await self.connection()
            try:
                answers = [await self._send(client, op) for op in waiting]
                for op, answer in zip(waiting, answers, strict=True):
                    self.decide(op, await asyncio.wait_for(answer, ANSWER_S))
                    await self.scene.acknowledge()
            except GONE:
                await self.lost()
                if gives_up:
                    return
            if any(op.outcome == "unknown" and op.unsure for op in waiting):
                await self.pause(AGAIN_S)

    async def pause(self, think_s: float) -> None:
        """Until something happens, at most so long."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(think_s):
                await self._news.wait()

    async def _send(self, client: WireClient, op: Operation) -> Any:
        op.sent_no, op.attempts, op.source = next(self._sent_no), op.attempts + 1, self.source
        op.sent = op.sent or instant()
        return await client.send(op.event, self.order_of(op))

    def order_of(self, op: Operation) -> Json:
        if op.event == "message:send":
            return {"chat_id": op.chat_id, "client_id": op.client_id, "body": op.body}
        if op.event == "chat:start":
            return {"client_id": op.client_id, "question": op.body}
        return {"chat_id": op.chat_id, **({"resolution": "resolved"} if op.event == "chat:close" else {})}

    def decide(self, op: Operation, answer: Json) -> None:
        op.answered = instant()
        if answer["ok"]:
            op.outcome = "ok"
            op.seq = answer.get("seq", 1 if op.event == "chat:start" else None)
            op.chat_id = answer["chat"]["id"] if op.event == "chat:start" else op.chat_id
        elif answer["error"]["code"] == "unavailable":
            op.unsure = True
        else:
            op.outcome = "failed"


@asynccontextmanager
async def living(persons: Sequence[Person]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """All of them live; at the end everybody is gone. Raises what a person stumbled over."""
    lives = [asyncio.create_task(person.live()) for person in persons]
    try:
        yield lives
    finally:
        for person in persons:
            person.over = True
        left = set(lives)
        # Again and again: Python 3.11's `wait_for` swallows a cancellation that meets the end of what it waits for.
        while left:
            for life in left:
                life.cancel()
            _, left = await asyncio.wait(left, timeout=ENDED_S)
        ends = await asyncio.gather(*lives, return_exceptions=True)
        for person in persons:
            await person.leave()
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def events_of(client: WireClient) -> AsyncIterator[Received]:
    """Every event after `hello` as it comes, until the connection is over."""
    looked = 1
    while True:
        while looked < len(client.history):
            looked += 1
            yield client.history[looked - 1]
        if client._reader.done():
            return
        async with client._changed:
            if looked >= len(client.history) and not client._reader.done():
                await client._changed.wait()
