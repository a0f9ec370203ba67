"""Looking into a desk's keys, and changing them, past the adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis

from queueing.redis.keys import HOME_PARTS, PARTS, home_keys_of, keys_of
from queueing.redis_adapter import RedisQueue
from tests.harness.redis import RedisServer


@asynccontextmanager
async def looking_into(server: RedisServer) -> AsyncIterator[Any]:
    """The bare driver, whose types say as little as they do in client.py."""
    looking = Redis.from_url(server.url, protocol=2)
    yield looking
    await looking.aclose()


def key_of(queue: RedisQueue, part: str) -> str:
    return dict(zip(PARTS, keys_of(desk_of(queue)), strict=True))[part]


def home_key(desk: str, part: str) -> str:
    return dict(zip(HOME_PARTS, home_keys_of(desk), strict=True))[part]


def desk_of(queue: RedisQueue) -> str:
    return queue._keys[0].split("{")[1].split("}")[0]
