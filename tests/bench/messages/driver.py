"""The load: its own process, which speaks the wire contract over raw WebSockets and knows nothing else of a server.

`python -m tests.bench.messages.driver` reads one JSON object from its input (see `Plan`) and prints one: `Outcome`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp
import orjson
import uvloop

from tests.bench.results import cpu_s

BODY = "It is about my parcel, which has not come: where may it be by now, and who could find that out for me?"
OPEN_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """speakers and listeners: the `auth` objects they connect with. chats: each speaker's, or None: it asks for one.

    in_flight: unanswered messages per speaker at any moment; per_s: instead, so many messages a second of all.
    """

    url: str
    pid: int
    speakers: list[dict[str, Any]]
    listeners: list[dict[str, Any]]
    listeners_namespace: str
    chats: list[str] | None
    warm_up_s: float
    seconds: float
    in_flight: int = 1
    per_s: float | None = None


@dataclass(slots=True)
class Outcome:
    """acks and pushes: while it was measured. cpu_s: the server's. ack_s: sorted."""

    seconds: float = 0.0
    acks: int = 0
    pushes: int = 0
    cpu_s: float = 0.0
    refused: int = 0
    ack_s: list[float] = field(default_factory=list)


class Line:
    """One connection in one namespace."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, namespace: str, course: Course) -> None:
        self._socket = socket
        self._namespace = namespace
        self._course = course
        self._sent_s: dict[int, float] = {}
        self._next_id = 0
        self.chat_id = ""
        self._answers: dict[int, asyncio.Future[Any]] = {}

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, url: str, namespace: str, auth: object, course: Course) -> Line:
        socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", compress=0, max_msg_size=0)
        await socket.receive_str()
        await socket.send_str(f"40{namespace},{json.dumps(auth)}")
        accepted = await socket.receive_str()
        if not accepted.startswith("40"):
            raise ConnectionError(accepted)
        line = cls(socket, namespace, course)
        course.readers.append(asyncio.create_task(line.read()))
        return line

    async def ask(self, event: str, data: object) -> Any:
        self._next_id += 1
        answer = self._answers[self._next_id] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"42{self._namespace},{self._next_id}{json.dumps([event, data])}")
        return await asyncio.wait_for(answer, OPEN_WITHIN_S)

    async def say(self) -> None:
        self._next_id += 1
        number = self._next_id
        said = ["message:send", {"chat_id": self.chat_id, "client_id": f"c{number}", "body": BODY}]
        self._sent_s[number] = time.perf_counter()
        await self._socket.send_str(f"42{self._namespace},{number}{orjson.dumps(said).decode()}")

    async def read(self) -> None:
        begins = len(f"43{self._namespace},")
        async for frame in self._socket:
            text = frame.data
            if text.startswith("43"):
                ends = text.index("[", begins)
                number = int(text[begins:ends])
                if number in self._answers:
                    self._answers.pop(number).set_result(json.loads(text[ends:])[0])
                else:
                    await self._course.acknowledged(self, self._sent_s.pop(number), text)
            elif text == "2":
                await self._socket.send_str("3")
            elif '"message"' in text[:40]:
                self._course.pushed()


class Course:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outcome = Outcome()
        self.readers: list[asyncio.Task[None]] = []
        self.counts = False
        self.ended = False
        self._idle: deque[Line] = deque()

    async def run(self) -> Outcome:
        plan = self.plan
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            for auth in plan.listeners:
                await Line.open(session, plan.url, plan.listeners_namespace, auth, self)
            speakers = [await Line.open(session, plan.url, "/visitor", auth, self) for auth in plan.speakers]
            for number, speaker in enumerate(speakers):
                if plan.chats:
                    speaker.chat_id = plan.chats[number]
                else:
                    answer = await speaker.ask("chat:start", {"client_id": "c0", "question": BODY})
                    speaker.chat_id = answer["chat"]["id"]
            load = asyncio.create_task(self._paced(speakers) if plan.per_s else self._saturated(speakers))
            await asyncio.sleep(plan.warm_up_s)
            began_s, used_s = time.perf_counter(), cpu_s(plan.pid)
            self.counts = True
            await asyncio.sleep(plan.seconds)
            self.counts, self.ended = False, True
            self.outcome.seconds = time.perf_counter() - began_s
            self.outcome.cpu_s = cpu_s(plan.pid) - used_s
            load.cancel()
            for reader in self.readers:
                reader.cancel()
            await asyncio.gather(load, *self.readers, return_exceptions=True)
        self.outcome.ack_s.sort()
        return self.outcome

    async def _saturated(self, speakers: list[Line]) -> None:
        for speaker in speakers:
            for _ in range(self.plan.in_flight):
                await speaker.say()

    async def _paced(self, speakers: list[Line]) -> None:
        """One after the other at the wished pace, whatever the answers do."""
        assert self.plan.per_s is not None
        began_s, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - began_s) * self.plan.per_s)
            while sent < due:
                await speakers[sent % len(speakers)].say()
                sent += 1
            await asyncio.sleep(0.001)

    async def acknowledged(self, line: Line, sent_s: float, text: str) -> None:
        if self.counts:
            self.outcome.acks += 1
            self.outcome.ack_s.append(time.perf_counter() - sent_s)
            self.outcome.refused += '"ok":false' in text
        if self.plan.per_s is None and not self.ended:
            await line.say()

    def pushed(self) -> None:
        self.outcome.pushes += self.counts


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(uvloop.run(Course(plan).run())), sys.stdout)


if __name__ == "__main__":
    main()
