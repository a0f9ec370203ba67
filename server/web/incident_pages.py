"""The public pages of incidents, which work without JavaScript: what runs, what was, and subscribing by mail.

A link in a mail does at once what it says: confirming and ending take one click. HEAD, with which programs look whether
a link leads anywhere, does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from server.errors import not_found
from server.fields import Email, Request
from server.services.incidents.incidents import state_of
from server.signing import BadSignature
from server.web.answers import filled_in, is_program, json_response
from server.web.keys import DESK
from server.web.templates import page, readers_language
from server.wire import moment
from transcripts.incidents import Incident, News
from transcripts.wording import Wording

if TYPE_CHECKING:
    from server.desk import Desk

Json = dict[str, Any]


class Subscribe(Request):
    email: Email


async def all_incidents(request: web.Request) -> web.Response:
    return await _list(request)


async def one_incident(request: web.Request) -> web.Response:
    desk = _desk(request)
    return await _one(request, await desk.incidents.incident(request.match_info["id"]))


async def subscribe(request: web.Request) -> web.Response:
    """By form or by JSON; the answer is the same for every address."""
    desk = _desk(request)
    incident_id = request.match_info.get("id")
    incident = None if incident_id is None else await desk.incidents.incident(incident_id)
    if (given := await filled_in(request, Subscribe)) is None:
        return await _page(request, incident, error=True, status=422)
    locale = readers_language(request.headers)
    await desk.incidents.ask_to_subscribe(desk.address_of(request), given.email, locale, incident_id)
    if is_program(request):
        return json_response({"sent": True})
    return await _page(request, incident, sent=True)


async def confirm(request: web.Request) -> web.Response:
    desk = _desk(request)
    try:
        wish = desk.wire.incidents.wish(request.match_info["signed"])
    except (BadSignature, ValueError) as exc:
        raise not_found("page") from exc
    done = await desk.incidents.confirm(wish)
    incident = None if wish.incident_id is None else await desk.store.incident(wish.incident_id)
    return _note(request, "confirmed" if done else "expired", wish.locale, incident)


async def unsubscribe(request: web.Request) -> web.Response:
    """By the link, and by the mail program's own button (RFC 8058), which posts."""
    desk = _desk(request)
    try:
        email = desk.wire.incidents.reader(request.match_info["signed"])
    except BadSignature as exc:
        raise not_found("page") from exc
    await desk.incidents.unsubscribe(email)
    return _note(request, "ended", readers_language(request.headers), None)


def _desk(request: web.Request) -> Desk:
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    return desk


async def _page(request: web.Request, incident: Incident | None, **outcome: Any) -> web.Response:
    return await (_list(request, **outcome) if incident is None else _one(request, incident, **outcome))


async def _list(request: web.Request, **outcome: Any) -> web.Response:
    desk = request.app[DESK]
    words = Wording(readers_language(request.headers))
    found, _ = await desk.store.incidents(None)
    shown = [_shown(desk, words, incident) for incident in found]
    return _respond(
        desk,
        "incidents.html",
        words,
        action="/incidents/subscribe",
        running=[incident for incident in shown if incident["state"] == "running"],
        announced=[incident for incident in shown if incident["state"] == "announced"],
        over=[incident for incident in shown if incident["state"] == "over"],
        **outcome,
    )


async def _one(request: web.Request, incident: Incident, **outcome: Any) -> web.Response:
    desk = request.app[DESK]
    words = Wording(readers_language(request.headers))
    news = await desk.store.news_of(incident.id)
    return _respond(
        desk,
        "incident.html",
        words,
        action=f"/incidents/{incident.id}/subscribe",
        incident=_shown(desk, words, incident),
        updates=[_told(desk, words, piece) for piece in reversed(news[1:])],
        **outcome,
    )


def _note(request: web.Request, what: str, locale: str, incident: Incident | None) -> web.Response:
    desk = request.app[DESK]
    words = Wording(locale)
    shown = None if incident is None else _shown(desk, words, incident)
    return _respond(desk, "incident_note.html", words, what=what, incident=shown)


def _respond(
    desk: Desk,
    template: str,
    words: Wording,
    *,
    error: bool = False,
    sent: bool = False,
    status: int = 200,
    **values: Any,
) -> web.Response:
    return page(
        template,
        "customer",
        lang=words.locale,
        status=status,
        site_name=desk.settings.site_name,
        error=error,
        sent=sent,
        **values,
    )


def _shown(desk: Desk, words: Wording, incident: Incident) -> Json:
    zone = desk.settings.zone
    ends_at = incident.ended_at or incident.ends_at
    return {
        "id": incident.id,
        "title": incident.title,
        "body": incident.body,
        "service": incident.service,
        "planned": incident.kind == "planned",
        "state": state_of(incident, desk.clock.now()),
        "starts_at": moment(incident.starts_at),
        "starts_text": words.moment(incident.starts_at, zone),
        "ends_at": moment(ends_at),
        "ends_text": None if ends_at is None else words.moment(ends_at, zone),
    }


def _told(desk: Desk, words: Wording, piece: News) -> Json:
    return {
        "body": piece.body,
        "over": piece.over,
        "at": moment(piece.at),
        "at_text": words.moment(piece.at, desk.settings.zone),
    }


def add_routes(app: web.Application) -> None:
    # By name of the method: `add_get` would let HEAD subscribe and unsubscribe people.
    for method, path, handler in (
        ("GET", "/incidents", all_incidents),
        ("GET", "/incidents/{id:[0-9a-f]{24}}", one_incident),
        ("POST", "/incidents/subscribe", subscribe),
        ("POST", "/incidents/{id:[0-9a-f]{24}}/subscribe", subscribe),
        ("GET", "/incidents/confirm/{signed}", confirm),
        ("GET", "/incidents/unsubscribe/{signed}", unsubscribe),
        ("POST", "/incidents/unsubscribe/{signed}", unsubscribe),
    ):
        app.router.add_route(method, path, handler)
