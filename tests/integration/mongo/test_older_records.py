"""What an earlier version wrote is read as that version meant it."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.contract.transcripts.examples import START, current, new_message, started
from tests.harness.mongo import MongoDatabases
from transcripts.mongo.store import MongoStore
from transcripts.records import Proof

pytestmark = pytest.mark.slow


async def test_a_record_of_before_revisions_and_several_servers_counts_from_zero(
    mongo_databases: MongoDatabases,
) -> None:
    place = mongo_databases.named("older")
    place.empty()
    store = await MongoStore.open(place.url, listeners=[place.footprints])
    await started(store)
    await store.prove_life(Proof("p1", START, START))
    async with AsyncMongoClient[dict[str, Any]](place.url) as client:
        database = client.get_default_database()
        await database["chats"].update_many({}, {"$unset": {"revision": ""}})
        await database["proofs"].update_many({}, {"$unset": {"shared": ""}})

    assert await store.open_revisions() == {"c1": 0}
    assert (await current(store)).revision == 0
    assert await store.proofs() == (Proof("p1", START, START, shared=False),)
    await store.send_message(new_message("m1"))
    await store.mark_read("c1", "agent", 1)
    assert await store.open_revisions() == {"c1": 2}
    await store.aclose()
