"""A way to a server that can stop carrying one direction while the other goes on: a half-dead network.

It forwards in a thread and a loop of its own, so that a busy test does not slow down what it stands between.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Literal

Direction = Literal["requests", "answers"]
DIRECTIONS: tuple[Direction, ...] = ("requests", "answers")
_CHUNK_BYTES = 65536
_START_TIMEOUT_S = 10.0


class OneWay:
    """Listens on `port` of 127.0.0.1 from `start` to `stop` and forwards to the target's port.

    Stalled bytes are kept and carried on after `flow`, like packets of a network that comes back.
    """

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._flows = {direction: asyncio.Event() for direction in DIRECTIONS}
        self._forwarding: set[asyncio.Task[None]] = set()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="one way", daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._listening.wait(_START_TIMEOUT_S), "the way does not listen"

    def stop(self) -> None:
        """Every connection over it ends."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def stall(self, direction: Direction) -> None:
        """requests: the server hears nothing any more. answers: it hears everything, and nobody hears the server."""
        self._loop.call_soon_threadsafe(self._flows[direction].clear)

    def flow(self) -> None:
        """Both directions again."""
        for flows in self._flows.values():
            self._loop.call_soon_threadsafe(flows.set)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self.flow()
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        for task in self._forwarding:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._forwarding, return_exceptions=True))
        self._loop.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.current_task()
        assert carrying is not None
        self._forwarding.add(carrying)
        far_writer: asyncio.StreamWriter | None = None
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            ways = (
                asyncio.create_task(self._forward("requests", reader, far_writer)),
                asyncio.create_task(self._forward("answers", far_reader, writer)),
            )
            # When one end is closed the other one is, too.
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, far_writer):
            if end is not None:
                end.transport.abort()
        self._forwarding.discard(carrying)

    async def _forward(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(_CHUNK_BYTES):
                await self._flows[direction].wait()
                writer.write(data)
                await writer.drain()
