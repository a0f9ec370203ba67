"""What each server knows of the others' decisions: every one once, the newest last, and its own as its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from queueing.errors import QueueUnavailable
from queueing.model import AgentChanged, RemoveAgent, SetAgent, SetStatus, Settle
from queueing.news import Decision
from queueing.states import AgentState
from server.errors import Refusal
from tests.harness.redis import RedisServer
from tests.integration.bus.servers import until
from tests.integration.desk.servers import Desk, Server
from tests.unit.queueing.redis.looking import key_of, looking_into
from transcripts.errors import StoreUnavailable
from transcripts.operations import Assign
from transcripts.records import Chat

Two = tuple[Server, Server]


@pytest.fixture
async def two(desk: Desk) -> Two:
    """`a` leads; ann, who takes one chat, is at `a`."""
    await desk.people("ann", "bob")
    a, b = await desk.start("a"), await desk.start("b")
    await desk.live(4)
    await a.agent_comes("ann")
    await desk.turn(2)
    for server in (a, b):
        server.decided.clear()
    return a, b


def known(server: Server, agent: str = "bob") -> AgentChanged:
    found = server.dispatch.agent(agent)
    assert found is not None
    return found


async def codes(server: Server, chat_id: str) -> list[str]:
    page = await server.store.sync(chat_id, 0)
    return [str(message.event["code"]) for message in page.messages if message.event]


async def test_each_decision_is_heard_once_by_everybody_and_is_own_where_it_was_made(desk: Desk, two: Two) -> None:
    a, b = two

    await a.dispatch.order(SetStatus("bob", "away", 2))
    await b.dispatch.order(SetStatus("bob", "online", 3))
    await desk.turn(3)

    for server, own in ((a, 2), (b, 3)):
        seen = [(decided.command.capacity, decided.is_own) for decided in server.decided]  # type: ignore[union-attr]
        assert sorted(seen) == [(2, own == 2), (3, own == 3)]
        assert known(server).capacity == 3
        assert server.membership._cursor == (await server.queue.news("")).cursor


async def test_chat_that_joins_is_not_moved_in_the_record(desk: Desk, two: Two) -> None:
    a, b = two
    await b.ask("c1")
    await b.ask("c2")
    await desk.has("c1", "ann")
    await desk.turn()

    assert await codes(a, "c1") == ["assigned"]
    assert await codes(a, "c2") == []


async def test_own_decision_is_told_as_own_though_the_news_have_it_before_the_record(desk: Desk, two: Two) -> None:
    a, _ = two
    assign, written = a.store.assign, asyncio.Event()

    async def slow(order: Assign) -> Chat:
        await written.wait()
        return await assign(order)

    a.store.assign = slow  # type: ignore[method-assign]
    await a.ask("c1")
    await desk.turn(2)
    assert not a.decided
    written.set()
    await desk.has("c1", "ann")
    await desk.turn()

    assert [decided.is_own for decided in a.decided] == [True]


async def test_decision_whose_effect_failed_is_told_all_the_same_and_carried_out_later(desk: Desk, two: Two) -> None:
    a, b = two
    await b.ask("c1")
    await desk.has("c1", "ann")
    await b.ask("c2")
    await desk.has("c2", None)
    await desk.turn(2)
    a.decided.clear()
    assign = a.store.assign

    async def away(order: Assign) -> Chat:
        raise StoreUnavailable("away")

    a.store.assign = away  # type: ignore[method-assign]
    with pytest.raises(Refusal):
        await a.dispatch.order(SetStatus("ann", "online", 2))
    a.store.assign = assign  # type: ignore[method-assign]
    await desk.turn(2)
    assert [(type(decided.command), decided.is_own) for decided in a.decided] == [(SetStatus, True)]

    await desk.live(5)

    assert await codes(a, "c2") == ["assigned"]
    assert not a.dispatch.is_away


async def test_closed_meanwhile_is_told_to_the_queue_by_who_takes_over(desk: Desk, two: Two) -> None:
    a, b = two
    await a.ask("c1")
    await desk.has("c1", "ann")
    await a.ask("c2")
    await desk.has("c2", None)
    await b.decide_and_die(SetStatus("ann", "online", 2))
    assign = a.store.assign

    async def closed_before(order: Assign) -> Chat:
        await a.close_unheard(order.chat_id)
        return await assign(order)

    a.store.assign = closed_before  # type: ignore[method-assign]
    await desk.live(5)

    assert [chat.chat for chat in (await a.queue.snapshot()).chats] == ["c1"]


# ---- in whatever order they come ------------------------------------------------------------------------------------


def decision(server: Server, version: int, **changes: object) -> Decision:
    event = replace(known(server), **changes)  # type: ignore[arg-type]
    command = SetStatus("bob", event.status, event.capacity)
    return Decision(f"9-{version}", server.queue.epoch, version, 0, command, (event,))


async def test_older_news_of_an_agent_change_nothing(desk: Desk, two: Two) -> None:
    a, _ = two

    a.dispatch.learn(decision(a, 902, capacity=2))
    a.dispatch.learn(decision(a, 901, capacity=1))

    assert known(a).capacity == 2
    assert [decided.events for decided in a.decided] == [(known(a),), ()]


async def test_news_of_another_desk_change_nothing(desk: Desk, two: Two) -> None:
    a, _ = two

    a.dispatch.learn(replace(decision(a, 901, capacity=7), epoch="another"))

    assert known(a).capacity == 1
    assert a.decided == []


async def test_account_that_was_taken_back_is_not_forgotten_by_older_news(desk: Desk, two: Two) -> None:
    a, _ = two
    gone = AgentChanged("bob", (), "offline", False, 0, 0)

    a.dispatch.learn(decision(a, 902, capacity=2))
    a.dispatch.learn(Decision("9-901", a.queue.epoch, 901, 0, RemoveAgent("bob"), (gone,)))
    assert known(a).capacity == 2
    a.dispatch.learn(Decision("9-903", a.queue.epoch, 903, 0, RemoveAgent("bob"), (gone,)))

    assert a.dispatch.agent("bob") is None


async def test_an_answer_that_is_older_than_an_own_order_does_not_undo_it(desk: Desk, two: Two) -> None:
    a, _ = two
    agents = a.queue.agents

    async def late(department: str | None = None) -> Sequence[AgentState]:
        found = await agents(department)
        await a.dispatch.order(SetStatus("bob", "online", 5))
        return found

    a.queue.agents = late  # type: ignore[method-assign, assignment]
    await a.dispatch.relearn()
    a.queue.agents = agents  # type: ignore[method-assign]
    await desk.turn()

    assert known(a).capacity == 5


# ---- who was not listening ------------------------------------------------------------------------------------------


async def test_who_missed_news_reads_everything_anew_and_tells_what_differs(desk: Desk, two: Two) -> None:
    a, b = two
    for command in (SetStatus("ann", "away", 4), RemoveAgent("bob"), SetAgent("eve", ("sales",), 1, 2, "online")):
        await b.queue.apply(command, desk.clock.now_ms())
    a.membership._cursor = "1-1"

    await a.membership.listen()

    told = {event.agent: event for decided in a.decided for event in decided.events if isinstance(event, AgentChanged)}
    assert sorted(told) == ["ann", "bob", "eve"]
    assert [type(decided.command) for decided in a.decided] == [Settle]
    assert (told["ann"].status, told["bob"].departments, told["eve"].capacity) == ("away", (), 2)
    assert a.dispatch.agent("bob") is None
    assert a.membership._cursor == (await a.queue.news("")).cursor


async def test_news_of_a_new_desk_are_heard_though_their_versions_are_low(desk: Desk, two: Two) -> None:
    a, b = two
    for capacity in range(40):
        await a.dispatch.order(SetStatus("bob", "online", capacity))
    await b.dispatch.rebuild(await b.membership._roster.agents())
    await desk.until(lambda: a.queue.epoch == b.queue.epoch and not a.membership.is_needed)
    await a.membership.listen()

    await b.dispatch.order(SetStatus("bob", "away", 77))
    await a.membership.listen()

    assert (known(a).status, known(a).capacity) == ("away", 77)


async def test_who_finds_no_desk_waits_for_the_one_that_builds_it(
    desk: Desk, two: Two, redis_server: RedisServer
) -> None:
    a, b = two
    before, epochs = a.queue.epoch, len(await a.store.epochs())
    async with looking_into(redis_server) as bare:
        await bare.delete(key_of(b.queue, "meta"))  # type: ignore[arg-type]
    assert await a.queue.may_rebuild("a", 60.0)
    asked = 0
    may_rebuild = b.queue.may_rebuild

    async def counted(owner: str, for_s: float) -> bool:
        nonlocal asked
        asked += 1
        return await may_rebuild(owner, for_s)

    b.queue.may_rebuild = counted  # type: ignore[method-assign]
    b.membership.begin(QueueUnavailable("a test says so"))
    await until(lambda: asked >= 3)
    assert b.membership.is_needed

    await a.dispatch.rebuild(await a.membership._roster.agents())
    await desk.until(lambda: not b.membership.is_needed)
    await desk.turn(2)

    assert b.queue.epoch == a.queue.epoch != before
    assert len(await a.store.epochs()) == epochs + 1
