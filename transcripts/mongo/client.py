"""The one file that knows which driver is used; everywhere else there are only pymongo's types.

motor and `pymongo.AsyncMongoClient` differ, in what the record uses, in four calls: `start_session`,
`start_transaction`, `aggregate` and `close`. docs/mongodb.md says when the default changes.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Literal, cast

import pymongo
from gridfs.asynchronous import AsyncGridFSBucket
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorGridFSBucket
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, InvalidURI
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.topology_description import TopologyDescription
from pymongo.write_concern import WriteConcern

from transcripts.errors import StoreUnavailable

Driver = Literal["motor", "pymongo"]
Document = dict[str, Any]
Database = AsyncDatabase[Document]

DEFAULT_DRIVER: Driver = "motor"
DEFAULT_DATABASE = "semafor"
_GOODBYE_S = 2.0
_NO_ADDRESS = (
    "this is not the address of a MongoDB, which looks like mongodb://user:password@host:27017/semafor?replicaSet=rs0 "
    "(in user and password, write / : @ % and the like as %2F %3A %40 %25)"
)
MAJORITY_WRITES = WriteConcern("majority", j=True)
MAJORITY_READS = ReadConcern("majority")
SNAPSHOT = ReadConcern("snapshot")
"""Of what a majority has: a transaction decides on nothing that could still be rolled back."""


class Client:
    """A connection pool and the one database in it. listeners: hear every command, for tests."""

    def __init__(self, url: str, driver: Driver = DEFAULT_DRIVER, listeners: Sequence[CommandListener] = ()) -> None:
        """Connects to nobody yet. Raises StoreUnavailable where the address cannot be read."""
        self._driver = driver
        make: Any = AsyncIOMotorClient if driver == "motor" else AsyncMongoClient
        try:
            self._client = cast(
                "AsyncMongoClient[Document]", make(url, appname="semafor", event_listeners=list(listeners))
            )
            self.database: Database = self._client.get_default_database(DEFAULT_DATABASE).with_options(
                read_preference=ReadPreference.PRIMARY, read_concern=MAJORITY_READS, write_concern=MAJORITY_WRITES
            )
        except (ConfigurationError, InvalidURI, ValueError):
            # Without the driver's words, also in the log: they may quote a password that was not escaped.
            raise StoreUnavailable(_NO_ADDRESS) from None

    async def session(self) -> AsyncClientSession:
        """Causally consistent: what it has seen once, it does not miss later. End it with `end_session`."""
        return cast("AsyncClientSession", await _settled(self._client.start_session()))

    async def begin(self, session: AsyncClientSession) -> None:
        await _settled(session.start_transaction(SNAPSHOT, MAJORITY_WRITES, ReadPreference.PRIMARY))

    async def aggregate(self, name: str, stages: Sequence[Document]) -> AsyncIterator[Document]:
        return cast("AsyncIterator[Document]", await _settled(self.database[name].aggregate(list(stages))))

    def bucket(self, name: str) -> Any:
        """GridFS: upload_from_stream_with_id, open_download_stream, delete; the same by either driver."""
        if self._driver == "motor":
            return AsyncIOMotorGridFSBucket(cast("Any", self.database), name)
        return AsyncGridFSBucket(self.database, name)

    async def kill(self, sessions: Sequence[Document]) -> None:
        """End these sessions (their ids), whoever has them, with what they have begun."""
        await self._client.get_database("admin").command("killSessions", list(sessions))

    def servers(self) -> TopologyDescription:
        """As they were seen last."""
        return self._client.topology_description

    async def hello(self) -> Document:
        return await self._client.get_database("admin").command("hello")

    async def close(self) -> None:
        with pymongo.timeout(_GOODBYE_S):
            if self._driver == "motor":
                # Says goodbye to the server on the calling thread, which must not be the event loop's.
                await asyncio.to_thread(cast("Callable[[], None]", self._client.close))
            else:
                await self._client.close()


async def _settled(outcome: object) -> object:
    """What one driver gives at once and the other gives to await."""
    return await outcome if inspect.isawaitable(outcome) else outcome
