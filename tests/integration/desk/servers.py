"""Servers of one desk as server/routing.py wires them: a real Redis, one record, and a clock that tests move.

Nothing runs by itself: `live` lets time pass and every living server do what its loops would do meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from queueing.coverage import Coverage
from queueing.errors import QueueUnavailable
from queueing.model import Command, Join
from queueing.port import SharedQueuePort
from server.reports.coverage import LOOK_BACK, coverage
from server.reports.periods import Period, Span
from server.routing import Routing, wire_routing
from server.services.known.directory import Directory
from server.services.known.timers import Action, Timers
from server.services.routing.dispatch import Decided
from server.services.routing.membership import Membership
from server.services.waits.line import Line
from server.settings import Settings
from server.sockets.rooms import Rooms
from tests.contract.transcripts.examples import close, new_agent, new_chat
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON
from tests.unit.server.several_servers import SharedHomes
from transcripts.errors import StoreUnavailable
from transcripts.facts import Fact
from transcripts.port import Store
from transcripts.records import Chat, Department, Proof
from transcripts.sqlite.store import SqliteStore

GRACE_S = 20.0
GAVE_UP_AFTER_S = 10.0
CALM_WITHIN_S = 1.0
DEPARTMENTS = (Department("sales", "Sales", None, "UTC"), Department("help", "Help", None, "UTC"))


class MovedTimers(Timers):
    """By the clock that tests move; what is due runs when they say so."""

    def __init__(self, clock: MovedClock) -> None:
        super().__init__()
        self._clock = clock
        self._due: dict[Hashable, tuple[float, Action]] = {}
        self.fired = 0

    def set(self, name: Hashable, delay_s: float, action: Action) -> None:
        self._due[name] = (self._clock.monotonic_s() + max(0.0, delay_s), action)

    def cancel(self, name: Hashable) -> bool:
        return self._due.pop(name, None) is not None

    def is_set(self, name: Hashable) -> bool:
        return name in self._due

    def left_s(self, name: Hashable) -> float:
        return self._due[name][0] - self._clock.monotonic_s()

    def run_due(self) -> None:
        for name, (at_s, action) in tuple(self._due.items()):
            if at_s <= self._clock.monotonic_s():
                del self._due[name]
                self.fired += 1
                self._fire(name, action)


class Server:
    def __init__(self, name: str, store: Store, directory: Directory, clock: MovedClock, routing: Routing) -> None:
        assert isinstance(routing.recovery, Membership)
        self.name = name
        self.store = store
        self.directory = directory
        self.routing = routing
        self.membership = routing.recovery
        self.dispatch = routing.dispatch
        self.presence = routing.presence
        self.roll_call = routing.roll_call
        self.ledger = routing.ledger
        self.line = Line(routing.dispatch, routing.open_chats)
        self.timers = MovedTimers(clock)
        self.presence._timers = self.timers
        self.facts: list[Fact] = []
        self.decided: list[Decided] = []
        self.is_alive = True
        self._clock = clock
        self._began_at = clock.now()
        self._taking_over: asyncio.Task[None] | None = None
        routing.follow.listen(self.facts.extend)
        routing.dispatch.observe(self.decided.append)

    @property
    def queue(self) -> SharedQueuePort:
        return self.membership._queue

    async def turn(self) -> None:
        """What the loops do once."""
        routing = self.routing
        for work in (routing.roll_call.call, routing.recovery.listen, routing.journal.write, routing.follow.compare):  # type: ignore[attr-defined]
            try:
                await work()
            except QueueUnavailable:
                continue
        if self._taking_over is None or self._taking_over.done():
            self._taking_over = asyncio.ensure_future(self._take_over())
        await routing.ledger.write()
        await routing.ledger.bury()
        await self.prove_life()
        self.timers.run_due()  # now that the others' news are known, as they are within a moment

    async def _take_over(self) -> None:
        """Apart, as it may wait for what is on its way."""
        with contextlib.suppress(QueueUnavailable, StoreUnavailable):
            await self.membership.take_over()

    def under_way(self) -> list[asyncio.Task[None]]:
        routing = self.routing
        taking_over = (self._taking_over,) if self._taking_over else ()
        tasks = (
            *taking_over,
            *self.timers._running,
            *self.presence._posts,
            *self.dispatch._tasks,
            *routing.follow._reading.values(),
        )
        return [task for task in tasks if not task.done()]

    async def prove_life(self, *, ended: bool = False) -> None:
        """As seldom as the loops: every ten seconds, and at an orderly end."""
        now = self._clock.now()
        if ended or (now - self._began_at).total_seconds() % 10 == 0:
            await self.store.prove_life(Proof(self.name, self._began_at, now, ended=ended, shared=True))

    # ---- people -----------------------------------------------------------------------------------------------------

    async def agent_comes(self, agent_id: str = "ann") -> None:
        await self.presence.connected(agent_id)

    async def agent_goes(self, agent_id: str = "ann") -> None:
        await self.presence.disconnected(agent_id, self._clock.now_ms())

    async def ask(self, chat_id: str, department: str = "sales") -> Chat:
        """A visitor's question, as `Chats.start` does it."""
        new = new_chat(chat_id, f"v-{chat_id}", client_id=f"s-{chat_id}", department_id=department)
        chat = (await self.store.start_chat(replace(new, at=self._clock.now()))).chat
        await self.dispatch.post(Join(chat.id, chat.department_id, chat.tier, chat.priority, chat.line))
        return chat

    async def close_unheard(self, chat_id: str) -> None:
        """In the record; the queue never hears of it."""
        await self.store.close_chat(replace(close(chat_id), at=self._clock.now()))

    async def decide_and_die(self, command: Command) -> str:
        """The queue has carried the command out; nothing else comes of it. The decision's id."""
        applied = await self.queue.apply(command, self._clock.now_ms())
        await self.kill()
        return applied.id

    # ---- the end ----------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """In good order, as app.py does it."""
        self.is_alive = False
        await self._end_taking_over()
        await self.ledger.write()
        await self.routing.journal.write()
        await self.prove_life(ended=True)
        await self.timers.aclose()
        await self.routing.aclose()
        await self.store.aclose()

    async def _end_taking_over(self) -> None:
        if self._taking_over is not None:
            self._taking_over.cancel()
            await asyncio.gather(self._taking_over, return_exceptions=True)

    async def kill(self) -> None:
        """-9: nobody is told."""
        self.is_alive = False
        await self._end_taking_over()
        self.roll_call._homes = _Nowhere()
        await self.routing.aclose()
        await self.store.aclose()


