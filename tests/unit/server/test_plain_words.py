"""A message that is read in the short way is read as its model reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Refusal
from server.fields import TEXT_MAX, parse
from server.requests import MessageSend, plain_words

TEXTS = st.one_of(
    st.text(),
    st.text(st.characters(exclude_categories=())),  # lone surrogates too
    st.sampled_from(["", " ", "\x00", "a\x00b", "\ud800", "  Čau \n", "\u2028", "c" * 128, "c" * 129, "x" * 8_001]),
    st.integers(TEXT_MAX - 1, TEXT_MAX + 1).map(lambda length: f" {'x' * length}\n"),
)
ANYTHING = st.one_of(TEXTS, st.none(), st.integers(), st.booleans(), st.lists(TEXTS, max_size=1))


@given(
    st.one_of(
        ANYTHING,
        st.fixed_dictionaries(
            {},
            optional={"chat_id": ANYTHING, "client_id": ANYTHING, "body": ANYTHING, "file_id": ANYTHING, "x": ANYTHING},
        ),
        st.fixed_dictionaries({"chat_id": TEXTS, "client_id": TEXTS, "body": TEXTS}),
    )
)
def test_short_way_reads_nothing_that_the_model_reads_otherwise_or_refuses(data: Any) -> None:
    words = plain_words(data)
    if words is not None:
        assert parse(MessageSend, data) == MessageSend(**words._asdict())


@pytest.mark.parametrize("body", ["Hello", "  Čau!\nwhere is it? 📦 ", "x" * TEXT_MAX, "{}"])
def test_ordinary_messages_take_the_short_way(body: str) -> None:
    words = plain_words({"chat_id": "c1", "client_id": "018f-7a", "body": body})
    assert words is not None
    assert words.body == body.strip()


@pytest.mark.parametrize("length", [TEXT_MAX + 1, 0])
def test_what_is_refused_is_left_to_the_model_that_says_why(length: int) -> None:
    said = {"chat_id": "c1", "client_id": "k1", "body": "x" * length}
    assert plain_words(said) is None
    if length:
        with pytest.raises(Refusal, match="too long"):
            parse(MessageSend, said)
