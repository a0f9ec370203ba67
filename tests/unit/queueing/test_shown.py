"""What the places of one line are told: calm, never less than is believed, longer for later places."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.estimate import MarkovEstimator, Wait
from queueing.shown import Board


class Believed(MarkovEstimator):
    """Believes what a test says: seconds for one place, as many times as there are places."""

    def __init__(self, per_place_s: float | None) -> None:
        super().__init__()
        self.per_place_s = per_place_s
        self.asked = 0

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        self.asked += 1
        if self.per_place_s is None:
            return None
        return Wait(self.per_place_s * (ahead + 1), 2.5 * self.per_place_s * (ahead + 1))


def told(board: Board, ahead: int, at_s: float, *, anew: bool = False) -> Wait:
    wait = board.told(ahead, at_s, anew=anew)
    assert wait is not None
    return wait


def test_the_first_in_an_empty_line_is_told_what_is_believed() -> None:
    board = Board(Believed(40.0))

    assert told(board, 0, 0.0, anew=True) == Wait(40, 100)
    assert told(board, 7, 0.0, anew=True) == Wait(320, 800)


def test_a_number_stands_still_while_belief_moves_a_little_below_it() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    before = told(board, 3, 0.0)

    for step, per_place_s in enumerate((39.0, 37.5, 38.5, 36.5), start=1):
        believed.per_place_s = per_place_s
        assert told(board, 3, float(step)) == before


def test_a_number_falls_at_once_when_belief_is_far_below_it() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 3, 0.0)

    believed.per_place_s = 20.0

    assert told(board, 3, 1.0) == Wait(80, 200)


def test_a_number_that_has_to_grow_grows_a_little_further_so_that_it_stands_again() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 3, 0.0)
    believed.per_place_s = 41.0
    grown = told(board, 3, 1.0)

    believed.per_place_s = 42.0

    assert grown.likely_s > 4 * 41
    assert told(board, 3, 2.0) == grown


def test_a_change_of_slots_is_told_within_the_same_second() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 3, 0.0)
    believed.per_place_s = 80.0

    board.changed()

    assert told(board, 3, 0.1).likely_s >= 320


def test_nothing_is_told_while_nothing_is_believed_and_nothing_of_before_is_held_then() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 2, 0.0)
    believed.per_place_s = None
    nothing = board.told(2, 1.0)
    believed.per_place_s = 38.0

    assert nothing is None
    assert told(board, 2, 2.0) == Wait(114, 285)


def test_who_comes_last_is_told_what_is_believed_though_another_stood_there_before() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 0, 0.0, anew=True)
    told(board, 5, 0.0, anew=True)
    believed.per_place_s = 38.0

    assert told(board, 0, 1.0).likely_s == 40
    assert told(board, 5, 1.0, anew=True).likely_s == 6 * 38


def test_a_line_of_ten_thousand_asks_for_some_hundred_estimates_not_for_ten_thousand() -> None:
    believed = Believed(40.0)
    board = Board(believed)
    told(board, 9_999, 0.0)
    believed.asked = 0

    for ahead in range(0, 10_000, 100):
        told(board, ahead, 1.0)

    assert believed.asked < 100 + 120  # each asks for its own, all together once for the board's places


Steps = st.lists(
    st.tuples(
        st.sampled_from(["comes", "starts", "leaves", "slots", "resolved"]), st.floats(0.1, 90), st.integers(0, 7)
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=20, deadline=None)
@given(steps=Steps, places=st.lists(st.integers(0, 400), min_size=2, max_size=6, unique=True), seed=st.integers(0, 99))
def test_at_every_moment_later_places_are_told_no_shorter_wait(
    steps: list[tuple[str, float, int]], places: list[int], seed: int
) -> None:
    made, dice, now_s, came = MarkovEstimator(), random.Random(seed), 0.0, [0.0]
    made.slots_changed(0.0, 3)
    made.arrived(0.0)
    board = Board(made)
    for what, after_s, number in steps:
        now_s += after_s
        if what == "comes" or not came:
            came.append(now_s)
            made.arrived(now_s)
        elif what == "starts":
            made.started(now_s, now_s - came.pop(0))
        elif what == "leaves":
            made.abandoned(now_s, now_s - came.pop(number % len(came)))
        elif what == "slots":
            made.slots_changed(now_s, number + 1)
            board.changed()
        else:
            shown = made.predict(number, now_s)
            assert shown is not None
            made.resolved(shown, dice.expovariate(1 / 100), answered=number > 1)
        *before, last = sorted(places)
        numbers = [told(board, ahead, now_s) for ahead in before]
        numbers.append(told(board, last, now_s, anew=number == 7))

        for earlier, later in pairwise(numbers):
            assert later.likely_s >= earlier.likely_s
            assert later.upto_s >= earlier.upto_s


@settings(max_examples=40, deadline=None)
@given(beliefs=st.lists(st.floats(1, 600), min_size=2, max_size=40), ahead=st.integers(0, 20))
def test_what_is_told_is_never_less_than_believed_and_never_more_than_a_margin_above(
    beliefs: list[float], ahead: int
) -> None:
    believed = Believed(None)
    board = Board(believed)
    for second, per_place_s in enumerate(beliefs):
        believed.per_place_s = per_place_s
        belief, now = believed.predict(ahead, 0.0), told(board, ahead, float(second))
        assert belief is not None

        assert belief.likely_s <= now.likely_s <= belief.likely_s * Board.MARGIN + Board.MARGIN_S
        assert belief.upto_s <= now.upto_s <= belief.upto_s * Board.MARGIN + Board.MARGIN_S
