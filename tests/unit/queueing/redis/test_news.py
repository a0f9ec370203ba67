"""What was decided, as every server reads it: all of it and in order, or the word that some of it is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from queueing.errors import QueueUnavailable
from queueing.model import Command, Connect, Join, Leave, SetAgent
from queueing.news import Decision, News
from queueing.port import SharedQueuePort
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import Snapshot
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.looking import desk_of, key_of, looking_into


def _join(number: int) -> Join:
    return Join(f"c{number}", "help", 1, "normal", number)


async def _another(queue: RedisQueue, client: RedisClient) -> SharedQueuePort:
    other: SharedQueuePort = RedisQueue(client, desk=desk_of(queue))
    assert await other.adopt()
    return other


async def _read_from(queue: SharedQueuePort, cursor: str, limit: int) -> list[Decision]:
    """All that came after the cursor, in portions."""
    decisions: list[Decision] = []
    while True:
        news = await queue.news(cursor, limit)
        assert news.complete
        assert len(news.decisions) <= limit
        if not news.decisions:
            return decisions
        decisions += news.decisions
        cursor = news.cursor


async def test_news_begin_at_the_present(queue: RedisQueue) -> None:
    applied = await queue.apply(_join(1), 1)
    assert await queue.news("") == News((), applied.id, complete=True)
    assert await queue.news(applied.id) == News((), applied.id, complete=True)


async def test_news_are_the_decisions_that_followed_with_all_that_caused_them(queue: RedisQueue) -> None:
    start = await queue.news("")
    course: tuple[Command, ...] = (
        SetAgent("ann", ("sales", "help", "help"), 1, 1, "online"),
        Connect("ann"),
        _join(1),
        Leave("nobody"),
    )
    outcomes = [await queue.apply(command, now_ms) for now_ms, command in enumerate(course, start=5)]

    news = await queue.news(start.cursor)

    assert news.decisions == tuple(
        Decision(done.id, queue.epoch, done.version, now_ms, command, done.events)
        for now_ms, (command, done) in enumerate(zip(course, outcomes, strict=True), start=5)
    )
    assert news.cursor == outcomes[-1].id


async def test_two_servers_that_both_write_read_the_same_news_in_the_same_order(
    queue: RedisQueue, client: RedisClient
) -> None:
    other = await _another(queue, client)
    start = (await queue.news("")).cursor

    async def write(writer: SharedQueuePort, first: int) -> list[str]:
        return [(await writer.apply(_join(number), number)).id for number in range(first, first + 40)]

    mine, theirs = await asyncio.gather(write(queue, 0), write(other, 100))
    one, two = await _read_from(queue, start, 7), await _read_from(other, start, 500)

    assert one == two
    assert [decision.version for decision in one] == list(range(1, 81))
    ids = [decision.id for decision in one]
    assert [name for name in ids if name in mine] == mine
    assert [name for name in ids if name in theirs] == theirs


async def test_server_that_fell_behind_the_stream_is_told_to_read_the_whole_state(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    behind = (await queue.news("")).cursor
    last = [await queue.apply(_join(number), number) for number in range(9)][-1]
    async with looking_into(redis_server) as looking:
        await looking.xtrim(key_of(queue, "stream"), maxlen=3, approximate=False)

    assert await queue.news(behind) == News((), last.id, complete=False)

    after = await queue.apply(_join(9), 9)
    assert [decision.id for decision in (await queue.news(last.id)).decisions] == [after.id]


@pytest.mark.parametrize("cursor", ["0-1", "1-99", "77-1", "nonsense"])
async def test_cursor_that_is_not_of_this_desk_gives_no_news_but_the_newest(cursor: str, queue: RedisQueue) -> None:
    newest = await queue.apply(_join(1), 1)
    assert await queue.news(cursor) == News((), newest.id, complete=False)


async def test_after_a_rebuild_the_whole_state_is_news(queue: RedisQueue, client: RedisClient) -> None:
    other = await _another(queue, client)
    before = (await queue.apply(_join(1), 1)).id
    settled = await other.rebuild(Snapshot(0), 2)

    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.news(before)
    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.news("")
    assert await queue.adopt()

    assert await queue.news(before) == News((), settled.id, complete=False)
    assert await queue.news("") == News((), settled.id, complete=True)


async def test_empty_redis_has_no_news_and_no_desk_to_join(new_redis: Callable[[], RedisServer]) -> None:
    server = new_redis()
    queue = RedisQueue(RedisClient(server.url))
    before = (await queue.rebuild(Snapshot(0), 1_000)).id
    server.kill()
    server.forget()
    with pytest.raises(QueueUnavailable):
        await queue.news(before)
    server.start()

    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await queue.news(before)
    assert not await queue.adopt()
    rebuilt = await queue.rebuild(Snapshot(0), 2_000)

    assert await queue.news(before) == News((), rebuilt.id, complete=False)
    await queue.aclose()


async def test_decision_of_a_newer_version_of_the_code_is_like_one_that_is_gone(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    before = await queue.apply(_join(1), 1)
    unknown = f"{before.id.split('-')[0]}-{before.version + 1}"
    told = {"epoch": queue.epoch, "now_ms": 2, "command": json.dumps({"kind": "dance"}), "events": "[]"}
    async with looking_into(redis_server) as looking:
        await looking.hincrby(key_of(queue, "meta"), "version", 1)
        await looking.xadd(key_of(queue, "stream"), told, id=unknown)
        await looking.zadd(key_of(queue, "pending"), {unknown: 2})

    assert await queue.news(before.id) == News((), unknown, complete=False)
    assert await queue.overdue(10) == ()


async def test_asking_costs_redis_next_to_nothing_where_there_is_no_news(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    cursor = [await queue.apply(_join(number), number) for number in range(200)][-1].id
    async with looking_into(redis_server) as looking:
        await looking.config_resetstat()
        for _ in range(50):
            await queue.news(cursor)
        spent = await looking.info("commandstats")

    assert "cmdstat_xrange" not in spent
    assert spent["cmdstat_evalsha"]["usec_per_call"] < 1_000
