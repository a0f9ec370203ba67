"""The steps that commands are made of: each changes the desk and notes the event that says so.

engine.py decides which steps a command takes; routing.py which agent and which chat; desk.py keeps the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from queueing.desk import Desk
from queueing.model import AgentChanged, Assigned, AssignRule, Event, Queued, Requeued, Status
from queueing.routing import line_key
from queueing.states import AgentState, ChatState

Watch = Callable[[ChatState, str, AssignRule], None]


class Moves:
    """One command's steps at a time: `begin`, steps, `finish`."""

    def __init__(self, desk: Desk, watch: Watch | None) -> None:
        """watch: called with (chat, winner, rule) just before each assignment."""
        self._desk = desk
        self._watch = watch
        self._events: list[Event] = []
        self.now_ms = 0

    def begin(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._events = []

    def finish(self) -> tuple[Event, ...]:
        """The command's events: those of chats in the order in which they happened, then the agents' by id."""
        return (*self._events, *self._agents_changed())

    def note(self, event: Event) -> None:
        self._events.append(event)

    def put_agent(self, agent: AgentState, status: Status, connected: bool) -> None:
        """Store the agent with a status and connection, and with the idle time that follows (see AgentState)."""
        idle_since_ms = agent.idle_since_ms if status == "online" else 0
        if idle_since_ms == 0 and status == "online" and connected:
            idle_since_ms = self.now_ms
        self._desk.put_agent(replace(agent, status=status, connected=connected, idle_since_ms=idle_since_ms))

    def enqueue(self, chat: ChatState, from_agent: str | None = None) -> None:
        self._desk.put_chat(chat, self.now_ms)
        self.note(Queued(chat.chat, chat.department, chat.tier, from_agent))

    def requeue_all_of(self, agent: AgentState) -> list[str]:
        """All chats of a lost agent wait again before any is given away: who was first stays first."""
        chats = [replace(self._desk.chats[chat], agent=None, returned=True) for chat in agent.chats]
        for chat in sorted(chats, key=line_key):
            self._desk.put_chat(chat, self.now_ms)
            self.note(Requeued(chat.chat, agent.agent, "connection_lost"))
        return [chat.chat for chat in chats]

    def settle(self, chats: Iterable[str] = (), agents: Iterable[str] = ()) -> None:
        """Give away what became possible by newly waiting `chats` and newly free `agents`, first chat first.

        One sweep is enough: agents only get fuller on the way, so a chat that found nobody will find nobody later.
        """
        fresh = sorted((self._desk.chats[chat] for chat in chats), key=line_key, reverse=True)
        while True:
            heads = [head for agent in agents if (head := self._desk.first_chat_for(agent)) is not None]
            if not heads and not fresh:
                return
            chat = min(heads + fresh[-1:], key=line_key)
            if fresh and fresh[-1].chat == chat.chat:
                fresh.pop()
            winner = self._desk.best_agent_for(chat)
            if winner is not None:
                self.assign(chat, winner, "routed")

    def assign(self, chat: ChatState, agent: str, rule: AssignRule) -> None:
        if self._watch is not None:
            self._watch(chat, agent, rule)
        state = self._desk.agents[agent]
        self._desk.put_chat(replace(chat, agent=agent, returned=False), self.now_ms)
        self.note(Assigned(chat.chat, agent, rule, chat.agent, forced=state.load >= state.capacity))

    def _agents_changed(self) -> Iterable[Event]:
        for agent, before, after in self._desk.changes():
            seen, now = _visible(agent, before), _visible(agent, after)
            if now is not None and now != seen:
                yield now
            elif now is None and seen is not None:
                yield AgentChanged(agent, (), "offline", False, 0, 0)


def _visible(agent: str, state: AgentState | None) -> AgentChanged | None:
    if state is None:
        return None
    return AgentChanged(agent, state.departments, state.status, state.connected, state.load, state.capacity)
