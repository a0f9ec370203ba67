"""Known people: who is behind an address or a signed identity, over all their chats and tickets.

The record makes contacts by itself, in the transaction that brings the news: an address that asked for a ticket, a
person whom the site introduced. One address belongs to one contact, and one signed `sub` too. What somebody only
claims never joins two contacts: a ticket under another's address is that address's, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from transcripts.address import AddressError, mail_address
from transcripts.audit import AuditAction, NewAudit
from transcripts.errors import Conflict
from transcripts.records import Chat, Ticket, Visitor
from transcripts.words import fold

MAX_ADDRESSES = 20
_FIRST_WORDS = 16
"""More do not narrow a search, they only cost."""


@dataclass(frozen=True, slots=True)
class Contact:
    """addresses: the first is the primary one, where codes go to. subject: the `sub` that the site signed for them."""

    id: str
    name: str | None
    addresses: tuple[str, ...]
    subject: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody the record came to know. id: the contact's, where they are new. subject: signed, never claimed."""

    id: str
    at: datetime
    name: str | None
    address: str | None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """contact: as it is now. gone: one that turned out to be the same person and became part of it."""

    contact: Contact
    gone: Contact | None = None


@dataclass(frozen=True, slots=True)
class ContactChanges:
    """None: leave as it is. addresses: all of them from now on. merge: the contact that becomes part of this one."""

    at: datetime
    actor: str
    name: str | None = None
    addresses: tuple[str, ...] | None = None
    merge: str | None = None


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """All of one person: their visits from one browser, under their signed `sub`, and under their addresses.

    departments None: all. Newest first.
    """

    visitor_id: str | None
    subject: str | None
    addresses: tuple[str, ...]
    departments: tuple[str, ...] | None
    limit: int


class AddressTaken(Conflict):
    """An address is another contact's. `contact` is that one."""

    def __init__(self, address: str, contact: Contact) -> None:
        super().__init__(f"an address is contact {contact.id}'s")
        self.address = address
        self.contact = contact


class TwoIdentities(Conflict):
    """Two contacts whom the site signed as different people cannot be one."""


class ContactStore(Protocol):
    async def contact(self, contact_id: str) -> Contact | None: ...

    async def contact_by_address(self, address: str) -> Contact | None:
        """Whatever its case."""

    async def contact_by_subject(self, subject: str) -> Contact | None: ...

    async def contacts(
        self, words: str | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Contact, ...], str | None]:
        """A page and the cursor of the next, the newest first. words: each is in the name or in an address."""

    async def add_contact(self, new: Contact, actor: str) -> Contact:
        """Raises AddressTaken, Conflict (id taken)."""

    async def change_contact(self, contact_id: str, changes: ContactChanges) -> Contact:
        """Raises NotFound (also of `merge`), AddressTaken, TwoIdentities."""

    async def chats_of_person(self, query: PersonQuery) -> tuple[Chat, ...]: ...

    async def tickets_of_person(self, query: PersonQuery) -> tuple[Ticket, ...]: ...


def folded(address: str) -> str:
    """How addresses are compared. They are ASCII (address.py)."""
    return address.lower()


def seen_at_ticket(ticket: Ticket) -> Seen:
    return Seen(f"t-{ticket.number}", ticket.created_at, ticket.requester_name, ticket.requester_email)


def seen_visitor(visitor: Visitor) -> Seen | None:
    """None: nobody introduced them. The site may sign anything as an address: what is none is left out."""
    if visitor.verified != "signed" or visitor.subject is None:
        return None
    try:
        address = mail_address(visitor.email) if visitor.email else None
    except AddressError:
        address = None
    return Seen(f"v-{visitor.id}", visitor.created_at, visitor.name, address, visitor.subject)


