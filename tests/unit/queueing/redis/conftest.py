"""A queue in the run's Redis, empty and of this test alone."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest

from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import Snapshot
from tests.harness.redis import RedisServer


@pytest.fixture
async def client(redis_server: RedisServer) -> AsyncIterator[RedisClient]:
    client = RedisClient(redis_server.url)
    yield client
    await client.aclose()


@pytest.fixture
async def queue(client: RedisClient) -> RedisQueue:
    """Its `Settle` is command 0, so that the test's first is command 1."""
    queue = RedisQueue(client, desk=uuid.uuid4().hex)
    await queue.rebuild(Snapshot(version=-1), 0)
    return queue
