"""A customer's site: plain pages on an origin of their own, with the policy and the script that a test asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

PAGE = """<!doctype html><html lang="{language}"><head><title>{title}</title></head><body>
<main><h1>{title}</h1><label>Search <input id="search"></label><a href="/other">Another page</a></main>
{script}</body></html>"""


@dataclass
class Site:
    """url: its origin, on `localhost`: another host than the desk's 127.0.0.1.  policy: sent with every page.

    script: the tag that every page carries; `/?attributes=data-locale="cs"` adds attributes to it.
    """

    url: str
    policy: str = ""
    script: str = ""
    language: str = "en"

    def embed(self, desk_url: str, *, strict: bool = False) -> None:
        """Put the widget on every page; strict: the page allows the desk's script and frame, and nothing else."""
        self.script = f'<script async src="{desk_url}/widget.js"></script>'
        if strict:
            self.policy = f"default-src 'none'; base-uri 'none'; script-src {desk_url}; frame-src {desk_url}"


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    async def page(request: web.Request) -> web.Response:
        title = request.path.strip("/") or "home"
        headers = {"Content-Security-Policy": site.policy} if site.policy else {}
        script = site.script.replace("async", f"async {request.query.get('attributes', '')}")
        html = PAGE.format(title=title, script=script, language=site.language)
        return web.Response(text=html, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site = Site(f"http://localhost:{runner.addresses[0][1]}")
    yield site
    await runner.cleanup()
