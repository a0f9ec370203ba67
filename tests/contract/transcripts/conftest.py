"""Every test here runs once per adapter: the in-memory reference, SQLite, and MongoDB by either driver.

A further adapter joins ADAPTERS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.harness.mongo import MongoDatabases, mongo_databases, mongo_server
from transcripts.facts import Fact
from transcripts.memory import MemoryStore
from transcripts.mongo.client import Driver
from transcripts.mongo.store import MongoStore
from transcripts.port import Store
from transcripts.sqlite.store import SqliteStore

__all__ = ["mongo_databases", "mongo_server"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where an adapter may keep its record: a folder of the test's own, and databases by name that are emptied."""

    folder: Path
    mongo: Callable[[], MongoDatabases]


async def _memory(_: Places) -> Store:
    return MemoryStore()


async def _sqlite(places: Places) -> Store:
    return await SqliteStore.open(places.folder / "record.db")


async def _mongo(places: Places, driver: Driver) -> Store:
    database = places.mongo().named(driver)
    database.empty()
    return await MongoStore.open(database.url, driver=driver, listeners=[database.footprints])


async def _mongo_by_motor(places: Places) -> Store:
    return await _mongo(places, "motor")


async def _mongo_by_pymongo(places: Places) -> Store:
    return await _mongo(places, "pymongo")


ADAPTERS: dict[str, Callable[[Places], Awaitable[Store]]] = {
    "memory": _memory,
    "sqlite": _sqlite,
    "mongo-motor": _mongo_by_motor,
    "mongo-pymongo": _mongo_by_pymongo,
}


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    def databases() -> MongoDatabases:
        """Starts no MongoDB for a test that does not ask for one."""
        made = request.getfixturevalue("mongo_databases")
        assert isinstance(made, MongoDatabases)
        return made

    return Places(tmp_path, databases)


# MongoDB's stand-in is slow: its turn is the long run.
_RUNS = [pytest.param(name, marks=pytest.mark.slow) if name.startswith("mongo") else name for name in sorted(ADAPTERS)]


@pytest.fixture(params=_RUNS)
async def store(request: pytest.FixtureRequest, places: Places) -> AsyncIterator[Store]:
    opened = await ADAPTERS[request.param](places)
    yield opened
    await opened.aclose()


@pytest.fixture
def facts(store: Store) -> list[Fact]:
    """What the store has told since the test began."""
    told: list[Fact] = []
    store.listen(told.extend)
    return told
