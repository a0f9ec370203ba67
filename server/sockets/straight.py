"""The short way for a client that begins with a WebSocket: its frames are read and written without anything between.

The library gives every such client a writer task behind a queue and makes a task and a timer for each frame it reads:
more than the rest of a message's way (docs/decisions/0017). Here one loop reads, and what is to be sent is written at
the end of a turn, all frames of one client together; the system's buffer and asyncio's are the queue. Who begins with
polling, upgraded or not, goes the library's way.
"""

from __future__ import annotations

import asyncio
import struct
import time
from typing import Any, Protocol

from aiohttp import WSMsgType, web
from engineio import packet as eio_packet

MAX_WAITING_PACKETS = 4_000
"""A reader that stalls: so many undelivered packets cut it off."""
MAX_WAITING_BYTES = 8_000_000
FRAMES_A_TURN = 64
"""So many frames that are there already are read before everybody else has their turn."""
_MESSAGE = str(eio_packet.MESSAGE)
_TEXT, _BINARY = 0x80 | WSMsgType.TEXT, 0x80 | WSMsgType.BINARY
_HEAD_16, _HEAD_64 = struct.Struct("!BBH").pack, struct.Struct("!BBQ").pack


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


class Turn:
    """Who has something to be written when the event loop has done what it has in hand.

    A stored message is heard by its visitor and then acknowledged to them, and an agent hears what a whole group of
    commits brought: one system call each, instead of one per frame.
    """

    def __init__(self) -> None:
        self._waiting: list[StraightOutlet] = []

    def add(self, outlet: StraightOutlet) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._after)
        self._waiting.append(outlet)

    def _after(self) -> None:
        # A commit's callback pushes and wakes who waits for it: they acknowledge in the next turn.
        asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        for outlet in waiting:
            outlet.flush()


class StraightOutlet:
    """Stands in the place of the library's queue; None, its sign for the end, closes the WebSocket."""

    def __init__(self, websocket: web.WebSocketResponse, tcp: asyncio.Transport, turn: Turn) -> None:
        self._websocket = websocket
        self._tcp = tcp
        self._turn = turn
        self._frames: list[bytes] = []
        self._bytes = 0
        self._ending: asyncio.Task[bool] | None = None

    def is_full(self) -> bool:
        return self._bytes + self._tcp.get_write_buffer_size() > MAX_WAITING_BYTES

    def write(self, message: bytes) -> None:
        self._frame(_TEXT, message)

    def put_nowait(self, packet: eio_packet.Packet | None) -> None:
        if packet is None:
            self.flush()
            self._ending = self._ending or asyncio.ensure_future(self._websocket.close())
            return
        encoded = packet.encode()
        if isinstance(encoded, bytes):
            self._frame(_BINARY, encoded)
        else:
            self._frame(_TEXT, encoded.encode())

    async def put(self, packet: eio_packet.Packet | None) -> None:
        self.put_nowait(packet)

    async def join(self) -> None:
        """What was put is written."""

    def flush(self) -> None:
        """Into the system's buffer, or asyncio's."""
        frames, self._frames, self._bytes = self._frames, [], 0
        if frames and self._ending is None and not self._websocket.closed and not self._tcp.is_closing():
            self._tcp.write(b"".join(frames))

    def _frame(self, kind: int, payload: bytes) -> None:
        if self._ending is not None:
            return
        if not self._frames:
            self._turn.add(self)
        self._frames += (_head(kind, len(payload)), payload)
        self._bytes += len(payload)


def _head(kind: int, length: int) -> bytes:
    """Of a whole frame that a server sends, unmasked (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((kind, length))
    if length < 65_536:
        return _HEAD_16(kind, 126, length)
    return _HEAD_64(kind, 127, length)


def outlet_of(socket: Any) -> Outlet:
    """socket: the library's, of Engine.IO."""
    queue = socket.queue
    return queue if isinstance(queue, StraightOutlet) else QueueOutlet(queue)


async def serve(socket: Any, websocket: web.WebSocketResponse, tcp: asyncio.Transport) -> None:
    """Read until the client is gone. No timer: who does not answer pings is cut by Transport.sweep."""
    socket.connected = socket.upgraded = True
    before, socket.queue = socket.queue, StraightOutlet(websocket, tcp, socket.server.turn)
    while not before.empty():
        socket.queue.put_nowait(before.get_nowait())
    handle = socket.server.handlers["message"]
    read_n = 0
    try:
        while not socket.closed:
            frame = await websocket.receive()
            read_n += 1
            if read_n % FRAMES_A_TURN == 0:
                # Neither `receive` nor what needs no answer waits for anything while frames are there: 8,000 small
                # ones fit into the buffer.
                await asyncio.sleep(0)
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
