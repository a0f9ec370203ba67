"""Desks that end with their test, and leave nothing running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from server.services.routing import membership
from tests.harness.redis import RedisServer
from tests.integration.desk.servers import Desk


@pytest.fixture
async def desk(tmp_path: Path, redis_server: RedisServer) -> AsyncIterator[Desk]:
    """In the run's Redis, beside others; nobody works there yet."""
    async with Desk(tmp_path, redis_server.url) as made:
        yield made


@pytest.fixture
def redis(new_redis: Callable[[], RedisServer]) -> RedisServer:
    """Of this test alone."""
    return new_redis()


@pytest.fixture
async def lonely_desk(tmp_path: Path, redis: RedisServer) -> AsyncIterator[Desk]:
    """In the Redis of this test, which may be emptied, frozen and killed."""
    async with Desk(tmp_path, redis.url) as made:
        yield made


@pytest.fixture(autouse=True)
def _compared_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "LOOK_TWICE_S", 0.1)
