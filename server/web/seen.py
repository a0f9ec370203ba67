"""What this server saw of one request, for `semafor doctor`: asked through the public URL, it tells what a proxy does.

Only who has the desk's secret can ask: the question is sealed and a few minutes old at most.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from server.errors import Refusal
from server.signing import BadSignature
from server.web.address import is_within
from server.web.answers import json_response
from server.web.endpoints import API
from server.web.keys import DESK

PATH = f"{API}/seen"
ASKED_WITHIN = timedelta(minutes=10)
"""Clocks that differ by less are told of by the answer."""


async def seen(request: web.Request) -> web.Response:
    """Raises Refusal not_found."""
    desk = request.app[DESK]
    now = desk.clock.now()
    try:
        asked_at = datetime.fromisoformat(desk.signer.unsealed("doctor", request.query.get("signed", "")))
        is_fresh = abs(now - asked_at) < ASKED_WITHIN
    except (BadSignature, ValueError, TypeError):
        is_fresh = False
    if not is_fresh:
        raise Refusal("not_found", "There is nothing at this address.")
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return json_response(
        {
            "peer": [str(peer[0]), int(peer[1])] if peer else None,
            "trusted": is_within(request.remote or "", desk.settings.trusted_proxies),
            "forwarded_for": request.headers.getall("X-Forwarded-For", []),
            "now": now.isoformat(),
        }
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, seen)
