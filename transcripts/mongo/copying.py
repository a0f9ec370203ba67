"""A copy of the record in MongoDB, and a record made from one.

All collections are read in one transaction: one moment of the database, which holds no writer up. MongoDB ends such a
transaction after `transactionLifetimeLimitSeconds` (60 s). Bytes of files never change, so they are read after it.
Documents are copied as they are (BSON), so that nothing is lost that this version does not know.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

import pymongo
from bson import decode_all
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from gridfs.errors import NoFile
from pymongo.errors import PyMongoError

from transcripts.copies import FILES, RECORD, CopyError, Engine, Piece, Shape, Told
from transcripts.errors import StoreUnavailable
from transcripts.files import CHUNK_BYTES
from transcripts.mongo.client import Client
from transcripts.mongo.files import BUCKET
from transcripts.mongo.opening import UNFINISHED, accept, remedy
from transcripts.mongo.schema import INDEXES, prepare, shape_of
from transcripts.mongo.store import MongoStore
from transcripts.port import Store

PART_BYTES = 8 * 1024 * 1024
"""What is held in memory of a collection."""
_BATCH = 1000
_PATIENCE_S = 30.0
_FIRST_ANSWER_S = 10.0
_LONG_S = 3600.0
"""Of a whole collection or its indexes; what takes longer than a transaction may, MongoDB ends itself."""
_TOO_OLD = frozenset({239, 246, 251, 290})
"""SnapshotTooOld, SnapshotUnavailable, NoSuchTransaction, TransactionExceededLifetimeLimitSeconds."""
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_OURS = (*INDEXES, "schema")


class MongoSource:
    engine: Engine = "mongodb"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._missing: list[str] = []

    @classmethod
    async def connect(cls, url: str) -> MongoSource:
        """Raises StoreUnavailable."""
        return cls(await _connected(url))

    async def shape(self) -> Shape:
        try:
            with pymongo.timeout(_PATIENCE_S):
                found = await self._client.database["schema"].find_one({"_id": "indexes"})
        except PyMongoError as exc:
            raise StoreUnavailable(remedy(exc, self._client.servers())) from exc
        if found is None:
            raise CopyError("There is no record in this database: check the name in SEMAFOR_MONGO_URL.")
        return Shape(str(found["shape"]), shape_of())

    async def clock(self) -> datetime | None:
        try:
            with pymongo.timeout(_PATIENCE_S):
                found: datetime = (await self._client.hello())["localTime"]
        except PyMongoError as exc:
            raise StoreUnavailable(remedy(exc, self._client.servers())) from exc
        return found.replace(tzinfo=UTC)

    async def pieces(self, _: Told) -> AsyncIterator[Piece]:
        names: list[str] = []
        try:
            with pymongo.timeout(_LONG_S):
                async for piece in self._record(names):
                    yield piece
            for name in sorted(names):
                piece_of = await self._file(name)
                if piece_of is None:
                    self._missing.append(name)
                else:
                    yield piece_of
        except PyMongoError as exc:
            raise _failure(exc) from exc

    def missing(self) -> Sequence[str]:
        return tuple(self._missing)

    async def aclose(self) -> None:
        await self._client.close()

    async def _record(self, names: list[str]) -> AsyncIterator[Piece]:
        """names: filled with those of the files."""
        there = set(await self._client.database.list_collection_names())
        session = await self._client.session()
        try:
            await self._client.begin(session)
            for name in sorted(there & set(_OURS)):
                number = 0
                async for block in self._blocks(name, session):
                    number += 1
                    if name == "files":
                        names.extend(_file_names(block))
                    yield Piece(f"{RECORD}{name}-{number:06d}.bson", len(block), _once(block))
        finally:
            # Nothing was written; ending the session ends the transaction.
            await session.end_session()

    async def _blocks(self, name: str, session: Any) -> AsyncIterator[bytes]:
        block = bytearray()
        collection: Any = self._client.database.get_collection(name, codec_options=_RAW)
        async for document in collection.find({}, session=session, batch_size=_BATCH):
            block += document.raw
            if len(block) >= PART_BYTES:
                yield bytes(block)
                block.clear()
        if block:
            yield bytes(block)

    async def _file(self, name: str) -> Piece | None:
        try:
            with pymongo.timeout(_PATIENCE_S):
                stream = await self._client.bucket(BUCKET).open_download_stream(name)
        except NoFile:
            return None
        return Piece(FILES + name, int(stream.length), _chunks(stream))


class MongoTarget:
    engine: Engine = "mongodb"

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url
        self._begun = False

    @classmethod
    async def connect(cls, url: str) -> MongoTarget:
        """Raises StoreUnavailable."""
        return cls(await _connected(url, unfinished=True), url)

    async def begin(self, shape: str) -> None:
        """shape: any; an older one is brought up by `open`. A newer one has collections that `take` does not know."""
        db = self._client.database
        try:
            with pymongo.timeout(_PATIENCE_S):
                if await db["schema"].find_one(UNFINISHED) is not None:
                    raise CopyError("Another restore into this database runs, or was not finished: drop it first.")
                full = [name for name in await db.list_collection_names() if await db[name].find_one({}) is not None]
                if full:
                    raise CopyError(
                        f"The database is not empty (there is something in {min(full)}): a backup is restored only "
                        "into an empty one. Name another in SEMAFOR_MONGO_URL, or drop this one."
                    )
                await db["schema"].insert_one(dict(UNFINISHED))
                self._begun = True
        except PyMongoError as exc:
            raise _failure(exc) from exc

    async def take(self, name: str, content: BinaryIO) -> None:
        try:
            with pymongo.timeout(_LONG_S):
                if name.startswith(FILES):
                    await self._take_file(name.removeprefix(FILES), content)
                else:
                    await self._take_block(name.removeprefix(RECORD).rpartition("-")[0], content.read())
        except PyMongoError as exc:
            raise _failure(exc) from exc

    async def open(self) -> Store:
        try:
            with pymongo.timeout(_LONG_S):
                await prepare(self._client.database)
        except PyMongoError as exc:
            raise _failure(exc) from exc
        return await MongoStore.open(self._url, unfinished=True)

    async def finish(self) -> None:
        try:
            with pymongo.timeout(_PATIENCE_S):
                await self._client.database["schema"].delete_one(UNFINISHED)
        except PyMongoError as exc:
            raise _failure(exc) from exc

    async def undo(self) -> None:
        """The word that it is not finished goes last."""
        if not self._begun:
            return
        db = self._client.database
        try:
            with pymongo.timeout(_LONG_S):
                for name in [*(set(await db.list_collection_names()) - {"schema"}), "schema"]:
                    await db[name].drop()
        except PyMongoError as exc:
            raise _failure(exc) from exc

    async def aclose(self) -> None:
        await self._client.close()

    async def _take_block(self, collection: str, block: bytes) -> None:
        if collection not in _OURS:
            raise CopyError(
                f"The backup has a collection {collection} that this version does not know: use a newer one."
            )
        if collection == "schema":
            return  # indexes are made anew
        documents = decode_all(block, _RAW)
        for start in range(0, len(documents), _BATCH):
            await self._client.database[collection].insert_many(documents[start : start + _BATCH])

    async def _take_file(self, name: str, content: BinaryIO) -> None:
        with tempfile.SpooledTemporaryFile(max_size=PART_BYTES) as spooled:
            while piece := content.read(CHUNK_BYTES):
                spooled.write(piece)
            spooled.seek(0)
            await self._client.bucket(BUCKET).upload_from_stream_with_id(name, name, spooled)


async def _connected(url: str, *, unfinished: bool = False) -> Client:
    """Raises StoreUnavailable."""
    client = Client(url)
    try:
        await accept(client, _FIRST_ANSWER_S, unfinished=unfinished)
    except PyMongoError as exc:
        why = remedy(exc, client.servers())
        await client.close()
        raise StoreUnavailable(why) from exc
    except StoreUnavailable:
        await client.close()
        raise
    return client


def _failure(exc: PyMongoError) -> CopyError:
    if getattr(exc, "code", None) in _TOO_OLD:
        return CopyError(
            "MongoDB ended the reading before the record was read to its end: raise transactionLifetimeLimitSeconds "
            "(60 unless you set it), or copy the disks of a secondary instead."
        )
    return CopyError(f"MongoDB does not go on ({type(exc).__name__}): see its log, and try again.")


def _file_names(block: bytes) -> list[str]:
    found: list[Mapping[str, Any]] = list(decode_all(block))
    return [str(name) for one in found for name in (one["_id"], one.get("thumb_id")) if name is not None]


async def _once(block: bytes) -> AsyncIterator[bytes]:
    yield block


async def _chunks(stream: Any) -> AsyncIterator[bytes]:
    while True:
        with pymongo.timeout(_PATIENCE_S):
            piece = await stream.read(CHUNK_BYTES)
        if not piece:
            return
        yield bytes(piece)