def meet(seen: Seen, by_subject: Contact | None, by_address: Contact | None) -> Meeting:
    """What is known after somebody was seen, given what the record holds under their subject and their address."""
    if seen.subject is None:
        return _named(by_address, seen) if by_address is not None else _new(seen, seen.address)
    if by_subject is None:
        if by_address is None or by_address.subject is not None:
            # An address that the site signed for somebody else before stays with them.
            return _new(seen, seen.address if by_address is None else None)
        # The site says whose address it is: from now on this is a person, under the site's name for them.
        return Meeting(replace(by_address, subject=seen.subject, name=seen.name or by_address.name))
    if by_address is not None and by_address.id != by_subject.id and by_address.subject is None:
        return Meeting(_joined(by_subject, by_address), by_address)
    if by_address is None and seen.address is not None and len(by_subject.addresses) < MAX_ADDRESSES:
        by_subject = replace(by_subject, addresses=(*by_subject.addresses, seen.address))
    return _named(by_subject, seen)


def _named(contact: Contact, seen: Seen) -> Meeting:
    return Meeting(contact if contact.name else replace(contact, name=seen.name))


def _new(seen: Seen, address: str | None) -> Meeting:
    return Meeting(Contact(seen.id, seen.name, () if address is None else (address,), seen.subject, seen.at))


def merged(into: Contact, other: Contact) -> Contact:
    """Raises TwoIdentities."""
    if into.subject is not None and other.subject is not None:
        raise TwoIdentities(f"contacts {into.id} and {other.id} are two people to the site")
    return _joined(into, other)


def _joined(into: Contact, other: Contact) -> Contact:
    own = {folded(address) for address in into.addresses}
    more = tuple(address for address in other.addresses if folded(address) not in own)
    return Contact(
        id=into.id,
        name=into.name or other.name,
        addresses=(*into.addresses, *more),
        subject=into.subject or other.subject,
        created_at=min(into.created_at, other.created_at),
    )


def changed(contact: Contact, changes: ContactChanges, other: Contact | None) -> Contact:
    """other: the contact named by `changes.merge`. Raises TwoIdentities."""
    after = contact if other is None else merged(contact, other)
    return replace(
        after,
        name=after.name if changes.name is None else changes.name,
        addresses=after.addresses if changes.addresses is None else once(changes.addresses),
    )


def once(addresses: Sequence[str]) -> tuple[str, ...]:
    """Each address once, whatever its case, in their order."""
    kept: dict[str, str] = {}
    for address in addresses:
        kept.setdefault(folded(address), address)
    return tuple(kept.values())


def taken(after: Contact, owners: Sequence[Contact], gone: Contact | None = None) -> None:
    """owners: whose the addresses of `after` are now. Raises AddressTaken."""
    own = {folded(address): address for address in after.addresses}
    for owner in owners:
        if owner.id == after.id or (gone is not None and owner.id == gone.id):
            continue
        for address in map(folded, owner.addresses):
            if address in own:
                raise AddressTaken(own[address], owner)


def edited(before: Contact, after: Contact, changes: ContactChanges, other: Contact | None) -> NewAudit | None:
    """None where nothing is different. Addresses are what a thief would change first: each one is told."""
    if before == after and other is None:
        return None
    detail: dict[str, Any] = {
        "added": [address for address in after.addresses if address not in before.addresses],
        "removed": [address for address in before.addresses if address not in after.addresses],
        "primary": after.addresses[0] if after.addresses else None,
        "renamed": before.name != after.name,
    }
    if other is not None:
        detail["merged"] = f"contact:{other.id}"
    action: AuditAction = "contact.changed" if other is None else "contact.merged"
    return NewAudit(changes.at, changes.actor, action, f"contact:{before.id}", detail)


def added(contact: Contact, actor: str) -> NewAudit:
    return NewAudit(
        contact.created_at, actor, "contact.added", f"contact:{contact.id}", {"added": list(contact.addresses)}
    )


def words_in(contact: Contact) -> str:
    """What a search looks through."""
    return fold(" ".join([contact.name or "", *contact.addresses]))


def asked(words: str | None) -> tuple[str, ...]:
    """What each must be a part of `words_in`."""
    return tuple(fold(word) for word in (words or "").split())[:_FIRST_WORDS]
