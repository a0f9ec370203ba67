"""What a customer sends from their own page, without a sign-in and without a script: an answer, or a rating.

Whoever has the link is its customer. Each form is answered by the page itself (a redirect), so that loading it again
sends nothing twice; the answer carries an id of the page that it was written on, so that a double click is one answer.
What is refused comes back as the page with what was written and why. An answer to a ticket that is long over is a new
one, linked to it, as a mail would be (services/mail/mail_tickets.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from aiohttp import web

from server.errors import Refusal, not_found
from server.fields import parse
from server.ids import new_id
from server.signing import BadSignature
from server.web.answers import form_body
from server.web.bodies import CustomerAnswer, TicketRating
from server.web.files import count_upload, keep
from server.web.keys import DESK
from server.web.uploads import Form, received
from transcripts import promises
from transcripts.envelopes import Envelope
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.records import Author, Ticket

if TYPE_CHECKING:
    from server.desk import Desk


TRIES: Final = 5
PAGE_CODES: Final = frozenset({"invalid", "conflict", "too_large"})
"""What the customer can mend themselves, and reads on their page."""
Part = Literal["file", "answer", "rating"]


class FormRefused(Exception):
    """Something was not taken; the page says why, and keeps what was written. part: of the page, which is at fault."""

    def __init__(self, ticket: Ticket, refusal: Refusal, part: Part, body: str) -> None:
        super().__init__(refusal.message)
        self.ticket = ticket
        self.refusal = refusal
        self.part = part
        self.body = body


class _Moved(Exception):
    """The ticket is another version than the one whose messages were looked through."""


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
    """Raises FormRefused; Refusal not_found, rate_limited."""
    desk = request.app[DESK]
    desk.limits.hit("ticket_address", desk.address_of(request))
    ticket = await desk.store.ticket(subject_of(desk, request, "ticket"))
    if ticket is None or ticket.erased_at is not None:
        raise not_found("ticket")
    desk.limits.hit("message", _person_id(ticket))
    if request.content_type == "multipart/form-data":
        raise web.HTTPSeeOther(await _answer_with_file(desk, request, ticket))
    try:
        fields = await form_body(request)
    except Refusal as exc:
        raise FormRefused(ticket, exc, "answer", "") from exc
    if "body" in fields or "client_id" in fields:
        with _refused(ticket, "answer", fields.get("body", "")):
            given = parse(CustomerAnswer, fields)
            number = await _answer(desk, ticket.number, given.client_id, given.body)
        raise web.HTTPSeeOther(_answered_at(desk, number))
    with _refused(ticket, "rating", ""):
        rating = parse(TicketRating, fields)
        await desk.tickets.rate(ticket.number, rating.score, rating.comment)
    raise web.HTTPSeeOther(f"{request.path}#rate")


async def _answer_with_file(desk: Desk, request: web.Request, ticket: Ticket) -> str:
    """The file is optional. The page that the answer stands on. Raises FormRefused."""
    address, form = desk.address_of(request), Form()
    file_ids: tuple[str, ...] = ()
    try:
        async with received(request, desk.files.rules, desk.settings.data, form):
            fields = {name: value for name, value in form.texts.items() if value.strip()}
            given = parse(CustomerAnswer, fields)
            if form.source is not None:
                count_upload(desk, _person_id(ticket), address)
                # Which ticket it will belong to is not sure before the answer is stored.
                file = await keep(desk, form, _customer(ticket), address)
                file_ids = (file.id,)
            return _answered_at(desk, await _answer(desk, ticket.number, given.client_id, given.body, file_ids))
    except Refusal as exc:
        if exc.code not in PAGE_CODES:
            raise
        part: Part = "file" if exc.field == "file" else "answer"
        raise FormRefused(ticket, exc, part, form.texts.get("body", "")) from exc


async def _answer(desk: Desk, number: str, client_id: str, body: str, file_ids: tuple[str, ...] = ()) -> str:
    """The customer's words in their ticket, once per page; the number of the ticket that has them.

    Raises Refusal not_found, conflict; StoreError Conflict.
    """
    for _ in range(TRIES):
        ticket = await desk.store.ticket(number)
        if ticket is None:
            raise not_found("ticket")
        message = NewTicketMessage(
            new_id(),
            _customer(ticket),
            body,
            "widget",
            ticket.requester_verified,
            client_id=client_id,
            file_ids=file_ids,
        )
        said = await desk.store.ticket_messages(number)
        if any(each.client_id == client_id and each.author.kind == "visitor" for each in said):
            return number
        if promises.is_long_over(ticket, desk.clock.now()):
            return (await desk.new_tickets.after(ticket, client_id, message)).number
        try:
            await desk.tickets.heard(number, _decision(desk, ticket, message))
        except _Moved:
            continue
        return number
    raise Refusal("conflict", "Somebody is changing this ticket. Send it once more.")


def _answered_at(desk: Desk, number: str) -> str:
    return f"/t/{desk.signer.link('ticket', number)}#answer"


@contextmanager
def _refused(ticket: Ticket, part: Part, body: str) -> Iterator[None]:
    try:
        yield
    except Refusal as exc:
        if exc.code not in PAGE_CODES:
            raise
        raise FormRefused(ticket, exc, part, body) from exc


def _person_id(ticket: Ticket) -> str:
    """Whose budget it is: who has chatted has one for the chat and this page together."""
    return ticket.visitor_id or f"ticket:{ticket.number}"


def _customer(ticket: Ticket) -> Author:
    return Author("visitor", ticket.visitor_id, ticket.requester_name)


def _decision(desk: Desk, read: Ticket, message: NewTicketMessage) -> Callable[[Ticket, datetime], TicketChanges]:
    def decide(as_it_is: Ticket, at: datetime) -> TicketChanges:
        if as_it_is.version != read.version:
            raise _Moved
        checkpoint_at = desk.tickets.checkpoint(as_it_is.department_id, at)
        return promises.heard(as_it_is, message, checkpoint_at, Envelope(new_id(), desk.settings.mail_host))

    return decide
