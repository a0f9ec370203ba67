"""What a crowd costs and what Redis refuses: no more steps in a long line than in a short one, never half a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from queueing.errors import QueueUnavailable
from queueing.model import Command, Join, Leave, SetAgent, SetPriority
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import AgentState, ChatState, Snapshot
from tests.harness.redis import RedisServer


def _line_of(waiting: int, agents: int) -> Snapshot:
    """Agents who all have their one chat, in two departments, and a long line before each."""
    names = [f"a{n:05}" for n in range(agents)]
    held = [ChatState(f"h{n:05}", "help", 1, "normal", n, False, name) for n, name in enumerate(names)]
    line = [ChatState(f"w{n:05}", ("help", "sales")[n % 2], 1, "normal", 9000 + n, False, None) for n in range(waiting)]
    there = (AgentState(name, ("help", "sales"), 2, 1, "online", True, (), 1) for name in names)
    return Snapshot(0, tuple(there), (*held, *line))


async def test_command_takes_as_many_steps_in_a_long_line_as_in_a_short_one(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    course: list[Command] = [
        Join("new", "help", 1, "urgent", 99_999),
        SetPriority("new", "low"),
        Leave("h00001"),
        Leave("new"),
    ]
    looking: Any = Redis.from_url(redis_server.url, protocol=2)
    steps = []
    for waiting, agents in ((10, 3), (3000, 300)):
        await queue.rebuild(_line_of(waiting, agents), 1)
        await looking.config_resetstat()
        for now_ms, command in enumerate(course, start=2):
            await queue.apply(command, now_ms)
        spent = await looking.info("commandstats")
        steps.append(sum(stat["calls"] for name, stat in spent.items() if name.startswith(("cmdstat_h", "cmdstat_z"))))
    await looking.aclose()

    assert steps[0] == steps[1] > 20


async def test_more_departments_than_scores_have_room_for_are_refused_whole(queue: RedisQueue) -> None:
    await queue.apply(SetAgent("ann", tuple(f"d{n}" for n in range(4096)), 1, 1, "away"), 1)
    before = await queue.snapshot()

    with pytest.raises(QueueUnavailable, match="DEPARTMENTS"):
        await queue.apply(Join("c1", "one more", 1, "normal", 1), 2)

    assert await queue.snapshot() == before
    assert await queue.waiting("one more") == ()


async def test_redis_without_memory_refuses_a_command_whole(new_redis: Callable[[], RedisServer]) -> None:
    server = new_redis()
    client = RedisClient(server.url)
    queue = RedisQueue(client)
    await queue.rebuild(_line_of(4, 2), 1)
    before = await queue.snapshot()
    looking: Any = Redis.from_url(server.url, protocol=2)

    await looking.config_set("maxmemory", 1)
    with pytest.raises(QueueUnavailable, match="memory"):
        await queue.apply(Leave("h00001"), 2)
    assert await queue.snapshot() == before

    await looking.config_set("maxmemory", 0)
    assert (await queue.apply(Leave("h00001"), 2)).version == before.version + 1
    await looking.aclose()
    await client.aclose()
