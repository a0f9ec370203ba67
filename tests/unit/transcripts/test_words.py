"""How a text falls into words, and which passage of it is shown."""

from __future__ import annotations

import pytest

from transcripts.words import fold, has_words, snippet, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where's my parcel?", ("Where", "s", "my", "parcel")),
        ("jana@example.org, 12.5 kg", ("jana", "example", "org", "12", "5", "kg")),
        ("balík_č.7", ("balík", "č", "7")),
        ("Cafe\u0301 au lait", ("Cafe\u0301", "au", "lait")),
        ("\u0301?! \x00 🙂", ()),
        ("", ()),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("word", "folded"),
    [("ČAU", "cau"), ("Πακέτος", "πακετοσ"), ("ЁЛКА", "елка"), ("Cafe\u0301", "cafe"), ("Łódź", "lodz")],
)
def test_case_and_accents_do_not_count(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_each_word_is_looked_for_whole_but_the_last() -> None:
    assert has_words(["parcel from London"], ["London", "par"]) == [True, True]
    assert has_words(["parcel from London"], ["par", "London"]) == [False, True]


def test_a_snippet_is_one_line_around_the_first_word_found() -> None:
    text = "Good morning. " * 20 + "The\n parcel is at the depot. " + "Thank you. " * 20

    passage = snippet(text, ["parcel"])

    assert "The parcel is at the depot." in passage
    assert (passage[0], passage[-1]) == ("…", "…")


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("Hello there", ["parcel"]) == "Hello there"
