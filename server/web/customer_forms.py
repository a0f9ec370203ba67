"""What a customer sends from their own page, without a sign-in and without a script: an answer, or a rating.

Whoever has the link is its customer. Each form is answered by the page itself (a redirect), so that loading it again
sends nothing twice; the answer carries an id of the page that it was written on, so that a double click is one answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from server.errors import Refusal, not_found
from server.fields import parse
from server.ids import new_id
from server.signing import BadSignature
from server.web.answers import BODY_WITHIN_S
from server.web.bodies import CustomerAnswer, TicketRating
from server.web.files import count_upload, keep
from server.web.keys import DESK
from server.web.uploads import Form, received
from transcripts import promises
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.records import FINAL_STATUSES, Author, Ticket

if TYPE_CHECKING:
    from server.desk import Desk

Json = dict[str, Any]

TRIES: Final = 5
ANSWERABLE_FOR: Final = timedelta(days=14)
"""After its end; a mail that comes later makes a ticket of its own too (services/mail_tickets.py)."""


class FileRefused(Exception):
    """The file was not taken; the page says why, and keeps what was written."""

    def __init__(self, ticket: Ticket, refusal: Refusal, body: str) -> None:
        super().__init__(refusal.message)
        self.ticket = ticket
        self.refusal = refusal
        self.body = body


class _Moved(Exception):
    """The ticket is another version than the one whose messages were looked through."""


def can_answer(ticket: Ticket, now: datetime) -> bool:
    over_at = ticket.solved_at or ticket.updated_at
    return ticket.status not in FINAL_STATUSES or now - over_at <= ANSWERABLE_FOR


def subject_of(desk: Desk, request: web.Request, wanted: str) -> str:
    """What the page's link is signed for. Raises Refusal not_found, for a link of another kind too."""
    try:
        kind, subject = desk.signer.link_subject(request.match_info["signed"])
    except BadSignature as exc:
        raise not_found("page") from exc
    if kind != wanted:
        raise not_found("page")
    return subject


async def sent(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    desk.limits.hit("ticket_address", desk.address_of(request))
    number = subject_of(desk, request, "ticket")
    if request.content_type == "multipart/form-data":
        await _answer_with_file(desk, request, number)
        raise web.HTTPSeeOther(f"{request.path}#answer")
    fields = await _fields(request)
    if "body" in fields:
        given = parse(CustomerAnswer, fields)
        await _answer(desk, number, given.client_id, given.body)
        raise web.HTTPSeeOther(f"{request.path}#answer")
    rating = parse(TicketRating, fields)
    await desk.tickets.rate(number, rating.score, rating.comment)
    raise web.HTTPSeeOther(f"{request.path}#rate")


async def _answer_with_file(desk: Desk, request: web.Request, number: str) -> None:
    """The file is optional. Raises FileRefused, with what was written; Refusal as `_answer`."""
    ticket = await desk.store.ticket(number)
    if ticket is None:
        raise not_found("ticket")
    address, form = desk.address_of(request), Form()
    file_ids: tuple[str, ...] = ()
    try:
        async with received(request, desk.files.rules, desk.settings.data, form):
            fields = {name: value for name, value in form.texts.items() if value.strip()}
            given = parse(CustomerAnswer, fields)
            if form.source is not None and can_answer(ticket, desk.clock.now()):
                count_upload(desk, f"ticket:{number}", address)
                file = await keep(desk, form, _customer(ticket), address, ticket_number=number)
                file_ids = (file.id,)
            await _answer(desk, number, given.client_id, given.body, file_ids)
    except Refusal as exc:
        if exc.field != "file":
            raise
        raise FileRefused(ticket, exc, form.texts.get("body", "")) from exc


async def _answer(desk: Desk, number: str, client_id: str, body: str, file_ids: tuple[str, ...] = ()) -> None:
    """The customer's words in their ticket, once per page. Raises Refusal not_found, conflict."""
    for _ in range(TRIES):
        ticket = await desk.store.ticket(number)
        if ticket is None:
            raise not_found("ticket")
        if not can_answer(ticket, desk.clock.now()):
            raise Refusal("conflict", "This request is closed for long. Start a new conversation on our site.")
        said = await desk.store.ticket_messages(number)
        if any(message.client_id == client_id and message.author.kind == "visitor" for message in said):
            return
        try:
            await desk.tickets.heard(number, _decision(desk, ticket, client_id, body, file_ids))
        except _Moved:
            continue
        return
    raise Refusal("conflict", "Somebody is changing this ticket. Send it once more.")


def _customer(ticket: Ticket) -> Author:
    return Author("visitor", ticket.visitor_id, ticket.requester_name)


def _decision(
    desk: Desk, read: Ticket, client_id: str, body: str, file_ids: tuple[str, ...]
) -> Callable[[Ticket, datetime], TicketChanges]:
    message = NewTicketMessage(
        new_id(), _customer(read), body, "widget", read.requester_verified, client_id=client_id, file_ids=file_ids
    )

    def decide(as_it_is: Ticket, at: datetime) -> TicketChanges:
        if as_it_is.version != read.version:
            raise _Moved
        return promises.heard(as_it_is, message, desk.tickets.checkpoint(as_it_is.department_id, at))

    return decide


async def _fields(request: web.Request) -> Json:
    """Raises Refusal invalid; what is too long is refused by aiohttp itself."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("invalid", "Send the page's form.")
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            fields = await request.post()
    except TimeoutError as exc:
        raise Refusal("invalid", "The form did not arrive in time.") from exc
    except (UnicodeDecodeError, LookupError, ValueError) as exc:
        raise Refusal("invalid", "The form cannot be read.") from exc
    return {name: value for name, value in fields.items() if isinstance(value, str) and value.strip()}
