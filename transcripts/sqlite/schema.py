"""Brings a file to the newest schema: the numbered scripts of migrations/, each once, in one transaction each.

The number of the last one is kept in SQLite's user_version.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from transcripts.errors import StoreDamaged, StoreUnavailable
from transcripts.sqlite.trouble import is_damaged

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: sqlite3.Connection) -> None:
    """Safe beside another process that does the same. Raises StoreUnavailable (also for a file of a newer version)."""
    scripts = _scripts()
    try:
        for number, script in enumerate(scripts, 1):
            _apply(connection, number, script.read_text("utf-8"))
        found = version(connection)
    except sqlite3.Error as exc:
        kind = StoreDamaged if is_damaged(exc) else StoreUnavailable
        raise kind(f"the record's schema cannot be made: {exc}") from exc
    if found > len(scripts):
        raise StoreUnavailable(f"the record is of schema {found}, this version knows {len(scripts)}: use a newer one")


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    if version(connection) >= number:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have been faster.
        if version(connection) < number:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version(connection: sqlite3.Connection) -> int:
    """The number of the last script that the file has had."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def newest() -> int:
    """The number of the last script that there is."""
    return len(_scripts())


def _scripts() -> list[Path]:
    return sorted(_MIGRATIONS.glob("[0-9]*.sql"))


def _statements(script: str) -> list[str]:
    """executescript() would commit in between; a trigger's inner semicolons do not end a statement."""
    statements: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
