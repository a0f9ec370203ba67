"""Everything that the record holds of a person, as JSON and as a page to read, with the files.

To the person themselves go no notes and no names of those who wrote internally: only what they said, got and were told.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from server.files.names import clean_name
from server.wire import moment
from transcripts.errors import NotFound
from transcripts.files import StoredFile
from transcripts.port import Store
from transcripts.privacy import Person
from transcripts.records import Chat, Mail, Message, Rating, Ticket, TicketMessage
from transcripts.templating import fill
from transcripts.wording import Wording

Json = dict[str, Any]
IN_MEMORY_BYTES = 8 * 1024 * 1024
DATA_FILE, PAGE_FILE, FILES_FOLDER = "data.json", "index.html", "files"


@dataclass(frozen=True, slots=True)
class Gathered:
    """files: what goes into the archive, under the name there."""

    data: Json
    files: Mapping[str, StoredFile]


class PersonExport:
    def __init__(self, store: Store, site_name: str, zone: ZoneInfo) -> None:
        self._store = store
        self._site_name = site_name
        self._zone = zone

    async def gather(self, person: Person, *, for_themselves: bool = False) -> Gathered:
        files: dict[str, StoredFile] = {}
        contacts = [await self._store.contact(contact_id) for contact_id in person.contact_ids]
        visitors = [await self._store.visitor(visitor_id) for visitor_id in person.visitor_ids]
        data: Json = {
            "contacts": [
                {
                    "id": one.id,
                    "customer": one.subject,
                    "name": one.name,
                    "addresses": list(one.addresses),
                    "created_at": moment(one.created_at),
                }
                for one in contacts
                if one is not None
            ],
            "visits": [
                {
                    "id": one.id,
                    "name": one.name,
                    "email": one.email,
                    "verified": one.verified,
                    "locale": one.locale,
                    "since": moment(one.created_at),
                    "pages": await self._pages(one.id),
                }
                for one in visitors
                if one is not None
            ],
            "chats": [await self._chat(key, files, for_themselves) for key in person.chat_ids],
            "tickets": [await self._ticket(key, files, for_themselves) for key in person.ticket_numbers],
            "mails": [_mail(mail) for mail in await self._store.mails_about(person)],
            "incident_mails": list(await self._store.subscriptions_of(person.addresses)),
        }
        return Gathered(data, files)

    def page(self, gathered: Gathered, locale: str) -> str:
        """One page with its styles inside: no script, nothing to load."""
        words = Wording(locale)
        subject = words.gettext("What we keep about you")
        return fill("person.html.j2", locale, subject=subject, desk=self._site_name, data=gathered.data)

    async def archive(self, gathered: Gathered, locale: str) -> IO[bytes]:
        """A zip with both and the files, at its beginning; the caller closes it. Raises StoreUnavailable."""
        kept: IO[bytes] = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 (the caller's)
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(DATA_FILE, text_of(gathered))
            packed.writestr(PAGE_FILE, self.page(gathered, locale))
            for name, file in gathered.files.items():
                try:
                    pieces = await self._store.open_bytes(file.id)
                except NotFound:
                    continue  # its bytes went by the desk's own rule
                with packed.open(f"{FILES_FOLDER}/{name}", "w") as entry:
                    async for piece in pieces:
                        await asyncio.to_thread(entry.write, piece)
        kept.seek(0)
        return kept

    async def _pages(self, visitor_id: str) -> list[Json]:
        read = await self._store.pages(visitor_id)
        return [{"url": page.url, "title": page.title, "at": moment(page.at)} for page in read]

    async def _chat(self, chat_id: str, files: dict[str, StoredFile], for_themselves: bool) -> Json:
        chat = await self._store.chat(chat_id)
        assert chat is not None
        messages: list[Message] = []
        while page := (await self._store.sync(chat_id, len(messages))).messages:
            messages.extend(page)
        names = _named(files, await self._store.files_of_chat(chat_id), with_internal=not for_themselves)
        said: Json = {
            **_chat_facts(chat),
            "messages": [_message(message, names) for message in messages],
            "files": list(names.values()),
        }
        if not for_themselves:
            notes = await self._store.notes(chat_id)
            said["notes"] = [{"at": moment(note.at), "by": note.author.name, "body": note.body} for note in notes]
            said["tags"] = list(chat.tags)
        return said

    async def _ticket(self, number: str, files: dict[str, StoredFile], for_themselves: bool) -> Json:
        ticket = await self._store.ticket(number)
        assert ticket is not None
        messages = await self._store.ticket_messages(number)
        names = _named(files, await self._store.files_of_ticket(number), with_internal=not for_themselves)
        said: Json = {
            **_ticket_facts(ticket),
            "solution": None if ticket.solution is None else asdict(ticket.solution),
            "messages": [_letter(one, names) for one in messages if not (for_themselves and one.internal)],
            "files": list(names.values()),
        }
        return said if for_themselves else {**said, "tags": list(ticket.tags)}


def text_of(gathered: Gathered) -> str:
    return json.dumps(gathered.data, ensure_ascii=False, indent=2)


def _named(files: dict[str, StoredFile], found: tuple[StoredFile, ...], *, with_internal: bool) -> dict[str, str]:
    """The names in the archive by the files' ids; a name that is there already gets the file's id before it."""
    names: dict[str, str] = {}
    for file in found:
        if file.internal and not with_internal:
            continue
        name = clean_name(file.name).replace("/", "_")
        name = f"{file.id[:8]}-{name}" if name in files else name
        files[name] = file
        names[file.id] = name
    return names


def _chat_facts(chat: Chat) -> Json:
    return {
        "id": chat.id,
        "created_at": moment(chat.created_at),
        "closed_at": moment(chat.closed_at),
        "department": chat.department_id,
        "topic": chat.topic,
        "name": chat.visitor_name,
        "email": chat.visitor_email,
        "question": chat.question,
        "fields": dict(chat.fields),
        "summary": chat.summary,
        "resolution": chat.resolution,
        "consent": chat.consent,
        "rating": _rating(chat.rating),
        "ticket": chat.ticket_number,
    }


def _message(message: Message, names: Mapping[str, str]) -> Json:
    file = None if message.file is None else names.get(message.file.id, message.file.name)
    return {
        "seq": message.seq,
        "at": moment(message.at),
        "by": message.author.kind,
        "name": message.author.name,
        "body": message.body,
        "file": file,
    }


def _ticket_facts(ticket: Ticket) -> Json:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "channel": ticket.channel,
        "department": ticket.department_id,
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "name": ticket.requester_name,
        "email": ticket.requester_email,
        "phone": ticket.phone,
        "call_at": moment(ticket.call_at),
        "rating": _rating(ticket.rating),
        "consent": ticket.consent,
        "chat": ticket.chat_id,
    }


def _rating(rating: Rating | None) -> Json | None:
    if rating is None:
        return None
    numbers = {"score": rating.score, "effort": rating.effort, "recommend": rating.recommend}
    return {**numbers, "comment": rating.comment, "at": moment(rating.at)}


def _letter(message: TicketMessage, names: Mapping[str, str]) -> Json:
    return {
        "at": moment(message.at),
        "by": message.author.kind,
        "name": message.author.name,
        "channel": message.channel,
        "from": message.sender,
        "internal": message.internal,
        "body": message.body,
        "quoted": message.quoted,
        "files": [names[file_id] for file_id in message.file_ids if file_id in names],
    }


def _mail(mail: Mail) -> Json:
    return {
        "kind": mail.kind,
        "to": mail.to,
        "subject": mail.subject,
        "state": mail.state,
        "created_at": moment(mail.created_at),
        "sent_at": moment(mail.sent_at),
    }
