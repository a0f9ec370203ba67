"""Agents needed, by Erlang-A with concurrency: against known cases and a plain simulation of the same law."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.reports.erlang import Laws, needed, pace, paces, slots_of, within
from server.reports.rerun import rerun
from server.reports.workload import Arrivals, Step, Workload

LAWS = Laws(handle_s=600, slowdown=0.0, slots=3, patience_s=120)


def test_pace_is_that_of_agents_who_share_their_time() -> None:
    assert pace(2, 4, 0.25) == 2
    assert pace(4, 4, 0.25) == 4
    assert pace(8, 4, 0.25) == pytest.approx(8 / 1.25)
    assert pace(6, 4, 0.25) == pytest.approx((4 + 8 / 1.25) / 2)
    assert pace(12, 4, 1.0) == pytest.approx(4)  # one after the other would be as quick


def test_paces_of_many_are_those_of_each() -> None:
    states = [(busy, agents) for busy in range(1, 14) for agents in (0.5, 1, 2.5, 4)]
    busy, agents = np.array(states).T

    for slowdown in (0.0, 0.3, 1.0):
        found = paces(busy, agents, slowdown)
        assert found.tolist() == pytest.approx([pace(*state, slowdown) for state in states])


def test_without_patience_or_concurrency_it_is_erlang_c() -> None:
    """M/M/2 with load 1: who waits is 1/3 (Erlang C), and of these exp(-T) wait longer than T handle times."""
    laws = Laws(handle_s=100, slowdown=0, slots=1, patience_s=1e9)

    assert within(0.01, 2, 0, laws) == pytest.approx(2 / 3, abs=1e-4)
    assert within(0.01, 2, 150, laws) == pytest.approx(1 - exp(-1.5) / 3, abs=1e-4)


def test_with_patience_it_is_what_a_simulation_of_the_same_law_says() -> None:
    laws, agents, per_s, chance = replace(LAWS, slowdown=0.2), 4, 75 / 3600, Random(4)
    moments = [0.0]
    while len(moments) < 40_000:
        moments.append(moments[-1] + chance.expovariate(per_s))
    # Who left at once and who has no known work: both are drawn anew by their laws.
    patiences = np.array([chance.expovariate(1 / laws.patience_s) for _ in moments])
    unknown = np.full(len(moments), np.nan)
    arrivals = Arrivals(np.array(moments), unknown, patiences, unknown)
    works = np.array([chance.expovariate(1 / laws.handle_s) for _ in moments])

    (found,) = rerun(Workload(laws, arrivals, works, [Step(-1.0, agents)], 0, 0), [0])

    in_time = sum(1 for s in found.waits_s if s <= 30) / len(moments)
    assert within(per_s, agents, 30, laws) == pytest.approx(in_time, abs=0.015)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 300), st.floats(0, 1), st.floats(1, 5), st.floats(5, 2000), st.sampled_from([0.0, 20.0, 90.0]))
def test_the_need_is_the_fewest_that_do_and_grows_with_arrivals(
    per_h: float, slowdown: float, slots: float, patience_s: float, within_s: float
) -> None:
    laws = Laws(300, slowdown, slots, patience_s)

    found = needed(per_h / 3600, 0.9, within_s, laws)

    assert found is not None
    assert found >= 1
    assert within(per_h / 3600, found, within_s, laws) >= 0.9
    if found > 1:
        assert within(per_h / 3600, found - 1, within_s, laws) < 0.9
    more = needed(per_h / 3600 * 1.3, 0.9, within_s, laws)
    assert more is not None
    assert more >= found


def test_nobody_serves_nobody_in_time() -> None:
    assert within(0.01, 0, 90, LAWS) == 0
    assert slots_of(0, 3) == 0
    assert slots_of(1, 0.2) == 1
    assert needed(1e9, 0.9, 90, LAWS) is None
