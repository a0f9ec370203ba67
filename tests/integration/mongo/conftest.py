"""Two servers' views of one record, and a stand-in of one's own whose connections can be cut."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.harness.mongo import MongoDatabases, mongo_databases, mongo_server
from transcripts.mongo.store import MongoStore

__all__ = ["mongo_databases", "mongo_server"]


@pytest.fixture
async def servers(mongo_databases: MongoDatabases) -> AsyncIterator[tuple[MongoStore, MongoStore]]:
    """The same empty record, opened by two that know nothing of each other."""
    database = mongo_databases.named("shared")
    database.empty()
    opened = [await MongoStore.open(database.url, listeners=[database.footprints]) for _ in range(2)]
    yield opened[0], opened[1]
    for store in opened:
        await store.aclose()
