"""What the servers of a run stand on: `pytest --engines=...`, else SEMAFOR_TEST_ENGINES, else `embedded`.

embedded: SQLite and the queue in the process.  scaled: MongoDB and Redis, one server.  two-servers: the same with two
servers behind each desk, visitors at one and agents at the other.

A run on other engines than the embedded ones takes only the tests that start servers: the rest would prove nothing new.
Of these it leaves those with the marker `embedded("why")`, which are about one process and its data folder.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import pytest
from pymongo import MongoClient

from tests.harness.desk import Desk
from tests.harness.mongo import database_url
from tests.harness.redis import RedisServer

EMBEDDED, SCALED, TWO_SERVERS = NAMES = ("embedded", "scaled", "two-servers")
VARIABLE = "SEMAFOR_TEST_ENGINES"


class Engines(Protocol):
    """Makes desks, each with a record and a queue of its own. crowd: so many people may do a thing at once."""

    crowd: int

    def environment(self) -> dict[str, str]:
        """What names a new record and queue to a server; nothing where its data folder does."""

    def desk(self, data: Path, settings: Mapping[str, str]) -> Desk:
        """Not started, and nothing in its record."""

    def copy(self, source: Desk, target: Desk) -> None:
        """Everything in the record of a desk that never ran, into that of a new one."""


class Embedded:
    crowd = 40

    def environment(self) -> dict[str, str]:
        return {}

    def desk(self, data: Path, settings: Mapping[str, str]) -> Desk:
        return Desk(data, settings)

    def copy(self, source: Desk, target: Desk) -> None:
        if source.data.exists():
            shutil.copytree(source.data, target.data)


class Scaled:
    """One MongoDB and one Redis for all desks of a worker: a desk's name in Redis is kept in its own database."""

    crowd = 20
    """The stand-in for MongoDB, and a machine with others, may take 0.3 s for a chat; the record waits for 8 s."""

    def __init__(self, mongo_url: str, redis_url: str, make: Callable[[Path, Mapping[str, str]], Desk]) -> None:
        self._mongo_url, self._redis_url = mongo_url, redis_url
        self._make = make
        self._run = uuid.uuid4().hex[:8]
        self._made: list[str] = []
        self._client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, timeoutMS=30_000)

    def environment(self) -> dict[str, str]:
        name = f"semafor_test_{self._run}_{len(self._made) + 1}"
        self._made.append(name)
        return {"SEMAFOR_MONGO_URL": database_url(self._mongo_url, name), "SEMAFOR_REDIS_URL": self._redis_url}

    def desk(self, data: Path, settings: Mapping[str, str]) -> Desk:
        return self._make(data, {**self.environment(), **settings})

    def copy(self, source: Desk, target: Desk) -> None:
        """Without the word that the indexes are there, so that the servers make them."""
        old, new = (self._client[_database(desk.settings)] for desk in (source, target))
        for name in set(old.list_collection_names()) - {"schema"}:
            if documents := list(old[name].find()):
                new[name].insert_many(documents)

    def drop(self) -> None:
        """Leave nothing behind in a MongoDB that was given to us."""
        for name in self._made:
            self._client.drop_database(name)

    def close(self) -> None:
        self._client.close()


class TwoServers(Desk):
    """One desk: visitors and everybody's pages are at `url`, agents at `agent_url`. What is done is done to both."""

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        super().__init__(data, settings)
        self.settings.setdefault("SEMAFOR_PUBLIC_URL", self.url)
        self._second = Desk(data.with_name(f"{data.name}-second"), self.settings)

    @property
    def agent_url(self) -> str:
        return self._second.url

    def start(self) -> None:
        _side_by_side(super().start, self._second.start)

    def stop(self) -> None:
        _side_by_side(super().stop, self._second.stop)

    def kill(self) -> None:
        super().kill()
        self._second.kill()

    def freeze(self) -> None:
        super().freeze()
        self._second.freeze()

    def thaw(self) -> None:
        super().thaw()
        self._second.thaw()

    def stderr(self) -> str:
        return f"{super().stderr()}--- agents' server\n{self._second.stderr()}"


def _side_by_side(*works: Callable[[], None]) -> None:
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def _database(environment: Mapping[str, str]) -> str:
    return environment["SEMAFOR_MONGO_URL"].rpartition("/")[2]


# ---- of pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engines",
        choices=NAMES,
        default=os.environ.get(VARIABLE, EMBEDDED),
        help=f"what the servers of the tests stand on (default: ${VARIABLE}, else {EMBEDDED})",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "embedded(why): about one process and its data folder, not run on other engines")
    if _chosen(config) not in NAMES:
        raise pytest.UsageError(f"{VARIABLE}: {_chosen(config)} is none of {', '.join(NAMES)}")


def pytest_report_header(config: pytest.Config) -> str:
    return f"engines: {_chosen(config)}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _chosen(config) == EMBEDDED:
        return
    wanted: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        needs_servers = "engines" in getattr(item, "fixturenames", ())
        (wanted if needs_servers and not item.get_closest_marker("embedded") else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = wanted


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    name = _chosen(request.config)
    if name == EMBEDDED:
        yield Embedded()
        return
    redis: RedisServer = request.getfixturevalue("redis_server")
    is_stand_in = "SEMAFOR_TEST_MONGO_URL" not in os.environ
    scaled = Scaled(request.getfixturevalue("mongo_server"), redis.url, Desk if name == SCALED else TwoServers)
    yield scaled
    if not is_stand_in:  # which ends with the run, and may hang where a database is dropped while others are in use
        scaled.drop()
    scaled.close()


def _chosen(config: pytest.Config) -> str:
    return str(config.getoption("--engines"))
