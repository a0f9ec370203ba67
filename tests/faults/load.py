"""What people want while things break: visitors who ask and ask again, agents who answer, a manager who looks on."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import suppress
from typing import Any, Self

from tests.faults.histories import Greeting, Held, Json, Line, Operation, Place, Word
from tests.faults.persons import GONE, Person, Scene
from tests.harness.desk import User
from tests.harness.people import session_token

_visitors = itertools.count(1)


class LoadVisitor(Person):
    """Asks, writes in bursts, sometimes leaves the line; asks again when the chat is over."""

    namespace = "/visitor"
    kind = "visitor"
    leaving_share = 0.02

    def __init__(self, scene: Scene, url: str | None = None, department: str | None = None) -> None:
        super().__init__(scene, url)
        self.chat_id: str | None = None
        self.token: str | None = None
        self.department = department
        self._ended: set[str] = set()
        self._number = next(_visitors)
        self._client_ids = itertools.count(1)

    def auth(self) -> Json:
        return {"token": self.token} if self.token else {}

    def mine(self) -> set[str]:
        return {self.chat_id} if self.chat_id else set()

    def greeted(self, hello: Json) -> None:
        self.id, self.token = hello["visitor"]["id"], hello["token"]
        self.scene.history.greetings.append(Greeting(self.id, time.time(), self.chat_id, hello["chat"]))
        self.chat_id = hello["chat"]["id"] if hello["chat"] else None
        if hello["chat"]:
            self._threads.announce(hello["chat"])

    def hear(self, event: str, data: Any) -> None:
        if event == "chat" and data["state"] == "closed":
            self._ended.add(data["id"])
            self.chat_id = None if self.chat_id == data["id"] else self.chat_id
        elif event == "queue":
            place = Place(data["chat_id"], time.time(), data["position"], self.connection_no)
            self.scene.history.places.append(place)

    def decide(self, op: Operation, answer: Json) -> None:
        super().decide(op, answer)
        if answer["ok"] and "chat" in answer and answer["chat"]["state"] == "closed":
            self._ended.add(answer["chat"]["id"])
        if not answer["ok"] and answer["error"]["code"] == "closed":
            self.chat_id = None

    def order_of(self, op: Operation) -> Json:
        asked = super().order_of(op)
        return {**asked, "department": self.department} if op.event == "chat:start" and self.department else asked

    async def live(self) -> None:
        while not self.over and not (self.scene.draining.is_set() and self.chat_id is None):
            await self.connection()
            if self.scene.draining.is_set():
                await self.pause(0.2)
            elif self.chat_id is None:
                await self.start()
            else:
                await self._go_on(self.chat_id)
                await self.pause(self.random.uniform(0, 0.2) * self.scene.pace)

    async def start(self) -> None:
        start = self.operation("chat:start")
        await self.deliver(start)
        # It may be over already: asked before a kill, answered after the restart.
        self.chat_id = None if start.chat_id in self._ended else start.chat_id

    async def _go_on(self, chat_id: str) -> None:
        if self.random.random() < self.leaving_share:
            await self.deliver(self.operation("chat:leave", chat_id))
            return
        burst = [self.operation("message:send", chat_id) for _ in range(self.random.randint(1, 4))]
        await self.deliver(*burst, gives_up=self.random.random() < 0.3)

    def operation(self, event: str, chat_id: str | None = None) -> Operation:
        client_id = f"v{self._number}-{next(self._client_ids)}"
        return Operation(event, self.id, chat_id, client_id, f"This is {client_id}")


class LoadAgent(Person):
    """Answers the chats they hold and closes each after a few answers. One of an agent's tabs."""

    namespace = "/agent"
    kind = "agent"
    answers_per_chat = 4
    answering_s = 0.05
    """Taken for every answer, whatever else happens meanwhile: what makes visitors wait on a fast machine too."""
    away_s = 4.0
    away_share = 0.2

    def __init__(self, scene: Scene, user: User, token: str, url: str | None = None, status: str = "online") -> None:
        super().__init__(scene, url)
        self.user = user
        self.held: set[str] = set()
        self.status = ""
        self._wanted = status
        self._token = token
        self._answers: dict[str, int] = {}
        self._client_ids = itertools.count(1)

    @classmethod
    async def sign_in(cls, scene: Scene, user: User, *, url: str | None = None, status: str = "online") -> Self:
        """The one session is for all connections."""
        agent = cls(scene, user, await session_token(url or scene.url, user), url, status)
        await agent.connection()
        await agent.be_as_wanted()
        return agent

    def tab(self, url: str | None = None) -> Self:
        """Another of the same agent."""
        return type(self)(self.scene, self.user, self._token, url, self._wanted)

    def auth(self) -> Json:
        return {"token": self._token}

    def mine(self) -> set[str]:
        return self.held

    def greeted(self, hello: Json) -> None:
        self.id = hello["agent"]["id"]
        self.scene.history.capacities[self.id] = self.user.capacity
        self.scene.history.departments[self.id] = self.user.departments
        for chat in hello["chats"]:
            self._threads.announce(chat)
        self._hold({chat["id"] for chat in hello["chats"]})
        self._is(hello["status"])

    def hear(self, event: str, data: Any) -> None:
        if event == "assigned":
            self._hold(self.held | {data["id"]})
        elif event == "unassigned":
            self._hold(self.held - {data["chat_id"]})
        elif event == "team" and data["agent"]["id"] == self.id:
            self._is(data["status"])

    def _hold(self, chats: set[str]) -> None:
        self.held = chats
        self.scene.history.held.append(Held(self.id, time.time(), tuple(sorted(chats)), self.source))

    def _is(self, status: str, *, own: bool = False) -> None:
        if status != self.status:
            self.status = status
            self.scene.history.words.append(Word(self.id, time.time(), status, own))

    async def be_as_wanted(self) -> None:
        """After an absence beyond the grace the desk has set the agent offline."""
        if self.status != self._wanted:
            with suppress(*GONE):
                client = await self.connection()
                answer = await client.call("status:set", {"status": self._wanted})
                if answer["ok"]:
                    self._is(answer["status"], own=True)

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            await self.be_as_wanted()
            if self.held:
                await self._serve(self.random.choice(sorted(self.held)))
            await asyncio.sleep(self.answering_s * self.scene.pace)

    async def lost(self) -> None:
        """Now and then not back within the grace: the chats go back into the line."""
        await super().lost()
        if self.random.random() < self.away_share and not self.scene.draining.is_set():
            self.is_away = True
            await self.pause(self.away_s)
            self.is_away = False

    async def _serve(self, chat_id: str) -> None:
        answers = self._answers[chat_id] = self._answers.get(chat_id, 0) + 1
        if answers > self.answers_per_chat or self.scene.draining.is_set():
            await self.deliver(self.operation("chat:close", chat_id))
        else:
            said = [self.operation("message:send", chat_id) for _ in range(self.random.randint(1, 2))]
            await self.deliver(*said)

    def operation(self, event: str, chat_id: str) -> Operation:
        client_id = f"{self.user.email}-{self.source}-{next(self._client_ids)}"
        return Operation(event, self.id, chat_id, client_id, f"This is {client_id}")


class SteadyAgent(LoadAgent):
    """Comes back at once, whatever happens."""

    away_share = 0.0


class Watcher(SteadyAgent):
    """A manager who only looks at the line."""

    def greeted(self, hello: Json) -> None:
        super().greeted(hello)
        for board in hello["queue"]:
            self._see(board)

    def hear(self, event: str, data: Any) -> None:
        super().hear(event, data)
        if event == "queue":
            self._see(data)

    def _see(self, board: Json) -> None:
        chats = tuple(waiting["chat_id"] for waiting in board["waiting"])
        positions = tuple(waiting["position"] for waiting in board["waiting"])
        department = board["department"]["id"]
        self.scene.history.lines.append(Line(self.scene.run, time.time(), chats, positions, self.source, department))

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            await self.pause(0.2)
