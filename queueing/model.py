"""The queue's language: what can be ordered (commands) and what then has happened (events).

Everything here is a value. The engine (engine.py) turns one command into events, and has a state (states.py); the port
(port.py) is how the rest of Semafor reaches an engine, in this process or in Redis. Times are milliseconds since the
Unix epoch (`_ms`), given by the caller: the queue has no clock of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Priority = Literal["low", "normal", "high", "urgent"]
Status = Literal["online", "away", "offline"]
AssignRule = Literal["routed", "taken", "transferred", "reassigned", "restored"]
ReturnCause = Literal["connection_lost", "no_first_reply"]


# ---- commands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetAgent:
    """Make an agent known or change what they serve; keeps their chats and their connection.

    capacity: chats at once, 0 for none; tier: highest tier they serve (1 to 3). A new agent is not connected.
    """

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
    """An agent's own word: online, away or offline, and (when given) how many chats they take.

    Keeps the chats they have, also where that is now more than the capacity.
    """

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
    """The grace is over and the agent is not back: offline, their chats wait again before all others of their priority.

    Nothing happens if the agent is connected again.
    """

    agent: str


@dataclass(frozen=True, slots=True)
class Join:
    """Put a chat in line; it is served at once where an agent has a free slot.

    line: the stored counter given at the first queueing, kept for ever; lower comes first. Idempotent: a chat that
    is known already, waiting or active, stays as it is.
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
    """An agent pulls a waiting chat, or (a manager) takes an active one over; the agent may be away, but is connected.

    force: beyond capacity. takeover False: only if the chat still waits, else `Refused("not_waiting")`; so of two
    agents who pull the same chat at once the second does not take it from the first.
    """

    chat: str
    agent: str
    force: bool = False
    takeover: bool = True


@dataclass(frozen=True, slots=True)
class TransferToAgent:
    """Give a chat, waiting or active, to an agent who is accepting. force: beyond capacity."""

    chat: str
    agent: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class TransferToDepartment:
    """The chat leaves its agent and waits in another department or tier: in its old line, but not as a returned chat.

    Also for a waiting chat (escalation); nothing happens if it waits there already.
    """

    chat: str
    department: str
    tier: int


@dataclass(frozen=True, slots=True)
class Reassign:
    """No first reply in time: to another agent with a free slot, or `Refused("nobody_free")`."""

    chat: str


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Of a waiting chat, which moves in line, or of an active one, for the case that it waits again."""

    chat: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class Restore:
    """The store's truth about one chat after it refused a proposal; no rule but "the agent is known" is checked.

    agent given: theirs, beyond capacity if need be. Else queued: it waits. Else: the chat is over.
    """

    chat: str
    department: str
    tier: int
    priority: Priority
    line: int
    returned: bool
    queued: bool
    agent: str | None


@dataclass(frozen=True, slots=True)
class Settle:
    """Assign what can be assigned: the first command after a rebuild, in the journal like every other.

    Chats whose agent the rebuilt state does not know are queued again like those of a vanished agent.
    """


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
    | Settle
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
    """The chat is `agent`'s from now on. from_agent: who had it before, if anybody. forced: beyond their capacity."""

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
    """The chat's priority was changed, and its place in line with it where it waits."""

    chat: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """The agent's state after the command, whenever any of these fields changed.

    At most one per agent and command, after all events of chats, in the order of the agents' ids. The last one of a
    removed agent: no departments, offline, not connected, load and capacity 0.
    """

    agent: str
    departments: tuple[str, ...]
    status: Status
    connected: bool
    load: int
    capacity: int

    @property
    def accepting(self) -> bool:
        return self.connected and self.status == "online"


RefusalReason = Literal[
    "unknown_chat",
    "unknown_agent",
    "full",  # the named agent has no free slot, and no force was used
    "not_waiting",  # somebody else has the chat by now
    "already_theirs",
    "not_accepting",  # transfer: not connected or not online; take: not connected
    "nobody_free",
]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed by the command; its only event."""

    reason: RefusalReason


Event = Queued | Assigned | Requeued | Removed | Reprioritised | AgentChanged | Refused


@dataclass(frozen=True, slots=True)
class Applied:
    """One command's outcome. version: counts the commands of this epoch from 1; the key of the journal.

    id: by which a queue of several servers knows the decision (see news.py); '' in a queue of one. Equal outcomes are
    equal whatever their ids.
    """

    version: int
    events: tuple[Event, ...]
    id: str = field(default="", compare=False)
