"""Which addresses the queue can live at; a Sentinel's master is found through the sentinels."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from queueing.errors import QueueUnavailable, UnusableRedisUrl
from queueing.model import Applied
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import Snapshot
from tests.harness.redis import RedisServer, Sentinel


@pytest.mark.parametrize(
    "url",
    ["redis+cluster://host:7000", "rediss+cluster://host", "redis://host:7000?cluster=true", "redis+cluster://a,b"],
)
def test_cluster_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(UnusableRedisUrl, match="Cluster cannot be used"):
        RedisClient(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "host:6379",
        "redis://:hush@host:port",
        "redis+sentinel://:hush@host",
        "redis+sentinel:///desk",
        "redis+sentinel://:hush@host/desk/many",
        "redis+sentinel://:hush@host:port/desk",
        "redis+sentinel://host/desk?speed=9",
    ],
)
def test_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UnusableRedisUrl) as refused:
        RedisClient(url)
    assert "hush" not in str(refused.value)


async def test_nobody_at_the_address_is_reported_without_the_password() -> None:
    client = RedisClient("redis://:hush@127.0.0.1:1/0")
    with pytest.raises(QueueUnavailable) as unavailable:
        await RedisQueue(client).adopt()
    await client.aclose()
    assert "hush" not in str(unavailable.value)


async def test_master_is_found_through_the_sentinels(new_redis: Callable[[], RedisServer], tmp_path: Path) -> None:
    sentinel = Sentinel(tmp_path / "sentinel", "desk", new_redis())
    sentinel.start()
    client = RedisClient(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel.port}/desk/0")
    queue = RedisQueue(client, desk=uuid.uuid4().hex)

    assert await queue.rebuild(Snapshot(0), 0) == Applied(1, ())

    await client.aclose()
    sentinel.kill()


async def test_no_sentinel_at_the_address_is_reported() -> None:
    client = RedisClient("redis+sentinel://127.0.0.1:1/desk")
    with pytest.raises(QueueUnavailable):
        await RedisQueue(client).adopt()
    await client.aclose()


@pytest.mark.parametrize("option", ["decode_responses=true", "socket_timeout=60", "max_connections=1"])
def test_an_address_cannot_change_what_the_queue_rests_on(option: str) -> None:
    with pytest.raises(UnusableRedisUrl, match=f"{option.partition('=')[0]} is set by Semafor itself"):
        RedisClient(f"redis://127.0.0.1:6379/0?{option}")
