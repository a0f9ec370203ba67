"""Is a request from one of our own pages? What a request says about itself (Host, X-Forwarded-*) is never believed."""

from __future__ import annotations

from aiohttp import web

from server.errors import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def require_own(request: web.Request, public_url: str, *, browser: bool) -> None:
    """Refuse what another site's page sends. browser: the request leans on a cookie, so an Origin must be there.

    A request without an Origin is from no browser, or reads only; a reading one has no effect and, without CORS
    headers, no reader but our own pages. Raises Refusal forbidden.
    """
    origin = request.headers.get("Origin")
    if origin == public_url or (origin is None and (not browser or request.method in SAFE_METHODS)):
        return
    raise Refusal("forbidden", f"This page is not the server's own. Open it at {public_url}")
