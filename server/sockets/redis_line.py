"""One subscription and one way to publish, by Socket.IO's own Redis manager; used until its first fault.

The manager hides faults: a publish is tried twice for 5 s each and then given up with a line in the log, a broken
subscription is begun anew after 1, 2, 4 ... 60 s, and what was lost in between nobody learns. Here every fault is
raised at once, and redis_bus.py throws the line away. The driver is the manager's affair; nothing here imports it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import orjson
import socketio

ANSWER_WITHIN_S = 2.0
SENTINEL_ANSWER_WITHIN_S = 0.5
"""Each is asked in turn: two that are silent leave time for the third."""
CLOSED_WITHIN_S = 1.0
SENTINEL_PORT = 26379

OPTIONS: dict[str, Any] = {
    "protocol": 2,
    "socket_timeout": ANSWER_WITHIN_S,
    "socket_connect_timeout": ANSWER_WITHIN_S,
    "max_connections": 2,
}
# Of an address, these are for the queue alone: a subscription that answers in str, or may not be opened, is none.
_NOT_FROM_THE_ADDRESS = {*OPTIONS, "decode_responses", "retry_on_timeout", "health_check_interval"}


class Line(socketio.AsyncRedisManager):  # type: ignore[misc]
    """Opens its connections when they are needed, two at most; `aclose` ends them."""

    def __init__(self, url: str, channel: str) -> None:
        """url: as SEMAFOR_REDIS_URL has it. Raises ValueError where it is no address of a Redis."""
        address, options = manager_address(url)
        super().__init__(address, channel, write_only=True, json=orjson, redis_options={**OPTIONS, **options})
        self._redis_connect()
        watching = getattr(self.redis.connection_pool, "sentinel_manager", None)
        self._sentinels: list[Any] = watching.sentinels if watching is not None else []
        for sentinel in self._sentinels:
            sentinel.get_retry().update_retries(0)  # else one that is down is asked for ten seconds

    async def publish(self, message: bytes) -> None:
        """Raises TimeoutError, or whatever the driver says; the message may have left all the same."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await self.redis.publish(self.channel, message)

    def listen(self) -> AsyncIterator[bytes]:
        """What is said on the channel, until the first fault, which is raised. Silence is none."""
        messages: AsyncIterator[bytes] = self._listen()
        return messages

    async def aclose(self) -> None:
        """Never raises; nobody may be listening any more."""
        for end in (self.pubsub, self.redis, *self._sentinels):
            # Whatever goes wrong with the end of a connection, it is one.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSED_WITHIN_S):
                    await end.aclose()

    async def _redis_listen_with_retries(self) -> AsyncIterator[dict[str, Any]]:
        """The library's, without retries."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await self.pubsub.subscribe(self.channel)
        async for message in self.pubsub.listen():
            yield message


def manager_address(url: str) -> tuple[str, dict[str, Any]]:
    """The address in the library's form, and what that form cannot say, as options of the driver.

    Sentinel, ours: redis+sentinel://[user:password@]host[:26379],host2/service[/db][?sentinel_password=...]
    the library's:  redis+sentinel://host:26379,host2:26379/db/service, with the password taken as it is written.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query)
    if not parts.scheme.endswith("+sentinel"):
        kept = [(name, value) for name, value in query if name not in _NOT_FROM_THE_ADDRESS]
        return url if kept == query else f"{url.partition('?')[0]}?{urlencode(kept)}", {}
    secure = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    user, _, addresses = parts.netloc.rpartition("@")
    username, _, password = user.partition(":")
    service, _, database = parts.path.strip("/").partition("/")
    given = dict(query)
    named = {"username": given.get("sentinel_username"), "password": given.get("sentinel_password")}
    times = {"socket_timeout": SENTINEL_ANSWER_WITHIN_S, "socket_connect_timeout": SENTINEL_ANSWER_WITHIN_S}
    options = {
        **secure,
        "username": unquote(username) or None,
        "password": unquote(password) or None,
        "sentinel_kwargs": {**OPTIONS, **times, **secure, **named},
    }
    hosts = ",".join(_with_port(address) for address in addresses.split(","))
    return f"redis+sentinel://{hosts}/{int(database or 0)}/{service}", options


def _with_port(address: str) -> str:
    parts = urlsplit(f"//{address}")
    return f"{parts.hostname}:{parts.port or SENTINEL_PORT}"
