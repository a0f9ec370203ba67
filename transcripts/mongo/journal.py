"""The queue's journal, and the estimates that were shown: written in bulk, read when somebody asks why.

Of each epoch there is one small document with its place and its newest entry, so that nobody has to read a journal
through to know what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.records import EstimateShown, JournalEntry

ENTRIES = Documents(JournalEntry)
ESTIMATES = Documents(EstimateShown)
FIRST_ESTIMATES = Documents(EstimateShown, key="chat_id")


class Journal(Part):
    async def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        if entries:
            await self._write(lambda tx: _append(tx, entries), "counter:journal")

    async def decisions_of(self, chat_id: str) -> tuple[JournalEntry, ...]:
        async def question(view: View) -> tuple[JournalEntry, ...]:
            found = view.db["journal"].find({"decided": chat_id}).sort("n", 1)
            return tuple(map(ENTRIES.of, await found.to_list(None)))

        return await self._read(question)

    async def journal(self, epoch: str, version: int) -> tuple[JournalEntry, ...]:
        async def question(view: View) -> tuple[JournalEntry, ...]:
            start = await _snapshot(view, {"epoch": epoch, "version": {"$lt": version}})
            if start is None:
                return ()
            between = {"$gt": start["version"], "$lte": version}
            commands = {"epoch": epoch, "kind": "command", "version": between}
            found = view.db["journal"].find(commands, session=view.session).sort("version", 1)
            return tuple(map(ENTRIES.of, [start, *await found.to_list(None)]))

        return await self._read(question, steps=True)

    async def epochs(self) -> tuple[tuple[str, int], ...]:
        async def question(view: View) -> tuple[tuple[str, int], ...]:
            epochs = await view.db["journal_epochs"].find().sort("n", 1).to_list(None)
            return tuple((epoch["_id"], epoch["version"]) for epoch in epochs)

        return await self._read(question)

    async def prune_journal(self, before: datetime) -> None:
        # Not in one transaction: it may be long, and what is left undone the next one does.
        await self._write(lambda tx: _prune(tx, to_micros(before)), "counter:journal", atomic=False)

    async def record_estimates(self, shown: Sequence[EstimateShown]) -> None:
        if shown:
            await self._write(lambda tx: _record(tx, shown), "estimates")


async def _snapshot(view: View, wanted: Document) -> Document | None:
    """The newest."""
    snapshots = {**wanted, "kind": "snapshot"}
    return await view.db["journal"].find_one(snapshots, sort=[("version", -1)], session=view.session)


async def _append(tx: Transaction, entries: Sequence[JournalEntry]) -> None:
    fresh = {(entry.epoch, entry.version, entry.kind): entry for entry in reversed(entries)}
    for epoch in {entry.epoch for entry in entries}:
        versions = [entry.version for entry in entries if entry.epoch == epoch]
        wanted = {"epoch": epoch, "kind": {"$in": ["snapshot", "command"]}, "version": {"$in": versions}}
        fields = {"version": 1, "kind": 1}
        async for known in tx.db["journal"].find(wanted, fields, session=tx.session):
            fresh.pop((epoch, known["version"], known["kind"]), None)
    added = [entry for entry in entries if fresh.get((entry.epoch, entry.version, entry.kind)) is entry]
    if not added:
        return
    first = await count_up(tx, "journal", len(added)) - len(added) + 1
    documents = [ENTRIES.document(entry, n=n) for n, entry in enumerate(added, first)]
    await tx.db["journal"].insert_many(documents, session=tx.session)
    for epoch in dict.fromkeys(entry.epoch for entry in added):
        mine = [document for document in documents if document["epoch"] == epoch]
        newest = {name: max(document[name] for document in mine) for name in ("version", "at")}
        order = {"$setOnInsert": {"n": mine[0]["n"]}, "$max": newest}
        await tx.db["journal_epochs"].update_one({"_id": epoch}, order, upsert=True, session=tx.session)


async def _record(tx: Transaction, shown: Sequence[EstimateShown]) -> None:
    """All of them, and of each chat the first range apart: that one is judged by the reports."""
    await tx.db["estimates"].insert_many([ESTIMATES.document(estimate) for estimate in shown], session=tx.session)
    ranges = [estimate for estimate in shown if estimate.likely_s is not None and estimate.upto_s is not None]
    first = {estimate.chat_id: estimate for estimate in sorted(ranges, key=lambda estimate: estimate.at, reverse=True)}
    firsts = tx.db["first_estimates"]
    async for known in firsts.find({"_id": {"$in": list(first)}}, session=tx.session):
        if known["at"] <= to_micros(first[known["_id"]].at):
            del first[known["_id"]]
    for estimate in first.values():
        document = FIRST_ESTIMATES.document(estimate)
        await firsts.replace_one({"_id": estimate.chat_id}, document, upsert=True, session=tx.session)


async def _prune(tx: Transaction, before: int) -> None:
    journal, epochs = tx.db["journal"], tx.db["journal_epochs"]
    known = await epochs.find().sort("n", 1).to_list(None)
    for index, epoch in enumerate(known):
        of_epoch = {"epoch": epoch["_id"]}
        is_last = index == len(known) - 1
        if epoch["at"] < before and not is_last:
            await journal.delete_many(of_epoch)
            await epochs.delete_one({"_id": epoch["_id"]})
            continue
        start = await _snapshot(tx, {**of_epoch, "at": {"$lt": before}})
        if start is not None:
            # What is newer is replayed from the last snapshot that is older; the commands before it go, its own too.
            await journal.delete_many({**of_epoch, "kind": "snapshot", "version": {"$lt": start["version"]}})
            await journal.delete_many({**of_epoch, "kind": "command", "version": {"$lte": start["version"]}})
