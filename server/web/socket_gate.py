"""Before Socket.IO: a foreign page is turned away on either transport, and an address that opens too many connections.

A client without an Origin header is no browser: welcome, but its cookies do not count (sockets/agent.py).
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from server.web.keys import DESK
from server.web.origin import require_own

PATH = "/socket.io/"


@web.middleware
async def guard_sockets(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path == PATH:
        desk = request.app[DESK]
        require_own(request, desk.wire.public_url, browser=False)
        if "sid" not in request.query:
            desk.limits.hit("connect", desk.address_of(request))
    return await handler(request)
