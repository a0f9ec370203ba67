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

from transcripts.cells import UNKNOWN, Chosen, Coded, Sparse, Which, Written
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

    def of(self, column: Sequence[str | None]) -> Codes:
        """As `codes`, whatever kind of a column it is."""
        if not isinstance(column, Coded):
            return self.codes(column)
        return self.codes(column.values)[np.asarray(column.numbers, np.int64)]


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
        shown = np.array(columns.told, np.float64)
        return Chats(
            words,
            asked=_micros(columns.asked).astype(np.int64),
            department=words.of(columns.department_id),
            topic=words.of(columns.topic),
            agent=words.of(columns.agent_id),
            state=words.of(columns.state),
            resolution=words.of(columns.resolution),
            exchanges=_micros(columns.exchanges).astype(np.int32),
            messages=_micros(columns.messages).astype(np.int32),
            waited_s=_micros(columns.waited) / MICROS,
            given_s=_micros(columns.given) / MICROS,
            replied_s=_micros(columns.replied) / MICROS,
            closed_s=_micros(columns.closed) / MICROS,
            solved_s=_micros(columns.solved) / MICROS,
            told=np.where(np.isnan(shown), NONE, shown).astype(np.int64),
            likely_s=np.array(columns.likely_s, np.float64),
            upto_s=np.array(columns.upto_s, np.float64),
            offered_s=_offered(columns.offered) / MICROS,
            **_rated(columns, words),
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


def _micros(column: Sequence[int | None]) -> Floats:
    """Exact: all of these are far below 2 to the 53rd."""
    if isinstance(column, Chosen):
        which = np.array(column.which, np.int8)[np.asarray(column.numbers, np.int64)]
        found = np.where(which == Which.USUAL, _micros(column.usual), np.nan)
        found[which == Which.OTHER] = _micros(column.others)
        return found
    if not isinstance(column, Written):
        return np.array(column, np.float64)
    numbers = np.fromstring(column.text, np.int64, sep=",") if column.text else np.zeros(0, np.int64)
    return np.where(numbers == UNKNOWN, np.nan, numbers)


def _offered(column: Sequence[int | None]) -> Floats:
    offered, found = Sparse.of(column), np.full(len(column), np.nan)
    found[_places(offered)] = offered.values
    return found


def _places(column: Sparse[Any]) -> Ints:
    """Of those that are not None."""
    found: Ints = np.flatnonzero(np.array(column.has, np.bool_)[np.asarray(column.numbers, np.int64)])
    return found


def _rated(columns: ChatColumns, words: Words) -> dict[str, Any]:
    """What is of those that are rated: channel is how the matter reached the desk."""
    ratings, names = Sparse.of(columns.rating), Sparse.of(columns.rating_of)
    places, n = _places(ratings), len(columns.asked)
    found: dict[str, Any] = {"channel": np.full(n, NONE, np.int32), "bad": np.full(n, None, np.object_)}
    channels = Sparse.of(columns.channel)
    found["channel"][places] = words.number("chat")
    codes = words.codes(channels.values)
    found["channel"][_places(channels)] = np.where(codes == NONE, words.number("chat"), codes)
    for name in ("score", "effort", "recommend"):
        scale = [NONE if (value := rating[name]) is None else value for rating in ratings.values]
        found[name] = np.full(n, NONE, np.int8)
        found[name][places] = scale
    for place, rating, chat_id in zip(places.tolist(), ratings.values, names.values, strict=True):
        if rating["score"] <= BAD_SCORE:
            found["bad"][place] = Bad(chat_id, rating["score"], rating["comment"], rating["at"])
    return found
