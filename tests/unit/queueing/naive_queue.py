"""The queue's rules a second time, slow and plain: lists, sorting, and after every command a look at everything.

It shares no code with the engine but the model. Written from the rules, not from the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from queueing.model import (
    AgentChanged,
    Assigned,
    Command,
    Connect,
    Disconnect,
    Event,
    Join,
    Leave,
    Queued,
    Reassign,
    Refused,
    RemoveAgent,
    Removed,
    Reprioritised,
    Requeued,
    Restore,
    SetAgent,
    SetPriority,
    SetStatus,
    Settle,
    Take,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from queueing.states import AgentState, ChatState, Snapshot

PRIORITIES = ["urgent", "high", "normal", "low"]


@dataclass
class Agent:
    departments: list[str]
    tier: int
    capacity: int
    status: str
    connected: bool = False
    idle: int = 0


@dataclass
class Chat:
    id: str
    department: str
    tier: int
    priority: str
    line: int
    returned: bool
    agent: str | None = None

    def key(self) -> tuple:
        return (PRIORITIES.index(self.priority), not self.returned, self.line, self.id)


@dataclass
class NaiveQueue:
    agents: dict[str, Agent] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    version: int = 0
    now: int = 0
    events: list[Event] = field(default_factory=list)

    def apply(self, command: Command, now: int) -> tuple[Event, ...]:
        self.version += 1
        self.now = now
        self.events = []
        before = self._views()
        refusal = None if isinstance(command, Settle) else self._order(command)
        if refusal:
            return (Refused(refusal),)  # type: ignore[arg-type]
        self._settle()
        after = self._views()
        for name in sorted(before.keys() | after.keys()):
            if name not in after:
                self.events.append(AgentChanged(name, (), "offline", False, 0, 0))
            elif before.get(name) != after[name]:
                self.events.append(after[name])
        return tuple(self.events)

    def _order(self, command: Command) -> str | None:
        reason: str | None = getattr(self, "_" + type(command).__name__.lower())(command)
        return reason

    def snapshot(self) -> Snapshot:
        agents = tuple(
            AgentState(
                name,
                tuple(a.departments),
                a.tier,
                a.capacity,
                a.status,  # type: ignore[arg-type]
                a.connected,
                tuple(sorted(c.id for c in self.chats.values() if c.agent == name)),
                a.idle,
            )
            for name, a in sorted(self.agents.items())
        )
        chats = tuple(
            ChatState(c.id, c.department, c.tier, c.priority, c.line, c.returned, c.agent)  # type: ignore[arg-type]
            for _, c in sorted(self.chats.items())
        )
        return Snapshot(self.version, agents, chats)

    def line(self, department: str) -> list[str]:
        return [c.id for c in self._waiting() if c.department == department]

    def _views(self) -> dict[str, AgentChanged]:
        return {
            name: AgentChanged(name, tuple(a.departments), a.status, a.connected, self._load(name), a.capacity)  # type: ignore[arg-type]
            for name, a in self.agents.items()
        }

    def _load(self, name: str) -> int:
        return len([c for c in self.chats.values() if c.agent == name])

    def _waiting(self) -> list[Chat]:
        return sorted([c for c in self.chats.values() if c.agent is None], key=Chat.key)

    def _candidates(self, chat: Chat) -> list[str]:
        able = [
            name
            for name, a in self.agents.items()
            if a.connected
            and a.status == "online"
            and chat.department in a.departments
            and a.tier >= chat.tier
            and self._load(name) < a.capacity
        ]
        return sorted(able, key=lambda n: (Fraction(self._load(n), self.agents[n].capacity), self.agents[n].idle, n))

    def _settle(self) -> None:
        while True:
            for chat in self._waiting():
                able = self._candidates(chat)
                if able:
                    self._give(chat, able[0], "routed")
                    break
            else:
                return

    def _give(self, chat: Chat, name: str, rule: str) -> None:
        forced = self._load(name) >= self.agents[name].capacity
        previous = chat.agent
        self._release(chat)
        chat.agent, chat.returned = name, False
        self.events.append(Assigned(chat.id, name, rule, previous, forced))  # type: ignore[arg-type]

    def _release(self, chat: Chat) -> None:
        if chat.agent is not None:
            agent = self.agents[chat.agent]
            agent.idle = self.now if agent.status == "online" else 0
            chat.agent = None

    def _idle(self, agent: Agent) -> None:
        if agent.status != "online":
            agent.idle = 0
        elif agent.connected and agent.idle == 0:
            agent.idle = self.now

    def _setagent(self, c: SetAgent) -> None:
        agent = self.agents.setdefault(c.agent, Agent([], 1, 0, "offline"))
        agent.departments, agent.tier, agent.capacity = sorted(set(c.departments)), c.tier, c.capacity
        agent.status = c.status
        self._idle(agent)

    def _setstatus(self, c: SetStatus) -> str | None:
        if c.agent not in self.agents:
            return "unknown_agent"
        agent = self.agents[c.agent]
        agent.status = c.status
        if c.capacity is not None:
            agent.capacity = c.capacity
        self._idle(agent)
        return None

    def _connect(self, c: Connect) -> str | None:
        if c.agent not in self.agents:
            return "unknown_agent"
        self.agents[c.agent].connected = True
        self._idle(self.agents[c.agent])
        return None

    def _disconnect(self, c: Disconnect) -> str | None:
        if c.agent not in self.agents:
            return "unknown_agent"
        self.agents[c.agent].connected = False
        return None

    def _return_chats(self, name: str) -> None:
        mine = [c for c in self.chats.values() if c.agent == name]
        for chat in mine:
            self._release(chat)
            chat.returned = True
        for chat in sorted(mine, key=Chat.key):
            self.events.append(Requeued(chat.id, name, "connection_lost"))

    def _vanish(self, c: Vanish) -> str | None:
        if c.agent not in self.agents:
            return "unknown_agent"
        agent = self.agents[c.agent]
        if not agent.connected:
            agent.status, agent.idle = "offline", 0
            self._return_chats(c.agent)
        return None

    def _removeagent(self, c: RemoveAgent) -> str | None:
        if c.agent not in self.agents:
            return "unknown_agent"
        self._return_chats(c.agent)
        del self.agents[c.agent]
        return None

    def _join(self, c: Join) -> None:
        if c.chat not in self.chats:
            self.chats[c.chat] = Chat(c.chat, c.department, c.tier, c.priority, c.line, c.returned)
            self.events.append(Queued(c.chat, c.department, c.tier))

    def _leave(self, c: Leave) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        chat = self.chats.pop(c.chat)
        self.events.append(Removed(chat.id, chat.agent))
        self._release(chat)
        return None

    def _take(self, c: Take) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        if c.agent not in self.agents:
            return "unknown_agent"
        chat, agent = self.chats[c.chat], self.agents[c.agent]
        if chat.agent == c.agent:
            return "already_theirs"
        if not agent.connected or (chat.agent and not c.takeover):
            return "not_waiting" if chat.agent and not c.takeover else "not_accepting"
        if self._load(c.agent) >= agent.capacity and not c.force:
            return "full"
        self._give(chat, c.agent, "taken")
        return None

    def _transfertoagent(self, c: TransferToAgent) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        if c.agent not in self.agents:
            return "unknown_agent"
        chat, agent = self.chats[c.chat], self.agents[c.agent]
        if chat.agent == c.agent:
            return "already_theirs"
        if not agent.connected or agent.status != "online":
            return "not_accepting"
        if self._load(c.agent) >= agent.capacity and not c.force:
            return "full"
        self._give(chat, c.agent, "transferred")
        return None

    def _transfertodepartment(self, c: TransferToDepartment) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        chat = self.chats[c.chat]
        if chat.agent or (chat.department, chat.tier) != (c.department, c.tier):
            self.events.append(Queued(c.chat, c.department, c.tier, chat.agent))
            self._release(chat)
            chat.department, chat.tier, chat.returned = c.department, c.tier, False
        return None

    def _reassign(self, c: Reassign) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        chat = self.chats[c.chat]
        others = [name for name in self._candidates(chat) if name != chat.agent]
        if not others or chat.agent is None:
            return "nobody_free"
        self._give(chat, others[0], "reassigned")
        return None

    def _setpriority(self, c: SetPriority) -> str | None:
        if c.chat not in self.chats:
            return "unknown_chat"
        if self.chats[c.chat].priority != c.priority:
            self.chats[c.chat].priority = c.priority
            self.events.append(Reprioritised(c.chat, c.priority))
        return None

    def _restore(self, c: Restore) -> str | None:
        if c.agent is not None and c.agent not in self.agents:
            return "unknown_agent"
        if c.agent is None and not c.queued:
            if c.chat in self.chats:
                self._leave(Leave(c.chat))
            return None
        known = c.chat in self.chats
        chat = self.chats.setdefault(c.chat, Chat(c.chat, c.department, c.tier, c.priority, c.line, c.returned))
        if known and chat.priority != c.priority:
            self.events.append(Reprioritised(c.chat, c.priority))
        was = (chat.department, chat.tier, chat.line, chat.returned, chat.agent)
        now = (c.department, c.tier, c.line, c.returned and c.agent is None, c.agent)
        chat.department, chat.tier, chat.line, chat.priority = c.department, c.tier, c.line, c.priority
        if c.agent is not None:
            if chat.agent != c.agent:
                self._give(chat, c.agent, "restored")
            return None
        if not known or was != now:
            self.events.append(Queued(c.chat, c.department, c.tier, chat.agent))
        self._release(chat)
        chat.returned = c.returned
        return None
