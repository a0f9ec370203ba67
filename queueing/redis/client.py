"""The only file that imports redis: calls scripts, bounded in time and number, and translates every fault.

A call is sent once. The driver's own retries are off: after a time-out nobody knows whether the script ran, and a
second `take` would be answered `already_theirs`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from queueing.errors import QueueUnavailable, UnusableRedisUrl
from queueing.redis.scripts import Script

SENTINEL_PORT = 26379
DROPPED_WITHIN_S = 0.2
FAULTS = (RedisError, OSError, RuntimeError)
"""A TimeoutError is an OSError; a RuntimeError is a connection that was just being closed."""


class RedisClient:
    """Opens connections when they are needed; `aclose` ends them."""

    def __init__(self, url: str, *, timeout_s: float = 2.0, max_connections: int = 16) -> None:
        """url: redis://, rediss://, unix://, or redis+sentinel://[user:password@]host[:port],.../service[/db].

        timeout_s: of one call in all, waiting for a connection included. Raises UnusableRedisUrl.
        """
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(max_connections)
        self._calls: set[asyncio.Task[Any]] = set()
        # Never decode_responses here: options are shared with whoever is given this client's connections.
        options: dict[str, Any] = {
            "protocol": 2,
            "socket_timeout": timeout_s,
            "socket_connect_timeout": timeout_s,
            "retry": Retry(NoBackoff(), 0),
            "retry_on_error": [],
            "max_connections": max_connections,
        }
        # Any: the driver's calls are typed as answering at once or later, so no type of theirs says anything.
        self._redis: Any
        self._redis, self._sentinel = _open(url, options)

    async def call(self, script: Script, keys: Sequence[str], values: Mapping[str, str]) -> Any:
        """Run the script once. Raises QueueUnavailable; unless Redis said so itself, the script may have run.

        The driver may swallow a cancellation that meets the end of one of its waits (Python 3.11's `wait_for` does), so
        the call is a task that is left behind when its time is over, not one that is waited for until it obeys.
        """
        task = asyncio.ensure_future(self._bounded(script, (len(keys), *keys, *script.ordered(values))))
        self._calls.add(task)
        task.add_done_callback(self._ended)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._timeout_s)
        finally:
            task.cancel()
        if not done:
            raise QueueUnavailable(f"{script.name}: no answer within {self._timeout_s} s")
        try:
            return task.result()
        except FAULTS as exc:
            raise QueueUnavailable(f"{script.name}: {str(exc) or type(exc).__name__}") from exc

    async def seconds(self) -> float:
        """Redis' own clock, since 1970. Raises QueueUnavailable."""
        try:
            async with asyncio.timeout(self._timeout_s):
                seconds, micros = await self._redis.execute_command("TIME")
        except FAULTS as exc:
            raise QueueUnavailable(f"TIME: {str(exc) or type(exc).__name__}") from exc
        return int(seconds) + int(micros) / 1_000_000

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._calls.discard(task)
        if not task.cancelled():
            task.exception()  # of a call that was left behind nobody asks; the loop would complain

    async def _bounded(self, script: Script, arguments: Sequence[str | int]) -> Any:
        async with self._free:
            try:
                return await self._evaluate(script, arguments)
            except FAULTS as exc:
                if not isinstance(exc, ResponseError):
                    await self._drop_idle_connections()
                raise

    async def _evaluate(self, script: Script, arguments: Sequence[str | int]) -> Any:
        by_sha = ("EVALSHA", script.sha, *arguments)
        try:
            return await self._redis.execute_command(*by_sha)
        except NoScriptError:  # Redis has restarted and forgotten; nothing ran
            await self._redis.execute_command("SCRIPT LOAD", script.source)
            return await self._redis.execute_command(*by_sha)

    async def _drop_idle_connections(self) -> None:
        """After a fault those that lie idle are as dead as the one that met it: else each would fail a call more."""
        with contextlib.suppress(*FAULTS):
            async with asyncio.timeout(DROPPED_WITHIN_S):
                await self._redis.connection_pool.disconnect(inuse_connections=False)

    async def aclose(self) -> None:
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._redis.aclose()
        for sentinel in self._sentinel.sentinels if self._sentinel is not None else ():
            await sentinel.aclose()


def _open(url: str, options: dict[str, Any]) -> tuple[Redis, Sentinel | None]:
    try:
        parts = urlsplit(url)
        if "+cluster" in parts.scheme or "cluster" in parse_qs(parts.query, keep_blank_values=True):
            raise UnusableRedisUrl(
                "a Redis Cluster cannot be used: the queue lives on one node; give a single node or Sentinel"
            )
        if parts.scheme in ("redis+sentinel", "rediss+sentinel"):
            return _through_sentinel(parts, options)
        if parts.scheme not in ("redis", "rediss", "unix"):
            raise UnusableRedisUrl(
                f"{parts.scheme}:// is not a Redis address; use redis://, rediss:// or redis+sentinel://"
            )
        if ours := parse_qs(parts.query, keep_blank_values=True).keys() & {*options, "decode_responses", "encoding"}:
            raise UnusableRedisUrl(f"{sorted(ours)[0]} is set by Semafor itself; leave it out of the address")
        return Redis.from_url(url, **options), None
    except ValueError as exc:
        raise UnusableRedisUrl(f"not a Redis address: {exc}") from exc


def _through_sentinel(parts: SplitResult, options: dict[str, Any]) -> tuple[Redis, Sentinel]:
    """The master that the sentinels name, asked again for every new connection."""
    user, _, addresses = parts.netloc.rpartition("@")
    username, _, password = user.partition(":")
    service, _, database = parts.path.strip("/").partition("/")
    if not service or not addresses:
        raise UnusableRedisUrl("a Sentinel address names hosts and service: redis+sentinel://host:26379,host2/service")
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := given.keys() - {"sentinel_username", "sentinel_password"}:
        raise UnusableRedisUrl(f"a Sentinel address has no option {sorted(unknown)[0]}")
    secure = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_host_and_port(address) for address in addresses.split(",")],
        sentinel_kwargs={
            **options,
            **secure,
            "username": given.get("sentinel_username"),
            "password": given.get("sentinel_password"),
        },
        **options,
        **secure,
        db=int(database or 0),
        username=unquote(username) or None,
        password=unquote(password) or None,
    )
    return sentinel.master_for(service), sentinel


def _host_and_port(address: str) -> tuple[str, int]:
    parts = urlsplit(f"//{address}")
    if parts.hostname is None:
        raise UnusableRedisUrl(f"{address!r} is not a host")
    return parts.hostname, parts.port or SENTINEL_PORT
