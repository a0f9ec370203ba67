"""What the proof of the audit log finds in MongoDB, where somebody has changed it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bson import Binary, Int64
from pymongo import MongoClient
from pymongo.database import Database

from tests.contract.transcripts.examples import at
from tests.harness.mongo import MongoDatabases
from transcripts.audit import AuditHead, NewAudit
from transcripts.audit_chain import Broken, Proved, prove
from transcripts.mongo.store import MongoStore

N = 12
Record = Database[dict[str, Any]]
Change = Callable[[Record], object]
pytestmark = pytest.mark.slow


def put(n: int, **fields: Any) -> Change:
    return lambda db: db["audit"].update_one({"_id": n}, {"$set": fields})


def one_byte(n: int, field: str, old: str, new: str) -> Change:
    def work(db: Record) -> None:
        value = _entry(db, n)[field]
        assert old in value
        db["audit"].update_one({"_id": n}, {"$set": {field: value.replace(old, new, 1)}})

    return work


def swapped(db: Record) -> None:
    first, second = db["audit"].find({"_id": {"$in": [6, 7]}}).sort("_id", 1)
    db["audit"].replace_one({"_id": 6}, {**second, "_id": 6})
    db["audit"].replace_one({"_id": 7}, {**first, "_id": 7})


def first_hex(db: Record) -> None:
    (entry,) = db["audit"].find({"_id": 7})
    digit = "0" if entry["hash"][0] != "0" else "1"
    db["audit"].update_one({"_id": 7}, {"$set": {"hash": digit + entry["hash"][1:]}})


CHANGES: tuple[tuple[str, Change, int], ...] = (
    ("detail by a byte", one_byte(7, "detail", "Ada 7", "Ada 8"), 7),
    ("actor by a byte", one_byte(7, "actor", "a1", "a2"), 7),
    ("action by a byte", one_byte(7, "action", "changed", "changee"), 7),
    ("subject by a byte", one_byte(7, "subject", "7", "8"), 7),
    ("hash by a byte", first_hex, 7),
    ("time by a microsecond", lambda db: db["audit"].update_one({"_id": 7}, {"$inc": {"at": 1}}), 7),
    ("time of another kind", put(7, at=1.5), 7),
    ("a field more", put(7, extra="added"), 7),
    ("a field less", lambda db: db["audit"].update_one({"_id": 7}, {"$unset": {"subject": 1}}), 7),
    ("detail in another writing", one_byte(7, "detail", ",", ", "), 7),
    ("detail of another kind", put(7, detail={"before": {"name": "Ada 7"}}), 7),
    ("no detail", put(7, detail="{}"), 7),
    ("bytes for text", put(7, actor=Binary(b"agent:a1")), 7),
    ("the previous hash", put(7, previous="0" * 64), 7),
    ("one missing", lambda db: db["audit"].delete_one({"_id": 7}), 7),
    ("the first missing", lambda db: db["audit"].delete_one({"_id": 1}), 1),
    ("the last missing", lambda db: db["audit"].delete_one({"_id": N}), N),
    ("cut off", lambda db: db["audit"].delete_many({"_id": {"$gt": N - 2}}), N - 1),
    ("all missing", lambda db: db["audit"].delete_many({}), 1),
    ("two swapped", swapped, 6),
    ("one more at the end", lambda db: db["audit"].insert_one({**_entry(db, N), "_id": N + 1}), N + 1),
    ("one before the first", lambda db: db["audit"].insert_one({**_entry(db, N), "_id": 0}), 1),
    ("the head missing", lambda db: db["counters"].delete_one({"_id": "audit"}), 1),
    ("the head set back", lambda db: db["counters"].update_one({"_id": "audit"}, {"$set": {"value": Int64(5)}}), 6),
    ("the head's hash", lambda db: db["counters"].update_one({"_id": "audit"}, {"$set": {"hash": "0" * 64}}), N),
)


def _entry(db: Record, n: int) -> dict[str, Any]:
    found = db["audit"].find_one({"_id": n})
    assert found is not None
    return found


async def test_first_entry_that_is_not_as_it_was_written_is_named(mongo_databases: MongoDatabases) -> None:
    place = mongo_databases.named("tampered")
    store = await MongoStore.open(place.url)
    for number in range(1, N + 1):
        detail = {"before": {"name": f"Ada {number}"}, "address": "192.0.2.0"}
        await store.add_audit(NewAudit(at(number), "agent:a1", "agent.changed", f"agent:a{number}", detail))
    client: MongoClient[dict[str, Any]] = MongoClient(place.url)
    db = client.get_default_database()
    entries, (head,) = list(db["audit"].find()), list(db["counters"].find({"_id": "audit"}))

    assert await prove(store) == Proved(N, entries[-1]["hash"])
    found: dict[str, object] = {}
    for name, change, _ in CHANGES:
        change(db)
        found[name] = await prove(store)
        db["audit"].delete_many({})
        db["audit"].insert_many(entries)
        db["counters"].replace_one({"_id": "audit"}, head, upsert=True)
    noted = await prove(store, AuditHead(N - 3, "ab" * 32))

    assert {name: isinstance(one, Broken) and one.n for name, one in found.items()} == {
        name: n for name, _, n in CHANGES
    }
    assert isinstance(noted, Broken)
    assert noted.n == N - 3
    assert await prove(store) == Proved(N, entries[-1]["hash"])
    client.close()
    await store.aclose()
