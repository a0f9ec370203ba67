"""A way to Redis on which one direction can stall: connections stay, and what is said that way waits."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Stalled = Literal["requests", "answers", "subscriptions"]
"""subscriptions: what Redis says to those who have subscribed; their other connections are answered."""

_CHUNK_BYTES = 65536


class Connection:
    def __init__(self) -> None:
        self.subscribes = False
        self.is_dead = False
        """For ever, as where a firewall has forgotten it."""


class Road:
    def __init__(self, port: int) -> None:
        self._target = port
        self._stalled: Stalled | None = None
        self._moving = asyncio.Event()
        self._moving.set()
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self.port = 0

    def stall(self, what: Stalled) -> None:
        """Also on connections that are still to come."""
        self._stalled = what
        self._moving.clear()

    def resume(self) -> None:
        self._stalled = None
        self._moving.set()

    def deaden_subscriptions(self) -> None:
        """Those that there are hear nothing any more; new ones do."""
        for connection in self._connections.values():
            connection.is_dead = connection.subscribes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._target)
        connection = Connection()
        answers = asyncio.create_task(self._forward(connection, "answers", to_reader, writer))
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = connection
        try:
            await self._forward(connection, "requests", reader, to_writer)
        except asyncio.CancelledError:
            pass  # the road is torn up
        finally:
            answers.cancel()
            del self._connections[task]
            for end in (writer, to_writer):
                end.transport.abort()

    async def _forward(
        self, connection: Connection, way: Stalled, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(_CHUNK_BYTES):
                connection.subscribes |= way == "requests" and b"SUBSCRIBE" in data
                while self._stalls(connection, way):
                    await self._moving.wait()
                if not (connection.is_dead and way == "answers"):
                    writer.write(data)
        except ConnectionError:
            pass
        writer.transport.abort()

    def _stalls(self, connection: Connection, way: Stalled) -> bool:
        return self._stalled == way or (self._stalled == "subscriptions" and connection.subscribes and way == "answers")

    async def tear_up(self) -> None:
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)


@asynccontextmanager
async def road_to(port: int, secured: ssl.SSLContext | None = None) -> AsyncIterator[Road]:
    """secured: who comes to the road must speak TLS; Redis at its end need not."""
    road = Road(port)
    server = await asyncio.start_server(road.serve, "127.0.0.1", 0, ssl=secured)
    road.port = server.sockets[0].getsockname()[1]
    yield road
    server.close()
    await road.tear_up()
    await server.wait_closed()
