"""How long people stay who left: the textbook's figures, a naive computation, and what is not known."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reports.staying import MAX_POINTS, Curve, Step, staying, thinned
from tests.unit.server.made import abandoned, answered, at, chat, chats_of
from transcripts.records import Chat

# Remission of leukaemia under 6-MP, weeks: Freireich et al., Blood 21 (1963); in every textbook of survival analysis.
LEFT = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0]
HELD = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0]
TEXTBOOK = [
    (6, 21, 0.857, 0.620, 0.952),
    (7, 17, 0.807, 0.563, 0.923),
    (10, 15, 0.753, 0.503, 0.889),
    (13, 12, 0.690, 0.432, 0.849),
    (16, 11, 0.627, 0.368, 0.805),
    (22, 7, 0.538, 0.268, 0.747),
    (23, 6, 0.448, 0.188, 0.680),
]


def steps(curve: Curve) -> list[Step]:
    return curve.steps(range(len(curve)))


def of(*chats: Chat) -> dict[str, object]:
    return staying(chats_of(*chats), at(1000))


def test_the_textbooks_example_comes_out_as_in_the_textbook() -> None:
    curve = Curve(LEFT, HELD)

    found = [(s.at_s, s.at_risk, s.staying, s.low, s.high) for s in steps(curve)[1:]]
    assert found == [pytest.approx(row, abs=0.0006) for row in TEXTBOOK]
    assert curve.median() == 23


@given(
    st.lists(st.integers(0, 12).map(float), max_size=25).map(sorted),
    st.lists(st.integers(0, 12).map(float), max_size=25),
)
def test_the_curve_is_that_of_the_definition(left: list[float], held: list[float]) -> None:
    everybody = left + held

    def share(at_s: float) -> float:
        moments = sorted({s for s in left if s <= at_s})
        return prod(1 - left.count(s) / sum(1 for other in everybody if other >= s) for s in moments)

    found = steps(Curve(left, held))

    assert [step.at_s for step in found] == ([0.0, *sorted(set(left))] if everybody else [])
    assert [step.staying for step in found[1:]] == pytest.approx([share(s) for s in sorted(set(left))], abs=1e-9)
    for step in found:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.staying <= step.high <= 1


def test_who_was_served_and_who_waits_are_people_who_did_not_leave() -> None:
    left = [abandoned(after_s=s) for s in (10, 20, 30)]

    found = of(*left, answered(assigned_s=15), chat(985))

    assert (found["n"], found["left"], found["left_early"], found["median_s"]) == (5, 3, 0, 20)
    curve = found["curve"]
    assert isinstance(curve, list)
    assert [(point["at_s"], point["staying"], point["at_risk"]) for point in curve] == [
        (0, 1, 5),
        (10, 0.8, 5),
        (20, 0.4, 2),
        (30, 0, 1),
    ]
    assert (curve[-1]["low"], curve[-1]["high"]) == (None, None)


def test_who_left_at_once_is_told_apart() -> None:
    found = of(*(abandoned(after_s=s) for s in (1, 5, 5.001, 60, 70)))

    assert (found["left"], found["left_early"]) == (5, 2)


def test_an_empty_period_knows_nothing() -> None:
    assert of() == {"n": 0, "left": 0, "left_early": 0, "median_s": None, "curve": []}


def test_a_median_is_not_told_of_fewer_than_five_who_waited() -> None:
    four = [abandoned(after_s=s) for s in (10, 20, 30, 40)]

    assert of(*four, *(answered(assigned_s=0) for _ in range(20)))["median_s"] is None
    assert of(*four, abandoned(after_s=50))["median_s"] == 30


def test_a_median_that_half_the_people_did_not_reach_is_unknown() -> None:
    assert of(abandoned(after_s=10), *(answered(assigned_s=20) for _ in range(9)))["median_s"] is None


def test_a_long_curve_is_shown_in_two_hundred_points_from_end_to_end() -> None:
    shown = thinned(5000)

    assert len(shown) == MAX_POINTS
    assert (shown[0], shown[-1]) == (0, 4999)
    assert len(set(shown)) == MAX_POINTS
