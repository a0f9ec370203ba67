"""Visitors, agents and a manager who live through kills: they come back with their tokens and ask again.

Each runs until the desk's drain; what they do and are shown goes into the history. Nobody here judges anything.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any, Self

import aiohttp

from tests.faults.histories import Greeting, Heard, Held, History, Json, Line, Operation
from tests.harness.desk import User
from tests.harness.people import session_token
from tests.harness.wire import Received, WireClient

GONE = (ConnectionError, TimeoutError, AssertionError, aiohttp.ClientError)
"""What a client notices when its server was killed, whatever it was doing."""


class Scene:
    """What all persons of one test share. up: the server listens; draining: nobody begins anything new."""

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self.random = Random(seed)
        self.history = History()
        self.up = asyncio.Event()
        self.draining = asyncio.Event()
        self.run = 1
        self.connections = itertools.count(1)
        self.acknowledged = 0
        self._more = asyncio.Condition()

    async def acknowledge(self) -> None:
        self.acknowledged += 1
        async with self._more:
            self._more.notify_all()

    async def progress(self, operations: int) -> None:
        """Wait until so many more were acknowledged."""
        goal = self.acknowledged + operations
        async with self._more:
            await asyncio.wait_for(self._more.wait_for(lambda: self.acknowledged >= goal), 30)


class Person(ABC):
    """One client that is connected again and again. Subclasses say to what, and what they make of an event."""

    namespace: str

    def __init__(self, scene: Scene) -> None:
        self.id = ""
        self.over = False
        self.scene = scene
        self.random = Random(scene.random.random())
        self._client: WireClient | None = None
        self._listener: asyncio.Task[None] | None = None
        self._sent_no = itertools.count(1)
        self._news = asyncio.Event()

    @abstractmethod
    def auth(self) -> Json: ...

    @abstractmethod
    def greeted(self, hello: Json) -> None: ...

    @abstractmethod
    def hear(self, event: str, data: Any) -> None: ...

    @abstractmethod
    async def live(self) -> None: ...

    async def connection(self) -> WireClient:
        """The live connection; a new one as soon as there is a server again."""
        while self._client is None or self._listener is None or self._listener.done():
            await self.leave()
            await self.scene.up.wait()
            with suppress(*GONE):
                client = await WireClient.connect(self.scene.url, self.namespace, self.auth())
                self._client = client
                self.greeted(await client.wait("hello"))
                self._listener = asyncio.create_task(self._listen(client, next(self.scene.connections)))
        return self._client

    async def leave(self) -> None:
        client, self._client = self._client, None
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        self._listener = None
        if client is not None:
            await client.close()

    async def lost(self) -> None:
        """The connection is gone, and nobody asked for that."""
        await self.leave()

    async def deliver(self, *operations: Operation, gives_up: bool = False) -> None:
        """Send in order, again after each lost connection, until all are answered. gives_up: do not ask again."""
        self.scene.history.operations += [op for op in operations if op.attempts == 0]
        while waiting := [op for op in operations if op.outcome == "unknown"]:
            client = await self.connection()
            try:
                answers = [await self._send(client, op) for op in waiting]
                for op, answer in zip(waiting, answers, strict=True):
                    self.decide(op, await asyncio.wait_for(answer, 10))
                    await self.scene.acknowledge()
            except GONE:
                await self.lost()
                if gives_up:
                    return

    async def pause(self, think_s: float) -> None:
        """Until something happens, at most so long."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(think_s):
                await self._news.wait()

    async def _send(self, client: WireClient, op: Operation) -> Any:
        op.sent_no, op.attempts = next(self._sent_no), op.attempts + 1
        return await client.send(op.event, self.order_of(op))

    def order_of(self, op: Operation) -> Json:
        if op.event == "message:send":
            return {"chat_id": op.chat_id, "client_id": op.client_id, "body": op.body}
        if op.event == "chat:start":
            return {"client_id": op.client_id, "question": op.body}
        return {"chat_id": op.chat_id, **({"resolution": "resolved"} if op.event == "chat:close" else {})}

    def decide(self, op: Operation, answer: Json) -> None:
        if answer["ok"]:
            op.outcome = "ok"
            op.seq = answer.get("seq", 1 if op.event == "chat:start" else None)
            op.chat_id = answer["chat"]["id"] if op.event == "chat:start" else op.chat_id
        elif answer["error"]["code"] != "unavailable" or op.attempts == 1:
            op.outcome = "failed"

    async def _listen(self, client: WireClient, number: int) -> None:
        async for received in events_of(client):
            if received.event == "message":
                self.scene.history.heard.append(Heard(number, received.data))
            self.hear(received.event, received.data)
            self._news.set()


