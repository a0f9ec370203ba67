from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.plain import lines, one_line


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_line_break_survives_in_one_line(line_break: str) -> None:
    assert one_line(f"Eve{line_break}Bcc: all@example.com", 80) == "Eve Bcc: all@example.com"


def test_direction_overrides_and_control_characters_are_dropped() -> None:
    assert one_line("invoice\u202efdp.exe\x00\x1b[31m\ufeff", 80) == "invoicefdp.exe[31m"


def test_joined_emoji_and_right_to_left_names_stay() -> None:
    assert one_line("👩\u200d💻 محمد", 80) == "👩\u200d💻 محمد"


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 4_096, 80) == "x" * 79 + "…"


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_encoded(text: str) -> None:
    line = one_line(text, 60)

    assert len(line) <= 60
    assert line.splitlines() in ([], [line])
    assert line.encode().decode() == line


@given(st.text(st.characters()))
def test_any_text_becomes_lines_that_can_be_encoded(text: str) -> None:
    assert all(line.splitlines() in ([], [line]) and line.encode().decode() == line for line in lines(text))


def test_indentation_and_empty_lines_of_a_text_stay() -> None:
    assert lines("a\n\n  - b\t\nc\u2028d") == ["a", "", "  - b", "c", "d"]
