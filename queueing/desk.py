"""What is: the agents, the chats, who has which, and the indexes that find the next chat or agent in O(log n).

Decides nothing: engine.py does, by the rules of routing.py. Its guarantee is that agents, chats and indexes are in
step after every call, whatever was put; it checks no capacity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from queueing.ordered import Ordered
from queueing.routing import ChoiceKey, LineKey, choice_key, line_key
from queueing.states import AgentState, ChatState, Place, Snapshot


class WaitingLines:
    """The waiting chats of each department: all together for positions, by tier to find what an agent may serve."""

    def __init__(self) -> None:
        self._all: dict[str, Ordered[LineKey]] = {}
        self._by_tier: dict[str, dict[int, Ordered[LineKey]]] = {}

    def add(self, chat: ChatState) -> None:
        key = line_key(chat)
        self._all.setdefault(chat.department, Ordered()).add(key)
        self._by_tier.setdefault(chat.department, {}).setdefault(chat.tier, Ordered()).add(key)

    def remove(self, chat: ChatState) -> None:
        key = line_key(chat)
        self._all[chat.department].remove(key)
        self._by_tier[chat.department][chat.tier].remove(key)

    def first_for(self, departments: Iterable[str], tier: int) -> str | None:
        """The first chat in the comparator's order that an agent of these departments and this tier may serve."""
        heads = [
            head
            for department in departments
            for chat_tier, line in self._by_tier.get(department, {}).items()
            if chat_tier <= tier
            for head in line.first(1)
        ]
        return min(heads)[1] if heads else None

    def ahead_of(self, chat: ChatState) -> int:
        return self._all[chat.department].before(line_key(chat))

    def first(self, department: str, limit: int | None) -> Iterator[str]:
        line = self._all.get(department)
        return (chat for _, chat in line.first(limit)) if line else iter(())


class FreeAgents:
    """The agents with a free slot, by department and tier, best choice first."""

    def __init__(self) -> None:
        self._agents: dict[str, dict[int, Ordered[ChoiceKey]]] = {}

    def add(self, agent: AgentState) -> None:
        for department in agent.departments:
            self._agents.setdefault(department, {}).setdefault(agent.tier, Ordered()).add(choice_key(agent))

    def remove(self, agent: AgentState) -> None:
        for department in agent.departments:
            self._agents[department][agent.tier].remove(choice_key(agent))

    def best_for(self, department: str, tier: int, but: str | None) -> str | None:
        """The router's choice for a chat of this department and tier. but: an agent who is not to get it."""
        bests = [
            key
            for agent_tier, free in self._agents.get(department, {}).items()
            if agent_tier >= tier
            for key in free.first(2)  # the second matters only where `but` is the first
            if key[2] != but
        ]
        return min(bests)[2] if bests else None


class Desk:
    """The state of one engine. Read `agents` and `chats` freely; change them by the methods only."""

    def __init__(self) -> None:
        self.agents: dict[str, AgentState] = {}
        self.chats: dict[str, ChatState] = {}
        self._members: dict[str, set[str]] = {}
        self._waiting = WaitingLines()
        self._free = FreeAgents()
        self._touched: dict[str, AgentState | None] = {}

    def load(self, snapshot: Snapshot) -> dict[str, str]:
        """Fill an empty desk. Returns {chat: agent} of chats whose agent is unknown: they wait, returned."""
        for agent in snapshot.agents:
            self.put_agent(replace(agent, departments=tuple(sorted(set(agent.departments))), chats=()))
        orphans = {}
        for chat in snapshot.chats:
            if chat.agent is not None and chat.agent not in self.agents:
                orphans[chat.chat] = chat.agent
                self.put_chat(replace(chat, agent=None, returned=True), now_ms=0)
            else:
                self.put_chat(replace(chat, returned=chat.returned and chat.agent is None), now_ms=0)
        self.changes()
        return orphans

    def put_agent(self, state: AgentState) -> None:
        """Make `state` the agent's state. Its chats must be the agent's: they change by `put_chat` only."""
        self._unlist(state.agent)
        self.agents[state.agent] = state
        for department in state.departments:
            self._members.setdefault(department, set()).add(state.agent)
        if state.free_slots:
            self._free.add(state)

    def drop_agent(self, agent: str) -> None:
        """Forget an agent who has no chats."""
        self._unlist(agent)
        del self.agents[agent]

    def _unlist(self, agent: str) -> None:
        before = self.agents.get(agent)
        self._touched.setdefault(agent, before)
        if before is None:
            return
        for department in before.departments:
            self._members[department].discard(agent)
        if before.free_slots:
            self._free.remove(before)

    def put_chat(self, state: ChatState, now_ms: int) -> None:
        """Make `state` the chat's state; its agent, who must be known, and the one before get their loads."""
        before = self.chats.get(state.chat)
        self._detach(before, state.agent, now_ms)
        self.chats[state.chat] = state
        if state.agent is None:
            self._waiting.add(state)
        elif before is None or before.agent != state.agent:
            agent = self.agents[state.agent]
            self.put_agent(replace(agent, chats=tuple(sorted((*agent.chats, state.chat)))))

    def drop_chat(self, chat: str, now_ms: int) -> None:
        self._detach(self.chats.pop(chat), None, now_ms)

    def _detach(self, before: ChatState | None, next_agent: str | None, now_ms: int) -> None:
        if before is None:
            return
        if before.agent is None:
            self._waiting.remove(before)
        elif before.agent != next_agent:
            agent = self.agents[before.agent]
            idle_since_ms = now_ms if agent.status == "online" else 0
            chats = tuple(chat for chat in agent.chats if chat != before.chat)
            self.put_agent(replace(agent, chats=chats, idle_since_ms=idle_since_ms))

    def changes(self) -> list[tuple[str, AgentState | None, AgentState | None]]:
        """Agents touched since the last call, by id: (agent, state then, state now); None: not known."""
        changes = [(agent, before, self.agents.get(agent)) for agent, before in sorted(self._touched.items())]
        self._touched = {}
        return changes

    def best_agent_for(self, chat: ChatState, but: str | None = None) -> str | None:
        return self._free.best_for(chat.department, chat.tier, but)

    def first_chat_for(self, agent: str) -> ChatState | None:
        """The waiting chat that a free slot of the agent goes to; None without such a chat or slot."""
        state = self.agents.get(agent)
        if state is None or not state.free_slots:
            return None
        chat = self._waiting.first_for(state.departments, state.tier)
        return None if chat is None else self.chats[chat]

    def place(self, chat: str) -> Place | None:
        state = self.chats.get(chat)
        if state is None or state.agent is not None:
            return None
        return Place(chat, state.department, 1 + self._waiting.ahead_of(state))

    def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        chats = enumerate(self._waiting.first(department, limit), start=1)
        return tuple(Place(chat, department, position) for position, chat in chats)

    def agents_of(self, department: str | None) -> tuple[AgentState, ...]:
        names = self.agents if department is None else self._members.get(department, ())
        return tuple(self.agents[name] for name in sorted(names))
