"""When the turn of those who left would have come: the moment at which they would have had an agent had they stayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from queueing.engine import Engine
from queueing.model import Assigned, Command, Connect, Join, Leave, Priority, Removed, SetAgent, SetStatus
from queueing.routing import rank
from server.clock import Clock, from_ms, to_ms
from server.services.waits.offers import KEPT_FOR, Offers
from tests.unit.server.desk_parts import MovedClock
from transcripts.errors import StoreUnavailable
from transcripts.memory.store import MemoryStore
from transcripts.offered import Offered

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Desk:
    """An engine whose decisions are followed. Each agent has one slot."""

    def __init__(self, *agents: tuple[str, tuple[str, ...]]) -> None:
        self.clock = MovedClock(NOON)
        self.offers = Offers(MemoryStore(), self.clock)
        self._engine = Engine()
        self._places: dict[str, tuple[str, tuple[int, int, int]]] = {}
        for agent, departments in agents:
            self.order(SetAgent(agent, departments, 1, 1, "online"))
            self.order(Connect(agent))

    def order(self, command: Command) -> None:
        """A second later."""
        self.clock.move(1)
        events = self._engine.apply(command, to_ms(self.clock.now())).events
        for event in events:
            if isinstance(event, Assigned) and event.rule == "routed":
                self.offers.routed(event.agent, self._places.pop(event.chat)[1])
            elif isinstance(event, Removed) and event.agent is None:
                self.offers.gave_up(event.chat, *self._places.pop(event.chat))
        self.offers.follow(events)

    def asks(self, chat: str, line: int, department: str = "support", priority: Priority = "normal") -> None:
        self._places[chat] = department, rank(priority, False, line)
        self.order(Join(chat, department, 1, priority, line))

    def known(self) -> list[str]:
        """Whose turn it is now, or has been since it was asked last."""
        found = self.offers.take()
        assert all(one.at <= self.clock.now() for one in found)
        return [one.chat_id for one in found]


def test_the_turn_has_come_when_somebody_behind_them_gets_an_agent() -> None:
    desk = Desk(("ada", ("support",)))
    for line, chat in enumerate(("served", "first", "left", "behind", "leaves later")):
        desk.asks(chat, line)
    desk.order(Leave("left"))
    desk.order(Leave("served"))

    assert desk.known() == []  # the slot was the first one's
    desk.order(Leave("leaves later"))
    desk.order(Leave("first"))

    assert desk.known() == ["left"]
    desk.order(Leave("behind"))
    assert desk.known() == ["leaves later"]  # nobody waits, and the slot stays free


def test_who_comes_later_and_before_them_does_not_tell_that_their_turn_has_come() -> None:
    desk = Desk(("ada", ("support",)))
    for line, chat in enumerate(("served", "left", "behind")):
        desk.asks(chat, line)
    desk.order(Leave("left"))
    desk.asks("urgent", 9, priority="urgent")
    desk.order(Leave("served"))

    assert desk.known() == []
    desk.order(Leave("urgent"))
    assert desk.known() == ["left"]


def test_an_agent_of_two_departments_who_is_given_the_other_one_would_have_come_to_them_first() -> None:
    desk = Desk(("ada", ("support", "sales")), ("bob", ("sales",)))
    for line, (chat, department) in enumerate(
        (("served", "support"), ("sold", "sales"), ("left", "support"), ("sale", "sales"), ("next sale", "sales"))
    ):
        desk.asks(chat, line, department)
    desk.order(Leave("left"))
    desk.order(Leave("sold"))

    assert desk.known() == []  # Bob does not serve them
    desk.order(Leave("served"))
    assert desk.known() == ["left"]


def test_it_is_told_over_a_time_in_which_nobody_accepts() -> None:
    desk = Desk(("ada", ("support",)))
    for line, chat in enumerate(("served", "left")):
        desk.asks(chat, line)
    desk.order(Leave("left"))
    desk.order(SetStatus("ada", "away"))
    desk.order(Leave("served"))
    desk.clock.move(600)

    assert desk.known() == []
    desk.order(SetStatus("ada", "online"))
    assert desk.known() == ["left"]


def test_an_agent_who_comes_back_with_all_slots_taken_serves_nobody() -> None:
    desk = Desk(("ada", ("support",)))
    for line, chat in enumerate(("served", "left")):
        desk.asks(chat, line)
    desk.order(Leave("left"))
    desk.order(SetStatus("ada", "away"))
    desk.order(SetStatus("ada", "online"))

    assert desk.known() == []


def test_whose_turn_comes_only_after_days_is_followed_no_longer() -> None:
    desk = Desk(("ada", ("support",)))
    for line, chat in enumerate(("served", "left")):
        desk.asks(chat, line)
    desk.order(Leave("left"))
    desk.clock.move(KEPT_FOR.total_seconds())
    desk.order(Leave("served"))

    assert desk.known() == []


class Away(MemoryStore):
    """A record that cannot be reached, until it can."""

    is_away = True
    kept: tuple[Offered, ...] = ()

    async def record_offered(self, offered: Sequence[Offered]) -> None:
        if self.is_away:
            raise StoreUnavailable("away")
        self.kept += tuple(offered)


async def test_what_could_not_be_written_is_written_later_once() -> None:
    store = Away()
    clock: Clock = MovedClock(NOON)
    offers, desk = Offers(store, clock), Desk(("ada", ("support",)))
    desk.offers = offers
    desk.order(SetAgent("ada", ("support",), 1, 2, "online"))
    offers.gave_up("left", "support", (2, 1, 1))
    desk.order(SetStatus("ada", "away"))
    desk.order(SetStatus("ada", "online"))
    with pytest.raises(StoreUnavailable):
        await offers.write()

    store.is_away = False
    await offers.write()
    await offers.write()

    assert store.kept == (Offered("left", from_ms(to_ms(NOON))),)
