"""A desk that ends with its test, and leaves nothing running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.harness.redis import RedisServer
from tests.integration.desk.servers import Desk


@pytest.fixture
async def desk(tmp_path: Path, redis_server: RedisServer) -> AsyncIterator[Desk]:
    """In the run's Redis, beside others; nobody works there yet."""
    before = asyncio.all_tasks()
    made = Desk(tmp_path, redis_server.url)
    yield made
    await made.aclose()
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert {task for task in left if not task.done()} == set()
