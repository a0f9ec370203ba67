"""All of HTTP in one aiohttp application; Socket.IO is attached to it by its caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from server import permissions
from server.commands.demo import DemoInfo
from server.web import (
    account,
    admin_departments,
    admin_replies,
    admin_users,
    audit,
    chats,
    contacts,
    customer,
    demo_pages,
    desk_settings,
    files,
    first_run,
    health,
    inbound,
    incident_pages,
    incidents,
    live,
    mails,
    pages,
    privacy,
    privacy_pages,
    problems,
    reports,
    resets,
    seen,
    sessions,
    sign_in,
    system,
    tickets,
    tokens,
)
from server.web.answers import BODY_MAX_BYTES, json_response
from server.web.endpoints import API, Endpoint
from server.web.headers import add_headers
from server.web.keys import DEMO, DESK
from server.web.middleware import answer_errors
from server.web.openapi import openapi
from server.web.sessions import version
from server.web.socket_gate import guard_sockets

if TYPE_CHECKING:
    from server.desk import Desk

ENDPOINTS: tuple[Endpoint[Any], ...] = (
    *sessions.ENDPOINTS,
    *account.ENDPOINTS,
    *sign_in.ENDPOINTS,
    *chats.ENDPOINTS,
    *tickets.ENDPOINTS,
    *files.ENDPOINTS,
    *problems.ENDPOINTS,
    *incidents.ENDPOINTS,
    *contacts.ENDPOINTS,
    *audit.ENDPOINTS,
    *admin_departments.ENDPOINTS,
    *admin_users.ENDPOINTS,
    *admin_replies.ENDPOINTS,
    *first_run.ENDPOINTS,
    *desk_settings.ENDPOINTS,
    *tokens.ENDPOINTS,
    *system.ENDPOINTS,
    *privacy.ENDPOINTS,
    *mails.ENDPOINTS,
    *inbound.ENDPOINTS,
    *reports.ENDPOINTS,
    *live.ENDPOINTS,
)


def make_web_app(desk: Desk, demo: DemoInfo | None = None) -> web.Application:
    """demo: the demo company, whose site and mailbox are served then."""
    app = web.Application(middlewares=[health.count, answer_errors, guard_sockets], client_max_size=BODY_MAX_BYTES)
    app[DESK] = desk
    app[DEMO] = demo
    app.on_response_prepare.append(add_headers)
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, API + endpoint.path, endpoint.serve)
    app.router.add_get(f"{API}/openapi.json", _describe)
    pages.add_routes(app)
    first_run.add_routes(app)
    resets.add_routes(app)
    sign_in.add_routes(app)
    customer.add_routes(app)
    files.add_routes(app)
    incident_pages.add_routes(app)
    privacy_pages.add_routes(app)
    health.add_routes(app)
    seen.add_routes(app)
    if demo is not None:
        demo_pages.add_routes(app)
    _require_rows(app)
    return app


def _require_rows(app: web.Application) -> None:
    """Nothing is served that the table of permissions does not know. Raises NoPermissionRowError."""
    routes = [(route.method, route.resource) for route in app.router.routes()]
    permissions.register(f"{method} {place.canonical}" for method, place in routes if place and method != "HEAD")
    for endpoint in ENDPOINTS:
        permissions.require_same(endpoint.what, endpoint.role)


async def _describe(_: web.Request) -> web.Response:
    return json_response(openapi(ENDPOINTS, version()))
