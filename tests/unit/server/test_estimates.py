"""Estimates are learnt from the record at a start, and judged by what came true of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from queueing.estimate import Wait
from queueing.local import LocalQueue
from queueing.model import Connect, Join, Leave, SetAgent, SetStatus
from server.ids import new_id
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Dispatch
from server.services.routing.effects import Effects
from server.services.routing.journal import Journal
from server.services.waits.estimates import Estimates
from tests.unit.server.desk_parts import MovedClock, record
from transcripts.operations import Assign, Close, NewChat
from transcripts.port import Store
from transcripts.records import Department, Visitor

SUPPORT = Department("support", "Support", None, "UTC")


@dataclass
class Heard:
    """An estimator that writes down what it is told."""

    told: list[tuple[object, ...]] = field(default_factory=list)

    def arrived(self, at_s: float) -> None:
        self.told.append(("arrived",))

    def slots_changed(self, at_s: float, slots: int) -> None:
        self.told.append(("slots", slots))

    def started(self, at_s: float, waited_s: float) -> None:
        self.told.append(("started", round(waited_s)))

    def ended(self, at_s: float, lasted_s: float) -> None:
        self.told.append(("ended", round(lasted_s)))

    def abandoned(self, at_s: float, waited_s: float) -> None:
        self.told.append(("abandoned", round(waited_s)))

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        self.told.append(("resolved", round(waited_s), answered))

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        return Wait(60.0 * (ahead + 1), 150.0 * (ahead + 1))


@dataclass
class Desk:
    store: Store
    clock: MovedClock
    chats: OpenChats
    dispatch: Dispatch
    estimates: Estimates
    heard: Heard

    async def asks(self, visitor_id: str) -> str:
        """A visitor's chat, stored but not in line yet; its id."""
        now = self.clock.now()
        await self.store.save_visitor(Visitor(visitor_id, now))
        new = NewChat(new_id(), visitor_id, "c", "f", "support", "Hello?", now, None, None, None, "en")
        return (await self.store.start_chat(new)).chat.id


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = MovedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    async with record(tmp_path, SUPPORT) as (store, directory):
        heard, chats = Heard(), OpenChats()
        store.listen(chats.apply)
        effects = Effects(store, chats, directory, clock, patience_s=0)
        queue = LocalQueue()
        journal = Journal(queue, store, clock, at_once=True)
        dispatch = Dispatch(queue, store, effects, journal, clock, serial=True)
        estimates = Estimates(store, dispatch, chats, clock, lambda: heard)
        await dispatch.rebuild([])
        yield Desk(store, clock, chats, dispatch, estimates, heard)
        await dispatch.aclose()


async def test_a_start_learns_what_happened_in_the_order_in_which_it_happened(desk: Desk) -> None:
    served, gave_up = await desk.asks("v1"), await desk.asks("v2")
    desk.clock.move(30)
    await desk.store.assign(Assign(served, "ada", 1, None, desk.clock.now, ()))
    desk.clock.move(60)
    await desk.store.close_chat(Close(gave_up, "visitor", "abandoned", desk.clock.now(), ()))
    desk.clock.move(60)
    await desk.store.close_chat(Close(served, "agent", "resolved", desk.clock.now(), ()))
    desk.clock.move(1)

    await desk.estimates.learn_from_record(["support"])

    assert [told for told in desk.heard.told if told[0] != "resolved"] == [
        ("arrived",),
        ("arrived",),
        ("started", 30),
        ("abandoned", 90),
        ("ended", 120),
        ("slots", 0),
    ]
    # The place given up would have been reached when the agent was free and nobody waited.
    assert [told for told in desk.heard.told if told[0] == "resolved"] == [
        ("resolved", 30, True),
        ("resolved", 150, True),
    ]


async def test_a_place_given_up_is_judged_when_the_line_would_have_reached_it(desk: Desk) -> None:
    gave_up, behind = await desk.asks("v1"), await desk.asks("v2")
    await desk.dispatch.order(SetAgent("ada", ("support",), 1, 1, "online"))
    await desk.dispatch.order(Connect("ada"))
    busy = await desk.asks("v0")
    for line, chat in ((1, busy), (2, gave_up), (3, behind)):
        await desk.dispatch.order(Join(chat, "support", 1, "normal", line))
    desk.estimates.shown(gave_up, 1, Wait(60, 150))
    desk.clock.move(20)
    await desk.dispatch.order(Leave(gave_up))
    judged_at_once = [told for told in desk.heard.told if told[0] == "resolved"]

    desk.clock.move(50)
    await desk.dispatch.order(Leave(busy))

    assert judged_at_once == []
    assert ("resolved", 70, True) in desk.heard.told


async def test_a_place_given_up_is_judged_when_a_slot_is_free_and_nobody_waits(desk: Desk) -> None:
    busy, gave_up = await desk.asks("v0"), await desk.asks("v1")
    await desk.dispatch.order(SetAgent("ada", ("support",), 1, 1, "online"))
    await desk.dispatch.order(Connect("ada"))
    for line, chat in ((1, busy), (2, gave_up)):
        await desk.dispatch.order(Join(chat, "support", 1, "normal", line))
    desk.estimates.shown(gave_up, 1, Wait(60, 150))
    await desk.dispatch.order(Leave(gave_up))

    desk.clock.move(50)
    await desk.dispatch.order(Leave(busy))

    assert ("resolved", 50, True) in desk.heard.told


async def test_an_estimate_that_was_shown_is_judged_by_the_wait_that_came_true(desk: Desk) -> None:
    chat = await desk.asks("v1")
    await desk.dispatch.order(Join(chat, "support", 1, "normal", 1))
    desk.estimates.shown(chat, 1, Wait(60, 150))
    desk.clock.move(45)
    desk.estimates.shown(chat, 1, Wait(20, 50))

    await desk.dispatch.order(SetAgent("ada", ("support",), 1, 3, "online"))
    await desk.dispatch.order(Connect("ada"))
    desk.clock.move(10)
    await desk.dispatch.order(Leave(chat))

    assert ("resolved", 45, True) in desk.heard.told
    assert [told for told in desk.heard.told if told[0] != "resolved"] == [
        ("arrived",),
        ("started", 45),
        ("slots", 3),
        ("ended", 10),
    ]


async def test_nobody_accepting_is_unknown_and_an_agent_counts_in_each_department_while_accepting(desk: Desk) -> None:
    assert desk.estimates.wait("support", 0) is None

    await desk.dispatch.order(SetAgent("ada", ("support", "sales"), 1, 3, "online"))
    await desk.dispatch.order(Connect("ada"))

    assert desk.estimates.wait("support", 1) == Wait(120, 300)
    assert desk.estimates.slots("sales") == 3
    await desk.dispatch.order(SetStatus("ada", "away"))
    assert (desk.estimates.slots("sales"), desk.estimates.wait("support", 1)) == (0, None)
