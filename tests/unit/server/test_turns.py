"""Whoever sends much at once is read on in turns with everybody else."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import WSMessage, WSMsgType, web

from server.sockets import straight

FRAMES = 6_400


class Flooded:
    """A WebSocket whose frames are all there already: to receive one is to wait for nothing."""

    closed = True

    def __init__(self) -> None:
        self.left = FRAMES

    async def receive(self) -> WSMessage:
        self.left -= 1
        kind = WSMsgType.TEXT if self.left >= 0 else WSMsgType.CLOSE
        return WSMessage(kind, "43/visitor,1[]", None)

    async def close(self) -> bool:
        return True


async def test_a_flood_of_frames_leaves_everybody_else_their_turn() -> None:
    turns, read = 0, 0

    async def handle(_sid: str, _data: str) -> None:
        nonlocal read
        read += 1

    async def close(**_: Any) -> None:
        """Of the library's socket."""

    async def everybody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    server = SimpleNamespace(
        turn=straight.Turn(), handlers={"message": handle}, reason=SimpleNamespace(TRANSPORT_CLOSE="gone")
    )
    client = SimpleNamespace(queue=asyncio.Queue(), server=server, closed=False, sid="x", close=close)
    others = asyncio.ensure_future(everybody_else())
    tcp = cast("asyncio.Transport", SimpleNamespace(is_closing=lambda: True))

    await straight.serve(client, cast("web.WebSocketResponse", Flooded()), tcp)
    others.cancel()

    assert read == FRAMES
    assert turns >= FRAMES // straight.FRAMES_A_TURN