class LoadVisitor(Person):
    """Asks, writes in bursts, sometimes leaves the line; asks again when the chat is over."""

    namespace = "/visitor"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.chat_id: str | None = None
        self.token: str | None = None
        self._ended: set[str] = set()
        self._number = next(_visitors)
        self._client_ids = itertools.count(1)

    def auth(self) -> Json:
        return {"token": self.token} if self.token else {}

    def greeted(self, hello: Json) -> None:
        self.id, self.token = hello["visitor"]["id"], hello["token"]
        self.scene.history.greetings.append(Greeting(self.id, time.time(), self.chat_id, hello["chat"]))
        self.chat_id = hello["chat"]["id"] if hello["chat"] else None

    def hear(self, event: str, data: Any) -> None:
        if event == "chat" and data["state"] == "closed":
            self._ended.add(data["id"])
            self.chat_id = None if self.chat_id == data["id"] else self.chat_id

    def decide(self, op: Operation, answer: Json) -> None:
        super().decide(op, answer)
        if answer["ok"] and "chat" in answer and answer["chat"]["state"] == "closed":
            self._ended.add(answer["chat"]["id"])
        if not answer["ok"] and answer["error"]["code"] == "closed":
            self.chat_id = None

    async def live(self) -> None:
        while not (self.scene.draining.is_set() and self.chat_id is None):
            await self.connection()
            if self.scene.draining.is_set():
                await self.pause(0.2)
            elif self.chat_id is None:
                await self._start()
            else:
                await self._go_on(self.chat_id)
                await self.pause(self.random.uniform(0, 0.2))

    async def _start(self) -> None:
        start = self._operation("chat:start")
        await self.deliver(start)
        # It may be over already: asked before a kill, answered after the restart.
        self.chat_id = None if start.chat_id in self._ended else start.chat_id

    async def _go_on(self, chat_id: str) -> None:
        if self.random.random() < 0.02:
            await self.deliver(self._operation("chat:leave", chat_id))
            return
        burst = [self._operation("message:send", chat_id) for _ in range(self.random.randint(1, 4))]
        await self.deliver(*burst, gives_up=self.random.random() < 0.3)

    def _operation(self, event: str, chat_id: str | None = None) -> Operation:
        client_id = f"v{self._number}-{next(self._client_ids)}"
        return Operation(event, self.id, chat_id, client_id, f"This is {client_id}")


class LoadAgent(Person):
    """Answers the chats they hold and closes each after a few answers."""

    namespace = "/agent"
    answers_per_chat = 4
    away_s = 4.0

    def __init__(self, scene: Scene, user: User, token: str) -> None:
        super().__init__(scene)
        self.user = user
        self.held: set[str] = set()
        self._token = token
        self._answers: dict[str, int] = {}
        self._client_ids = itertools.count(1)

    @classmethod
    async def sign_in(cls, scene: Scene, user: User, *, status: str = "online") -> Self:
        """The one session is for all connections."""
        agent = cls(scene, user, await session_token(scene.url, user))
        client = await agent.connection()
        await client.ask("status:set", {"status": status})
        return agent

    def auth(self) -> Json:
        return {"token": self._token}

    def greeted(self, hello: Json) -> None:
        self.id = hello["agent"]["id"]
        self.scene.history.capacities[self.id] = self.user.capacity
        self._hold({chat["id"] for chat in hello["chats"]})

    def hear(self, event: str, data: Any) -> None:
        if event == "assigned":
            self._hold(self.held | {data["id"]})
        elif event == "unassigned":
            self._hold(self.held - {data["chat_id"]})

    def _hold(self, chats: set[str]) -> None:
        self.held = chats
        self.scene.history.held.append(Held(self.id, time.time(), tuple(sorted(chats))))

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            if self.held:
                await self._serve(self.random.choice(sorted(self.held)))
            await self.pause(0.05)

    async def lost(self) -> None:
        """Now and then not back within the grace: the chats go back into the line."""
        await super().lost()
        if self.random.random() < 0.2 and not self.scene.draining.is_set():
            await self.pause(self.away_s)

    async def _serve(self, chat_id: str) -> None:
        answers = self._answers[chat_id] = self._answers.get(chat_id, 0) + 1
        if answers > self.answers_per_chat or self.scene.draining.is_set():
            await self.deliver(self._operation("chat:close", chat_id))
        else:
            said = [self._operation("message:send", chat_id) for _ in range(self.random.randint(1, 2))]
            await self.deliver(*said)

    def _operation(self, event: str, chat_id: str) -> Operation:
        client_id = f"{self.user.email}-{next(self._client_ids)}"
        return Operation(event, self.id, chat_id, client_id, f"This is {client_id}")


class Watcher(LoadAgent):
    """A manager who only looks at the line."""

    def greeted(self, hello: Json) -> None:
        super().greeted(hello)
        for board in hello["queue"]:
            self._see(board)

    def hear(self, event: str, data: Any) -> None:
        if event == "queue":
            self._see(data)

    def _see(self, board: Json) -> None:
        chats = tuple(waiting["chat_id"] for waiting in board["waiting"])
        positions = tuple(waiting["position"] for waiting in board["waiting"])
        self.scene.history.lines.append(Line(self.scene.run, time.time(), chats, positions))

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            await self.pause(0.2)


_visitors = itertools.count(1)


@asynccontextmanager
async def living(persons: Sequence[Person]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """All of them live; at the end everybody is gone. Raises what a person stumbled over."""
    lives = [asyncio.create_task(person.live()) for person in persons]
    try:
        yield lives
    finally:
        for person, life in zip(persons, lives, strict=True):
            person.over = True
            life.cancel()
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
