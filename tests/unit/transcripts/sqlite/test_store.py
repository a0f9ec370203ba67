"""What only the durable record has: it is there after a restart, beside another process, and while somebody reads."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.transcripts.examples import at, current, messages, new_agent, new_message, started
from transcripts.errors import StoreUnavailable
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.sqlite.rows import from_micros, to_micros
from transcripts.sqlite.store import SqliteStore

_ADD_AGENT = """
import asyncio, sys
from transcripts.records import Agent
from transcripts.sqlite.store import SqliteStore

async def main():
    store = await SqliteStore.open(sys.argv[1])
    for number in range(20):
        await store.add_agent(Agent(f"b{number}", f"b{number}@example.org", "B", "agent", (), 1, 3, "hash"))
    await store.aclose()

asyncio.run(main())
"""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "record.db")
    yield opened
    await opened.aclose()


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first: Store = await SqliteStore.open(tmp_path / "record.db")
    chat = await started(first)
    await first.send_message(new_message("m1"))
    said = await messages(first)
    await first.aclose()

    second: Store = await SqliteStore.open(tmp_path / "record.db")
    again = await second.send_message(new_message("m1"))
    next_chat = await started(second, "c2", "v2")

    assert await messages(second) == said
    assert (again, next_chat.line) == (said[-1], chat.line + 1)
    await second.aclose()


async def test_another_process_writes_beside_a_busy_one(store: SqliteStore, tmp_path: Path) -> None:
    await started(store)
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", _ADD_AGENT, str(tmp_path / "record.db"))

    sent = 0
    ended = asyncio.create_task(other.wait())
    while not ended.done():
        await store.send_message(new_message(f"m{sent}"))
        sent += 1

    assert ended.result() == 0
    assert len(await store.agents()) == 20
    assert (await current(store)).last_seq == sent + 1


async def test_a_long_question_stops_neither_writers_nor_other_readers(store: SqliteStore) -> None:
    await started(store)
    asked, go_on = threading.Event(), threading.Event()

    def ponder(db: sqlite3.Connection) -> int:
        db.execute("SELECT count(*) FROM messages").fetchone()
        asked.set()
        go_on.wait(10)
        return int(db.execute("SELECT count(*) FROM messages").fetchone()[0])

    long_question = asyncio.create_task(store._read(ponder))
    await asyncio.to_thread(asked.wait, 10)
    await store.send_message(new_message("m1"))
    seen_by_others = (await current(store)).last_seq
    go_on.set()

    assert seen_by_others == 2
    assert await long_question == 1


async def test_a_defect_in_a_question_does_not_wear_out_the_readers(store: SqliteStore) -> None:
    def broken(db: sqlite3.Connection) -> None:
        db.execute("SELECT nothing FROM nowhere")

    for _ in range(8):
        with pytest.raises(StoreUnavailable):
            await store._read(broken)

    assert await store.search_chats(ChatQuery()) == ((), None)


async def test_a_closed_record_answers_unavailable(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "record.db")
    await store.aclose()

    with pytest.raises(StoreUnavailable):
        await store.add_agent(new_agent("a1", "a@example.org"))
    with pytest.raises(StoreUnavailable):
        await store.agents()
    with pytest.raises(StoreUnavailable):
        await store.check()


def test_moments_are_kept_to_the_microsecond() -> None:
    for seconds in (0, 0.000001, -86400 * 365 * 60, 123456789.654321):
        assert from_micros(to_micros(at(seconds))) == at(seconds)
