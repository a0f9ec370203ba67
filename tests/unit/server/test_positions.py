"""What a waiting visitor is told when the estimates move: calmly, and with a word where it gets worse by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from queueing.estimate import Wait
from queueing.states import Place
from server.services.waits.positions import Positions
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import chat
from transcripts.records import Chat

Told = dict[str, Any]


@dataclass
class Surroundings:
    """All that positions ask of others: one place, and the wait that a test says."""

    likely_s: float | None = 100.0
    ahead: int = 2
    slots_n: int = 3
    moves: bool = True
    pushed: list[Told] = field(default_factory=list)
    shown_n: int = 0

    def observe(self, observer: object) -> None: ...

    async def place(self, chat_id: str) -> Place:
        return Place(chat_id, "support", self.ahead + 1)

    def told(self, department_id: str, ahead: int, *, anew: bool) -> Wait | None:
        return None if self.likely_s is None else Wait(self.likely_s, 2 * self.likely_s)

    def slots(self, department_id: str) -> int:
        return self.slots_n

    def shown(self, chat_id: str, position: int, wait: Wait | None) -> None:
        self.shown_n += 1

    def push(self, room: str, event: str, content: Told) -> None:
        self.pushed.append(content)


class Visitor:
    def __init__(self) -> None:
        self.around = Surroundings()
        self._clock = MovedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
        around = cast("Any", self.around)
        self._positions = Positions(around, around, around, around, around, around, self._clock)
        self._chat: Chat = chat()

    async def is_told(self, likely_s: float | None, **changes: Any) -> Told:
        """After two seconds."""
        self._clock.move(2)
        self.around.likely_s = likely_s
        for name, value in changes.items():
            setattr(self.around, name, value)
        await self._positions.tell(self._chat)
        return self.around.pushed[-1]


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


async def test_a_wait_that_grows_a_little_needs_no_word(visitor: Visitor) -> None:
    await visitor.is_told(100)

    assert "grew" not in await visitor.is_told(130)


async def test_a_wait_that_grew_by_small_steps_is_explained_by_what_it_was_at_its_shortest(visitor: Visitor) -> None:
    told = [await visitor.is_told(likely_s) for likely_s in (100, 90, 110, 125, 140)]

    assert [queue.get("grew") for queue in told] == [None, None, None, None, "slower"]
    assert told[-1]["reason"] is None
    assert "grew" not in await visitor.is_told(100)


async def test_what_happened_explains_a_longer_wait_and_not_that_chats_are_slower(visitor: Visitor) -> None:
    await visitor.is_told(100)
    left = await visitor.is_told(200, slots_n=2)
    longer = await visitor.is_told(240, slots_n=2)

    assert (left["reason"], longer["reason"]) == ("agent_left", "agent_left")
    assert "grew" not in left
    assert "grew" not in longer


async def test_a_wait_that_was_unknown_has_not_grown(visitor: Visitor) -> None:
    await visitor.is_told(None)

    assert "grew" not in await visitor.is_told(900)


async def test_a_number_that_stands_still_is_told_and_kept_once(visitor: Visitor) -> None:
    for _ in range(5):
        await visitor.is_told(100)

    assert (len(visitor.around.pushed), visitor.around.shown_n) == (1, 1)
