"""What the proof of the audit log finds, in a file that somebody has changed by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.contract.transcripts.examples import at
from transcripts.audit import AuditEntry, AuditHead, NewAudit, chained
from transcripts.audit_chain import PAGE, Broken, Proved, prove
from transcripts.memory import MemoryStore
from transcripts.sqlite.store import SqliteStore

N = 12


@pytest.fixture
async def store(tmp_path: Path) -> SqliteStore:
    opened = await SqliteStore.open(tmp_path / "record.db")
    for number in range(1, N + 1):
        detail = {"before": {"name": f"Ada {number}"}, "address": "192.0.2.0"}
        await opened.add_audit(NewAudit(at(number), "agent:a1", "agent.changed", f"agent:a{number}", detail))
    return opened


def change(folder: Path, *statements: str) -> None:
    """By somebody who has the file, and takes off what guards it."""
    with sqlite3.connect(folder / "record.db") as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"):
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
    db.close()


def one_byte(column: str, old: str, new: str) -> str:
    return f"UPDATE audit SET {column} = replace({column}, '{old}', '{new}') WHERE n = 7"


async def test_untouched_log_is_whole(store: SqliteStore) -> None:
    found = await prove(store)

    head = await store.audit_head()
    assert found == Proved(N, head.hash or "")
    assert await prove(store, AuditHead(N, head.hash)) == found
    await store.aclose()


@pytest.mark.parametrize(
    ("statements", "n"),
    [
        ([one_byte("detail", "Ada 7", "Ada 8")], 7),
        ([one_byte("detail", ",", ", ")], 7),
        ([one_byte("actor", "a1", "a2")], 7),
        ([one_byte("action", "changed", "changee")], 7),
        ([one_byte("subject", "7", "8")], 7),
        (["UPDATE audit SET at = at + 1 WHERE n = 7"], 7),
        (["UPDATE audit SET hash = upper(hash) WHERE n = 7"], 7),
        (["UPDATE audit SET previous = '1' || substr(previous, 2) || '' WHERE n = 7 AND previous NOT LIKE '1%'"], 7),
        (["UPDATE audit SET detail = CAST(detail AS BLOB) WHERE n = 7"], 7),
        (["UPDATE audit SET actor = CAST(x'ff' AS TEXT) WHERE n = 7"], 7),
        (["UPDATE audit SET detail = '{' WHERE n = 7"], 7),
        (["UPDATE audit SET at = 9223372036854775807 WHERE n = 7"], 7),
        (["DELETE FROM audit WHERE n = 7"], 7),
        (["DELETE FROM audit WHERE n = 1"], 1),
        (["UPDATE audit SET n = -1 WHERE n = 7"], 1),
        ([f"DELETE FROM audit WHERE n > {N - 2}"], N - 1),
        (["DELETE FROM audit"], 1),
        (["DELETE FROM audit_head"], 1),
        (["UPDATE audit_head SET n = 5"], 6),
        ([f"UPDATE audit_head SET hash = '{'0' * 64}'"], N),
    ],
)
async def test_first_entry_that_is_not_as_it_was_written_is_named(
    store: SqliteStore, tmp_path: Path, statements: list[str], n: int
) -> None:
    change(tmp_path, *statements)

    found = await prove(store)

    assert isinstance(found, Broken)
    assert found.n == n, found
    await store.aclose()


async def test_cut_off_entries_are_missed_for_good(store: SqliteStore, tmp_path: Path) -> None:
    change(tmp_path, f"DELETE FROM audit WHERE n > {N - 2}")

    next_one = await store.add_audit(NewAudit(at(50), "system", "retention.ran", "department:support"))
    found = await prove(store)

    assert next_one is not None
    assert next_one.n == N + 1
    assert isinstance(found, Broken)
    assert found.n == N - 1
    await store.aclose()


async def test_log_made_anew_is_found_by_who_noted_its_end(store: SqliteStore) -> None:
    noted = AuditHead(N - 3, "ab" * 32)

    found = await prove(store, noted)
    beyond = await prove(store, AuditHead(N + 1, "ab" * 32))

    assert isinstance(found, Broken)
    assert isinstance(beyond, Broken)
    assert (found.n, beyond.n) == (N - 3, N + 1)
    await store.aclose()


class Endless(MemoryStore):
    """Makes its entries while they are asked for, and keeps none."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self._n = n
        self._last: AuditEntry | None = None
        self.most = 0

    async def audit_from(self, after: int | None, limit: int = 500) -> tuple[AuditEntry | None, ...]:
        page: list[AuditEntry] = []
        for number in range((after or 0) + 1, min((after or 0) + limit, self._n) + 1):
            new = NewAudit(at(number), "system", "retention.ran", "department:support")
            self._last = chained(new, number, self._last.hash if self._last else "0" * 64)
            page.append(self._last)
        self.most = max(self.most, len(page))
        return tuple(page)

    async def audit_head(self) -> AuditHead:
        return AuditHead(self._n, self._last.hash if self._last else None)


async def test_long_log_is_read_page_by_page() -> None:
    store = Endless(10 * PAGE + 7)

    told: list[tuple[int, int]] = []

    assert isinstance(await prove(store, None, lambda n, of: told.append((n, of))), Proved)
    assert store.most == PAGE
    assert told == [(n * PAGE, 10 * PAGE + 7) for n in range(1, 11)]
