"""A file becomes a record once, keeps what is in it, and is refused when it is not ours to write."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.transcripts.examples import START, new_chat
from transcripts import changes
from transcripts.errors import StoreDamaged, StoreUnavailable
from transcripts.records import SYSTEM, Department, Message, Proof
from transcripts.sqlite import schema
from transcripts.sqlite.connections import connect, connect_reader
from transcripts.sqlite.conversations import CHATS, MESSAGES
from transcripts.sqlite.presence import PROOFS
from transcripts.sqlite.schema import migrate
from transcripts.sqlite.store import SqliteStore

MIGRATIONS = Path(schema.__file__).parent / "migrations"


def _tables(path: Path) -> set[str]:
    db = connect(path)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    return names


def _insert_chat(db: sqlite3.Connection) -> None:
    """As far as the table of that version goes."""
    known = {row[1] for row in db.execute("PRAGMA table_info(chats)")}
    CHATS.insert_but(db, changes.open_chat(new_chat(), 1).chat, *(set(CHATS.columns) - known))


def test_a_new_file_gets_the_newest_schema_and_an_old_one_keeps_its_rows(tmp_path: Path) -> None:
    db = connect(tmp_path / "record.db")
    migrate(db)
    db.execute("INSERT INTO named_values VALUES ('secret', 's')")
    migrate(db)

    assert db.execute("SELECT value FROM named_values").fetchall() == [("s",)]
    assert db.execute("PRAGMA user_version").fetchone() == (len(list(MIGRATIONS.glob("*.sql"))),)
    db.close()


def test_an_old_record_counts_the_messages_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    old.mkdir()
    shutil.copy(MIGRATIONS / "0001_record.sql", old)
    monkeypatch.setattr(schema, "_MIGRATIONS", old)
    db = connect(tmp_path / "record.db")
    migrate(db)
    _insert_chat(db)
    for seq, kind in enumerate(("text", "event", "file"), 1):
        MESSAGES.insert(db, Message("c1", seq, None, SYSTEM, kind, "", START))  # type: ignore[arg-type]

    monkeypatch.setattr(schema, "_MIGRATIONS", MIGRATIONS)
    migrate(db)

    assert db.execute("SELECT messages_n FROM chats").fetchall() == [(2,)]
    db.close()


async def test_a_record_of_before_revisions_and_several_servers_counts_from_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for script in ("0001_record.sql", "0002_reports.sql"):
        shutil.copy(MIGRATIONS / script, old)
    monkeypatch.setattr(schema, "_MIGRATIONS", old)
    db = connect(tmp_path / "record.db")
    migrate(db)
    _insert_chat(db)
    PROOFS.insert_but(db, Proof("p1", START, START), "shared")
    db.close()

    monkeypatch.setattr(schema, "_MIGRATIONS", MIGRATIONS)
    store = await SqliteStore.open(tmp_path / "record.db")

    assert await store.open_revisions() == {"c1": 0}
    assert await store.proofs() == (Proof("p1", START, START, shared=False),)
    await store.mark_read("c1", "agent", 1)
    assert await store.open_revisions() == {"c1": 1}
    await store.aclose()


async def test_a_department_of_before_holidays_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for script in ("0001_record.sql", "0002_reports.sql", "0003_several_servers.sql"):
        shutil.copy(MIGRATIONS / script, old)
    monkeypatch.setattr(schema, "_MIGRATIONS", old)
    db = connect(tmp_path / "record.db")
    migrate(db)
    db.execute("INSERT INTO departments VALUES (1, 'sales', 'Sales', 'mon 09:00-10:00', 'UTC', '[\"Box\"]', NULL)")
    db.close()

    monkeypatch.setattr(schema, "_MIGRATIONS", MIGRATIONS)
    store = await SqliteStore.open(tmp_path / "record.db")

    assert await store.departments() == (Department("sales", "Sales", "mon 09:00-10:00", "UTC", ("Box",)),)
    await store.aclose()


def test_two_processes_that_open_a_new_file_at_once_make_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "record.db"

    def open_it(_: int) -> None:
        db = connect(path)
        migrate(db)
        db.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_it, range(8)))

    assert "chats" in _tables(path)


async def test_a_record_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    db = connect(tmp_path / "record.db")
    db.execute("PRAGMA user_version = 999")
    db.close()

    with pytest.raises(StoreUnavailable, match="newer"):
        await SqliteStore.open(tmp_path / "record.db")


async def test_what_is_no_record_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(b"a letter to grandmother, 4096 bytes long " * 100)
    before = path.read_bytes()

    with pytest.raises(StoreDamaged):
        await SqliteStore.open(path)
    with pytest.raises(StoreUnavailable):
        await SqliteStore.open(tmp_path / "nowhere" / "record.db")

    assert path.read_bytes() == before


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    db = connect(tmp_path / "record.db")

    settings = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    db.close()

    full = 2
    assert settings == ["wal", full, 1]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    db = connect(tmp_path / "record.db")
    migrate(db)
    reader = connect_reader(tmp_path / "record.db")

    with pytest.raises(sqlite3.OperationalError):
        reader.execute("INSERT INTO named_values VALUES ('a', 'b')")
    reader.close()
    db.close()


def test_a_visitor_never_has_two_open_chats_whatever_the_code_believes(tmp_path: Path) -> None:
    db = connect(tmp_path / "record.db")
    migrate(db)
    columns = [(row[1], row[2]) for row in db.execute("PRAGMA table_info(chats)")]

    def insert(line: int, state: str) -> None:
        row = {name: 1 if kind == "INTEGER" else "x" for name, kind in columns}
        row |= {"line": line, "id": f"c{line}", "state": state, "visitor_id": "v1"}
        db.execute(f"INSERT INTO chats VALUES ({', '.join(':' + name for name in row)})", row)

    insert(1, "closed")
    insert(2, "active")
    with pytest.raises(sqlite3.IntegrityError):
        insert(3, "queued")
    db.close()
