"""The journal holds what was decided, under the desk that decided it; what follows on a gap is not explained."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from queueing.local import LocalQueue
from queueing.model import Applied, Command, Connect, Join, SetAgent, Settle
from queueing.news import Decision
from queueing.states import Snapshot
from server.services.known.directory import Directory
from server.services.routing import journal as journal_module
from server.services.routing.decisions import Decisions
from server.services.routing.journal import SNAPSHOT_EVERY, Journal
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON
from transcripts.errors import Conflict, StoreUnavailable
from transcripts.memory import MemoryStore
from transcripts.records import JournalEntry

ANN = SetAgent("ann", ("help",), 1, 1000, "online")


class Record(MemoryStore):
    """is_away: it cannot be written. by_others: versions that another server has just written, met as a Conflict."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.by_others: set[int] = set()
        self.writes = 0

    async def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        self.writes += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise StoreUnavailable("away")
        if any(entry.version in self.by_others for entry in entries):
            raise Conflict("another server has written it")
        await super().append_journal(entries)


class Desk:
    """A queue whose every command is kept, as `Dispatch` does it."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.clock = MovedClock(NOON)
        self.record = Record()
        self.queue = LocalQueue()
        self.journal = Journal(self.queue, self.record, self.clock, at_once=at_once)
        self.decisions = Decisions(self.record, Directory(self.record))

    async def begin(self) -> None:
        snapshot = Snapshot(0)
        applied = await self.queue.rebuild(snapshot, self.clock.now_ms())
        await self.journal.begin(self.queue.epoch, snapshot, Settle(), applied, self.clock.now_ms())

    async def order(self, command: Command, *, kept: bool = True) -> Applied:
        self.clock.move(1)
        now_ms, epoch = self.clock.now_ms(), self.queue.epoch
        applied = await self.queue.apply(command, now_ms)
        if kept:
            await self.journal.keep(epoch, command, applied, now_ms)
            await self.journal.snapshot_if_due()
        return applied

    async def open(self) -> None:
        await self.begin()
        await self.order(ANN)
        await self.order(Connect("ann"))

    async def winners(self, chat: str) -> list[str]:
        return [found["winner"]["id"] for found in await self.decisions.of(chat)]


def join(chat: str, line: int = 1) -> Join:
    return Join(chat, "help", 1, "normal", line)


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def test_decision_can_be_explained_once_it_is_written_down(desk: Desk) -> None:
    await desk.order(join("c1"))
    assert await desk.winners("c1") == []

    await desk.journal.write()

    assert await desk.winners("c1") == ["ann"]


async def test_server_that_is_alone_writes_at_once() -> None:
    desk = Desk(at_once=True)
    await desk.open()

    await desk.order(join("c1"))

    assert await desk.winners("c1") == ["ann"]
    assert desk.journal._unwritten == []


async def test_what_follows_on_a_gap_is_not_explained_until_the_next_snapshot(desk: Desk) -> None:
    await desk.order(join("c1"))
    await desk.order(join("c2"), kept=False)
    await desk.order(join("c3"))
    desk.journal.miss()
    await desk.order(join("c4"))
    await desk.order(join("c5"))
    await desk.journal.write()

    assert await desk.winners("c1") == ["ann"]
    assert await desk.winners("c3") == []
    assert await desk.winners("c5") == ["ann"]
    (explained,) = await desk.decisions.of("c5")
    assert explained["candidates"][0]["load"] == 4


async def test_snapshot_is_taken_every_so_many_commands(desk: Desk) -> None:
    for number in range(2 * SNAPSHOT_EVERY):
        await desk.order(Connect("ann") if number else join("c1"))
    await desk.journal.write()

    kinds = [entry.kind for entry in desk.record._journal.values()]
    assert kinds.count("snapshot") == 3


async def test_entry_is_filed_under_the_desk_that_decided_it_however_late_it_is_written(desk: Desk) -> None:
    epoch, now_ms = desk.queue.epoch, desk.clock.now_ms()
    applied = await desk.queue.apply(join("c1"), now_ms)
    keeping = desk.journal.keep(epoch, join("c1"), applied, now_ms)
    decision = Decision("1-9", epoch, 9, now_ms, join("c9"), ())

    await desk.begin()
    await keeping
    await desk.journal.keep_of_others([decision])
    await desk.journal.write()

    filed = {(entry.epoch, entry.version) for entry in desk.record._journal.values() if entry.kind == "command"}
    assert {(epoch, applied.version), (epoch, 9), (desk.queue.epoch, 1)} <= filed
    assert (desk.queue.epoch, applied.version) not in filed


async def test_snapshot_is_filed_under_the_desk_it_was_taken_of(desk: Desk) -> None:
    epoch = desk.queue.epoch
    snapshot = desk.queue.snapshot

    async def late() -> Snapshot:
        taken = await snapshot()
        await desk.queue.rebuild(Snapshot(0), desk.clock.now_ms())
        return taken

    desk.queue.snapshot = late  # type: ignore[method-assign]
    desk.journal.miss()
    await desk.journal.snapshot_if_due()
    await desk.journal.write()

    assert {entry.epoch for entry in desk.record._journal.values()} == {epoch}


async def test_what_could_not_be_written_is_written_in_order_later(desk: Desk) -> None:
    desk.record.is_away = True
    await desk.order(join("c1"))
    with pytest.raises(StoreUnavailable):
        await desk.journal.write()
    await desk.order(join("c2"))
    desk.record.is_away = False

    await desk.journal.write()

    assert await desk.winners("c1") == await desk.winners("c2") == ["ann"]
    versions = [entry.version for entry in desk.record._journal.values() if entry.kind == "command"]
    assert versions == sorted(versions)


async def test_what_is_ordered_during_an_outage_comes_after_what_met_it_and_is_not_more_than_can_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "UNWRITTEN_KEPT", 7)
    desk.record.is_away = True
    writing = asyncio.ensure_future(desk.journal.write())
    await asyncio.sleep(0)
    for number in range(5):
        await desk.order(join(f"c{number}", number))

    with pytest.raises(StoreUnavailable):
        await writing

    assert [entry.version for entry in desk.journal._unwritten] == [0, 1, 2, 3, 4, 5, 6]


async def test_what_another_server_has_written_holds_up_nothing(desk: Desk) -> None:
    await desk.journal.write()
    applied = await desk.order(join("c1"))
    await desk.order(join("c2"))
    desk.record.by_others = {applied.version}

    await desk.journal.write()

    written = {entry.version for entry in desk.record._journal.values()}
    assert applied.version not in written
    assert applied.version + 1 in written
    assert desk.journal._unwritten == []


async def test_what_is_met_by_an_outage_while_it_is_written_one_by_one_is_kept(desk: Desk) -> None:
    await desk.journal.write()
    applied = await desk.order(join("c1"))
    await desk.order(join("c2"))
    desk.record.by_others = {applied.version}
    append = desk.record.append_journal

    async def append_once(entries: Sequence[JournalEntry]) -> None:
        desk.record.append_journal = append  # type: ignore[method-assign]
        try:
            await append(entries)
        finally:
            desk.record.is_away = True

    desk.record.append_journal = append_once  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await desk.journal.write()
    desk.record.is_away = False
    desk.record.by_others = set()
    await desk.journal.write()

    assert await desk.winners("c1") == await desk.winners("c2") == ["ann"]


async def test_more_than_can_be_kept_is_not_kept_and_leaves_no_wrong_explanation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "UNWRITTEN_KEPT", 5)
    desk.record.is_away = True
    for number in range(8):
        await desk.order(join(f"c{number}", number))
        with pytest.raises(StoreUnavailable):
            await desk.journal.write()
    desk.record.is_away = False
    await desk.journal.write()
    await desk.order(join("late", 99))
    await desk.journal.write()

    assert await desk.winners("c0") == ["ann"]
    assert await desk.winners("late") == []
    assert len(desk.journal._unwritten) == 0
