"""What all parts of the MongoDB record share: the way to write, the way to read, and the counters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pymongo
from bson.errors import BSONError
from pymongo import ReturnDocument
from pymongo.errors import PyMongoError

from transcripts.errors import StoreUnavailable
from transcripts.mongo.begun import Begun
from transcripts.mongo.client import Client
from transcripts.mongo.writer import PATIENCE_S, Transaction, View, Writer

T = TypeVar("T")


class Part:
    """One group of the port's methods. All of them belong to one `MongoStore`."""

    def __init__(self, client: Client, begun: Begun, writer: Writer, patience_s: float = PATIENCE_S) -> None:
        self._client = client
        self._begun = begun
        self._writer = writer
        self._patience_s = patience_s

    async def _write(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *keys: str,
        atomic: bool = True,
        patience_s: float | None = None,
    ) -> T:
        """keys: what it may change; in line before the first await."""
        return await self._writer.submit(work, keys, atomic=atomic, patience_s=patience_s or self._patience_s)

    async def _read(self, question: Callable[[View], Awaitable[T]], *, steps: bool = False) -> T:
        """Of what a majority has. steps: several reads, of which a later one sees at least what an earlier one saw."""
        try:
            with pymongo.timeout(self._patience_s):
                if not steps:
                    return await question(View(self._client.database, None))
                session = await self._client.session()
                try:
                    return await question(View(self._client.database, session))
                finally:
                    await session.end_session()
        except (PyMongoError, BSONError) as exc:
            raise StoreUnavailable("the record cannot be read now") from exc


async def count_up(tx: Transaction, name: str, by: int = 1) -> int:
    """The counter's new value; part of the transaction, so a refused operation leaves no gap.

    Two servers that count at once collide, and one of them tries again: numbers are in the order of the commits.
    """
    counter = await tx.db["counters"].find_one_and_update(
        {"_id": name},
        {"$inc": {"value": by}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=tx.session,
    )
    assert counter is not None
    return int(counter["value"])
