"""Performance per agent, adjusted: on invented desks whose truth is known, and on next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.reports.skills import Adjusted, adjusted, ranks
from tests.unit.server.synthetic_people import (
    MONDAY_S,
    TOPICS,
    InventedPeople,
    Served,
    invented_people,
    served_chats,
)

UTC_ZONE = ZoneInfo("UTC")
PRAGUE = ZoneInfo("Europe/Prague")


def places(values: list[float]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    return [order.index(n) for n in range(len(values))]


def rank_correlation(first: list[float], second: list[float]) -> float:
    """Spearman's."""
    n = len(first)
    squares = sum((one - other) ** 2 for one, other in zip(places(first), places(second), strict=True))
    return 1 - 6 * squares / (n * (n * n - 1))


def raw_means(people: InventedPeople) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in people.skills}
    for one in people.served:
        times[one.agent_id or ""].append((one.closed_s or 0) - (one.given_s or 0))
    return {name: sum(held) / len(held) for name, held in times.items()}


def relative(people: InventedPeople) -> dict[str, float]:
    """True skills against the mean agent's."""
    mean = sum(map(log, people.skills.values())) / len(people.skills)
    return {name: skill / exp(mean) for name, skill in people.skills.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_is_that_of_true_skill_where_raw_means_mislead(seed: int) -> None:
    people = invented_people(seed, chats=12_000)
    names, raw = list(people.skills), raw_means(people)

    found = adjusted(people.chats, UTC_ZONE)

    truth = [people.skills[name] for name in names]
    assert rank_correlation([found[name].ratio for name in names], truth) >= 0.9
    assert rank_correlation([raw[name] for name in names], truth) <= 0.6


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = []
    for seed in range(30):
        people = invented_people(seed, agents=10, chats=1500, few=2)
        found, truth = adjusted(people.chats, UTC_ZONE), relative(people)
        held += [found[name].ratio_low <= truth[name] <= found[name].ratio_high for name in people.skills]

    assert 0.9 <= sum(held) / len(held) <= 0.99


def two_teams(seed: int) -> InventedPeople:
    """One works by day, one by night: what is not known of the hours, all of a team share."""
    chance = Random(seed)
    skills = {f"a{n}": exp(chance.gauss(0, 0.3)) for n in range(12)}
    served = [
        Served(at_s, topic, name, 1.0, 1.0 + TOPICS[topic] * skills[name] * exp(chance.gauss(0, 0.8)))
        for n, name in enumerate(skills)
        for day in range(28)
        for at_s in (MONDAY_S + 86_400 * day + chance.uniform(0, 43_200) + 43_200 * (n % 2),) * 4
        for topic in chance.sample(list(TOPICS), 1)
    ]
    return InventedPeople(skills, sorted(served))


DESKS: dict[str, Callable[[int], InventedPeople]] = {
    "few chats": lambda seed: invented_people(seed, agents=12, chats=600),
    "few agents": lambda seed: invented_people(seed, agents=5, chats=300),
    "many agents": lambda seed: invented_people(seed, agents=30, chats=3000, skill_sd=0.4),
    "alike": lambda seed: invented_people(seed, agents=12, chats=1200, skill_sd=0.05),
    "hard to tell": lambda seed: invented_people(seed, agents=12, chats=1200, noise_sd=1.3),
    "two teams": two_teams,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DESKS)
def test_intervals_of_95_percent_hold_the_truth_on_every_kind_of_desk(kind: str) -> None:
    """Of 200 desks of each kind: 93 to 95 %, 99 % where agents are alike. Of 60 some percent are chance: the agents of
    one desk go wrong together.
    """
    held = []
    for seed in range(1, 61):
        people = DESKS[kind](seed)
        found, truth = adjusted(people.chats, UTC_ZONE), relative(people)
        held += [found[name].ratio_low <= truth[name] <= found[name].ratio_high for name in people.skills]

    assert 0.92 <= sum(held) / len(held) <= 0.995


def test_agents_of_one_shift_are_told_apart_though_their_hours_are_not() -> None:
    people = two_teams(7100)
    found, truth = adjusted(people.chats, UTC_ZONE), relative(people)

    team = list(people.skills)[::2]
    assert rank_correlation([found[name].ratio for name in team], [truth[name] for name in team]) >= 0.8


def test_the_time_is_that_of_the_desks_own_chats() -> None:
    people = invented_people(5, noise_sd=0.3)
    standard = sum(
        ((one.closed_s or 0) - (one.given_s or 0)) / people.skills[one.agent_id or ""] for one in people.served
    ) / len(people.served)

    found = adjusted(people.chats, UTC_ZONE)

    for name, skill in people.skills.items():
        assert found[name].handle_s == pytest.approx(standard * skill, rel=0.1)
        assert found[name].low_s < found[name].handle_s < found[name].high_s


def test_whoever_had_few_chats_is_drawn_to_the_mean_and_has_a_wide_interval() -> None:
    times = [100.0, 200.0, 400.0, 800.0, 1600.0]
    usual = [_chat(2000.0 * n, times[n % 5], f"a{who}") for who in range(5) for n in range(100)]
    lucky = [_chat(2000.0 * n, times[n] / 3, "eve") for n in range(5)]

    found = adjusted(served_chats([*usual, *lucky]), UTC_ZONE)

    assert 0.4 < found["eve"].ratio < 1
    assert width(found["eve"]) > 2 * width(found["a0"])


def test_nobody_looks_slow_for_having_many_chats_at_once() -> None:
    """Bob works on five at a time, each of which takes him three times as long; Ada now on one, now on five."""
    alone = [_chat(60.0 * n, 50.0, "ada") for n in range(200)]
    many = [_chat(100_000 + 30.0 * n, 150.0, who) for who in ("ada", "bob") for n in range(200)]

    found = adjusted(served_chats([*alone, *many]), UTC_ZONE)

    assert found["bob"].ratio / found["ada"].ratio == pytest.approx(1, abs=0.1)


def width(one: Adjusted) -> float:
    return log(one.ratio_high / one.ratio_low)


def _chat(asked_s: float, handle_s: float, agent: str, topic: str | None = "Delivery", **fields: Any) -> Served:
    return Served(MONDAY_S + asked_s, topic, agent, 1.0, 1.0 + handle_s)._replace(**fields)


def test_what_cannot_be_compared_is_unknown() -> None:
    one = [_chat(100.0 * n, 50.0, "ada") for n in range(50)]
    few = [_chat(100.0 * n, 50.0, f"a{n}") for n in range(10)]

    assert adjusted(served_chats([]), UTC_ZONE) == {}
    assert adjusted(served_chats(one), UTC_ZONE) == {}
    assert adjusted(served_chats(few), UTC_ZONE) == {}
    assert set(adjusted(served_chats([*one, *few]), UTC_ZONE)) == {"ada"}


def test_chats_that_go_on_or_wait_again_are_not_judged() -> None:
    ended = [_chat(100.0 * n, 50.0, who) for n in range(20) for who in ("ada", "bob")]
    others = [_chat(1, 1, "ada", closed_s=None), _chat(2, 1, "ada", agent_id=None, given_s=None)]

    assert adjusted(served_chats([*ended, *others]), UTC_ZONE) == adjusted(served_chats(ended), UTC_ZONE)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            _chat,
            st.floats(0, 1e6),
            st.floats(0, 1e5),
            st.sampled_from(["ada", "bob", "eve"]),
            st.sampled_from([None, "Delivery", "Invoice"]),
        ),
        max_size=40,
    )
)
def test_whatever_happened_intervals_hold_their_estimate_and_are_finite(served: list[Served]) -> None:
    for one in adjusted(served_chats(served), PRAGUE).values():
        assert 0 < one.low_s <= one.handle_s <= one.high_s < float("inf")
        assert 0 < one.ratio_low <= one.ratio <= one.ratio_high < float("inf")
        assert one.n >= 5


def test_equal_times_are_equal_skills() -> None:
    found = adjusted(served_chats([_chat(100.0 * n, 50.0, who) for n in range(20) for who in ("ada", "bob")]), UTC_ZONE)

    assert found["ada"].ratio == pytest.approx(1)
    assert found["ada"].handle_s == pytest.approx(50, rel=0.01)


def test_a_rank_is_told_only_where_no_interval_overlaps() -> None:
    def person(low: float, high: float) -> Adjusted:
        return Adjusted(1, 1, 1, 9, (low + high) / 2, low, high)

    apart = {"slow": person(1.5, 1.6), "quick": person(0.5, 0.6), "middle": person(0.9, 1.1)}

    assert ranks(apart) == {"quick": 1, "middle": 2, "slow": 3}
    assert ranks(apart | {"wide": person(1.05, 1.2)}) == {"quick": 1, "middle": None, "wide": None, "slow": 4}
    assert ranks({}) == {}
