"""The shells of the front ends, the loader, and the openness that the widget's dot shows."""

from __future__ import annotations

from urllib.parse import urlsplit

import orjson
from aiohttp import web

from server.web.answers import json_response
from server.web.assets import Assets
from server.web.keys import DESK
from server.web.templates import page, readers_language

ASSETS = web.AppKey("assets", Assets)
STATUS_MAX_AGE_S = 15
LOOK = b"SEMAFOR_LOOK"
"""What stands in the loader for what is set (widget/src/loader/index.ts)."""
# Addresses within the managers' page (agent_panel/src/manager/state/place.ts); what is under none of them is not found.
MANAGER_PAGES = "overview|coverage|waits|satisfaction|people|staffing|wall"
# The same of the settings (agent_panel/src/admin/ui/registry.ts); behind a page may stand one thing on it.
ADMIN_PAGES = "departments|people|replies|widget|sites|mail|tokens|privacy|audit|system"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


async def panel(request: web.Request) -> web.Response:
    return shell(request, "Semafor", "panel/panel")


async def manager(request: web.Request) -> web.Response:
    return shell(request, "Semafor: figures", "manager/manager")


async def account(request: web.Request) -> web.Response:
    return shell(request, "Semafor: your account", "account/account")


async def admin(request: web.Request) -> web.Response:
    """The page itself is no secret: what it shows and changes is asked of the API, which wants the role admin."""
    return shell(request, "Semafor: settings", "admin/admin")


async def widget_app(request: web.Request) -> web.Response:
    """The widget's page. Only our own pages and the sites that are set may frame it."""
    sites = request.app[DESK].settings.sites
    accents = request.app[DESK].widget_shown.accents(request.query.get("accent", ""))
    name = "widget/app"
    if not request.app[ASSETS].has(f"{name}.js"):
        return page("no_assets.html", "widget", status=503, sites=sites, page=request.path)
    return page(
        "app.html",
        "widget",
        lang=readers_language(request.headers),
        sites=sites,
        title=request.app[DESK].settings.site_name,
        script=f"/assets/{name}.js",
        style=f"/assets/{name}.css" if request.app[ASSETS].has(f"{name}.css") else None,
        body_data={"sites": " ".join(sites), **({"accent": accents} if accents else {})},
    )


async def loader(request: web.Request) -> web.Response:
    """With what the button looks like in it, so that it is never seen in another colour first."""
    look = orjson.dumps(request.app[DESK].widget_shown.look())
    return await request.app[ASSETS].respond(request, "widget/loader.js", {LOOK: look}, STATUS_MAX_AGE_S)


async def asset(request: web.Request) -> web.Response:
    return await request.app[ASSETS].respond(request, request.match_info["name"])


async def status(request: web.Request) -> web.Response:
    """Open, and how many agents accept: of one department, else of all together."""
    departments = request.app[DESK].openness.current()
    asked = request.query.get("department")
    if asked:
        departments = [department for department in departments if department["id"] == asked]
    waits = [department["opens_at"] for department in departments if department["opens_at"]]
    is_open = any(department["open"] for department in departments)
    data = {
        "open": is_open,
        "accepting": max((d["accepting"] for d in departments if d["open"]), default=0),
        "opens_at": None if is_open else min(waits, default=None),
        "departments": [
            {name: department[name] for name in ("id", "name", "open", "opens_at", "accepting")}
            for department in departments
        ],
        "incident": request.app[DESK].incident_board.shown(asked),
    }
    return json_response(
        data,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": f"public, max-age={STATUS_MAX_AGE_S}",
        },
    )


def shell(request: web.Request, title: str, name: str) -> web.Response:
    lead_home(request)
    if not request.app[ASSETS].has(f"{name}.js"):
        return page("no_assets.html", "customer", status=503, page=request.path)
    style = f"/assets/{name}.css" if request.app[ASSETS].has(f"{name}.css") else None
    return page("app.html", "app", title=title, script=f"/assets/{name}.js", style=style)


def lead_home(request: web.Request) -> None:
    """Somebody who typed localhost where we are 127.0.0.1 would be refused at the first click: another origin.

    The Host header only decides whether, never where to.
    """
    home = urlsplit(request.app[DESK].wire.public_url)
    try:
        host = request.url.host
    except ValueError:  # a Host header that is none
        return
    if host in LOOPBACK and home.hostname in LOOPBACK and host != home.hostname:
        raise web.HTTPFound(f"{home.geturl()}{request.path_qs}")


def add_routes(app: web.Application) -> None:
    app[ASSETS] = Assets()
    for path, handler in (
        ("/agent", panel),
        ("/manager", manager),
        ("/manager/", manager),
        (f"/manager/{{page:{MANAGER_PAGES}}}", manager),
        ("/account", account),
        ("/admin", admin),
        ("/admin/", admin),
        (f"/admin/{{page:{ADMIN_PAGES}}}", admin),
        (f"/admin/{{page:{ADMIN_PAGES}}}/{{thing}}", admin),
        ("/widget.js", loader),
        ("/widget/app", widget_app),
        ("/widget/status.json", status),
        ("/assets/{name:.+}", asset),
    ):
        app.router.add_get(path, handler)
