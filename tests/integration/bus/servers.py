"""Servers of one desk as their bus sees them: rooms with connections in them, and what they were woken for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from server.sockets.redis_bus import RedisBus
from server.sockets.rooms import Connection, Rooms
from server.sockets.straight import QueueOutlet

BACK_WITHIN_S = 3.0
"""After the end of any fault."""
NOTICED_WITHIN_S = 4.0
"""3 s without a ping, and a second for a machine that is busy with other tests."""


class Client:
    """Somebody in a room; `events` are those they were sent."""

    def __init__(self, namespace: str) -> None:
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self.connection = Connection("sid", "eio", namespace, "127.0.0.1", QueueOutlet(self._queue), lambda _: None)
        self.connection.greet("hello", {})
        self._queue.get_nowait()
        self._prefix = f"2{namespace},"
        self._events: list[Any] = []

    @property
    def events(self) -> list[Any]:
        while not self._queue.empty():
            self._events.append(orjson.loads(self._queue.get_nowait().data.removeprefix(self._prefix)))
        return self._events


class Server:
    def __init__(self, url: str, desk: str) -> None:
        self.rooms = Rooms()
        self.bus = RedisBus(self.rooms, url, desk)
        self.wakes: list[tuple[str, str, int]] = []
        self.bus.on_wake(lambda kind, key, number: self.wakes.append((kind, key, number)))

    def client(self, *rooms: str, namespace: str = "/agent") -> Client:
        client = Client(namespace)
        for room in rooms:
            self.rooms.join(client.connection, room)
        return client


async def until(condition: Callable[[], bool], within_s: float = 5.0) -> float:
    """How long it took, in seconds."""
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < within_s, f"not within {within_s} s"
        await asyncio.sleep(0.005)
    return time.monotonic() - began_s


def all_alive(servers: list[Server]) -> Callable[[], bool]:
    return lambda: all(server.bus.is_alive for server in servers)


def none_alive(servers: list[Server]) -> Callable[[], bool]:
    return lambda: not any(server.bus.is_alive for server in servers)


def bus_tasks() -> int:
    return sum(task.get_name() == "bus" for task in asyncio.all_tasks())


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def told_by_each_other(servers: list[Server], number: int) -> None:
    """Every server tells a number, and every other hears it."""
    for teller, server in enumerate(servers):
        server.bus.wake("chat", f"told by {teller}", number)
    for hearer, server in enumerate(servers):
        for teller in range(len(servers)):
            if teller != hearer:
                wake = ("chat", f"told by {teller}", number)
                await until(lambda wakes=server.wakes, wake=wake: wake in wakes)  # type: ignore[misc]
