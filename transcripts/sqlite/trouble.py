"""What file and disk do not do for the record, said in the log of who runs the desk: what it is, and what helps.

Whoever asked hears StoreUnavailable and can change nothing. One line per kind of trouble and minute: a full disk
refuses hundreds of times a second, and its log may lie on the same disk.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Final

from transcripts.errors import StoreDamaged, StoreUnavailable

SAID_AGAIN_S: Final = 60.0
_LOOK: Final = "Look at the disk of the data folder, the folder and its permissions."
_ROOM: Final = "Make room on the disk of the data folder; the desk then goes on by itself."
_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: _ROOM,
    sqlite3.SQLITE_IOERR: "Look at the disk of the data folder: is it full, or sick? The desk goes on by itself.",
    sqlite3.SQLITE_BUSY: "Another program holds the record; end it, or let it come to its end.",
    sqlite3.SQLITE_CORRUPT: StoreDamaged.remedy,
    sqlite3.SQLITE_NOTADB: StoreDamaged.remedy,
    -errno.ENOSPC: _ROOM,
}

log = logging.getLogger(__name__)


class Trouble:
    """Of one store: shared by whoever reads and writes, from any thread."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = monotonic_s
        self._said_at_s: dict[str, float] = {}

    def told(self, what: str, cause: Exception) -> StoreUnavailable:
        """The error for who asked. what: what failed, in constant words such as "the record cannot be read now"."""
        origin = cause if isinstance(cause, sqlite3.Error | OSError) else cause.__cause__
        name = _name(origin) or type(cause).__name__
        now_s = self._now_s()
        if now_s - self._said_at_s.get(f"{what} {name}", -SAID_AGAIN_S) >= SAID_AGAIN_S:
            self._said_at_s[f"{what} {name}"] = now_s
            log.error(what, extra={"error": name, "remedy": _REMEDIES.get(_code(origin), _LOOK)})
        return StoreDamaged(what) if is_damaged(origin) else StoreUnavailable(what)


def is_damaged(error: object) -> bool:
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _code(error: object) -> int:
    """SQLite's primary code, without what says more of it; the system's with a minus; 0 where there is none."""
    if isinstance(error, OSError):
        return -(error.errno or 0)
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _name(error: object) -> str | None:
    """SQLITE_FULL, ENOSPC: never a sentence, which might hold what somebody wrote."""
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0)
    return getattr(error, "sqlite_errorname", None)
