"""Several real servers as one desk: Redis, a MongoDB, N `semafor serve` processes, and a real proxy before them.

    people -> haproxy -> server 1..N -> (a way that can be stalled ->) Redis
                                     -> the MongoDB stand-in, or SEMAFOR_TEST_MONGO_URL

Each part can be killed, frozen and brought back by its own object (`desk.kill()`, `redis.freeze()`, ...). Everything
here blocks, as desk.py does: a test calls it between its awaits, or in a thread.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pymongo import MongoClient

from tests.harness.desk import Department, Desk, User
from tests.harness.haproxy import Haproxy
from tests.harness.mongo import MongoServer, database_url
from tests.harness.one_way import OneWay
from tests.harness.redis import RedisServer

AT_ONCE = 3
SECRET = "one-secret-for-all-servers-" + "0" * 32


class Cluster:
    """Made of stopped parts; `start` starts them, `stop` ends them and asserts that every server ended well.

    n: servers.  embedded: one server on its own record and queue, without Redis and MongoDB (then n is 1).
    own_mongo: never the database of SEMAFOR_TEST_MONGO_URL, for a test that kills it.  stallable: with `way`.
    program: of every server, as of `Desk`.  folder: of everything that its parts write.  redis, mongo, way: None where
    there is none to be killed.
    """

    def __init__(
        self,
        folder: Path,
        n: int,
        *,
        departments: Iterable[Department],
        users: Iterable[User],
        settings: Mapping[str, str] | None = None,
        embedded: bool = False,
        own_mongo: bool = False,
        stallable: bool = False,
        program: Sequence[str] | None = None,
    ) -> None:
        assert n == 1 or not embedded, "an embedded desk is one server"
        self._departments, self._users = tuple(departments), tuple(users)
        self._settings = settings or {}
        self.folder = folder
        self._n = n
        self._given_mongo = None if own_mongo else os.environ.get("SEMAFOR_TEST_MONGO_URL")
        self._mongo_url: str | None = None
        self.redis = None if embedded else RedisServer(folder / "redis")
        self.mongo = None if embedded or self._given_mongo else MongoServer(folder, cache="1G")
        self.way: OneWay | None = None
        self._stallable = stallable and not embedded
        self._program = program
        self.servers: tuple[Desk, ...] = ()
        self.proxy: Haproxy

    @property
    def url(self) -> str:
        """Where people reach the desk: the proxy."""
        return self.proxy.url

    @property
    def places(self) -> tuple[str, ...]:
        """The servers' own addresses, for who must be on a certain one."""
        return tuple(server.url for server in self.servers)

    def start(self) -> None:
        """Returns when every server listens and the people are in the record."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {"SEMAFOR_SECRET": SECRET, **self._engines(), **self._settings}
        folders = [self.folder / f"server-{number}" for number in range(1, self._n + 1)]
        desks = [Desk(folder, settings, self._program) for folder in folders]
        self.proxy = Haproxy(self.folder / "haproxy", [desk.port for desk in desks])
        for desk in desks:
            desk.settings["SEMAFOR_PUBLIC_URL"] = self.proxy.url
        self.servers = tuple(desks)
        self.servers[0].people(self._departments, self._users)
        with ThreadPoolExecutor(AT_ONCE) as side_by_side:
            list(side_by_side.map(Desk.start, self.servers))
        self.proxy.start()

    def stop(self) -> None:
        """Every server must end well and never have logged a traceback; whatever happens, nothing is left running."""
        try:
            with ThreadPoolExecutor() as side_by_side:
                list(side_by_side.map(Desk.stop, self.servers))
        finally:
            self.kill()
        for server in self.servers:
            assert "Traceback" not in server.stderr(), server.stderr()

    def kill(self) -> None:
        """Everything -9, and a database that we were given is as before."""
        for server in self.servers:
            server.kill()
        if self.servers:
            self.proxy.kill()
        if self.way is not None:
            self.way.stop()
        for part in (self.redis, self.mongo):
            if part is not None:
                part.kill()
        if self._given_mongo and self._mongo_url:
            client: MongoClient[dict[str, object]] = MongoClient(self._mongo_url)
            with client:
                client.drop_database(client.get_default_database())

    def log(self) -> str:
        """What the servers said, for a failure's message."""
        return "\n".join(f"--- server {number}\n{server.stderr()}" for number, server in enumerate(self.servers, 1))

    def _engines(self) -> dict[str, str]:
        """Start Redis and the database; what servers are told about them."""
        if self.redis is None:
            return {}
        self.redis.start()
        redis_url = self.redis.url
        if self._stallable:
            self.way = OneWay(self.redis.port)
            self.way.start()
            redis_url = f"redis://127.0.0.1:{self.way.port}/0"
        if self.mongo is not None:
            self.mongo.start()
            server_url = self.mongo.url
        else:
            assert self._given_mongo is not None
            server_url = self._given_mongo
        self._mongo_url = database_url(server_url, f"semafor_test_{uuid.uuid4().hex[:8]}")
        return {"SEMAFOR_REDIS_URL": redis_url, "SEMAFOR_MONGO_URL": self._mongo_url}
