"""The pages to set a new password by mail, which work without JavaScript: asking for the link, and using it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from server.errors import Refusal
from server.fields import Email, NewPassword, Request, parse
from server.services.accounts.passwords import fault_of
from server.web.answers import filled_in, form_body, is_program, json_response
from server.web.keys import DESK
from server.web.templates import page, readers_language

if TYPE_CHECKING:
    from server.desk import Desk


class Asked(Request):
    email: Email


class Chosen(Request):
    password: NewPassword


async def ask_page(request: web.Request) -> web.Response:
    return _page(request, "reset.html")


async def ask(request: web.Request) -> web.Response:
    """By form or by JSON; the answer is the same for every address, and is given before it is looked up."""
    desk = _desk(request)
    desk.limits.hit("reset", desk.address_of(request))
    if (given := await filled_in(request, Asked)) is None:
        return _page(request, "reset.html", status=422, error=True)
    desk.limits.hit("reset_to", given.email.casefold())
    desk.resets.ask(given.email, readers_language(request.headers))
    return json_response({"sent": True}) if is_program(request) else _page(request, "reset.html", sent=True)


async def choose_page(request: web.Request) -> web.Response:
    desk = _desk(request)
    if await desk.resets.holder(request.match_info["signed"]) is None:
        return _page(request, "reset_new.html", status=404, over=True)
    return _choose(request)


async def choose(request: web.Request) -> web.Response:
    desk, signed = _desk(request), request.match_info["signed"]
    desk.limits.hit("reset", desk.address_of(request))
    holder = await desk.resets.holder(signed)
    if holder is None:
        return _page(request, "reset_new.html", status=404, over=True)
    fields: dict[str, str] = {}
    try:
        fields = await form_body(request)
        given = parse(Chosen, fields)
        changed = await desk.resets.use(signed, given.password, readers_language(request.headers))
    except Refusal as exc:
        if exc.code != "invalid":
            raise
        fault = fault_of(fields.get("password", ""), holder.email, _min_chars(request))
        return _choose(request, status=422, fault=fault or "short")
    if changed is None:
        return _page(request, "reset_new.html", status=404, over=True)
    await desk.cut_ended(changed.id)
    return _page(request, "reset_new.html", done=True)


def _choose(request: web.Request, **outcome: Any) -> web.Response:
    return _page(request, "reset_new.html", min_chars=_min_chars(request), **outcome)


def _min_chars(request: web.Request) -> int:
    return request.app[DESK].settings.password_min_chars


def _desk(request: web.Request) -> Desk:
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    return desk


def _page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    site_name = request.app[DESK].settings.site_name
    lang = readers_language(request.headers)
    return page(template, "customer", lang=lang, status=status, site_name=site_name, **values)


def add_routes(app: web.Application) -> None:
    for method, path, handler in (
        ("GET", "/reset", ask_page),
        ("POST", "/reset", ask),
        ("GET", "/reset/{signed}", choose_page),
        ("POST", "/reset/{signed}", choose),
    ):
        app.router.add_route(method, path, handler)
