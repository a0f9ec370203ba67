"""What the bus carries between servers of one desk, through a Redis that works."""

from __future__ import annotations

import asyncio
import json
import pickle
import uuid
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from server.sockets.bus import LocalBus
from server.sockets.bus_messages import MAX_MESSAGE_BYTES
from server.sockets.redis_bus import RedisBus
from server.sockets.rooms import Rooms
from tests.harness.redis import RedisServer
from tests.integration.bus.conftest import NewServers
from tests.integration.bus.servers import Client, Server, told_by_each_other, until

TYPING = {"chat_id": "c7", "typing": True}


async def test_every_other_server_is_woken(redis_server: RedisServer, new_servers: NewServers) -> None:
    one, two, three = await new_servers(redis_server.url, 3)

    one.bus.wake("chat", "c7", 12)

    await until(lambda: two.wakes == three.wakes == [("chat", "c7", 12)])
    await told_by_each_other([one, two, three], 1)
    assert ("chat", "c7", 12) not in one.wakes


async def test_push_reaches_everyone_in_the_rooms_once(redis_server: RedisServer, new_servers: NewServers) -> None:
    one, two, three = await new_servers(redis_server.url, 3)
    here, there = one.client("agent:a", "watch:c7"), two.client("agent:a", "watch:c7")
    elsewhere = three.client("agent:b")

    one.bus.push(["agent:a", "watch:c7"], "typing", TYPING)
    assert here.events == [["typing", TYPING]]
    one.bus.push("agent:b", "typing", TYPING)

    await until(lambda: bool(elsewhere.events and there.events))
    await told_by_each_other([one, two, three], 1)  # what was sent twice would have come by now
    assert here.events == there.events == elsewhere.events == [["typing", TYPING]]


async def test_rooms_may_be_given_one_by_one(redis_server: RedisServer, new_servers: NewServers) -> None:
    one, two = await new_servers(redis_server.url, 2)
    here, there = one.client("agent:b"), two.client("agent:b")

    one.bus.push((f"agent:{agent}" for agent in "ab"), "typing", TYPING)

    await until(lambda: here.events == there.events == [["typing", TYPING]])


async def test_another_desk_on_the_same_redis_hears_nothing(redis_server: RedisServer, new_servers: NewServers) -> None:
    ours = await new_servers(redis_server.url, 2)
    theirs = Server(redis_server.url, uuid.uuid4().hex)
    guest = theirs.client("agent:a")
    await theirs.bus.start()

    ours[0].bus.push("agent:a", "typing", TYPING)
    await told_by_each_other(ours, 1)

    assert theirs.wakes == guest.events == []
    await theirs.bus.aclose()


async def test_many_wakes_of_a_chat_become_few_and_the_last_one_arrives(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    one, two = await new_servers(redis_server.url, 2)

    for number in range(1, 101):
        for chat in range(50):
            one.bus.wake("chat", f"c{chat}", number)

    await until(lambda: {("chat", f"c{chat}", 100) for chat in range(50)} <= set(two.wakes))
    assert len(two.wakes) < 200


async def test_everything_on_the_wire_is_json(redis_server: RedisServer, new_servers: NewServers) -> None:
    server = (await new_servers(redis_server.url, 1))[0]
    async with Redis.from_url(redis_server.url) as redis, redis.pubsub() as tapped:
        await tapped.subscribe(_channel(server))
        assert await tapped.get_message(timeout=5) is not None

        server.bus.wake("chat", "c7", 12)
        server.bus.push("agent:a", "typing", TYPING)
        seen: dict[str, object] = {}
        while seen.keys() != {"emit", "wake", "ping"}:
            message = await tapped.get_message(ignore_subscribe_messages=True, timeout=5)
            assert message is not None
            told = json.loads(message["data"])
            seen[told["method"]] = told

    assert seen["wake"] == {"method": "wake", "host_id": _host(seen), "wakes": [["chat", "c7", 12]]}
    emit = {"method": "emit", "host_id": _host(seen), "event": "typing", "data": [TYPING], "room": ["agent:a"]}
    assert seen["emit"] == emit


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, sprung: Path) -> None:
        self._sprung = sprung

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._sprung,)


async def test_pickle_on_the_channel_is_not_unpickled(
    redis_server: RedisServer, new_servers: NewServers, tmp_path: Path
) -> None:
    servers = await new_servers(redis_server.url, 2)
    trap = pickle.dumps({"method": "emit", "event": Trap(tmp_path / "sprung")})

    with capture_logs() as log:
        await _say(redis_server, servers[0], trap)
        await told_by_each_other(servers, 1)

    assert not (tmp_path / "sprung").exists()
    assert [line["event"] for line in log] == ["bus_message_malformed"] * len(servers)
    pickle.loads(trap)
    assert (tmp_path / "sprung").exists(), "the trap was none"


