"""A Redis that is gone or came back empty: the record goes on, and the queue is built again with every place kept."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

import pytest

from queueing import codec
from queueing.engine import Engine
from queueing.errors import QueueUnavailable
from queueing.model import Join, Leave, SetStatus
from queueing.states import Place, Snapshot
from server.errors import Refusal
from server.services.routing.decisions import Decisions, recorded
from server.services.routing.dispatch import POST_WITHIN_S
from server.services.routing.membership import RETRY_S
from server.services.waits.line import ANSWERS_WITHIN_S
from tests.contract.transcripts.examples import current, new_chat
from tests.harness.redis import RedisServer
from tests.integration.desk.servers import Desk, Server
from tests.unit.queueing.redis.looking import looking_into
from transcripts.operations import ChatChanges
from transcripts.records import JournalEntry

AT_ONCE_S = 0.1
Two = tuple[Server, Server]


@pytest.fixture
async def two(lonely_desk: Desk) -> Two:
    """`a` leads. ann, at `a`, has c1; c2, c3 and c4 wait, the last one urgently; bob is away, at `b`."""
    desk = lonely_desk
    await desk.people("ann", "bob")
    a, b = await desk.start("a"), await desk.start("b")
    await desk.live(4)
    await b.agent_comes("bob")
    await b.presence.set_status("bob", "away", "lunch", None)
    await a.agent_comes("ann")
    await desk.turn()
    for chat_id in ("c1", "c2", "c3", "c4"):
        await a.ask(chat_id)
        desk.clock.move(0.5)
        await desk.has(chat_id, "ann" if chat_id == "c1" else None)
    await a.store.set_chat("c4", ChatChanges(priority="urgent"))
    await a.close_unheard("c1")
    await a.dispatch.order(Leave("c1"))
    await desk.has("c2", "ann")
    await desk.turn(2)
    return a, b


async def order(server: Server) -> list[str]:
    return [place.chat for place in await server.line.waiting("sales")]


async def all_are_members(desk: Desk) -> None:
    def are() -> bool:
        joining = [server.membership._joining for server in desk.living]
        return all(task is not None and task.done() for task in joining) and not any(
            server.membership.is_needed for server in desk.living
        )

    await desk.until(are)


async def all_have_settled_in(desk: Desk) -> None:
    await all_are_members(desk)
    for server in desk.living:
        assert server.membership._settling is not None
        await server.membership._settling
    await desk.until(lambda: not any(server.under_way() for server in desk.living))


async def rebuilt(desk: Desk) -> None:
    """Everybody knows the new desk."""
    before = desk.living[0].queue.epoch
    await desk.until(lambda: not {server.queue.epoch for server in desk.living} & {before, ""})
    await all_are_members(desk)


async def emptied(redis: RedisServer, desk: Desk) -> None:
    async with looking_into(redis) as bare:
        await bare.flushall()
    desk.homes.empty()


# ---- it takes nothing -----------------------------------------------------------------------------------------------


async def test_queue_that_can_be_read_and_takes_nothing_is_joined_more_and_more_seldom(
    lonely_desk: Desk, redis: RedisServer, two: Two
) -> None:
    a, _ = two
    await a.ask("c5")
    assert a.membership._carried_out, "it has something to confirm"
    async with looking_into(redis) as bare:
        await bare.config_set("maxmemory", 1)
        began_s = time.monotonic()
        for _ in range(4):
            await lonely_desk.until(lambda: not a.membership.is_needed)
            await a.membership.listen()
            assert a.membership.is_needed
        took_s = time.monotonic() - began_s
        await bare.config_set("maxmemory", 0)

    assert took_s > 0 + RETRY_S + 2 * RETRY_S
    await all_are_members(lonely_desk)
    await lonely_desk.turn(2)
    assert not a.membership._carried_out


# ---- it came back empty ---------------------------------------------------------------------------------------------


async def test_empty_queue_is_built_once_with_every_place_kept(lonely_desk: Desk, redis: RedisServer, two: Two) -> None:
    a, b = two
    before, known = await a.queue.snapshot(), len(await a.store.epochs())
    assert await order(a) == ["c3", "c4"]

    await emptied(redis, lonely_desk)
    await rebuilt(lonely_desk)
    await lonely_desk.turn(2)

    assert len(await a.store.epochs()) == known + 1
    assert a.queue.epoch == b.queue.epoch
    for server in two:
        assert await order(server) == ["c4", "c3"], "what the record has, also where the queue had not heard of it"
        place = await server.line.place("c3")
        assert place is not None
        assert place.position == 2
    after = await a.queue.snapshot()
    assert [replace(c, priority="normal") for c in after.chats] == [replace(c, priority="normal") for c in before.chats]
    assert [(s.agent, s.status, s.connected, s.chats) for s in after.agents] == [
        (s.agent, s.status, s.connected, s.chats) for s in before.agents
    ]


async def test_both_are_heard_by_each_other_on_the_new_desk(lonely_desk: Desk, redis: RedisServer, two: Two) -> None:
    _, b = two
    await emptied(redis, lonely_desk)
    await rebuilt(lonely_desk)

    await b.presence.set_status("bob", "online", None, 2)
    await lonely_desk.has("c3", "bob")
    await lonely_desk.turn(2)

    for server in two:
        bob = server.dispatch.agent("bob")
        assert bob is not None
        assert (bob.status, bob.load) == ("online", 2)
        ann = server.dispatch.agent("ann")
        assert ann is not None
        assert (ann.connected, ann.load) == (True, 1)


async def test_new_epochs_journal_can_be_replayed_and_explains(lonely_desk: Desk, redis: RedisServer, two: Two) -> None:
    a, b = two
    await emptied(redis, lonely_desk)
    await rebuilt(lonely_desk)
    await b.presence.set_status("bob", "online", None, 1)
    await a.ask("c5")
    await b.ask("c6")
    await lonely_desk.has("c4", "bob")
    await lonely_desk.turn(3)

    (*_, (epoch, version)) = await a.store.epochs()
    assert epoch == a.queue.epoch
    assert await replayed(a, epoch, version) == await a.queue.snapshot()
    (last, *_) = reversed(await Decisions(a.store, a.directory).of("c4"))
    assert (last["rule"], last["winner"]["id"]) == ("routed", "bob")
    assert [excluded["agent"]["id"] for excluded in last["excluded"]] == ["ann"]


async def replayed(server: Server, epoch: str, version: int) -> Snapshot:
    """The whole epoch from its first snapshot on."""
    first, *commands = await whole_journal(server, epoch, version)
    engine = Engine.of(codec.decode_snapshot(first.body))
    for entry in map(recorded, commands):
        assert engine.apply(entry.command, entry.now_ms).version == entry.version
    return engine.snapshot()


async def whole_journal(server: Server, epoch: str, version: int) -> list[JournalEntry]:
    first = await server.store.journal(epoch, 1)
    rest = [(await server.store.journal(epoch, n))[-1] for n in range(2, version + 1)]
    return [*first, *rest]


async def test_nobody_was_gone_because_the_roll_came_back_empty(
    lonely_desk: Desk, redis: RedisServer, two: Two
) -> None:
    a, b = two
    await b.presence.set_status("bob", "online", None, 2)
    began_s = (lonely_desk.clock.now() - a._began_at).total_seconds()
    await lonely_desk.live(2)
    await emptied(redis, lonely_desk)
    await lonely_desk.live(1)
    await all_are_members(lonely_desk)
    await lonely_desk.live(30)

    for agent, since_s in (("ann", 4.0), ("bob", began_s)):
        gaps = (await lonely_desk.coverage(began_s + 33, [agent])).gaps
        assert [(gap.to_ms - gap.from_ms) / 1000 for gap in gaps] == [since_s]


async def test_who_wrote_nothing_at_all_is_never_told_that_the_record_was_wrong(
    lonely_desk: Desk, redis: RedisServer, two: Two
) -> None:
    """A message that was stored while the queue was built is there, and the chat has its agent still."""
    a, _ = two
    held = await current(a.store, "c2")
    await emptied(redis, lonely_desk)
    await rebuilt(lonely_desk)
    await lonely_desk.turn(3)

    assert await current(a.store, "c2") == held


# ---- it is gone -----------------------------------------------------------------------------------------------------


async def refused(server: Server) -> float:
    """How long it took, in seconds."""
    began_s = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        await server.dispatch.order(SetStatus("ann", "online", 2))
    assert refusal.value.code == "unavailable"
    return time.monotonic() - began_s


@pytest.mark.parametrize("how", ["frozen", "killed"])
async def test_without_redis_orders_are_refused_posts_return_and_the_line_is_the_records(
    lonely_desk: Desk, redis: RedisServer, two: Two, how: str
) -> None:
    a, b = two
    waiting = ["c4", "c3"]
    (redis.freeze if how == "frozen" else redis.kill)()
    try:
        began_s = time.monotonic()
        assert await a.line.place("c3") == Place("c3", "sales", 2)
        assert time.monotonic() - began_s < 2 * ANSWERS_WITHIN_S
        began_s = time.monotonic()
        await a.dispatch.post(Leave("nowhere"))
        assert time.monotonic() - began_s < 2 * POST_WITHIN_S

        await refused(a)
        assert a.dispatch.is_away
        assert await refused(a) < AT_ONCE_S
        began_s = time.monotonic()
        await a.dispatch.post(Leave("nowhere"))
        assert time.monotonic() - began_s < AT_ONCE_S

        chat = (await a.store.start_chat(new_chat("c5", "v-c5", client_id="s-c5"))).chat
        await a.dispatch.post(Join(chat.id, chat.department_id, chat.tier, chat.priority, chat.line))
        assert await order(a) == [*waiting, "c5"]
        began_s = time.monotonic()
        place = await a.line.place("c5")
        assert time.monotonic() - began_s < AT_ONCE_S
        assert place is not None
        assert (place.position, await a.line.free_slots("sales"), a.line.moves) == (3, 0, False)
        assert await a.line.place("c2") is None
        assert await a.line.waiting("sales", 1) == (replace(place, chat="c4", position=1),)
    finally:
        (redis.thaw if how == "frozen" else redis.start)()

    await lonely_desk.until(lambda: not a.membership.is_needed)
    await all_have_settled_in(lonely_desk)
    assert await order(a) == await order(b) == [*waiting, "c5"]


async def test_desk_that_is_there_still_is_joined_and_not_built_again(
    lonely_desk: Desk, redis: RedisServer, two: Two
) -> None:
    a, b = two
    epoch = a.queue.epoch
    redis.kill()
    await refused(a)
    await a.close_unheard("c2")
    with contextlib.suppress(Refusal):
        await a.dispatch.order(Leave("c2"))
    redis.start()

    await all_are_members(lonely_desk)
    await lonely_desk.until(lambda: len(a.routing.open_chats.of_agent("ann")) == 1)

    assert lonely_desk.chat("c2") is None
    assert a.queue.epoch == b.queue.epoch == epoch


async def test_queue_that_is_lost_again_while_a_server_settles_in_is_joined_again(
    lonely_desk: Desk, redis: RedisServer, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = two
    monkeypatch.setattr("server.services.routing.membership.LOOK_TWICE_S", 60.0)
    await a.store.start_chat(new_chat("c5", "v-c5", client_id="s-c5"))
    for server in two:
        server.membership.begin(QueueUnavailable("a test says so"))
    await all_are_members(lonely_desk)
    assert a.membership._settling is not None
    assert not a.membership._settling.done()

    await emptied(redis, lonely_desk)
    await rebuilt(lonely_desk)

    assert await order(a) == await order(b) == ["c4", "c3", "c5"]


async def test_server_that_begins_without_redis_serves_what_needs_none(
    lonely_desk: Desk, redis: RedisServer, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.routing.membership.JOIN_WITHIN_S", 0.2)
    redis.kill()

    c = await lonely_desk.start("c")

    assert c.dispatch.is_away
    assert await order(c) == ["c4", "c3"]
    redis.start()
    await all_are_members(lonely_desk)
    assert c.queue.epoch == two[0].queue.epoch


async def test_servers_end_while_they_wait_for_redis(lonely_desk: Desk, redis: RedisServer, two: Two) -> None:
    redis.kill()
    for server in two:
        await refused(server)

    async with asyncio.timeout(8):
        for server in two:
            await server.stop()
