"""What the servers stand on is killed, frozen and cut off under load: the desk goes on, and comes back by itself."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.faults.judge import complaints
from tests.faults.profile import FROZEN_S, LOAD, REDIS_KILLS, ROUNDS, STALLED_S
from tests.faults.storm import raging
from tests.harness.cluster import Cluster
from tests.harness.one_way import DIRECTIONS

pytestmark = pytest.mark.slow


async def test_redis_killed_with_and_without_its_data_loses_nothing_and_nobody(two_servers: Cluster) -> None:
    async with raging(two_servers, seed=11) as storm:
        for kill in range(REDIS_KILLS):
            await storm.load(storm.scene.random.randint(20, 2 * LOAD))
            await storm.kill_redis(with_data=kill % 2 == 0)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


async def test_frozen_redis_loses_nothing_and_nobody(two_servers: Cluster) -> None:
    redis = two_servers.redis
    assert redis is not None
    async with raging(two_servers, seed=12) as storm:
        await storm.load(LOAD)
        async with storm.outage("redis", "SIGSTOP of Redis", redis.freeze, redis.thaw):
            await storm.go_on_for(FROZEN_S)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


async def test_way_to_redis_stalled_one_way_loses_nothing_and_nobody(two_servers: Cluster) -> None:
    way = two_servers.way
    assert way is not None
    async with raging(two_servers, seed=13) as storm:
        for direction in DIRECTIONS:
            await storm.load(LOAD)
            what = f"{direction} of Redis stalled"
            async with storm.outage("redis", what, partial(way.stall, direction), way.flow):
                await storm.go_on_for(STALLED_S)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


async def test_killed_database_loses_nothing_that_was_acknowledged(two_servers: Cluster) -> None:
    mongo = two_servers.mongo
    assert mongo is not None
    async with raging(two_servers, seed=14) as storm:
        for _ in range(ROUNDS):
            await storm.load(LOAD)
            async with storm.outage("record", "kill -9 of the database", mongo.kill, mongo.start):
                pass
        await storm.load(LOAD)
    assert complaints(storm.history) == []


async def test_frozen_database_loses_nothing_that_was_acknowledged(two_servers: Cluster) -> None:
    mongo = two_servers.mongo
    assert mongo is not None
    async with raging(two_servers, seed=15) as storm:
        await storm.load(LOAD)
        async with storm.outage("record", "SIGSTOP of the database", mongo.freeze, mongo.thaw):
            await asyncio.sleep(FROZEN_S)  # nobody is acknowledged meanwhile
        await storm.load(LOAD)
    assert complaints(storm.history) == []
