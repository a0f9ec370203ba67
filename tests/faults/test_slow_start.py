"""A server that starts while its database gives no answers waits for it, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, SUPPORT
from tests.harness.mongo import MongoDatabases
from tests.harness.people import VisitorClient
from tests.harness.redis import RedisServer
from tests.harness.tcp_cut import Way, way_to

LATE = b"departments"
"""In a question that a server asks after it has opened the record."""
SAID_WITHIN_S = 25.0
"""The driver itself tries for 8 s."""


@pytest.fixture
async def way(mongo_server: str) -> AsyncIterator[Way]:
    async with way_to(urlsplit(mongo_server).port or 27017) as way:
        yield way


async def _until_it_waits(desk: Desk) -> None:
    async with asyncio.timeout(SAID_WITHIN_S):
        while "start_waits_for_record" not in desk.stderr():  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_server_that_starts_while_the_database_is_away_serves_when_it_is_back(
    mongo_databases: MongoDatabases, way: Way, redis_server: RedisServer, tmp_path: Path
) -> None:
    name = urlsplit(mongo_databases.named("slow_start").url).path
    url = f"mongodb://127.0.0.1:{way.port}{name}?directConnection=true"
    desk = Desk(tmp_path / "desk", {"SEMAFOR_MONGO_URL": url, "SEMAFOR_REDIS_URL": redis_server.url})
    await asyncio.to_thread(desk.people, (SUPPORT,), (ADA,))
    try:
        way.cut_answers_to(LATE, times=10**6)
        starting = asyncio.create_task(asyncio.to_thread(desk.start))
        await _until_it_waits(desk)
        way.cut_answers_to(LATE, times=0)
        await starting
        async with await VisitorClient.arrive(desk.url) as visitor:
            await visitor.start("Is anybody there?")
        await asyncio.to_thread(desk.stop)
    finally:
        desk.kill()
    assert '"what":"departments and accounts"' in desk.stderr()
    assert "Traceback" not in desk.stderr()
