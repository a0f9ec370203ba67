"""What this process may have begun in the database, so that another can end it for a process that died.

A transaction outlives whoever began it by up to a minute (`transactionLifetimeLimitSeconds`), and nobody else can write
what it has written meanwhile. Transactions belong to sessions; each session is therefore written down before its first
one. The driver uses its sessions again, so they are as many as operations were ever under way at once.
"""

from __future__ import annotations

import uuid
from typing import Any

import pymongo
from pymongo.asynchronous.client_session import AsyncClientSession

from transcripts.mongo.client import Client


class Begun:
    """The collection `begun` has one document per process: its sessions, and the name it proves its life under."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._id = uuid.uuid4().hex
        self._process_id: str | None = None
        self._sessions: dict[bytes, Any] = {}

    async def note(self, session: AsyncClientSession) -> None:
        """To be called before a transaction begins. Raises PyMongoError."""
        lsid = session.session_id
        if bytes(lsid["id"]) not in self._sessions:
            await self._add([lsid])
            self._sessions[bytes(lsid["id"])] = lsid

    async def belongs_to(self, process_id: str) -> None:
        """Said with every proof of life: who was taken for dead, and is not, is written down anew."""
        self._process_id = process_id
        await self._add(list(self._sessions.values()))

    async def end(self, process_id: str) -> None:
        """End every transaction of a process that is dead. Raises PyMongoError."""
        with pymongo.timeout(2.0):
            for begun in await self._client.database["begun"].find({"process_id": process_id}).to_list(None):
                if begun["sessions"]:
                    await self._client.kill(begun["sessions"])
                await self._client.database["begun"].delete_one({"_id": begun["_id"]})

    async def forget(self) -> None:
        """Nothing is open any more: this process ends in good order."""
        with pymongo.timeout(2.0):
            await self._client.database["begun"].delete_one({"_id": self._id})

    async def _add(self, lsids: list[Any]) -> None:
        named = {} if self._process_id is None else {"$set": {"process_id": self._process_id}}
        change = {"$addToSet": {"sessions": {"$each": lsids}}, **named}
        await self._client.database["begun"].update_one({"_id": self._id}, change, upsert=True)
