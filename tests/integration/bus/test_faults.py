"""Redis frozen, killed, empty, or out of reach one way: the bus says so, waits for nobody, and is back soon after."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from server.sockets.bus_messages import MAX_WAITING_WAKES
from server.sockets.redis_line import Line
from tests.harness.redis import RedisServer
from tests.integration.bus.conftest import NewServers
from tests.integration.bus.road import Road, Stalled, road_to
from tests.integration.bus.servers import (
    BACK_WITHIN_S,
    NOTICED_WITHIN_S,
    Server,
    all_alive,
    bus_tasks,
    none_alive,
    open_files,
    told_by_each_other,
    until,
)

NewRedis = Callable[[], RedisServer]
TYPING = {"chat_id": "c7", "typing": True}


@pytest.fixture
async def road(redis_server: RedisServer) -> AsyncIterator[Road]:
    async with road_to(redis_server.port) as road:
        yield road


async def test_frozen_redis_is_noticed_and_what_was_told_meanwhile_arrives(
    new_redis: NewRedis, new_servers: NewServers
) -> None:
    redis = new_redis()
    servers = await new_servers(redis.url, 3)

    with capture_logs() as log:
        redis.freeze()
        await until(none_alive(servers), NOTICED_WITHIN_S)
        servers[0].bus.wake("chat", "c7", 11)
        servers[0].bus.wake("chat", "c7", 12)
        redis.thaw()
        await until(all_alive(servers), BACK_WITHIN_S)
        await until(lambda: ("chat", "c7", 12) in servers[1].wakes and ("chat", "c7", 12) in servers[2].wakes)

    assert ("chat", "c7", 11) not in servers[1].wakes
    assert _said(log) == ["bus_silent"] * 3 + ["bus_back"] * 3
    await told_by_each_other(servers, 1)


@pytest.mark.parametrize("forgetful", [False, True])
async def test_killed_redis_comes_back_with_its_data_or_empty(
    new_redis: NewRedis, new_servers: NewServers, *, forgetful: bool
) -> None:
    redis = new_redis()
    servers = await new_servers(redis.url, 3)

    with capture_logs() as log:
        redis.kill()
        await until(none_alive(servers), 1)
        servers[0].bus.wake("chat", "c7", 12)
        if forgetful:
            redis.forget()
        redis.start()
        await until(all_alive(servers), BACK_WITHIN_S)

    await until(lambda: set(servers[1].wakes) == set(servers[2].wakes) == {("chat", "c7", 12)})
    assert _said(log) == ["bus_silent"] * 3 + ["bus_back"] * 3
    await told_by_each_other(servers, 1)


@pytest.mark.parametrize("way", ["requests", "answers", "subscriptions"])
async def test_one_way_that_stalls_is_noticed_and_over_when_it_moves(
    way: Stalled, road: Road, redis_server: RedisServer, new_servers: NewServers
) -> None:
    behind = (await new_servers(f"redis://127.0.0.1:{road.port}/0", 1))[0]
    beside = (await new_servers(redis_server.url, 1))[0]

    road.stall(way)
    await until(lambda: not behind.bus.is_alive, NOTICED_WITHIN_S)
    assert beside.bus.is_alive
    behind.bus.wake("chat", "c7", 12)
    road.resume()

    await until(lambda: behind.bus.is_alive, BACK_WITHIN_S)
    await until(lambda: ("chat", "c7", 12) in beside.wakes)
    await told_by_each_other([behind, beside], 1)


async def test_subscription_that_silently_died_is_replaced(
    road: Road, redis_server: RedisServer, new_servers: NewServers
) -> None:
    deaf = (await new_servers(f"redis://127.0.0.1:{road.port}/0", 1))[0]
    other = (await new_servers(redis_server.url, 1))[0]

    road.deaden_subscriptions()
    deaf.bus.wake("chat", "c7", 12)
    await until(lambda: ("chat", "c7", 12) in other.wakes)  # its other connection is as good as ever

    await until(lambda: not deaf.bus.is_alive, NOTICED_WITHIN_S)
    await until(lambda: deaf.bus.is_alive, BACK_WITHIN_S)
    await told_by_each_other([deaf, other], 1)


async def test_subscription_that_redis_ends_is_replaced_at_once(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    servers = await new_servers(redis_server.url, 2)
    with capture_logs() as log:
        async with Redis.from_url(redis_server.url) as redis:
            await redis.client_kill_filter(_type="pubsub")
        await until(lambda: _said(log).count("bus_back") == 2, BACK_WITHIN_S)

    await told_by_each_other(servers, 1)


async def test_way_out_that_redis_ends_loses_nothing(redis_server: RedisServer, new_servers: NewServers) -> None:
    servers = await new_servers(redis_server.url, 2)
    async with Redis.from_url(redis_server.url) as redis:
        await redis.client_kill_filter(_type="normal", skipme=True)

    await told_by_each_other(servers, 1)


async def test_who_is_back_later_still_hears_what_was_told_early(
    road: Road, redis_server: RedisServer, new_servers: NewServers
) -> None:
    early = (await new_servers(redis_server.url, 1))[0]
    late = (await new_servers(f"redis://127.0.0.1:{road.port}/0", 1))[0]
    road.stall("requests")
    async with Redis.from_url(redis_server.url) as redis:
        await redis.client_kill_filter(_type="pubsub")
    with capture_logs() as log:
        await until(lambda: "bus_back" in _said(log))

    early.bus.wake("chat", "c7", 12)
    await until(lambda: not early.bus._outgoing)
    road.resume()

    await until(lambda: ("chat", "c7", 12) in late.wakes)


async def test_pushes_of_a_bad_time_are_not_sent_later(new_redis: NewRedis, new_servers: NewServers) -> None:
    redis = new_redis()
    one, two = await new_servers(redis.url, 2)
    here, there = one.client("agent:a"), two.client("agent:a")

    redis.freeze()
    await until(none_alive([one, two]), NOTICED_WITHIN_S)
    one.bus.push("agent:a", "typing", TYPING)
    assert here.events == [["typing", TYPING]]
    redis.thaw()
    await until(all_alive([one, two]), BACK_WITHIN_S)

    await told_by_each_other([one, two], 1)
    assert there.events == []


async def test_nobody_who_tells_something_waits_for_redis(new_redis: NewRedis, new_servers: NewServers) -> None:
    redis = new_redis()
    server = (await new_servers(redis.url, 1))[0]
    redis.freeze()

    slowest_s = 0.0
    for number in range(20_000):
        began_s = time.perf_counter()
        server.bus.wake("chat", f"c{number}", number)
        server.bus.push("agent:a", "typing", TYPING)
        slowest_s = max(slowest_s, time.perf_counter() - began_s)

    assert slowest_s < 0.1
    assert len(server.bus._outgoing) <= MAX_WAITING_WAKES
    redis.thaw()


async def test_server_starts_without_redis_and_speaks_when_it_comes(
    new_redis: NewRedis, new_servers: NewServers
) -> None:
    redis = new_redis()
    redis.kill()
    early = Server(redis.url, "desk")
    began_s = time.monotonic()
    await early.bus.start()
    assert time.monotonic() - began_s < 3
    assert not early.bus.is_alive

    early.bus.wake("chat", "c7", 12)
    redis.start()
    await until(lambda: early.bus.is_alive, BACK_WITHIN_S)

    late = Server(redis.url, "desk")
    await late.bus.start()
    await told_by_each_other([early, late], 1)
    await asyncio.gather(early.bus.aclose(), late.bus.aclose())


async def test_end_is_quick_while_redis_is_frozen(new_redis: NewRedis, new_servers: NewServers) -> None:
    redis = new_redis()
    servers = await new_servers(redis.url, 2)
    before = open_files()
    redis.freeze()
    servers[0].bus.wake("chat", "c7", 12)

    began_s = time.monotonic()
    await asyncio.gather(*(server.bus.aclose() for server in servers))

    assert time.monotonic() - began_s < 3
    assert bus_tasks() == 0
    await until(lambda: open_files() == before - 4)
    redis.thaw()


@pytest.mark.slow
async def test_thirty_frozen_seconds_leave_no_trace(new_redis: NewRedis, new_servers: NewServers) -> None:
    redis = new_redis()
    servers = await new_servers(redis.url, 3)
    tasks, files = bus_tasks(), open_files()

    with capture_logs() as log, contextlib.suppress(TimeoutError):
        redis.freeze()
        async with asyncio.timeout(30):
            await _chatter(servers)
    assert none_alive(servers)()
    redis.thaw()
    back_s = await until(all_alive(servers), BACK_WITHIN_S)

    await told_by_each_other(servers, 1)
    assert back_s < BACK_WITHIN_S
    assert _said(log) == ["bus_silent"] * 3
    _assert_as_before(servers, tasks, files)


@pytest.mark.slow
async def test_twenty_kills_under_load_leave_no_trace(new_redis: NewRedis, new_servers: NewServers) -> None:
    redis = new_redis()
    servers = await new_servers(redis.url, 3)
    tasks, files = bus_tasks(), open_files()

    for kill in range(20):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await _chatter(servers)
        redis.kill()
        if kill % 2:
            redis.forget()
        await until(none_alive(servers), 1)
        redis.start()
        await until(all_alive(servers), BACK_WITHIN_S)
        await told_by_each_other(servers, kill)

    _assert_as_before(servers, tasks, files)


async def _chatter(servers: list[Server]) -> None:
    """As on a busy desk, until cancelled."""
    number = 0
    while True:
        for server in servers:
            number += 1
            server.bus.wake("chat", f"c{number % 500}", number)
            server.bus.push("agent:a", "typing", TYPING)
        await asyncio.sleep(0.001)


def _assert_as_before(servers: list[Server], tasks: int, files: int) -> None:
    gc.collect()
    assert sum(isinstance(known, Line) for known in gc.get_objects()) <= len(servers)
    assert bus_tasks() == tasks
    assert open_files() <= files + 1
    assert all(len(server.bus._outgoing) == 0 and len(server.bus._pings) <= 1 for server in servers)


def _said(log: object) -> list[str]:
    assert isinstance(log, list)
    return [line["event"] for line in log]
