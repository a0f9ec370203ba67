"""Who lives where: people in several homes, homes that die, and as little on the line as there is to say."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from queueing.errors import QueueUnavailable
from queueing.homes import HOME_FORGOTTEN_S, HOME_LIVES_S, Home, Roll
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisHomes, RedisQueue
from queueing.states import Snapshot
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.looking import home_key, looking_into


@pytest.fixture
def desk() -> str:
    return uuid.uuid4().hex


@pytest.fixture
async def looking(redis_server: RedisServer) -> AsyncIterator[Any]:
    async with looking_into(redis_server) as driver:
        yield driver


def _by_process(roll: Roll) -> dict[str, Home]:
    return {home.process: home for home in roll.homes}


async def _last_beat(looking: Any, desk: str, process: str, seconds_ago: float) -> None:
    """As if the home had not beaten since."""
    seconds, micros = await looking.time()
    record = json.loads(await looking.hget(home_key(desk, "homes"), process))
    record["at_ms"] = int(seconds * 1000 + micros // 1000 - seconds_ago * 1000)
    await looking.hset(home_key(desk, "homes"), process, json.dumps(record))


async def test_agent_with_connections_in_two_homes_is_in_both(client: RedisClient, desk: str) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", ["ann", "bob"], ["c1"])

    roll = await two.beat("p2", ["ann"], ["c2", "c3"])

    homes = _by_process(roll)
    assert [home.process for home in roll.homes] == ["p1", "p2"]
    assert homes["p1"].agents & homes["p2"].agents == {"ann"}
    assert homes["p2"].visitors == {"c2", "c3"}
    assert all(home.is_alive for home in roll.homes)
    assert roll.leader == "p1"
    assert (await one.beat("p1", [], ["c1"])).homes[1].agents == {"ann"}
    assert (await two.beat("p2", ["ann"], [])).homes[0].agents == frozenset()


async def test_what_a_home_says_anew_replaces_what_it_said_even_after_a_restart(client: RedisClient, desk: str) -> None:
    watching = RedisHomes(client, desk)
    for agents in (["ann"], ["bob"], ["ann"]):
        await RedisHomes(client, desk).beat("p1", agents, [])
        assert _by_process(await watching.beat("p2", [], []))["p1"].agents == set(agents)


async def test_dead_home_leads_no_more_and_is_told_with_its_people(
    client: RedisClient, desk: str, looking: Any
) -> None:
    one, two, three = (RedisHomes(client, desk) for _ in range(3))
    await one.beat("p1", ["ann"], ["c1"])
    await two.beat("p2", [], [])
    await _last_beat(looking, desk, "p1", HOME_LIVES_S + 1)

    roll = await two.beat("p2", [], [])

    dead = _by_process(roll)["p1"]
    assert not dead.is_alive
    assert dead.age_s >= HOME_LIVES_S + 1
    assert dead.agents == {"ann"}
    assert dead.visitors == {"c1"}
    assert roll.leader == "p2"
    assert (await three.beat("p3", [], [])).leader == "p2"
    assert (await one.beat("p1", ["ann"], ["c1"])).leader == "p2"


@pytest.mark.slow
async def test_home_that_does_not_beat_dies_by_the_clock_of_redis(client: RedisClient, desk: str) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", ["ann"], [])
    ages = []
    async with asyncio.timeout(HOME_LIVES_S + 5):
        while True:
            roll = await two.beat("p2", [], [])
            ages.append(_by_process(roll)["p1"].age_s)
            if not _by_process(roll)["p1"].is_alive:
                break
            assert roll.leader == "p1"
            await asyncio.sleep(0.1)  # the beat itself is what tells; nothing else announces a death

    assert roll.leader == "p2"
    assert ages == sorted(ages)
    assert ages[-2] < HOME_LIVES_S <= ages[-1]


async def test_home_that_died_long_ago_is_forgotten(client: RedisClient, desk: str, looking: Any) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", ["ann"], [])
    await _last_beat(looking, desk, "p1", HOME_FORGOTTEN_S + 1)

    assert list(_by_process(await two.beat("p2", [], []))) == ["p2"]

    assert await looking.hkeys(home_key(desk, "homes")) == await looking.hkeys(home_key(desk, "bodies")) == [b"p2"]
    assert list(_by_process(await one.beat("p1", ["ann"], []))) == ["p1", "p2"]


async def test_home_that_leaves_is_gone_at_once_and_another_leads(client: RedisClient, desk: str) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", ["ann"], [])
    assert (await two.beat("p2", [], [])).leader == "p1"

    await one.leave("p1")
    roll = await two.beat("p2", [], [])

    assert list(_by_process(roll)) == ["p2"]
    assert roll.leader == "p2"

    await RedisHomes(client, desk).leave("p1")
    assert (await one.beat("p1", [], [])).leader == "p2"


async def test_clock_that_was_set_back_does_not_keep_the_dead_alive(
    client: RedisClient, desk: str, looking: Any
) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", [], [])
    await _last_beat(looking, desk, "p1", -3600)

    assert _by_process(await two.beat("p2", [], []))["p1"].age_s == 0

    seconds, _ = await looking.time()
    assert json.loads(await looking.hget(home_key(desk, "homes"), "p1"))["at_ms"] < (seconds + 2) * 1000


async def test_rebuild_of_the_queue_moves_nobody_out(client: RedisClient, desk: str) -> None:
    one, two = RedisHomes(client, desk), RedisHomes(client, desk)
    await one.beat("p1", ["ann"], [])

    await RedisQueue(client, desk=desk).rebuild(Snapshot(0), 1)

    roll = await two.beat("p2", [], [])
    assert _by_process(roll)["p1"].agents == {"ann"}
    assert roll.leader == "p1"


async def test_redis_back_empty_is_told_again_who_is_there(new_redis: Callable[[], RedisServer]) -> None:
    server = new_redis()
    client = RedisClient(server.url)
    one, two = RedisHomes(client), RedisHomes(client)
    for _ in range(2):
        await one.beat("p1", ["ann"], ["c1"])
        await two.beat("p2", ["bob"], [])
    server.kill()
    server.forget()
    with pytest.raises(QueueUnavailable):
        await one.beat("p1", ["ann"], ["c1"])
    server.start()

    roll = await two.beat("p2", ["bob"], [])
    assert (list(_by_process(roll)), roll.leader, roll.begins) == (["p2"], "p2", True)
    await one.beat("p1", ["ann"], ["c1"])

    homes = _by_process(await two.beat("p2", ["bob"], []))
    assert homes["p1"].agents == {"ann"}
    assert homes["p1"].visitors == {"c1"}
    assert homes["p2"].agents == {"bob"}
    await client.aclose()


async def test_who_is_there_travels_only_when_it_has_changed(client: RedisClient, desk: str, looking: Any) -> None:
    """Three homes of 300 visitors each: a beat takes some 400 bytes there and 250 back, the body of a home 10 kB."""
    homes = {f"p{n}": RedisHomes(client, desk) for n in range(3)}
    visitors = {process: [f"{process} visitor {n:020}" for n in range(300)] for process in homes}

    async def bytes_so_far() -> tuple[int, int]:
        stats = await looking.info("stats")
        return stats["total_net_input_bytes"], stats["total_net_output_bytes"]

    async def everybody_beats() -> tuple[int, int]:
        """Bytes that Redis received and sent."""
        one, two = await bytes_so_far(), await bytes_so_far()
        for process, home in homes.items():
            roll = await home.beat(process, [], visitors[process])
            assert all(known.visitors == set(visitors[known.process]) for known in roll.homes)
        end = await bytes_so_far()
        return end[0] - two[0] - (two[0] - one[0]), end[1] - two[1] - (two[1] - one[1])

    for _ in range(2):
        await everybody_beats()

    quiet = await everybody_beats()
    visitors["p0"].pop()
    changed = await everybody_beats()

    assert max(quiet) < 3_000
    assert 10_000 < changed[0] < 20_000
    assert 20_000 < changed[1] < 30_000
