"""Whose is what: everything in the record that leads to one person.

What somebody only claims joins nobody (contacts.py): who is asked for by a visit gets what was said in that browser,
and the addresses named there only where nobody else's conversation stands under them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from transcripts.contacts import Contact, ContactStore, PersonQuery, folded
from transcripts.privacy import Person, PrivacyStore, Subject
from transcripts.records import Chat, Ticket, Visitor

_ALL = 1_000_000
"""More conversations than anybody has."""


class PersonStore(ContactStore, PrivacyStore, Protocol):
    """What is asked for a person."""

    async def visitor(self, visitor_id: str) -> Visitor | None: ...

    async def chat(self, chat_id: str) -> Chat | None: ...

    async def ticket(self, number: str) -> Ticket | None: ...


@dataclass(frozen=True, slots=True)
class _Start:
    """Who was asked for. visit: the browser, where that was asked for; of it everything counts."""

    contact: Contact | None
    addresses: tuple[str, ...]
    visitors: tuple[str, ...]
    visit: str | None


async def find_person(
    store: PersonStore, subject: Subject, *, before: datetime | None = None, only_proved: bool = False
) -> Person:
    """before: only what was there then, for replaying a tombstone. only_proved: what the owner of the address may see.

    Nobody is known: an empty Person, but for the address that was asked for.
    """
    start = await _start(store, subject)
    chats = await _chats(store, start, only_proved=only_proved)
    tickets = await _tickets(store, start, chats, only_proved=only_proved)
    for number in [ticket.chat_id for ticket in tickets.values()]:
        if number is not None and number not in chats and (chat := await store.chat(number)) is not None:
            chats[chat.id] = chat
    if before is not None:
        chats = {key: chat for key, chat in chats.items() if chat.created_at < before}
        tickets = {key: ticket for key, ticket in tickets.items() if ticket.created_at < before}
    visitors = await _visitors(store, start, chats, tickets, before)
    addresses = await _addresses(store, start, chats, tickets)
    contacts = await _contacts(store, start, addresses)
    return Person(tuple(sorted(chats)), tuple(sorted(tickets)), visitors, addresses, contacts)


async def _start(store: PersonStore, subject: Subject) -> _Start:
    contact: Contact | None = None
    visit: str | None = None
    addresses: tuple[str, ...] = ()
    if subject.kind == "address":
        addresses = (folded(subject.value),)
        contact = await store.contact_by_address(subject.value)
    elif subject.kind == "contact":
        contact = await store.contact(subject.value)
    else:
        visit = subject.value
        visitor = await store.visitor(visit)
        if visitor is not None and visitor.verified == "signed" and visitor.subject is not None:
            contact = await store.contact_by_subject(visitor.subject)
    if contact is not None:
        addresses = tuple(dict.fromkeys((*addresses, *map(folded, contact.addresses))))
    signed = () if contact is None or contact.subject is None else await store.visitors_of(contact.subject)
    visitors = tuple(visitor.id for visitor in signed)
    if visit is not None:
        visitors = tuple(dict.fromkeys((visit, *visitors)))
    return _Start(contact, addresses, visitors, visit)


async def _chats(store: PersonStore, start: _Start, *, only_proved: bool) -> dict[str, Chat]:
    found = {chat.id: chat for chat in await store.chats_of_person(_query(None, start.addresses))}
    for visitor_id in start.visitors:
        found |= {chat.id: chat for chat in await store.chats_of_person(_query(visitor_id, ()))}
    if only_proved:
        return found
    # What the same browser said without an address, before or after it said this one.
    for visitor_id in {chat.visitor_id for chat in found.values()}:
        for chat in await store.chats_of_person(_query(visitor_id, ())):
            if chat.visitor_email is None or folded(chat.visitor_email) in start.addresses:
                found[chat.id] = chat
    return found


async def _tickets(
    store: PersonStore, start: _Start, chats: dict[str, Chat], *, only_proved: bool
) -> dict[str, Ticket]:
    found = {ticket.number: ticket for ticket in await store.tickets_of_person(_query(None, start.addresses))}
    if only_proved:
        return found
    for visitor_id in start.visitors:
        found |= {ticket.number: ticket for ticket in await store.tickets_of_person(_query(visitor_id, ()))}
    for number in {chat.ticket_number for chat in chats.values()} - {None, *found}:
        if number is not None and (ticket := await store.ticket(number)) is not None:
            found[number] = ticket
    return found


async def _visitors(
    store: PersonStore,
    start: _Start,
    chats: dict[str, Chat],
    tickets: dict[str, Ticket],
    before: datetime | None,
) -> tuple[str, ...]:
    """Browsers of which nothing else is left, and those that go by one of the addresses."""
    seen = {*start.visitors, *(chat.visitor_id for chat in chats.values())}
    seen |= {ticket.visitor_id for ticket in tickets.values() if ticket.visitor_id is not None}
    theirs = []
    for visitor_id in sorted(seen):
        visitor = await store.visitor(visitor_id)
        if before is not None and visitor is not None and visitor.created_at >= before:
            continue
        has_others = any(chat.id not in chats for chat in await store.chats_of_person(_query(visitor_id, ())))
        goes_by = visitor is not None and visitor.email is not None and folded(visitor.email) in start.addresses
        if not has_others or (before is None and (goes_by or visitor_id == start.visit)):
            theirs.append(visitor_id)
    return tuple(theirs)


async def _addresses(
    store: PersonStore, start: _Start, chats: dict[str, Chat], tickets: dict[str, Ticket]
) -> tuple[str, ...]:
    named: Iterable[str | None] = (
        *(chat.visitor_email for chat in chats.values()),
        *(ticket.requester_email for ticket in tickets.values()),
    )
    candidates = dict.fromkeys((*start.addresses, *(folded(address) for address in named if address)))
    return tuple([address for address in candidates if await _is_theirs(store, address, chats, tickets)])


async def _is_theirs(store: PersonStore, address: str, chats: dict[str, Chat], tickets: dict[str, Ticket]) -> bool:
    query = _query(None, (address,))
    return all(chat.id in chats for chat in await store.chats_of_person(query)) and all(
        ticket.number in tickets for ticket in await store.tickets_of_person(query)
    )


async def _contacts(store: PersonStore, start: _Start, addresses: Sequence[str]) -> tuple[str, ...]:
    found = {} if start.contact is None else {start.contact.id: start.contact}
    for address in addresses:
        if (contact := await store.contact_by_address(address)) is not None:
            found[contact.id] = contact
    return tuple(key for key, contact in sorted(found.items()) if set(map(folded, contact.addresses)) <= set(addresses))


def _query(visitor_id: str | None, addresses: tuple[str, ...]) -> PersonQuery:
    return PersonQuery(visitor_id, None, addresses, None, _ALL)
