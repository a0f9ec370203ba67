"""How a chat ends, whoever ends it: one operation in the record, ticket and mail with it, then the slot is given on."""

from __future__ import annotations

from datetime import datetime

from queueing.model import Leave
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.routing.dispatch import Dispatch
from server.services.tickets.new_tickets import NewTickets
from transcripts import wording
from transcripts.operations import Close, ClosedChat, EventText, NewTicket
from transcripts.port import Store
from transcripts.records import AuthorKind, Chat, Resolution
from transcripts.tickets import becomes_ticket


class Endings:
    def __init__(
        self, store: Store, dispatch: Dispatch, new_tickets: NewTickets, directory: Directory, clock: Clock
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._new_tickets = new_tickets
        self._directory = directory
        self._clock = clock

    async def end(
        self,
        chat: Chat,
        *,
        by: AuthorKind,
        resolution: Resolution | None,
        ticket: NewTicket | None = None,
        topic: str | None = None,
        summary: str | None = None,
        if_idle_since: datetime | None = None,
        only_in_state_seen: bool = False,
    ) -> ClosedChat:
        """Raises StoreError ChatClosed, Conflict (only_in_state_seen, if_idle_since), NotFound."""
        order = Close(
            chat.id,
            by,
            resolution,
            self._clock.now(),
            events=(self._closed_text(chat, by, resolution),),
            ticket_events=(self._new_tickets.event_text(chat, ticket),) if ticket else (),
            topic=topic,
            summary=summary,
            ticket=ticket,
            if_state=chat.state if only_in_state_seen else None,
            if_idle_since=if_idle_since,
        )
        closed = await self._store.close_chat(order)
        await self._dispatch.post(Leave(chat.id))
        return closed

    async def abandon(
        self, chat: Chat, *, by: AuthorKind, if_idle_since: datetime | None = None, only_in_state_seen: bool = False
    ) -> ClosedChat:
        """The visitor is gone. With a known address what they asked becomes a ticket."""
        ticket = self._abandoned_ticket(chat) if becomes_ticket("abandoned", chat.visitor_email) else None
        return await self.end(
            chat,
            by=by,
            resolution="abandoned",
            ticket=ticket,
            if_idle_since=if_idle_since,
            only_in_state_seen=only_in_state_seen,
        )

    def _abandoned_ticket(self, chat: Chat) -> NewTicket:
        return self._new_tickets.for_chat(
            chat,
            subject=None,
            priority=chat.priority,
            checkpoint_at=None,
            email=chat.visitor_email,
            tags=chat.tags,
            at=self._clock.now(),
            channel="abandoned",
        )

    def _closed_text(self, chat: Chat, by: AuthorKind, resolution: Resolution | None) -> EventText:
        agent = self._directory.agent_name(chat.agent_id) if chat.agent_id else None
        queued = chat.state == "queued" and by == "visitor"
        body = wording.event_sentence("closed", chat.locale, by=by, agent=agent, resolution=resolution, queued=queued)
        return EventText("closed", body, {"by": by, "resolution": resolution})
