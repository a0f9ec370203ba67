"""A shift at a desk in a few words: an engine, a clock that moves with each command, short ways to say who is there."""

from __future__ import annotations

from queueing.engine import Engine
from queueing.model import Assigned, Command, Connect, Event, Join, Priority, Refused, SetAgent, Status
from queueing.states import AgentState


class Shift:
    def __init__(self) -> None:
        self.engine = Engine()
        self.now_ms = 1_000_000
        self._line = 0

    def do(self, command: Command) -> tuple[Event, ...]:
        self.now_ms += 1000
        return self.engine.apply(command, self.now_ms).events

    def agent(
        self,
        name: str,
        *departments: str,
        capacity: int = 1,
        tier: int = 1,
        status: Status = "online",
        connected: bool = True,
    ) -> tuple[Event, ...]:
        events = self.do(SetAgent(name, departments or ("help",), tier, capacity, status))
        return events + self.do(Connect(name)) if connected else events

    def join(
        self,
        chat: str,
        department: str = "help",
        *,
        tier: int = 1,
        priority: Priority = "normal",
        returned: bool = False,
    ) -> tuple[Event, ...]:
        self._line += 1
        return self.do(Join(chat, department, tier, priority, self._line, returned))

    def holder(self, chat: str) -> str | None:
        """The agent who has the chat; None while it waits."""
        return next(state.agent for state in self.engine.snapshot().chats if state.chat == chat)

    def state_of(self, agent: str) -> AgentState:
        return next(state for state in self.engine.agents() if state.agent == agent)

    def line(self, department: str = "help") -> list[str]:
        return [place.chat for place in self.engine.waiting(department)]


def refusal(events: tuple[Event, ...]) -> str | None:
    return next((event.reason for event in events if isinstance(event, Refused)), None)


def assignments(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(event.chat, event.agent) for event in events if isinstance(event, Assigned)]
