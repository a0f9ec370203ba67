"""How the rest of Semafor reaches the queue, wherever it lives.

`local.py` runs the pure engine in this process; a Redis adapter runs the same commands as Lua scripts. Both pass the
same contract suite. Commands are serial: the events of one are complete before the next begins.
"""

from __future__ import annotations

from typing import Protocol

from queueing.model import AgentState, Applied, Command, Place, Snapshot


class QueuePort(Protocol):
    async def apply(self, command: Command, now_ms: int) -> Applied:
        """Carry out one command. Raises QueueUnavailable; then nothing was changed."""

    async def rebuild(self, snapshot: Snapshot, now_ms: int) -> Applied:
        """Replace the whole state by `snapshot` and assign what can be assigned."""

    async def snapshot(self) -> Snapshot: ...

    async def place(self, chat: str) -> Place | None:
        """None: the chat does not wait."""

    async def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        """The first `limit` (None: all) waiting chats of a department in the order of service."""

    async def agents(self, department: str | None = None) -> tuple[AgentState, ...]: ...

    async def free_slots(self, department: str) -> int:
        """Free slots of accepting agents of the department."""
