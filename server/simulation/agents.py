"""Who serves: what each simulated agent is doing, and how far they are with each of their chats."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Literal

from server.simulation.desk import SimulatedDesk, chance
from server.simulation.visitors import Talk

BREAK_S = 600.0  # mean of one time away
LOST_S = 180.0  # mean of a lost connection, beyond the grace
State = Literal["off", "online", "away", "lost"]


@dataclass(slots=True)
class Agent:
    """pace: work done per time, 1 for the mean agent. turn: counts changes of state, so that older plans are void.

    done_at_ms: the moment up to which the work on `talks` is accounted for; plan: counts changes of what they have.
    """

    id: str
    departments: tuple[str, ...]
    pace: float
    luck: Random
    state: State = "off"
    on_duty: bool = False
    turn: int = 0
    plan: int = 0
    done_at_ms: int = 0
    talks: dict[str, Talk] = field(default_factory=dict)

    def turns_to(self, state: State) -> None:
        self.state = state
        self.turn += 1

    # ---- work -----------------------------------------------------------------------------------------------------

    def work_until(self, at_ms: int, slowdown: float) -> None:
        """Account for the work since the last time. Whoever has lost the connection does none."""
        done_ms = (at_ms - self.done_at_ms) * self._speed(slowdown)
        self.done_at_ms = at_ms
        for talk in self.talks.values():
            talk.work_ms -= done_ms

    def next_done(self, slowdown: float) -> tuple[int, Talk] | None:
        """The chat that will be over first, and when, if nothing changes."""
        speed = self._speed(slowdown)
        if not self.talks or not speed:
            return None
        talk = min(self.talks.values(), key=lambda talk: (talk.work_ms, talk.number))
        return self.done_at_ms + max(round(talk.work_ms / speed), 0), talk

    def _speed(self, slowdown: float) -> float:
        """Of each chat: with every further one all take the share `slowdown` longer."""
        return 0.0 if self.state == "lost" else self.pace / (1 + slowdown * max(len(self.talks) - 1, 0))

    # ---- comings and goings -----------------------------------------------------------------------------------------

    def next_turn(self, desk: SimulatedDesk) -> tuple[float, State]:
        """After how many seconds they leave their state by themselves, and for which; inf: they don't."""
        if self.state == "online":
            away_s = drop_s = inf
            if desk.away_share:
                away_s = self.luck.expovariate(desk.away_share / (1 - desk.away_share) / BREAK_S)
            if desk.drops_per_day:
                drop_s = self.luck.expovariate(desk.drops_per_day / 86_400)
            return (away_s, "away") if away_s <= drop_s else (drop_s, "lost")
        if self.state == "away":
            return self.luck.expovariate(1 / BREAK_S), "online"
        if self.state == "lost":
            return desk.agent_grace_s + self.luck.expovariate(1 / LOST_S), "online"
        return inf, "off"


def people(desk: SimulatedDesk, seed: int) -> list[Agent]:
    """All shifts. Each has chances of their own, so one agent more leaves the others as they are."""
    return [
        Agent(f"a{n + 1}", desk.departments_of(n), _pace(desk, chance(seed, f"agent {n}")), chance(seed, f"duty {n}"))
        for n in range(desk.agents * desk.shifts)
    ]


def _pace(desk: SimulatedDesk, luck: Random) -> float:
    return luck.lognormvariate(0, desk.variety) if desk.variety else 1.0
