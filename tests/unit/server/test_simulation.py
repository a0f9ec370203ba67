"""The simulated desk against queueing theory, and against itself: nobody lost, the same seed the same month."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.simulation.desk import DeskError, SimulatedDepartment, SimulatedDesk
from server.simulation.figures import figures
from server.simulation.play import simulate

NEVER_LEAVING = SimulatedDesk(agents=2, capacity=3, arrivals_per_hour=24, patience_s=None, handle_s=600, days=30)
IMPATIENT = SimulatedDesk(agents=3, capacity=2, arrivals_per_hour=40, patience_s=120, handle_s=600, days=15)
LIVELY = SimulatedDesk(
    agents=3,
    arrivals_per_hour=25,
    patience_s=150,
    slowdown=0.2,
    away_share=0.2,
    drops_per_day=4,
    shifts=2,
    variety=0.3,
    days=5.4,
    day_profile="office",
    departments=(SimulatedDepartment("support", 2), SimulatedDepartment("sales", 1, "mon-sat 08:00-20:00")),
    tz="Europe/Prague",
)


def erlang(desk: SimulatedDesk) -> dict[str, float]:
    """Long-run figures of M/M/n + M from its birth-death chain (Erlang 1917; Palm 1957, "Erlang-A")."""
    slots, come = desk.agents * desk.capacity, desk.arrivals_per_hour / 3600
    leave = 0.0 if desk.patience_s is None else 1 / desk.patience_s
    weights = [1.0]
    for n in range(1, 4000):
        weights.append(weights[-1] * come / (min(n, slots) / desk.handle_s + max(n - slots, 0) * leave))
    shares = [weight / sum(weights) for weight in weights]
    in_line = sum((n - slots) * share for n, share in enumerate(shares) if n > slots)
    return {
        "waits": sum(shares[slots:]),
        "mean_wait_s": in_line / come,
        "abandoned": in_line * leave / come,
        "occupancy": sum(min(n, slots) * share for n, share in enumerate(shares)) / slots,
    }


@pytest.mark.slow
@pytest.mark.parametrize("desk", [NEVER_LEAVING, IMPATIENT], ids=["M/M/n", "Erlang-A"])
def test_long_run_figures_are_those_of_queueing_theory(desk: SimulatedDesk) -> None:
    theory, played = erlang(desk), simulate(desk, seed=1, tells_waits=False)

    stayed_s = [(talk.served[0][0] if talk.served else talk.closed_at_ms or talk.at_ms) for talk in played.talks]
    mean_wait_s = fmean((until_ms - talk.at_ms) / 1000 for until_ms, talk in zip(stayed_s, played.talks, strict=True))
    waited = sum(1 for talk in played.talks if talk.has_left or (talk.queue_wait_ms or 0) > 0) / played.arrived

    # Some four standard errors: waits are correlated over many handle times, the more so where nobody leaves.
    assert played.arrived == pytest.approx(desk.arrivals_per_hour * 24 * desk.days, rel=4 / math.sqrt(played.arrived))
    assert waited == pytest.approx(theory["waits"], abs=0.035)
    assert mean_wait_s == pytest.approx(theory["mean_wait_s"], rel=0.1 if desk.patience_s else 0.25)
    assert played.left / played.arrived == pytest.approx(theory["abandoned"], abs=0.015)
    assert played.busy_ms / played.slot_ms == pytest.approx(theory["occupancy"], abs=0.02)


@pytest.mark.slow
def test_chats_that_slow_each_other_down_are_a_desk_whose_slots_serve_less() -> None:
    """One agent with n chats serves them at n / (handle * (1 + slowdown * (n - 1))): a birth-death chain again."""
    desk = SimulatedDesk(
        agents=1, capacity=3, arrivals_per_hour=9, patience_s=None, handle_s=500, slowdown=0.3, days=60
    )
    come, weights = desk.arrivals_per_hour / 3600, [1.0]
    for n in range(1, 2000):
        busy = min(n, desk.capacity)
        weights.append(weights[-1] * come * desk.handle_s * (1 + desk.slowdown * (busy - 1)) / busy)
    busy_slots = sum(min(n, desk.capacity) * weight for n, weight in enumerate(weights)) / sum(weights)

    played = simulate(desk, seed=2, tells_waits=False)

    assert played.busy_ms / played.slot_ms == pytest.approx(busy_slots / desk.capacity, abs=0.04)


@pytest.mark.parametrize("desk", [LIVELY, replace(LIVELY, close_at_end=True)], ids=["cut off", "closed"])
def test_nobody_is_lost(desk: SimulatedDesk) -> None:
    played = simulate(desk, seed=3)

    assert played.arrived == played.served + played.left + played.still_there > 1000
    assert bool(played.still_there) != desk.close_at_end
    for talk in played.talks:
        moments = [talk.at_ms, *sorted([at_ms for at_ms, _ in talk.served] + talk.returned)]
        assert moments == sorted(moments)
        assert len(talk.returned) <= len(talk.served)
        if talk.closed_at_ms is not None:
            assert talk.closed_at_ms >= moments[-1]
            assert talk.has_left or talk.replied_at_ms is not None
    assert any(talk.returned for talk in played.talks)


def test_no_agent_ever_has_more_chats_than_slots() -> None:
    played = simulate(LIVELY, seed=4, tells_waits=False)

    steps: list[tuple[float, int, str]] = []
    for talk in played.talks:
        ends_ms = [*talk.returned, *([] if talk.closed_at_ms is None else [talk.closed_at_ms])]
        for (at_ms, agent), end_ms in zip_longest(talk.served, ends_ms[: len(talk.served)]):
            if end_ms is None or at_ms < end_ms:
                steps.append((at_ms, 1, agent))
                steps.append((end_ms or math.inf, -1, agent))
    load: dict[str, int] = {}
    for _, change, agent in sorted(steps):
        load[agent] = load.get(agent, 0) + change
        assert 0 <= load[agent] <= LIVELY.capacity


def test_the_same_seed_is_the_same_month_and_another_is_not() -> None:
    desk = replace(LIVELY, days=2)
    once, again, other = simulate(desk, 5), simulate(desk, 5), simulate(desk, 6)

    assert once.talks == again.talks
    assert once.presence == again.presence
    assert once.waits_s != other.waits_s


def test_no_course_depends_on_what_visitors_are_told() -> None:
    desk = replace(LIVELY, days=2)
    told, untold = simulate(desk, 5), simulate(desk, 5, tells_waits=False)

    assert any(talk.shown for talk in told.talks)
    assert [replace(talk, shown=None, offered_at_ms=None) for talk in told.talks] == untold.talks
    assert told.presence == untold.presence


def test_one_agent_more_meets_the_same_visitors() -> None:
    few, more = (simulate(replace(IMPATIENT, days=2, agents=n), 7, tells_waits=False) for n in (3, 4))

    assert [(talk.at_ms, talk.patience_ms) for talk in few.talks] == [(t.at_ms, t.patience_ms) for t in more.talks]
    assert more.left < few.left


def test_nobody_comes_outside_opening_hours_and_everybody_who_came_is_served() -> None:
    hours = (SimulatedDepartment("support", 1, "mon-fri 09:00-12:00,13:00-17:00"),)
    desk = SimulatedDesk(arrivals_per_hour=60, agents=1, patience_s=None, departments=hours, days=7)
    zone = ZoneInfo(desk.tz)

    played = simulate(desk, seed=8)

    local = [datetime.fromtimestamp(talk.at_ms / 1000, zone) for talk in played.talks]
    assert {at.weekday() for at in local} == {0, 1, 2, 3, 4}
    assert {at.hour for at in local} == {9, 10, 11, 13, 14, 15, 16}
    assert played.arrived == pytest.approx(60 * 35, rel=0.08)
    assert played.still_there == 0
    assert max(played.waits_s) > 600  # they stayed until the line was empty
    cover = figures(played)["coverage"]
    assert (cover["open_s"], cover["covered_s"], cover["share"]) == (35 * 3600.0, 35 * 3600.0, 1.0)


def test_agents_who_are_away_or_lost_leave_minutes_uncovered_and_slots_unused() -> None:
    told = figures(simulate(replace(LIVELY, agents=1, shifts=1, days=30, arrivals_per_hour=4), seed=9))["coverage"]

    assert told["share"] == pytest.approx(0.8, abs=0.06)
    assert told["covered_s"] + told["uncovered_s"] == told["open_s"]


def test_nothing_is_said_of_a_share_or_a_percentile_that_is_not_known() -> None:
    told = figures(simulate(SimulatedDesk(arrivals_per_hour=0.1, days=0.1), seed=1))

    assert (told["arrived"], told["queue_wait"]["p90_s"], told["estimates"]["within_upto"]) == (0, None, None)
    assert (told["within_target"], told["abandoned_share"]) == (None, None)


def test_who_is_still_talking_at_the_end_was_answered_all_the_same() -> None:
    told = figures(simulate(SimulatedDesk(arrivals_per_hour=60, handle_s=36_000, days=0.1, first_reply_s=5), seed=1))

    assert told["still_there"] > told["served"]
    assert told["first_reply"]["n"] > 15, "nearly all who have an agent"
    assert told["first_reply"]["n"] > told["served"]


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"agents": 0}, "--agents"),
        ({"capacity": 51}, "--capacity"),
        ({"arrivals_per_hour": -1.0}, "--arrivals-per-hour"),
        ({"arrivals_per_hour": math.nan}, "--arrivals-per-hour"),
        ({"patience_s": 0.0}, "--patience"),
        ({"handle_s": math.inf}, "--handle-time"),
        ({"target_s": 0.0}, "--target"),
        ({"days": 0.0}, "--days"),
        ({"days": 400.0, "arrivals_per_hour": 90_000.0}, "--days"),
        ({"tz": "Europe/Nowhere"}, "--tz"),
        ({"day_profile": "1,2,3"}, "--day-profile"),
        ({"day_profile": ",".join(["0"] * 24)}, "--day-profile"),
        ({"departments": (SimulatedDepartment("support", 1, "whenever"),)}, "--hours"),
        ({"departments": (SimulatedDepartment("support", 1, "sun 09:00-10:00"),), "days": 2.0}, "--hours"),
    ],
)
def test_a_desk_that_cannot_be_is_refused_with_its_option(wrong: dict[str, Any], option: str) -> None:
    with pytest.raises(DeskError) as refused:
        SimulatedDesk(**wrong)

    assert refused.value.option == option
    assert str(refused.value)
