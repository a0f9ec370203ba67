"""Files in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from transcripts.errors import Conflict, NotFound
from transcripts.files import CHUNK_BYTES, StoredFile, usable_in_ticket, used_in_chat, used_in_ticket
from transcripts.memory.base import MemoryBase
from transcripts.operations import NewMessage, NewTicketMessage
from transcripts.records import TicketMessage


class MemoryFiles(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, StoredFile] = {}
        self._bytes: dict[str, tuple[datetime, bytes]] = {}

    async def keep_bytes(self, name: str, source: BinaryIO) -> None:
        if name in self._bytes:
            raise Conflict(f"a file {name} exists")
        source.seek(0)
        self._bytes[name] = (datetime.now(UTC), source.read())

    async def open_bytes(self, name: str) -> AsyncIterator[bytes]:
        if name not in self._bytes:
            raise NotFound(f"no file {name}")
        return _pieces(self._bytes[name][1])

    async def add_file(self, file: StoredFile) -> None:
        if file.id in self._files:
            raise Conflict(f"a file {file.id} exists")
        self._files[file.id] = file

    async def file(self, name: str) -> StoredFile | None:
        return next((file for file in self._files.values() if name in file.kept_names), None)

    async def files_of_chat(self, chat_id: str) -> tuple[StoredFile, ...]:
        return tuple(file for file in self._files.values() if file.chat_id == chat_id)

    async def files_of_ticket(self, number: str) -> tuple[StoredFile, ...]:
        return tuple(file for file in self._files.values() if file.ticket_number == number)

    async def remove_files(self, ids: Sequence[str]) -> None:
        for file_id in ids:
            file = self._files.pop(file_id, None)
            for name in () if file is None else file.kept_names:
                self._bytes.pop(name, None)

    async def sweep_files(self, before: datetime) -> int:
        unsent = [file.id for file in self._files.values() if file.sent_at is None and file.created_at < before]
        await self.remove_files(unsent)
        named = {name for file in self._files.values() for name in file.kept_names}
        orphans = [name for name, (at, _) in self._bytes.items() if at < before and name not in named]
        for name in orphans:
            del self._bytes[name]
        return len(unsent) + len(orphans)

    def _use_in_chat(self, new: NewMessage) -> None:
        if new.file is not None:
            used = used_in_chat(self._files.get(new.file.id), new)
            self._files[used.id] = used

    def _check_files(self, new: NewTicketMessage, number: str | None) -> None:
        for file_id in new.file_ids:
            usable_in_ticket(self._files.get(file_id), new.author, number)

    def _use_in_ticket(self, message: TicketMessage) -> None:
        """All or none."""
        used = [used_in_ticket(self._files.get(file_id), message) for file_id in message.file_ids]
        self._files.update({file.id: file for file in used})


async def _pieces(kept: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(kept), CHUNK_BYTES):
        yield kept[start : start + CHUNK_BYTES]
