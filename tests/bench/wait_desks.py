"""Desks of our own for waitlab's simulator (waits.py runs them): other sizes, laws, shifts and habits than its seven.

`sim` is waitlab's module of that name; it comes as an argument because waitlab is not in this repository.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


def ordinary(sim: Any) -> Iterator[Any]:
    """Other sizes, laws of service and patience, pauses, shifts, bursts and priorities than waitlab's own."""
    steady, wave, burst = sim.steady, sim.wave, sim.burst
    yield steady(1.1, name="two agents", agents=2, conc=2)
    yield steady(0.98, name="telephone", agents=6, conc=1, beta=0, patience=sim.Exp(300), hours=80)
    yield steady(0.85, name="pauses that nobody tells", agents=8, conc=3, afk=(1800, 300), hours=60)
    yield steady(1.0, name="unequal agents", agents=8, conc=3, speeds=0.4, hours=60)
    yield steady(1.05, name="silent leavers", agents=6, conc=3, silent=0.3, hours=60)
    yield steady(1.1, name="lognormal patience", agents=10, conc=3, patience=sim.LogN(150, 1.0), hours=40)
    yield steady(1.0, name="cv 2, packed", agents=6, conc=4, work=sim.LogN(300, 2.0), route="packed", hours=60)
    yield steady(1.05, name="cv 0.5", agents=6, conc=3, work=sim.LogN(300, 0.5), hours=60)
    yield burst(0.6, 5.0, 3 * 3600, 1200, name="bursts x5", agents=6, conc=3, hours=80)
    yield steady(2.0, name="overload", agents=5, conc=3, patience=sim.Exp(120), hours=40)
    yield steady(0.7, name="light", agents=3, conc=2, patience=sim.Exp(200), hours=150)
    yield steady(1.0, name="40 % overtake", agents=8, conc=3, vip=0.4, patience=sim.Exp(150), hours=60)
    yield wave(0.95, 0.6, 3 * 3600, name="processor sharing", agents=6, conc=4, beta=1.0, hours=60)
    yield steady(1.03, name="240 slots", agents=60, conc=4, hours=8)
    yield steady(1.0, name="patient", agents=6, conc=3, patience=sim.Exp(600), hours=60)
    yield shifted(sim.leaving(10, 3, 2 * 3600, 3600), steady(0.9, name="shifts of ten and three", agents=10, conc=3))


def hostile(sim: Any) -> Iterator[Any]:
    """What breaks an estimator: one agent, night, sudden changes, laws far from exponential."""
    steady, wave, burst, patient = sim.steady, sim.wave, sim.burst, sim.Exp
    yield steady(0.9, name="one agent, one chat", agents=1, conc=1, patience=patient(300), hours=400)
    yield steady(1.1, name="one agent, ten chats", agents=1, conc=10, beta=0.3, hours=150)
    yield steady(1.05, name="forty telephones", agents=40, conc=1, beta=0, hours=20)
    yield steady(1.05, name="every chat takes the same", agents=6, conc=3, work=sim.LogN(300, 0.02), hours=80)
    yield steady(1.0, name="heavy tail, cv 4", agents=8, conc=3, work=sim.LogN(300, 4.0), hours=100)
    yield steady(1.3, name="nobody has patience", agents=6, conc=3, patience=patient(30), hours=80)
    yield steady(0.97, name="everybody has patience", agents=5, conc=3, patience=patient(3000), hours=100)
    yield steady(1.05, name="all leave at about 3 min", agents=5, conc=3, patience=sim.LogN(180, 0.2), hours=80)
    yield steady(1.1, name="half overtake", agents=6, conc=2, vip=0.5, patience=patient(240), hours=80)
    yield steady(0.75, name="agents away half an hour", agents=6, conc=3, afk=(5400, 1800), hours=100)
    yield burst(0.5, 10.0, 4 * 3600, 600, name="bursts x10", agents=8, conc=3, hours=100)
    yield steady(1.0, name="3x slower by turns", agents=8, conc=3, work=Turns(sim, (180, 540), 1500), hours=120)
    yield wave(0.9, 0.9, DAY_S, name="day and quiet night", agents=8, conc=3, hours=168)
    yield shifted(nights, wave(0.8, 0.95, DAY_S, name="nobody at night", agents=6, conc=3, hours=240))
    yield shifted(three_shifts, steady(0.85, name="three shifts", agents=12, conc=3, hours=96))
    yield shifted(in_and_out, steady(1.05, name="agents in and out all day", agents=6, conc=4, hours=80))
    yield steady(1.1, name="unequal, packed, slow-down 1", agents=4, conc=8, beta=1, speeds=0.7, route="packed")
    yield steady(1.2, name="silent half", agents=4, conc=3, silent=0.5, silent_work=180, hours=80)


