"""Servers that say which of them was asked and what reached it: what a proxy makes of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp import web


@dataclass(slots=True)
class Mirror:
    """Answers everything with its name and the request's headers; a WebSocket gets the name as its first message."""

    name: str
    runner: web.AppRunner
    address: str

    @classmethod
    async def begin(cls, name: str) -> Self:
        app = web.Application(client_max_size=10_000_000)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        mirror = cls(name, runner, "")
        app.router.add_route("*", "/{path:.*}", mirror._answer)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        mirror.address = f"{host}:{port}"
        return mirror

    async def end(self) -> None:
        """Nothing listens any more; may be called again."""
        await self.runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            body = await request.read()
            return web.json_response({"name": self.name, "headers": dict(request.headers), "bytes": len(body)})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(self.name)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                await socket.send_str(message.data)
        return socket
