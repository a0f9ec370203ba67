"""Tickets for agents: list, read, make, change, answer."""

from __future__ import annotations

from server import access, wire
from server.requests import TicketCreate
from server.web.bodies import TicketAnswer, TicketPatch, TicketReturn, TicketSearch
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.problems import shown_ticket, shown_tickets
from server.web.scopes import departments_of
from transcripts.questions import TicketQuery
from transcripts.records import Ticket, TicketMessage


async def search(call: Call, given: TicketSearch) -> Json:
    query = TicketQuery(
        words=given.q,
        statuses=given.status,
        departments=departments_of(call.agent, given.department),
        assignee=given.assignee,
        tier=given.tier,
        unassigned=given.unassigned,
        missed=given.missed,
        cursor=opened("tickets", given.cursor),
    )
    if given.q:
        call.desk.limits.hit("search", call.agent.id)
    tickets, following = await call.desk.store.tickets(query)
    return {"tickets": await shown_tickets(call, tickets), "next": sealed("tickets", following)}


async def read(call: Call, _: Nothing) -> Json:
    ticket = await _ticket(call)
    messages = await call.desk.store.ticket_messages(ticket.number)
    return {
        "ticket": await shown_ticket(call, ticket),
        "messages": [await _message(call, message) for message in messages],
    }


async def create(call: Call, given: TicketCreate) -> Json:
    call.desk.limits.hit("ticket", call.agent.id)
    chat = None
    if given.chat_id is not None:
        chat = access.agents_chat(await call.desk.store.chat(given.chat_id), call.agent)
    ticket = await call.desk.new_tickets.create_by_agent(call.agent, given, chat, channel="api")
    return {"ticket": await shown_ticket(call, ticket)}


async def change(call: Call, given: TicketPatch) -> Json:
    ticket = await call.desk.tickets.change(call.agent, call.part("number"), given.change())
    return {"ticket": await shown_ticket(call, ticket)}


async def give_back(call: Call, given: TicketReturn) -> Json:
    ticket = await call.desk.tickets.return_to_first_tier(call.agent, call.part("number"), given.note)
    return {"ticket": await shown_ticket(call, ticket)}


async def answer(call: Call, given: TicketAnswer) -> Json:
    call.desk.limits.hit("message", call.agent.id)
    message = await call.desk.tickets.answer(
        call.agent, call.part("number"), given.client_id, given.body, given.internal, tuple(given.file_ids)
    )
    return {"message": await _message(call, message)}


async def _ticket(call: Call) -> Ticket:
    return access.agents_ticket(await call.desk.store.ticket(call.part("number")), call.agent)


async def _message(call: Call, message: TicketMessage) -> Json:
    files = await call.desk.files.of_message(message)
    return {
        **wire.ticket_message(message, await _mail(call, message)),
        "files": [call.desk.wire.file(file.file) for file in files],
    }


async def _mail(call: Call, message: TicketMessage) -> Json | None:
    """What has become of the mail that carries the message."""
    mail = await call.desk.store.mail(message.mail_id) if message.mail_id else None
    if mail is None:
        return None
    return {
        "id": mail.id,
        "state": mail.state,
        "to": mail.to,
        "sent_at": wire.moment(mail.sent_at),
        "error": mail.error,
    }


ENDPOINTS = (
    Endpoint("GET", "/tickets", "Find tickets: open ones by checkpoint.", TicketSearch, search, ("tickets", "next")),
    Endpoint("POST", "/tickets", "Make a ticket.", TicketCreate, create, ("ticket",), status=201),
    Endpoint("GET", "/tickets/{number}", "Read a ticket.", Nothing, read, ("ticket", "messages")),
    Endpoint("PATCH", "/tickets/{number}", "Change a ticket.", TicketPatch, change, ("ticket",)),
    Endpoint("POST", "/tickets/{number}/return", "Give it back to tier 1.", TicketReturn, give_back, ("ticket",)),
    Endpoint(
        "POST", "/tickets/{number}/messages", "Answer by mail, or note.", TicketAnswer, answer, ("message",), status=201
    ),
)