class _Nowhere(SharedHomes):
    """Where the dead beat."""

    def __init__(self) -> None:
        super().__init__(MovedClock(NOON))
        self.is_away = True


class Desk:
    """What the servers share, and the way to start one more."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.clock = MovedClock(NOON)
        self.homes = SharedHomes(self.clock)
        self.servers: list[Server] = []
        self._before: set[asyncio.Task[Any]] = set()
        self._file = folder / "semafor.db"
        self._settings = Settings(
            redis_url=SecretStr(redis_url),
            mongo_url=SecretStr("mongodb://nobody.asks"),
            agent_grace_s=GRACE_S,
            data=folder,
        )

    async def people(self, *agents: str, capacity: int = 1) -> None:
        store = await SqliteStore.open(self._file)
        for department in DEPARTMENTS:
            await store.add_department(department)
        for agent in agents:
            new = new_agent(agent, f"{agent}@desk.example", capacity=capacity, status="online")
            await store.add_agent(new)
        await store.aclose()

    async def start(self, name: str, store: Store | None = None) -> Server:
        store = store or await SqliteStore.open(self._file)
        directory = Directory(store)
        await directory.refresh()
        routing = await wire_routing(self._settings, store, directory, Rooms(), self.clock, name)
        routing.roll_call._homes = self.homes
        server = Server(name, store, directory, self.clock, routing)
        self.servers.append(server)
        await routing.follow.start()
        await routing.start()
        await server.prove_life()
        return server

    @property
    def living(self) -> list[Server]:
        return [server for server in self.servers if server.is_alive]

    async def turn(self, times: int = 1) -> None:
        """Everybody alive does what is to be done, without any time passing."""
        for _ in range(times):
            await self._turn()
            await self.calm()

    async def _turn(self) -> None:
        for server in self.living:
            await server.turn()

    async def calm(self) -> None:
        """What was begun has come to an end, or waits for a clock that nobody moves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CALM_WITHIN_S):
                while under_way := [task for server in self.living for task in server.under_way()]:
                    await asyncio.wait(under_way)

    async def live(self, seconds: float) -> None:
        """Second by second."""
        for _ in range(round(seconds)):
            self.clock.move(1)
            await self.turn()

    async def until(self, condition: Callable[[], object], *, each_s: float = 0.0) -> None:
        """Turn after turn until it holds. each_s: how much the clock is moved with each."""
        async with asyncio.timeout(GAVE_UP_AFTER_S):
            while not condition():
                self.clock.move(each_s)
                await self._turn()
                await asyncio.sleep(0.01)

    def chat(self, chat_id: str) -> Chat | None:
        """As a living server knows the record; None: over, or not begun."""
        return self.living[0].routing.open_chats.get(chat_id)

    async def has(self, chat_id: str, agent_id: str | None) -> None:
        """Returns when the record says so; None: it waits."""
        await self.until(lambda: (chat := self.chat(chat_id)) is not None and _holder(chat) == agent_id)

    async def coverage(self, seconds: float, agents: Sequence[str] = ()) -> Coverage:
        """Of `sales`, always open, from noon on; agents: only what their rows say."""
        store = self.living[0].store
        to_at = NOON + timedelta(seconds=seconds)
        rows = await store.presence(NOON - LOOK_BACK, to_at + timedelta(days=1))
        wanted = [row for row in rows if not agents or row.agent_id in agents]
        period = Period(ZoneInfo("UTC"), NOON, to_at, (Span(NOON, to_at),))
        return coverage(period, wanted, await store.proofs(), {"sales": [(NOON, to_at)]}, self.clock.now())

    async def __aenter__(self) -> Self:
        self._before = asyncio.all_tasks()
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self.living:
            await server.stop()
        left = asyncio.all_tasks() - self._before - {asyncio.current_task()}
        assert {task for task in left if not task.done()} == set()


def _holder(chat: Chat) -> str | None:
    return chat.agent_id if chat.state == "active" else None
