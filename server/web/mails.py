"""The outbox for managers: what was mailed, what is still due, and what failed and is tried again."""

from __future__ import annotations

from aiohttp import web

from server import access
from server.errors import not_found
from server.services.mail.mailroom import MailContent
from server.web.bodies import MailSearch
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.headers import policy
from server.wire import moment
from transcripts.records import Mail


async def search(call: Call, given: MailSearch) -> Json:
    mails, following = await call.desk.store.mails(given.state, opened("mails", given.cursor))
    return {
        "mails": [await _summary(call, mail) for mail in mails if await _is_seen(call, mail)],
        "next": sealed("mails", following),
    }


async def read(call: Call, _: Nothing) -> Json:
    mail = await _mail(call)
    content = await call.desk.mailroom.content(mail)
    return {
        "mail": {
            **await _summary(call, mail),
            "subject": content.subject,
            "from": content.sender,
            "text": content.text,
            "html": content.html,
        }
    }


async def read_html(call: Call, _: Nothing) -> web.Response:
    return as_customer_sees(await call.desk.mailroom.content(await _mail(call)))


def as_customer_sees(content: MailContent) -> web.Response:
    """For a sandboxed frame: no script runs, nothing is loaded. Raises Refusal not_found where there is no HTML."""
    if content.html is None:
        raise not_found("mail")
    headers = {"Content-Security-Policy": policy("mail")}
    return web.Response(text=content.html, content_type="text/html", headers=headers)


async def retry(call: Call, _: Nothing) -> Json:
    """A mail that was sent already, or is due anyhow, stays as it is."""
    mail = await _mail(call)
    if mail.state == "failed":
        mail = await call.desk.store.retry_mail(mail.id, call.desk.clock.now())
        call.desk.mailroom.wake()
    return {"mail": await _summary(call, mail)}


async def _mail(call: Call) -> Mail:
    mail = await call.desk.store.mail(call.part("id"))
    if mail is None or not await _is_seen(call, mail):
        raise not_found("mail")
    return mail


async def _is_seen(call: Call, mail: Mail) -> bool:
    """A manager sees the mails of the tickets and chats they see, and those that were written to themself."""
    if access.scope(call.agent) is None or mail.to == call.agent.email:
        return True
    if mail.ticket_number is not None:
        ticket = await call.desk.store.ticket(mail.ticket_number)
        return ticket is not None and access.in_scope(call.agent, ticket.department_id)
    chat = await call.desk.store.chat(mail.chat_id) if mail.chat_id else None
    return chat is not None and access.in_scope(call.agent, chat.department_id)


async def _summary(call: Call, mail: Mail) -> Json:
    return {
        "id": mail.id,
        "kind": mail.kind,
        "to": mail.to,
        "subject": await call.desk.mailroom.subject(mail),
        "state": mail.state,
        "attempts": mail.attempts,
        "error": mail.error,
        "created_at": moment(mail.created_at),
        "due_at": moment(mail.due_at) if mail.state == "due" else None,
        "sent_at": moment(mail.sent_at),
        "ticket": mail.ticket_number,
        "chat_id": mail.chat_id,
    }


ENDPOINTS = (
    Endpoint("GET", "/mails", "The outbox, newest first.", MailSearch, search, ("mails", "next"), role="manager"),
    Endpoint("GET", "/mails/{id}", "One mail as it was sent.", Nothing, read, ("mail",), role="manager"),
    Endpoint("GET", "/mails/{id}/html", "The mail as its reader sees it.", Nothing, read_html, role="manager"),
    Endpoint("POST", "/mails/{id}/retry", "Try a failed mail again.", Nothing, retry, ("mail",), role="manager"),
)
