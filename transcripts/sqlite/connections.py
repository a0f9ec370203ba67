"""How a connection to the record's file is opened: what is promised about durability is promised here."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from transcripts.errors import StoreDamaged, StoreUnavailable
from transcripts.sqlite.trouble import is_damaged
from transcripts.words import fold

SYNCHRONOUS = "FULL"
"""A commit is on disk before COMMIT returns. NORMAL and OFF answer first: tests/crash shows what that loses."""
_BUSY_TIMEOUT_S = 5.0
"""How long a writer waits for another process (the command line beside a running server)."""
_AGAIN_S = 0.005
_CHECKPOINT_PAGES = 12_000
"""48 MB of log: the same pages of indexes change with every group of messages, and are copied once for many groups."""
_CACHE_KIB = 16_000
"""The pages of indexes that the messages of all open chats change: what finds no room is written twice, and read."""
_JOURNAL_BYTES = 64 * 1024 * 1024
"""A WAL that grew beyond this while somebody read for long is cut back at the next checkpoint."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes, in autocommit mode: BEGIN is said by the writer.

    Raises StoreUnavailable, StoreDamaged where the file is no record.
    """
    try:
        connection = _open(path)
    except sqlite3.Error as exc:
        raise (StoreDamaged if is_damaged(exc) else StoreUnavailable)(f"{path}: {exc}") from exc
    # What a savepoint keeps for its undoing, a few pages per operation: in a file it were two writes per page.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises StoreUnavailable."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -2000")
    # What a search sorts may be large.
    connection.execute("PRAGMA temp_store = DEFAULT")
    return connection


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        mode = _write_ahead(connection)
        if mode != "wal":
            raise StoreUnavailable(f"{path}: no write-ahead log here (journal mode {mode})")
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")
        connection.create_function("casefold", 1, _casefold, deterministic=True)
        connection.create_function("folded", 1, _folded, deterministic=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Ask for the write-ahead log; the journal mode that holds then. Raises sqlite3.Error.

    While another process asks for it in a new file, SQLite refuses at once, without its timeout: so it is waited here.
    """
    until_s = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until_s:
                raise
            time.sleep(_AGAIN_S)
        else:
            return str(mode)


def _folded(text: str | None) -> str | None:
    """For the triggers that index words."""
    return None if text is None else fold(text)


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()
