"""The public pages by which a person gets, or erases, what is kept about them; they work without JavaScript.

Opening a link does nothing yet, as mail programs open links by themselves: the page has a button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

from server.fields import Email, Request
from server.services.privacy.privacy import Asked
from server.web.answers import filled_in, is_program, json_response
from server.web.keys import DESK
from server.web.packed import packed
from server.web.templates import page, readers_language

if TYPE_CHECKING:
    from server.desk import Desk

THEMSELVES = "person"
"""The actor in the audit log, where nobody of the desk did it."""


class AskedFor(Request):
    email: Email
    purpose: Literal["export", "erase"] = "export"


async def ask_page(request: web.Request) -> web.Response:
    return _page(request, _desk(request))


async def ask(request: web.Request) -> web.Response:
    """By form or by JSON; the answer is the same for every address."""
    desk = _desk(request)
    desk.limits.hit("reset", desk.address_of(request))
    if (given := await filled_in(request, AskedFor)) is None:
        return _page(request, desk, status=422, error=True)
    desk.limits.hit("reset_to", given.email.casefold())
    await desk.privacy.ask(given.email, readers_language(request.headers), given.purpose)
    return json_response({"sent": True}) if is_program(request) else _page(request, desk, sent=True)


async def link_page(request: web.Request) -> web.Response:
    desk = _desk(request)
    asked = await desk.privacy.asked(request.match_info["signed"])
    return _over(request, desk) if asked is None else _page(request, desk, purpose=asked.purpose, lang=asked.locale)


async def use_link(request: web.Request) -> web.StreamResponse:
    desk = _desk(request)
    asked = await desk.privacy.asked(request.match_info["signed"])
    if asked is None:
        return _over(request, desk)
    if asked.purpose == "erase":
        await desk.privacy.erase(THEMSELVES, asked.subject, desk.cut_visitors)
        return _page(request, desk, done=True, lang=asked.locale)
    return await _export(request, desk, asked)


async def _export(request: web.Request, desk: Desk, asked: Asked) -> web.StreamResponse:
    gathered = await desk.privacy.gather(THEMSELVES, asked.subject, for_themselves=True)
    with await desk.privacy.archive(gathered, asked.locale) as content:
        return await packed(request, content, "my-data.zip")


def _desk(request: web.Request) -> Desk:
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    return desk


def _over(request: web.Request, desk: Desk) -> web.Response:
    return _page(request, desk, status=404, over=True)


def _page(
    request: web.Request, desk: Desk, *, status: int = 200, lang: str | None = None, **values: Any
) -> web.Response:
    known = {"sent": False, "error": False, "over": False, "done": False, "purpose": None, **values}
    lang = lang or readers_language(request.headers)
    return page("privacy.html", "customer", lang=lang, status=status, site_name=desk.settings.site_name, **known)


def add_routes(app: web.Application) -> None:
    for method, path, handler in (
        ("GET", "/privacy", ask_page),
        ("POST", "/privacy", ask),
        ("GET", "/privacy/{signed}", link_page),
        ("POST", "/privacy/{signed}", use_link),
    ):
        app.router.add_route(method, path, handler)
