"""Servers that end with their test, and leave nothing running."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.integration.bus.servers import Server, all_alive, bus_tasks, until

NewServers = Callable[[str, int], Awaitable[list[Server]]]


@pytest.fixture
async def new_servers() -> AsyncIterator[NewServers]:
    """Servers of a desk of this test alone that hear each other, through the Redis at the address."""
    made: list[Server] = []
    desk = uuid.uuid4().hex

    async def start(url: str, count: int) -> list[Server]:
        servers = [Server(url, desk) for _ in range(count)]
        made.extend(servers)
        await asyncio.gather(*(server.bus.start() for server in servers))
        await until(all_alive(servers))
        return servers

    yield start
    await asyncio.gather(*(server.bus.aclose() for server in made))
    assert bus_tasks() == 0
