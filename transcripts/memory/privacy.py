"""Erasure, tombstones and retention in memory."""

from __future__ import annotations

from dataclasses import replace

from transcripts import audit_seals
from transcripts.facts import ChatChanged, TicketChanged
from transcripts.memory.inbound import MemoryInbound
from transcripts.memory.incidents import MemoryIncidents
from transcripts.memory.people import MemoryPeople
from transcripts.privacy import (
    Erased,
    Erasure,
    Person,
    Subject,
    Tombstone,
    erased_chat,
    erased_message,
    erased_ticket,
    erased_ticket_message,
)
from transcripts.records import FINAL_STATUSES, Mail, Visitor
from transcripts.retention import Aged, Outdated


class MemoryPrivacy(MemoryInbound, MemoryIncidents, MemoryPeople):
    def __init__(self) -> None:
        super().__init__()
        self._tombstones: dict[str, Tombstone] = {}

    async def visitors_of(self, subject: str) -> tuple[Visitor, ...]:
        theirs = [visitor for visitor in self._visitors.values() if visitor.subject == subject]
        return tuple(sorted(theirs, key=lambda visitor: (visitor.created_at, visitor.id)))

    async def mails_about(self, person: Person) -> tuple[Mail, ...]:
        return tuple(mail for mail in self._mails.values() if _is_about(mail, person))

    async def subscriptions_of(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(self._subscribers) & set(addresses)))

    async def erase(self, order: Erasure) -> Erased:
        person = order.person
        if order.tombstone is not None:
            self._tombstones.setdefault(order.tombstone.id, order.tombstone)
        mails = [mail for mail in self._mails.values() if _is_about(mail, person)]
        self._mails = {mail.id: mail for mail in self._mails.values() if mail not in mails}
        files = [
            file.id
            for file in self._files.values()
            if file.chat_id in person.chat_ids or file.ticket_number in person.ticket_numbers
        ]
        await self.remove_files(files)
        counts = {
            "chats": sum(self._erase_chat(chat_id, order) for chat_id in person.chat_ids),
            "tickets": sum(self._erase_ticket(number, order) for number in person.ticket_numbers),
            "files": len(files),
            "mails": len(mails),
            "inbound": self._drop_inbound(person),
            **self._drop_person(person),
        }
        self._seal(person)
        return Erased(counts, tuple(mail.message_id for mail in mails))

    async def purge(self) -> bool:
        return True

    async def tombstones(self) -> tuple[Tombstone, ...]:
        return tuple(sorted(self._tombstones.values(), key=lambda tombstone: tombstone.at))

    async def add_tombstone(self, tombstone: Tombstone) -> None:
        self._tombstones.setdefault(tombstone.id, tombstone)

    async def known_subjects(self) -> tuple[Subject, ...]:
        addresses = {chat.visitor_email for chat in self._chats.values()}
        addresses |= {ticket.requester_email for ticket in self._tickets.values()}
        addresses |= {visitor.email for visitor in self._visitors.values()}
        addresses |= {address for contact in self._contacts.values() for address in contact.addresses}
        addresses |= {mail.to for mail in self._mails.values()} | {mail.sender for mail in self._inbound.values()}
        addresses |= set(self._subscribers)
        visitors = {*self._visitors, *(key for key, pages in self._pages.items() if pages)}
        visitors |= {chat.visitor_id for chat in self._chats.values() if chat.erased_at is None}
        return (
            *(Subject("address", value) for value in sorted({address.lower() for address in addresses if address})),
            *(Subject("contact", value) for value in self._contacts),
            *(Subject("visitor", value) for value in sorted(visitors)),
        )

    async def outdated(self, asked: Outdated) -> Aged:
        if asked.kind == "files":
            return self._old_files(asked)
        if asked.kind == "pages":
            return self._old_pages(asked)
        is_names = asked.kind == "addresses"
        chats = [
            (chat.closed_at, chat.id)
            for chat in self._chats.values()
            if chat.department_id == asked.department_id
            and chat.closed_at is not None
            and chat.closed_at < asked.before
            and chat.erased_at is None
            and not (is_names and chat.visitor_name is None and chat.visitor_email is None)
        ]
        tickets = [
            (ticket.updated_at, ticket.number)
            for ticket in self._tickets.values()
            if ticket.department_id == asked.department_id
            and ticket.status in FINAL_STATUSES
            and ticket.updated_at < asked.before
            and ticket.erased_at is None
            and not (is_names and not (ticket.requester_email or ticket.requester_name or ticket.phone))
        ]
        return Aged(
            tuple(key for _, key in sorted(chats)[: asked.limit]),
            tuple(key for _, key in sorted(tickets)[: asked.limit]),
        )

    async def drop_outdated(self, asked: Outdated, found: Aged) -> None:
        if asked.kind == "files":
            await self.remove_files(found.file_ids)
        if asked.kind == "pages":
            for visitor_id in found.page_visitors:
                kept = [page for page in self._pages.get(visitor_id, ()) if page.at >= asked.before]
                self._pages[visitor_id] = kept
        if asked.kind == "addresses":
            self._unname(found)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _erase_chat(self, chat_id: str, order: Erasure) -> bool:
        chat = self._chats.get(chat_id)
        if chat is None or chat.erased_at is not None:
            return False
        self._chats[chat_id] = erased_chat(chat, order)
        self._messages[chat_id] = list(map(erased_message, self._messages[chat_id]))
        self._notes.pop(chat_id, None)
        self._starts = {key: made for key, made in self._starts.items() if made[1] != chat_id}
        self._tell([ChatChanged(self._chats[chat_id], self._chats[chat_id])])
        return True

    def _erase_ticket(self, number: str, order: Erasure) -> bool:
        ticket = self._tickets.get(number)
        if ticket is None or ticket.erased_at is not None:
            return False
        self._tickets[number] = erased_ticket(ticket, order)
        self._ticket_messages[number] = list(map(erased_ticket_message, self._ticket_messages.get(number, [])))
        self._ticket_requests = {key: made for key, made in self._ticket_requests.items() if made[1] != number}
        self._tell([TicketChanged(self._tickets[number], self._tickets[number])])
        return True

    def _drop_inbound(self, person: Person) -> int:
        gone = [
            mail.id
            for mail in self._inbound.values()
            if mail.ticket_number in person.ticket_numbers
            or (mail.sender or "").lower() in person.addresses
            or (mail.envelope_from or "").lower() in person.addresses
        ]
        for key in gone:
            del self._inbound[key]
            self._inbound_raw.pop(key, None)
        return len(gone)

    def _drop_person(self, person: Person) -> dict[str, int]:
        pages = sum(len(self._pages.pop(key, ())) for key in person.visitor_ids)
        visitors = [self._visitors.pop(key) for key in person.visitor_ids if key in self._visitors]
        subscribed = [self._subscribers.pop(key) for key in person.addresses if key in self._subscribers]
        known = [self._contacts.pop(key) for key in person.contact_ids if key in self._contacts]
        self._identities = {jti: key for jti, key in self._identities.items() if key not in person.visitor_ids}
        self._starts = {key: made for key, made in self._starts.items() if key[0] not in person.visitor_ids}
        codes = [
            code.id
            for code in self._codes.values()
            if code.chat_id in person.chat_ids
            or code.contact_id in person.contact_ids
            or code.address.lower() in person.addresses
        ]
        for key in codes:
            del self._codes[key]
        return {
            "pages": pages,
            "visitors": len(visitors),
            "subscriptions": len(subscribed),
            "contacts": len(known),
            "codes": len(codes),
        }

    def _seal(self, person: Person) -> None:
        for index, entry in enumerate(self._audit):
            if audit_seals.SALT in entry.detail and audit_seals.names_any(entry.detail, person.addresses):
                self._audit[index] = replace(entry, detail=audit_seals.sealed(entry.detail))

    def _old_files(self, asked: Outdated) -> Aged:
        found = []
        for file in self._files.values():
            chat, ticket = self._chats.get(file.chat_id or ""), self._tickets.get(file.ticket_number or "")
            department_id = chat.department_id if chat else ticket.department_id if ticket else None
            is_over = (chat is None or chat.state == "closed") and (ticket is None or ticket.status in FINAL_STATUSES)
            if file.created_at < asked.before and department_id == asked.department_id and is_over:
                found.append(file)
        page = found[: asked.limit]
        return Aged(file_ids=tuple(file.id for file in page), file_bytes=sum(file.size_bytes for file in page))

    def _old_pages(self, asked: Outdated) -> Aged:
        visitors, views = [], 0
        for visitor_id, pages in self._pages.items():
            last = [chat.department_id for chat in self._chats.values() if chat.visitor_id == visitor_id][-1:]
            old = sum(page.at < asked.before for page in pages)
            if old and (last or [""]) == [asked.department_id]:
                visitors.append(visitor_id)
                views += old
        return Aged(page_visitors=tuple(visitors[: asked.limit]), page_views=views)

    def _unname(self, found: Aged) -> None:
        gone = Person(chat_ids=found.chat_ids, ticket_numbers=found.ticket_numbers)
        named = {(self._chats[key].visitor_email or "").lower() for key in found.chat_ids}
        named |= {self._tickets[number].requester_email.lower() for number in found.ticket_numbers}
        for chat_id in found.chat_ids:
            chat = self._chats[chat_id]
            self._chats[chat_id] = replace(
                chat, visitor_name=None, visitor_email=None, visitor_verified=None, revision=chat.revision + 1
            )
            self._messages[chat_id] = [
                replace(message, author=replace(message.author, name=None))
                if message.author.kind == "visitor"
                else message
                for message in self._messages[chat_id]
            ]
        for number in found.ticket_numbers:
            self._unname_ticket(number)
        used = {(chat.visitor_email or "").lower() for chat in self._chats.values()}
        used |= {ticket.requester_email.lower() for ticket in self._tickets.values()}
        addresses = tuple(sorted(named - used - {""}))
        self._forget(replace(gone, addresses=addresses))

    def _unname_ticket(self, number: str) -> None:
        ticket = self._tickets[number]
        self._tickets[number] = replace(
            ticket,
            requester_name=None,
            requester_email="",
            requester_verified=None,
            phone=None,
            version=ticket.version + 1,
        )
        self._ticket_messages[number] = [
            replace(
                message,
                sender=None,
                mail_id=None,
                author=message.author if message.author.kind == "agent" else replace(message.author, name=None),
            )
            for message in self._ticket_messages.get(number, [])
        ]

    def _forget(self, gone: Person) -> None:
        self._mails = {mail.id: mail for mail in self._mails.values() if not _is_about(mail, gone)}
        self._drop_inbound(gone)
        for contact in list(self._contacts.values()):
            if [address.lower() for address in contact.addresses] in [[address] for address in gone.addresses]:
                del self._contacts[contact.id]
        for visitor in list(self._visitors.values()):
            if (visitor.email or "").lower() in gone.addresses:
                self._visitors[visitor.id] = replace(visitor, name=None, email=None)
        self._seal(gone)


def _is_about(mail: Mail, person: Person) -> bool:
    return (
        mail.chat_id in person.chat_ids
        or mail.ticket_number in person.ticket_numbers
        or mail.to.lower() in person.addresses
    )
