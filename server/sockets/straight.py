"""The short way for a client that begins with a WebSocket: its frames are read and written without anything between.

The library gives every such client a writer task behind a queue and makes a task and a timer for each frame it reads:
more than the rest of a message's way (docs/decisions/0014). Here one loop reads, and what is to be sent is written at
once; the system's buffer and asyncio's are the queue. Who begins with polling, upgraded or not, goes the library's way.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from aiohttp import ClientConnectionResetError, WSMsgType, web
from aiohttp.http_websocket import WebSocketWriter
from engineio import packet as eio_packet

MAX_WAITING_PACKETS = 4_000
"""A reader that stalls: so many undelivered packets cut it off."""
MAX_WAITING_BYTES = 8_000_000
IS_POSSIBLE = hasattr(WebSocketWriter, "_write_websocket_frame")
"""A later aiohttp may not have it; then everybody goes the library's way."""
_MESSAGE = str(eio_packet.MESSAGE)


class Outlet(Protocol):
    """Where a connection's packets go."""

    def is_full(self) -> bool:
        """So much waits to be sent that the reader must have stalled."""

    def write(self, message: bytes) -> None:
        """An Engine.IO message with its type, UTF-8. Never blocks."""


class QueueOutlet:
    """The library's way: a queue, and a task or a poll that empties it."""

    def __init__(self, queue: asyncio.Queue[eio_packet.Packet | None]) -> None:
        self._queue = queue

    def is_full(self) -> bool:
        waiting = self._queue.qsize()
        return waiting > MAX_WAITING_PACKETS or (waiting > 64 and self._bytes() > MAX_WAITING_BYTES)

    def write(self, message: bytes) -> None:
        self._queue.put_nowait(eio_packet.Packet(eio_packet.MESSAGE, data=message[1:].decode()))

    def _bytes(self) -> int:
        # asyncio.Queue has no way to look without taking.
        waiting = self._queue._queue  # type: ignore[attr-defined]  # noqa: SLF001
        return sum(len(packet.data) for packet in waiting if packet is not None and packet.data)


class StraightOutlet:
    """Stands in the place of the library's queue; None, its sign for the end, closes the WebSocket."""

    def __init__(self, websocket: web.WebSocketResponse, tcp: asyncio.Transport) -> None:
        self._websocket = websocket
        self._tcp = tcp
        writer = websocket._writer  # noqa: SLF001 - send_str is a coroutine, and waits for a reader that stalls
        assert writer is not None
        self._frames = writer
        self._ending: asyncio.Task[bool] | None = None

    def is_full(self) -> bool:
        return self._tcp.get_write_buffer_size() > MAX_WAITING_BYTES

    def write(self, message: bytes) -> None:
        self._frame(message, WSMsgType.TEXT)

    def put_nowait(self, packet: eio_packet.Packet | None) -> None:
        if packet is None:
            self._ending = self._ending or asyncio.ensure_future(self._websocket.close())
            return
        encoded = packet.encode()
        if isinstance(encoded, bytes):
            self._frame(encoded, WSMsgType.BINARY)
        else:
            self._frame(encoded.encode(), WSMsgType.TEXT)

    async def put(self, packet: eio_packet.Packet | None) -> None:
        self.put_nowait(packet)

    async def join(self) -> None:
        """What was put is written."""

    def _frame(self, payload: bytes, kind: WSMsgType) -> None:
        if self._ending is not None or self._websocket.closed:
            return
        try:
            self._frames._write_websocket_frame(payload, kind, 0)  # noqa: SLF001 - see above
        except ClientConnectionResetError:
            return  # The reading loop hears of it too, and ends.


def outlet_of(socket: Any) -> Outlet:
    """socket: the library's, of Engine.IO."""
    queue = socket.queue
    return queue if isinstance(queue, StraightOutlet) else QueueOutlet(queue)


async def serve(socket: Any, websocket: web.WebSocketResponse, tcp: asyncio.Transport) -> None:
    """Read until the client is gone. No timer: who does not answer pings is cut by Transport.sweep."""
    socket.connected = socket.upgraded = True
    before, socket.queue = socket.queue, StraightOutlet(websocket, tcp)
    while not before.empty():
        socket.queue.put_nowait(before.get_nowait())
    handle = socket.server.handlers["message"]
    try:
        while not socket.closed:
            frame = await websocket.receive()
            # Also a closed connection is a sign of life, only a silent one is not.
            socket.last_seen_ms = time.time_ns() // 1_000_000
            if frame.type is WSMsgType.TEXT and frame.data[:1] == _MESSAGE:
                await handle(socket.sid, frame.data[1:])
            elif frame.type is WSMsgType.TEXT or frame.type is WSMsgType.BINARY:
                await socket.receive(eio_packet.Packet(encoded_packet=frame.data))
            else:
                break
    finally:
        await socket.queue.put(None)
        await socket.close(wait=False, abort=True, reason=socket.server.reason.TRANSPORT_CLOSE)
