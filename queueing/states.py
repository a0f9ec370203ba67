"""The queue's state, as it can be asked for or stored: of agents, of chats, and of everything at once.

Values, as in model.py; times are milliseconds since the Unix epoch (`_ms`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from queueing.model import Priority, Status


@dataclass(frozen=True, slots=True)
class AgentState:
    """departments and chats: sorted. free_slots: what routing may give them now.

    idle_since_ms: since when an online agent could have had one more chat: the last moment their load went down, or,
    if that has not happened since they came online, the moment they became accepting. A connection that is lost and
    back within the grace leaves it as it was; 0 while it is not known (away, offline, or online but never connected).
    """

    agent: str
    departments: tuple[str, ...]
    tier: int
    capacity: int
    status: Status
    connected: bool
    chats: tuple[str, ...]
    idle_since_ms: int

    @property
    def accepting(self) -> bool:
        return self.connected and self.status == "online"

    @property
    def load(self) -> int:
        return len(self.chats)

    @property
    def free_slots(self) -> int:
        return max(0, self.capacity - len(self.chats)) if self.accepting else 0


@dataclass(frozen=True, slots=True)
class ChatState:
    """agent None: the chat waits. returned: it waits because its agent was lost; False while an agent has it."""

    chat: str
    department: str
    tier: int
    priority: Priority
    line: int
    returned: bool
    agent: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything an engine is: enough to build an equal one. Sorted by id, so equal engines give equal snapshots.

    Who has a chat is said by the chat (`ChatState.agent`); an agent's `chats` follow from it and are not read back.
    """

    version: int
    agents: tuple[AgentState, ...] = field(default=())
    chats: tuple[ChatState, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting chat stands in its department. position counts from 1."""

    chat: str
    department: str
    position: int

    @property
    def ahead(self) -> int:
        return self.position - 1
