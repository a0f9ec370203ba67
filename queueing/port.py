"""How the rest of Semafor reaches the queue, wherever it lives.

`local.py` runs the pure engine in this process; `redis_adapter.py` runs the same commands as Lua scripts, for several
servers that are one desk. Both pass the same contract suite. Commands are serial: the events of one are complete
before the next begins.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from queueing.homes import Roll
from queueing.model import Applied, Command
from queueing.news import Decision, News
from queueing.states import AgentState, Place, Snapshot


class QueuePort(Protocol):
    @property
    def epoch(self) -> str:
        """The desk's name from one rebuild to the next, never used twice; '' before there is one."""

    async def apply(self, command: Command, now_ms: int) -> Applied:
        """Carry out one command. Raises QueueUnavailable; then nothing was changed."""

    async def rebuild(self, snapshot: Snapshot, now_ms: int) -> Applied:
        """Replace the whole state by `snapshot` and assign what can be assigned. A new epoch begins."""

    async def snapshot(self) -> Snapshot: ...

    async def place(self, chat: str) -> Place | None:
        """None: the chat does not wait."""

    async def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        """The first `limit` (None: all) waiting chats of a department in the order of service."""

    async def agents(self, department: str | None = None) -> tuple[AgentState, ...]: ...

    async def free_slots(self, department: str) -> int:
        """Free slots of accepting agents of the department."""


class SharedQueuePort(QueuePort, Protocol):
    """The queue of several servers. All of it raises QueueUnavailable; but for `adopt`, `may_rebuild` and `confirm`
    also where the desk is not the one this server knows: then adopt the one that is there, or rebuild.

    Decisions whose effects the record must follow (who was assigned, requeued or transferred) are pending from the
    step that made them until somebody confirms them; so none is lost with the server that made it.
    """

    async def adopt(self) -> bool:
        """Join the desk that another server has built. False: there is none, it must be rebuilt."""

    async def may_rebuild(self, owner: str, for_s: float) -> bool:
        """Ask for the right to rebuild: one owner has it, for `for_s` seconds or until a rebuild has ended.

        Who has it already has it for `for_s` from now. False: somebody else has it, or a desk is there that this
        server does not know yet; adopt it then.
        """

    async def news(self, cursor: str, limit: int = 500) -> News:
        """Up to `limit` decisions after `cursor`, own ones too. '' begins at the present: no decisions, a cursor."""

    async def confirm(self, decisions: Sequence[str]) -> None:
        """The effects of these decisions (their ids) are in the record. Unknown ids do no harm."""

    async def overdue(self, older_than_ms: int, limit: int = 200) -> tuple[Decision, ...]:
        """Pending decisions of commands given before the moment `older_than_ms`, in the order they were made."""

    async def aclose(self) -> None: ...


class Homes(Protocol):
    async def beat(self, process: str, agents: Collection[str], visitors: Collection[str]) -> Roll:
        """Prove that `process` lives and has these people; learn who else does. Raises QueueUnavailable.

        Its age is 0 in the roll. The leader stays who it is while it lives; else the caller becomes it.
        """

    async def leave(self, process: str) -> None:
        """`process` goes in good order: it is in no roll any more, nor leader. Raises QueueUnavailable."""
