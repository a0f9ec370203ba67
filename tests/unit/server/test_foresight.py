"""How the estimates shown came true beside their rivals, which know nothing of the future."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isnan
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reports import foresight
from server.reports.chats import Chats
from server.reports.parts import micros
from server.reports.periods import Period, Span
from tests.unit.server.made import NOON, at, rows_of

DAY_S = 86_400
PRAGUE = ZoneInfo("Europe/Prague")
PERIOD = Period(PRAGUE, NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))


class Asked(NamedTuple):
    """A chat that an agent took, and that was told a range or none. at_s: seconds after noon, by which it was told."""

    asked_s: float
    waited_s: float
    department_id: str = "support"
    at_s: float | None = None


def served(asked_s: float, waited_s: float, department_id: str = "support") -> Asked:
    return Asked(asked_s, waited_s, department_id)


def told(at_s: float, took_s: float, department_id: str = "support") -> Asked:
    """Long before it was told a range, it was asked: nobody goes by it."""
    return Asked(at_s - 1, took_s + 1, department_id, at_s)


def left(*, told: float = 0, stayed: float | None, turn: float | None = None) -> dict[str, float | None]:
    """A chat that was told "about 50 s, at most 65" and left without an agent; turn: when it would have had one.

    Seconds after it was told. stayed None: it is in line.
    """
    return {"told": told, "closed": stayed, "offered": turn}


def leavers(*some: dict[str, float | None], answered: Sequence[float] = ()) -> Chats:
    """answered: the waits of others who were told the same, and had an agent."""
    columns: dict[str, list[int | None]] = {name: [] for name in ("told", "closed", "offered", "waited")}
    for one in (*some, *(left(stayed=None) | {"waited": wait_s} for wait_s in answered)):
        columns["told"].append(micros(at(one["told"] or 0)))
        for name in ("closed", "offered", "waited"):
            seconds = one.get(name)
            columns[name].append(None if seconds is None else round(seconds * 1e6))
    n = len(columns["told"])
    return rows_of(asked=columns["told"], likely_s=[50.0] * n, upto_s=[65.0] * n, **columns)


def chats(*some: Asked) -> Chats:
    given = sorted(some, key=lambda one: one.asked_s)
    return rows_of(
        asked=[micros(at(one.asked_s)) for one in given],
        department_id=[one.department_id for one in given],
        waited=[round(one.waited_s * 1e6) for one in given],
        told=[None if one.at_s is None else micros(at(one.at_s)) for one in given],
        likely_s=[None if one.at_s is None else 50 for one in given],
        upto_s=[None if one.at_s is None else 65 for one in given],
    )


def judge(asked: Asked, past: Sequence[Asked]) -> tuple[float | None, float | None]:
    """What both rivals would have missed the wait by, in seconds; None: they say nothing."""
    given = chats(asked, *past)
    found = foresight.judge(given.pick(given.told >= 0), given, PERIOD)
    (last,), (mean,) = found.last_to_enter_s.tolist(), found.hourly_average_s.tolist()
    return None if isnan(last) else last, None if isnan(mean) else mean


def place(name: str) -> dict[str, Any]:
    return {"id": name, "name": name.title()}


def test_estimates_are_judged_by_what_then_came_true() -> None:
    report = foresight.foresight(PERIOD, chats(*(told(40, took_s) for took_s in (60, 60, 60, 60, 70))), place)

    assert (report["total"]["n"], report["total"]["within_upto"], report["total"]["median_error_s"]) == (5, 0.8, 10)
    assert report["total"]["rivals"]["last_to_enter"] == {"n": 0, "median_error_s": None}
    assert [bucket["n"] for bucket in report["buckets"]] == [5, 0]
    assert [row["hour"] for row in report["by_hour"] if row["n"]] == [13]
    assert len(report["by_hour"]) == 24


def figures(given: Chats) -> dict[str, Any]:
    total: dict[str, Any] = foresight.foresight(PERIOD, given, place)["total"]
    return total


def test_who_left_is_judged_by_when_their_turn_would_have_come() -> None:
    some = [left(stayed=10, turn=turn) for turn in (20, 40, 60, 65, 66)]

    found = figures(leavers(*some, answered=[50, 70]))

    assert [found[kind] for kind in foresight.KINDS] == [2, 5, 0, 0]
    assert (found["n"], found["within_upto"]) == (7, round(5 / 7, 4))
    assert found["median_error_s"] == 15  # of 0, 10, 10, 15, 16, 20 and 30


def test_a_turn_that_was_known_a_moment_before_they_were_gone_came_when_they_went() -> None:
    found = figures(leavers(*[left(stayed=66, turn=64.5)] * 5))

    assert (found["offered"], found["within_upto"]) == (5, 0)


def test_who_left_after_at_most_was_over_was_told_wrong_whatever_would_have_come() -> None:
    found = figures(leavers(left(stayed=65.1), left(stayed=300), answered=[60, 60, 60]))

    assert [found[kind] for kind in foresight.KINDS] == [3, 0, 2, 0]
    assert (found["n"], found["within_upto"], found["median_error_s"]) == (5, 0.6, None)


def test_who_left_before_that_counts_for_as_long_as_they_were_there() -> None:
    early, late = left(stayed=20), left(stayed=50)

    found = figures(leavers(*[early] * 4, *[late] * 2, answered=[10, 30, 40, 60, 70]))

    # Of Kaplan and Meier: 10 of 11 stayed beyond 10 s, then 5 of 6 beyond 30, 4 of 5 beyond 40, 1 of 2 beyond 60.
    assert found["within_upto"] == pytest.approx(1 - 10 / 11 * 5 / 6 * 4 / 5 * 1 / 2, abs=1e-4)
    assert [found[kind] for kind in ("n", *foresight.KINDS)] == [5, 5, 0, 0, 6]
    nobody = figures(leavers(*[early] * 9))
    assert (nobody["n"], nobody["within_upto"], nobody["censored"]) == (0, None, 9)


def test_whoever_is_in_line_still_is_judged_when_they_are_not() -> None:
    found = figures(leavers(left(stayed=None), left(stayed=None, turn=30)))

    assert [found[kind] for kind in ("n", *foresight.KINDS)] == [0] * 5


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.booleans()), min_size=5, max_size=40))
def test_where_every_wait_is_known_the_share_is_a_plain_one(some: list[tuple[float, float, bool]]) -> None:
    took_s, upto_s, is_answered = (np.array(column) for column in zip(*some, strict=True))

    held = foresight.held_of(took_s, upto_s, is_answered, ~is_answered)

    assert foresight.counts_of(held)["within_upto"] == round(float((took_s <= upto_s).mean()), 4)
    assert [bool(one <= 1) for one in held.ratio] == [took <= upto for took, upto, _ in some]


def test_departments_are_judged_apart() -> None:
    report = foresight.foresight(PERIOD, chats(told(0, 60), told(1, 60, "sales"), told(2, 90)), place)

    assert [(row["department"], row["n"]) for row in report["by_department"]] == [
        ({"id": "sales", "name": "Sales"}, 1),
        ({"id": "support", "name": "Support"}, 2),
    ]


def test_the_last_to_enter_service_is_the_last_before_the_moment_in_the_same_department() -> None:
    past = [served(-300, 100), served(-250, 30), served(-20, 20), served(-15, 5, "sales"), served(-10, 40)]

    last_s, _ = judge(told(0, 60), past)

    # -20 + 20 is the moment itself, -10 + 40 lies behind it; of the others the one who asked first entered last.
    assert last_s == 40


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

    _, mean_s = judge(told(100, 60), past)

    assert mean_s == 40


def test_the_hour_is_a_local_one_over_a_change_of_clocks() -> None:
    """On 30 March 2026 noon in Prague is 10:00 UTC; two days earlier it was 11:00."""
    moment = datetime.fromisoformat("2026-03-30T10:30:00+00:00")
    before = moment - timedelta(days=2)
    past = [
        served((before + timedelta(hours=hours) - NOON).total_seconds(), waited_s)
        for hours, waited_s in ((0, 900.0), (1, 20.0))
    ]

    _, mean_s = judge(told((moment - NOON).total_seconds(), 60), past)

    assert mean_s == 40


@given(
    st.lists(st.tuples(st.integers(-40 * 24, 2), st.integers(0, 5000)), max_size=40),
    st.lists(st.integers(0, 7199), min_size=1, max_size=5),
)
def test_rivals_are_what_all_that_was_known_by_then_says(past: list[tuple[int, int]], asked_at: list[int]) -> None:
    entered = [served(3600.0 * hours + n / 100, float(waited_s)) for n, (hours, waited_s) in enumerate(past)]

    for at_s in asked_at:
        last_s, mean_s = judge(told(float(at_s), 60), entered)
        known = sorted(
            (c.asked_s + c.waited_s, c.waited_s, c.asked_s) for c in entered if c.asked_s + c.waited_s < at_s
        )
        alike = [
            waited_s
            for entered_s, waited_s, asked_s in known
            if entered_s >= at_s - 28 * DAY_S and local_hour(asked_s) == local_hour(at_s)
        ]
        assert last_s == (abs(60 - known[-1][1]) if known else None)
        assert mean_s == (pytest.approx(abs(60 - sum(alike) / len(alike))) if alike else None)


def local_hour(seconds: float) -> int:
    return at(seconds).astimezone(PRAGUE).hour


def test_of_one_agent_only_their_chats_are_judged_while_rivals_go_by_all() -> None:
    columns: dict[str, Any] = {"asked": [micros(at(-60)), micros(at(0)), micros(at(1))], "waited": [10_000_000] * 3}
    ranges = {"told": [None, micros(at(1)), micros(at(2))], "likely_s": [None, 5, 5], "upto_s": [None, 9, 9]}
    given = rows_of(**columns, **ranges, agent_id=["bob", "ada", "bob"])

    report = foresight.foresight(PERIOD, given, place, agent_id="ada")

    assert report["total"]["n"] == report["total"]["rivals"]["last_to_enter"]["n"] == 1
