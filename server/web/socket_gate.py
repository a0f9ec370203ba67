"""Before Socket.IO: a foreign page is turned away on either transport, and an address that opens too many connections.

A client without an Origin header is no browser: welcome, but its cookies do not count (sockets/agent.py). A session is
served to whoever began it and to nobody else (sockets/sessions.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from server.errors import Refusal
from server.sockets.sessions import NoSession, Overlap, sid_of
from server.web.answers import error_response
from server.web.keys import DESK
from server.web.origin import require_own

if TYPE_CHECKING:
    from server.desk import Desk

PATH = "/socket.io/"
# What Engine.IO's clients understand as "begin anew".
BEGIN_ANEW = 400


@web.middleware
async def guard_sockets(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path != PATH:
        return await handler(request)
    desk = request.app[DESK]
    require_own(request, desk.wire.public_url, browser=False)
    if "j" in request.query:
        # An answer as a script could be read by any site's page, and no client of ours asks for one.
        return error_response(Refusal("invalid", "JSONP is not spoken here."), BEGIN_ANEW)
    sid = sid_of(request)
    if sid is None:
        _require_room(desk, desk.address_of(request))
        return await handler(request)
    try:
        with desk.transport.sessions.use(sid, request):
            return await handler(request)
    except NoSession:
        return error_response(Refusal("invalid", "There is no such session."), BEGIN_ANEW)
    except Overlap:
        await desk.transport.dismiss(sid)
        return error_response(Refusal("invalid", "One request of a kind at a time."), BEGIN_ANEW)


def _require_room(desk: Desk, address: str) -> None:
    """Raises Refusal rate_limited, unavailable."""
    desk.limits.hit("connect", address)
    sessions = desk.transport.sessions
    if len(sessions) >= desk.settings.connections_max:
        raise Refusal("unavailable", "Too many people are connected just now.", retry_after_s=10)
    if desk.settings.limits == "on" and sessions.of_address(address) >= desk.settings.connections_per_address:
        raise Refusal("rate_limited", "Too many connections from this address.", retry_after_s=10)
