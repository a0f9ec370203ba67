"""Files over HTTP: taken in for a chat or a ticket, handed out to those whose conversation it is.

The address of a file opens nothing by itself: whoever asks shows the visitor's token, an agent's session
or, on the customer's page, the signed link whose page it is on (decision 0019). It is handed out to be kept, not shown.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from aiohttp import web

from server import access
from server.errors import Refusal, not_found
from server.fields import Id, Request, parse
from server.files.names import disposition, split
from server.files.thumbnails import TYPE as THUMBNAIL_TYPE
from server.signing import BadSignature
from server.web.endpoints import Call, Endpoint, Json, Nothing, authenticate, query_of, session_token
from server.web.keys import DESK
from server.web.origin import require_own
from server.web.uploads import Form, received
from transcripts.errors import ChatClosed
from transcripts.files import StoredFile
from transcripts.records import Agent, Author

if TYPE_CHECKING:
    from server.desk import Desk

HANDED_OUT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}


class Target(Request):
    """Where the file is to be used; one of the two."""

    chat_id: Id | None = None
    ticket: Id | None = None


async def upload(call: Call, _: Nothing) -> Json:
    given = parse(Target, query_of(call.request, Target))
    if (given.chat_id is None) == (given.ticket is None):
        raise Refusal("invalid", "Say the chat_id, or the ticket.", field="chat_id")
    author = await _allowed(call, given)
    desk = call.desk
    count_upload(desk, author.id or "", call.address)
    async with received(call.request, desk.files.rules, desk.settings.data) as form:
        file = await keep(desk, form, author, call.address, chat_id=given.chat_id, ticket_number=given.ticket)
    return {"file": desk.wire.file(file.file)}


def count_upload(desk: Desk, person_id: str, address: str) -> None:
    """Before a byte of it is read. Raises Refusal rate_limited."""
    desk.limits.hit("file", person_id)
    desk.limits.hit("file_address", address)
    desk.limits.check("file_bytes", person_id)
    desk.limits.check("file_bytes_address", address)


async def keep(
    desk: Desk,
    form: Form,
    author: Author,
    address: str,
    *,
    chat_id: str | None = None,
    ticket_number: str | None = None,
) -> StoredFile:
    """The form's file. Raises Refusal."""
    if form.source is None:
        raise Refusal("invalid", "Choose a file.", field="file")
    size_bytes = form.source.seek(0, 2)
    desk.limits.hit("file_bytes", author.id or address, size_bytes)
    desk.limits.hit("file_bytes_address", address, size_bytes)
    return await desk.files.take_in(form.source, form.name, author, chat_id=chat_id, ticket_number=ticket_number)


async def handed_out(request: web.Request) -> web.StreamResponse:
    """`GET /files/{name}`, by token or session."""
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    name = request.match_info["name"]
    reader = await _reader(request, desk)
    if isinstance(reader, Agent):
        return await respond(request, await desk.files.of_agent(reader, name))
    return await respond(request, await desk.files.of_visitor(reader, name))


async def handed_out_by_link(request: web.Request) -> web.StreamResponse:
    """`GET /t/{signed}/files/{name}`: what stands on the customer's own page, which has no script to show a token."""
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    try:
        kind, subject = desk.signer.link_subject(request.match_info["signed"])
    except BadSignature as exc:
        raise not_found("file") from exc
    return await respond(request, await desk.files.of_link(kind, subject, request.match_info["name"]))


async def respond(request: web.Request, file: StoredFile) -> web.StreamResponse:
    """The file, or its thumbnail where the path names that. Raises NotFound where its bytes are gone."""
    name = request.match_info["name"]
    is_thumbnail = name == file.thumb_id
    pieces = cast("AsyncGenerator[bytes, None]", await request.app[DESK].store.open_bytes(name))
    kind = THUMBNAIL_TYPE if is_thumbnail else file.type
    shown = f"{split(file.name)[0]}.webp" if is_thumbnail else file.name
    response = web.StreamResponse(
        headers={**HANDED_OUT, "Content-Disposition": disposition(shown), "Content-Type": kind}
    )
    if not is_thumbnail:
        response.content_length = file.size_bytes
    # Whoever goes away in the middle leaves no open file behind.
    async with aclosing(pieces):
        await response.prepare(request)
        if request.method != "HEAD":
            async for piece in pieces:
                await response.write(piece)
    await response.write_eof()
    return response


async def _allowed(call: Call, given: Target) -> Author:
    """Who uploads, if they may. Raises Refusal unauthorized, forbidden, not_found; ChatClosed."""
    desk = call.desk
    reader = await _reader(call.request, desk)
    if given.ticket is not None:
        if not isinstance(reader, Agent):
            raise not_found("ticket")
        access.agents_ticket(await desk.store.ticket(given.ticket), reader)
        return Author("agent", reader.id, reader.name)
    chat = await desk.store.chat(given.chat_id or "")
    if isinstance(reader, Agent):
        chat = access.agents_chat(chat, reader)
        author = Author("agent", reader.id, reader.name)
    else:
        chat = access.visitors_chat(chat, reader)
        author = Author("visitor", reader, chat.visitor_name)
    if chat.state == "closed":
        raise ChatClosed(chat.id)
    return author


async def _reader(request: web.Request, desk: Desk) -> Agent | str:
    """An agent, or a visitor's id. Raises Refusal unauthorized or forbidden, whether there is a file or not."""
    token, by_cookie = session_token(request)
    if token is not None and not by_cookie:
        try:
            visitor_id = desk.signer.visitor_of(token)
        except BadSignature:
            return await authenticate(request, desk)
        require_own(request, desk.wire.public_url, browser=False)
        return visitor_id
    return await authenticate(request, desk)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/files/{name}", handed_out)
    app.router.add_get("/t/{signed}/files/{name}", handed_out_by_link)


ENDPOINTS = (
    Endpoint(
        "POST", "/files", "Upload a file for a chat or a ticket.", Nothing, upload, ("file",), role=None, status=201
    ),
)
