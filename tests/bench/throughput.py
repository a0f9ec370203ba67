"""How much one desk carries: `python -m tests.bench.throughput [SECONDS]` prints a table for 1, 2 and 3 servers.

Visitors speak to agents who are on another server, one message after the other in each of their chats. The people are
simulated by this one process on the same machine, which is part of every figure. Transport and routing are what is
looked at; a stand-in database (docs/mongodb.md) is named, and no figure is a promise about a real one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.faults.persons import events_of
from tests.harness.cluster import Cluster
from tests.harness.desk import Department, User
from tests.harness.people import AgentClient, VisitorClient, new_client_id

SERVERS = (1, 2, 3)
LINES = 3
CHATS_PER_LINE = 4
CAPACITY = 50
SECONDS = 10.0
WARM_UP_S = 2.0
DEPARTMENTS = tuple(Department(f"line{n}", f"Line {n}") for n in range(LINES))
AGENTS = tuple(
    User(f"agent{n}@desk.example", f"Agent {n}", departments=(department.id,), capacity=CAPACITY)
    for n, department in enumerate(DEPARTMENTS)
)
HEADER = (
    "| servers | engines | messages/s | acknowledged after, ms | heard by the other side after, ms "
    "| assignments/s | assigned after, ms |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)


class Ear:
    """An agent's connection; whoever waits for something it is told gets the moment."""

    def __init__(self, client: AgentClient) -> None:
        self.client = client
        self._told: dict[tuple[str, str, int], asyncio.Future[float]] = defaultdict(
            asyncio.get_running_loop().create_future
        )
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def sign_in(cls, url: str, user: User) -> Self:
        return cls(await AgentClient.sign_in(url, user))

    async def told(self, event: str, chat_id: str, seq: int = 0) -> float:
        key = (event, chat_id, seq)
        at_s = await self._told[key]
        del self._told[key]
        return at_s

    async def leave(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.client.close()

    async def _listen(self) -> None:
        async for received in events_of(self.client):
            if received.event == "message" and received.data["author"]["kind"] == "visitor":
                self._told["message", received.data["chat_id"], received.data["seq"]].set_result(received.at_s)
            elif received.event == "assigned":
                self._told["assigned", received.data["id"], 0].set_result(received.at_s)


@dataclass(slots=True)
class Figures:
    """What was done within one stretch of time, and the seconds that each took."""

    since_s: float
    ends_s: float
    done: int = 0
    acknowledged_s: list[float] = field(default_factory=list)
    heard_s: list[float] = field(default_factory=list)

    def is_over(self) -> bool:
        return now_s() >= self.ends_s

    def add(self, sent_s: float, acknowledged_s: float, heard_s: float) -> None:
        if self.since_s <= sent_s and heard_s < self.ends_s:
            self.done += 1
            self.acknowledged_s.append(acknowledged_s - sent_s)
            self.heard_s.append(heard_s - sent_s)


Course = Callable[[VisitorClient, Ear, str, Figures], Awaitable[None]]


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def speak(visitor: VisitorClient, ear: Ear, department: str, figures: Figures) -> None:
    """One chat, one message after the other."""
    chat_id = (await visitor.start("How fast is this?", department=department))["id"]
    await ear.told("assigned", chat_id)
    while not figures.is_over():
        sent_s = now_s()
        said = await visitor.say(chat_id, "It is about my parcel, which has not come.")
        acknowledged_s = now_s()
        figures.add(sent_s, acknowledged_s, await ear.told("message", chat_id, said["seq"]))
    await visitor.ask("chat:leave", {"chat_id": chat_id})


async def ask_again(visitor: VisitorClient, ear: Ear, department: str, figures: Figures) -> None:
    """One chat after the other, each over as soon as an agent has it."""
    while not figures.is_over():
        sent_s = now_s()
        order = {"client_id": new_client_id(), "question": "Is anybody there?", "department": department}
        chat: dict[str, Any] = (await visitor.ask("chat:start", order))["chat"]
        acknowledged_s = now_s()
        figures.add(sent_s, acknowledged_s, await ear.told("assigned", chat["id"]))
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})


async def measure(places: tuple[str, ...], course: Course, seconds: float) -> Figures:
    """Everybody does it, for a warm-up that is not counted and on for so long."""
    ears = [await Ear.sign_in(places[n % len(places)], agent) for n, agent in enumerate(AGENTS)]
    pairs = [
        (await VisitorClient.arrive(places[(n + 1) % len(places)]), ear, DEPARTMENTS[n].id)
        for n, ear in enumerate(ears)
        for _ in range(CHATS_PER_LINE)
    ]
    since_s = now_s() + WARM_UP_S
    figures = Figures(since_s, since_s + seconds)
    await asyncio.gather(*(course(*pair, figures) for pair in pairs))
    for visitor, _, _ in pairs:
        await visitor.close()
    for ear in ears:
        await ear.leave()
    return figures


def _spread(taken_s: list[float]) -> str:
    """Half within the first, 19 of 20 within the second."""
    if len(taken_s) < 2:
        return "unknown"
    twentieths = statistics.quantiles(taken_s, n=20)
    return f"{twentieths[9] * 1000:.0f} / {twentieths[18] * 1000:.0f}"


async def _row(cluster: Cluster, engines: str, seconds: float) -> str:
    said = await measure(cluster.places, speak, seconds)
    asked = await measure(cluster.places, ask_again, seconds)
    cells = (
        len(cluster.servers),
        engines,
        f"{said.done / seconds:.0f}",
        _spread(said.acknowledged_s),
        _spread(said.heard_s),
        f"{asked.done / seconds:.0f}",
        _spread(asked.heard_s),
    )
    return f"| {' | '.join(map(str, cells))} |\n"


def _measured(folder: Path, n: int, seconds: float, *, embedded: bool) -> str:
    database = "MongoDB" if os.environ.get("SEMAFOR_TEST_MONGO_URL") else "SecantusDB in MongoDB's place"
    engines = "embedded: SQLite" if embedded else f"Valkey, {database}"
    settings = {"SEMAFOR_LIMITS": "off"}
    cluster = Cluster(folder, n, departments=DEPARTMENTS, users=AGENTS, settings=settings, embedded=embedded)
    try:
        cluster.start()
        return asyncio.run(_row(cluster, engines, seconds))
    finally:
        cluster.kill()


def main() -> None:
    logging.disable()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    load = f"load {os.getloadavg()[0]:.1f} before"
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for n, embedded in ((1, True), *((n, False) for n in SERVERS)):
            rows.append(_measured(Path(name) / f"{n}-{embedded}", n, seconds, embedded=embedded))
            sys.stderr.write(rows[-1])
    day = time.strftime("%Y-%m-%d")
    chats = LINES * CHATS_PER_LINE
    where = f"{day}, {os.cpu_count()} cores, {load}; {chats} chats at once, {seconds:.0f} s each; ms: median / 95 %"
    sys.stdout.write(f"{where}\n\n{HEADER}{''.join(rows)}")


if __name__ == "__main__":
    main()
