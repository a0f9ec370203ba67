from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.estimate import MarkovEstimator, Wait


def estimator(slots: int, chats_s: list[float], at_s: float = 0.0) -> MarkovEstimator:
    made = MarkovEstimator()
    made.slots_changed(at_s, slots)
    for lasted_s in chats_s:
        made.ended(at_s, lasted_s)
    return made


def said(made: MarkovEstimator, ahead: int) -> Wait:
    wait = made.predict(ahead, 0.0)
    assert wait is not None
    return wait


def test_nothing_is_said_while_nobody_accepts() -> None:
    made = estimator(2, [300.0])
    made.slots_changed(1.0, 0)

    assert made.predict(0, 2.0) is None


def test_wait_of_the_first_in_line_follows_from_chats_and_slots() -> None:
    made = estimator(4, [400.0] * 200)

    first = said(made, 0)

    # Exponential with mean 400 / 4 s: median 69 s, 90th percentile 230 s.
    assert first.likely_s == pytest.approx(69, rel=0.03)
    assert first.upto_s == pytest.approx(230, rel=0.03)


def test_each_chat_ahead_adds_the_time_between_two_ends() -> None:
    made = estimator(4, [400.0] * 200)

    # The mean with 9 ahead is 10 * 100 s; the median of a sum of many lies a little below it.
    assert said(made, 9).likely_s == pytest.approx(967, rel=0.02)


def test_those_ahead_who_give_up_shorten_the_wait() -> None:
    patient, impatient = estimator(2, [400.0] * 50), estimator(2, [400.0] * 50)

    for n in range(50):
        impatient.abandoned(n * 10.0, 100.0)

    assert said(impatient, 8).likely_s < 0.8 * said(patient, 8).likely_s
    assert said(impatient, 0) == said(patient, 0)


def test_range_is_wide_while_little_is_known() -> None:
    new, experienced = MarkovEstimator(), estimator(3, [420.0] * 100)
    new.slots_changed(0.0, 3)

    assert said(new, 10).upto_s / said(new, 10).likely_s > 1.5
    assert said(experienced, 10).upto_s / said(experienced, 10).likely_s < 1.5


def test_more_slots_make_the_wait_shorter_at_once() -> None:
    made = estimator(1, [300.0] * 20)
    alone = said(made, 3)

    made.slots_changed(5.0, 3)

    assert said(made, 3).likely_s < alone.likely_s / 2.5


def test_waits_longer_than_said_stretch_what_is_said_next() -> None:
    made = estimator(1, [100.0] * 50)
    before = said(made, 0)

    for _ in range(40):
        made.resolved(said(made, 0), 900.0, answered=True)

    assert said(made, 0).upto_s > 2 * before.upto_s
    assert said(made, 0).likely_s > 1.5 * before.likely_s


def test_one_in_ten_waits_exceeds_the_upper_figure_though_the_model_is_wrong() -> None:
    chance = random.Random(7)
    made = estimator(1, [600.0] * 200)  # ten times what is true below
    exceeded = 0

    for n in range(4000):
        shown, waited_s = said(made, 0), chance.expovariate(1 / 150)
        made.resolved(shown, waited_s, answered=True)
        exceeded += waited_s > shown.upto_s if n >= 1000 else 0

    assert 0.08 < exceeded / 3000 < 0.12


def test_visitors_who_give_up_early_do_not_make_the_range_narrower() -> None:
    made = estimator(4, [400.0] * 200)
    before = said(made, 0)

    for _ in range(200):
        made.resolved(said(made, 0), 2.0, answered=False)

    assert said(made, 0).upto_s == pytest.approx(before.upto_s, rel=0.05)
    assert said(made, 0).likely_s == pytest.approx(before.likely_s, rel=0.1)


def test_likely_figure_never_exceeds_the_other_though_both_are_corrected() -> None:
    made = estimator(1, [100.0] * 200)

    for _ in range(200):
        made.resolved(said(made, 0), said(made, 0).likely_s + 0.01, answered=True)
        assert said(made, 0).likely_s <= said(made, 0).upto_s


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
def test_figures_are_ordered_and_grow_with_the_chats_ahead_whatever_was_seen(
    feed: list[tuple[str, float, int]],
) -> None:
    made = MarkovEstimator()
    for n, (kind, seconds, slots) in enumerate(feed):
        at_s = n * 7.0
        if kind == "arrived":
            made.arrived(at_s)
        elif kind == "slots":
            made.slots_changed(at_s, slots)
        elif kind == "resolved":
            made.resolved(Wait(seconds / 3, seconds), slots * 10.0, answered=slots % 2 == 0)
        else:
            getattr(made, kind)(at_s, seconds)

    waits = [wait for ahead in range(40) if (wait := made.predict(ahead, 1e6)) is not None]

    assert len(waits) in (0, 40)
    assert all(0 <= wait.likely_s <= wait.upto_s for wait in waits)
    for nearer, farther in pairwise(waits):
        assert nearer.likely_s <= farther.likely_s
        assert nearer.upto_s <= farther.upto_s
