"""What a server decided and could not carry into the record any more is carried there by another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from queueing.model import (
    Assigned,
    Command,
    Join,
    Leave,
    Requeued,
    SetStatus,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from server.services.routing.decisions import Decisions
from server.services.routing.membership import OVERDUE_MS
from tests.contract.transcripts.examples import assign, current, new_chat
from tests.integration.desk.servers import Desk, Server

Two = tuple[Server, Server]


@pytest.fixture
async def two(desk: Desk) -> Two:
    """`a` leads; ann, who takes one chat, is at `a`, and bob at neither."""
    await desk.people("ann", "bob")
    a, b = await desk.start("a"), await desk.start("b")
    await desk.live(4)
    await a.agent_comes("ann")
    await desk.turn()
    return a, b


async def events(server: Server, chat_id: str = "c1") -> list[str]:
    page = await server.store.sync(chat_id, 0)
    return [str(message.event["code"]) for message in page.messages if message.event]


async def pending(server: Server) -> int:
    return len(await server.queue.overdue(10**13))


async def in_the_queue(server: Server, chat_id: str = "c1") -> tuple[str, str | None, bool] | None:
    """(department, agent, returned)"""
    found = (chat for chat in (await server.queue.snapshot()).chats if chat.chat == chat_id)
    return next(((chat.department, chat.agent, chat.returned) for chat in found), None)


async def recorded(server: Server, chat_id: str = "c1") -> tuple[str, str | None, bool] | None:
    chat = await current(server.store, chat_id)
    if chat.state == "closed":
        return None
    return chat.department_id, chat.agent_id if chat.state == "active" else None, chat.returned


async def join(server: Server, chat_id: str = "c1") -> Command:
    """The record has the question; the queue has not heard of it."""
    new = new_chat(chat_id, f"v-{chat_id}", client_id=f"s-{chat_id}")
    chat = (await server.store.start_chat(replace(new, at=server._clock.now()))).chat
    return Join(chat.id, chat.department_id, chat.tier, chat.priority, chat.line)


async def held_by_ann(two: Two, desk: Desk) -> None:
    await two[0].ask("c1")
    await desk.has("c1", "ann")


async def assigned(two: Two, desk: Desk) -> Command:
    return await join(two[1])


async def returned(two: Two, desk: Desk) -> Command:
    await held_by_ann(two, desk)
    await two[0].agent_goes("ann")
    await desk.turn()
    return Vanish("ann")


async def moved(two: Two, desk: Desk) -> Command:
    await held_by_ann(two, desk)
    return TransferToDepartment("c1", "help", 1)


async def put_back(two: Two, desk: Desk) -> Command:
    await two[0].ask("c0")
    await desk.has("c0", "ann")
    await two[0].presence.set_status("ann", "online", None, 2)
    await held_by_ann(two, desk)
    await two[0].presence.set_status("ann", "online", None, 1)
    return TransferToDepartment("c1", "sales", 1)


async def escalated(two: Two, desk: Desk) -> Command:
    await two[0].ask("c0")
    await desk.has("c0", "ann")
    await two[0].ask("c1")
    await desk.has("c1", None)
    return TransferToDepartment("c1", "help", 3)


async def handed_on(two: Two, desk: Desk) -> Command:
    await held_by_ann(two, desk)
    await two[0].agent_comes("bob")
    await desk.turn()
    return TransferToAgent("c1", "bob")


Course = Callable[[Two, Desk], Awaitable[Command]]


@pytest.mark.parametrize(
    ("course", "outcome", "event"),
    [
        (assigned, ("sales", "ann", False), "assigned"),
        (returned, ("sales", None, True), "returned"),
        (moved, ("help", None, False), "transferred"),
        (put_back, ("sales", None, False), "transferred"),
        (escalated, ("help", None, False), "transferred"),
        (handed_on, ("sales", "bob", False), "transferred"),
    ],
    ids=["assigned", "returned", "moved", "put back", "escalated", "handed on"],
)
async def test_decision_of_a_server_that_died_is_carried_out_by_another(
    desk: Desk, two: Two, course: Course, outcome: object, event: str
) -> None:
    a, b = two
    command = await course(two, desk)
    before = await recorded(a)

    await b.decide_and_die(command)
    await desk.live(OVERDUE_MS / 1000)
    assert await recorded(a) == before, "it may still be on its way"
    await desk.live(1)

    assert await recorded(a) == await in_the_queue(a) == outcome
    assert (await events(a))[-1] == event
    assert await pending(a) == 0


@pytest.mark.parametrize("course", [assigned, handed_on], ids=["assigned", "handed on"])
async def test_decision_that_was_taken_over_can_be_explained(desk: Desk, two: Two, course: Course) -> None:
    a, b = two
    command = await course(two, desk)
    known = len(await Decisions(a.store, a.directory).of("c1"))

    await b.decide_and_die(command)
    await desk.live(5)

    explained = await Decisions(a.store, a.directory).of("c1")
    assert len(explained) == known + 1
    chat = desk.chat("c1")
    assert chat is not None
    assert explained[-1]["winner"]["id"] == chat.agent_id


async def test_leader_that_died_is_followed_by_another_that_takes_over_what_it_decided(desk: Desk, two: Two) -> None:
    a, b = two
    await b.agent_comes("bob")
    await desk.turn()
    await a.ask("c0")
    await desk.until(lambda: desk.chat("c0") is not None)
    command = await join(a)

    await a.decide_and_die(command)
    await desk.live(5)

    assert await recorded(b) == await in_the_queue(b)
    chat = desk.chat("c1")
    assert chat is not None
    assert chat.state == "active"


async def test_what_the_record_refuses_is_told_to_the_queue(desk: Desk, two: Two) -> None:
    a, b = two
    await held_by_ann(two, desk)
    await a.ask("c2")
    await desk.has("c2", None)
    await a.close_unheard("c2")

    await b.decide_and_die(SetStatus("ann", "online", 2))
    assert await in_the_queue(a, "c2") == ("sales", "ann", False)
    await desk.live(5)

    assert await in_the_queue(a, "c2") is None
    assert await in_the_queue(a, "c1") == ("sales", "ann", False)
    assert await pending(a) == 0


async def test_chat_that_the_queue_has_let_go_meanwhile_is_back_while_the_record_has_it(desk: Desk, two: Two) -> None:
    a, b = two
    await b.decide_and_die(await join(b))
    await a.queue.apply(Leave("c1"), desk.clock.now_ms())

    await desk.live(6)

    assert await in_the_queue(a) == await recorded(a) == ("sales", "ann", False)


async def test_agent_who_is_full_in_the_record_gets_no_chat_more(desk: Desk, two: Two) -> None:
    a, b = two
    unheard = await current(b.store, (await join(b, "c0")).chat)  # type: ignore[union-attr]
    await b.store.assign(assign(unheard, "ann"))
    died_ms = desk.clock.now_ms()
    await b.decide_and_die(await join(b))
    await desk.until(lambda: desk.clock.now_ms() > died_ms + 8_000, each_s=0.1)
    comparing = asyncio.ensure_future(a.membership.compare())
    await desk.until(lambda: comparing.done() and not a.under_way(), each_s=0.1)
    await desk.turn(2)

    assert await in_the_queue(a, "c0") == ("sales", "ann", False)
    assert await in_the_queue(a, "c1") == await recorded(a, "c1") == ("sales", None, False)


async def test_only_the_leader_takes_over(desk: Desk, two: Two) -> None:
    _, b = two
    c = await desk.start("c")
    await desk.live(4)
    await b.decide_and_die(await join(b))
    await desk.live(OVERDUE_MS / 1000 - 1)
    desk.clock.move(2)

    await c.membership.take_over()
    assert await pending(c) == 1
    await desk.turn()

    assert await pending(c) == 0


async def test_whoever_was_only_slow_does_not_carry_it_out_twice(desk: Desk, two: Two) -> None:
    a, b = two
    command = await join(b)
    now_ms = desk.clock.now_ms()
    applied = await b.queue.apply(command, now_ms)
    await desk.live(5)
    assert await events(a) == ["assigned"]

    slow = asyncio.ensure_future(
        b.dispatch._take_effect(command, applied, b.routing.journal.keep(b.queue.epoch, command, applied, now_ms))
    )
    await desk.until(slow.done, each_s=0.2)
    await desk.turn(3)

    assert await events(a) == ["assigned"]
    assert await recorded(a) == await in_the_queue(a) == ("sales", "ann", False)


async def test_what_is_taken_over_is_news_to_nobody_a_second_time(desk: Desk, two: Two) -> None:
    a, b = two
    await b.decide_and_die(await returned(two, desk))

    await desk.live(6)

    seen = [event for decided in a.decided for event in decided.events if isinstance(event, Requeued | Assigned)]
    assert [(type(event), event.chat) for event in seen] == [(Assigned, "c1"), (Requeued, "c1")]


async def test_chat_that_is_moved_on_before_the_take_over_is_where_the_queue_has_it(desk: Desk, two: Two) -> None:
    a, b = two
    await held_by_ann(two, desk)
    await b.decide_and_die(TransferToDepartment("c1", "help", 1))
    moved_on = asyncio.ensure_future(a.dispatch.order(TransferToDepartment("c1", "sales", 2)))
    await desk.until(moved_on.done, each_s=0.05)
    await desk.live(6)

    assert await recorded(a) == await in_the_queue(a)
    assert await pending(a) == 0
