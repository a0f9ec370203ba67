"""A working day in a quarter of a minute: many visitors, some impatient, and agents who come, go, vanish and hand on.

They speak through public sockets at the speed of a machine; what they do is drawn from the scene's seed. What came
of it is read from the record afterwards (test_crowd.py).
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from tests.faults.histories import Json
from tests.faults.persons import GONE, Person, Scene
from tests.harness.desk import User
from tests.harness.people import session_token

ARRIVE_WITHIN_S = 10.0
PRIORITIES = ("low", "normal", "high", "urgent")


class CrowdPerson(Person):
    """refusals: error codes that came, for the test to look at."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.refusals: Counter[str] = Counter()
        self._client_ids = itertools.count(1)

    async def order(self, event: str, order: Json) -> Json | None:
        """The acknowledgement; None where it was refused, or the connection ended first."""
        with suppress(*GONE):
            client = await self.connection()
            answer = await client.call(event, order)
            if answer["ok"]:
                return answer
            self.refusals[answer["error"]["code"]] += 1
        return None

    async def stay(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let so much time pass, or less."""
        end = asyncio.get_running_loop().time() + seconds
        while not until() and (left := end - asyncio.get_running_loop().time()) > 0:
            await self.pause(left)

    def say(self, chat_id: str, body: str) -> Json:
        return {"chat_id": chat_id, "client_id": f"{self.id}-{next(self._client_ids)}", "body": body}


class CrowdVisitor(CrowdPerson):
    """Asks once; most stay to the end, some leave the line, some vanish, some are away for a moment."""

    namespace = "/visitor"
    kind = "visitor"

    def __init__(self, scene: Scene, department: str) -> None:
        super().__init__(scene)
        self.department = department
        self.token: str | None = None
        self.chat: Json | None = None

    def auth(self) -> Json:
        return {"token": self.token} if self.token else {}

    def greeted(self, hello: Json) -> None:
        self.id, self.token = hello["visitor"]["id"], hello["token"]
        self.chat = hello["chat"] or hello["last_chat"]

    def hear(self, event: str, data: Any) -> None:
        if event == "chat":
            self.chat = data

    def is_over(self) -> bool:
        return self.chat is not None and self.chat["state"] == "closed"

    async def live(self) -> None:
        await self.stay(self.random.uniform(0, ARRIVE_WITHIN_S))
        question = {"client_id": "question", "question": "Where is my letter?", "department": self.department}
        answer = await self.order("chat:start", question)
        assert answer is not None, f"nobody may be turned away: {self.refusals}"
        self.chat = self.chat or answer["chat"]
        kind = self.random.choices(("stays", "leaves", "vanishes", "blinks"), (75, 12, 7, 6))[0]
        if kind == "leaves":
            await self.stay(self.random.uniform(0.2, 3), self.is_over)
            await self.order("chat:leave", {"chat_id": answer["chat"]["id"]})
        elif kind == "vanishes":
            await self.stay(self.random.uniform(0, 1), self.is_over)
            await self.leave()
            return
        elif kind == "blinks":
            await self.leave()
        await self._talk(answer["chat"]["id"])
        await self.leave()

    async def _talk(self, chat_id: str) -> None:
        await self.connection()
        while not self.is_over():
            if self.chat and self.chat["state"] == "active":
                await self.order("message:send", self.say(chat_id, "It is about my parcel."))
            await self.stay(self.random.uniform(0.4, 1.2), self.is_over)
            await self.connection()


class CrowdAgent(CrowdPerson):
    """Answers and closes within seconds, and has moods."""

    namespace = "/agent"
    kind = "agent"

    def __init__(self, scene: Scene, user: User, token: str) -> None:
        super().__init__(scene)
        self.user = user
        self.held: set[str] = set()
        self.moods: Counter[str] = Counter()
        self.others: list[str] = []
        self._token = token
        self._answers: Counter[str] = Counter()

    @classmethod
    async def sign_in(cls, scene: Scene, user: User) -> Self:
        agent = cls(scene, user, await session_token(scene.url, user))
        await agent.order("status:set", {"status": "online"})
        return agent

    def auth(self) -> Json:
        return {"token": self._token}

    def greeted(self, hello: Json) -> None:
        self.id = hello["agent"]["id"]
        self.held = {chat["id"] for chat in hello["chats"]}
        self.others = [colleague["agent"]["id"] for colleague in hello["team"]]

    def hear(self, event: str, data: Any) -> None:
        if event == "assigned":
            self.held = self.held | {data["id"]}
        elif event == "unassigned":
            self.held = self.held - {data["chat_id"]}

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            if self.held:
                await self._serve(self.random.choice(sorted(self.held)))
            if self.random.random() < 0.04 and not self.scene.draining.is_set():
                await self._have_a_mood()
            await self.stay(self.random.uniform(0.05, 0.35))

    async def _serve(self, chat_id: str) -> None:
        self._answers[chat_id] += 1
        if self._answers[chat_id] > 2:
            await self.order("chat:close", {"chat_id": chat_id, "resolution": "resolved"})
        elif self.random.random() < 0.06:
            to = {"agent": self.random.choice(self.others)}
            if self.random.random() < 0.5:
                to = {"department": self.random.choice(("support", "sales"))}
            await self.order("chat:transfer", {"chat_id": chat_id, **to})
        else:
            await self.order("message:send", self.say(chat_id, "I am looking."))

    async def _have_a_mood(self) -> None:
        mood = self.random.choice(("away", "offline", "blinks", "vanishes"))
        self.moods[mood] += 1
        if mood in ("away", "offline"):
            await self.order("status:set", {"status": mood})
            await self.stay(self.random.uniform(0.2, 1.5))
        else:
            await self.leave()
            # The grace is 1 s.
            await self.stay(0.2 if mood == "blinks" else 2.5)
        await self.order("status:set", {"status": "online"})


class Floor(CrowdAgent):
    """A manager who holds no chat, but changes priorities in the line and pulls a chat forward for an agent."""

    def __init__(self, scene: Scene, user: User, token: str) -> None:
        super().__init__(scene, user, token)
        self.boards: dict[str, list[str]] = {}

    def greeted(self, hello: Json) -> None:
        super().greeted(hello)
        for board in hello["queue"]:
            self.hear("queue", board)

    def hear(self, event: str, data: Any) -> None:
        super().hear(event, data)
        if event == "queue":
            self.boards[data["department"]["id"]] = [waiting["chat_id"] for waiting in data["waiting"]]

    def waiting(self) -> list[str]:
        return [chat for board in self.boards.values() for chat in board]

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            if self.waiting():
                chat_id = self.random.choice(self.waiting())
                await self.order("chat:set", {"chat_id": chat_id, "priority": self.random.choice(PRIORITIES)})
            await self.stay(0.2)
