"""Files of chats and tickets: what is known of them, the rules of their use, and how the server reaches them.

A file's metadata is a row of the record; its bytes are kept beside the record (a folder beside SQLite's file, GridFS in
MongoDB) under its id, those of its thumbnail under `thumb_id`. Both names are random and are all that its address says.

Bytes first, then the row, then the message that uses it: a crash in between leaves what nobody is shown, and `sweep`
takes it away after a day. Whose conversation it is, and what may be uploaded at all, is the server's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from transcripts.errors import NotFound
from transcripts.operations import NewMessage
from transcripts.records import Author, File, TicketMessage

UNSENT_KEPT = timedelta(days=1)
"""So long a file waits for the message that uses it."""
CHUNK_BYTES = 256 * 1024
"""What is read or written at a time: memory does not grow with the file."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """author: who uploaded it, and so who may send it. chat_id, ticket_number: where it may be used; both None: in
    the ticket that its message makes or answers (a mail's attachment). sent_at: when a message used it; None: not yet.
    internal: of a note for the team, never shown to the customer. thumb_*: None and 0 where no thumbnail was made.
    """

    id: str
    name: str
    type: str
    size_bytes: int
    author: Author
    created_at: datetime
    chat_id: str | None = None
    ticket_number: str | None = None
    thumb_id: str | None = None
    thumb_width: int = 0
    thumb_height: int = 0
    sent_at: datetime | None = None
    internal: bool = False

    @property
    def file(self) -> File:
        """As a message carries it."""
        return File(self.id, self.name, self.type, self.size_bytes, self.thumb_id, self.thumb_width, self.thumb_height)

    @property
    def kept_names(self) -> tuple[str, ...]:
        """Under which its bytes are kept."""
        return (self.id,) if self.thumb_id is None else (self.id, self.thumb_id)


class FileStore(Protocol):
    async def keep_bytes(self, name: str, source: BinaryIO) -> None:
        """Keep all of `source`, from its beginning; on the disk when it returns, or not there at all.

        name: 24 to 64 hexadecimal digits, random. Raises Conflict (taken).
        """

    async def open_bytes(self, name: str) -> AsyncIterator[bytes]:
        """The bytes kept under `name`, in pieces of at most CHUNK_BYTES. Raises NotFound, before the first piece."""

    async def add_file(self, file: StoredFile) -> None:
        """After its bytes were kept. Raises Conflict (id taken)."""

    async def file(self, name: str) -> StoredFile | None:
        """By its id or its thumbnail's."""

    async def files_of_chat(self, chat_id: str) -> tuple[StoredFile, ...]:
        """In the order in which they were added, those not sent too."""

    async def files_of_ticket(self, number: str) -> tuple[StoredFile, ...]:
        """Those of the ticket's own messages, in the order in which they were added; not those of its chat."""

    async def remove_files(self, ids: Sequence[str]) -> None:
        """Rows first, then bytes; messages go on naming them. Unknown ones are no error."""

    async def sweep_files(self, before: datetime) -> int:
        """Take away what was uploaded before that moment and never sent, and bytes as old that no row names.

        Returns how many of either.
        """


def used_in_chat(file: StoredFile | None, new: NewMessage) -> StoredFile:
    """The file once `new` is sent. Raises NotFound: no such file, another's, or another chat's."""
    if file is None or file.chat_id != new.chat_id or not _is_by(file, new.author):
        raise NotFound("no such file")
    return file if file.sent_at is not None else replace(file, sent_at=new.at)


def used_in_ticket(file: StoredFile | None, message: TicketMessage) -> StoredFile:
    """The file once `message` is stored. Raises NotFound: no such file, another's, another ticket's, or used before."""
    usable = usable_in_ticket(file, message.author, message.ticket_number)
    return replace(usable, ticket_number=message.ticket_number, sent_at=message.at, internal=message.internal)


def usable_in_ticket(file: StoredFile | None, author: Author, number: str | None) -> StoredFile:
    """number None: in the first message of a ticket. Raises NotFound."""
    if file is None or file.sent_at is not None or file.chat_id is not None or not _is_by(file, author):
        raise NotFound("no such file")
    if file.ticket_number is not None and file.ticket_number != number:
        raise NotFound("no such file")
    return file


def _is_by(file: StoredFile, author: Author) -> bool:
    return (file.author.kind, file.author.id) == (author.kind, author.id)
