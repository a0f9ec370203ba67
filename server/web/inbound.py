"""Mail that came in, for managers: what it was, what became of it and why, the mail as it came, and "try again"."""

from __future__ import annotations

from aiohttp import web

from server import access
from server.errors import not_found
from server.web.bodies import InboundSearch
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.wire import moment
from transcripts.inbound.record import InboundMail


async def search(call: Call, given: InboundSearch) -> Json:
    mails, following = await call.desk.store.inbounds(given.state, opened("inbound", given.cursor))
    return {
        "inbound": [_summary(mail) for mail in mails if await _is_seen(call, mail)],
        "next": sealed("inbound", following),
        "sources": _sources(call),
    }


async def read(call: Call, _: Nothing) -> Json:
    return {"inbound": _summary(await _mail(call))}


async def read_raw(call: Call, _: Nothing) -> web.Response:
    """To be saved, never shown: it is whatever somebody sent."""
    mail = await _mail(call)
    raw = await call.desk.store.inbound_raw(mail.id)
    if raw is None:
        raise not_found("mail")
    headers = {
        "Content-Disposition": f'attachment; filename="mail-{mail.id}.eml"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=raw, content_type="application/octet-stream", headers=headers)


async def retry(call: Call, _: Nothing) -> Json:
    """What became a ticket or an answer stays as it is."""
    return {"inbound": _summary(await call.desk.mail_in.inbound.retry(await _mail(call)))}


async def _mail(call: Call) -> InboundMail:
    mail = await call.desk.store.inbound(call.part("id"))
    if mail is None or not await _is_seen(call, mail):
        raise not_found("mail")
    return mail


async def _is_seen(call: Call, mail: InboundMail) -> bool:
    """Mail of a ticket by those who see the ticket; what led to none by every manager."""
    if mail.ticket_number is None or access.scope(call.agent) is None:
        return True
    ticket = await call.desk.store.ticket(mail.ticket_number)
    return ticket is None or access.in_scope(call.agent, ticket.department_id)


def _summary(mail: InboundMail) -> Json:
    return {
        "id": mail.id,
        "state": mail.state,
        "reason": mail.reason,
        "error": mail.error,
        "source": mail.source,
        "from": mail.sender or mail.envelope_from or None,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "size_bytes": mail.size_bytes,
        "tries": mail.tries,
        "received_at": moment(mail.received_at),
        "settled_at": moment(mail.settled_at),
        "ticket": mail.ticket_number,
        "raw": mail.raw_gone_at is None,
    }


def _sources(call: Call) -> list[Json]:
    """The ways in, and whether they work."""
    settings, found = call.desk.settings, []
    if settings.inbound_smtp is not None:
        kind = "lmtp" if settings.inbound_smtp.startswith("lmtp") else "smtp"
        found.append({"kind": kind, "state": "working", "error": None, "since": None})
    if settings.imap_url is not None:
        state = call.desk.mail_in.mailbox.state
        known = "not_read_yet" if state is None else "failing" if state.error else "working"
        since = None if state is None else moment(state.since)
        found.append({"kind": "imap", "state": known, "error": state.error if state else None, "since": since})
    return found


ENDPOINTS = (
    Endpoint(
        "GET",
        "/inbound",
        "Mail that came, newest first.",
        InboundSearch,
        search,
        ("inbound", "next", "sources"),
        role="manager",
    ),
    Endpoint("GET", "/inbound/{id}", "What became of one.", Nothing, read, ("inbound",), role="manager"),
    Endpoint(
        "GET",
        "/inbound/{id}/raw",
        "The mail as it came.",
        Nothing,
        read_raw,
        role="manager",
        media_type="application/octet-stream",
    ),
    Endpoint("POST", "/inbound/{id}/retry", "Read it anew.", Nothing, retry, ("inbound",), role="manager"),
)
