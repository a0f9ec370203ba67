"""Redis frozen, killed, back with its data, back empty: never a wrong answer, soon an honest one."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from queueing.engine import Engine
from queueing.errors import QueueUnavailable
from queueing.model import Command, Connect, Join, Leave, SetAgent, Settle
from queueing.news import News
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisHomes, RedisQueue
from queueing.states import Place, Snapshot
from tests.harness.redis import RedisServer

pytestmark = pytest.mark.slow

ANSWERED_WITHIN_S = 2.5

MORNING: tuple[Command, ...] = (
    SetAgent("ann", ("help",), 1, 2, "online"),
    Connect("ann"),
    *(Join(f"c{n}", "help", 1, "high" if n % 3 == 0 else "normal", n) for n in range(1, 9)),
)


@pytest.fixture
def server(new_redis: Callable[[], RedisServer]) -> RedisServer:
    return new_redis()


@pytest.fixture
async def queue(server: RedisServer) -> AsyncIterator[RedisQueue]:
    client = RedisClient(server.url)
    queue = RedisQueue(client)
    await queue.rebuild(Snapshot(version=-1), 0)
    yield queue
    await client.aclose()


@pytest.fixture
async def engine(queue: RedisQueue) -> Engine:
    """After a morning that the queue has had, too."""
    engine = Engine()
    for now_ms, command in enumerate(MORNING, start=1):
        assert await queue.apply(command, now_ms) == engine.apply(command, now_ms)
    return engine


async def test_frozen_redis_is_reported_in_time_and_no_late_answer_is_taken_for_another(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    server.freeze()
    began = time.monotonic()
    asked = await asyncio.gather(*(queue.place(f"c{n}") for n in range(1, 40)), return_exceptions=True)
    took_s = time.monotonic() - began
    server.thaw()

    assert {type(answer) for answer in asked} == {QueueUnavailable}
    assert took_s < ANSWERED_WITHIN_S
    for place in engine.waiting("help"):
        assert await queue.place(place.chat) == place
    assert await queue.snapshot() == engine.snapshot()


async def test_frozen_redis_holds_up_nothing_that_servers_tell_each_other(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    cursor = (await queue.news("")).cursor
    client = RedisClient(server.url)
    homes = RedisHomes(client)
    before = await homes.beat("p1", ["ann"], [])

    server.freeze()
    began = time.monotonic()
    asked = await asyncio.gather(
        queue.news(cursor),
        queue.overdue(1_000),
        queue.confirm([cursor]),
        queue.may_rebuild("p1", 10),
        queue.adopt(),
        homes.beat("p1", ["ann"], []),
        homes.leave("p1"),
        return_exceptions=True,
    )
    took_s = time.monotonic() - began
    server.thaw()

    assert {type(answer) for answer in asked} == {QueueUnavailable}
    assert took_s < ANSWERED_WITHIN_S
    assert await queue.news(cursor) == News((), cursor, complete=True)
    assert (await homes.beat("p1", ["ann"], [])).leader == before.leader
    await client.aclose()


async def test_redis_back_with_its_data_still_has_what_was_pending(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    before = await queue.overdue(1_000)
    server.kill()
    server.start()
    with contextlib.suppress(QueueUnavailable):
        await queue.snapshot()

    assert await queue.overdue(1_000) == before
    assert len(before) > 0


async def test_dead_redis_is_reported_at_once(server: RedisServer, queue: RedisQueue) -> None:
    server.kill()
    began = time.monotonic()
    with pytest.raises(QueueUnavailable):
        await queue.apply(Leave("c1"), 20)
    assert time.monotonic() - began < ANSWERED_WITHIN_S


async def test_redis_back_with_its_data_goes_on_where_it_was(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    server.kill()
    with pytest.raises(QueueUnavailable):
        await queue.snapshot()
    server.start()

    assert await queue.snapshot() == engine.snapshot()
    assert await queue.apply(Leave("c3"), 20) == engine.apply(Leave("c3"), 20)


async def test_redis_back_empty_answers_nothing_until_it_is_rebuilt_with_every_place(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    record = engine.snapshot()
    server.kill()
    server.forget()
    with pytest.raises(QueueUnavailable):
        await queue.snapshot()
    server.start()

    for question in (queue.agents, queue.snapshot, lambda: queue.waiting("help"), lambda: queue.free_slots("help")):
        with pytest.raises(QueueUnavailable, match="EPOCH"):
            await question()
    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.apply(Join("c9", "help", 1, "normal", 9), 20)
    assert not await queue.adopt()

    rebuilt = Engine.of(record)
    assert await queue.rebuild(record, 21) == rebuilt.apply(Settle(), 21)
    assert await queue.waiting("help") == engine.waiting("help")
    assert await queue.place("c6") == Place("c6", "help", 2)
    assert await queue.agents() == engine.agents()


async def test_one_call_meets_a_restart_not_each_idle_connection(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    await asyncio.gather(*(queue.place(f"c{n}") for n in range(1, 9)))
    server.kill()
    server.start()

    with contextlib.suppress(QueueUnavailable):
        await queue.snapshot()
    assert await queue.snapshot() == engine.snapshot()


async def test_redis_that_forgot_its_scripts_is_given_them_again(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    looking = Redis.from_url(server.url, protocol=2)
    await looking.script_flush()
    await looking.aclose()

    assert await queue.apply(Leave("c3"), 20) == engine.apply(Leave("c3"), 20)


async def test_rebuild_that_redis_did_not_survive_leaves_no_desk(
    server: RedisServer, queue: RedisQueue, engine: Engine
) -> None:
    server.freeze()
    with pytest.raises(QueueUnavailable):
        await queue.rebuild(engine.snapshot(), 20)
    server.kill()
    server.forget()
    server.start()

    assert not await queue.adopt()
    with pytest.raises(QueueUnavailable):
        await queue.waiting("help")
