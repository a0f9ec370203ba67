"""Columns that are no lists are sequences all the same."""

from __future__ import annotations

from transcripts.cells import UNKNOWN, Chosen, Coded, Sparse, Which, Written, numbered


def test_what_is_written_is_read_as_numbers() -> None:
    assert list(Written(f"7,{UNKNOWN},-3")) == [7, None, -3]
    assert list(Written("")) == []
    assert (len(Written("1,2")), Written("1,2,3")[-1], Written("1,2,3")[1:]) == (2, 3, [2, 3])


def test_values_that_come_again_are_those_of_their_numbers() -> None:
    assert numbered("abca") == {"a": 0, "b": 1, "c": 2}
    assert list(Coded(("a", None), (1, 0, 1))) == [None, "a", None]


def test_a_sparse_column_is_that_of_the_list() -> None:
    cells = [None, 7, None, 0, 7]

    assert list(Sparse.of(cells)) == cells
    assert Sparse.of(sparse := Sparse.of(cells)) is sparse
    assert list(Sparse((False, True, True), (2, 0, 1), ("x", "y"))) == ["x", None, "y"]


def test_a_chosen_column_is_of_two_others() -> None:
    which = (Which.NONE, Which.USUAL, Which.OTHER)
    column = Chosen(which, (2, 1, 0, 2, 1), Written(f"1,2,3,4,{UNKNOWN}"), Written(f"{UNKNOWN},9"))

    assert list(column) == [None, 2, None, 9, None]
