"""People on a cluster while it is broken: the load, the faults written down, and the proof that it came back.

async with raging(cluster, seed=1) as storm:
    await storm.kill_server(0)
    await storm.redis_outage(...)
assert complaints(storm.history) == []
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.figures import figures
from tests.faults.histories import Fault, History, Recovery
from tests.faults.load import LoadAgent, LoadVisitor, SteadyAgent, Watcher
from tests.faults.persons import Person, Scene, living
from tests.faults.results import note
from tests.harness.cluster import Cluster
from tests.harness.desk import Department, User
from tests.harness.people import AgentClient

GRACE_S = 3.0
SETTINGS = {"SEMAFOR_LIMITS": "off", "SEMAFOR_AGENT_GRACE_S": str(GRACE_S)}
DEPARTMENTS = (Department("support", "Support"), Department("probes", "Probes"))
ADA = User("ada@desk.example", "Ada Lovelace", capacity=2)
BOB = User("bob@desk.example", "Bob Kahn", capacity=2)
CYD = User("cyd@desk.example", "Cyd Charisse", capacity=1)
PIA = User("pia@desk.example", "Pia Probe", departments=("probes",), capacity=5)
MIA = User("mia@desk.example", "Mia Manager", role="manager", departments=("support", "probes"), capacity=0)
USERS = (ADA, BOB, CYD, PIA, MIA)
VISITORS = 9
"""More than the agents take together: somebody always waits."""
GIVEN_UP_S = 45.0
DRAIN_S = 60.0


@dataclass(slots=True)
class Storm:
    """What a test breaks, and everybody who lives through it. pinned: those who only go to one certain server."""

    cluster: Cluster
    scene: Scene
    visitors: list[LoadVisitor]
    agents: list[LoadAgent]
    watchers: list[Watcher]
    prober: SteadyAgent

    @property
    def history(self) -> History:
        return self.scene.history

    @property
    def everybody(self) -> list[Person]:
        return [*self.visitors, *self.agents, *self.watchers, self.prober]

    # ---- faults ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def fault(self, kind: str, what: str) -> AsyncIterator[Fault]:
        """It lasts as long as the block."""
        fault = Fault(kind, what, time.time())
        self.history.faults.append(fault)
        try:
            yield fault
        finally:
            fault.until = time.time()

    async def kill_server(self, number: int) -> None:
        """-9; those who may go elsewhere are served there; then it comes back, and so does everybody."""
        desk = self.cluster.servers[number]
        what = f"kill -9 of server {number + 1}"
        async with self.fault("server", what) as fault:
            desk.kill()
            if len(self.cluster.servers) > 1:
                await self.recover(f"{what}, beside it", fault.since, self._free_to_go())
            await asyncio.to_thread(desk.start)
        self.scene.run += 1
        await self.recover(what, time.time(), self.everybody)

    @asynccontextmanager
    async def outage(
        self, kind: str, what: str, begin: Callable[[], object], end: Callable[[], object]
    ) -> AsyncIterator[Fault]:
        """Broken during the block; afterwards everybody is answered and a newcomer served. begin and end may block."""
        async with self.fault(kind, what) as fault:
            await asyncio.to_thread(begin)
            try:
                yield fault
            finally:
                await asyncio.to_thread(end)
        await self.recover(what, time.time(), self.everybody)

    async def kill_redis(self, *, with_data: bool) -> None:
        """-9; it comes back with every command it had, or with none."""
        redis = self.cluster.redis
        assert redis is not None

        def end() -> None:
            if not with_data:
                redis.forget()
            redis.start()

        async with self.outage("redis", f"kill -9 of Redis, {'kept' if with_data else 'empty'}", redis.kill, end):
            await self.load(20)

    async def load(self, operations: int) -> None:
        """Until so many more were acknowledged."""
        await self.scene.progress(operations, GIVEN_UP_S)

    async def go_on_for(self, seconds: float) -> None:
        """While something is broken: for so long, and somebody was acknowledged at its end."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            await self.load(1)

    async def restart_server(self, number: int) -> None:
        """As in a rolling restart: SIGTERM, and the next one only when this one is ready again."""
        async with self.fault("server", f"restart of server {number + 1}"):
            await asyncio.to_thread(self.cluster.servers[number].restart)
        self.scene.run += 1
        await self.recover(f"restart of server {number + 1}", time.time(), self.everybody)

    async def recover(self, what: str, ended_at: float, people: Iterable[Person]) -> None:
        """Write down when all of them are answered again, and when a newcomer is served."""
        async with asyncio.timeout(GIVEN_UP_S):
            (connected_at, last), probed_at = await asyncio.gather(self._all_answered(people), self._newcomer_served())
        self.history.recoveries.append(Recovery(what, ended_at, connected_at, probed_at, last))

    async def _all_answered(self, people: Iterable[Person]) -> tuple[float, str]:
        async def answered(person: Person) -> tuple[float, str]:
            await person.be_answered()
            return time.time(), f"{person.kind} {person.source} at {person.url}"

        return max(await asyncio.gather(*(answered(person) for person in people if not person.is_away)))

    async def _newcomer_served(self) -> float:
        """A new visitor gets an agent, hears them and is heard."""
        visitor = LoadVisitor(self.scene, department="probes")
        try:
            await visitor.connection()
            await visitor.start()
            chat_id = visitor.chat_id
            assert chat_id is not None
            said = visitor.operation("message:send", chat_id)
            await visitor.deliver(said)
            await self.scene.until(lambda: self.prober.has(chat_id, said.seq or 0), GIVEN_UP_S)
            answered = (said.seq or 0) + 1
            await self.scene.until(lambda: visitor.has(chat_id, answered), GIVEN_UP_S)
            served_at = time.time()
            await visitor.deliver(visitor.operation("chat:leave", chat_id))
        finally:
            await visitor.leave()
        return served_at

    def _free_to_go(self) -> list[Person]:
        return [person for person in self.everybody if person.url == self.scene.url]

    # ---- the end -----------------------------------------------------------------------------------------------------

    async def drain(self, lives: Sequence[asyncio.Task[None]]) -> None:
        """Nobody begins anything new; everybody is served; nothing is left in the queue of any server."""
        self.scene.draining.set()
        done, waiting = await asyncio.wait(lives[: len(self.visitors)], timeout=DRAIN_S)
        left = {visitor.id: visitor.chat_id for visitor in self.visitors if visitor.chat_id}
        assert not waiting, f"{len(waiting)} visitors wait for ever: {left}"
        await asyncio.gather(*done)
        self.history.ended_at = time.time()

    async def read_everything(self) -> None:
        """All chats and transcripts into the history, from every server the same, and nobody left on any."""
        known = {op.chat_id for op in self.history.operations} - {None}
        known |= {greeting.chat["id"] for greeting in self.history.greetings if greeting.chat}
        await asyncio.gather(*(self._read_from(url, known) for url in self.cluster.places))

    async def _read_from(self, url: str, known: Iterable[str | None]) -> None:
        manager = await AgentClient.sign_in(url, MIA, status=None)
        for chat_id in known:
            page = await manager.get(f"/api/v1/chats/{chat_id}")
            before = self.history.transcripts.setdefault(page["chat"]["id"], page["messages"])
            assert before == page["messages"], f"{url} tells another conversation of {chat_id}"
            self.history.chats[page["chat"]["id"]] = page["chat"]
        live = await manager.get("/api/v1/live")
        loads = {one["agent"]["name"]: one["load"] for one in live["agents"] if one["load"]}
        waiting = {one["id"]: one["waiting"] for one in live["departments"] if one["waiting"]}
        assert (loads, waiting) == ({}, {}), f"{url} still counts chats that are over"
        await manager.close()


