"""Who rebuilds: one server at a time, and nobody where there is a desk to join."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import Snapshot
from tests.unit.queueing.redis.looking import desk_of


@pytest.fixture
def rivals(client: RedisClient) -> list[RedisQueue]:
    """Three servers before a Redis without a desk."""
    desk = uuid.uuid4().hex
    return [RedisQueue(client, desk=desk) for _ in range(3)]


async def test_of_servers_that_ask_at_once_one_may_rebuild_and_may_have_longer(rivals: list[RedisQueue]) -> None:
    answers = await asyncio.gather(*(one.may_rebuild(f"p{n}", 60) for n, one in enumerate(rivals)))
    assert sorted(answers) == [False, False, True]

    again = await asyncio.gather(*(one.may_rebuild(f"p{n}", 60) for n, one in enumerate(rivals)))
    assert again == answers


async def test_right_to_rebuild_passes_on_when_its_time_is_over(rivals: list[RedisQueue]) -> None:
    assert await rivals[0].may_rebuild("p0", 0.3)
    assert not await rivals[1].may_rebuild("p1", 60)

    async with asyncio.timeout(5):
        while not await rivals[1].may_rebuild("p1", 60):
            pass
    assert not await rivals[0].may_rebuild("p0", 60)


async def test_right_to_rebuild_ends_with_the_rebuild_and_the_others_join(rivals: list[RedisQueue]) -> None:
    builder, other, third = rivals
    assert await builder.may_rebuild("p0", 60)
    await builder.rebuild(Snapshot(0), 1)

    assert not await other.may_rebuild("p1", 60)
    assert await other.adopt()

    assert other.epoch == builder.epoch
    assert await other.may_rebuild("p1", 60)
    assert not await third.may_rebuild("p2", 60)


async def test_who_knows_only_the_desk_before_has_to_join_first(queue: RedisQueue, client: RedisClient) -> None:
    other = RedisQueue(client, desk=desk_of(queue))
    await other.rebuild(Snapshot(0), 1)

    assert not await queue.may_rebuild("p0", 60)
    assert await queue.adopt()
    assert await queue.may_rebuild("p0", 60)
