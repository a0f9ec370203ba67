"""One course of commands for two: the engine, which is the reference, and the Redis adapter. They must never differ.

What the adapter tells other servers is compared, too: each decision is the only news since the one before, and pending
exactly where the record has to follow it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from queueing.engine import Engine
from queueing.model import Applied, Assigned, Command, Event, Queued, Requeued, Restore, Settle, TransferToDepartment
from queueing.news import Decision, News
from queueing.redis.client import RedisClient
from queueing.redis.scripts import Script
from queueing.redis_adapter import RedisQueue
from queueing.states import Snapshot
from tests.unit.queueing.test_engine_against_naive_queue import AnyCourse

T = TypeVar("T")

AFTER_ALL_MS = 10**14


def must_be_followed(command: Command, events: Sequence[Event]) -> bool:
    """Whether the record learns anything from these events. What `Restore` does to its chat came from the record."""
    told = list(events)
    if isinstance(command, Restore):
        own = [e for e in events if isinstance(e, Queued | Assigned) and e.chat == command.chat]
        told = [e for e in events if e not in own[:1]]
    kinds = (Assigned, Requeued, Queued) if isinstance(command, TransferToDepartment) else (Assigned, Requeued)
    return any(isinstance(event, kinds) for event in told)


class SideBySide(AnyCourse):
    """The rules of `AnyCourse`, whose naive queue rests here. A subclass says which server and whose scripts."""

    url: ClassVar[str]
    scripts: ClassVar[Mapping[str, Script]]

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._client = self._run(self._connected())
        self.redis = RedisQueue(self._client, desk="side-by-side", scripts=self.scripts)
        self._cursor = self._run(self.redis.rebuild(Snapshot(version=-1), self.now_ms)).id

    async def _connected(self) -> RedisClient:
        return RedisClient(self.url)

    def _run(self, asked: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(asked)

    def do(self, command: Command) -> None:
        applied = self.engine.apply(command, self.now_ms)
        self._run(self._do_the_same(command, applied))

    async def _do_the_same(self, command: Command, applied: Applied) -> None:
        done = await self.redis.apply(command, self.now_ms)
        assert done == applied, command
        decision = self._decision(command, done)
        assert await self.redis.news(self._cursor) == News((decision,), done.id, complete=True)
        await self._confirm(decision)
        await self._compare()

    def _decision(self, command: Command, done: Applied) -> Decision:
        return Decision(done.id, self.redis.epoch, done.version, self.now_ms, command, done.events)

    async def _confirm(self, decision: Decision) -> None:
        pending = (decision,) if must_be_followed(decision.command, decision.events) else ()
        assert await self.redis.overdue(AFTER_ALL_MS) == pending, decision
        await self.redis.confirm([decision.id])
        self._cursor = decision.id

    @rule(lost=st.none() | st.sampled_from(["ann", "bob"]), forgotten=st.booleans())
    def go_on_from_a_stored_snapshot(self, lost: str | None, forgotten: bool) -> None:
        """lost: an agent whom the snapshot does not know; forgotten: idle times are not known either."""
        snapshot = self.engine.snapshot()
        agents = tuple(agent for agent in snapshot.agents if agent.agent != lost)
        if forgotten:
            agents = tuple(replace(agent, idle_since_ms=0) for agent in agents)
        snapshot = replace(snapshot, agents=agents)
        self.engine = Engine.of(snapshot)
        applied = self.engine.apply(Settle(), self.now_ms)
        self._run(self._rebuild_the_same(snapshot, applied))

    async def _rebuild_the_same(self, snapshot: Snapshot, applied: Applied) -> None:
        done = await self.redis.rebuild(snapshot, self.now_ms)
        assert done == applied
        assert await self.redis.news(self._cursor) == News((), done.id, complete=False)
        await self._confirm(self._decision(Settle(), done))
        await self._compare()

    # What the engine is held to by itself, compared with the naive queue, is not looked at here again.

    def states_are_equal(self) -> None: ...

    def positions_are_those_of_the_sorted_line(self) -> None: ...

    def no_chat_has_two_agents_and_none_is_lost(self) -> None: ...

    def no_chat_waits_while_an_agent_who_may_serve_it_has_a_free_slot(self) -> None: ...

    async def _compare(self) -> None:
        """The whole state and every line; of each line one chat's own place, another one each time."""
        state = self.engine.snapshot()
        assert await self.redis.snapshot() == state
        for department in ("help", "sales"):
            line = self.engine.waiting(department)
            assert await self.redis.waiting(department) == line
            for place in line[state.version % len(line) :][:1] if line else ():
                assert await self.redis.place(place.chat) == place

    async def _compare_agents(self) -> None:
        assert await self.redis.agents() == self.engine.agents()
        for department in ("help", "sales"):
            assert await self.redis.agents(department) == self.engine.agents(department)
            slots = sum(agent.free_slots for agent in self.engine.agents(department))
            assert await self.redis.free_slots(department) == slots

    def teardown(self) -> None:
        try:
            self._run(self._compare_agents())
        finally:
            self._run(self._client.aclose())
            self._runner.close()
