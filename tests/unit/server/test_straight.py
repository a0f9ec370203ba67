"""What goes straight into a WebSocket: whole frames of every size, in order, and all of a turn in one write."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader
from aiohttp.base_protocol import BaseProtocol
from engineio import packet

from server.sockets.straight import MAX_WAITING_BYTES, StraightOutlet, Turn


class Wire(asyncio.Transport):
    """Where a system's buffer would be."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0


class Socket(web.WebSocketResponse):
    """Knows nothing of a request: its close says so on the wire."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    async def close(self, **_: Any) -> bool:
        self._wire.write(b"\x88\x00")
        self._closed = True
        return True


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536, 900_000])
async def test_frame_of_any_size_is_read_as_it_was_written(length: int) -> None:
    wire, turn = Wire(), Turn()
    outlet = StraightOutlet(Socket(wire), wire, turn)
    queue = WebSocketDataQueue(BaseProtocol(asyncio.get_running_loop()), 2**20, loop=asyncio.get_running_loop())
    reader = WebSocketReader(queue, 2**20, compress=False, decode_text=True)

    outlet.write(b"4" + b"x" * (length - 1))
    outlet.put_nowait(packet.Packet(packet.MESSAGE, data=b"y" * length))
    outlet.flush()

    reader.feed_data(b"".join(wire.writes))
    text, binary = await queue.read(), await queue.read()
    assert (text.type, text.data) == (WSMsgType.TEXT, "4" + "x" * (length - 1))
    assert (binary.type, binary.data) == (WSMsgType.BINARY, b"y" * length)


async def test_all_that_one_turn_says_to_a_client_is_one_write_and_the_end_comes_last() -> None:
    wire, turn = Wire(), Turn()
    outlet = StraightOutlet(Socket(wire), wire, turn)
    heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def acknowledge() -> None:
        await heard
        outlet.write(b"acknowledged")

    acknowledging = asyncio.create_task(acknowledge())
    await asyncio.sleep(0)
    outlet.write(b"pushed")
    heard.set_result(None)
    await acknowledging
    await asyncio.sleep(0)
    assert wire.writes == [b"\x81\x06pushed\x81\x0cacknowledged"]

    outlet.write(b"last")
    outlet.put_nowait(None)
    await asyncio.sleep(0)
    outlet.write(b"too late")
    await asyncio.sleep(0)
    assert wire.writes[1:] == [b"\x81\x04last", b"\x88\x00"]


async def test_what_waits_for_the_end_of_the_turn_counts_for_a_reader_that_stalls() -> None:
    wire, turn = Wire(), Turn()
    outlet = StraightOutlet(Socket(wire), wire, turn)

    outlet.write(b"4" * MAX_WAITING_BYTES)
    assert not outlet.is_full()
    outlet.write(b"4")

    assert outlet.is_full()
