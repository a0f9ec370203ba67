"""Joining, leaving and assigning take O(log n): comparisons of keys are counted, not time."""

from __future__ import annotations

from typing import ClassVar

from queueing.engine import Engine
from queueing.model import Connect, Join, Leave, SetAgent


class CountedLine(int):
    comparisons: ClassVar[int] = 0

    def __lt__(self, other: int) -> bool:
        CountedLine.comparisons += 1
        return int(self) < int(other)


class CountedName(str):
    comparisons: ClassVar[int] = 0
    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        CountedName.comparisons += 1
        return str(self) < str(other)


def comparisons_per_chat(waiting: int) -> float:
    """Join, ask the place of, and remove 50 chats in the midst of a line of `waiting`."""
    engine = Engine()
    for n in range(waiting):
        engine.apply(Join(f"w{n}", "help", 1, "normal", CountedLine(n * 1000)), 0)
    CountedLine.comparisons = 0
    for n in range(50):
        line = CountedLine((n * waiting // 50) * 1000 + 1)
        engine.apply(Join(f"c{n}", "help", 1, "normal", line), 0)
        engine.place(f"c{n}")
        engine.apply(Leave(f"c{n}"), 0)
    return CountedLine.comparisons / 50


def comparisons_per_assignment(agents: int) -> float:
    engine = Engine()
    for n in range(agents):
        name = CountedName(f"agent-{n:05d}")
        engine.apply(SetAgent(name, ("help",), 1, 3, "online"), 0)
        engine.apply(Connect(name), 7)
    CountedName.comparisons = 0
    for n in range(50):
        engine.apply(Join(f"c{n}", "help", 1, "normal", n), 9)
        engine.apply(Leave(f"c{n}"), 7)
    return CountedName.comparisons / 50


def test_hundred_times_the_line_costs_less_than_three_times_the_comparisons() -> None:
    assert comparisons_per_chat(10_000) < 3 * comparisons_per_chat(100)


def test_fifty_times_the_agents_cost_less_than_three_times_the_comparisons() -> None:
    assert comparisons_per_assignment(2_500) < 3 * comparisons_per_assignment(50)


def test_counted_comparisons_are_those_of_the_engine() -> None:
    assert comparisons_per_chat(100) > 10
    assert comparisons_per_assignment(50) > 5
