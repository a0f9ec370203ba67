"""After an erasure not one byte of what a person left is anywhere: proved with a canary in every field."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, SUPPORT, NewDesk, People
from tests.harness.mongo import MongoDatabases, mongo_databases, mongo_server
from tests.harness.redis import RedisServer
from tests.integration.mail.letters import free_port, mail_settings
from tests.integration.privacy.canaries import ADDRESS, CANARIES, live
from tests.integration.privacy.every_byte import found, places

__all__ = ["mongo_databases", "mongo_server"]
NEVER_KEPT = {"canarypreviewzq", "canaryreferrerzq", "canaryagentzq"}
"""What a person sends that is kept nowhere in the first place."""
WITHIN_S = 20.0


@pytest.mark.embedded("looks at the files of the data folder")
async def test_no_byte_of_an_erased_person_is_left_in_the_data_folder(new_desk: NewDesk, people: People) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port))
    await live(desk, people, port)
    await _settled(lambda: {name for _, name in found(CANARIES, places(desk, None, None, None))})
    watching = await people.agent(desk)

    said = await asyncio.to_thread(desk.cli, "erase", ADDRESS)

    assert "2 conversations" in said
    # The chat that went on is taken from its agent, whose slot is free again.
    await watching.wait("team", lambda told: told["agent"]["id"] == watching.id and told["load"] == 0)
    assert found(CANARIES, places(desk, None, None, None)) == []
    desk.stop()
    assert found(CANARIES, places(desk, None, None, None)) == []
    assert "Nobody" in desk.cli("erase", "--replay")


@pytest.mark.slow
@pytest.mark.embedded("starts MongoDB and Redis of its own")
async def test_no_byte_of_an_erased_person_is_left_in_mongodb_and_redis(
    people: People,
    mongo_databases: MongoDatabases,
    new_desk: NewDesk,
    new_redis: Callable[[], RedisServer],
) -> None:
    port, redis = free_port(), new_redis()
    engines = {"SEMAFOR_MONGO_URL": mongo_databases.named("canaries").url, "SEMAFOR_REDIS_URL": redis.url}
    desk: Desk = new_desk(settings={**mail_settings(port), **engines}, start=False)
    await asyncio.to_thread(desk.people, [SUPPORT], [ADA])
    desk.start()

    def everywhere() -> list[tuple[str, str]]:
        return found(CANARIES, places(desk, engines["SEMAFOR_MONGO_URL"], redis.port, redis._folder))

    await live(desk, people, port)
    await _settled(lambda: {name for _, name in everywhere()})
    assert not [place for place, _ in everywhere() if place.startswith(("redis", "log"))]

    await asyncio.to_thread(desk.cli, "erase", ADDRESS)

    assert everywhere() == []


async def _settled(seen: Callable[[], set[str]]) -> None:
    """Every canary that is kept has come where it is kept; mails are read and written by themselves."""
    missing = set(CANARIES) - NEVER_KEPT
    until_s = time.monotonic() + WITHIN_S
    while missing := missing - await asyncio.to_thread(seen):
        assert time.monotonic() < until_s, f"never came: {sorted(missing)}"
