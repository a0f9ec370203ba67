"""What was played: the chats, who was there when, and how busy they were."""

from __future__ import annotations

from dataclasses import dataclass, field

from queueing.presence import PresenceRow
from server.simulation.desk import SimulatedDesk
from server.simulation.visitors import Talk

PROCESS = "simulation"


@dataclass(slots=True)
class Simulated:
    """What was played. talks: by arrival. presence: by time.

    busy_ms, slot_ms: chats and slots of accepting agents, summed over time.
    """

    desk: SimulatedDesk
    seed: int
    talks: list[Talk] = field(default_factory=list)
    presence: list[PresenceRow] = field(default_factory=list)
    busy_ms: int = 0
    slot_ms: int = 0

    @property
    def waits_s(self) -> list[float]:
        """Queue waits of all who got an agent, by arrival; 0 for who had one at once."""
        return [talk.queue_wait_ms / 1000 for talk in self.talks if talk.queue_wait_ms is not None]

    @property
    def arrived(self) -> int:
        return len(self.talks)

    @property
    def served(self) -> int:
        """Their chat ended with an agent."""
        return sum(1 for talk in self.talks if talk.closed_at_ms is not None and not talk.has_left)

    @property
    def left(self) -> int:
        """They gave up in line."""
        return sum(1 for talk in self.talks if talk.has_left)

    @property
    def still_there(self) -> int:
        """Waiting or in conversation at the end."""
        return sum(1 for talk in self.talks if talk.closed_at_ms is None)
