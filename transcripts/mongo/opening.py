"""Whether a database can keep the record's promises; where it cannot, one sentence that names the remedy.

No sentence repeats the address: it may hold a password. Servers are named as the driver knows them, by host and port.
"""

from __future__ import annotations

import pymongo
from pymongo.errors import ConfigurationError, ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError
from pymongo.server_description import ServerDescription
from pymongo.topology_description import TopologyDescription

from transcripts.errors import StoreUnavailable
from transcripts.mongo.client import Client

_OLDEST_WIRE_VERSION = 17
"""MongoDB 6.0."""
_NOT_ALLOWED = 13
_UNKNOWN_USER = frozenset({18, 8000})
"""MongoDB's error codes, the last one Atlas'."""
_TOO_OLD = "this MongoDB is too old: Semafor needs version 6.0 or newer"
_NO_SET = "this MongoDB has no transactions as it is no replica set: start it with --replSet and run rs.initiate()"


UNFINISHED = {"_id": "restoring"}
"""In the collection `schema` while a backup is restored: what is there is not the whole record yet."""


async def accept(client: Client, patience_s: float, *, unfinished: bool = False) -> None:
    """patience_s: for the first answer; the database may still be starting. unfinished: during a restore, too.

    Raises PyMongoError, for `remedy`, and StoreUnavailable, with the remedy.
    """
    with pymongo.timeout(patience_s):
        hello = await client.hello()
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise StoreUnavailable(_NO_SET)
    if hello.get("maxWireVersion", 0) < _OLDEST_WIRE_VERSION:
        raise StoreUnavailable(_TOO_OLD)
    if not unfinished:
        with pymongo.timeout(patience_s):
            if await client.database["schema"].find_one(UNFINISHED) is not None:
                raise StoreUnavailable("a restore into this database was not finished: drop it, and restore again")


def remedy(exc: PyMongoError, servers: TopologyDescription) -> str:
    """What to do about a record that could not be opened. servers: as the driver saw them last."""
    if isinstance(exc, OperationFailure) and exc.code == _NOT_ALLOWED:
        return "MongoDB does not let this user keep the record: give it the role readWrite on the URL's database"
    if isinstance(exc, OperationFailure) and exc.code in _UNKNOWN_USER:
        return (
            "MongoDB refuses the user name or the password of the URL: check both, and authSource, the database "
            "that knows the user (often admin)"
        )
    if isinstance(exc, ConfigurationError):
        return _TOO_OLD
    if isinstance(exc, ConnectionFailure | ExecutionTimeout):
        return _unreachable(servers)
    return f"MongoDB cannot make the record's collections and indexes ({type(exc).__name__}): see its log"


def _unreachable(servers: TopologyDescription) -> str:
    described = servers.server_descriptions()
    if not described:
        # The driver forgets who turns out to be of no replica set or of another one.
        return (
            "the MongoDB of the URL is not of the replica set that the URL names: check replicaSet, or start it with "
            "--replSet and run rs.initiate()"
        )
    if any(server.server_type_name == "RSGhost" for server in described.values()):
        return "this MongoDB's replica set was never begun: run rs.initiate() once"
    if any(server.is_server_type_known for server in described.values()):
        return "the MongoDB replica set has no primary: start the missing members, see rs.status()"
    why = "; ".join(sorted(filter(None, map(_said, described.values()))))
    return f"no MongoDB answers ({why}): start it, and check the host and the port of the URL and the network between"


def _said(server: ServerDescription) -> str:
    """What went wrong at one server, without the driver's remarks on its own settings."""
    host, port = server.address
    return str(server.error or f"{host}:{port}: no answer").partition(" (configured")[0]
