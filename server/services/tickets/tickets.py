"""Tickets: what is changed about them, and how they are answered. How they come to be is new_tickets.py's.

The rules are transcripts' (tickets.py, promises.py); here they meet opening hours, people, ids and the record. Who may
see a ticket is decided in access.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.services.known.directory import Directory
from server.services.known.tiers import Tiers
from server.services.tickets.checkpoints import Checkpoints
from server.services.tickets.ticket_refusals import no_department, refusals
from server.settings import Settings
from transcripts import promises
from transcripts import tickets as rules
from transcripts.envelopes import Envelope
from transcripts.errors import VersionConflict
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat, Ticket, TicketMessage

TRIES = 5
"""Of a change that finds the ticket changed meanwhile; another server rarely does that twice."""


class Tickets:
    def __init__(
        self, store: Store, directory: Directory, clock: Clock, settings: Settings, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._checkpoints = Checkpoints(directory, settings)
        self._tiers = Tiers(directory, settings)
        self._settings = settings
        self._new_id = new_id
        # What a change owes the customer depends on the ticket as it is: read and write belong together.
        self._changing = asyncio.Lock()

    def checkpoint(self, department_id: str, now: datetime, at_least_s: float = 0.0) -> datetime:
        """When the customer hears from us next, where nobody says when (checkpoints.py)."""
        return self._checkpoints.following(department_id, now, at_least_s)

    async def change(self, agent: Agent, number: str, change: promises.Change) -> Ticket:
        """Raises Refusal not_found; invalid where the customer would be left without a sentence or a checkpoint."""

        def decide(ticket: Ticket, at: datetime) -> TicketChanges:
            access.agents_ticket(ticket, agent)
            self._check_people(ticket, change)
            by = Author("agent", agent.id, agent.name)
            asked = self._raised(ticket, change, at) if promises.raises(ticket, change) else change
            return promises.changed(ticket, asked, by=by, at=at, message_id=self._new_id(), envelope=self._envelope())

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
                with refusals():
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
            with refusals():
                mails = promises.answered(ticket, message, self._envelope(), following, named)
            return await self._store.add_ticket_message(number, message, at, mails, following)

    async def transcript_mail(self, chat: Chat, to: str | None, at: datetime) -> str:
        """Mail the conversation as it stands to `to`, else to the chat's own address: the mail's id.

        Raises Refusal invalid, field `email`.
        """
        with refusals():
            mail = rules.transcript_mail(chat, to, self._envelope())
        await self._store.queue_mail(mail, at)
        return mail.id

    # ---- inside ---------------------------------------------------------------------------------------------------

    def _envelope(self) -> Envelope:
        return Envelope(self._new_id(), self._settings.mail_host)

    def _raised(self, ticket: Ticket, change: promises.Change, at: datetime) -> promises.Change:
        """As when its time at a tier is over (escalation.py): nobody keeps it who does not serve the higher tier.

        A promise whose time has come is followed by the next one: the customer is told where the ticket is now.
        """
        assert change.tier is not None
        department_id = change.department_id or ticket.department_id
        if change.assignee is None and ticket.assignee is not None:
            keeps = self._tiers.serves(ticket.assignee, department_id, change.tier)
            change = replace(change, unassign=change.unassign or not keeps)
        is_late = ticket.checkpoint_at is not None and ticket.checkpoint_at <= at
        if is_late and change.checkpoint_at is None and change.status is None:
            change = replace(change, checkpoint_at=self.checkpoint(department_id, at))
        return change

    def _check_people(self, ticket: Ticket, change: promises.Change) -> None:
        """Raises Refusal invalid: a ticket must not end up with a department or an agent that will never see it."""
        department_id = change.department_id or ticket.department_id
        if change.department_id is not None and change.department_id not in {
            d.id for d in self._directory.departments()
        }:
            raise no_department()
        if change.assignee is not None:
            assignee = self._directory.agent(change.assignee)
            if assignee is None or assignee.disabled_at is not None or not access.in_scope(assignee, department_id):
                raise Refusal("invalid", "Nobody of that name works in the ticket's department.", field="assignee")
