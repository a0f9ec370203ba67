"""Whatever SEMAFOR_REDIS_URL may be, the bus goes there: passwords, a socket file, TLS, through sentinels."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from tests.harness.redis import RedisServer, Sentinel
from tests.integration.bus.conftest import NewServers
from tests.integration.bus.road import road_to
from tests.integration.bus.servers import BACK_WITHIN_S, Server, all_alive, told_by_each_other, until
from tests.integration.mail.smtp_servers import make_certificate

PASSWORD = "s@crt/:?#"
QUOTED = quote(PASSWORD, safe="")
NOBODY = "127.0.0.1:1"
"""A sentinel that is not there, and is asked first."""

Launch = Callable[[RedisServer], RedisServer]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts a server, and kills it at the end of the test."""
    launched: list[RedisServer] = []

    def start(server: RedisServer) -> RedisServer:
        launched.append(server)
        server.start()
        return server

    yield start
    for server in launched:
        server.kill()


async def test_socket_file_and_password(launch: Launch, tmp_path: Path, new_servers: NewServers) -> None:
    at = tmp_path / "redis.sock"
    redis = launch(RedisServer(tmp_path / "data", options=("--unixsocket", str(at))))
    async with Redis.from_url(redis.url) as admin:
        await admin.config_set("requirepass", PASSWORD)

    servers = await new_servers(f"unix://:{QUOTED}@{at}", 1)
    servers += await new_servers(f"redis://:{QUOTED}@127.0.0.1:{redis.port}/0", 1)
    await told_by_each_other(servers, 1)


async def test_tls_is_spoken_and_a_certificate_of_nobody_refused(
    redis_server: RedisServer, tmp_path: Path, new_servers: NewServers
) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    async with road_to(redis_server.port, context) as road:
        secured = f"rediss://localhost:{road.port}/0"
        servers = await new_servers(f"{secured}?ssl_ca_certs={quote(str(certificate))}", 2)
        await told_by_each_other(servers, 1)

        trusting_nobody = Server(secured, "desk")
        with capture_logs() as log:
            await trusting_nobody.bus.start()
        assert not trusting_nobody.bus.is_alive
        assert [line["event"] for line in log] == ["bus_silent"]
        await asyncio.gather(*(server.bus.aclose() for server in (*servers, trusting_nobody)))


@pytest.mark.slow
async def test_sentinels_lead_to_the_master_also_after_it_moved(
    launch: Launch, tmp_path: Path, new_servers: NewServers
) -> None:
    first, second = launch(RedisServer(tmp_path / "first")), launch(RedisServer(tmp_path / "second"))
    async with Redis.from_url(second.url) as replica, Redis.from_url(first.url) as master:
        await replica.replicaof("127.0.0.1", str(first.port))
        await _once(lambda: master.info("replication"), lambda told: told["connected_slaves"] == 1)
        sentinel = launch(Sentinel(tmp_path / "sentinel", "desk", first))
        servers = await new_servers(f"redis+sentinel://{NOBODY},127.0.0.1:{sentinel.port}/desk", 2)
        assert await _subscribers(master, servers) == 2

        async with Redis.from_url(f"redis://127.0.0.1:{sentinel.port}") as watch:
            await _once(lambda: watch.sentinel_failover("desk"), bool)
        await _once(lambda: _subscribers(replica, servers), lambda count: count == 2)

    await until(all_alive(servers), BACK_WITHIN_S)
    await told_by_each_other(servers, 1)


async def _subscribers(redis: Redis, servers: list[Server]) -> int:
    (counted,) = await redis.pubsub_numsub(servers[0].bus._channel)
    return int(counted[1])


async def _once(ask: Callable[[], Awaitable[Any]], condition: Callable[[Any], bool]) -> None:
    """Asked again until it is: a sentinel refuses before it knows the replica well, a new master ends connections."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(RedisError):
                if condition(await ask()):
                    return
