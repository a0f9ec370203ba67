"""The Engine.IO server: the library's own over aiohttp, with what it leaves open covered (docs/decisions/0003)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import engineio
from aiohttp import StreamReader, hdrs, web
from engineio.async_drivers import aiohttp as eio_aiohttp
from engineio.exceptions import EngineIOError
from engineio.packet import packet_names

from server.log import logger
from server.sockets import straight

MAX_EVENT_BYTES = 1_000_000
MAX_FRAME_BYTES = MAX_EVENT_BYTES + 256
"""An event of the full size and its envelope: packet type, namespace, ack id."""
MAX_POLL_PACKETS = 1_000
BODY_WITHIN_S = 20.0


class WebSocket(eio_aiohttp.WebSocket):  # type: ignore[misc]
    """Without compression (100 kB per connection), with aiohttp's own limit on a frame (it closes with 1009)."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ["aiohttp.request"]
        self.handler.__self__.tcp = request.transport
        self._sock = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES, compress=False)
        await self._sock.prepare(request)
        socket = self.handler.__self__
        try:
            if socket.connected:
                await self.handler(self)
            else:
                await straight.serve(socket, self._sock, socket.tcp)
        except Exception as exc:  # noqa: BLE001 - whatever the library stumbles over is not Engine.IO
            logger.info("not_engine_io", error=type(exc).__name__)
            await socket.close(wait=False, abort=True)
            await socket.queue.put(None)
            await self._sock.close()
        return self._sock

    async def wait(self) -> str | bytes:
        """Also a closed connection is a sign of life, only a silent one is not. Raises OSError when closed."""
        socket = self.handler.__self__
        try:
            data: str | bytes = await super().wait()
        except OSError:
            socket.last_seen_ms = time.time_ns() // 1_000_000
            raise
        socket.last_seen_ms = time.time_ns() // 1_000_000
        return data


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        own = {"websocket": WebSocket, "translate_request": _translated}
        self._async: dict[str, Any] = {**self._async, **own}
        self.turn = straight.Turn()
        engineio.payload.Payload.max_decode_packets = MAX_POLL_PACKETS

    async def disconnect(self, sid: str | None = None) -> None:
        """As the library's, but whoever is cut need not have read everything first: it would wait for ever."""
        socket = self.sockets.pop(sid, None)
        if socket is not None:
            await socket.close(wait=False, abort=True)
            await socket.queue.put(None)


class WholeBody:
    """What a client that polls has posted, to its last byte: the library asks once and takes what is there so far.

    Of a body in chunks, as a proxy may pass it on, it would ask for nothing, and say that all is well.
    """

    def __init__(self, content: StreamReader, *, has_length: bool) -> None:
        self._content = content
        self._has_length = has_length

    async def read(self, size: int) -> bytes:
        """Raises EngineIOError for what is cut off, late or no Engine.IO: the library would answer it with a 200."""
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await (self._content.readexactly(size) if self._has_length else self._until_its_end())
            packets = engineio.payload.Payload(encoded_payload=body.decode()).packets
            if any(packet.packet_type not in range(len(packet_names)) for packet in packets):
                raise ValueError("no such kind of packet")
        except (EOFError, TimeoutError, ValueError, LookupError, TypeError, RecursionError) as exc:
            logger.info("not_engine_io", error=type(exc).__name__)
            raise EngineIOError from exc
        return body

    async def _until_its_end(self) -> bytes:
        """Raises EOFError where there is none, ValueError where it is longer than any that is told its length."""
        body = bytearray()
        while piece := await self._content.readany():
            body += piece
            if len(body) > MAX_FRAME_BYTES:
                raise ValueError("too long")
        if not body:
            raise EOFError
        return bytes(body)


def _translated(request: web.Request) -> dict[str, Any]:
    body = WholeBody(request.content, has_length=hdrs.CONTENT_LENGTH in request.headers)
    return {**eio_aiohttp.translate_request(request), "wsgi.input": body}
