"""Only with `semafor demo`: the demo company's site with the widget on it, and the mailbox of every mail sent."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from server.errors import not_found
from server.web.cursors import opened, sealed
from server.web.keys import DEMO, DESK
from server.web.mails import as_customer_sees
from server.web.pages import lead_home
from server.web.templates import page
from server.wire import moment
from transcripts.records import Mail
from transcripts.wording import Wording


async def home(request: web.Request) -> web.Response:
    return _company(request, "demo.html")


async def parcels(request: web.Request) -> web.Response:
    return _company(request, "demo_page.html")


async def mailbox(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    mails, following = await desk.store.mails(None, opened("mailbox", request.query.get("cursor") or None))
    return page(
        "mailbox.html",
        "mailbox",
        mails=[await _summary(request, mail) for mail in mails],
        next=f"/mailbox?cursor={sealed('mailbox', following)}" if following else None,
    )


async def mail(request: web.Request) -> web.Response:
    found = await _mail(request)
    content = await request.app[DESK].mailroom.content(found, for_addressee=True)
    shown = {
        **await _summary(request, found),
        "from": content.sender,
        "text": content.text,
        "html": content.html is not None,
        "attempts": found.attempts,
        "error": found.error,
    }
    return page("mail.html", "mailbox", mail=shown)


async def mail_html(request: web.Request) -> web.Response:
    found = await _mail(request)
    return as_customer_sees(await request.app[DESK].mailroom.content(found, for_addressee=True))


def _company(request: web.Request, template: str) -> web.Response:
    lead_home(request)
    demo = request.app[DEMO]
    return page(template, "demo", sign_ins=demo.people if demo else ())


async def _mail(request: web.Request) -> Mail:
    found = await request.app[DESK].store.mail(request.match_info["id"])
    if found is None:
        raise not_found("mail")
    return found


async def _summary(request: web.Request, found: Mail) -> dict[str, Any]:
    desk, words = request.app[DESK], Wording("en")
    return {
        "id": found.id,
        "kind": found.kind,
        "to": found.to,
        "subject": await desk.mailroom.subject(found),
        "state": found.state,
        "created_at": moment(found.created_at),
        "created_text": words.moment(found.created_at, desk.settings.zone),
        "sent_at": moment(found.sent_at),
        "sent_text": words.moment(found.sent_at, desk.settings.zone) if found.sent_at else None,
    }


def add_routes(app: web.Application) -> None:
    for path, handler in (
        ("/", home),
        ("/parcels", parcels),
        ("/mailbox", mailbox),
        ("/mailbox/{id}", mail),
        ("/mailbox/{id}/html", mail_html),
    ):
        app.router.add_get(path, handler)
