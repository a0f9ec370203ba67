from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.estimate import MarkovEstimator, Wait


def estimator(slots: int, chat_s: float, starts: int = 300, leavers: int = 0) -> tuple[MarkovEstimator, float]:
    """One that has seen a line that was never empty, each slot taking a chat every chat_s seconds; and the time."""
    made, now_s = MarkovEstimator(), 0.0
    made.slots_changed(now_s, slots)
    made.arrived(now_s)
    for n in range(starts):
        came_s, now_s = now_s, now_s + chat_s / slots
        made.arrived(now_s)
        made.started(now_s, now_s - came_s)
        if n < leavers:
            made.arrived(now_s)
            made.abandoned(now_s + chat_s / slots / 2, chat_s / slots / 2)
    return made, now_s


def said(made: MarkovEstimator, ahead: int, at_s: float = 0.0) -> Wait:
    wait = made.predict(ahead, at_s)
    assert wait is not None
    return wait


def mean(made: MarkovEstimator, ahead: int, at_s: float) -> float:
    mean_s = said(made, ahead, at_s).mean_s
    assert mean_s is not None
    return mean_s


def test_nothing_is_said_while_nobody_accepts() -> None:
    made, now_s = estimator(2, 300.0)
    made.slots_changed(now_s, 0)

    assert made.predict(0, now_s) is None


def test_each_chat_ahead_adds_the_time_between_two_starts() -> None:
    made, now_s = estimator(4, 400.0)

    assert mean(made, 0, now_s) == pytest.approx(100, rel=0.03)
    assert mean(made, 9, now_s) == pytest.approx(1000, rel=0.03)
    assert mean(made, 30, now_s) == pytest.approx(3100, rel=0.03)


def test_those_ahead_who_give_up_shorten_the_wait() -> None:
    (patient, now_s), (impatient, later_s) = estimator(2, 400.0), estimator(2, 400.0, leavers=300)

    assert mean(impatient, 8, later_s) < 0.8 * mean(patient, 8, now_s)
    assert mean(impatient, 0, later_s) == pytest.approx(mean(patient, 0, now_s), rel=0.05)


def test_range_is_wide_while_little_is_known() -> None:
    new, (experienced, now_s) = MarkovEstimator(), estimator(3, 420.0)
    new.slots_changed(0.0, 3)

    assert said(new, 10).upto_s > 1.4 * said(experienced, 10, now_s).upto_s
    assert said(new, 10).upto_s / said(new, 10).likely_s > 1.7


def test_more_slots_make_the_wait_shorter_at_once() -> None:
    made, now_s = estimator(1, 300.0)
    alone = said(made, 3, now_s)

    made.slots_changed(now_s, 3)

    assert said(made, 3, now_s).likely_s < alone.likely_s / 2


def test_chats_that_end_where_nobody_waits_teach_nothing() -> None:
    made, now_s = estimator(2, 400.0)
    made.started(now_s + 1, now_s + 1 - (now_s - 0.0))
    before = mean(made, 3, now_s + 1)

    for n in range(100):
        made.arrived(now_s + n)
        made.started(now_s + n, 0.0)
        made.ended(now_s + n + 5, 5.0)

    assert mean(made, 3, now_s + 1) == pytest.approx(before, rel=0.05)


def test_desk_that_became_half_as_fast_is_learnt_within_an_hour() -> None:
    made, now_s = estimator(12, 400.0)

    for _ in range(54):  # an hour at 800 s a chat
        came_s, now_s = now_s, now_s + 800 / 12
        made.arrived(now_s)
        made.started(now_s, now_s - came_s)
        made.resolved(said(made, 0, now_s), 800 / 12, answered=True)

    assert said(made, 0, now_s).upto_s > 60
    assert mean(made, 0, now_s) == pytest.approx(800 / 12, rel=0.25)


def test_one_in_ten_waits_exceeds_the_upper_figure_though_the_model_is_wrong() -> None:
    chance = random.Random(7)
    made, now_s = estimator(1, 600.0)  # four times what is true below
    exceeded = 0

    for n in range(4000):
        shown, waited_s = said(made, 0, now_s), chance.expovariate(1 / 150)
        made.resolved(shown, waited_s, answered=True)
        exceeded += waited_s > shown.upto_s if n >= 1000 else 0

    assert 0.08 < exceeded / 3000 < 0.12


def test_visitors_who_give_up_early_do_not_make_the_range_narrower() -> None:
    made, now_s = estimator(4, 400.0)
    before = said(made, 0, now_s)

    for _ in range(200):
        made.resolved(said(made, 0, now_s), 2.0, answered=False)

    assert said(made, 0, now_s).upto_s > 0.7 * before.upto_s  # as answered they would make it 10 s


def test_waits_that_a_feature_foretells_are_learnt() -> None:
    made, now_s = estimator(4, 400.0)

    for _ in range(300):
        for ahead, waited_s in ((0, 100.0), (12, 700.0)):  # the law says 1,300 s with twelve ahead
            made.resolved(said(made, ahead, now_s), waited_s, answered=True)

    assert mean(made, 12, now_s) == pytest.approx(700, rel=0.1)
    assert mean(made, 0, now_s) == pytest.approx(100, rel=0.15)


feeds = st.lists(
    st.tuples(
        st.sampled_from(["arrived", "slots", "started", "ended", "abandoned", "resolved"]),
        st.floats(0, 1e5),
        st.integers(0, 60),
    ),
    max_size=60,
)


@settings(max_examples=80, deadline=None)
@given(feeds)
def test_figures_are_ordered_and_finite_whatever_was_seen(feed: list[tuple[str, float, int]]) -> None:
    made = MarkovEstimator()
    for n, (kind, seconds, slots) in enumerate(feed):
        at_s = n * 7.0
        if kind == "arrived":
            made.arrived(at_s)
        elif kind == "slots":
            made.slots_changed(at_s, slots)
        elif kind == "resolved":
            made.resolved(made.predict(slots, at_s) or Wait(1, 2), seconds, answered=slots % 2 == 0)
        else:
            getattr(made, kind)(at_s, seconds)

    waits = [wait for ahead in range(40) if (wait := made.predict(ahead, 1e6)) is not None]

    assert len(waits) in (0, 40)
    assert all(0 <= wait.likely_s <= wait.upto_s < math.inf for wait in waits)
