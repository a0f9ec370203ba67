"""Files: their rows in the collection `files`, their bytes in GridFS (`bytes.files`, `bytes.chunks`), same database.

What is kept beside a row's fields: `n`, the order in which they were added. The rules are transcripts/files.py's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import pymongo
from bson import ObjectId
from gridfs.errors import FileExists, NoFile
from pymongo.errors import DuplicateKeyError, PyMongoError

from transcripts.errors import Conflict, NotFound, StoreUnavailable
from transcripts.files import CHUNK_BYTES, StoredFile, used_in_chat, used_in_ticket
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.operations import NewMessage
from transcripts.records import TicketMessage

FILES = Documents(StoredFile, key="id")
BUCKET = "bytes"
_PATIENCE_S = 60.0
"""Of a whole upload or download: some 10 MB, to the majority of a set."""


class Files(Part):
    async def keep_bytes(self, name: str, source: BinaryIO) -> None:
        source.seek(0)
        try:
            with pymongo.timeout(_PATIENCE_S):
                await self._client.bucket(BUCKET).upload_from_stream_with_id(name, name, source)
        except (FileExists, DuplicateKeyError) as exc:
            raise Conflict(f"a file {name} exists") from exc
        except PyMongoError as exc:
            raise StoreUnavailable("a file cannot be written now") from exc

    async def open_bytes(self, name: str) -> AsyncIterator[bytes]:
        try:
            with pymongo.timeout(self._patience_s):
                stream = await self._client.bucket(BUCKET).open_download_stream(name)
        except NoFile as exc:
            raise NotFound(f"no file {name}") from exc
        except PyMongoError as exc:
            raise StoreUnavailable("a file cannot be read now") from exc
        return self._pieces(stream)

    async def add_file(self, file: StoredFile) -> None:
        async def work(tx: Transaction) -> None:
            document = FILES.document(file, n=await count_up(tx, "file"))
            await tx.db["files"].insert_one(document, session=tx.session)

        await self._write(work, f"file:{file.id}", "counter:file")

    async def file(self, name: str) -> StoredFile | None:
        async def question(view: View) -> StoredFile | None:
            found = await view.db["files"].find_one({"$or": [{"_id": name}, {"thumb_id": name}]})
            return None if found is None else FILES.of(found)

        return await self._read(question)

    async def files_of_chat(self, chat_id: str) -> tuple[StoredFile, ...]:
        return await self._all({"chat_id": chat_id})

    async def files_of_ticket(self, number: str) -> tuple[StoredFile, ...]:
        return await self._all({"ticket_number": number})

    async def remove_files(self, ids: Sequence[str]) -> None:
        await self._remove({"_id": {"$in": list(ids)}})

    async def sweep_files(self, before: datetime) -> int:
        unsent = await self._remove({"sent_at": None, "created_at": {"$lt": to_micros(before)}})
        return unsent + await self._sweep_bytes(before)

    async def _all(self, which: Document) -> tuple[StoredFile, ...]:
        async def question(view: View) -> tuple[StoredFile, ...]:
            return tuple(map(FILES.of, await view.db["files"].find(which).sort("n", 1).to_list(None)))

        return await self._read(question)

    async def _remove(self, which: Document) -> int:
        async def work(tx: Transaction) -> list[StoredFile]:
            found = [FILES.of(one) async for one in tx.db["files"].find(which, session=tx.session)]
            ids = [file.id for file in found]
            await tx.db["files"].delete_many({"_id": {"$in": ids}}, session=tx.session)
            return found

        removed = await self._write(work, "files:removing")
        await self._remove_bytes([name for file in removed for name in file.kept_names])
        return len(removed)

    async def _remove_bytes(self, names: Sequence[str]) -> None:
        async def work(tx: Transaction) -> None:
            # The file first: chunks that are left are what an upload that was killed leaves, and swept like those.
            await tx.db[f"{BUCKET}.files"].delete_many({"_id": {"$in": list(names)}})
            await tx.db[f"{BUCKET}.chunks"].delete_many({"files_id": {"$in": list(names)}})

        if names:
            await self._write(work, atomic=False)

    async def _sweep_bytes(self, before: datetime) -> int:
        """An upload that was killed has chunks, whose ids tell their age, and no file yet."""

        async def question(view: View) -> list[str]:
            uploaded = await view.db[f"{BUCKET}.files"].distinct("_id", {"uploadDate": {"$lt": before}})
            written = {"_id": {"$lt": ObjectId.from_datetime(before)}}
            old = set(uploaded) | set(await view.db[f"{BUCKET}.chunks"].distinct("files_id", written))
            kept = {"$or": [{"_id": {"$in": list(old)}}, {"thumb_id": {"$in": list(old)}}]}
            found = await view.db["files"].find(kept).to_list(None)
            return sorted(old - {name for one in found for name in FILES.of(one).kept_names})

        orphans = await self._read(question)
        await self._remove_bytes(orphans)
        return len(orphans)

    async def _pieces(self, stream: Any) -> AsyncIterator[bytes]:
        try:
            while True:
                with pymongo.timeout(self._patience_s):
                    piece = await stream.read(CHUNK_BYTES)
                if not piece:
                    return
                yield piece
        except PyMongoError as exc:
            raise StoreUnavailable("a file cannot be read now") from exc


async def use_in_chat(tx: Transaction, new: NewMessage) -> None:
    """Where the message carries a file. Raises NotFound."""
    if new.file is not None:
        file = await _find(tx, new.file.id)
        await _update(tx, file, used_in_chat(file, new))


async def use_in_ticket(tx: Transaction, message: TicketMessage) -> None:
    """Raises NotFound."""
    for file_id in message.file_ids:
        file = await _find(tx, file_id)
        await _update(tx, file, used_in_ticket(file, message))


async def _find(view: View, file_id: str) -> StoredFile | None:
    found = await view.db["files"].find_one({"_id": file_id}, session=view.session)
    return None if found is None else FILES.of(found)


async def _update(tx: Transaction, before: StoredFile | None, after: StoredFile) -> None:
    """Even where nothing differs: whoever takes the file away meanwhile collides here."""
    changed = FILES.changes(before or after, after) or {"sent_at": to_micros(after.sent_at or after.created_at)}
    await tx.db["files"].update_one({"_id": after.id}, {"$set": changed}, session=tx.session)
