"""How the engine grows with waiting chats and agents: join, assign and close. `python -m tests.bench.engine`."""

from __future__ import annotations

import statistics
import time

from queueing.engine import Engine
from queueing.model import Applied, Command, Connect, Join, Leave, SetAgent
from tests.bench import results
from tests.bench.results import Figure

SIZES = ((100, 10), (1_000, 100), (10_000, 1_000), (100_000, 10_000))
"""Waiting chats, and agents who are all busy."""
STEPS = 400
REPEATS = 5
DEPARTMENT = "support"
NOW_MS = 1_800_000_000_000


class Desk:
    """Every agent has one chat and takes no more; the line behind them is as long as wanted."""

    def __init__(self, waiting: int, agents: int) -> None:
        self._engine = Engine()
        self._line = 0
        for n in range(agents):
            self._apply(SetAgent(f"a{n}", (DEPARTMENT,), 1, 1, "online"))
            self._apply(Connect(f"a{n}"))
            self.join()
        for _ in range(waiting):
            self.join()

    def join(self) -> None:
        self._line += 1
        self._apply(Join(f"c{self._line}", DEPARTMENT, 1, "normal", self._line))

    def step(self, oldest: int) -> None:
        """Somebody joins, an agent's chat ends, and the first in line is assigned to them."""
        self.join()
        applied = self._apply(Leave(f"c{oldest}"))
        assert any(type(event).__name__ == "Assigned" for event in applied.events)

    def _apply(self, command: Command) -> Applied:
        return self._engine.apply(command, NOW_MS + self._line)


def step_us(waiting: int, agents: int) -> float:
    """CPU of one step, the median of hundreds in the best of REPEATS desks: others on the machine only slow down."""
    best = float("inf")
    for _ in range(REPEATS if waiting < 50_000 else 2):
        desk = Desk(waiting, agents)
        taken = []
        for oldest in range(1, STEPS + 1):
            began_ns = time.thread_time_ns()
            desk.step(oldest)
            taken.append(time.thread_time_ns() - began_ns)
        best = min(best, statistics.median(taken) / 1000)
    return best


def main() -> None:
    before = results.busy()
    taken = {f"{waiting:,} waiting, {agents:,} agents": step_us(waiting, agents) for waiting, agents in SIZES}
    smallest, *_, largest = taken.values()
    note = "; ".join(f"{size}: {us:.0f} us" for size, us in taken.items())
    growth = Figure("engine: join + assign + close over three decades", largest / smallest, "x", 2.5, 2, note=note)
    results.write("engine", [growth], before, taken)


if __name__ == "__main__":
    main()
