"""What this process may have begun in the database, so that another can end it for a process that died.

A transaction outlives whoever began it by up to a minute (`transactionLifetimeLimitSeconds`), and nobody else can write
what it has written meanwhile. Transactions belong to sessions; each session is therefore written down before its first
one. The driver uses its sessions again, so they are as many as operations were ever under way at once.
"""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import pymongo
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

from transcripts.mongo.client import Client

GIVE_UP_WITHIN_S = 2.0
GIVE_UP_TRIES = 60
"""A second apart: after a minute the database has given the transaction up by itself."""


class Begun:
    """The collection `begun` has one document per process: its sessions, and the name it proves its life under."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._id = uuid.uuid4().hex
        self._process_id: str | None = None
        self._sessions: dict[bytes, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()

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

    async def check(self) -> None:
        """Write something. Raises PyMongoError."""
        await self._client.database["begun"].update_one({"_id": self._id}, {"$inc": {"checks": 1}}, upsert=True)

    async def let_go(self, session: AsyncClientSession) -> None:
        """End the session, and what is still open in it, in time of its own: the operation's may be over."""
        await asyncio.shield(self._beside(_ended(session)))

    def give_up(self, session: AsyncClientSession) -> None:
        """Nobody knows whether its transaction is over: it is ended as soon as the database can be told."""
        _ = self._beside(self._kill(session))

    async def aclose(self) -> None:
        """What was given up is ended, or left to those who find this process dead."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GIVE_UP_WITHIN_S)
        for task in self._tasks:
            task.cancel()

    async def _kill(self, session: AsyncClientSession) -> None:
        """Before the driver may use the session again."""
        for _ in range(GIVE_UP_TRIES):
            try:
                with pymongo.timeout(GIVE_UP_WITHIN_S):
                    await self._client.kill([dict(session.session_id)])
                break
            except PyMongoError:
                await asyncio.sleep(1.0)
        await _ended(session)

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """In a context of its own: the driver counts the operation's time in the one that is current."""
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self, process_id: str) -> None:
        """End every transaction of a process that is dead. Raises PyMongoError."""
        with pymongo.timeout(5.0):
            for begun in await self._client.database["begun"].find({"process_id": process_id}).to_list(None):
                if begun.get("sessions"):
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


async def _ended(session: AsyncClientSession) -> None:
    with suppress(PyMongoError), pymongo.timeout(GIVE_UP_WITHIN_S):
        await session.end_session()
