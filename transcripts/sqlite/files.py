"""Files: their rows in the record, their bytes in the folder beside it. The rules are transcripts/files.py's."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from transcripts.files import CHUNK_BYTES, StoredFile, used_in_chat, used_in_ticket
from transcripts.opening import opened
from transcripts.operations import NewMessage
from transcripts.records import TicketMessage
from transcripts.sqlite.base import Part
from transcripts.sqlite.folder import Folder
from transcripts.sqlite.readers import Readers
from transcripts.sqlite.rows import Rows, marks, to_micros
from transcripts.sqlite.writer import Transaction, Writer

FILES = Rows(StoredFile, "files", key="id")


class Files(Part):
    def __init__(self, writer: Writer, readers: Readers, files: Path) -> None:
        """files: the folder of the bytes."""
        super().__init__(writer, readers)
        self._folder = Folder(files)

    async def keep_bytes(self, name: str, source: BinaryIO) -> None:
        await asyncio.to_thread(self._folder.keep, name, source)

    async def open_bytes(self, name: str) -> AsyncIterator[bytes]:
        await asyncio.to_thread(self._folder.check, name)
        return self._pieces(name)

    async def add_file(self, file: StoredFile) -> None:
        def work(tx: Transaction) -> None:
            FILES.insert(tx.db, file)

        await self._write(work)

    async def file(self, name: str) -> StoredFile | None:
        return await self._read(lambda db: FILES.one(db, "WHERE id = ? OR thumb_id = ?", (name, name)))

    async def files_of_chat(self, chat_id: str) -> tuple[StoredFile, ...]:
        return await self._read(lambda db: FILES.all(db, "WHERE chat_id = ? ORDER BY n", (chat_id,)))

    async def files_of_ticket(self, number: str) -> tuple[StoredFile, ...]:
        return await self._read(lambda db: FILES.all(db, "WHERE ticket_number = ? ORDER BY n", (number,)))

    async def remove_files(self, ids: Sequence[str]) -> None:
        await self._remove(f"id IN ({marks(ids)})", tuple(ids))

    async def sweep_files(self, before: datetime) -> int:
        unsent = await self._remove("sent_at IS NULL AND created_at < ?", (to_micros(before),))
        return unsent + await self._sweep_bytes(before)

    async def _remove(self, where: str, args: tuple[object, ...]) -> int:
        def work(tx: Transaction) -> tuple[StoredFile, ...]:
            found = FILES.all(tx.db, f"WHERE {where}", args)
            tx.db.execute(f"DELETE FROM files WHERE {where}", args)
            return found

        removed = await self._write(work)
        for name in (name for file in removed for name in file.kept_names):
            await asyncio.to_thread(self._folder.remove, name)
        return len(removed)

    async def _pieces(self, name: str) -> AsyncIterator[bytes]:
        """Opened only when somebody takes the first."""
        with await opened(partial(self._folder.open, name)) as file:
            while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield piece

    async def _sweep_bytes(self, before: datetime) -> int:
        old = await asyncio.to_thread(lambda: list(self._folder.older_than(before)))
        if not old:
            return 0
        kept = await self._read(_all_names)
        orphans = [path for name, path in old if name not in kept]
        for path in orphans:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return len(orphans)


def use_in_chat(db: sqlite3.Connection, new: NewMessage) -> None:
    """Where the message carries a file. Raises NotFound."""
    if new.file is not None:
        file = FILES.one(db, "WHERE id = ?", (new.file.id,))
        used = used_in_chat(file, new)
        FILES.update(db, file or used, used)


def use_in_ticket(db: sqlite3.Connection, message: TicketMessage) -> None:
    """Raises NotFound."""
    for file_id in message.file_ids:
        file = FILES.one(db, "WHERE id = ?", (file_id,))
        used = used_in_ticket(file, message)
        FILES.update(db, file or used, used)


def _all_names(db: sqlite3.Connection) -> frozenset[str]:
    rows = db.execute("SELECT id FROM files UNION ALL SELECT thumb_id FROM files WHERE thumb_id IS NOT NULL")
    return frozenset(name for (name,) in rows)
