"""The queue's language: what can be ordered (commands) and what then has happened (events).

Everything here is a value. The engine (engine.py) turns one command into events; the port (port.py) is how the
rest of Semafor reaches an engine, in this process or in Redis. Times are milliseconds since the Unix epoch (`_ms`),
given by the caller: the queue has no clock of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Priority = Literal["low", "normal", "high", "urgent"]
Status = Literal["online", "away", "offline"]
AssignRule = Literal["routed", "taken", "transferred", "reassigned"]
ReturnCause = Literal["connection_lost", "no_first_reply"]


# ---- commands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetAgent:
    """Make an agent known or change what they serve. capacity: chats at once; tier: highest tier they serve (1 to 3)."""

    agent: str
    departments: tuple[str, ...]
    tier: int
    capacity: int
    status: Status


@dataclass(frozen=True, slots=True)
class RemoveAgent:
    """Forget an agent (disabled account). Their chats are requeued like those of a vanished agent."""

    agent: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """An agent's own word: online, away or offline, and (when given) how many chats they take. Keeps the chats they have."""

    agent: str
    status: Status
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """The agent has at least one live connection. Idempotent."""

    agent: str


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The agent's last connection is gone: nothing is routed to them, their chats stay theirs for the grace."""

    agent: str


@dataclass(frozen=True, slots=True)
class Vanish:
    """The grace is over and the agent is not back: offline, their chats are queued again before all others. Nothing if connected."""

    agent: str


@dataclass(frozen=True, slots=True)
class Join:
    """Put a chat in line; it is served at once where an agent has a free slot.

    line: the stored counter given at the first queueing, kept for ever; lower comes first.
    """

    chat: str
    department: str
    tier: int
    priority: Priority
    line: int
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """A chat is over, waiting or active. A slot that becomes free is given away at once."""

    chat: str


@dataclass(frozen=True, slots=True)
class Take:
    """An agent pulls a waiting chat, or (a manager) takes an active one over. force: beyond capacity."""

    chat: str
    agent: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class TransferToAgent:
    chat: str
    agent: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class TransferToDepartment:
    """The chat leaves its agent and waits in another department or tier, with its own line, as a returned chat does not: by its priority."""

    chat: str
    department: str
    tier: int


@dataclass(frozen=True, slots=True)
class Reassign:
    """No first reply in time: to another agent with a free slot, or `Refused("nobody_free")`."""

    chat: str


@dataclass(frozen=True, slots=True)
class SetPriority:
    chat: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class Restore:
    """The store's truth about one chat after it refused a proposal. agent None and queued False: the chat is over."""

    chat: str
    department: str
    tier: int
    priority: Priority
    line: int
    returned: bool
    queued: bool
    agent: str | None


Command = (
    SetAgent
    | RemoveAgent
    | SetStatus
    | Connect
    | Disconnect
    | Vanish
    | Join
    | Leave
    | Take
    | TransferToAgent
    | TransferToDepartment
    | Reassign
    | SetPriority
    | Restore
)


# ---- events -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queued:
    """The chat waits. By `Join`, or by `TransferToDepartment` from `agent`."""

    chat: str
    department: str
    tier: int
    from_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """The chat is `agent`'s from now on. from_agent: who had it before, if anybody."""

    chat: str
    agent: str
    rule: AssignRule
    from_agent: str | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Requeued:
    """The chat was `agent`'s and waits again, before all others of its priority, in its old order."""

    chat: str
    agent: str
    cause: ReturnCause


@dataclass(frozen=True, slots=True)
class Removed:
    """The chat is over for the queue. agent: who had it, None when it waited."""

    chat: str
    agent: str | None


@dataclass(frozen=True, slots=True)
class Reprioritised:
    chat: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """The agent's state after the command, whenever any of these fields changed."""

    agent: str
    departments: tuple[str, ...]
    status: Status
    connected: bool
    load: int
    capacity: int

    @property
    def accepting(self) -> bool:
        return self.connected and self.status == "online"


RefusalReason = Literal["unknown_chat", "unknown_agent", "full", "not_waiting", "already_theirs", "nobody_free"]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed by the command."""

    reason: RefusalReason


Event = Queued | Assigned | Requeued | Removed | Reprioritised | AgentChanged | Refused


@dataclass(frozen=True, slots=True)
class Applied:
    """One command's outcome. version: counts the commands of this epoch from 1; the key of the journal."""

    version: int
    events: tuple[Event, ...]


# ---- state that can be asked for or stored ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentState:
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
    """agent None: the chat waits."""

    chat: str
    department: str
    tier: int
    priority: Priority
    line: int
    returned: bool
    agent: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything an engine is: enough to build an equal one. Sorted by id, so equal engines give equal snapshots."""

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
