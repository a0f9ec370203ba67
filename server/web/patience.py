"""Who opens a connection and does not say what they want in time is cut: slow starters must not hold every descriptor.

aiohttp waits for the rest of a first request as long as for the next one of a connection that is kept (app.py: 75 s).
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from server.web.unreadable import DiscreetServer

FIRST_REQUEST_WITHIN_S = 20.0
LOOK_EVERY_S = 1.0


class PatientRunner(web.AppRunner):
    """As AppRunner. Of a request's body web/answers.py takes care, of a socket's silence sockets/transport.py."""

    _watch: asyncio.Task[None] | None = None

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = DiscreetServer  # aiohttp has no setting for the class of its handlers
        return server

    async def setup(self) -> None:
        await super().setup()
        self._watch = asyncio.ensure_future(self._cut_slow_starters())

    async def cleanup(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await super().cleanup()

    async def _cut_slow_starters(self) -> None:
        since_s: dict[web.RequestHandler, float] = {}
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now_s = time.monotonic()
            handlers = self.server.connections if self.server is not None else []
            silent = [handler for handler in handlers if not handler._request_count]  # noqa: SLF001 - it has no other sign
            since_s = {handler: since_s.get(handler, now_s) for handler in silent}
            for handler, began_s in since_s.items():
                if now_s - began_s > FIRST_REQUEST_WITHIN_S:
                    handler.force_close()
