"""What every adapter of the homes does alike, for a process that is alone."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest

from queueing.homes import Home, Roll
from queueing.local import LocalHomes
from queueing.port import Homes
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisHomes
from tests.harness.redis import RedisServer


@pytest.fixture(params=["local", "redis"])
async def homes(request: pytest.FixtureRequest) -> AsyncIterator[Homes]:
    if request.param == "local":
        yield LocalHomes()
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    client = RedisClient(server.url)
    yield RedisHomes(client, desk=uuid.uuid4().hex)
    await client.aclose()


async def test_process_that_is_alone_leads_and_is_as_young_as_can_be(homes: Homes) -> None:
    roll = await homes.beat("p1", ["ann", "bob", "ann"], {"c1"})

    assert roll == Roll((Home("p1", 0.0, frozenset({"ann", "bob"}), frozenset({"c1"})),), leader="p1", begins=True)
    assert roll.homes[0].is_alive


async def test_each_beat_says_who_is_there_now(homes: Homes) -> None:
    for agents, visitors in ((["ann"], ["c1"]), (["ann"], ["c1"]), ([], ["c1", "c2"]), ([], [])):
        (home,) = (await homes.beat("p1", agents, visitors)).homes
        assert (home.agents, home.visitors) == (frozenset(agents), frozenset(visitors))


async def test_roll_begins_with_the_first_beat_only(homes: Homes) -> None:
    rolls = [await homes.beat("p1", agents, []) for agents in ([], [], ["ann"], ["ann"])]

    assert [roll.begins for roll in rolls] == [True, False, False, False]


async def test_process_that_left_may_come_back(homes: Homes) -> None:
    await homes.beat("p1", ["ann"], [])
    await homes.leave("p1")
    await homes.leave("p1")

    roll = await homes.beat("p1", ["ann"], [])

    assert roll == Roll((Home("p1", 0.0, frozenset({"ann"}), frozenset()),), leader="p1", begins=True)
