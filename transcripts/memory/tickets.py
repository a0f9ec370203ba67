"""Tickets in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts import changes, ticket_changes
from transcripts.errors import Conflict, NotFound
from transcripts.memory.files import MemoryFiles
from transcripts.operations import NewMail, NewTicket, NewTicketMessage, TicketChanges
from transcripts.questions import TicketQuery
from transcripts.records import FINAL_STATUSES, Ticket, TicketMessage
from transcripts.ticket_changes import FIRST_NUMBER, TicketChange
from transcripts.words import has_words, words_of


class MemoryTickets(MemoryFiles):
    async def create_ticket(self, new: NewTicket) -> Ticket:
        known = self._known_ticket(new)
        if known is not None:
            return known
        chat = None if new.chat_id is None else self._find_chat(new.chat_id)
        self._check_new(new)
        number = self._next_number()
        if chat is None:
            return self._make_ticket(new, number, None)
        chat = self._carry_out(changes.link_ticket(chat, new.chat_events, new.at, number))
        return self._make_ticket(new, number, chat.last_seq)

    async def ticket(self, number: str) -> Ticket | None:
        return self._tickets.get(number)

    async def tickets(self, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
        ranked = sorted(self._tickets.values(), key=_rank)
        numbers = [ticket.number for ticket in ranked]
        start = numbers.index(query.cursor) + 1 if query.cursor in numbers else 0
        if query.cursor is not None and not start:
            return (), None
        found = [ticket for ticket in ranked[start:] if self._ticket_fits(ticket, query)]
        page = tuple(found[: query.limit])
        return page, page[-1].number if len(found) > len(page) else None

    async def change_ticket(self, number: str, wanted: TicketChanges, at: datetime) -> Ticket:
        ticket = self._find_ticket(number)
        if wanted.message is not None and self._said(number, wanted.message) is not None:
            return ticket
        self._check_ids(() if wanted.message is None else (wanted.message,), wanted.mails, number)
        change = ticket_changes.change_ticket(ticket, wanted, at)
        return ticket if change is None else self._carry_out_ticket(change)

    async def add_ticket_message(
        self,
        number: str,
        new: NewTicketMessage,
        at: datetime,
        mails: tuple[NewMail, ...],
        checkpoint_at: datetime | None = None,
    ) -> TicketMessage:
        ticket = self._find_ticket(number)
        known = self._said(number, new)
        if known is not None:
            return known
        self._check_ids((new,), mails, number)
        change, message = ticket_changes.add_message(ticket, new, at, mails, checkpoint_at)
        self._carry_out_ticket(change)
        return message

    async def ticket_messages(self, number: str) -> tuple[TicketMessage, ...]:
        return tuple(self._ticket_messages.get(number, ()))

    def _find_ticket(self, number: str) -> Ticket:
        if number not in self._tickets:
            raise NotFound(f"no ticket {number}")
        return self._tickets[number]

    def _known_ticket(self, new: NewTicket) -> Ticket | None:
        """The ticket that an earlier request under the same creator and client_id made."""
        if new.creator is None or new.client_id is None:
            return None
        known = self._ticket_requests.get((new.creator, new.client_id))
        if known is None:
            return None
        fingerprint, number = known
        if fingerprint != new.fingerprint:
            raise Conflict(f"client_id {new.client_id} was another ticket")
        return self._tickets[number]

    def _check_new(self, new: NewTicket) -> None:
        messages = () if new.first_message is None else (new.first_message,)
        self._check_ids(messages, new.mails)

    def _check_ids(
        self, messages: Sequence[NewTicketMessage], mails: Sequence[NewMail], number: str | None = None
    ) -> None:
        """number: of the ticket, where there is one already."""
        said = {message.id for known in self._ticket_messages.values() for message in known}
        if any(message.id in said for message in messages) or any(mail.id in self._mails for mail in mails):
            raise Conflict("an id is taken")
        for message in messages:
            self._check_files(message, number)

    def _next_number(self) -> str:
        return str(FIRST_NUMBER + len(self._tickets))

    def _make_ticket(self, new: NewTicket, number: str, upto_seq: int | None) -> Ticket:
        if new.creator is not None and new.client_id is not None:
            self._ticket_requests[new.creator, new.client_id] = (new.fingerprint, number)
        return self._carry_out_ticket(ticket_changes.open_ticket(new, number, upto_seq))

    def _carry_out_ticket(self, change: TicketChange) -> Ticket:
        number = change.ticket.number
        if change.message is not None:
            self._use_in_ticket(change.message)
        self._tickets[number] = change.ticket
        if change.message is not None:
            self._ticket_messages.setdefault(number, []).append(change.message)
        self._mails.update({mail.id: mail for mail in change.mails})
        self._tell(change.facts())
        return change.ticket

    def _said(self, number: str, new: NewTicketMessage) -> TicketMessage | None:
        """The message that came under the same author and client_id before."""
        for message in self._ticket_messages.get(number, ()):
            by_same = (message.author.kind, message.author.id) == (new.author.kind, new.author.id)
            if by_same and new.client_id is not None and message.client_id == new.client_id:
                if not ticket_changes.is_same_message(message, new):
                    raise Conflict(f"client_id {new.client_id} was another message")
                return message
        return None

    def _ticket_fits(self, ticket: Ticket, query: TicketQuery) -> bool:
        words = words_of(query.words or "")
        is_nothing = bool(query.words and query.words.strip() and not words)
        names = [ticket.number, ticket.subject, ticket.requester_name or "", ticket.requester_email]
        texts = [message.body for message in self._ticket_messages.get(ticket.number, ())]
        return (
            not is_nothing
            and (not query.statuses or ticket.status in query.statuses)
            and (query.departments is None or ticket.department_id in query.departments)
            and (query.assignee is None or ticket.assignee == query.assignee)
            and (query.visitor_id is None or ticket.visitor_id == query.visitor_id)
            and (query.tier is None or ticket.tier == query.tier)
            and not (query.unassigned and ticket.assignee is not None)
            and not (query.missed and ticket.missed_at is None)
            and all(has_words([*names, *texts], words))
        )


def _rank(ticket: Ticket) -> tuple[bool, float, int]:
    number = int(ticket.number)
    if ticket.status in FINAL_STATUSES:
        return (True, -ticket.updated_at.timestamp(), number)
    return (False, ticket.checkpoint_at.timestamp() if ticket.checkpoint_at else float("inf"), number)
