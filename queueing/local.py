"""The queue in this process: the pure engine behind the port. Needs no server; its state ends with the process.

Each call runs to its end without a pause, so commands are serial by nature.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from queueing.engine import Engine
from queueing.homes import Home, Roll
from queueing.model import Applied, Command, Settle
from queueing.states import AgentState, Place, Snapshot


class LocalQueue:
    """A `QueuePort` that never raises QueueUnavailable."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._epoch = ""

    @property
    def epoch(self) -> str:
        return self._epoch

    async def apply(self, command: Command, now_ms: int) -> Applied:
        return self._engine.apply(command, now_ms)

    async def rebuild(self, snapshot: Snapshot, now_ms: int) -> Applied:
        self._engine = Engine.of(snapshot)
        self._epoch = uuid.uuid4().hex
        return self._engine.apply(Settle(), now_ms)

    async def snapshot(self) -> Snapshot:
        return self._engine.snapshot()

    async def place(self, chat: str) -> Place | None:
        return self._engine.place(chat)

    async def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        return self._engine.waiting(department, limit)

    async def agents(self, department: str | None = None) -> tuple[AgentState, ...]:
        return self._engine.agents(department)

    async def free_slots(self, department: str) -> int:
        return sum(agent.free_slots for agent in self._engine.agents(department))


class LocalHomes:
    """`Homes` of a process that is alone: always there, always leader."""

    def __init__(self) -> None:
        self._on_roll = False

    async def beat(self, process: str, agents: Collection[str], visitors: Collection[str]) -> Roll:
        begins, self._on_roll = not self._on_roll, True
        return Roll((Home(process, 0.0, frozenset(agents), frozenset(visitors)),), leader=process, begins=begins)

    async def leave(self, process: str) -> None:
        """Nobody is left who would ask, unless it comes back."""
        self._on_roll = False
