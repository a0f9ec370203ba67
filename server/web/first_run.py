"""The first-run page: who opens it with the token of the log makes the first admin. Afterwards it is not there.

A wrong token is answered like a desk that is set up: nobody learns from here whether there is something to guess.
"""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.errors import not_found
from server.fields import Email, NewPassword, Request
from server.services.admin.first_run import about
from server.services.admin.users import NewUser
from server.web import pages
from server.web.admin_departments import NewDepartment, changes_of
from server.web.endpoints import Call, Endpoint, Json
from server.web.keys import DESK
from server.web.origin import require_own

Token = Annotated[str, Field(max_length=200)]
NO_CHATS = 0
"""An admin takes chats only where they say so later."""


class FirstAdmin(Request):
    email: Email
    name: Annotated[str, Field(max_length=400)]
    password: NewPassword


class Setup(Request):
    token: Token
    admin: FirstAdmin
    department: NewDepartment | None = None


async def page(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    desk.limits.hit("sign_in", desk.address_of(request))
    if not await desk.governing.first_run.is_open(request.query.get("token", "")):
        raise not_found("page")
    return pages.shell(request, "Semafor: set up", "admin/admin")


async def finish(call: Call, given: Setup) -> Json:
    """Signs nobody in: the page does that with what was typed, by the way that everybody takes."""
    require_own(call.request, call.desk.wire.public_url, browser=False)
    call.desk.limits.hit("sign_in", call.address)
    if not await call.desk.governing.first_run.is_open(given.token):
        raise not_found("page")
    admin = NewUser(given.admin.email, given.admin.name, "admin", (), NO_CHATS, 1, given.admin.password)
    with about("department"):
        department = None if given.department is None else (given.department.id, changes_of(given.department))
    agent = await call.desk.governing.first_run.finish(given.token, admin, department)
    await call.desk.governing.refreshing.at_once(call.desk)
    return {"agent": call.desk.wire.me(agent)}


def add_routes(app: web.Application) -> None:
    app.router.add_get("/setup", page)


ENDPOINTS = (
    Endpoint("POST", "/setup", "Make the first admin, once.", Setup, finish, ("agent",), role=None, status=201),
)
