"""A desk that became another one is noticed; one that stays as it is is left alone."""

from __future__ import annotations

import random
from collections import deque

import pytest

from queueing.change import Change
from queueing.estimate import MarkovEstimator, Wait

Line = deque[tuple[float, Wait]]
HOUR_S = 3600.0


def played(slots: int, chat_s: float, then_s: float, dice: random.Random) -> tuple[MarkovEstimator, float]:
    """A desk where five always wait: twelve hours of chats of chat_s, then one hour of then_s; and the time.

    Starts come at random (Poisson), as with chats of exponential length.
    """
    made, now_s, line = MarkovEstimator(), 0.0, Line()
    made.slots_changed(0.0, slots)

    def comes() -> None:
        shown = made.predict(len(line), now_s)
        assert shown is not None
        made.arrived(now_s)
        line.append((now_s, shown))

    for _ in range(5):
        comes()
    while now_s < 13 * HOUR_S:
        now_s += dice.expovariate(slots / (chat_s if now_s < 12 * HOUR_S else then_s))
        came_s, shown = line.popleft()
        made.started(now_s, now_s - came_s)
        made.resolved(shown, now_s - came_s, answered=True)
        comes()
    return made, now_s


@pytest.mark.parametrize("factor", [1 / 3, 1 / 2, 1, 2, 3])
def test_an_hour_after_a_desk_changed_its_estimates_are_within_a_quarter_of_the_truth(factor: float) -> None:
    ratios = []
    for seed in range(10):
        made, now_s = played(12, 300.0, 300.0 * factor, random.Random(seed))
        said = made.predict(3, now_s)
        assert said is not None
        assert said.mean_s is not None
        ratios.append(said.mean_s / (4 * 300.0 * factor / 12))

    assert sum(abs(ratio - 1) for ratio in ratios) / len(ratios) < 0.25


def test_chance_alone_is_hardly_ever_taken_for_a_change() -> None:
    dice, slower, faster, alarms = random.Random(1), Change(0.5), Change(2.0), 0
    for _ in range(50_000):
        expected = dice.expovariate(1.0)
        for change in (slower, faster):
            change.passed(expected, expected)
            if change.started():
                alarms += 1
                change.forget()

    assert alarms <= 2


def test_a_change_remembers_what_was_counted_since_it_began() -> None:
    slower = Change(0.5)
    for _ in range(100):
        slower.passed(60.0, 1.0)
        slower.started()
    starts_n = 0
    alarm = False
    while not alarm:
        slower.passed(240.0, 4.0)  # a quarter as fast
        alarm = slower.started()
        starts_n += 1

    assert starts_n < 18
    assert slower.slots_s / slower.starts == pytest.approx(240.0, rel=0.05)
