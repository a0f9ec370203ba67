"""Demand against cover, the need, and what another number of agents would do: from invented desks and fresh ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.carried import Cast
from server.clock import to_ms
from server.reports.chats import Chats
from server.reports.erlang import Laws, needed
from server.reports.measures import percentile
from server.reports.parts import micros
from server.reports.periods import Period, period_of
from server.reports.rerun import AROUND_S, rerun, with_more
from server.reports.staffing import TARGET_SHARE, Desk, _Need, rows, staffing
from server.reports.workload import Arrivals, Step, Workload, measured
from server.simulation.desk import SimulatedDesk
from server.simulation.play import simulate
from server.simulation.played import Simulated
from tests.unit.server.made import rows_of

UTC_ZONE = ZoneInfo("UTC")
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def period(days: int = 1, tz: str = "UTC", first: str = "2026-01-05") -> Period:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    last = (datetime.fromisoformat(first) + timedelta(days)).date().isoformat()
    return period_of(first, last, tz, "day", site_zone=UTC_ZONE, now=later)


class Course(NamedTuple):
    """Minutes after Monday; seconds from then."""

    minute: float
    waited_s: float | None = 10.0
    closed_s: float | None = 310.0


course = Course


def chats(courses: list[Course]) -> Chats:
    def in_micros(seconds: float | None) -> int | None:
        return None if seconds is None else round(seconds * 1e6)

    return rows_of(
        asked=[micros(MONDAY + timedelta(minutes=one.minute)) for one in courses],
        waited=[in_micros(one.waited_s) for one in courses],
        closed=[in_micros(one.closed_s) for one in courses],
    )


def cast(from_min: float, to_min: float, there: int) -> Cast:
    return Cast(to_ms(MONDAY + timedelta(minutes=from_min)), to_ms(MONDAY + timedelta(minutes=to_min)), there)


def desk(courses: list[Course], casts: list[Cast], capacity: float = 3.0) -> Desk:
    return Desk(chats(courses), casts, [(one.from_ms, one.there) for one in casts], capacity, 90.0)


def test_demand_and_cover_meet_in_half_hours() -> None:
    courses = [course(1), course(29), course(30), course(65)]
    report = staffing(period(), desk(courses, [cast(0, 45, 2), cast(45, 60, 0), cast(60, 80, 1)]))

    first, second, third, fourth = report["halves"][:4]
    assert [half["arrivals"] for half in (first, second, third, fourth)] == [2, 1, 1, 0]
    assert (first["arrivals_per_h"], first["cover_mean"], first["cover_min"]) == (4, 2, 2)
    assert (second["cover_mean"], second["cover_min"]) == (1, 0)
    assert (third["cover_mean"], third["cover_min"]) == (1, 1)  # the other ten minutes were closed
    assert (fourth["cover_mean"], fourth["cover_min"], fourth["needed"], fourth["missing"]) == (None,) * 4
    assert len(report["halves"]) == 48
    assert rows(report) == report["halves"]


def test_what_is_missing_is_the_need_beyond_the_cover() -> None:
    busy = [course(n / 3) for n in range(90)]  # ten at a time, three per agent

    (half, *_) = staffing(period(), desk(busy, [cast(0, 30, 2)]))["halves"]

    assert half["needed"] > 2
    assert half["missing"] == half["needed"] - 2
    (enough, *_) = staffing(period(), desk(busy, [cast(0, 30, 30)]))["halves"]
    assert (enough["cover_mean"], enough["missing"]) == (30, 0)


def test_days_of_23_and_25_hours_have_46_and_50_half_hours() -> None:
    for first, halves in (("2026-03-29", 46), ("2026-10-25", 50), ("2026-10-24", 48)):
        report = staffing(period(1, "Europe/Prague", first), desk([], []))
        assert len(report["halves"]) == halves
        assert len(report["by_weekday"]) == 336


def test_half_hours_are_local_also_where_clocks_go_by_quarters() -> None:
    report = staffing(period(1, "Asia/Kathmandu"), desk([], []))

    assert {half["from"].astimezone(ZoneInfo("Asia/Kathmandu")).minute for half in report["halves"]} == {0, 30}


def test_the_week_is_the_mean_of_the_weeks() -> None:
    courses = [course(545), course(550), course(7 * 1440 + 545)]
    casts = [cast(540, 570, 2), cast(7 * 1440 + 540, 7 * 1440 + 570, 3)]

    week = staffing(period(14), desk(courses, casts))["by_weekday"]

    (nine,) = [one for one in week if (one["weekday"], one["time"]) == (0, "09:00")]
    assert (nine["n"], nine["arrivals_per_h"], nine["cover"]) == (2, 3, 2.5)
    (tuesday,) = [one for one in week if (one["weekday"], one["time"]) == (1, "09:00")]
    assert (tuesday["arrivals_per_h"], tuesday["cover"], tuesday["needed"]) == (None, None, None)


def test_a_desk_without_chats_has_no_rates_and_no_needs() -> None:
    report = staffing(period(), desk([], [cast(0, 1440, 1)]))

    assert {half["needed"] for half in report["halves"]} == {None}
    assert (report["model"]["handle_s"], report["model"]["concurrency"], report["model"]["n"]) == (None, None, 0)
    assert [one["p90_wait_s"] for one in report["what_if"]] == [None] * 3
    assert [one["agents_change"] for one in report["what_if"]] == [-1, 0, 1]


def test_a_long_period_is_told_by_the_week_only() -> None:
    report = staffing(period(200), desk([], []))

    assert report["halves"] is None
    assert rows(report) == report["by_weekday"]


def test_one_agent_less_than_one_serves_nobody() -> None:
    courses = [course(minute, 5.0 if n % 5 else None, 305.0 if n % 5 else 60.0) for n, minute in enumerate(range(600))]

    less, same, more = staffing(period(), desk(courses, [cast(0, 1440, 1)]))["what_if"]

    assert (less["p90_wait_s"], less["within_target"]) == (None, 0)
    assert more["abandoned"] <= same["abandoned"] <= less["abandoned"]


def test_who_is_away_for_a_moment_would_be_so_too_with_one_more() -> None:
    steps = [Step(0, 4), Step(600, 2), Step(1200, 4), Step(20_000, 0)]

    assert more(steps, 1) == [(0, 5), (600, 2.5), (1200, 5), (20_000, 0)]
    assert more(steps, 0) == [(0, 4), (600, 2), (1200, 4), (20_000, 0)]


def more(steps: list[Step], change: int) -> list[tuple[float, float]]:
    table = np.array(steps, np.float64).reshape(-1, 2)
    return [(at_s, agents) for at_s, agents in with_more(table, change).tolist()]


@given(st.lists(st.tuples(st.integers(1, 4000), st.integers(0, 9)), max_size=60))
def test_the_most_within_two_hours_is_who_is_on_duty(turns: list[tuple[int, int]]) -> None:
    moments = np.cumsum([gap_s for gap_s, _ in turns]).tolist()
    steps = [Step(at_s, agents) for at_s, (_, agents) in zip(moments, turns, strict=True)]

    for (at_s, found), step in zip(more(steps, 1), steps, strict=True):
        before = [one for one in steps if one.at_s <= at_s - AROUND_S][-1:]
        near = [one.agents for one in steps if at_s - AROUND_S < one.at_s < at_s + AROUND_S]
        most = max([*near, *(one.agents for one in before)])
        assert found == pytest.approx(step.agents + step.agents / most if step.agents else 0)


@settings(deadline=None)
@given(st.lists(st.floats(0, 900), min_size=1, max_size=60))
def test_needs_between_known_ones_are_those_that_would_be_reckoned(rates: list[float]) -> None:
    laws = Laws(handle_s=500, slowdown=0.2, slots=2.5, patience_s=90)
    need = _Need(Workload(laws, Arrivals(*np.empty((4, 0))), np.empty(0), [], 0, 0), 60.0)

    for rate in rates:
        assert need.agents(rate) == needed(round(rate, 1) / 3600, TARGET_SHARE, 60.0, laws)


# ---- against fresh simulations ---------------------------------------------------------------------------------------


def loads(played: Simulated) -> tuple[Arrivals, list[Step]]:
    """Of a simulated desk, what the record and the ledger would tell."""
    columns: list[tuple[float, float, float, float]] = []
    for talk in played.talks:
        waited_s = nan if talk.queue_wait_ms is None else talk.queue_wait_ms / 1000
        over_s = nan if talk.closed_at_ms is None else (talk.closed_at_ms - talk.at_ms) / 1000
        left = talk.queue_wait_ms is None
        columns.append((talk.at_ms / 1000, waited_s, over_s if left else nan, nan if left else over_s))
    arrivals = Arrivals(*np.array(columns, np.float64).T)
    there: dict[str, bool] = {}
    steps = []
    for row in played.presence:
        there[row.agent] = row.accepting
        steps.append(Step(row.at_ms / 1000, sum(there.values())))
    return arrivals, steps


PLAIN = SimulatedDesk(agents=6, capacity=3, arrivals_per_hour=112, patience_s=120, handle_s=600, days=20)
SLOW = SimulatedDesk(agents=6, capacity=3, arrivals_per_hour=88, patience_s=120, handle_s=600, slowdown=0.25, days=20)


def test_rates_are_measured_as_they_are() -> None:
    played = simulate(replace(SLOW, days=3.0), tells_waits=False)

    found = measured(*loads(played), 5.0)

    assert found is not None
    assert found.laws.slots == pytest.approx(3, rel=0.03)
    assert found.laws.patience_s == pytest.approx(120, rel=0.1)


def figures(arrivals: Arrivals, steps: list[Step], capacity: float) -> list[float | None]:
    workload = measured(arrivals, steps, capacity)
    assert workload is not None
    return [percentile(outcome.waits_s.tolist(), 0.9) for outcome in rerun(workload, (-1, 1))]


@pytest.mark.slow
@pytest.mark.parametrize("invented", [PLAIN, SLOW, replace(PLAIN, day_profile="office", arrivals_per_hour=80)])
def test_another_number_of_agents_waits_as_a_fresh_simulation_says(invented: SimulatedDesk) -> None:
    predicted = figures(*loads(simulate(invented, 1, tells_waits=False)), invented.capacity)

    for change, p90_s in zip((-1, 1), predicted, strict=True):
        fresh: Any = simulate(replace(invented, agents=invented.agents + change), 77, tells_waits=False)
        assert sum(1 for s in fresh.waits_s if s > 0.5) >= 5000
        assert p90_s == pytest.approx(percentile(fresh.waits_s, 0.9), rel=0.15)
