"""A large record: how fast it starts and finds a word. `python -m tests.bench.records [CHATS MESSAGES]`."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from server.adapters import RECORD_FILE
from tests.bench import results
from tests.bench.desks import PROGRAM, SETTINGS
from tests.bench.month import write_month
from tests.bench.results import Figure
from tests.harness.desk import Desk
from transcripts.questions import ChatQuery
from transcripts.sqlite import word_index
from transcripts.sqlite.connections import connect
from transcripts.sqlite.store import SqliteStore

CHATS = 100_000
OPEN = 1_000
MESSAGES = 1_000_000
STARTS = 5
WORDS = ("letterbox", "parcel", "where", "kolib", "number 77", "tuesday morning")
"""In none, in all, in a tenth, in one message; the beginning of one; two words that are never together."""


def main() -> None:
    before = results.busy()
    chats, wanted = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (CHATS, MESSAGES)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        data.mkdir()
        write_month(data / RECORD_FILE, chats)
        _reopen(data / RECORD_FILE, chats)
        starts = [_start_s(data) for _ in range(STARTS)]
        messages = _say_more(data / RECORD_FILE, chats, wanted)
        found = asyncio.run(_search(data / RECORD_FILE))
    slowest = max(found, key=lambda word: found[word])
    results.write(
        "records",
        [
            Figure(
                f"start to ready with {chats:,} stored chats, {OPEN:,} open",
                statistics.median(starts),
                "s",
                3,
                1,
                note=f"slowest of {STARTS}: {max(starts):.2f} s",
            ),
            Figure(
                f"a word in {messages:,} messages",
                found[slowest],
                "ms",
                100,
                30,
                note="; ".join(f"{word}: {ms:.0f} ms" for word, ms in found.items()),
            ),
        ],
        before,
        {"starts_s": starts, "found_ms": found},
    )


def _reopen(file: Path, chats: int) -> None:
    """The newest chats are in line or with their agents."""
    db = connect(file)
    db.execute(
        "UPDATE chats SET state = CASE line % 2 WHEN 0 OR agent_id IS NULL THEN 'queued' ELSE 'active' END,"
        " closed_at = NULL, closed_by = NULL, resolution = NULL"
        " WHERE line > ?",
        (chats - OPEN,),
    )
    db.execute("UPDATE chats SET agent_id = NULL, assigned_at = NULL WHERE state = 'queued'")
    db.close()


def _start_s(data: Path) -> float:
    desk = Desk(data, SETTINGS, program=PROGRAM)
    began_s = time.perf_counter()
    desk.start()
    taken_s = time.perf_counter() - began_s
    desk.kill()
    return taken_s


def _say_more(file: Path, chats: int, wanted: int) -> int:
    """As many messages as asked for, all of them with their words in the index."""
    db = connect(file)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    (has, last) = db.execute("SELECT count(*) FILTER (WHERE kind = 'text'), max(id) FROM messages").fetchone()
    body = (
        "CASE WHEN value = 7 THEN 'A hummingbird: kolibřík' WHEN value % 10 = 0 THEN 'Tuesday, please: parcel number '"
        " || value ELSE 'It is about my parcel, number ' || value || ', which has not come: where may it be?' END"
    )
    db.execute(
        "WITH RECURSIVE more (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM more WHERE value < ?)"
        " INSERT INTO messages (id, chat_id, seq, client_id, author_kind, author_id, kind, body, at)"
        f" SELECT value + ?, 'chat' || (value % {chats} + 1), 1000 + value / {chats}, 'n' || value, 'visitor', 'v',"
        f" 'text', {body}, 0 FROM more",
        (wanted - has - 1, last + 1),
    )
    while True:
        reach = word_index.index_some(db)
        if reach.upto >= reach.newest:
            break
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (messages,) = db.execute("SELECT count(*) FROM messages WHERE kind = 'text'").fetchone()
    db.close()
    return int(messages)


async def _search(file: Path) -> dict[str, float]:
    """Median milliseconds of the first page, per word."""
    store = await SqliteStore.open(file)
    found = {}
    for word in WORDS:
        taken = []
        for _ in range(7):
            began_s = time.perf_counter()
            await store.search_chats(ChatQuery(words=word, limit=25))
            taken.append(1000 * (time.perf_counter() - began_s))
        found[word] = statistics.median(taken)
    await store.aclose()
    return found


if __name__ == "__main__":
    main()
