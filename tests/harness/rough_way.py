"""A way to a server that does what networks do on their worst day: delays, drips, resets, half-closes, stalls.

Made of one_way.py, in whose thread and loop it runs; a test calls it from its own.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import Counter
from contextlib import suppress

from tests.harness.one_way import Direction, OneWay

CARRIED_WITHIN_S = 10.0


class RoughWay(OneWay):
    """As good as none until one of its faults is called; `calm` ends delaying, dripping and stalling.

    carried: pieces taken from either side so far, also those that are held back.
    """

    def __init__(self, target_port: int) -> None:
        super().__init__(target_port)
        self.carried: Counter[Direction] = Counter()
        self._delay_s = 0.0
        self._drip_bytes = 0
        self._drip_pause_s = 0.0
        self._writers: dict[Direction, set[asyncio.StreamWriter]] = {"requests": set(), "answers": set()}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def delay(self, seconds: float) -> None:
        """Every piece comes so much later, in both directions."""
        self._delay_s = seconds

    def drip(self, piece_bytes: int, pause_s: float) -> None:
        """Nothing comes but in pieces of so many bytes, with pauses between."""
        self._drip_bytes, self._drip_pause_s = piece_bytes, pause_s

    def calm(self) -> None:
        self._delay_s, self._drip_bytes = 0.0, 0
        self.flow()

    def reset(self) -> None:
        """RST on every connection, both ways: what was under way is lost with it."""
        self._loop.call_soon_threadsafe(self._reset)

    def half_close(self, direction: Direction) -> None:
        """FIN in one direction of every connection: that side has said all it will; the other one goes on."""
        self._loop.call_soon_threadsafe(self._half_close, direction)

    def await_carried(self, direction: Direction, more: int) -> None:
        """Blocks until so many more pieces were taken. Raises AssertionError after 10 s."""
        goal, ends_s = self.carried[direction] + more, time.monotonic() + CARRIED_WITHIN_S
        while self.carried[direction] < goal:
            assert time.monotonic() < ends_s, f"no {direction} come"
            time.sleep(0.005)  # another thread's count: nothing to wait on

    def _reset(self) -> None:
        for writers in self._writers.values():
            for writer in writers:
                with suppress(OSError):
                    raw = writer.get_extra_info("socket")
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()

    def _half_close(self, direction: Direction) -> None:
        for writer in self._writers[direction]:
            with suppress(OSError):
                writer.write_eof()

    async def _forward(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers[direction].add(writer)
        try:
            with suppress(OSError, RuntimeError):
                while data := await reader.read(65536):
                    self.carried[direction] += 1
                    await self._flows[direction].wait()
                    await self._pass_on(data, writer)
        finally:
            self._writers[direction].discard(writer)

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        pieces = [data]
        if self._drip_bytes:
            pieces = [data[at : at + self._drip_bytes] for at in range(0, len(data), self._drip_bytes)]
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(self._drip_pause_s)
