"""Files: what is taken in, who is handed them, and the sweep of what nobody sent.

The way in: size, kind by name and content, thumbnail, bytes kept, then the row. The way out: a file belongs to its
conversation, and whoever may not see that is answered as if it did not exist.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from typing import BinaryIO

from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.files import kinds
from server.files.names import clean_name, extension_of
from server.files.thumbnails import Thumbnail, Thumbnails
from server.settings import Settings
from transcripts.files import UNSENT_KEPT, StoredFile
from transcripts.port import Store
from transcripts.records import Agent, Author, TicketMessage


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be sent: at most `max_bytes` a file, of these extensions. None allowed: no files here."""

    max_bytes: int
    extensions: tuple[str, ...]

    @property
    def most(self) -> str:
        """As people say it: 10 MB, 512 kB."""
        if self.max_bytes < 1024 * 1024:
            return f"{self.max_bytes // 1024} kB"
        return f"{self.max_bytes / (1024 * 1024):.4g} MB"

    def shown(self) -> dict[str, object] | None:
        """As `hello` says it; None: no files here."""
        return {"max_bytes": self.max_bytes, "types": list(self.extensions)} if self.extensions else None

    def too_large(self) -> Refusal:
        return Refusal("too_large", f"This file is too large: at most {self.most}.", field="file")

    def not_of_these(self) -> Refusal:
        if not self.extensions:
            return Refusal("invalid", "No files can be sent here.", field="file")
        kinds_said = ", ".join(self.extensions)
        return Refusal("invalid", f"Files of this kind cannot be sent. Send one of: {kinds_said}.", field="file")


class Files:
    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._thumbnails = Thumbnails()
        self.rules = Rules(settings.file_max_bytes, settings.file_types)

    async def take_in(
        self,
        source: BinaryIO,
        name: str | None,
        author: Author,
        *,
        chat_id: str | None = None,
        ticket_number: str | None = None,
    ) -> StoredFile:
        """Keep what is in `source`, as `author`'s, for this chat or ticket; neither: for the ticket its mail makes.

        Durable when it returns; a day later it is gone if no message used it. name: as given, from anybody.
        Raises Refusal too_large or invalid (kind, empty, content of another kind), field `file`; StoreUnavailable.
        """
        size_bytes = await asyncio.to_thread(source.seek, 0, SEEK_END)
        if size_bytes > self.rules.max_bytes:
            raise self.rules.too_large()
        if size_bytes == 0:
            raise Refusal("invalid", "This file is empty.", field="file")
        cleaned = await self._named(name, source)
        kind = kinds.kind_of(extension_of(cleaned))
        thumbnail = await self._thumbnails.make(source) if kind.is_picture else None
        file = StoredFile(
            secrets.token_hex(16),
            cleaned,
            kind.type,
            size_bytes,
            author,
            self._clock.now(),
            chat_id=chat_id,
            ticket_number=ticket_number,
            thumb_id=secrets.token_hex(16) if thumbnail else None,
            thumb_width=thumbnail.width if thumbnail else 0,
            thumb_height=thumbnail.height if thumbnail else 0,
        )
        await self._keep(file, source, thumbnail)
        return file

    async def to_send(self, file_id: str, author: Author, chat_id: str) -> StoredFile:
        """For a message of that chat. Raises Refusal not_found, field `file_id`."""
        file = await self._store.file(file_id)
        is_usable = file is not None and file.id == file_id and file.chat_id == chat_id
        if file is None or not is_usable or not _is_by(file, author):
            raise Refusal("not_found", "There is no such file.", field="file_id")
        return file

    # ---- who is handed one: each raises Refusal not_found --------------------------------------------------------

    async def of_visitor(self, visitor_id: str, name: str) -> StoredFile:
        """name: of the file, or of its thumbnail."""
        file = await self._find(name)
        if file.chat_id is None:
            raise not_found("file")
        try:
            access.visitors_chat(await self._store.chat(file.chat_id), visitor_id)
        except Refusal as exc:
            raise not_found("file") from exc
        return _sent_or_own(file, "visitor", visitor_id)

    async def of_agent(self, agent: Agent, name: str) -> StoredFile:
        file = await self._find(name)
        try:
            if file.chat_id is not None:
                access.agents_chat(await self._store.chat(file.chat_id), agent)
            elif file.ticket_number is not None:
                access.agents_ticket(await self._store.ticket(file.ticket_number), agent)
            else:
                raise not_found("file")
        except Refusal as exc:
            raise not_found("file") from exc
        return _sent_or_own(file, "agent", agent.id)

    async def of_link(self, kind: str, subject: str, name: str) -> StoredFile:
        """Through the customer's signed link to a ticket or a transcript; nothing internal."""
        file = await self._find(name)
        chat_id: str | None = subject if kind == "transcript" else None
        if kind == "ticket":
            ticket = await self._store.ticket(subject)
            chat_id = None if ticket is None else ticket.chat_id
        is_of_chat = chat_id is not None and file.chat_id == chat_id
        is_of_ticket = kind == "ticket" and file.ticket_number == subject and not file.internal
        if file.sent_at is None or not (is_of_chat or is_of_ticket):
            raise not_found("file")
        return file

    async def of_message(self, message: TicketMessage) -> list[StoredFile]:
        """Those that came with a ticket's message, in its order; whoever may read it may have them."""
        if not message.file_ids:
            return []
        kept = {file.id: file for file in await self._store.files_of_ticket(message.ticket_number)}
        return [kept[file_id] for file_id in message.file_ids if file_id in kept]

    async def sweep(self) -> None:
        """Take away what was never sent. Several servers may do it at once."""
        await self._store.sweep_files(self._clock.now() - UNSENT_KEPT)

    # ---- inside ---------------------------------------------------------------------------------------------------

    async def _named(self, given: str | None, source: BinaryIO) -> str:
        """With the extension that its content has. Raises Refusal."""
        name = clean_name(given)
        extension = extension_of(name)
        if not extension:
            found = await asyncio.to_thread(kinds.extension_by_content, source)
            if found is None or found not in self.rules.extensions:
                raise self.rules.not_of_these()
            return clean_name(f"{name}.{found}")
        if extension not in self.rules.extensions:
            raise self.rules.not_of_these()
        if not await asyncio.to_thread(kinds.fits, extension, source):
            sentence = f"This is no {extension.upper()} file, whatever its name says. Send it under its right name."
            raise Refusal("invalid", sentence, field="file")
        return name

    async def _keep(self, file: StoredFile, source: BinaryIO, thumbnail: Thumbnail | None) -> None:
        if thumbnail is not None and file.thumb_id is not None:
            await self._store.keep_bytes(file.thumb_id, BytesIO(thumbnail.content))
        await self._store.keep_bytes(file.id, source)
        await self._store.add_file(file)

    async def _find(self, name: str) -> StoredFile:
        file = await self._store.file(name)
        if file is None:
            raise not_found("file")
        return file


def _sent_or_own(file: StoredFile, kind: str, person_id: str) -> StoredFile:
    """What is not sent yet is its uploader's alone."""
    if file.sent_at is None and (file.author.kind, file.author.id) != (kind, person_id):
        raise not_found("file")
    return file


def _is_by(file: StoredFile, author: Author) -> bool:
    return (file.author.kind, file.author.id) == (author.kind, author.id)
