"""Whose desk it is: epochs, rebuilds, several processes on one Redis, and the stream of what was decided."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import replace

import pytest

from queueing import redis_adapter
from queueing.codec import decode_command, decode_event
from queueing.engine import Engine
from queueing.errors import QueueUnavailable
from queueing.model import Applied, Command, Connect, Join, Leave, Queued, Requeued, SetAgent, Settle
from queueing.redis.client import RedisClient
from queueing.redis.keys import keys_of
from queueing.redis_adapter import RedisQueue
from queueing.states import AgentState, ChatState, Place, Snapshot
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.looking import desk_of, key_of, looking_into


def _busy_desk(chats: int) -> Snapshot:
    """Two agents with two chats each; all others wait, every third one returned, in lines of all priorities."""
    agents = [
        AgentState(name, ("help",), 3, 2, "online", True, (f"c{n}", f"c{n + 1}"), 5)
        for name, n in (("ann", 0), ("bob", 2))
    ]
    priorities = ("low", "normal", "high", "urgent")
    states = [
        ChatState(
            f"c{n}",
            "help" if n % 5 else "sales",
            1 + n % 3,
            priorities[n % 4],  # type: ignore[arg-type]
            chats - n,
            n >= 4 and n % 3 == 0,
            "ann" if n < 2 else "bob" if n < 4 else None,
        )
        for n in range(chats)
    ]
    return Snapshot(0, tuple(agents), tuple(sorted(states, key=lambda chat: chat.chat)))


async def test_rebuilt_desk_has_every_place_however_many_portions_it_takes(queue: RedisQueue) -> None:
    snapshot = _busy_desk(2 * redis_adapter.PORTION + 5)
    engine = Engine.of(snapshot)

    assert await queue.rebuild(snapshot, 9) == engine.apply(Settle(), 9)

    assert await queue.snapshot() == engine.snapshot()
    for department in ("help", "sales"):
        assert await queue.waiting(department) == engine.waiting(department)
    assert await queue.place("c77") == engine.place("c77")


async def test_chats_of_an_agent_who_is_not_known_any_more_return_in_line(queue: RedisQueue) -> None:
    snapshot = _busy_desk(8)
    snapshot = replace(snapshot, agents=snapshot.agents[:1])
    engine = Engine.of(snapshot)

    applied = await queue.rebuild(snapshot, 9)

    assert applied == engine.apply(Settle(), 9)
    assert {event.chat for event in applied.events if isinstance(event, Requeued)} == {"c2", "c3"}


async def test_another_process_joins_the_desk_by_its_epoch(queue: RedisQueue, client: RedisClient) -> None:
    other = RedisQueue(client, desk=desk_of(queue))
    with pytest.raises(QueueUnavailable):
        await other.apply(Leave("c1"), 1)

    assert await other.adopt()

    assert other.epoch == queue.epoch
    assert await other.apply(Join("c1", "help", 1, "normal", 1), 1) == Applied(1, (Queued("c1", "help", 1),))
    assert await queue.place("c1") == Place("c1", "help", 1)


async def test_where_no_desk_is_there_is_none_to_join(client: RedisClient) -> None:
    assert not await RedisQueue(client, desk=uuid.uuid4().hex).adopt()


async def test_desk_that_another_process_rebuilt_is_not_changed_by_one_that_does_not_know_it(
    queue: RedisQueue, client: RedisClient
) -> None:
    other = RedisQueue(client, desk=desk_of(queue))
    await other.rebuild(_busy_desk(8), 1)
    before = await other.snapshot()

    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.apply(Leave("c1"), 2)
    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.place("c7")

    assert await other.snapshot() == before


async def test_of_rebuilds_at_the_same_time_one_counts_and_is_whole(queue: RedisQueue, client: RedisClient) -> None:
    rivals = [RedisQueue(client, desk=desk_of(queue)) for _ in range(4)]
    snapshot = _busy_desk(redis_adapter.PORTION + 5)

    outcomes = await asyncio.gather(*(rival.rebuild(snapshot, 1) for rival in rivals), return_exceptions=True)

    assert all(isinstance(outcome, Applied | QueueUnavailable) for outcome in outcomes)
    assert await queue.adopt()
    engine = Engine.of(snapshot)
    engine.apply(Settle(), 1)
    assert await queue.snapshot() == engine.snapshot()


async def test_stream_has_each_outcome_under_its_version_with_what_caused_it(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    course: list[Command] = [
        Join("c1", "help", 1, "normal", 1),
        Leave("nobody"),
        SetAgent("ann", ("sales", "help", "help"), 1, 1, "online"),
        Connect("ann"),
    ]
    outcomes = [await queue.apply(command, now_ms) for now_ms, command in enumerate(course, start=5)]

    async with looking_into(redis_server) as looking:
        entries = (await looking.xrange(key_of(queue, "stream")))[1:]  # the first is that of the rebuild

    read = [
        Applied(int(entry.decode().split("-")[1]), tuple(decode_event(event) for event in json.loads(told[b"events"])))
        for entry, told in entries
    ]
    assert read == outcomes
    assert [decode_command(json.loads(told[b"command"])) for _, told in entries] == course
    assert [int(told[b"now_ms"]) for _, told in entries] == [5, 6, 7, 8]
    assert {told[b"epoch"].decode() for _, told in entries} == {queue.epoch}


async def test_stream_goes_on_in_order_after_a_rebuild(queue: RedisQueue, redis_server: RedisServer) -> None:
    await queue.apply(Leave("nobody"), 1)
    await queue.rebuild(Snapshot(0), 2)
    await queue.apply(Leave("nobody"), 3)

    async with looking_into(redis_server) as looking:
        entries = await looking.xrange(key_of(queue, "stream"))

    assert [entry.decode() for entry, _ in entries] == ["1-0", "1-1", "2-1", "2-2"]


async def test_all_keys_are_those_of_the_desk(queue: RedisQueue, redis_server: RedisServer) -> None:
    await queue.rebuild(_busy_desk(8), 1)
    async with looking_into(redis_server) as looking:
        keys = {key.decode() for key in await looking.keys(f"*{desk_of(queue)}*")}
    assert keys <= set(keys_of(desk_of(queue)))


async def test_no_more_connections_than_allowed(redis_server: RedisServer) -> None:
    client = RedisClient(redis_server.url, max_connections=2)
    queue = RedisQueue(client, desk=uuid.uuid4().hex)
    await queue.rebuild(Snapshot(0), 0)
    async with looking_into(redis_server) as looking:
        before = (await looking.info("stats"))["total_connections_received"]
        await asyncio.gather(*(queue.apply(Join(f"c{n}", "help", 1, "normal", n), n) for n in range(60)))
        after = (await looking.info("stats"))["total_connections_received"]
    await client.aclose()
    assert after - before <= 2
    assert len(await _line_of(redis_server, queue)) == 60


async def _line_of(server: RedisServer, queue: RedisQueue) -> tuple[Place, ...]:
    client = RedisClient(server.url)
    other = RedisQueue(client, desk=desk_of(queue))
    await other.adopt()
    line = await other.waiting("help")
    await client.aclose()
    return line