async def test_strange_messages_are_passed_over_and_logged_once(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    server, other = await new_servers(redis_server.url, 2)
    client = server.client("agent:a")
    strange = [b"", b"{", b"[]", b'{"method": "disconnect", "sid": "sid"}', b"x" * (MAX_MESSAGE_BYTES + 1)]

    with capture_logs() as log:
        for _ in range(20):
            await _say(redis_server, server, *strange)
        await told_by_each_other([server, other], 1)

    assert client.events == []
    assert [line["event"] for line in log] == ["bus_message_malformed"] * 2


async def test_the_library_s_own_messages_that_rule_over_connections_are_not_obeyed(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    servers = await new_servers(redis_server.url, 2)
    client = servers[0].client("agent:a")
    orders = [
        {"method": "enter_room", "host_id": "x", "sid": "sid", "namespace": "/agent", "room": "agent:b"},
        {"method": "close_room", "host_id": "x", "namespace": "/agent", "room": "agent:a"},
        {"method": "disconnect", "host_id": "x", "sid": "sid", "namespace": "/agent"},
    ]

    await _say(redis_server, servers[0], *(json.dumps(order).encode() for order in orders))
    await told_by_each_other(servers, 1)

    assert client.connection.rooms == {"agent:a"}
    assert not client.connection.closed


async def test_a_listener_that_raises_keeps_no_other_from_the_news(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    one, two = await new_servers(redis_server.url, 2)
    later: list[str] = []

    def fail(kind: str, key: str, number: int) -> None:
        raise LookupError(key)

    two.bus.on_wake(fail)
    two.bus.on_wake(lambda _, key, __: later.append(key))
    with capture_logs() as log:
        for chat in ("c1", "c2", "c3"):
            one.bus.wake("chat", chat)
        await until(lambda: later == ["c1", "c2", "c3"])

    assert [line["event"] for line in log] == ["bus_listener_failed"]
    assert two.bus.is_alive


async def test_a_push_that_cannot_be_sent_still_reaches_this_server_s_clients(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    one, two = await new_servers(redis_server.url, 2)
    here, there = one.client("agent:a"), two.client("agent:a")

    with capture_logs() as log:
        one.bus.push("agent:a", "typing", "x" * MAX_MESSAGE_BYTES)
        await told_by_each_other([one, two], 1)

    assert len(here.events) == 1
    assert there.events == []
    assert [line["event"] for line in log] == ["bus_push_refused"]


async def test_what_was_told_last_leaves_before_the_end(redis_server: RedisServer, new_servers: NewServers) -> None:
    one, two = await new_servers(redis_server.url, 2)

    for chat in range(500):
        one.bus.wake("chat", f"c{chat}", 1)
    await one.bus.aclose()

    await until(lambda: len(two.wakes) == 500)
    one.bus.wake("chat", "after the end", 1)
    one.bus.push("agent:a", "typing", TYPING)
    assert not one.bus.is_alive


async def test_a_server_holds_two_connections_and_none_after_its_end(
    redis_server: RedisServer, new_servers: NewServers
) -> None:
    async with Redis.from_url(redis_server.url) as redis:
        before = await _connections(redis)
        servers = await new_servers(redis_server.url, 2)
        await told_by_each_other(servers, 1)
        assert await _connections(redis) - before == 4

        await asyncio.gather(*(server.bus.aclose() for server in servers))

        async with asyncio.timeout(5):
            while await _connections(redis) != before:  # Redis learns of an end when it reads
                pass


@pytest.mark.parametrize("url", ["http://host", "host:6379", "redis://host:port", "redis+sentinel://one:port/desk"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"scheme|port|Port"):
        RedisBus(Rooms(), url)


async def test_one_server_alone_has_its_rooms_and_is_always_alive() -> None:
    rooms = Rooms()
    bus = LocalBus(rooms)
    client = Client("/visitor")
    rooms.join(client.connection, "visitor:7")
    await bus.start()

    bus.wake("chat", "c7", 12)
    bus.push("visitor:7", "typing", TYPING)

    assert client.events == [["typing", TYPING]]
    assert bus.is_alive
    await bus.aclose()


def _channel(server: Server) -> str:
    return server.bus._channel


def _host(seen: dict[str, object]) -> object:
    ping = seen["ping"]
    assert isinstance(ping, dict)
    return ping["host_id"]


async def _say(redis_server: RedisServer, server: Server, *messages: bytes) -> None:
    async with Redis.from_url(redis_server.url) as redis:
        for message in messages:
            await redis.publish(_channel(server), message)


async def _connections(redis: Redis) -> int:
    clients = await redis.client_list()
    return len(clients)
