"""Who is there, and how busy they are: the presence rows as the server's ledger writes them, and the load over time."""

from __future__ import annotations

from collections.abc import Mapping

from queueing.model import AgentChanged
from queueing.presence import CauseKind, PresenceRow
from server.simulation.agents import Agent, State
from server.simulation.played import PROCESS, Simulated
from server.simulation.virtual import VirtualClock

LOST = "connection lost"
KINDS_OF_ABSENCE: dict[State, CauseKind] = {"off": "signed_out", "away": "away", "lost": "connection_lost"}


class Attendance:
    def __init__(self, played: Simulated, clock: VirtualClock, agents: Mapping[str, Agent]) -> None:
        """played: takes the rows, and the milliseconds of slots and of chats in them."""
        self._played = played
        self._clock = clock
        self._agents = agents
        self._there: dict[str, AgentChanged] = {}
        self._load, self._slots, self._changed_ms = 0, 0, clock.at_ms

    def note(self, event: AgentChanged) -> None:
        """From now on the agent is as the event says."""
        self.sum_up()
        self._note_presence(event)
        self._count(self._there.get(event.agent), by=-1)
        self._count(event, by=1)
        self._there[event.agent] = event

    def sum_up(self) -> None:
        """Up to now as it was."""
        for_ms = self._clock.at_ms - self._changed_ms
        self._changed_ms = self._clock.at_ms
        self._played.busy_ms += for_ms * self._load
        self._played.slot_ms += for_ms * self._slots

    def _count(self, state: AgentChanged | None, by: int) -> None:
        if state is not None and state.accepting:
            self._load += by * state.load
            self._slots += by * state.capacity

    def _note_presence(self, event: AgentChanged) -> None:
        """Only what differs."""
        before = self._there.get(event.agent)
        if before is not None and (before.accepting, _is_free(before)) == (event.accepting, _is_free(event)):
            return
        kind = "signed_out" if event.accepting else KINDS_OF_ABSENCE.get(self._agents[event.agent].state, "signed_out")
        self._played.presence.append(
            PresenceRow(
                event.agent,
                self._clock.at_ms,
                event.departments,
                event.accepting,
                _is_free(event),
                PROCESS,
                kind,
                LOST if kind == "connection_lost" else None,
            )
        )


def _is_free(state: AgentChanged) -> bool:
    return state.accepting and state.load < state.capacity
