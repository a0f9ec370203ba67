"""Known people and one-time codes in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcripts import codes, contacts
from transcripts.codes import CodeChange, Entered, NewCode, OneTimeCode, Try
from transcripts.contacts import Contact, ContactChanges, PersonQuery, Seen, folded
from transcripts.cursors import number_of
from transcripts.errors import Conflict, NotFound
from transcripts.facts import MailQueued
from transcripts.memory.audit import MemoryAudit
from transcripts.operations import NewTicket
from transcripts.records import Chat, Ticket, Visitor
from transcripts.ticket_changes import mail_of


class MemoryPeople(MemoryAudit):
    """Whoever asks for a ticket, or is introduced by the site, is known from then on."""

    def __init__(self) -> None:
        super().__init__()
        self._contacts: dict[str, Contact] = {}
        self._contact_numbers: dict[str, int] = {}
        self._codes: dict[str, OneTimeCode] = {}

    async def save_visitor(self, visitor: Visitor) -> None:
        await super().save_visitor(visitor)
        self._meet(contacts.seen_visitor(visitor))

    def _make_ticket(self, new: NewTicket, number: str, upto_seq: int | None) -> Ticket:
        ticket = super()._make_ticket(new, number, upto_seq)
        self._meet(contacts.seen_at_ticket(ticket))
        return ticket

    async def contact(self, contact_id: str) -> Contact | None:
        return self._contacts.get(contact_id)

    async def contact_by_address(self, address: str) -> Contact | None:
        return self._by_address(address)

    async def contact_by_subject(self, subject: str) -> Contact | None:
        return self._by_subject(subject)

    async def contacts(
        self, words: str | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Contact, ...], str | None]:
        parts = contacts.asked(words)
        numbered = [(self._contact_numbers[contact.id], contact) for contact in self._contacts.values()]
        before = 2**62 if cursor is None else number_of(cursor)
        found = [
            (n, contact)
            for n, contact in sorted(numbered, key=lambda item: -item[0])
            if n < before and all(part in contacts.words_in(contact) for part in parts)
        ]
        page = found[:limit]
        return tuple(contact for _, contact in page), str(page[-1][0]) if len(found) > len(page) else None

    async def add_contact(self, new: Contact, actor: str) -> Contact:
        contacts.taken(new, self._owners(new.addresses))
        if new.id in self._contacts:
            raise Conflict(f"contact {new.id} exists")
        self._keep(new)
        self._append(contacts.added(new, actor))
        return new

    async def change_contact(self, contact_id: str, changes: ContactChanges) -> Contact:
        before = self._find_contact(contact_id)
        other = None if changes.merge in (None, contact_id) else self._find_contact(changes.merge or "")
        after = contacts.changed(before, changes, other)
        contacts.taken(after, self._owners(after.addresses), other)
        if other is not None:
            self._drop(other, before)
        self._keep(after)
        self._append(contacts.edited(before, after, changes, other))
        return after

    async def chats_of_person(self, query: PersonQuery) -> tuple[Chat, ...]:
        found = [
            chat
            for chat in reversed(self._chats.values())
            if self._is_of(query, chat.visitor_id, chat.visitor_email, chat.department_id)
        ]
        return tuple(found[: query.limit])

    async def tickets_of_person(self, query: PersonQuery) -> tuple[Ticket, ...]:
        found = [
            ticket
            for ticket in reversed(self._tickets.values())
            if self._is_of(query, ticket.visitor_id, ticket.requester_email, ticket.department_id)
        ]
        return tuple(found[: query.limit])

    async def send_code(self, new: NewCode) -> Chat:
        chat, contact = self._find_chat(new.chat_id), self._find_contact(new.contact_id)
        change = codes.send(chat, contact, new, [c for c in self._codes.values() if c.address == new.address])
        if new.id in self._codes or new.mail.id in self._mails:
            raise Conflict("an id is taken")
        for code in self._codes.values():
            if code.chat_id == chat.id and code.state == "sent":
                self._codes[code.id] = replace(code, state="replaced")
        self._mails[new.mail.id] = mail_of(new.mail, new.at)
        sent = self._carry_out_code(chat, change)
        self._tell([MailQueued(new.mail.id)])
        return sent

    async def enter_code(self, entry: Try) -> Entered:
        chat = self._find_chat(entry.chat_id)
        change = codes.enter(chat, self._last_code(chat.id), entry)
        self._carry_out_code(chat, change)
        assert change.entered is not None
        return change.entered

    async def code_of(self, chat_id: str) -> OneTimeCode | None:
        return self._last_code(chat_id)

    def _meet(self, seen: Seen | None) -> None:
        """Take up what the record came to know about somebody."""
        if seen is None:
            return
        by_subject = None if seen.subject is None else self._by_subject(seen.subject)
        by_address = None if seen.address is None else self._by_address(seen.address)
        meeting = contacts.meet(seen, by_subject, by_address)
        if meeting.gone is not None:
            self._drop(meeting.gone, meeting.contact)
        self._keep(meeting.contact)

    def _find_contact(self, contact_id: str) -> Contact:
        if contact_id not in self._contacts:
            raise NotFound(f"no contact {contact_id}")
        return self._contacts[contact_id]

    def _by_address(self, address: str) -> Contact | None:
        wanted = folded(address)
        return next((c for c in self._contacts.values() if wanted in map(folded, c.addresses)), None)

    def _by_subject(self, subject: str) -> Contact | None:
        return next((c for c in self._contacts.values() if c.subject == subject), None)

    def _owners(self, addresses: Sequence[str]) -> list[Contact]:
        owners = [self._by_address(address) for address in addresses]
        return [owner for owner in owners if owner is not None]

    def _keep(self, contact: Contact) -> None:
        self._contacts[contact.id] = contact
        self._contact_numbers.setdefault(contact.id, len(self._contact_numbers) + 1)

    def _drop(self, contact: Contact, into: Contact) -> None:
        """What was proved in a chat stays proved, for the contact that it became."""
        del self._contacts[contact.id]
        for code in self._codes.values():
            if code.contact_id == contact.id:
                self._codes[code.id] = replace(code, contact_id=into.id)

    def _last_code(self, chat_id: str) -> OneTimeCode | None:
        return next((code for code in reversed(self._codes.values()) if code.chat_id == chat_id), None)

    def _carry_out_code(self, chat: Chat, change: CodeChange) -> Chat:
        if change.code is not None:
            self._codes[change.code.id] = change.code
        self._append(change.audit)
        return chat if change.change is None else self._carry_out(change.change)

    def _is_of(self, query: PersonQuery, visitor_id: str | None, email: str | None, department_id: str) -> bool:
        visitor = self._visitors.get(visitor_id or "")
        is_theirs = (
            (query.visitor_id is not None and visitor_id == query.visitor_id)
            or (query.subject is not None and visitor is not None and visitor.subject == query.subject)
            or (email is not None and folded(email) in map(folded, query.addresses))
        )
        return is_theirs and (query.departments is None or department_id in query.departments)
