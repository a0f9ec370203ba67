"""The chats that a report is about, as arrays: one place per chat, by the moment it was started.

Arrays, because a report adds up 100,000 chats while somebody waits for it. What the record says of a chat is in
transcripts/columns.py. What is not known is no number (NaN), or -1 where it is a code; it never is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from transcripts.columns import ChatColumns

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

BAD_SCORE = 2
NONE = -1
MICROS = 1_000_000


class Words:
    """Texts by number, so that chats can be told apart by topic or agent without looking at text."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: NONE}
        self._texts: list[str] = []

    def number(self, text: str | None) -> int:
        """NONE for None."""
        found = self._numbers.get(text)
        if found is None and text is not None:
            found = self._numbers[text] = len(self._texts)
            self._texts.append(text)
        return NONE if found is None else found

    def text(self, number: int) -> str | None:
        return None if number == NONE else self._texts[number]

    def codes(self, texts: Sequence[str | None]) -> Codes:
        known = {text: self.number(text) for text in dict.fromkeys(texts)}
        return np.fromiter(map(known.__getitem__, texts), np.int32, len(texts))


@dataclass(frozen=True, slots=True)
class Bad:
    """A rating to learn from. at: in microseconds since the Unix epoch."""

    chat_id: str
    score: int
    comment: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Chats:
    """asked: in microseconds since the Unix epoch. ..._s: in seconds from then; told_s: since the Unix epoch.

    department, topic, agent (who had it last), channel (of its rating), state and resolution are numbers of `words`.
    score, effort, recommend: of its rating, else NONE. bad: a Bad, or None.
    """

    words: Words
    asked: Ints
    department: Codes
    topic: Codes
    agent: Codes
    state: Codes
    resolution: Codes
    channel: Codes
    exchanges: Codes
    messages: Codes
    waited_s: Floats
    given_s: Floats
    replied_s: Floats
    closed_s: Floats
    solved_s: Floats
    told: Ints
    likely_s: Floats
    upto_s: Floats
    offered_s: Floats
    score: npt.NDArray[np.int8]
    effort: npt.NDArray[np.int8]
    recommend: npt.NDArray[np.int8]
    bad: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.asked)

    @staticmethod
    def of(columns: ChatColumns, words: Words | None = None) -> Chats:
        """words: shared with the chats that these are to be joined with."""
        words = words or Words()
        ratings = columns.rating

        def seconds(micros: Sequence[int | None]) -> Floats:
            return np.array(micros, np.float64) / MICROS

        return Chats(
            words,
            asked=np.array(columns.asked, np.int64),
            department=words.codes(columns.department_id),
            topic=words.codes(columns.topic),
            agent=words.codes(columns.agent_id),
            state=words.codes(columns.state),
            resolution=words.codes(columns.resolution),
            channel=words.codes(_channels(columns)),
            exchanges=np.array(columns.exchanges, np.int32),
            messages=np.array(columns.messages, np.int32),
            waited_s=seconds(columns.waited),
            given_s=seconds(columns.given),
            replied_s=seconds(columns.replied),
            closed_s=seconds(columns.closed),
            solved_s=seconds(columns.solved),
            told=np.array([NONE if at is None else at for at in columns.told], np.int64),
            likely_s=np.array(columns.likely_s, np.float64),
            upto_s=np.array(columns.upto_s, np.float64),
            offered_s=seconds(columns.offered),
            score=_scale([None if one is None else one["score"] for one in ratings]),
            effort=_scale([None if one is None else one["effort"] for one in ratings]),
            recommend=_scale([None if one is None else one["recommend"] for one in ratings]),
            bad=_bad(columns),
        )

    def pick(self, which: Array | slice) -> Chats:
        """Those at these places, or those that are flagged."""
        return Chats(self.words, *(getattr(self, name)[which] for name in ARRAYS))

    def between(self, from_micros: int, to_micros: int) -> Chats:
        """Started in the period: from inclusive, to exclusive."""
        first, beyond = np.searchsorted(self.asked, (from_micros, to_micros))
        return self if beyond - first == len(self) else self.pick(slice(int(first), int(beyond)))

    def is_any(self, name: str, texts: Iterable[str | None]) -> Flags:
        """Whether what `name` numbers is one of these texts."""
        numbers: Codes = getattr(self, name)
        return np.isin(numbers, [self.words.number(text) for text in texts])

    @property
    def is_closed(self) -> Flags:
        return self.is_any("state", ["closed"])

    @property
    def is_abandoned(self) -> Flags:
        """Over without an agent's message, and neither resolved nor unresolved."""
        return self.is_closed & np.isnan(self.replied_s) & self.is_any("resolution", [None, "abandoned"])


ARRAYS = tuple(name for name in Chats.__slots__ if name != "words")
CODED = ("department", "topic", "agent", "state", "resolution", "channel")


def joined(some: Sequence[Chats], words: Words) -> Chats:
    """some: one after the other in time, with these words."""
    if len(some) == 1:
        return some[0]
    if not some:
        return Chats.of(ChatColumns(*[()] * len(ChatColumns._fields)), words)
    return Chats(words, *(np.concatenate([getattr(one, name) for one in some]) for name in ARRAYS))


def _channels(columns: ChatColumns) -> list[str | None]:
    """Of the rated ones: how the matter reached the desk."""
    pairs = zip(columns.rating, columns.channel, strict=True)
    return [None if rating is None else channel or "chat" for rating, channel in pairs]


def _scale(values: Sequence[int | None]) -> npt.NDArray[np.int8]:
    return np.array([NONE if value is None else value for value in values], np.int8)


def _bad(columns: ChatColumns) -> npt.NDArray[np.object_]:
    bad = np.full(len(columns.asked), None, np.object_)
    for n, (rating, chat_id) in enumerate(zip(columns.rating, columns.rating_of, strict=True)):
        if rating is not None and chat_id is not None and rating["score"] <= BAD_SCORE:
            bad[n] = Bad(chat_id, rating["score"], rating["comment"], rating["at"])
    return bad
