"""What an earlier version wrote is read as that version meant it."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.contract.transcripts.examples import START, at, current, new_message, new_ticket, started
from tests.harness.mongo import MongoDatabases
from transcripts.contacts import PersonQuery
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


async def test_whoever_asked_for_a_ticket_before_there_were_contacts_is_known(mongo_databases: MongoDatabases) -> None:
    place = mongo_databases.named("older")
    place.empty()
    store = await MongoStore.open(place.url, listeners=[place.footprints])
    for email in ("Jana@example.org", "jana@example.org", "eva@example.org"):
        await store.create_ticket(new_ticket(requester_email=email))
    await store.aclose()
    async with AsyncMongoClient[dict[str, Any]](place.url) as client:
        database = client.get_default_database()
        await database["tickets"].update_many({}, {"$unset": {"requester_folded": ""}})
        for name in ("contacts", "contact_addresses", "schema"):
            await database[name].delete_many({})

    store = await MongoStore.open(place.url, listeners=[place.footprints])
    jana = await store.contact_by_address("jana@example.org")
    await store.create_ticket(new_ticket(requester_email="ida@example.org"))
    listed, _ = await store.contacts(None, None)

    assert jana is not None
    assert (jana.name, jana.addresses, jana.created_at) == ("Jana", ("Jana@example.org",), at(5))
    assert [contact.addresses[0] for contact in listed] == ["ida@example.org", "eva@example.org", "Jana@example.org"]
    of_jana = PersonQuery(None, None, jana.addresses, None, 10)
    assert [ticket.number for ticket in await store.tickets_of_person(of_jana)] == ["10002", "10001"]
    await store.aclose()
