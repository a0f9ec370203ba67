"""Many visitors in one process of their own: they connect, wait, leave, and watch their positions.

`python -m tests.bench.crowd` reads a `Plan` as JSON and prints an `Outcome`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp
import uvloop

from tests.bench.results import cpu_s, resident_kib

AT_ONCE = 50
WARM_UP = 100
SETTLE_S = 2.0
LOOK_EVERY_S = 0.25
FIRST = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """visitors connect; auth: what they say. waiting: each also asks for a chat. speaking: so many of the first ones,
    who have an agent, say something, one each second. departures_per_s: from the front of the line.
    """

    url: str
    pid: int
    visitors: int
    auth: dict[str, Any] = field(default_factory=dict)
    greeting: str | None = "hello"
    agents: list[str] = field(default_factory=list)
    waiting: bool = False
    speaking: int = 0
    departures_per_s: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class Outcome:
    """stale_first_s, stale_all_s: how long at most somebody was told a position that was no longer theirs."""

    connected_per_s: float = 0.0
    visitor_kib: float = 0.0
    cpu_share: float = 0.0
    departures: int = 0
    stale_first_s: float = 0.0
    stale_all_s: float = 0.0
    ack_ms: list[float] = field(default_factory=list)


class Client:
    """position: as told last; 0: never."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self._socket = socket
        self._namespace = namespace
        self._head = f"42{namespace},"
        self._asked = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.reading: asyncio.Task[None] | None = None
        self.chat_id = ""
        self.position = 0

    @classmethod
    async def open(
        cls, session: aiohttp.ClientSession, url: str, namespace: str, auth: object, greeting: str | None
    ) -> Client:
        socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", compress=0, max_msg_size=0)
        await socket.receive_str()
        await socket.send_str(f"40{namespace},{json.dumps(auth)}")
        accepted = await socket.receive_str()
        if not accepted.startswith("40"):
            raise ConnectionError(accepted)
        client = cls(socket, namespace)
        while greeting is not None and f'["{greeting}"' not in (await socket.receive_str())[:40]:
            pass
        client.reading = asyncio.create_task(client._read())
        return client

    async def ask(self, event: str, data: object) -> Any:
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"{self._head}{self._asked}{json.dumps([event, data])}")
        return await asyncio.wait_for(answer, 60)

    async def start(self) -> None:
        answer = await self.ask("chat:start", {"client_id": "c0", "question": "Where is my parcel?"})
        self.chat_id = answer["chat"]["id"]
        if answer["chat"]["queue"]:
            self.position = self.position or answer["chat"]["queue"]["position"]

    async def _read(self) -> None:
        begins = len(self._head)
        async for frame in self._socket:
            text = frame.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("43"):
                ends = text.index("[", begins)
                self._answers.pop(int(text[begins:ends])).set_result(json.loads(text[ends:])[0])
            elif text.startswith('["queue"', begins):
                self.position = json.loads(text[begins:])[1]["position"]


class Crowd:
    def __init__(self, plan: Plan, session: aiohttp.ClientSession) -> None:
        self._plan = plan
        self._session = session
        self._places = asyncio.Semaphore(AT_ONCE)
        self._departed_at_s: list[float] = []
        self.outcome = Outcome()

    async def run(self) -> None:
        plan = self._plan
        for token in plan.agents:
            await Client.open(self._session, plan.url, "/agent", {"token": token}, "hello")
        await self._connect(WARM_UP)
        await asyncio.sleep(SETTLE_S)
        before_kib, began_s = resident_kib(plan.pid), time.perf_counter()
        visitors = await self._connect(plan.visitors)
        self.outcome.connected_per_s = len(visitors) / (time.perf_counter() - began_s)
        await asyncio.sleep(SETTLE_S)
        self.outcome.visitor_kib = (resident_kib(plan.pid) - before_kib) / len(visitors)
        if plan.waiting:
            for visitor in visitors:  # one after the other: then the line is in this order
                await visitor.start()
            await asyncio.sleep(2 * SETTLE_S)
        if plan.seconds:
            await self._live(visitors)

    async def _connect(self, number: int) -> list[Client]:
        async def one() -> Client:
            async with self._places:
                plan = self._plan
                return await Client.open(self._session, plan.url, "/visitor", plan.auth, plan.greeting)

        return await asyncio.gather(*(one() for _ in range(number)))

    async def _live(self, visitors: list[Client]) -> None:
        plan = self._plan
        began_s, cpu_before_s = time.perf_counter(), cpu_s(plan.pid)
        speaking, line = visitors[: plan.speaking], visitors[plan.speaking :]
        looked_s = 0.0
        while (now_s := time.perf_counter() - began_s) < plan.seconds:
            if len(self._departed_at_s) < now_s * plan.departures_per_s:
                await line[len(self._departed_at_s)].ask(
                    "chat:leave", {"chat_id": line[len(self._departed_at_s)].chat_id}
                )
                self._departed_at_s.append(time.perf_counter())
            if speaking and len(self.outcome.ack_ms) < now_s:
                await self._say(speaking[len(self.outcome.ack_ms) % len(speaking)])
            if plan.departures_per_s and now_s - looked_s > LOOK_EVERY_S:
                looked_s = now_s
                self._look(line)
            await asyncio.sleep(0.02)
        elapsed_s = time.perf_counter() - began_s
        self.outcome.cpu_share = (cpu_s(plan.pid) - cpu_before_s) / elapsed_s
        self.outcome.departures = len(self._departed_at_s)

    async def _say(self, visitor: Client) -> None:
        asked_s = time.perf_counter()
        said = {"chat_id": visitor.chat_id, "client_id": f"m{len(self.outcome.ack_ms)}", "body": "Are you there?"}
        await visitor.ask("message:send", said)
        self.outcome.ack_ms.append(1000 * (time.perf_counter() - asked_s))

    def _look(self, line: list[Client]) -> None:
        """Everybody's position counts those who have gone: who was told of fewer waits for news of the next one."""
        now_s, gone = time.perf_counter(), len(self._departed_at_s)
        for index in range(gone, len(line)):
            told_of = index + 1 - line[index].position
            if told_of < gone:
                stale_s = now_s - self._departed_at_s[max(told_of, 0)]
                if index < gone + FIRST:
                    # Since they are among the first: before, they were told with all the others.
                    among_s = self._departed_at_s[index - FIRST] if index >= FIRST else 0.0
                    since_s = min(stale_s, now_s - among_s)
                    self.outcome.stale_first_s = max(self.outcome.stale_first_s, since_s)
                self.outcome.stale_all_s = max(self.outcome.stale_all_s, stale_s)


async def _drive(plan: Plan) -> Outcome:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        crowd = Crowd(plan, session)
        await crowd.run()
        return crowd.outcome


if __name__ == "__main__":
    json.dump(asdict(uvloop.run(_drive(Plan(**json.load(sys.stdin))))), sys.stdout)
