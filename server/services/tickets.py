"""Tickets: how they come to be, what is changed about them, and how they are answered.

The rules are transcripts' (tickets.py, promises.py); here they meet opening hours, people, ids and the record. Who may
see a ticket is decided in access.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.requests import TicketCreate, ToTicket
from server.services.directory import Directory
from server.services.targets import Targets
from server.settings import Settings
from transcripts import promises, wording
from transcripts import tickets as rules
from transcripts.envelopes import Envelope
from transcripts.errors import VersionConflict
from transcripts.operations import EventText, NewTicket, NewTicketMessage, TicketChanges
from transcripts.port import Store
from transcripts.records import (
    Agent,
    Author,
    Channel,
    Chat,
    Department,
    Priority,
    Ticket,
    TicketMessage,
    Verified,
)

MessageChannel = Literal["panel", "widget"]
TRIES = 5
"""Of a change that finds the ticket changed meanwhile; another server rarely does that twice."""


class Tickets:
    def __init__(
        self, store: Store, directory: Directory, clock: Clock, settings: Settings, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._targets = Targets(directory, settings)
        self._zone = settings.zone
        self._settings = settings
        self._new_id = new_id
        # What a change owes the customer depends on the ticket as it is: read and write belong together.
        self._changing = asyncio.Lock()

    def checkpoint(self, department_id: str, now: datetime, at_least_s: float = 0.0) -> datetime:
        """When a new ticket's customer hears from us: the department's time, or longer, of opening hours from now."""
        hours = self._directory.hours(department_id)
        after_s = max(self._targets.first_news_s(department_id), at_least_s)
        plain = now + timedelta(seconds=after_s)
        return plain if hours is None else hours.add_open_time(now, after_s) or plain

    def event_text(self, chat: Chat, ticket: NewTicket) -> EventText:
        """The event that names the ticket and its promise in the chat."""
        body = wording.event_sentence("ticket", chat.locale, checkpoint_at=ticket.checkpoint_at, tz=self._zone)
        return EventText("ticket", body)

    # ---- new ones -------------------------------------------------------------------------------------------------

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
            checkpoint_at=checkpoint_at or self.checkpoint(chat.department_id, at),
            subject=subject,
            priority=priority,
            tags=tags or (),
            assignee=chat.agent_id,
        )
        with _refusals("ticket."):
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
            checkpoint_at=self.checkpoint(department.id, at),
            subject=request.subject,
            phone=request.phone,
            call_at=request.call_at,
            called_before=request.called_before,
            first_message=self._first_message(
                request.question, Author("visitor", visitor_id, name), "widget", verified
            ),
            creator=f"visitor:{visitor_id}",
            client_id=request.client_id,
            fingerprint=_fingerprint(request),
            name=request.name,
        )
        with _refusals():
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
            checkpoint_at=request.checkpoint_at or self.checkpoint(department_id, at),
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
            fingerprint=_fingerprint(request),
            name=request.name,
        )
        with _refusals():
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

    # ---- what follows ---------------------------------------------------------------------------------------------

    async def change(self, agent: Agent, number: str, change: promises.Change) -> Ticket:
        """Raises Refusal not_found; invalid where the customer would be left without a sentence or a checkpoint."""

        def decide(ticket: Ticket, at: datetime) -> TicketChanges:
            access.agents_ticket(ticket, agent)
            self._check_people(ticket, change)
            by = Author("agent", agent.id, agent.name)
            return promises.changed(ticket, change, by=by, at=at, message_id=self._new_id(), envelope=self._envelope())

        return await self._decided(number, decide)

    async def return_to_first_tier(self, agent: Agent, number: str, note: str | None) -> Ticket:
        """With the solution, or a note, for the team only. Raises Refusal not_found."""

        def decide(ticket: Ticket, at: datetime) -> TicketChanges:
            access.agents_ticket(ticket, agent)
            by = Author("agent", agent.id, agent.name)
            return promises.returned(ticket, note, by=by, message_id=self._new_id())

        return await self._decided(number, decide)

    async def rate(self, number: str, score: int, comment: str | None) -> Ticket:
        """The customer's, by their link. Raises Refusal not_found; conflict where it is not finished, or too late."""

        def decide(ticket: Ticket, at: datetime) -> TicketChanges:
            try:
                return promises.rated(ticket, score, comment, at)
            except rules.TicketRuleError as exc:
                raise Refusal("conflict", exc.message) from exc

        return await self._decided(number, decide)

    async def heard(self, number: str, decide: Callable[[Ticket, datetime], TicketChanges]) -> Ticket:
        """What a mail makes of the ticket as it is. Raises Refusal not_found, invalid, conflict."""
        return await self._decided(number, decide)

    async def _decided(self, number: str, decide: Callable[[Ticket, datetime], TicketChanges]) -> Ticket:
        """Carry out what `decide` makes of the ticket as it is; decided anew where somebody was faster.

        Raises Refusal not_found, invalid, conflict (it never stood still).
        """
        async with self._changing:
            for _ in range(TRIES):
                ticket = await self._store.ticket(number)
                if ticket is None:
                    raise not_found("ticket")
                at = self._clock.now()
                with _refusals():
                    changes = replace(decide(ticket, at), if_version=ticket.version)
                try:
                    return await self._store.change_ticket(number, changes, at)
                except VersionConflict:
                    continue
        raise Refusal("conflict", "Somebody else is changing this ticket. Look at it again.")

    async def answer(
        self,
        agent: Agent,
        number: str,
        client_id: str,
        body: str,
        internal: bool,
        file_ids: tuple[str, ...] = (),
    ) -> TicketMessage:
        """Mail an answer to the customer, or (internal) keep a note for the team; once per agent and client_id.

        file_ids: the agent's uploads for this ticket; the mail names them, and they stand on the customer's page.
        Raises Refusal not_found; StoreError Conflict (client_id with other content), NotFound (a file).
        """
        async with self._changing:
            ticket = access.agents_ticket(await self._store.ticket(number), agent)
            at = self._clock.now()
            message = NewTicketMessage(
                id=self._new_id(),
                author=Author("agent", agent.id, agent.name),
                body=body,
                channel="panel",
                client_id=client_id,
                internal=internal,
                file_ids=file_ids,
            )
            kept = await self._store.files_of_ticket(number) if file_ids else ()
            named = tuple(file.file for file in kept if file.id in file_ids)
            # An answer after its time would promise the past once more.
            is_late = ticket.checkpoint_at is not None and ticket.checkpoint_at < at
            following = self.checkpoint(ticket.department_id, at) if is_late else None
            with _refusals():
                mails = promises.answered(ticket, message, self._envelope(), following, named)
            return await self._store.add_ticket_message(number, message, at, mails, following)

    async def transcript_mail(self, chat: Chat, to: str | None, at: datetime) -> str:
        """Mail the conversation as it stands to `to`, else to the chat's own address: the mail's id.

        Raises Refusal invalid, field `email`.
        """
        with _refusals():
            mail = rules.transcript_mail(chat, to, self._envelope())
        await self._store.queue_mail(mail, at)
        return mail.id

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
            raise _no_department()
        return department.id

    def _check_people(self, ticket: Ticket, change: promises.Change) -> None:
        """Raises Refusal invalid: a ticket must not end up with a department or an agent that will never see it."""
        department_id = change.department_id or ticket.department_id
        if change.department_id is not None and change.department_id not in {
            d.id for d in self._directory.departments()
        }:
            raise _no_department()
        if change.assignee is not None:
            assignee = self._directory.agent(change.assignee)
            if assignee is None or assignee.disabled_at is not None or not access.in_scope(assignee, department_id):
                raise Refusal("invalid", "Nobody of that name works in the ticket's department.", field="assignee")


def _agents_channel(request: TicketCreate, chat: Chat | None, otherwise: Channel) -> Channel:
    if request.channel is not None:
        return request.channel
    if chat is not None:
        return "chat"
    return "callback" if request.phone and request.call_at else otherwise


def _no_department() -> Refusal:
    return Refusal("invalid", "There is no such department. Choose one of the list.", field="department")


def _fingerprint(request: ToTicket | TicketCreate) -> str:
    """Of everything but the client_id: the same request again gives the same, another content another."""
    content = request.model_dump(mode="json", exclude={"client_id"}, exclude_none=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@contextmanager
def _refusals(prefix: str = "") -> Iterator[None]:
    """A broken rule is the wire's `invalid`, with the field under `prefix`."""
    try:
        yield
    except rules.TicketRuleError as exc:
        raise Refusal("invalid", exc.message, field=prefix + exc.field) from exc