def shifted(shifts: Any, scenario: Any) -> Any:
    scenario.shifts = shifts
    return scenario


class Turns:
    """Work whose mean changes every `chats` chats, as where a new product or a broken system changes every question."""

    def __init__(self, sim: Any, means_s: tuple[float, ...], chats: int) -> None:
        self._laws = [sim.LogN(mean_s, 1.0) for mean_s in means_s]
        self._chats = chats
        self._n = 0
        overall = sim.LogN(sum(means_s) / len(means_s), 1.0)
        self.m, self.s = overall.m, overall.s  # what waitlab takes for the capacity

    def sample(self, dice: Any) -> float:
        self._n += 1
        return float(self._laws[self._n // self._chats % len(self._laws)].sample(dice))


def nights(dice: Any, end_s: float) -> list[tuple[float, int, bool]]:
    """Six agents come one after another at 7 h and leave from 20 h on; nobody is there at night."""
    day = [(7 * HOUR_S, True), (20 * HOUR_S, False)]
    return [
        (start_s + at_s + agent * 600 * dice.random(), agent, on)
        for start_s in range(0, math.ceil(end_s), int(DAY_S))
        for at_s, on in day
        for agent in range(6)
    ]


def three_shifts(dice: Any, end_s: float) -> list[tuple[float, int, bool]]:
    """Of twelve agents, twelve, seven and two by turns of eight hours."""
    turns = []
    for number in range(math.ceil(end_s / (8 * HOUR_S))):
        here = (12, 7, 2)[number % 3]
        turns += [(number * 8 * HOUR_S + 300 * dice.random(), agent, agent < here) for agent in range(12)]
    return turns


def in_and_out(dice: Any, end_s: float) -> list[tuple[float, int, bool]]:
    """Each of six agents goes away for about ten minutes every hour or so, and tells it; one stays."""
    told, at_s = [], 0.0
    for agent in range(1, 6):
        at_s = 0.0
        while at_s < end_s:
            at_s += dice.expovariate(1 / HOUR_S)
            told.append((at_s, agent, False))
            at_s += dice.expovariate(1 / 600)
            told.append((at_s, agent, True))
    return told


def is_ours(number: int) -> bool:
    """Whether the chat of this number is the department's whose estimators are judged."""
    return number % 5 < 3


def sharing(sim: Any) -> type[Any]:
    """waitlab's simulator where two of five chats are another department's: the same agents, one order of service.

    The estimators hear of their own department alone, and of the slots of all.
    """

    class Shared(sim.Sim):  # type: ignore[misc]
        est: list[Any]

        def __init__(self, scenario: Any, seed: int, estimators: list[Any], **given: Any) -> None:
            super().__init__(scenario, seed, estimators, **given)
            self._estimators = estimators

        def _heard(self, number: int, act: Any, *given: Any) -> None:
            """act, heard by the estimators where the chat of this number is their department's."""
            before, self.est = self.est, self._estimators if is_ours(number) else []
            act(*given)
            self.est = before

        def ev_arr(self) -> None:
            self._heard(self.n + 2, super().ev_arr)  # it takes a number for the next arrival and one for the chat

        def start(self, i: int, c: Any) -> None:
            self._heard(c.n, super().start, i, c)

        def ev_pat(self, c: Any) -> None:
            self._heard(c.n, super().ev_pat, c)

        def ev_end(self, i: int, v: int) -> None:
            over = min(self.ag[i]["chats"].items(), key=lambda item: item[1][0], default=(0, None))
            self._heard(over[0], super().ev_end, i, v)

        def resolve(self, c: Any) -> None:
            self._heard(c.n, super().resolve if c.pred else list, *([c] if c.pred else []))

        def view(self, c: Any, ahead: int) -> Any:
            return super().view(c, min(sum(is_ours(x.n) and not x.gone and x is not c for x in self.q), ahead))

    return Shared
