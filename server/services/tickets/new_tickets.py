"""How tickets come to be: from a chat, from what a visitor wrote or asked for, from an agent on the phone, by the API.

The rules are transcripts' (tickets.py); here they meet opening hours, people, ids and the record. What is changed about
a ticket, and how it is answered, is tickets.py's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from server import access
from server.clock import Clock
from server.errors import Refusal
from server.requests import TicketCreate, ToTicket, fingerprint
from server.services.known.directory import Directory
from server.services.tickets.checkpoints import Checkpoints
from server.services.tickets.ticket_refusals import no_department, refusals
from server.settings import Settings
from transcripts import tickets as rules
from transcripts import wording
from transcripts.envelopes import Envelope
from transcripts.operations import EventText, NewTicket, NewTicketMessage
from transcripts.port import Store
from transcripts.records import Agent, Author, Channel, Chat, Department, Priority, Ticket, Verified

MessageChannel = Literal["panel", "widget"]


class NewTickets:
    def __init__(
        self, store: Store, directory: Directory, clock: Clock, settings: Settings, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._checkpoints = Checkpoints(directory, settings)
        self._settings = settings
        self._new_id = new_id

    def event_text(self, chat: Chat, ticket: NewTicket) -> EventText:
        """The event that names the ticket and its promise in the chat."""
        body = wording.event_sentence(
            "ticket",
            chat.locale,
            checkpoint_at=ticket.checkpoint_at,
            tz=self._settings.zone,
            is_call=ticket.channel == "callback",
        )
        return EventText("ticket", body)

    def for_chat(
        self,
        chat: Chat,
        *,
        subject: str | None,
        priority: Priority | None,
        checkpoint_at: datetime | None,
        email: str | None,
        tags: tuple[str, ...] | None,
        at: datetime,
        channel: Channel,
    ) -> NewTicket:
        """The ticket a chat's end asks for. Raises Refusal invalid, field `ticket.email` or `ticket.checkpoint_at`."""
        address = email or chat.visitor_email
        if address is None:
            raise Refusal("invalid", "Say the address that the answer goes to.", field="ticket.email")
        asked = rules.Asked(
            channel=channel,
            email=address,
            at=at,
            checkpoint_at=checkpoint_at or self._checkpoints.following(chat.department_id, at),
            subject=subject,
            priority=priority,
            tags=tags or (),
            assignee=chat.agent_id,
        )
        with refusals("ticket."):
            return rules.from_chat(chat, asked, self._envelope())

    def from_visitor(
        self,
        visitor_id: str,
        visitor_name: str | None,
        verified: Verified | None,
        locale: str,
        request: ToTicket,
        department: Department,
        chat: Chat | None,
    ) -> NewTicket:
        """ "Write to me instead" and "call me back"; made once per visitor and client_id.

        Raises Refusal invalid, field `question` (nothing was asked), `email`, `phone` or `call_at`.
        """
        at = self._clock.now()
        is_call = request.phone is not None and request.kind is None
        if chat is None and request.question is None and not is_call:
            raise Refusal("invalid", "Write your question.", field="question")
        name = request.name or visitor_name
        asked = rules.Asked(
            channel=self._visitors_channel(request, department, at),
            email=request.email,
            at=at,
            checkpoint_at=self._checkpoints.following(department.id, at),
            subject=request.subject,
            phone=request.phone,
            call_at=request.call_at,
            called_before=request.called_before,
            first_message=self._first_message(
                request.question, Author("visitor", visitor_id, name), "widget", verified
            ),
            creator=f"visitor:{visitor_id}",
            client_id=request.client_id,
            fingerprint=fingerprint(request),
            name=request.name,
        )
        with refusals():
            if chat is not None:
                return rules.from_chat(chat, asked, self._envelope())
            requester = rules.Requester(department.id, name, verified, locale, visitor_id)
            return rules.without_chat(requester, asked, self._envelope())

    async def create_by_agent(
        self, agent: Agent, request: TicketCreate, chat: Chat | None, *, channel: Channel = "phone"
    ) -> Ticket:
        """A ticket while the chat goes on, or from a phone call; made once per agent and client_id.

        Raises Refusal invalid; StoreError Conflict (client_id with other content).
        """
        at = self._clock.now()
        department_id = self._agents_department(agent, request.department, chat)
        asked = rules.Asked(
            channel=_agents_channel(request, chat, channel),
            email=request.email,
            at=at,
            checkpoint_at=request.checkpoint_at or self._checkpoints.following(department_id, at),
            subject=request.subject,
            priority=request.priority,
            tags=tuple(request.tags or ()),
            assignee=agent.id,
            phone=request.phone,
            call_at=request.call_at,
            called_before=request.called_before,
            first_message=self._first_message(request.question, Author("visitor", None, request.name), "panel", None),
            creator=f"agent:{agent.id}",
            client_id=request.client_id,
            fingerprint=fingerprint(request),
            name=request.name,
        )
        with refusals():
            if chat is not None:
                new = rules.from_chat(chat, asked, self._envelope())
                new = replace(new, chat_events=(self.event_text(chat, new),))
            else:
                new = rules.without_chat(
                    rules.Requester(department_id, request.name, None, agent.locale), asked, self._envelope()
                )
        return await self._store.create_ticket(
            replace(new, department_id=department_id, topic=request.topic or new.topic)
        )

    async def after(self, ticket: Ticket, client_id: str, message: NewTicketMessage) -> Ticket:
        """What a customer writes on the page of a ticket that is long over: a new one, linked to it.

        Once per ticket and client_id. Raises Refusal invalid; StoreError Conflict (client_id with other content).
        """
        at = self._clock.now()
        departments = [department.id for department in self._directory.departments()]
        department_id = ticket.department_id
        if departments and department_id not in departments:
            department_id = departments[0]
        asked = rules.Asked(
            channel="widget" if self._directory.is_open(department_id, at) else "offline",
            email=ticket.requester_email,
            at=at,
            checkpoint_at=self._checkpoints.following(department_id, at),
            subject=ticket.subject,
            first_message=message,
            creator=f"ticket:{ticket.number}",
            client_id=client_id,
            fingerprint=hashlib.sha256(message.body.encode()).hexdigest(),
        )
        requester = rules.Requester(
            department_id,
            ticket.requester_name,
            ticket.requester_verified,
            ticket.locale,
            ticket.visitor_id,
            ticket.topic,
        )
        with refusals():
            new = rules.without_chat(requester, asked, self._envelope())
        return await self._store.create_ticket(replace(new, previous=ticket.number))

    # ---- inside ---------------------------------------------------------------------------------------------------

    def _envelope(self) -> Envelope:
        return Envelope(self._new_id(), self._settings.mail_host)

    def _visitors_channel(self, request: ToTicket, department: Department, at: datetime) -> Channel:
        if request.kind is not None:
            return request.kind
        if request.phone is not None or request.call_at is not None:
            return "callback"
        return "widget" if self._directory.is_open(department.id, at) else "offline"

    def _first_message(
        self, question: str | None, author: Author, channel: MessageChannel, verified: Verified | None
    ) -> NewTicketMessage | None:
        if question is None:
            return None
        return NewTicketMessage(self._new_id(), author, question, channel, verified)

    def _agents_department(self, agent: Agent, department_id: str | None, chat: Chat | None) -> str:
        if department_id is None and chat is not None:
            return chat.department_id
        if department_id is None and len(agent.department_ids) == 1:
            return agent.department_ids[0]
        department = self._directory.choose_department(department_id)
        if not access.in_scope(agent, department.id):
            raise no_department()
        return department.id


def _agents_channel(request: TicketCreate, chat: Chat | None, otherwise: Channel) -> Channel:
    if request.channel is not None:
        return request.channel
    if chat is not None:
        return "chat"
    return "callback" if request.phone and request.call_at else otherwise