@asynccontextmanager
async def raging(cluster: Cluster, seed: int, *, pace: float = 4.0, visitors: int = VISITORS) -> AsyncIterator[Storm]:
    """Everybody lives during the block; afterwards all are served and everything is read."""
    scene = Scene(cluster.url, seed, places=cluster.places, pace=pace)
    scene.up.set()
    scene.history.grace_s = GRACE_S
    ada = await LoadAgent.sign_in(scene, ADA)
    bob = await LoadAgent.sign_in(scene, BOB, url=scene.places[0])
    cyd = await LoadAgent.sign_in(scene, CYD, url=scene.places[-1])
    watchers = [await Watcher.sign_in(scene, MIA, url=url, status="offline") for url in scene.places]
    prober = await SteadyAgent.sign_in(scene, PIA)
    # Bob has a tab on the first and on the last server, Cyd one here and one wherever the proxy says.
    agents = [ada, bob, bob.tab(scene.places[-1]), cyd, cyd.tab()]
    newcomers = [LoadVisitor(scene, department="support") for _ in range(visitors)]
    storm = Storm(cluster, scene, newcomers, agents, watchers, prober)
    try:
        async with living(storm.everybody) as lives:
            yield storm
            await storm.drain(lives)
        await storm.read_everything()
    finally:
        # For who has to find out why the judge complains, or why it came to no judgement; the logs lie beside it.
        (cluster.folder / "history.pickle").write_bytes(pickle.dumps(scene.history))
    note(storm.history)
    # Seen with `pytest -rP --log-level=INFO`.
    logging.getLogger(__name__).info("%s", figures(storm.history))
