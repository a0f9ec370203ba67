"""What was ordered, in what state of the queue: written down so that any decision can be replayed and explained."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

from queueing import codec
from queueing.model import Applied, Assigned, Command, Event
from queueing.news import Decision
from queueing.port import QueuePort
from queueing.states import Snapshot
from server.clock import Clock, from_ms
from server.log import logger
from transcripts.errors import Conflict, StoreError
from transcripts.records import JournalEntry
from transcripts.running import JournalStore

SNAPSHOT_EVERY = 500
"""Commands between two snapshots: what a replay reads at most."""
UNWRITTEN_KEPT = 10_000


class Journal:
    def __init__(self, queue: QueuePort, store: JournalStore, clock: Clock, *, at_once: bool) -> None:
        """at_once: an entry is written before its command is done; else soon, in portions, by `write`."""
        self._queue = queue
        self._store = store
        self._clock = clock
        self._at_once = at_once
        self._since_snapshot = 0
        self._unwritten: list[JournalEntry] = []

    async def keep(self, epoch: str, command: Command, applied: Applied, now_ms: int) -> None:
        """epoch: of the queue when the command was given; it may have another one by now. Raises StoreUnavailable."""
        self._since_snapshot += 1
        await self._keep([_entry(epoch, applied.version, command, applied.events, now_ms)])

    async def begin(self, epoch: str, snapshot: Snapshot, command: Command, applied: Applied, now_ms: int) -> None:
        """A queue that was just built, with its first command. Raises StoreUnavailable."""
        self._since_snapshot = 0
        first = _entry(epoch, applied.version, command, applied.events, now_ms)
        await self._keep([self._snapshot(epoch, snapshot), first])

    async def keep_of_others(self, decisions: Iterable[Decision]) -> None:
        """What a server decided that may have died before it could write it down. Raises StoreUnavailable."""
        await self._append([_entry(d.epoch, d.version, d.command, d.events, d.now_ms) for d in decisions])

    def miss(self) -> None:
        """Commands were given that are not in this journal: a snapshot goes on from there."""
        self._since_snapshot = SNAPSHOT_EVERY

    async def snapshot_if_due(self) -> None:
        """What a replay can begin with. Raises StoreUnavailable, QueueUnavailable."""
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self._since_snapshot = 0
            epoch = self._queue.epoch
            await self._keep([self._snapshot(epoch, await self._queue.snapshot())])

    async def write(self) -> None:
        """Raises StoreUnavailable; the entries are then kept for the next time."""
        entries, self._unwritten = self._unwritten, []
        if not entries:
            return
        try:
            await self._append(entries)
        except StoreError:
            self._unwritten = (entries + self._unwritten)[:UNWRITTEN_KEPT]
            logger.error("journal_not_written", entries=len(entries))
            raise

    async def _append(self, entries: Sequence[JournalEntry]) -> None:
        try:
            await self._store.append_journal(entries)
        except Conflict:  # Another server has written some of them, because this one was slow.
            for entry in entries:
                await self._keep_once(entry)

    async def _keep_once(self, entry: JournalEntry) -> None:
        with contextlib.suppress(Conflict):
            await self._store.append_journal([entry])

    async def _keep(self, entries: Sequence[JournalEntry]) -> None:
        if self._at_once:
            await self._store.append_journal(entries)
        elif len(self._unwritten) < UNWRITTEN_KEPT:
            self._unwritten += entries

    def _snapshot(self, epoch: str, snapshot: Snapshot) -> JournalEntry:
        body = codec.encode_snapshot(snapshot)
        return JournalEntry(epoch, snapshot.version, "snapshot", self._clock.now(), body)


def _entry(epoch: str, version: int, command: Command, events: Sequence[Event], now_ms: int) -> JournalEntry:
    decided = tuple(event.chat for event in events if isinstance(event, Assigned))
    body = {"now_ms": now_ms, "command": codec.encode_command(command)}
    return JournalEntry(epoch, version, "command", from_ms(now_ms), body, decided)
