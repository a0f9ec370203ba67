"""Who opens a connection and does not say what they want in time, or does not read the answer, is cut.

Neither may hold every descriptor. aiohttp waits for the rest of a first request as long as for the next one of a
connection that is kept (app.py: 75 s), and for ever for a reader: a page that is asked for and never read stays.
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from server.web.unreadable import DiscreetServer

FIRST_REQUEST_WITHIN_S = 20.0
LOOK_EVERY_S = 1.0
STALLED_S = 30.0
"""So long nothing at all of an answer was taken: a slow phone takes a little all the time."""


class PatientRunner(web.AppRunner):
    """As AppRunner. Of a request's body web/answers.py takes care, of a socket's silence sockets/transport.py."""

    _watch: asyncio.Task[None] | None = None

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = DiscreetServer  # aiohttp has no setting for the class of its handlers
        return server

    async def setup(self) -> None:
        await super().setup()
        self._watch = asyncio.ensure_future(self._cut_who_is_slow())

    async def cleanup(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await super().cleanup()

    async def _cut_who_is_slow(self) -> None:
        starters = _Watched(FIRST_REQUEST_WITHIN_S)
        readers = _Watched(STALLED_S)
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            handlers = self.server.connections if self.server is not None else []
            for handler in starters.too_long({one: 0 for one in handlers if not one._request_count}):  # noqa: SLF001 - it has no other sign
                handler.force_close()
            for handler in readers.too_long({one: left for one in handlers if (left := _unread_bytes(one))}):
                if handler.transport is not None:
                    handler.transport.abort()  # a close would wait until all is read


class _Watched:
    """Since when each handler's figure is what it is."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._since_s: dict[web.RequestHandler, tuple[int, float]] = {}

    def too_long(self, figures: dict[web.RequestHandler, int]) -> list[web.RequestHandler]:
        """Those whose figure has been the same for longer than the patience; who is not in `figures` is forgotten."""
        now_s = time.monotonic()
        before, self._since_s = self._since_s, {}
        for handler, figure in figures.items():
            known = before.get(handler)
            self._since_s[handler] = known if known is not None and known[0] == figure else (figure, now_s)
        return [handler for handler, (_, since_s) in self._since_s.items() if now_s - since_s > self._patience_s]


def _unread_bytes(handler: web.RequestHandler) -> int:
    transport = handler.transport
    return 0 if transport is None else transport.get_write_buffer_size()
