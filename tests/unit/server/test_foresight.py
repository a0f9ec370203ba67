"""How the estimates shown came true beside their rivals, which know nothing of the future."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reports.foresight import foresight, judge
from server.reports.periods import Period, Span
from tests.unit.server.made import NOON, at
from transcripts.figures import Foretold, Served

DAY_S = 86_400
PRAGUE = ZoneInfo("Europe/Prague")
PERIOD = Period(PRAGUE, NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))


def served(asked_s: float, waited_s: float, department_id: str = "support") -> Served:
    return Served(at(asked_s).timestamp(), department_id, None, "ada", waited_s, waited_s, None)


def told(at_s: float, took_s: float, department_id: str = "support") -> Foretold:
    return Foretold(at(at_s), 50, 65, took_s, department_id)


def place(name: str) -> dict[str, Any]:
    return {"id": name, "name": name.title()}


def test_estimates_are_judged_by_what_then_came_true() -> None:
    report = foresight(PERIOD, [told(40, took_s) for took_s in (60, 60, 60, 60, 70)], [], place)

    assert (report["total"]["n"], report["total"]["within_upto"], report["total"]["median_error_s"]) == (5, 0.8, 10)
    assert report["total"]["rivals"]["last_to_enter"] == {"n": 0, "median_error_s": None}
    assert [bucket["n"] for bucket in report["buckets"]] == [5, 0]
    assert [row["hour"] for row in report["by_hour"] if row["n"]] == [13]
    assert len(report["by_hour"]) == 24


def test_departments_are_judged_apart() -> None:
    report = foresight(PERIOD, [told(0, 60), told(1, 60, department_id="sales"), told(2, 90)], [], place)

    assert [(row["department"], row["n"]) for row in report["by_department"]] == [
        ({"id": "sales", "name": "Sales"}, 1),
        ({"id": "support", "name": "Support"}, 2),
    ]


def test_the_last_to_enter_service_is_the_last_before_the_moment_in_the_same_department() -> None:
    past = [served(-300, 100), served(-250, 30), served(-20, 20), served(-15, 5, "sales"), served(-10, 40)]

    (one,) = judge([told(0, 60)], past, PRAGUE)

    # -20 + 20 is the moment itself, -10 + 40 lies behind it; of the others the one who asked first entered last.
    assert one.last_to_enter_s == 40


def test_the_hourly_average_goes_by_the_same_local_hour_of_the_last_28_days() -> None:
    past = [
        served(-29 * DAY_S, 1000),  # too old
        served(-20 * DAY_S, 10),
        served(-DAY_S + 1800, 30),
        served(-DAY_S + 3600, 500),  # an hour later
        served(-DAY_S - 1, 500),  # an hour earlier
        served(60, 20),  # today, known by then
        served(90, 900),  # today, not known yet
        served(30, 500, "sales"),
    ]

    (one,) = judge([told(100, 60)], past, PRAGUE)

    assert one.hourly_average_s == 40


def test_the_hour_is_a_local_one_over_a_change_of_clocks() -> None:
    """On 30 March 2026 noon in Prague is 10:00 UTC; two days earlier it was 11:00."""
    moment = datetime.fromisoformat("2026-03-30T10:30:00+00:00")
    before = moment - timedelta(days=2)
    past = [
        Served((before + timedelta(hours=hours)).timestamp(), "support", None, "ada", waited_s, waited_s, None)
        for hours, waited_s in ((0, 900.0), (1, 20.0))
    ]

    (one,) = judge([Foretold(moment, 50, 65, 60, "support")], past, PRAGUE)

    assert one.hourly_average_s == 40


@given(
    st.lists(st.tuples(st.integers(-40 * 24, 2), st.integers(0, 5000)), max_size=40),
    st.lists(st.integers(0, 7199), min_size=1, max_size=5),
)
def test_rivals_are_what_all_that_was_known_by_then_says(past: list[tuple[int, int]], moments: list[int]) -> None:
    chats = [served(3600.0 * hours + n / 100, float(waited_s)) for n, (hours, waited_s) in enumerate(past)]
    told_then = [told(float(moment), 60) for moment in sorted(moments)]

    for asked, one in zip(told_then, judge(told_then, chats, PRAGUE), strict=True):
        at_s = asked.at.timestamp()
        known = sorted((c.asked_s + c.waited_s, c.waited_s, c.asked_s) for c in chats if c.asked_s + c.waited_s < at_s)
        alike = [
            waited_s
            for entered_s, waited_s, asked_s in known
            if entered_s >= at_s - 28 * DAY_S
            and datetime.fromtimestamp(asked_s, PRAGUE).hour == asked.at.astimezone(PRAGUE).hour
        ]
        assert one.last_to_enter_s == (abs(60 - known[-1][1]) if known else None)
        assert one.hourly_average_s == (pytest.approx(abs(60 - sum(alike) / len(alike))) if alike else None)
